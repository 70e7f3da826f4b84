"""`hubscope check`: is this workspace sound?"""

from __future__ import annotations

import typer

from hubscope.cli.here import HERE, WorkspaceOption, read_context
from hubscope.cli.talk import told


def register(app: typer.Typer) -> None:
    """Add the verb to `app`."""
    app.command("check", help=told("check"))(check)


def check(workspace: WorkspaceOption = HERE) -> None:
    """Check settings, hubs, catalogue, figures, plan documents and index; change nothing."""
    from hubscope.cli.talk import tell
    from hubscope.job.figures import catalogue, check_figures
    from hubscope.job.ranking import check_index
    from hubscope.plan import read_plan
    from hubscope.sources.raw import raw

    context = read_context(workspace)
    root = context.workspace.root
    sources = [raw(f, name=str(f.relative_to(root))) for f in context.workspace.figure_files()]
    rows = check_figures(context, sources)
    names = [n for d in context.workspace.settings.plan for n in (d.zh, d.en) if n]
    elements = [len(read_plan(context.workspace.input(n)).elements) for n in names]
    check_index(context)
    tell(
        "checked",
        hubs=len(context.workspace.hubs),
        indicators=len(catalogue(context)),
        rows=len(rows),
        files=len(sources),
        elements=sum(elements),
        documents=len(names),
    )
