"""Fair to the worst-served bid: the largest possible minimum, then the largest total."""

from __future__ import annotations

from typing import Any

import numpy as np

from hubscope.calls.reviewers.assign import Assignment, assign, made
from hubscope.calls.reviewers.flow import Floats, Ints, Solver
from hubscope.errors import HubscopeError


def fair(
    bid: Ints, reviewer: Ints, gain: Floats, demand: Ints, load_max: Ints, *, seconds: float = 60.0
) -> Assignment:
    """The assignment whose worst-served bid has the most affinity, proven by HiGHS.

    Among those the one of largest total. For small rounds; `threshold` serves large ones.

    Raises:
        HubscopeError: where no full assignment exists or the time runs out before the proof.
    """
    m = len(bid)
    rows = _rows(bid, reviewer, gain, demand, load_max)
    most = float(np.abs(gain).max(initial=1.0)) * int(np.max(demand, initial=1))
    worst = np.concatenate([np.zeros(m), [-1.0]])
    first = _optimum(worst, rows, np.concatenate([np.full(m, 0.0), [-most]]), most, seconds)
    floor = np.concatenate([np.zeros(m), [first[m] - 1e-9]])
    best = _optimum(np.concatenate([-gain, [0.0]]), rows, floor, most, seconds)
    return made(np.asarray(np.rint(best[:m]), np.int64), bid, reviewer, gain, demand)


def _rows(bid: Ints, reviewer: Ints, gain: Floats, demand: Ints, load_max: Ints) -> list[Any]:
    """Each bid has its readers, no reviewer too many, and each bid's sum is at least the last."""
    from scipy.optimize import LinearConstraint
    from scipy.sparse import coo_array, hstack

    m, p, r = len(bid), len(demand), len(load_max)
    pair = np.arange(m)
    per_bid = coo_array((np.ones(m), (bid, pair)), shape=(p, m + 1)).tocsr()
    per_reviewer = coo_array((np.ones(m), (reviewer, pair)), shape=(r, m + 1)).tocsr()
    sums = hstack([coo_array((gain, (bid, pair)), shape=(p, m)), -np.ones((p, 1))]).tocsr()
    return [
        LinearConstraint(per_bid, demand, demand),
        LinearConstraint(per_reviewer, -np.inf, load_max),
        LinearConstraint(sums, 0.0, np.inf),
    ]


def _optimum(cost: Floats, rows: list[Any], low: Floats, most: float, seconds: float) -> Floats:
    from scipy.optimize import Bounds, milp

    m = len(cost) - 1
    found = milp(
        cost,
        constraints=rows,
        integrality=np.concatenate([np.ones(m), [0.0]]),
        bounds=Bounds(low, np.concatenate([np.ones(m), [most]])),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if found.status != 0:
        raise HubscopeError(
            f"no fair assignment was proven: {found.message}",
            hint="raise the reviewers' loads, or use the threshold method for a large round",
        )
    return np.asarray(found.x, np.float64)


def threshold(
    bid: Ints,
    reviewer: Ints,
    gain: Floats,
    demand: Ints,
    load_max: Ints,
    *,
    solver: Solver = "auto",
) -> Assignment:
    """For large rounds: the best assignment in which the weakest single pair is as good as can be.

    Bisects over the distinct affinities for the highest one at which all reviews can be given.
    """
    levels = np.unique(gain)
    low, high = 0, len(levels) - 1
    best = assign(bid, reviewer, gain, demand, load_max, solver=solver)
    reach = int(best.open.sum())
    while low < high:
        middle = (low + high + 1) // 2
        keep = gain >= levels[middle]
        found = assign(bid[keep], reviewer[keep], gain[keep], demand, load_max, solver=solver)
        if int(found.open.sum()) <= reach:
            best, low = found, middle
        else:
            high = middle - 1
    return best
