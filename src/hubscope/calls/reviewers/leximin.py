"""Fair all the way up: the worst-served bid as well as can be, then the next, and so on.

The sums of the k worst outcomes, for k = 1, 2, ..., are made as large as can be one after another;
each is linear with one free variable and one deviation a bid (Ogryczak and Sliwinski, "On solving
linear programs with the ordered weighted averaging objective", EJOR 148, 2003), so that the order
holds for whole numbers too. One programme a bid: for small rounds.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from hubscope.calls.reviewers.assign import Assignment, made
from hubscope.calls.reviewers.flow import Floats, Ints, Problem, problem
from hubscope.errors import HubscopeError

SLACK = 1e-7
"""How much of a sum that has been settled may be given up for the next: the solver's own grain."""


def leximin(
    bid: Ints, reviewer: Ints, gain: Floats, demand: Ints, load_max: Ints, *, seconds: float = 60.0
) -> Assignment:
    """The assignment whose bids' sums of affinity, sorted from the worst, come first of all.

    Raises:
        HubscopeError: where no full assignment exists or the time runs out before the proof.
    """
    given = problem(bid, reviewer, gain, demand, load_max)
    until = time.monotonic() + seconds
    settled: list[float] = []
    chosen = np.zeros(len(bid))
    for _ in range(len(demand)):
        chosen, worst = _stage(given, settled, until)
        settled.append(worst)
    return made(np.asarray(np.rint(chosen), np.int64), bid, reviewer, gain, demand)


def _stage(given: Problem, settled: list[float], until: float) -> tuple[Floats, float]:
    """Pairs, (m,), and the largest sum of the k worst bids; k - 1 smaller sums are settled."""
    from scipy.optimize import Bounds, milp

    m, p, k = len(given.bid), len(given.demand), len(settled) + 1
    extra = k * (1 + p)
    reach = float(np.abs(given.gain).max(initial=1.0)) * int(np.max(given.demand, initial=1))
    cost = np.zeros(m + extra)
    cost[m + (k - 1) * (1 + p) :] = -_ordered(k, p)
    left = max(until - time.monotonic(), 0.01)
    found = milp(
        cost,
        constraints=_rows(given, settled),
        integrality=np.concatenate([np.ones(m), np.zeros(extra)]),
        bounds=Bounds(
            np.concatenate([np.zeros(m), np.tile([-reach, *np.zeros(p)], k)]),
            np.concatenate([np.ones(m), np.full(extra, 2 * reach)]),
        ),
        options={"time_limit": left, "mip_rel_gap": 0.0},
    )
    if found.status != 0:
        raise HubscopeError(
            f"no leximin assignment was proven: {found.message}",
            hint="raise the reviewers' loads, or use max_min or threshold for a large round",
        )
    return np.asarray(found.x[:m], np.float64), -float(found.fun)


def _ordered(k: int, p: int) -> Floats:
    """The sum of the k worst as k times a level less the deviations below it."""
    return np.concatenate([[float(k)], -np.ones(p)])


def _rows(given: Problem, settled: list[float]) -> list[Any]:
    """Readers and loads; level less deviation is at most each bid's sum; what is settled stays."""
    from scipy.optimize import LinearConstraint
    from scipy.sparse import block_diag, coo_array, eye_array, hstack, vstack

    m, p, r, k = len(given.bid), len(given.demand), len(given.load_max), len(settled) + 1
    pair = np.arange(m)
    width = m + k * (1 + p)
    per_bid = coo_array((np.ones(m), (given.bid, pair)), shape=(p, width))
    per_reviewer = coo_array((np.ones(m), (given.reviewer, pair)), shape=(r, width))
    sums = coo_array((given.gain, (given.bid, pair)), shape=(p, m))
    below = hstack([-np.ones((p, 1)), eye_array(p)])
    rows = [
        LinearConstraint(per_bid.tocsr(), given.demand, given.demand),
        LinearConstraint(per_reviewer.tocsr(), -np.inf, given.load_max),
        LinearConstraint(
            hstack([vstack([sums] * k), block_diag([below] * k)]).tocsr(), 0.0, np.inf
        ),
    ]
    if settled:
        kept = np.zeros((len(settled), width))
        for i in range(len(settled)):
            at = m + i * (1 + p)
            kept[i, at : at + 1 + p] = _ordered(i + 1, p)
        rows.append(LinearConstraint(kept, np.array(settled) - SLACK, np.inf))
    return rows
