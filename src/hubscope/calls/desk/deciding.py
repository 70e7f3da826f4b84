"""From reviews to the decision: plain values in and out, so that anyone can do it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import scipy
from sqlalchemy import select

from hubscope.calls.base.models import Bid, Need, Party, Record
from hubscope.calls.desk.case import Case
from hubscope.calls.portfolio import Limits, Pool, band, choose, draw_lots, entropy, inclusion
from hubscope.calls.portfolio.choose import Floats, Rows, rows
from hubscope.calls.portfolio.lottery import seed_of
from hubscope.calls.refusal import RefusedError
from hubscope.calls.scores import calibrate, disagreement, pieces, reliability

DIGITS = 6
"""Scores are kept to six decimals: what is replayed on another machine is compared there."""


def marks_of(case: Case) -> list[dict[str, Any]]:
    """Every mark by the codes of bid and reviewer."""
    bids = {b.id: b.code for b in case.bids("in_review", "selected", "rejected")}
    people = {r.id: r.code for r in case.reviewers()}
    return [
        {"bid": bids[r.bid_id], "reviewer": people[r.reviewer_id], "score": r.score}
        for r in case.reviews()
        if r.score is not None and r.bid_id in bids
    ]


def calibrated(marks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Calibrated scores, intervals and raw means by bid; bias and reliability by reviewer."""
    bids = sorted({m["bid"] for m in marks})
    people = sorted({m["reviewer"] for m in marks})
    bid = np.array([bids.index(m["bid"]) for m in marks], np.int64)
    who = np.array([people.index(m["reviewer"]) for m in marks], np.int64)
    mark = np.array([m["score"] for m in marks], np.float64)
    found = calibrate(bid, who, mark, bids=len(bids), reviewers=len(people))
    each = ("score", "sd", "lo", "hi", "raw")
    flagged = set(disagreement(found, bid, who, mark).tolist())
    steady = reliability(found, bid, who, mark)
    return {
        "mean": _kept(found.mean),
        "variances": [_kept(v) for v in found.variances],
        "pieces": pieces(bid, who, bids=len(bids), reviewers=len(people)),
        "bids": {
            code: {
                **{name: _kept(getattr(found, name)[i]) for name in each},
                "disagree": i in flagged,
            }
            for i, code in enumerate(bids)
        },
        "reviewers": {
            code: {"bias": _kept(found.bias[j]), "reliability": _kept(steady[j])}
            for j, code in enumerate(people)
        },
    }


def _kept(value: float) -> float | None:
    return None if not np.isfinite(value) else round(float(value), DIGITS)


def calibration_of(case: Case) -> dict[str, Any]:
    """The calibration of the call's marks.

    Raises:
        RefusedError: where there is none to calibrate.
    """
    marks = marks_of(case)
    if not marks:
        raise RefusedError("no_marks")
    return calibrated(marks)


def inputs_of(case: Case, draws: int) -> dict[str, Any]:
    """All that the decision rests on: part of the export, and enough to decide again."""
    needs = {n.id: n.code for n in case.session.scalars(select(Need))}
    parties = {p.bid_id: p for p in case.session.scalars(select(Party))}
    bids = [b for b in case.bids("in_review", "selected", "rejected") if b.state != "rejected"]
    groups = _groups(case, parties)
    fixed = [b.code for b in bids if b.state == "selected"]
    closing = select(Record.hash).where(Record.call == case.call.id, Record.action == "close")
    seed = entropy(case.call.secret, case.session.scalars(closing).first() or "")
    return {
        "marks": [m for m in marks_of(case) if m["bid"] in {b.code for b in bids}],
        "bids": [
            _row(b, needs[b.need_id], parties[b.id], groups[parties[b.id].lead.casefold()])
            for b in bids
        ],
        "fixed": fixed,
        "budget": case.call.budget,
        "slots": case.parameters.slots,
        "user_weight": case.parameters.user_weight,
        "lottery": case.parameters.lottery,
        "lot_from": case.parameters.lot_from,
        "limits": case.call.limits,
        "draws": draws,
        "entropy": seed,
    }


def _groups(case: Case, parties: Mapping[int, Party]) -> dict[str, str]:
    """A number for each lead organisation, in the order of the call's bids.

    It says who bids twice and nothing more; over all bids, so that no step changes a number.
    """
    every = select(Bid.id).where(Bid.call_id == case.call.id).order_by(Bid.id)
    leads = [parties[b].lead.casefold() for b in case.session.scalars(every)]
    return {lead: f"G-{n}" for n, lead in enumerate(dict.fromkeys(leads), 1)}


def _row(bid: Bid, need: str, party: Party, group: str) -> dict[str, Any]:
    """A bid as the decision sees it: the organisation only as a group's number, never by name."""
    return {
        "code": bid.code,
        "need": need,
        "cost": bid.cost,
        "years": {str(y["year"]): y["amount"] for y in bid.body.get("years", [])},
        "field": bid.body.get("field", ""),
        "region": party.region,
        "group": group,
        "young": party.young,
        "user_score": bid.user_score,
    }


def decide(given: Mapping[str, Any]) -> dict[str, Any]:
    """The decision that follows from the inputs: a plain function of plain values."""
    found = calibrated(given["marks"])
    bids = [b for b in given["bids"] if b["code"] in found["bids"]]
    weight = float(given["user_weight"])
    score = np.array([_worth(found["bids"][b["code"]]["score"], b, weight) for b in bids])
    sd = np.array([(found["bids"][b["code"]]["sd"] or 0.0) * _share(b, weight) for b in bids])
    pool, limits = _pool(bids), _limits(given)
    codes = [b["code"] for b in bids]
    fixed = np.array([c in given["fixed"] for c in codes])
    best = choose(score, pool, limits, fixed=fixed)
    often = inclusion(score, sd, pool, limits, draws=given["draws"], seed=seed_of(given["entropy"]))
    edge = band(often)
    chosen = [c for c, x in zip(codes, best.chosen, strict=True) if x]
    contested = [c for c, x in zip(codes, edge.contested, strict=True) if x]
    drawn: list[str] = []
    if given["lottery"]:
        near = [c for c, f in zip(codes, often, strict=True) if _by_a_hair(f, given["lot_from"])]
        near = [c for c in near if c not in given["fixed"]]
        high = dict(zip(codes, often >= 0.5, strict=True))
        sure = [c for c in chosen if c not in near and (high[c] or c in given["fixed"])]
        drawn = _by_lot(given["entropy"], codes, sure, near, rows(pool, limits))
        chosen = _filled(score, pool, limits, codes, kept=[*sure, *drawn], lost=near)
    return {
        "selected": chosen,
        "drawn": drawn,
        "band": contested,
        "worth": {c: round(float(s), DIGITS) for c, s in zip(codes, score, strict=True)},
        "frequency": {c: round(float(f), DIGITS) for c, f in zip(codes, often, strict=True)},
        "value": round(best.value, DIGITS),
        "cost": round(float(sum(b["cost"] for b in bids if b["code"] in chosen)), DIGITS),
        "entropy": given["entropy"],
        "draws": given["draws"],
        "solver": f"scipy {scipy.__version__}",
    }


def _by_a_hair(often: float, lot_from: float) -> bool:
    """In about half of the draws: between `lot_from` and 1 - `lot_from`."""
    return bool(lot_from <= often <= 1 - lot_from)


def _filled(
    score: Floats,
    pool: Pool,
    limits: Limits,
    codes: list[str],
    *,
    kept: list[str],
    lost: list[str],
) -> list[str]:
    """What is safe and what was drawn, with the best of the rest where there is room."""
    fixed = np.array([c in kept for c in codes])
    out = np.array([c in lost and c not in kept for c in codes])
    best = choose(np.where(out, -1e3, score), pool, limits, fixed=fixed)
    return [c for c, x in zip(codes, best.chosen, strict=True) if x]


def _share(bid: Mapping[str, Any], weight: float) -> float:
    return 1.0 if bid["user_score"] is None else 1.0 - weight


def _worth(score: float, bid: Mapping[str, Any], weight: float) -> float:
    """Experts' calibrated score with the end user's view at its weight, where there is one."""
    if bid["user_score"] is None:
        return float(score)
    return (1 - weight) * score + weight * float(bid["user_score"])


def _pool(bids: Sequence[Mapping[str, Any]]) -> Pool:
    years = sorted({int(y) for b in bids for y in b["years"]})
    return Pool(
        np.array([b["cost"] for b in bids], np.float64),
        [b["need"] for b in bids],
        [b["group"] for b in bids],
        [b["field"] for b in bids],
        [b["region"] for b in bids],
        [b["young"] for b in bids],
        {y: np.array([b["years"].get(str(y), 0.0) for b in bids], np.float64) for y in years},
    )


def _limits(given: Mapping[str, Any]) -> Limits:
    more = dict(given["limits"])
    years = {int(y): float(m) for y, m in more.pop("years", {}).items()}
    return Limits(budget=given["budget"], slots=given["slots"], years=years, **more)


def _by_lot(
    drawn_from: str,
    codes: list[str],
    sure: list[str],
    contested: list[str],
    held: Rows,
) -> list[str]:
    """Contested bids in the order of their tickets, as far as slots, caps and money reach."""

    def fits(more: list[str]) -> bool:
        x = np.array([c in sure or c in more for c in codes], np.float64)
        return bool((held.matrix @ x <= held.high + 1e-9).all())

    return draw_lots(drawn_from, [c for c in contested if c not in sure], fits)


def decision_of(case: Case, draws: int) -> dict[str, Any]:
    """Decide the call: calibrate, choose, and keep the inputs beside the outcome."""
    case.call.calibration = calibration_of(case)
    given = inputs_of(case, draws)
    if not given["marks"]:
        raise RefusedError("no_marks")
    return {**decide(given), "inputs": given}
