"""Experts, their ties, who reads what, marks, calibration and the decision."""

from __future__ import annotations

from datetime import UTC, datetime, time

from sqlalchemy import func, select

from hubscope.calls.base.ledger import stamp
from hubscope.calls.base.models import Person, Relation, Reviewer
from hubscope.calls.desk.bodies import (
    AssignIn,
    ConflictIn,
    DecideIn,
    RelationIn,
    ReviewerIn,
    ReviewIn,
    UserViewIn,
)
from hubscope.calls.desk.case import Case
from hubscope.calls.desk.kinds import PLAIN, Step, body_of
from hubscope.calls.refusal import RefusedError

MARKS = ("fit", "route", "team_plan", "indicators")
"""What a reviewer marks, each of 100; the review's score is their mean."""


def _add_reviewer(case: Case) -> None:
    given: ReviewerIn = body_of(case)
    many = select(func.count(Reviewer.id)).where(Reviewer.call_id == case.call.id)
    code = f"R-{(case.session.scalar(many) or 0) + 1:03d}"
    email = given.email.casefold()
    person = case.session.scalars(select(Person).where(Person.email == email)).first()
    if given.email and person is None:
        raise RefusedError("no_person", status=422, email=given.email)
    row = Reviewer(
        call_id=case.call.id,
        code=code,
        person_id=person.id if person else None,
        name=given.name,
        organisations=given.organisations,
        wrote=given.wrote,
        load_max=given.load_max or case.parameters.load_max,
    )
    case.session.add(row)
    case.session.flush()
    for other in given.conflicts:
        _tie(case, row, other, "declared", "declaration")
    case.note(reviewer=code, conflicts=len(given.conflicts))


def _tie(case: Case, who: Reviewer, other: str, kind: str, source: str) -> Relation:
    row = Relation(
        call_id=case.call.id,
        reviewer_id=who.id,
        other=other,
        kind=kind,
        hard=True,
        source=source,
    )
    case.session.add(row)
    return row


def _add_relation(case: Case) -> None:
    given: RelationIn = body_of(case)
    who = next((r for r in case.reviewers() if r.code == given.reviewer), None)
    if who is None:
        raise RefusedError("no_reviewer", status=422, code=given.reviewer)
    row = _tie(case, who, given.other, given.kind, given.source)
    row.hard = given.hard
    if given.expires:
        row.expires = datetime.combine(given.expires, time(), UTC)
    case.note(reviewer=who.code, kind=given.kind, hard=given.hard)


def _assign(case: Case) -> None:
    from hubscope.calls.desk.matching import match

    given: AssignIn = body_of(case)
    match(case, given.method)


def _declare(case: Case) -> None:
    given: ConflictIn = body_of(case)
    mine = case.review()
    who = case.session.get_one(Reviewer, mine.reviewer_id) if mine else None
    if mine is None or who is None:
        raise RefusedError("not_assigned")
    mine.conflict, mine.score, mine.handed_in = given.reason, None, None
    _tie(case, who, case.its_bid.code, "declared", "reviewer")
    case.note(reviewer=who.code)


def _review(case: Case) -> None:
    given: ReviewIn = body_of(case)
    mine = case.review()
    if mine is None:
        raise RefusedError("not_assigned")
    marks = given.model_dump(include=set(MARKS))
    mine.marks, mine.comment, mine.handed_in = marks, given.comment, case.now
    mine.score = sum(marks.values()) / len(marks)
    who = case.session.get_one(Reviewer, mine.reviewer_id)
    case.note(reviewer=who.code, score=mine.score, **marks)


def _user_view(case: Case) -> None:
    given: UserViewIn = body_of(case)
    case.its_bid.user_score = given.score
    case.note(score=given.score)


def _calibrate(case: Case) -> None:
    from hubscope.calls.desk.deciding import calibration_of

    case.call.calibration = calibration_of(case)
    case.note(at=stamp(case.now), mean=case.call.calibration["mean"])


def _decide(case: Case) -> None:
    from hubscope.calls.desk.deciding import decision_of

    given: DecideIn = body_of(case)
    case.call.decision = decision_of(case, given.draws)
    kept = ("selected", "drawn", "band", "entropy", "draws")
    case.note(**{k: case.call.decision[k] for k in kept}, reason=given.reason)


def _shortlist(case: Case) -> None:
    ranked = sorted(case.call.decision["frequency"].items(), key=lambda r: (-r[1], r[0]))
    most = case.parameters.shortlist_max * max(len(case.needs()), 1)
    case.note(shortlisted=sum(often > 0 for _, often in ranked[:most]))


REVIEW_STEPS: dict[str, Step] = {
    "add_reviewer": Step(ReviewerIn, _add_reviewer),
    "add_relation": Step(RelationIn, _add_relation),
    "assign": Step(AssignIn, _assign),
    "start_review": PLAIN,
    "declare_conflict": Step(ConflictIn, _declare),
    "review": Step(ReviewIn, _review),
    "user_view": Step(UserViewIn, _user_view),
    "calibrate": Step(run=_calibrate),
    "decide": Step(DecideIn, _decide),
    "shortlist": Step(run=_shortlist),
}
