"""Why a pair was or was not made: its conflict, its rank, and what forcing it would cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from hubscope.calls.reviewers.flow import Floats, Ints, Problem, Solver, problem, solve


@dataclass(frozen=True, slots=True)
class Explanation:
    """`reason`: made, conflict, or cost: the total affinity lost by turning the choice round."""

    reason: str
    affinity: float = 0.0
    rank: int = 0
    """Place of the reviewer among the bid's candidates by affinity, from 1."""
    cost: float = 0.0
    unread: int = 0
    """Reviews that could no longer be given if the choice were turned round."""


def explain(
    bid: Ints,
    reviewer: Ints,
    gain: Floats,
    demand: Ints,
    load_max: Ints,
    *,
    pair: tuple[int, int],
    solver: Solver = "auto",
) -> Explanation:
    """Why bid `pair[0]` is or is not read by reviewer `pair[1]`.

    For a pair that was made, `cost` is what the total would lose without it; for one that was not,
    what it would lose with it.
    """
    at = np.flatnonzero((bid == pair[0]) & (reviewer == pair[1]))
    if not len(at):
        return Explanation("conflict")
    i = int(at[0])
    rank = 1 + int((gain[bid == pair[0]] > gain[i]).sum())
    given = problem(bid, reviewer, gain, demand, load_max)
    best = solve(given, solver)
    if best[i]:
        other = solve(replace(given, most=_less(given.most, i)), solver)
    else:
        other = _with(given, i, solver)
    return Explanation(
        "made" if best[i] else "not_made",
        float(gain[i]),
        rank,
        float(gain @ best - gain @ other),
        int(best.sum() - other.sum()),
    )


def _less(bound: Ints, at: int) -> Ints:
    fewer = bound.copy()
    fewer[at] = max(int(bound[at]) - 1, 0)
    return fewer


def _with(given: Problem, i: int, solver: Solver) -> Ints:
    """The best flow with pair `i` in it, made or not: the rest has one reader and one load less."""
    p, r = int(given.bid[i]), int(given.reviewer[i])
    rest = replace(
        given,
        most=_less(given.most, i),
        demand=_less(given.demand, p),
        load_max=_less(given.load_max, r),
    )
    found = solve(rest, solver)
    found[i] += 1
    return found
