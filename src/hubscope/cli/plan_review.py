"""`hubscope plan review`: list the elements of a document and decide on them, line by line."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.plan_talk import told

if TYPE_CHECKING:
    from hubscope.plan.reviewing import Desk


def register(parent: typer.Typer) -> None:
    """Add the verb to `parent`."""
    parent.command("review", help=told("review"))(review)


def review(
    file: Annotated[Path, typer.Argument(help=told("document"), show_default=False)],
    words: Annotated[list[str] | None, typer.Argument(help=told("words"))] = None,
    by: Annotated[str, typer.Option(help=told("by"), envvar=["HUBSCOPE_REVIEWER", "USER"])] = "",
) -> None:
    """Take one line of WORDS, or lines from the terminal or a pipe."""
    from hubscope.errors import HubscopeError
    from hubscope.plan.reviewing import desk

    at = desk(file, by)
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


def _lines(at: Desk) -> Iterator[str]:
    """Lines until the end of the input, `quit`, or an empty line in a terminal."""
    terminal = sys.stdin.isatty()
    if terminal:
        from hubscope.cli.plan_talk import tell

        do(at, ["list", "unreviewed"])
        tell("review_how")
    while True:
        if terminal:
            sys.stderr.write(f"{at.by}> ")
            sys.stderr.flush()
        line = sys.stdin.readline()
        if not line or line.strip() == "quit":
            return
        if line.strip() and not line.startswith("#"):
            yield line


def do(at: Desk, words: list[str]) -> None:
    """One line: list [STATE|KIND], show ID, agreement, or a decision."""
    from hubscope.cli.plan_talk import tell

    verb = words[0]
    if verb == "list":
        _list(at, words[1] if len(words) > 1 else "")
    elif verb == "show" and len(words) == 2:
        _show(at, words[1])
    elif verb == "agreement":
        _agreement(at)
    else:
        made = at.decide(words[1:] if verb == "decide" else words)
        tell("decided", verb=made.verb, quote=" ".join(made.quote.split())[:60], by=made.by)


def _list(at: Desk, wanted: str) -> None:
    from hubscope.cli.plan_talk import tell
    from hubscope.cli.talk import table

    found = at.now()
    rows = []
    for e in found.plan.elements:
        state = str(found.plan.details.get(e.id, {}).get("review", "unreviewed"))
        if wanted in ("", "all", state, e.kind):
            quote = " ".join(e.span.quote.split())
            rows.append([e.id, e.kind, state, f"{e.confidence:g}", quote])
    table(["id", "kind", "review", "confidence", "quote"], rows)
    left = sum("review" not in found.plan.details.get(e.id, {}) for e in found.plan.elements)
    tell("review_left", left=left, n=len(found.plan.elements), stale=len(found.stale))


def _show(at: Desk, identity: str) -> None:
    from hubscope.cli.talk import show_json
    from hubscope.errors import UsageError, nearest
    from hubscope.plan.model import as_json

    rows = {row["id"]: row for row in as_json(at.now().plan)["elements"]}
    if identity not in rows:
        raise UsageError(f"there is no element {identity}", hint=nearest(identity, rows))
    show_json(rows[identity])


def _agreement(at: Desk) -> None:
    from hubscope.cli.talk import table
    from hubscope.plan.agreement import agreement

    found = agreement(at.decisions)
    rows = [
        [p.first, p.second, str(p.both), f"{p.observed:.3f}", _number(p.kappa)] for p in found.pairs
    ]
    rows.append(["alpha", "", str(found.units), "", _number(found.alpha)])
    table(["first", "second", "sentences", "observed", "Cohen/Krippendorff"], rows)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
