"""What may be read of the calls: lists, and why a pair was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from hubscope.calls.base.ledger import stamp
from hubscope.calls.base.models import Bid, Call, Record, Review, Reviewer
from hubscope.calls.desk.act import find_call
from hubscope.calls.desk.case import OPERATOR, Case
from hubscope.calls.desk.matching import Table, method_of, odds, table
from hubscope.calls.desk.settle import call_stand
from hubscope.calls.refusal import RefusedError
from hubscope.calls.reviewers import explain, randomise
from hubscope.errors import HubscopeError


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


def readers_of(session: Session, call_id: str) -> dict[str, list[str]]:
    """Codes of the reviewers of each bid, without those who declared a conflict."""
    query = select(Bid.code, Reviewer.code).join(Review, Review.bid_id == Bid.id)
    query = query.join(Reviewer, Reviewer.id == Review.reviewer_id)
    query = query.where(Review.call_id == call_id, Review.conflict == "")
    found: dict[str, list[str]] = {}
    for bid, reviewer in session.execute(query.order_by(Bid.code, Reviewer.code)):
        found.setdefault(bid, []).append(reviewer)
    return found


def explain_pair(
    session: Session, call_id: str, bid: str, reviewer: str, now: datetime
) -> dict[str, Any]:
    """Why a reviewer was, or would or would not be, given a bid.

    Reckoned on the whole round as it was before anything was assigned; `assigned` says what the
    record holds, `method` by which way it was made, `probability` the pair's where that was a draw.

    Raises:
        RefusedError: where there is no such bid or reviewer among those to be assigned.
    """
    case = Case(session, find_call(session, call_id), OPERATOR, now)
    at = table(case, anew=True)
    bids, people = [b.code for b in at.bids], [r.code for r in at.reviewers]
    if bid not in bids:
        raise RefusedError("no_bid", status=404, bid=bid)
    if reviewer not in people:
        raise RefusedError("no_reviewer", status=404, code=reviewer)
    pair = (bids.index(bid), people.index(reviewer))
    found = [c for c in at.conflicts if (c.bid, c.reviewer) == (bid, reviewer)]
    why = explain(*at.pairs, at.demand, at.load, pair=pair)
    query = select(Review).where(Review.bid_id == at.bids[pair[0]].id)
    query = query.where(Review.reviewer_id == at.reviewers[pair[1]].id)
    row = session.scalars(query).first()
    done = _first_assignment(session, case.call.id)
    method = done.get("method") or method_of(case.parameters, "rule")
    return {
        "bid": bid,
        "reviewer": reviewer,
        "verdict": _verdict(row, why.reason, asked=bool(done)),
        "assigned": row is not None,
        "void": bool(row and row.conflict),
        "method": method,
        "probability": _probability(case, at, pair, done) if method == "randomised" else None,
        "reason": why.reason,
        "conflicts": [{"kind": c.kind, "source": c.source, "hard": c.hard} for c in found],
        "affinity": round(float(at.affinity[pair]), 6),
        "rank": why.rank,
        "candidates": int((~at.barred[pair[0]]).sum()),
        "cost": round(why.cost, 6),
        "unread": why.unread,
    }


def _verdict(row: Review | None, reason: str, *, asked: bool) -> str:
    """Key of the sentence that says how it came out."""
    if row is not None and row.conflict:
        return "void"
    if row is not None:
        return "made" if reason != "not_made" else "made_otherwise"
    if reason == "conflict" or not asked:
        return "conflict" if reason == "conflict" else "not_yet"
    return "not_made" if reason == "not_made" else "not_made_otherwise"


def bids_to_explain(session: Session, call_id: str, now: datetime) -> list[tuple[str, str]]:
    """Code and title of the bids whose readers can be explained; none before there are any."""
    case = Case(session, find_call(session, call_id), OPERATOR, now)
    try:
        return [(b.code, b.title) for b in table(case, anew=True).bids]
    except RefusedError:
        return []


def explain_bid(session: Session, call_id: str, bid: str, now: datetime) -> list[dict[str, Any]]:
    """Every reviewer of the call beside one bid: affinity, ties, and who was assigned; best first.

    Raises:
        RefusedError: where there is no such bid among those to be assigned.
    """
    case = Case(session, find_call(session, call_id), OPERATOR, now)
    at = table(case, anew=True)
    row = next((i for i, b in enumerate(at.bids) if b.code == bid), None)
    if row is None:
        raise RefusedError("no_bid", status=404, bid=bid)
    query = select(Review).where(Review.bid_id == at.bids[row].id)
    given = {r.reviewer_id: r.conflict for r in session.scalars(query)}
    ties: dict[str, list[str]] = {}
    for one in at.conflicts:
        if one.bid == bid:
            ties.setdefault(one.reviewer, []).append(one.kind)
    found = [
        {"code": r.code, "name": r.name, "affinity": float(near), "assigned": r.id in given,
         "void": bool(given.get(r.id)), "conflicts": ties.get(r.code, [])}
        for r, near in zip(at.reviewers, at.affinity[row], strict=True)
    ]  # fmt: skip
    return sorted(found, key=lambda r: (not r["assigned"], -r["affinity"], r["code"]))


def _first_assignment(session: Session, call_id: str) -> dict[str, Any]:
    """What the record keeps of the first assignment, which made most of the pairs."""
    query = select(Record).where(Record.call == call_id, Record.action == "assign")
    row = session.scalars(query.order_by(Record.seq)).first()
    return dict(json.loads(row.body)) if row else {}


def _probability(
    case: Case, at: Table, pair: tuple[int, int], done: Mapping[str, Any]
) -> float | None:
    """The pair's chance in the draw, exactly."""
    k, of = odds(case.parameters)
    k = round(float(done.get("most", k / of)) * of)
    bid, reviewer, gain = at.pairs
    here = np.flatnonzero((bid == pair[0]) & (reviewer == pair[1]))
    if not len(here):
        return 0.0
    try:
        lot = randomise(bid, reviewer, gain, at.demand, at.load, k=k, of=of, seed=0)
    except HubscopeError:
        return None
    return float(lot.probability[here[0]])
