"""`hubscope plan evidence`: items of news linked to the elements of a plan, with their grade."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.here import JsonOption
from hubscope.cli.plan_talk import said, told

if TYPE_CHECKING:
    from hubscope.plan.evidence import Evidence


def register(parent: typer.Typer) -> None:
    """Add the verb to `parent`."""
    parent.command("evidence", help=told("evidence"))(evidence)


def evidence(
    items: Annotated[Path, typer.Argument(help=told("items"), show_default=False)],
    plan: Annotated[Path | None, typer.Option("--plan", help=told("plan_of"))] = None,
    hub: Annotated[str, typer.Option(help=told("hub_of"))] = "beijing",
    as_json: JsonOption = False,
) -> None:
    """Link the ITEMS to the plan and say whose achievement each is."""
    from hubscope.cli.plan_talk import tell
    from hubscope.cli.talk import show_json, table
    from hubscope.plan.evidence import evidence as linked
    from hubscope.plan.evidence import read_items
    from hubscope.plan.evidence.confirmed import confirmed
    from hubscope.plan.evidence.decisions import evidence_file, load
    from hubscope.plan.evidence.rows import rows
    from hubscope.plan.reviewed import read_reviewed

    read = read_reviewed(plan or items)
    decided = load(evidence_file(plan or items))
    found = confirmed(linked(read_items(items), read), read, decided)
    if as_json:
        show_json(rows(found, hub))
        return
    head = ["grade", "elements", "fields", "place", "counts", "review", "why", "item"]
    table(head, [_row(e, hub) for e in found])
    tell(
        "evidence",
        n=len(found),
        linked=sum(e.grade > 0 for e in found),
        counts=sum(e.counts_for(hub) for e in found),
        hub=hub,
        reviewed=sum(e.review != "unreviewed" for e in found),
    )


def _row(e: Evidence, hub: str) -> list[str]:
    why = said(f"evidence.abstained.{e.abstained}" if e.abstained else _reason(e))
    words = " ".join((e.item.title or e.item.text).split())
    return [
        *(str(e.grade), " ".join(x.element for x in e.links)),
        *(" ".join(h.field for h in e.fields), e.scope.place),
        said(f"evidence.counts.{'yes' if e.counts_for(hub) else 'no'}"),
        *(e.review, why, words),
    ]


def _reason(e: Evidence) -> str:
    return f"evidence.reason.{e.links[0].reason}"
