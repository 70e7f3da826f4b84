"""`hubscope plan confirm`: decide on the links of news items to the elements of a plan."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.plan_talk import said, told

if TYPE_CHECKING:
    from hubscope.plan.evidence.desk import EvidenceDesk


def register(parent: typer.Typer) -> None:
    """Add the verb to `parent`."""
    parent.command("confirm", help=told("confirm"))(confirm)


def confirm(
    items: Annotated[Path, typer.Argument(help=told("items"), show_default=False)],
    words: Annotated[list[str] | None, typer.Argument(help=told("confirm_words"))] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help=told("plan_of"))] = None,
    by: Annotated[str, typer.Option(help=told("by"), envvar=["HUBSCOPE_REVIEWER", "USER"])] = "",
) -> None:
    """Take one line of WORDS, or lines from the terminal or a pipe."""
    from hubscope.errors import HubscopeError
    from hubscope.plan.evidence import read_items
    from hubscope.plan.evidence.desk import evidence_desk

    at = evidence_desk(read_items(items), plan or items, by)
    if words:
        do(at, words)
        return
    for line in _lines(at):
        try:
            do(at, shlex.split(line))
        except (HubscopeError, ValueError) as error:
            if not sys.stdin.isatty():
                raise
            from hubscope.cli.talk import complain

            complain(error if isinstance(error, HubscopeError) else HubscopeError(str(error)))


def _lines(at: EvidenceDesk) -> Iterator[str]:
    """Lines until the end of the input or `quit`."""
    terminal = sys.stdin.isatty()
    if terminal:
        from hubscope.cli.plan_talk import tell

        do(at, ["list", "unreviewed"])
        tell("confirm_how")
    while True:
        if terminal:
            sys.stderr.write(f"{at.by}> ")
            sys.stderr.flush()
        line = sys.stdin.readline()
        if not line or line.strip() == "quit":
            return
        # "#3 accept" names an item; a remark has a space behind its sign.
        if line.strip() and not line.startswith("# "):
            yield line


def do(at: EvidenceDesk, words: list[str]) -> None:
    """One line: list [STATE], or a decision."""
    from hubscope.cli.plan_talk import tell
    from hubscope.plan.evidence.decisions import evidence_file

    if words[0] == "list":
        _list(at, words[1] if len(words) > 1 else "")
        return
    made = at.decide(words)
    tell("confirmed", n=len(made), by=at.by, file=evidence_file(at.path))


def _list(at: EvidenceDesk, wanted: str) -> None:
    from hubscope.cli.plan_talk import tell
    from hubscope.cli.talk import table

    found = at.now()
    rows = []
    for n, e in enumerate(found, 1):
        if wanted in ("", "all", e.review) and (e.links or wanted != "unreviewed"):
            links = " ".join(f"{x.element}:{x.grade}" for x in e.links)
            why = said(f"evidence.abstained.{e.abstained}") if e.abstained else ""
            words = " ".join((e.item.title or e.item.text).split())
            rows.append([f"#{n}", e.review, links or why, e.scope.place, words])
    table(["item", "review", "links", "place", "words"], rows)
    linked = [e for e in found if e.links]
    left = sum(e.review == "unreviewed" for e in linked)
    tell("confirm_left", left=left, n=len(linked))
