"""`hubscope chain region`: flows between places, their vintages and the synergy beyond size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.chain_open import ChainOption, YearOption, open_chain, tell, told
from hubscope.cli.chain_show import show_table
from hubscope.cli.here import HERE, JsonOption, WorkspaceOption, read_context

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from hubscope.sources.chain_tables import Chain


def region(
    revised: Annotated[bool, typer.Option("--vintages", help=told("vintages"))] = False,
    synergy: Annotated[str, typer.Option("--synergy", help=told("synergy"))] = "",
    *,
    year: YearOption = None,
    chain: ChainOption = "",
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Flows between places, how strong each tie is, and joint papers of hubs from the store."""
    import polars as pl

    from hubscope.chains.region import flows, vintages

    whole = open_chain(workspace, chain).chain
    found = flows(whole)
    if synergy:
        shown = _synergy(whole, found, synergy, year)
    elif revised:
        shown = vintages(found)
    else:
        shown = _beside(whole, found, brief=not as_json)
        joint = _from_store(workspace)
        if joint.height and not chain:
            shown = pl.concat([shown, joint], how="diagonal_relaxed")
    show_table(shown, whole, as_json=as_json, more=_hubs(workspace))
    if not (synergy or revised):
        tell("region", sized=shown.drop_nulls("salton").height, flows=shown.height)


SYNERGY = {
    "residual": "synergy",
    "residual_lo": "synergy_lo",
    "residual_hi": "synergy_hi",
}
"""What the residual of the gravity model is called."""

_BRIEF = ("locator", "note", "licence", "source", "revisions", "src_total", "dst_total")
"""Columns that only the JSON has: a terminal is narrow."""


def _beside(chain: Chain, found: pl.DataFrame, *, brief: bool) -> pl.DataFrame:
    """Every figure of every flow, with the strength of the tie beside the current ones."""
    import polars as pl

    from hubscope.chains.ties import chain_strength
    from hubscope.chains.work import place_values

    made = chain_strength(chain, found, place_values(chain)).drop("value")
    key = ["src", "dst", "unit", "year"]
    both = found.join(made.with_columns(current=True, period=pl.lit("")), how="left",
                      on=[*key, "current", "period"], maintain_order="left")  # fmt: skip
    return both.drop(_BRIEF) if brief else both


def _from_store(workspace: Path) -> pl.DataFrame:
    """Joint papers and patents of the focus and other hubs, as the last run of the job has them."""
    import polars as pl

    store = read_context(workspace).store
    if "linkage" not in store.manifest().artifacts:
        return pl.DataFrame()
    rows = store.json("linkage").get("ties", [])
    return pl.DataFrame(rows, infer_schema_length=None).rename(SYNERGY, strict=False)


def _hubs(workspace: Path) -> dict[str, str]:
    from hubscope.cli.talk import language

    hubs = read_context(workspace).workspace.hubs
    return {h.id: h.name.in_(language()) for h in hubs.values()}


def _synergy(chain: Chain, found: pl.DataFrame, unit: str, year: int | None) -> pl.DataFrame:
    """Flows beyond what size and distance let expect; says the model on stderr."""
    import polars as pl

    from hubscope.chains.region import places, synergy
    from hubscope.errors import HubscopeError, nearest

    own = found.filter((pl.col("unit") == unit) & (pl.col("period") == ""))
    if not own.height:
        units = found["unit"].unique().to_list()
        raise HubscopeError(f"no flows in the unit {unit!r}", hint=nearest(unit, units))
    where = places(chain)
    sizes = where.select("id", "size").drop_nulls()
    table, model = synergy(own, where, sizes, unit=unit, year=year)
    for name, value in model.coefficients.items():
        tell("coefficient", name=name, value=value, error=model.errors[name])
    return table.rename(SYNERGY)
