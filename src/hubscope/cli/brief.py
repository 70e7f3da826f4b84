"""`hubscope brief`: the printed brief in each language."""

from __future__ import annotations

import typer

from hubscope.cli.here import HERE, ForceOption, WorkspaceOption, run_until
from hubscope.cli.talk import told


def register(app: typer.Typer) -> None:
    """Add the verb to `app`."""
    app.command("brief", help=told("brief"))(brief)


def brief(workspace: WorkspaceOption = HERE, force: ForceOption = False) -> None:
    """Write the two-page A4 brief as PDF in each language."""
    from hubscope.job.pages import BRIEF, brief_file

    context = run_until(workspace, BRIEF, force=force)
    for lang in context.workspace.settings.languages:
        print(brief_file(context, lang))
