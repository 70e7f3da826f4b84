"""`hubscope run`: the whole job, each step only when due."""

from __future__ import annotations

import time
from pathlib import Path

import typer

from hubscope.cli.here import HERE, ForceOption, WorkspaceOption, report, write_context
from hubscope.cli.talk import told


def register(app: typer.Typer) -> None:
    """Add the verb to `app`."""
    app.command("run", help=told("run"))(run)


def run(workspace: WorkspaceOption = HERE, force: ForceOption = False) -> None:
    """Run the whole job: plan, figures, observations, index, progress, brief, pages."""
    run_all(workspace, force=force)


def run_all(workspace: Path, *, force: bool = False) -> None:
    """Run every step that is due, then sum up on stdout."""
    from hubscope.cli.summary import summary
    from hubscope.cli.talk import language, tell
    from hubscope.job.workflow import run_job

    began = time.perf_counter()
    with write_context(workspace) as context:
        run_job(context, force=force, after=report)
        tell("all_done", seconds=time.perf_counter() - began)
        print(summary(context, language()))
