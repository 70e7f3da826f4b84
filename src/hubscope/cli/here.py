"""The workspace that a verb works in, and the lines it ends with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.talk import tell, told

if TYPE_CHECKING:
    from hubscope.job.steps import Context, Outcome, Step

WorkspaceOption = Annotated[
    Path,
    typer.Option("--workspace", "-w", help=told("workspace"), envvar="HUBSCOPE_WORKSPACE"),
]
ForceOption = Annotated[bool, typer.Option("--force", help=told("force"))]
JsonOption = Annotated[bool, typer.Option("--json", help=told("json"))]
HERE = Path()


def read_context(root: Path) -> Context:
    """The workspace in `root`, for reading."""
    from hubscope.job.steps import Context
    from hubscope.store import Store
    from hubscope.workspace import open_workspace

    workspace = open_workspace(root)
    return Context(workspace, Store(workspace.store), tell)


@contextmanager
def write_context(root: Path) -> Iterator[Context]:
    """The workspace in `root`, locked for writing."""
    from hubscope.workspace import locked

    context = read_context(root)
    with locked(context.workspace):
        yield context


def run_until(root: Path, last: Step, *, force: bool = False) -> Context:
    """Run the job's steps up to `last`; `force` redoes that one."""
    from hubscope.job.steps import run_step
    from hubscope.job.workflow import STEPS

    with write_context(root) as context:
        for step in STEPS[: STEPS.index(last) + 1]:
            report(run_step(context, step, force=force and step is last))
        return context


def report(outcome: Outcome) -> None:
    """One line on what became of a step."""
    tell("redone" if outcome.redone else "unchanged", step=outcome.step, seconds=outcome.seconds)
