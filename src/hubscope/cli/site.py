"""`hubscope site`: the static pages."""

from __future__ import annotations

import typer

from hubscope.cli.here import HERE, ForceOption, WorkspaceOption, run_until
from hubscope.cli.talk import told


def register(app: typer.Typer) -> None:
    """Add the verb to `app`."""
    app.command("site", help=told("site"))(site)


def site(workspace: WorkspaceOption = HERE, force: ForceOption = False) -> None:
    """Write the pages in Chinese and English, each with its .csv and .json."""
    from hubscope.cli.talk import tell
    from hubscope.job.pages import SITE

    context = run_until(workspace, SITE, force=force)
    print(context.workspace.site / "index.html")
    tell("next_serve", folder=workspace)
