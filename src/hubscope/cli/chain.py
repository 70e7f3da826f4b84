"""`hubscope chain`: what feeds what, who holds it, and what happens when it is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from hubscope.cli import chain_boards, chain_linkage, chain_region, chain_work
from hubscope.cli.chain_open import (
    ChainOption,
    HomeOption,
    LevelOption,
    YearOption,
    chains_of,
    open_chain,
    tell,
    told,
)
from hubscope.cli.chain_show import show_table
from hubscope.cli.here import HERE, JsonOption, WorkspaceOption, write_context

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=told("chain"))
MOST_FLAGS = 20
"""Sums of shares told when a chain is added; `chain show` tells all."""

DrawsOption = Annotated[int, typer.Option("--draws", min=1, help=told("draws"))]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help=told("seed"))]


def register(parent: typer.Typer) -> None:
    """Add the verbs to `parent`."""
    parent.add_typer(app, name="chain")


@app.callback()
def _chain() -> None:
    pass


@app.command("add", help=told("add"))
def add(
    kind: Annotated[str, typer.Argument(help=told("kind"))],
    source: Annotated[Path, typer.Argument(help=told("source"))],
    name: Annotated[str, typer.Option("--name", help=told("name"))] = "",
    retrieved: Annotated[str, typer.Option("--retrieved", help=told("retrieved"))] = "",
    *,
    by: Annotated[str, typer.Option("--by", help=told("by"))] = "",
    concordance: Annotated[
        Path | None, typer.Option("--concordance", help=told("concordance"))
    ] = None,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Check a chain and copy it into the workspace; nothing is copied if anything is wrong."""
    from hubscope.chains.licence import publishable
    from hubscope.chains.load import add_chain, read_chain
    from hubscope.sources.chain_rules import share_sums

    with write_context(workspace) as context:
        day = retrieved or datetime.now(tz=UTC).date().isoformat()
        folder = add_chain(
            context.workspace.root,
            kind,
            source,
            name=name or source.stem,
            retrieved=day,
            by=by,
            concordance=concordance,
        )
        chain = read_chain(folder)
        tell("added", folder=folder, nodes=chain.nodes.num_rows, links=chain.links.num_rows)
        for licence, links in publishable(chain)[1].items():
            tell("held", licence=licence, links=links)
        for flag in share_sums(chain)[:MOST_FLAGS]:
            tell("share_sum", item=flag.item, level=flag.level, year=flag.year, total=flag.total)


@app.command("show", help=told("show"))
def show(
    node: Annotated[str, typer.Argument(help=told("node"))] = "",
    chain: ChainOption = "",
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show what the chains hold, or one node with every link and its evidence."""
    import polars as pl

    from hubscope.chains.load import choose
    from hubscope.errors import HubscopeError, nearest
    from hubscope.sources.chain_rules import share_sums

    found = chains_of(workspace)
    whole = choose(found, chain)
    if not node:
        rows = [
            (n.name, c.nodes.num_rows, c.links.num_rows, c.evidence.num_rows, len(share_sums(c)))
            for n in found
            if n.name == chain or not chain
            for c in [n.chain]
        ]
        names = ["chain", "nodes", "links", "evidence", "flags"]
        show_table(pl.DataFrame(rows, schema=names, orient="row"), None, as_json=as_json)
        for flag in share_sums(whole):
            tell("share_sum", item=flag.item, level=flag.level, year=flag.year, total=flag.total)
        return
    ids = whole.nodes["id"].to_pylist()
    if node not in ids:
        raise HubscopeError(f"no node {node!r}", hint=nearest(node, ids))
    links = pl.DataFrame(pl.from_arrow(whole.links)).filter(
        (pl.col("src") == node) | (pl.col("dst") == node)
    )
    evidence = pl.DataFrame(pl.from_arrow(whole.evidence)).rename({"id": "evidence"})
    columns = ["src", "rel", "dst", "year", "value", "unit", "share", "status", "source", "licence"]
    table = links.join(evidence, on="evidence").select(columns).sort("rel", "year", "src", "dst")
    show_table(table, whole, as_json=as_json)


@app.command("concentration", help=told("concentration"))
def concentration(
    level: LevelOption = "country",
    home: HomeOption = "",
    chain: ChainOption = "",
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """How concentrated the supply of each input is, by year."""
    import polars as pl

    from hubscope.chains.supply import concentration_table

    opened = open_chain(workspace, chain)
    whole = opened.chain
    table = concentration_table(whole, level, home or opened.home)
    show_table(table.sort("hhi", descending=True, nulls_last=True), whole, as_json=as_json)
    known = table.drop_nulls("hhi")
    if not known.height:
        tell("no_shares")
        return
    tell(
        "concentrated",
        inputs=table.drop_nulls("total").height,
        mean=known["hhi"].mean(),
        median=known["hhi"].median(),
        high=known.filter(pl.col("hhi") > 0.4).height,
        one=known.filter(pl.col("cr1") >= 0.8).height,
        unknown=table.filter(pl.col("total").is_null()).height,
    )


@app.command("chokepoints", help=told("chokepoints"))
def chokepoints(
    *,
    level: LevelOption = "country",
    home: HomeOption = "",
    year: YearOption = None,
    draws: DrawsOption = 1000,
    with_score: Annotated[bool, typer.Option("--score", help=told("score"))] = False,
    chain: ChainOption = "",
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """What makes each input a chokepoint, side by side."""
    from hubscope.chains.exposure import exposures, score

    opened = open_chain(workspace, chain)
    whole = opened.chain
    table = exposures(whole, home=home or opened.home, level=level, year=year, draws=draws)
    show_table(score(table) if with_score else table, whole, as_json=as_json)
    tell("chokepoints", articulation=int(table["articulation"].sum()), inputs=table.height)


@app.command("whatif", help=told("whatif"))
def whatif(
    lost: Annotated[list[str] | None, typer.Argument(help=told("lost"))] = None,
    *,
    part: Annotated[float, typer.Option("--part", min=0, max=1, help=told("part"))] = 1.0,
    elasticity: Annotated[
        tuple[float, float] | None, typer.Option("--elasticity", help=told("elasticity"))
    ] = None,
    months: Annotated[float, typer.Option("--months", min=0.1, help=told("months"))] = 12.0,
    pairs: Annotated[int, typer.Option("--pairs", min=0, help=told("pairs"))] = 0,
    level: LevelOption = "country",
    year: YearOption = None,
    draws: DrawsOption = 1000,
    seed: SeedOption = 1,
    chain: ChainOption = "",
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """What is left of the final outputs if holders, places or inputs are lost; a range."""
    import polars as pl

    from hubscope.chains import knockout

    whole = open_chain(workspace, chain).chain
    lab = knockout.laboratory(whole, level=level, year=year, horizon=months, elasticity=elasticity)
    if lost:
        found = [knockout.knock_out(lab, lost, part=part, draws=draws, seed=seed)]
    else:
        found = knockout.singles(lab, draws=draws, seed=seed)
        if pairs:
            found = knockout.pairs(lab, found, most=pairs, draws=draws, seed=seed)
    rows = [(list(x.lost), x.hit, x.strict, x.lo, x.median, x.hi) for x in found]
    names = ["lost", "hit", "strict", "left_lo", "left", "left_hi"]
    show_table(pl.DataFrame(rows, schema=names, orient="row"), whole, as_json=as_json)
    tell("whatif", draws=draws)


@app.command("complexity", help=told("complexity"))
def complexity(
    values: Annotated[Path, typer.Argument(help=told("values"))],
    *,
    place: Annotated[str, typer.Option("--place", help=told("place"))] = "",
    floor: Annotated[float, typer.Option("--floor", min=0, help=told("floor"))] = 0.0,
    year: YearOption = None,
    sample: Annotated[bool, typer.Option("--sample-sd", help=told("sample"))] = False,
    neighbours: Annotated[int | None, typer.Option("--nearest", help=told("nearest"))] = None,
    as_json: JsonOption = False,
) -> None:
    """ECI of every place of a table, or what one place could diversify into."""
    from hubscope.chains.options import landscape, options
    from hubscope.chains.values import read_values

    found = landscape(
        read_values(values, year),
        floor=floor,
        deviation="sample" if sample else "population",
        neighbours=neighbours,
    )
    show_table(options(found, place) if place else found.place_rows(), None, as_json=as_json)
    o = found.outcome
    tell("complexity", sd=o.deviation, floor=floor, out=len(found.left_out), gap=o.gap)
    if found.shaky:
        tell("shaky")


@app.command("export", help=told("export"))
def export(
    out: Annotated[Path, typer.Argument(help=told("out"))],
    everything: Annotated[bool, typer.Option("--with-restricted", help=told("restricted"))] = False,
    chain: ChainOption = "",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Write OUT as .graphml, .gexf or .xlsx, or a folder with the plain pair of CSV files."""
    from hubscope.chains import export as files
    from hubscope.chains.licence import publishable
    from hubscope.chains.report import tables
    from hubscope.cli.talk import language
    from hubscope.store.files import make_folder, write_atomic

    opened = open_chain(workspace, chain)
    part, held = (opened.chain, {}) if everything else publishable(opened.chain)
    for licence, links in held.items():
        tell("held", licence=licence, links=links)
    if out.suffix == ".graphml":
        write_atomic(out, files.to_graphml(part))
    elif out.suffix == ".gexf":
        write_atomic(out, files.to_gexf(part, language()))
    elif out.suffix == ".xlsx":
        home = opened.home if opened.home in part.nodes["id"].to_pylist() else ""
        beside = opened.beside if everything else None
        write_atomic(out, files.to_workbook(tables(part, home, beside=beside)))
    else:
        folder = make_folder(out)
        for name, body in zip(("nodes.csv", "links.csv"), files.to_pair(part), strict=True):
            write_atomic(folder / name, body)
    print(out)


app.command("boards", help=told("boards"))(chain_boards.boards)
app.command("trace", help=told("trace"))(chain_boards.trace)
app.command("region", help=told("region"))(chain_region.region)
app.command("linkage", help=told("linkage"))(chain_linkage.linkage)
app.command("work", help=told("work"))(chain_work.work)
