"""What one reader sees of a call.

Blinded here, where the tables are asked: what a role may not know is never read, so no page can
leak it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubscope.calls.base.ledger import head, stamp
from hubscope.calls.base.models import (
    Bid,
    Call,
    Milestone,
    Need,
    Objection,
    Party,
    Person,
    Review,
    Reviewer,
    Role,
    Upload,
)
from hubscope.calls.desk.act import find_call
from hubscope.calls.desk.case import Actor, roles_of
from hubscope.calls.desk.guards import need_score
from hubscope.calls.desk.settle import bid_stand, call_stand, history
from hubscope.calls.permissions import may_read
from hubscope.calls.refusal import RefusedError
from hubscope.calls.workflow import definition

CONTRACTED = ("selected", "contracted", "suspended", "acceptance", "accepted", "failed")


@dataclass(frozen=True)
class Seen:
    """A call as one reader sees it; parts that are not theirs are empty."""

    id: str
    title: str
    family: str
    payer: str
    budget: float
    synthetic: bool
    state: str
    version: int
    deadline: str
    commitment: str
    history: list[tuple[str, str]]
    parameters: dict[str, Any]
    roles: tuple[str, ...]
    needs: list[dict[str, Any]] = field(default_factory=list)
    bids: list[dict[str, Any]] = field(default_factory=list)
    reviewers: list[dict[str, Any]] = field(default_factory=list)
    decision: dict[str, Any] = field(default_factory=dict)
    objections: list[dict[str, Any]] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    flags: bool = False
    """Whether the reader may see the points to check."""
    explain: bool = False
    """Whether the reader may ask why a pair was made."""
    head: tuple[int, str] = (0, "")


class _Reader:
    """The tables as one reader may ask them."""

    def __init__(self, session: Session, call: Call, person: Person | None, now: datetime) -> None:
        self.session = session
        self.call = call
        self.now = now
        self.person = person
        actor = Actor(person) if person else None
        self.roles = roles_of(session, call, actor, None) if actor else {"public"}
        self.reached = [state for state, _ in history(call, now)]
        self.state = call_stand(call, now).state

    def may(self, part: str) -> bool:
        """Whether this reader may read `part` now."""
        return may_read(part, self.roles, self.reached)

    def rows(self, table: Any) -> list[Any]:
        """All rows of the call in a table."""
        query = select(table).where(table.call_id == self.call.id).order_by(table.id)
        return list(self.session.scalars(query))

    def owned(self) -> set[int]:
        """Ids of the reader's own bids."""
        if self.person is None:
            return set()
        return set(
            self.session.scalars(select(Party.bid_id).where(Party.owner_id == self.person.id))
        )

    def assigned(self) -> set[int]:
        """Ids of the bids that the reader reviews."""
        if self.person is None:
            return set()
        query = select(Review.bid_id).join(Reviewer, Reviewer.id == Review.reviewer_id)
        query = query.where(Reviewer.person_id == self.person.id, Review.conflict == "")
        return set(self.session.scalars(query.where(Review.call_id == self.call.id)))

    def bids(self) -> list[tuple[Bid, str]]:
        """The bids that the reader may see, with their states now."""
        rows = self.rows(Bid)
        states = {b.id: bid_stand(self.call, b, self.now).state for b in rows}
        mine, read = self.owned(), self.assigned()
        every, contracted = self.may("bids"), self.may("bids_contracted")
        some = self.may("bids_assigned")
        return [
            (b, states[b.id])
            for b in rows
            if b.id in mine
            or (every and states[b.id] != "draft" and b.submitted is not None)
            or (some and b.id in read)
            or (contracted and states[b.id] in CONTRACTED)
            or (self.may("decision_public") and states[b.id] in CONTRACTED)
        ]


def look(session: Session, call_id: str, person: Person | None, now: datetime) -> Seen:
    """The call as `person`, or the public where there is none, sees it.

    Raises:
        RefusedError: where there is no such call, or none that this reader may know of.
    """
    call = find_call(session, call_id)
    r = _Reader(session, call, person, now)
    if not (r.may("needs") or r.may("needs_draft")):
        raise RefusedError("no_call", status=404, call=call_id)
    decided = r.may("decision") or r.may("decision_public")
    return Seen(
        id=call.id,
        title=call.title,
        family=call.family,
        payer=call.payer,
        budget=call.budget,
        synthetic=call.synthetic,
        state=r.state,
        version=call.version,
        deadline=stamp(call.deadline) if call.deadline else "",
        commitment=call.commitment,
        history=[(s, stamp(t)) for s, t in history(call, now)],
        parameters=call.parameters,
        roles=tuple(sorted(r.roles)),
        needs=[_need(n) for n in r.rows(Need)],
        bids=[_bid_row(r, b, state) for b, state in r.bids()],
        reviewers=_reviewers(r),
        decision=_decision(r) if decided else {},
        objections=_objections(r),
        people=_people(r),
        actions=_actions(r, definition(call.definition).call, r.state, r.roles),
        flags=r.may("flags"),
        explain=r.may("explain"),
        head=head(session),
    )


def _need(need: Need) -> dict[str, Any]:
    body = {k: v for k, v in need.body.items() if v not in ("", None, []) and k != "contact"}
    if body.get("confidentiality") == "internal":
        body = {"due": body.get("due"), "budget": body.get("budget")}
    score = round(need_score(need.scores), 1) if need.scores else None
    return {**body, "code": need.code, "title": need.title, "organisation": need.organisation,
            "score": score, "kept": need.kept}  # fmt: skip


def _bid_row(r: _Reader, bid: Bid, state: str) -> dict[str, Any]:
    """One bid; who bids is looked up only where this reader may know it."""
    mine = bid.id in r.owned()
    public = r.may("decision_public") and state in CONTRACTED
    known = mine or r.may("parties") or public
    party = r.session.get(Party, bid.id) if known else None
    full = mine or r.may("parties")
    machine = definition(r.call.definition).bid
    roles = (r.roles - {"bidder"}) | ({"bidder"} if mine else set())
    need = r.session.get_one(Need, bid.need_id)
    content = mine or r.may("bids") or r.may("bids_contracted") or bid.id in r.assigned()
    return {
        "code": bid.code,
        "need": need.code,
        "title": bid.title,
        "state": state,
        "cost": bid.cost,
        "version": bid.version,
        "body": {k: v for k, v in bid.body.items() if k != "fingerprint"} if content else {},
        "lead": party.lead if party else "",
        "partners": list(party.partners) if party else [],
        "leader": party.leader if party and full else "",
        "team": list(party.team) if party and full else [],
        "related": list(party.related) if party and full else [],
        "mine": mine,
        "scores": _scores(r, bid, mine=mine),
        "reviews": _reviews(r, bid),
        "milestones": _milestones(r, bid) if content or public else [],
        "files": _files(r, bid) if content else [],
        "uploads": r.person is not None and (mine or bool({"assessor", "officer"} & r.roles)),
        "actions": _actions(r, machine, state, roles),
    }


def _scores(r: _Reader, bid: Bid, *, mine: bool) -> dict[str, Any]:
    """Calibrated score with its interval, and the raw mean beside it."""
    public = r.may("decision_public") and r.call.parameters.get("show_scores")
    if not (r.may("reviews") or public or (mine and r.may("own_scores"))):
        return {}
    return dict(r.call.calibration.get("bids", {}).get(bid.code, {}))


def _reviews(r: _Reader, bid: Bid) -> list[dict[str, Any]]:
    """Marks and comments; the reviewer's code only, and an expert sees only their own."""
    query = select(Review, Reviewer).join(Reviewer, Reviewer.id == Review.reviewer_id)
    query = query.where(Review.bid_id == bid.id)
    if not r.may("reviews"):
        if r.person is None or "expert" not in r.roles:
            return []
        query = query.where(Reviewer.person_id == r.person.id)
    return [
        {"reviewer": who.code, "score": one.score, "marks": one.marks, "comment": one.comment,
         "void": bool(one.conflict)}
        for one, who in r.session.execute(query.order_by(Review.id))
    ]  # fmt: skip


def _milestones(r: _Reader, bid: Bid) -> list[dict[str, Any]]:
    query = select(Milestone).where(Milestone.bid_id == bid.id).order_by(Milestone.number)
    return [
        {**m.body, "number": m.number, "tranche": m.tranche, "paid": m.paid, "passed": m.passed,
         "value": m.report.get("value"), "content": m.opinion.get("content")}
        for m in sorted(r.session.scalars(query), key=lambda m: (m.number == 0, m.number))
    ]  # fmt: skip


def _files(r: _Reader, bid: Bid) -> list[dict[str, Any]]:
    rows = r.session.scalars(select(Upload).where(Upload.bid_id == bid.id).order_by(Upload.name))
    return [{"sha256": u.sha256, "name": u.name, "size": u.size} for u in rows]


def _reviewers(r: _Reader) -> list[dict[str, Any]]:
    published = r.may("decision_public") and r.call.parameters.get("show_experts")
    if not (r.may("reviewers") or published):
        return []
    steady = r.call.calibration.get("reviewers", {}) if r.may("reliability") else {}
    return [
        {"code": w.code, "name": w.name, "organisations": w.organisations, **steady.get(w.code, {})}
        for w in r.rows(Reviewer)
    ]


def _decision(r: _Reader) -> dict[str, Any]:
    """The outcome; its inputs are in the export."""
    shown = {k: v for k, v in r.call.decision.items() if k != "inputs"}
    if shown and not (r.may("decision") or r.call.parameters.get("show_scores")):
        shown |= {"frequency": {}, "worth": {}}
    return shown


def _objections(r: _Reader) -> list[dict[str, Any]]:
    if not r.may("objections"):
        return []
    return [
        {"id": o.id, "name": o.name, "text": o.text, "answer": o.answer} for o in r.rows(Objection)
    ]


def _people(r: _Reader) -> list[dict[str, Any]]:
    if not r.may("people"):
        return []
    query = select(Role, Person).join(Person, Person.id == Role.person_id)
    found = r.session.execute(query.where(Role.call_id == r.call.id).order_by(Role.role))
    return [{"role": role.role, "name": p.name, "email": p.email} for role, p in found]


def _actions(r: _Reader, machine: Any, state: str, roles: set[str]) -> list[str]:
    """The steps that this reader may take in this state."""
    return [
        m.name
        for m in machine.moves
        if not m.automatic
        and state in m.from_
        and set(m.roles) & roles
        and (not m.in_call or r.state in m.in_call)
    ]
