"""`hubscope init DIR`: a workspace for another hub."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hubscope.cli.talk import told


def register(app: typer.Typer) -> None:
    """Add the verb to `app`."""
    app.command("init", help=told("init"))(init)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=told("folder"))],
    hub: Annotated[str, typer.Option("--hub", help=told("hub_id"))],
    zh: Annotated[str, typer.Option("--zh", help=told("hub_zh"))],
    en: Annotated[str, typer.Option("--en", help=told("hub_en"))],
) -> None:
    """Make a workspace for one hub, with a plan and a table of figures to fill in."""
    from hubscope.cli.talk import tell
    from hubscope.job.examples import new_workspace

    new_workspace(folder, hub, zh, en)
    print(folder)
    tell("initialised", folder=folder)
