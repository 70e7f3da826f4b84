"""Who is told of which step. Rows of the outbox go in with the step itself, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubscope.calls.base.ledger import canonical
from hubscope.calls.base.models import Bid as BidRow
from hubscope.calls.base.models import (
    Call,
    Notice,
    Objection,
    Party,
    Person,
    Record,
    Review,
    Reviewer,
    Role,
)
from hubscope.calls.desk.case import Case
from hubscope.calls.settings import Mail, read_settings

People = Callable[[Case], Iterable[int]]


def _with_role(*roles: str) -> People:
    def find(case: Case) -> Iterable[int]:
        query = select(Role.person_id).where(Role.call_id == case.call.id)
        return case.session.scalars(query.where(Role.role.in_(roles)) if roles else query)

    return find


def _owner(case: Case) -> Iterable[int]:
    owner = case.party.owner_id if case.bid else None
    return [] if owner is None else [owner]


def _owners(case: Case) -> Iterable[int]:
    """Everybody who holds a bid of the call that has not been withdrawn."""
    query = select(Party.owner_id).join(BidRow, BidRow.id == Party.bid_id)
    query = query.where(BidRow.call_id == case.call.id, BidRow.state != "withdrawn")
    return [o for o in case.session.scalars(query) if o is not None]


def _assigned(case: Case) -> Iterable[int]:
    """Experts with an account who have a bid to review."""
    query = select(Reviewer.person_id).join(Review, Review.reviewer_id == Reviewer.id)
    query = query.where(Review.call_id == case.call.id, Review.conflict == "")
    found = case.session.scalars(query.where(Review.score.is_(None)))
    return [p for p in found if p is not None]


def _objector(case: Case) -> Iterable[int]:
    row = case.session.get(Objection, case.noted.get("objection", 0))
    return [] if row is None or row.person_id is None else [row.person_id]


EVERYBODY = (_with_role(), _owners)
TOLD: Mapping[str, tuple[People, ...]] = {
    "propose": (_with_role("chair", "officer"),),
    "publish": (_with_role(),),
    "amend": EVERYBODY,
    "submit": (_owner,),
    "recommend": (_owner,),
    "ineligible": (_owner,),
    "assign": (_assigned,),
    "question_score": (_with_role("officer", "chair"),),
    "select": (_owner,),
    "reject": (_owner,),
    "announce": EVERYBODY,
    "reopen": EVERYBODY,
    "object": (_with_role("appeal_board", "officer"),),
    "answer_objection": (_objector, _with_role("officer")),
    "award": EVERYBODY,
    "sign": (_owner, _with_role("demander", "officer")),
    "change_indicator": (_owner, _with_role("demander", "officer")),
    "test_report": (_owner, _with_role("officer", "end_user")),
    "milestone_pass": (_owner, _with_role("demander")),
    "milestone_fail": (_owner, _with_role("demander")),
    "resume": (_owner,),
    "eliminate": (_owner,),
    "terminate": (_owner, _with_role("demander")),
    "deliver": (_with_role("end_user", "assessor", "officer"),),
    "accept": (_owner, _with_role("officer", "demander")),
    "fail": (_owner, _with_role("demander")),
    "appeal": (_with_role("appeal_board", "officer"),),
    "uphold": (_owner, _with_role("officer")),
    "overturn": (_owner, _with_role("officer")),
    "cancel": EVERYBODY,
    "no_award": EVERYBODY,
}
"""Steps that are told, to whom. Nothing before the deadline tells anybody of another's bid."""


def post(case: Case, action: str, line: Record) -> None:
    """Put the notices of a step into the outbox; whoever took it is not told of it."""
    if action not in TOLD or mail_of(case.session) is None:
        return
    me = case.actor.person.id if case.actor.person else None
    people = {p for find in TOLD[action] for p in find(case)} - {me}
    bid = case.bid.code if case.bid else ""
    for person in sorted(people):
        put(case.session, case.call, person, action, about=line.hash, bid=bid, at=case.now)


def mail_of(session: Session) -> Mail | None:
    """The mail settings of the workspace that the session's database belongs to."""
    root: Path = session.info["root"]
    return read_settings(root).mail


def put(
    session: Session,
    call: Call,
    person: int,
    kind: str,
    *,
    about: str,
    at: Any,
    bid: str = "",
    body: Mapping[str, Any] | None = None,
) -> bool:
    """Put one notice into the outbox; whether it is new: the same is never told twice."""
    key = sha256(canonical([call.id, kind, bid, person, about]).encode()).hexdigest()
    if session.scalars(select(Notice.id).where(Notice.key == key)).first() is not None:
        return False
    if session.get(Person, person) is None:
        return False
    row = Notice(key=key, call_id=call.id, bid=bid, person_id=person, kind=kind, at=at, due=at)
    row.body = dict(body or {})
    session.add(row)
    return True
