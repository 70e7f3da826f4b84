"""What may be read of the calls: lists, and why a pair was made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubscope.calls.base.ledger import stamp
from hubscope.calls.base.models import Call
from hubscope.calls.desk.act import find_call
from hubscope.calls.desk.case import OPERATOR, Case
from hubscope.calls.desk.matching import table
from hubscope.calls.desk.settle import call_stand
from hubscope.calls.refusal import RefusedError
from hubscope.calls.reviewers import explain


def listed(session: Session, now: datetime) -> list[dict[str, Any]]:
    """Every call with its state now, newest first."""
    calls = session.scalars(select(Call).order_by(Call.since.desc(), Call.id))
    return [
        {
            "id": c.id,
            "title": c.title,
            "family": c.family,
            "state": call_stand(c, now).state,
            "deadline": stamp(c.deadline) if c.deadline else None,
            "budget": c.budget,
            "synthetic": c.synthetic,
        }
        for c in calls
    ]


def explain_pair(
    session: Session, call_id: str, bid: str, reviewer: str, now: datetime
) -> dict[str, Any]:
    """Why a reviewer would or would not be given a bid in the assignment as it stands.

    Raises:
        RefusedError: where there is no such bid or reviewer among those to be assigned.
    """
    case = Case(session, find_call(session, call_id), OPERATOR, now)
    at = table(case)
    bids = [b.code for b in at.bids]
    people = [r.code for r in at.reviewers]
    if bid not in bids:
        raise RefusedError("no_bid", status=404, bid=bid)
    if reviewer not in people:
        raise RefusedError("no_reviewer", status=404, code=reviewer)
    found = [c for c in at.conflicts if (c.bid, c.reviewer) == (bid, reviewer)]
    demand = np.maximum(at.demand, 0)
    pair = (bids.index(bid), people.index(reviewer))
    why = explain(*at.pairs, demand, at.load, pair=pair)
    return {
        "bid": bid,
        "reviewer": reviewer,
        "reason": why.reason,
        "conflicts": [{"kind": c.kind, "source": c.source, "hard": c.hard} for c in found],
        "affinity": round(why.affinity, 6),
        "rank": why.rank,
        "cost": round(why.cost, 6),
        "unread": why.unread,
    }
