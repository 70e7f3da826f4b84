"""`hubscope chain region`: flows between places, their vintages and the synergy beyond size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.chain import ChainOption, YearOption, open_chain, tell, told
from hubscope.cli.chain_show import show_table
from hubscope.cli.here import HERE, JsonOption, WorkspaceOption

if TYPE_CHECKING:
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
    """Flows between places with their sources, the newest figure of each year marked."""
    from hubscope.chains.region import flows, vintages

    whole, _ = open_chain(workspace, chain)
    found = flows(whole)
    if synergy:
        shown = _synergy(whole, found, synergy, year)
    else:
        shown = vintages(found) if revised else found.drop("locator", "note")
    show_table(shown, whole, as_json=as_json)


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
    last = year or max(own["year"].to_list())
    table, model = synergy(own, where, sizes, unit=unit, year=last)
    for name, value in model.coefficients.items():
        tell("coefficient", name=name, value=value, error=model.errors[name])
    return table.rename({"residual": "synergy"})
