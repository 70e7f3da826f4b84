"""`hubscope demo DIR`: a shipped workspace, run from its inputs to the pages."""

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
    example: Annotated[str, typer.Option("--example", help=told("example"))] = "beijing",
) -> None:
    """Copy a shipped workspace to DIR, run the main job, say where the pages are."""
    from hubscope.cli.talk import tell
    from hubscope.job.examples import copy_example
    from hubscope.job.synthetic import WORLD
    from hubscope.workspace import CONFIG

    if example == ROUND and not (folder / CONFIG).is_file():
        _walk(folder)
    elif copy_example(example, folder):
        tell("copied", folder=folder)
    if (folder / WORLD).is_file():
        _fill(folder)
        _found(folder)
        _traced(folder)
    run_all(folder)


def _walk(folder: Path) -> None:
    """A round of calls from needs to acceptance, which is where its figures come from."""
    from hubscope.cli.call import walk

    walk(folder)


def _fill(folder: Path) -> None:
    from hubscope.cli.here import write_context
    from hubscope.cli.talk import tell
    from hubscope.job.synthetic import fill

    with write_context(folder) as context:
        body = fill(context)
        tell("world", works=body["works"], rejects=sum(body["rejects"].values()))


def _found(folder: Path) -> None:
    """The hubs that the places of the works' institutions show, and how sure their ranks are."""
    from hubscope.cli.hubs import find

    find(folder, minimum=MINIMUM)
    find(folder, minimum=MINIMUM, sensitivity=True)


def _traced(folder: Path) -> None:
    """The counts and rows under one value."""
    from hubscope.cli.here import read_context
    from hubscope.cli.lineage import show_steps
    from hubscope.job.works import trace

    context = read_context(folder)
    show_steps(trace(context, context.workspace.settings.focus, *TRACED, most=5))


ROUND = "call-round"
"""A workspace whose inputs are made by walking it."""
MINIMUM = 100.0
"""Works within the radius that start a cluster: the made-up world is small."""
TRACED = ("oa_top10_share", 2018)
