"""Needs, opening, notice: the steps of a call itself."""

from __future__ import annotations

from secrets import token_hex

from sqlalchemy import select

from hubscope.calls.base.contents import hash_of
from hubscope.calls.base.ledger import stamp
from hubscope.calls.base.models import Need, Objection, Person, Role
from hubscope.calls.desk.bodies import (
    AmendIn,
    AnswerIn,
    NeedIn,
    NeedScoreIn,
    ObjectionIn,
    PublishIn,
    RoleIn,
)
from hubscope.calls.desk.case import Case
from hubscope.calls.desk.guards import need_score
from hubscope.calls.desk.kinds import EXPLAINED, PLAIN, Step, body_of
from hubscope.calls.portfolio.lottery import commitment
from hubscope.calls.refusal import RefusedError


def _edit_need(case: Case) -> None:
    given: NeedIn = body_of(case)
    body = given.model_dump(mode="json")
    query = select(Need).where(Need.call_id == case.call.id, Need.code == given.code)
    need = case.session.scalars(query).first()
    if need is None:
        need = Need(call_id=case.call.id, code=given.code, scores={}, kept=True)
        case.session.add(need)
    need.organisation, need.title, need.body = given.organisation, given.title, body
    # All else is published: with a short contact in the hash, trying would find it.
    case.note(need=given.code, content=hash_of({**body, "contact": ""}))


def _score_need(case: Case) -> None:
    given: NeedScoreIn = body_of(case)
    need = case.need_of(given.need)
    marks = given.model_dump(exclude={"need"})
    need.scores = {**need.scores, case.actor.code: marks}
    case.note(need=need.code, **marks)


def _vet(case: Case) -> None:
    """Drop the needs that were found too weak; the rest is vetted."""
    limit = case.parameters.need_threshold
    scores = {n.code: round(need_score(n.scores), 3) for n in case.needs()}
    for need in case.needs():
        need.kept = scores[need.code] >= limit
    case.note(scores=scores, dropped=sorted(c for c, s in scores.items() if s < limit))


def _publish(case: Case) -> None:
    given: PublishIn = body_of(case)
    case.call.deadline = given.deadline
    case.call.secret = token_hex(32)
    case.call.commitment = commitment(case.call.secret)
    case.note(deadline=stamp(given.deadline), commitment=case.call.commitment)


def _amend(case: Case) -> None:
    given: AmendIn = body_of(case)
    if case.call.deadline is None or given.deadline <= case.call.deadline:
        raise RefusedError("amend_extends", status=422)
    case.call.deadline = given.deadline
    case.note(deadline=stamp(given.deadline), text=given.text)


def _object(case: Case) -> None:
    given: ObjectionIn = body_of(case)
    who = case.actor.person.id if case.actor.person else None
    row = Objection(call_id=case.call.id, person_id=who, name=given.name, text=given.text)
    case.session.add(row)
    case.session.flush()
    case.note(objection=row.id, content=hash_of(given.text))


def _answer(case: Case) -> None:
    given: AnswerIn = body_of(case)
    row = case.session.get(Objection, given.objection)
    if row is None or row.call_id != case.call.id:
        raise RefusedError("no_objection", status=422, number=given.objection)
    row.answer = given.answer
    case.note(objection=row.id, answer=given.answer)


def _give_role(case: Case) -> None:
    given: RoleIn = body_of(case)
    query = select(Person).where(Person.email == given.email.casefold())
    person = case.session.scalars(query).first()
    if person is None:
        raise RefusedError("no_person", status=422, email=given.email)
    key = (case.call.id, person.id, given.role)
    if case.session.get(Role, key) is None:
        case.session.add(Role(call_id=key[0], person_id=key[1], role=key[2]))
    case.note(person=f"P-{person.id}", given=given.role)


def _announce(case: Case) -> None:
    case.note(selected=[b.code for b in case.bids("selected")])


NEED_STEPS: dict[str, Step] = {
    "edit_need": Step(NeedIn, _edit_need),
    "propose": PLAIN,
    "score_need": Step(NeedScoreIn, _score_need),
    "vet": Step(run=_vet),
    "publish": Step(PublishIn, _publish),
    "amend": Step(AmendIn, _amend),
    "announce": Step(run=_announce),
    "reopen": EXPLAINED,
    "object": Step(ObjectionIn, _object),
    "answer_objection": Step(AnswerIn, _answer),
    "award": PLAIN,
    "finish": PLAIN,
    "give_role": Step(RoleIn, _give_role),
    "cancel": EXPLAINED,
    "no_award": EXPLAINED,
}
