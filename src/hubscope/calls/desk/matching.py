"""From a call's rows to the assignment and back: the arrays in between are `reviewers`' matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from hubscope.calls.base.models import Bid, Need, Party, Relation, Review, Reviewer
from hubscope.calls.desk.case import Case
from hubscope.calls.desk.coauthors import coauthors
from hubscope.calls.refusal import RefusedError
from hubscope.calls.reviewers import affinity, assign, conflicts, randomise
from hubscope.calls.reviewers.conflicts import Bidder, Conflict, Expert, Tie
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


def table(case: Case) -> Table:
    """What there is to assign now: reviews already given or voided are counted off."""
    bids, reviewers = case.bids("screened", "in_review"), case.reviewers()
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
    at_bid, at_reviewer = (
        {b.id: i for i, b in enumerate(bids)},
        {r.id: j for j, r in enumerate(reviewers)},
    )
    for review in case.session.scalars(select(Review).where(Review.call_id == case.call.id)):
        if review.bid_id in at_bid:
            i, j = at_bid[review.bid_id], at_reviewer[review.reviewer_id]
            barred[i, j] = True
            if not review.conflict:
                demand[i] -= 1
                load[j] -= 1
    near = affinity([_text(b) for b in bids], [[r.wrote] if r.wrote else [] for r in reviewers])
    return Table(bids, reviewers, near, barred, np.maximum(demand, 0), np.maximum(load, 0), found)


def match(case: Case) -> None:
    """Assign reviewers to all bids that lack some, and start the review of the screened ones."""
    at = table(case)
    made, how = _made(case, at)
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
    case.note(pairs=len(made.bid), affinity=round(made.total, 6), short=short, **how)


def _made(case: Case, at: Table) -> tuple[Any, dict[str, Any]]:
    share = case.parameters.pair_probability
    if share >= 1:
        return assign(*at.pairs, at.demand, at.load), {"method": "optimal"}
    k, of = max(1, round(share * 10)), 10
    seed = int(case.call.secret[:12], 16)
    try:
        lot = randomise(*at.pairs, at.demand, at.load, k=k, of=of, seed=seed)
    except HubscopeError as error:
        raise RefusedError("cannot_randomise", why=error.what) from error
    return lot.drawn, {"method": "randomised", "most": k / of, "drawn": lot.number}
