"""Races 赛马: several run on one task, and only so many stay in after each milestone."""

from __future__ import annotations

from sqlalchemy import select

from hubscope.calls.base.models import Bid, Milestone
from hubscope.calls.desk.case import Case


def standings(case: Case, number: int) -> list[tuple[float, Bid]]:
    """Signed values at the milestone, best first, of the bids that run for the same need.

    A bid without a measured value stands behind all others.
    """
    query = select(Milestone, Bid).join(Bid, Bid.id == Milestone.bid_id)
    query = query.where(Bid.need_id == case.its_bid.need_id, Milestone.number == number)
    query = query.where(Bid.state.in_(("contracted", "suspended")))
    rows = case.session.execute(query)
    return sorted(((_value(m), b) for m, b in rows), key=lambda r: (-r[0], r[1].code))


def _value(row: Milestone) -> float:
    if not row.report:
        return float("-inf")
    sign = 1.0 if row.body.get("direction", "+") == "+" else -1.0
    return sign * float(row.report["value"])


def loses(case: Case) -> bool:
    """Whether at the named milestone as many others as may stay in did strictly better."""
    number = int(getattr(case.body, "milestone", 0))
    keep = case.parameters.keep
    if not 1 <= number <= len(keep):
        return False
    table = standings(case, number)
    mine = next((v for v, b in table if b.id == case.its_bid.id), float("-inf"))
    return sum(v > mine for v, _ in table) >= keep[number - 1]
