"""After the award: signatures, milestones, tests, money, acceptance."""

from __future__ import annotations

from typing import Any

from hubscope.calls.base.ledger import stamp
from hubscope.calls.base.models import Milestone
from hubscope.calls.desk.bodies import (
    AcceptIn,
    ChangeIn,
    MilestoneNumber,
    OpinionIn,
    ReportIn,
)
from hubscope.calls.desk.case import Case, same
from hubscope.calls.desk.kinds import EXPLAINED, PLAIN, Step, body_of
from hubscope.calls.refusal import RefusedError

FINAL = 0
"""Number of the final test at acceptance."""


def _directions(case: Case) -> dict[str, str]:
    return {i["name"]: i["direction"] for i in case.need.body["indicators"]}


def _freeze(case: Case) -> None:
    """Lay down the milestones and the final test as they were promised."""
    bid, signs, pays = case.its_bid, _directions(case), case.parameters.pays
    planned = [dict(m) for m in bid.body["milestones"]]
    paid_early = sum(m["tranche"] for m in planned) if pays == "milestone" else 0.0
    for number, body in enumerate(planned, 1):
        tranche = float(body["tranche"]) if pays == "milestone" else 0.0
        _lay(case, number, {**body, "direction": signs.get(body["indicator"], "+")}, tranche)
    main = bid.body["promises"][0]
    due = case.need.body.get("due") or ""
    last = {"title": "final", "indicator": main["name"], "threshold": main["value"], "due": due}
    rest = 0.0 if pays == "none" else bid.cost - paid_early
    _lay(case, FINAL, {**last, "direction": signs.get(main["name"], "+")}, rest)
    case.note(milestones=len(planned), promised=bid.body["promises"], due=due)


def _lay(case: Case, number: int, body: dict[str, Any], tranche: float) -> None:
    row = Milestone(bid_id=case.its_bid.id, number=number, body=body, tranche=tranche)
    row.report, row.opinion = {}, {}
    case.session.add(row)


def _report(case: Case) -> None:
    given: ReportIn = body_of(case)
    sides = (case.call.payer, case.need.organisation, case.party.lead, *case.party.partners)
    if any(same(given.organisation, s) for s in sides):
        raise RefusedError("assessor_not_third")
    row = case.milestone()
    row.report = {**given.model_dump(exclude={"milestone"}), "at": stamp(case.now)}
    case.note(**given.model_dump())


def _opinion(case: Case) -> None:
    given: OpinionIn = body_of(case)
    row = case.milestone()
    row.opinion = {**given.model_dump(exclude={"milestone"}), "at": stamp(case.now)}
    case.note(**given.model_dump())


def _pay(case: Case, row: Milestone) -> None:
    row.passed, row.paid = True, row.tranche
    case.note(milestone=row.number, paid=row.tranche)


def _pass(case: Case) -> None:
    row = case.milestone()
    if row.passed:
        raise RefusedError("passed_already", number=row.number)
    _pay(case, row)


def _fail(case: Case) -> None:
    row = case.milestone()
    if row.passed:
        raise RefusedError("passed_already", number=row.number)
    row.passed = False
    case.note(milestone=row.number, value=row.report["value"])


def _eliminate(case: Case) -> None:
    case.note(milestone=body_of(case).milestone)


def _change(case: Case) -> None:
    given: ChangeIn = body_of(case)
    row = case.milestone()
    case.note(
        milestone=row.number,
        before=row.body["threshold"],
        after=given.threshold,
        reason=given.reason,
    )


def _changed(case: Case) -> None:
    row = case.milestone()
    row.body = {**row.body, "threshold": body_of(case).threshold}


def _accepted(case: Case) -> None:
    _pay(case, next(m for m in case.milestones() if m.number == FINAL))


DELIVER_STEPS: dict[str, Step] = {
    "sign": Step(then=_freeze),
    "change_indicator": Step(ChangeIn, _change, _changed),
    "test_report": Step(ReportIn, _report),
    "user_opinion": Step(OpinionIn, _opinion),
    "milestone_pass": Step(MilestoneNumber, _pass),
    "milestone_fail": Step(MilestoneNumber, _fail),
    "resume": EXPLAINED,
    "eliminate": Step(MilestoneNumber, _eliminate),
    "terminate": EXPLAINED,
    "deliver": PLAIN,
    "accept": Step(AcceptIn, then=_accepted),
    "fail": EXPLAINED,
}
