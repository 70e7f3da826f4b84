"""Several steps that an office takes at once: all of them, or none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hubscope.calls.base.database import Database
from hubscope.calls.desk.act import open_case, step
from hubscope.calls.desk.case import Actor, Case
from hubscope.calls.refusal import RefusedError


def assign_all(
    database: Database, call: str, *, actor: Actor, now: datetime, method: str = "rule"
) -> dict[str, Any]:
    """Screen the bids that wait, assign reviewers, start the reviews; the assignment comes out.

    Raises:
        RefusedError: where a bid does not pass or lacks reviewers; nothing is changed then.
    """
    with database.write() as session:
        case = open_case(session, call, actor=actor, now=now)
        for bid in case.bids("submitted"):
            step(Case(session, case.call, case.actor, now, bid=bid), "screen", {})
        made = step(Case(session, case.call, case.actor, now), "assign", {"method": method})
        for bid in case.bids("screened"):
            step(Case(session, case.call, case.actor, now, bid=bid), "start_review", {})
        return made


def carry_out(
    database: Database, call: str, reason: str, *, actor: Actor, now: datetime
) -> list[str]:
    """Select the bids that the decision on record names, reject the others; the chosen come out.

    Raises:
        RefusedError: where there is no decision, or a step is not open; nothing is changed then.
    """
    with database.write() as session:
        case = open_case(session, call, actor=actor, now=now)
        if not case.call.decision:
            raise RefusedError("undecided")
        chosen: list[str] = case.call.decision["selected"]
        for bid in case.bids("in_review"):
            one = Case(session, case.call, case.actor, now, bid=bid)
            if bid.code in chosen:
                step(one, "select", {})
            else:
                step(one, "reject", {"reason": reason})
        return chosen
