"""One step about to be taken: who, on what, when, with what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubscope.calls.base.models import Bid, Call, Need, Party, Person, Review, Reviewer, Role
from hubscope.calls.base.models import Milestone as MilestoneRow
from hubscope.calls.desk.fields import Body
from hubscope.calls.refusal import RefusedError
from hubscope.calls.workflow import Parameters

ACTIVE = ("selected", "contracted", "suspended", "acceptance", "accepted")
"""States of a bid that hold a slot and bind money."""
WAITING = ("submitted", "screened", "in_review")
"""States of a bid that is still to be decided."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with an account, or the operator of the command line."""

    person: Person | None = None
    acts_as: str = ""
    """The operator's choice among the roles that a step is open to."""

    @property
    def code(self) -> str:
        """What the record calls the actor: never a name."""
        return f"P-{self.person.id}" if self.person else "operator"

    @property
    def operator(self) -> bool:
        """Whether this is the command line, whose user owns the database anyway."""
        return self.person is None


OPERATOR = Actor()


def same(one: str, other: str) -> bool:
    """Whether two names of organisations are one: spaces, case and full stops do not count."""
    return _plain(one) == _plain(other) != ""


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


@dataclass
class Case:
    """A step with its call, its bid where it has one, and lazily what the rules ask about."""

    session: Session
    call: Call
    actor: Actor
    now: datetime
    role: str = ""
    bid: Bid | None = None
    body: Body | None = None
    noted: dict[str, Any] = field(default_factory=dict)
    """What the record keeps of the step, beside who, when and from where to where."""

    @property
    def parameters(self) -> Parameters:
        """The call's numbers and choices."""
        return Parameters.model_validate(self.call.parameters)

    def since(self, days: str) -> datetime:
        """The end of a stretch of days counted from the entry into the call's state."""
        return self.call.since + timedelta(days=int(getattr(self.parameters, days)))

    @property
    def its_bid(self) -> Bid:
        """The bid of the step.

        Raises:
            RefusedError: where the step was sent without one.
        """
        if self.bid is None:
            raise RefusedError("needs_bid", status=422)
        return self.bid

    @property
    def party(self) -> Party:
        """Who bids."""
        return self.session.get_one(Party, self.its_bid.id)

    @property
    def need(self) -> Need:
        """The need that the bid answers."""
        return self.session.get_one(Need, self.its_bid.need_id)

    def needs(self) -> list[Need]:
        """The needs of the call that have not been dropped."""
        query = select(Need).where(Need.call_id == self.call.id, Need.kept).order_by(Need.code)
        return list(self.session.scalars(query))

    def need_of(self, code: str) -> Need:
        """The need with this code."""
        found = next((n for n in self.needs() if n.code == code), None)
        if found is None:
            codes = ", ".join(n.code for n in self.needs())
            raise RefusedError("no_need", code=code, codes=codes, status=422)
        return found

    def bids(self, *states: str) -> list[Bid]:
        """The call's bids, of these states or of all."""
        query = select(Bid).where(Bid.call_id == self.call.id).order_by(Bid.code)
        if states:
            query = query.where(Bid.state.in_(states))
        return list(self.session.scalars(query))

    def reviewers(self) -> list[Reviewer]:
        """The call's experts."""
        query = select(Reviewer).where(Reviewer.call_id == self.call.id).order_by(Reviewer.id)
        return list(self.session.scalars(query))

    def reviews(self, bid: Bid | None = None) -> list[Review]:
        """Reviews without a declared conflict, of one bid or of the call."""
        query = select(Review).where(Review.call_id == self.call.id, Review.conflict == "")
        if bid is not None:
            query = query.where(Review.bid_id == bid.id)
        return list(self.session.scalars(query.order_by(Review.id)))

    def reviewer(self) -> Reviewer | None:
        """The expert who acts: the account's own, or the one that the operator names."""
        if self.actor.person is not None:
            person = self.actor.person.id
            return next((r for r in self.reviewers() if r.person_id == person), None)
        code = getattr(self.body, "reviewer", "")
        return next((r for r in self.reviewers() if r.code == code), None)

    def review(self) -> Review | None:
        """The acting expert's own review of the bid, if it was assigned and is not void."""
        who = self.reviewer()
        mine = [r for r in self.reviews(self.its_bid) if who and r.reviewer_id == who.id]
        return mine[0] if mine else None

    def milestones(self) -> list[MilestoneRow]:
        """The bid's frozen milestones in order; number 0 is the final test."""
        query = select(MilestoneRow).where(MilestoneRow.bid_id == self.its_bid.id)
        return list(self.session.scalars(query.order_by(MilestoneRow.number)))

    def milestone(self) -> MilestoneRow:
        """The milestone that the step names."""
        number = getattr(self.body, "milestone", 0)
        found = next((m for m in self.milestones() if m.number == number), None)
        if found is None:
            raise RefusedError("no_milestone", number=number, status=422)
        return found

    def note(self, **values: Any) -> None:
        """Keep these values in the record of the step."""
        self.noted |= values


def roles_of(session: Session, call: Call, actor: Actor, bid: Bid | None) -> set[str]:
    """What the actor is in this call; everybody may bid, and a bidder is one for own bids only."""
    if actor.person is None:
        return set()
    me = actor.person.id
    held = select(Role.role).where(Role.call_id == call.id, Role.person_id == me)
    roles = set(session.scalars(held))
    expert = select(Reviewer.id).where(Reviewer.call_id == call.id, Reviewer.person_id == me)
    if session.scalars(expert).first() is not None:
        roles.add("expert")
    if bid is None or session.get_one(Party, bid.id).owner_id == me:
        roles.add("bidder")
    return roles
