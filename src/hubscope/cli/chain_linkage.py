"""`hubscope chain linkage`: what joins basic research and industry, and the gap to peers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.chain_open import tell, told
from hubscope.cli.chain_show import show_table
from hubscope.cli.here import HERE, JsonOption, WorkspaceOption, read_context

if TYPE_CHECKING:
    import polars as pl

    from hubscope.job.steps import Context


def linkage(
    measure: Annotated[str, typer.Argument(help=told("measure"))] = "joint",
    *,
    gap: Annotated[str, typer.Option("--gap", help=told("gap"))] = "",
    place: Annotated[str, typer.Option("--place", help=told("linked"))] = "",
    first: Annotated[int, typer.Option("--from", help=told("first"))] = 0,
    last: Annotated[int, typer.Option("--to", help=told("last"))] = 9999,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Joint papers, patents that cite papers or papers that patents cite, by field and place."""
    from hubscope.errors import HubscopeError
    from hubscope.job.linkage import MEASURES, NOTHING, linkage_engine

    context = read_context(workspace)
    _known(measure, [*MEASURES, "ties"])
    with linkage_engine(context, (first, last)) as engine:
        if engine is None:
            raise HubscopeError("the workspace has no papers and no patents", hint=NOTHING)
        if measure == "ties":
            from hubscope.job.linkage import tied

            found = tied(context, engine)
        else:
            found = MEASURES[measure][0](engine)
    own = place or context.workspace.settings.focus
    if gap and measure != "ties":
        _known(gap, ["share", "lag", "local"])
        found = _gap(context, own, measure, gap, found)
    elif place and measure == "ties":
        found = found.filter((found["src"] == place) | (found["dst"] == place))
    elif place:
        found = found.filter(found["place"] == place)
    _show(context, found, as_json=as_json)
    tell(f"linked_{measure}")


def _known(name: str, names: list[str]) -> None:
    from hubscope.errors import UsageError, nearest

    if name not in names:
        raise UsageError(f"no measure {name!r}", hint=nearest(name, names))


def _gap(
    context: Context, own: str, measure: str, column: str, found: pl.DataFrame
) -> pl.DataFrame:
    from hubscope.job.linkage import gap

    return gap(context, own, measure, column, found)


def _show(context: Context, found: pl.DataFrame, *, as_json: bool) -> None:
    """Print hubs and fields by their names."""
    from hubscope.cli.talk import language
    from hubscope.words import words

    lang = language()
    names = {h.id: h.name.in_(lang) for h in context.workspace.hubs.values()}
    fields = {
        k.removeprefix("chains_fields."): text
        for k, text in words(lang).items()
        if k.startswith("chains_fields.")
    }
    from hubscope.cli.chain_region import SYNERGY

    shown = found.rename({"share": "part", **SYNERGY}, strict=False)
    show_table(shown, None, as_json=as_json, more=names | fields)
