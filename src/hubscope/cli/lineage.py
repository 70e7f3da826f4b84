"""`hubscope lineage HUB INDICATOR YEAR`: the query, the release, the counts and the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.here import HERE, JsonOption, WorkspaceOption, read_context
from hubscope.cli.talk import Voice, talk

if TYPE_CHECKING:
    from hubscope.indicators.lineage import Lineage
    from hubscope.job.steps import Context

SOURCES = Voice("sources")


def register(app: typer.Typer) -> None:
    """Add the verb to `app`."""
    app.command("lineage", help=SOURCES.told("lineage"))(lineage)


def lineage(
    hub: Annotated[str, typer.Argument(help=SOURCES.told("hub"))],
    indicator: Annotated[str, typer.Argument(help=SOURCES.told("indicator"))],
    year: Annotated[int, typer.Argument(help=SOURCES.told("year"))],
    workspace: WorkspaceOption = HERE,
    *,
    most: Annotated[int, typer.Option("--most", min=1, help=SOURCES.told("most"))] = 50,
    as_json: JsonOption = False,
) -> None:
    """Show where a number comes from, down to its rows."""
    from dataclasses import asdict

    from hubscope.cli.talk import show_json
    from hubscope.indicators import patents_measures, works_measures
    from hubscope.job import patents, works

    context = read_context(workspace)
    of_patents = indicator in patents_measures.measures()
    if not of_patents and indicator not in works_measures.measures():
        _reported(context, hub, indicator, year, as_json=as_json)
        return
    found = (patents if of_patents else works).trace(context, hub, indicator, year, most=most)
    if as_json:
        show_json(asdict(found))
        return
    _print(found)


def _print(found: Lineage) -> None:
    for name, sql in found.views.items():
        print(f"-- {name}\n{sql}\n")
    print(f"-- {found.indicator}\n{found.query}\n")
    show_steps(found)


def show_steps(found: Lineage) -> None:
    """The counts at each step, the rows and the value, without the queries."""
    from hubscope.cli.talk import table

    table(
        [SOURCES.said("column.step"), SOURCES.said("column.count")],
        [[SOURCES.said(f"step.{name}"), str(count)] for name, count in found.steps],
    )
    columns = ("id", "num", "den", "file", "line")
    table(
        [SOURCES.said(f"column.{c}") for c in columns],
        [[str(r.get(c, "")) for c in columns] for r in found.rows],
    )
    value = "-" if found.value is None else f"{found.value:g} [{found.lo:g}, {found.hi:g}]"
    talk(f"{found.vintage}, sha256 {found.sha256[:16]}")
    SOURCES.tell("traced", hub=found.hub, indicator=found.indicator, year=found.year, value=value)


def _reported(context: Context, hub: str, indicator: str, year: int, *, as_json: bool) -> None:
    """A value from figures: its origin, and the indicators it was derived from."""
    from dataclasses import asdict

    from hubscope.cli.talk import show_json, table
    from hubscope.errors import HubscopeError, nearest
    from hubscope.indicators import observations

    every = observations(context.store.table("observations"))
    found = [o for o in every if (o.hub, o.indicator, o.year) == (hub, indicator, year)]
    if not found:
        if indicator not in {o.indicator for o in every}:
            raise HubscopeError(
                f"no value of {indicator}", hint=nearest(indicator, {o.indicator for o in every})
            )
        hint = nearest(hub, {o.hub for o in every if o.indicator == indicator})
        raise HubscopeError(
            SOURCES.said("not_there", hub=hub, indicator=indicator, year=year), hint=hint
        )
    if as_json:
        show_json([asdict(o) for o in found])
        return
    table(
        ["value", "unit", "vintage", "file", "line", "producer", "url", "citation"],
        [
            [f"{o.value:g}", o.unit, o.vintage, o.origin.file, str(o.origin.line),
             o.origin.producer, o.origin.url, o.origin.citation]
            for o in found
        ],
    )  # fmt: skip
    SOURCES.tell("derived" if found[0].status == "derived" else "reported")
