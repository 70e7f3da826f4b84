"""Reminders of what is due soon: reckoned from the clock, each told once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubscope.calls.base.database import Database
from hubscope.calls.base.ledger import stamp
from hubscope.calls.base.models import Bid, Call, Milestone, Party, Review, Reviewer, Role
from hubscope.calls.desk.settle import bid_stand, call_stand
from hubscope.calls.post.whom import mail_of, put
from hubscope.calls.workflow import Parameters


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody, what is due of them, of which bid, and when."""

    person: int
    kind: str
    when: datetime
    bid: str = ""


def remind(database: Database, now: datetime) -> int:
    """Put reminders into the outbox; the number of new ones comes out."""
    with database.write() as session:
        mail = mail_of(session)
        if mail is None:
            return 0
        until = now + timedelta(days=mail.remind_days)
        return sum(
            put(
                session,
                call,
                due.person,
                due.kind,
                about=stamp(due.when),
                bid=due.bid,
                at=now,
                body={"when": stamp(due.when)},
            )
            for call in session.scalars(select(Call).order_by(Call.id))
            for due in _due(session, call, now)
            if now < due.when <= until
        )


def _due(session: Session, call: Call, now: datetime) -> Iterator[Due]:
    stand = call_stand(call, now)
    if stand.state == "open" and call.deadline is not None:
        yield from _bidding(session, call, call.deadline)
    elif stand.state == "reviewing":
        days = Parameters.model_validate(call.parameters).days("review_days")
        yield from _reviewing(session, call, stand.since + days)
    elif stand.state == "running":
        yield from _milestones(session, call, now)


def _bidding(session: Session, call: Call, deadline: datetime) -> Iterator[Due]:
    """Officers, and whoever has a draft that is not handed in."""
    query = select(Role.person_id).where(Role.call_id == call.id, Role.role == "officer")
    yield from (Due(p, "deadline_near", deadline) for p in session.scalars(query))
    drafts = select(Party.owner_id, Bid.code).join(Bid, Bid.id == Party.bid_id)
    drafts = drafts.where(Bid.call_id == call.id, Bid.state == "draft")
    for owner, code in session.execute(drafts):
        if owner is not None:
            yield Due(owner, "draft_left", deadline, code)


def _reviewing(session: Session, call: Call, end: datetime) -> Iterator[Due]:
    """Experts who have not handed in all of their reviews."""
    query = select(Reviewer.person_id).join(Review, Review.reviewer_id == Reviewer.id)
    query = query.where(Review.call_id == call.id, Review.score.is_(None), Review.conflict == "")
    for person in set(session.scalars(query)):
        if person is not None:
            yield Due(person, "review_near", end)


def _milestones(session: Session, call: Call, now: datetime) -> Iterator[Due]:
    """Whoever has a milestone due that is not passed."""
    query = select(Milestone, Bid, Party.owner_id).join(Bid, Bid.id == Milestone.bid_id)
    query = query.join(Party, Party.bid_id == Bid.id).where(Bid.call_id == call.id)
    for row, bid, owner in session.execute(query):
        day = str(row.body.get("due") or "")
        held = bid_stand(call, bid, now).state in ("contracted", "suspended")
        if held and owner is not None and day and not row.passed:
            end = datetime.combine(date.fromisoformat(day), time(), UTC) + timedelta(days=1)
            yield Due(owner, "milestone_near", end, bid.code)
