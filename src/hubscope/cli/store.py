"""`hubscope store`: data files into the workspace's store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.here import HERE, JsonOption, WorkspaceOption, read_context, report, write_context
from hubscope.cli.store_group import add, app
from hubscope.cli.talk import told

if TYPE_CHECKING:
    from hubscope.store import Store


def register(parent: typer.Typer) -> None:
    """Add the verbs to `parent`."""
    parent.add_typer(app, name="store")


@add.command("figures", help=told("store_add_figures"))
def figures(
    files: Annotated[list[Path], typer.Argument(help=told("files_figures"))],
    workspace: WorkspaceOption = HERE,
    correct: Annotated[bool, typer.Option("--correct", help=told("correct"))] = False,
) -> None:
    """Check CSV figures and add them to the store: all of them, or none if anything is wrong."""
    from hubscope.cli.talk import tell
    from hubscope.job.figures import FIGURES, add_figures
    from hubscope.job.steps import run_step

    with write_context(workspace) as context:
        added = add_figures(context, files, correct=correct)
        report(run_step(context, FIGURES))
        artifact = context.store.manifest().artifacts["figures"]
        tell(
            "figures_added",
            files=", ".join(str(f) for f in added),
            rows=artifact.rows,
            path=context.store.root / artifact.file,
        )


@app.command("renew", help=told("store_renew"))
def renew(workspace: WorkspaceOption = HERE) -> None:
    """Forget what another version of hubscope wrote; what was read from part files stays."""
    from hubscope.cli.talk import tell

    with write_context(workspace) as context:
        gone = context.store.renew()
    for name in gone:
        print(name)
    tell("renewed" if gone else "nothing_to_renew", count=len(gone))


@app.command("status", help=told("store_status"))
def status(workspace: WorkspaceOption = HERE, as_json: JsonOption = False) -> None:
    """Show what the store holds: artifacts, rows, bytes, hashes; of works also the rejects."""
    from dataclasses import asdict

    from hubscope.cli.talk import show_json, table

    store = read_context(workspace).store
    manifest = store.manifest()
    if as_json:
        show_json({name: asdict(a) for name, a in manifest.artifacts.items()})
        return
    table(
        ["artifact", "rows", "bytes", "sha256", "file"],
        [
            [a.name, "" if a.rows is None else str(a.rows), str(a.bytes), a.sha256[:12], a.file]
            for a in manifest.artifacts.values()
        ],
    )
    _status_of_works(store)


def _status_of_works(store: Store) -> None:
    """What was loaded of each source, from when, what was set aside and why, what is stale."""
    from hubscope.cli.store_patents import show_patents
    from hubscope.cli.store_works import show_entities, show_works
    from hubscope.store.patents import loaded as loaded_patents
    from hubscope.store.works import loaded

    if body := loaded(store):
        show_works(body)
    show_entities(store)
    if loaded_patents(store):
        show_patents(store)
