"""Several steps that an office takes at once: all of them, or none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hubscope.calls.base.database import Database
from hubscope.calls.desk.act import open_case, step
from hubscope.calls.desk.case import Actor, Case


def assign_all(database: Database, call: str, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Screen the bids that wait, assign reviewers, start the reviews; the assignment comes out.

    Raises:
        RefusedError: where a bid does not pass or lacks reviewers; nothing is changed then.
    """
    with database.write() as session:
        case = open_case(session, call, actor=actor, now=now)
        for bid in case.bids("submitted"):
            step(Case(session, case.call, case.actor, now, bid=bid), "screen", {})
        made = step(Case(session, case.call, case.actor, now), "assign", {})
        for bid in case.bids("screened"):
            step(Case(session, case.call, case.actor, now, bid=bid), "start_review", {})
        return made
