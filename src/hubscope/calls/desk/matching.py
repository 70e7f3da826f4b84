"""From a call's rows to the assignment and back: the arrays in between are `reviewers`' matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from hubscope.calls.base.models import Bid, Need, Party, Relation, Review, Reviewer
from hubscope.calls.desk.case import WAITING, Case
from hubscope.calls.desk.coauthors import coauthors
from hubscope.calls.refusal import RefusedError
from hubscope.calls.reviewers import (
    Assignment,
    affinity,
    assign,
    conflicts,
    fair,
    leximin,
    randomise,
    threshold,
)
from hubscope.calls.reviewers.conflicts import Bidder, Conflict, Expert, Tie
from hubscope.calls.workflow import Parameters
from hubscope.errors import HubscopeError


@dataclass(frozen=True)
class Table:
    """Bids against reviewers: candidate pairs with their affinity, demands and loads left."""

    bids: list[Bid]
    reviewers: list[Reviewer]
    affinity: NDArray[np.float64]
    barred: NDArray[np.bool_]
    demand: NDArray[np.int64]
    load: NDArray[np.int64]
    conflicts: list[Conflict]

    @property
    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Every pair that may be made: bid, reviewer, affinity."""
        bid, reviewer = np.nonzero(~self.barred)
        return bid, reviewer, self.affinity[bid, reviewer]


def _text(bid: Bid) -> str:
    return " ".join([bid.title, bid.body.get("abstract", ""), bid.body.get("route", "")])


def found_conflicts(case: Case, bids: list[Bid], reviewers: list[Reviewer]) -> list[Conflict]:
    """Conflicts between these bids and reviewers, from all that is known."""
    parties = {p.bid_id: p for p in case.session.scalars(select(Party))}
    needs = {n.id: n for n in case.session.scalars(select(Need))}
    codes = {r.id: r.code for r in reviewers}
    experts = [Expert(r.code, r.name, tuple(r.organisations)) for r in reviewers]
    bidders = [_bidder(b, parties[b.id], needs[b.need_id]) for b in bids]
    given = select(Relation).where(Relation.call_id == case.call.id)
    ties = [
        Tie(codes[t.reviewer_id], t.other, t.kind, t.hard, t.source, t.expires)
        for t in case.session.scalars(given)
        if t.reviewer_id in codes
    ]
    names = [e.name for e in experts] + [n for b in bidders for n in b.people]
    wrote_with = coauthors(case.session.info["root"], names, case.now)
    return conflicts(experts, bidders, ties, case.now, wrote_with)


def _bidder(bid: Bid, party: Party, need: Need) -> Bidder:
    homes = (party.lead, *party.partners, *party.related)
    return Bidder(bid.code, homes, (party.leader, *party.team), need.organisation)


def table(case: Case, *, anew: bool = False) -> Table:
    """What there is to assign now: reviews already given or voided are counted off.

    `anew`: as it was before anything was assigned, for all bids that came to be reviewed, also
    those that have ended since.
    """
    bids, reviewers = case.bids(*WAITING[1:]), case.reviewers()
    if anew:
        read = select(Review.bid_id).where(Review.call_id == case.call.id)
        known = {*case.session.scalars(read), *(b.id for b in bids)}
        bids = [b for b in case.bids() if b.id in known]
    if not bids or not reviewers:
        raise RefusedError("nothing_to_assign")
    found = found_conflicts(case, bids, reviewers)
    row = {b.code: i for i, b in enumerate(bids)}
    column = {r.code: j for j, r in enumerate(reviewers)}
    barred = np.zeros((len(bids), len(reviewers)), np.bool_)
    for one in found:
        if one.hard:
            barred[row[one.bid], column[one.reviewer]] = True
    demand = np.full(len(bids), case.parameters.reviews_per_bid)
    load = np.array([r.load_max for r in reviewers])
    if not anew:
        _count_off(case, bids, reviewers, (barred, demand, load))
    near = affinity([_text(b) for b in bids], [[r.wrote] if r.wrote else [] for r in reviewers])
    return Table(bids, reviewers, near, barred, np.maximum(demand, 0), np.maximum(load, 0), found)


def _count_off(
    case: Case, bids: list[Bid], reviewers: list[Reviewer], left: tuple[Any, Any, Any]
) -> None:
    """Bar the pairs that were made before, and take their reviews off demands and loads."""
    barred, demand, load = left
    at_bid = {b.id: i for i, b in enumerate(bids)}
    at_reviewer = {r.id: j for j, r in enumerate(reviewers)}
    for review in case.session.scalars(select(Review).where(Review.call_id == case.call.id)):
        if review.bid_id in at_bid:
            i, j = at_bid[review.bid_id], at_reviewer[review.reviewer_id]
            barred[i, j] = True
            if not review.conflict:
                demand[i] -= 1
                load[j] -= 1


def match(case: Case, method: str = "rule") -> None:
    """Assign reviewers to all bids that lack some."""
    at = table(case)
    made, how = made_by(at, case.parameters, method, case.call.secret)
    for i, j, gain in zip(made.bid, made.reviewer, made.gain, strict=True):
        case.session.add(
            Review(
                call_id=case.call.id,
                bid_id=at.bids[i].id,
                reviewer_id=at.reviewers[j].id,
                affinity=float(gain),
                marks={},
            )
        )
    short = {at.bids[i].code: int(made.open[i]) for i in np.flatnonzero(made.open)}
    least = float(made.per_bid()[at.demand > 0].min(initial=np.inf))
    worst = round(least, 6) if np.isfinite(least) else None
    case.note(pairs=len(made.bid), affinity=round(made.total, 6), worst=worst, short=short, **how)


def made_by(
    at: Table, rules: Parameters, asked: str, secret: str
) -> tuple[Assignment, dict[str, Any]]:
    """The assignment by the method that is asked for, and how it was made.

    Raises:
        RefusedError: where it cannot be made that way.
    """
    method = method_of(rules, asked)
    try:
        if method == "randomised":
            return _drawn(at, rules, secret)
        if method in FAIR:
            return _fair(at, FAIR[method]), {"method": method}
    except HubscopeError as error:
        key = "cannot_randomise" if method == "randomised" else "cannot_assign"
        raise RefusedError(key, why=error) from error
    made = threshold if method == "threshold" else assign
    return made(*at.pairs, at.demand, at.load), {"method": method}


def method_of(rules: Parameters, asked: str) -> str:
    """The method's name: the rules' own unless another is asked for."""
    if asked != "rule":
        return asked
    drawn = rules.assignment == "optimal" and rules.pair_probability < 1
    return "randomised" if drawn else rules.assignment


def odds(rules: Parameters) -> tuple[int, int]:
    """The highest probability of a pair in tenths: k of 10; a draw by choice starts at 8 of 10."""
    share = rules.pair_probability if rules.pair_probability < 1 else 0.8
    return max(1, round(share * 10)), 10


def _drawn(at: Table, rules: Parameters, secret: str) -> tuple[Assignment, dict[str, Any]]:
    k, of = odds(rules)
    lot = randomise(*at.pairs, at.demand, at.load, k=k, of=of, seed=int(secret[:12], 16))
    return lot.drawn, {"method": "randomised", "most": k / of, "drawn": lot.number}


FAIR: dict[str, Callable[..., Assignment]] = {"max_min": fair, "leximin": leximin}
"""The ways that put the worst-served bid first."""


def _fair(at: Table, way: Callable[..., Assignment]) -> Assignment:
    """Fair to the bids that still ask for reviews; the others would hold the minimum at 0."""
    bid, reviewer, gain = at.pairs
    asking = np.flatnonzero(at.demand > 0)
    keep = np.isin(bid, asking)
    if not len(asking):
        return assign(bid, reviewer, gain, at.demand, at.load)
    local = np.searchsorted(asking, bid[keep])
    found = way(local, reviewer[keep], gain[keep], at.demand[asking], at.load)
    missing = at.demand.copy()
    missing[asking] = found.open
    return Assignment(asking[found.bid], found.reviewer, found.gain, missing)
