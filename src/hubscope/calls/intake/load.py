"""A table into a call: each row is a step like any other, and all rows go in together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hubscope.calls.base.database import Database
from hubscope.calls.base.models import Call
from hubscope.calls.desk.act import find_bid, open_case, step
from hubscope.calls.desk.case import Actor, Case
from hubscope.calls.desk.steps import STEPS
from hubscope.calls.refusal import BadTableError, Hint, Lines, Near, RefusedError
from hubscope.words import LANGUAGES, words

KINDS = {
    "needs": "edit_need",
    "bids": "add_bid",
    "reviewers": "add_reviewer",
    "relations": "add_relation",
    "scores": "score_need",
    "reviews": "review",
}
"""What a table may hold, and the step that each of its rows is."""
SHOWN = 200
"""Bad rows that are named before the list is cut."""


def load(
    database: Database,
    call: str,
    kind: str,
    rows: Sequence[tuple[int, dict[str, str]]],
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Take every row of a table; the number of rows comes out.

    Bids are handed in at once, as an office does that received them on paper.

    Raises:
        BadTableError: where rows are wrong: every one is named and nothing is stored.
    """
    if kind not in KINDS:
        raise BadTableError("no_kind", kind=kind, hint=Near(kind, KINDS))
    action = KINDS[kind]
    bad: list[BadTableError] = []
    with database.write() as session:
        case = open_case(session, call, actor=actor, now=now)
        for number, cells in rows:
            try:
                with session.begin_nested():
                    _take(session, case, action, cells)
            except RefusedError as error:
                bad.append(BadTableError("row", row=number, why=_reason(error)))
        if not rows:
            raise BadTableError("no_rows")
        if bad:
            raise _listed(bad)
    return len(rows)


def _listed(bad: list[BadTableError]) -> BadTableError:
    hidden = len(bad) - SHOWN
    more = [BadTableError("more", many=hidden)] if hidden > 0 else []
    rows = Lines([*bad[:SHOWN], *more])
    return BadTableError("rows", many=len(bad), rows=rows, hint=Hint("mend_rows"))


def _reason(error: RefusedError) -> Any:
    """The refusal, without the words around it where fields are wrong."""
    # Its traceback would keep alive the rows that were rolled back.
    bare = error.with_traceback(None)
    return bare.values["problems"] if bare.key == "bad_body" else bare


def _take(session: Session, case: Case, action: str, cells: dict[str, str]) -> None:
    body = _renamed(action, cells)
    bid = str(body.pop("bid", "")) if action == "review" else ""
    one = Case(session, case.call, case.actor, case.now)
    if bid:
        one.bid = find_bid(session, case.call, bid)
    made = step(one, action, body)
    if action == "add_bid":
        _hand_in(session, case, case.call, str(made["bid"]))


def _hand_in(session: Session, case: Case, call: Call, code: str) -> None:
    bid = find_bid(session, call, code)
    step(Case(session, call, case.actor, case.now, bid=bid), "submit", {})


def _renamed(action: str, cells: dict[str, str]) -> dict[str, Any]:
    """Cells by field: a column may bear the field's name or its words in either language."""
    fields = {*STEPS[action].body.model_fields, *(["bid"] if action == "review" else [])}
    names = {
        words(lang).get(f"calls.field.{field}", field): field
        for field in fields
        for lang in LANGUAGES
    } | {field: field for field in fields}
    unknown = sorted(set(cells) - set(names))
    if unknown:
        near = Near(unknown[0], fields)
        raise RefusedError("unknown_column", column=unknown[0], near=near, status=422)
    return {names[column]: cell for column, cell in cells.items()}
