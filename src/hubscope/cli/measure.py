"""`hubscope measure`: observations of the catalogue's indicators."""

from __future__ import annotations

import typer

from hubscope.cli.here import HERE, ForceOption, JsonOption, WorkspaceOption, run_until
from hubscope.cli.talk import told


def register(app: typer.Typer) -> None:
    """Add the verb to `app`."""
    app.command("measure", help=told("measure"))(measure)


def measure(
    workspace: WorkspaceOption = HERE, as_json: JsonOption = False, force: ForceOption = False
) -> None:
    """Compute the observations of every indicator for every hub and year the store covers."""
    from hubscope.cli.talk import show_json, table, tell
    from hubscope.indicators import observations
    from hubscope.job.measure import MEASURE

    context = run_until(workspace, MEASURE, force=force)
    arrow = context.store.table("observations")
    if as_json:
        show_json(arrow.to_pylist())
        return
    found = [o for o in observations(arrow) if o.current]
    rows = [
        [o.hub, o.indicator, o.period or str(o.year), f"{o.value:g}", o.unit, o.status, o.vintage]
        for o in found
        if o.hub == context.workspace.settings.focus
    ]
    table(["hub", "indicator", "year", "value", "unit", "status", "vintage"], rows)
    tell(
        "measured",
        rows=arrow.num_rows,
        indicators=len({o.indicator for o in found}),
        hubs=len({o.hub for o in found}),
        focus=context.workspace.settings.focus,
    )
