"""`hubscope plan history`: the documents of a hub over time, and what became of each target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.here import HERE, JsonOption, WorkspaceOption
from hubscope.cli.plan_talk import said, told

if TYPE_CHECKING:
    from pathlib import Path

    from hubscope.nouns import Target
    from hubscope.plan.history import Line, Version


def register(parent: typer.Typer) -> None:
    """Add the verb to `parent`."""
    parent.command("history", help=told("history"))(history)


def history(
    workspace: WorkspaceOption = HERE,
    hub: Annotated[str, typer.Option(help=told("hub"))] = "",
    as_json: JsonOption = False,
) -> None:
    """Show each target of the hub's documents, oldest first."""
    from hubscope.cli.plan_talk import tell
    from hubscope.cli.talk import show_json, table
    from hubscope.indicators import load_catalogue
    from hubscope.plan import history as over_time
    from hubscope.progress import link

    found = versions(workspace, hub)
    catalogue = load_catalogue()

    def known(target: Target) -> str:
        linked = link(target, catalogue)
        return linked.id if linked else ""

    if as_json:
        show_json(over_time.as_tree(found, known))
        return
    lines = over_time.history(found, known)
    head = ["indicator", "document", "relation", "asked", "year", "state"]
    table(head, [row for line in lines for row in _rows(line)])
    tell("history", documents=len(found), lines=len(lines))


def versions(root: Path, hub: str) -> list[Version]:
    """The plan documents of one hub of a workspace, read; of the focus where none is named."""
    from hubscope.errors import UsageError, nearest
    from hubscope.plan.history import Version
    from hubscope.plan.reviewed import read_reviewed
    from hubscope.workspace import open_workspace

    opened = open_workspace(root)
    hub = hub or opened.settings.focus
    if hub not in opened.hubs:
        raise UsageError(f"there is no hub {hub!r}", hint=nearest(hub, opened.hubs))
    return [
        Version(
            d.id,
            d.issued,
            read_reviewed(opened.input(d.zh or d.en)),
            tuple(d.supersedes),
            tuple(d.implements),
        )
        for d in opened.settings.plan
        if d.hub == hub
    ]


def _rows(line: Line) -> list[list[str]]:
    rows = []
    for step in line.steps:
        t = step.element.target
        assert t is not None
        value = "" if t.quantity is None else f"{t.quantity:g}"
        upper = "" if t.upper is None else f"–{t.upper:g}"
        state = said("state.in_force" if step.in_force else "state.superseded")
        asked = f"{t.operator} {value}{upper} {t.unit}".strip()
        relation = said(f"relation.{step.relation}")
        rows.append([line.indicator, step.document, relation, asked, str(t.year or ""), state])
    return rows
