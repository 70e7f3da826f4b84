"""`hubscope demo DIR`: the shipped Beijing workspace, run from plan to pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hubscope.cli.run import run_all
from hubscope.cli.talk import told


def register(app: typer.Typer) -> None:
    """Add the verb to `app`."""
    app.command("demo", help=told("demo"))(demo)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=told("folder"))],
) -> None:
    """Copy the shipped Beijing workspace to DIR, run the main job, say where the pages are."""
    from hubscope.cli.talk import tell
    from hubscope.job.examples import copy_example

    if copy_example("beijing", folder):
        tell("copied", folder=folder)
    run_all(folder)
