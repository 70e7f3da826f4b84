"""Randomised assignment against manipulation: no pair is certain, and the odds are exact.

With q = k/D, a flow in which each pair may be made k times and each bid asks for D times its
reviews gives whole numbers M; M splits into D assignments (a network's flows of this kind always
do), of which one is drawn. The probability of a pair is then exactly M/D, without the
Birkhoff-von Neumann sampling of Jecmen et al., "Mitigating manipulation in peer review" (2020).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hubscope.calls.reviewers.assign import Assignment, made
from hubscope.calls.reviewers.flow import Floats, Ints, Solver, problem, solve
from hubscope.errors import HubscopeError


@dataclass(frozen=True, slots=True)
class Lot:
    """D assignments of equal chance, and each candidate pair's probability, (m,)."""

    drawn: Assignment
    number: int
    all: tuple[Assignment, ...]
    probability: Floats


def randomise(
    bid: Ints,
    reviewer: Ints,
    gain: Floats,
    demand: Ints,
    load_max: Ints,
    *,
    k: int,
    of: int,
    seed: int,
    solver: Solver = "auto",
) -> Lot:
    """Draw an assignment in which no pair is made with more than probability k/of.

    Raises:
        HubscopeError: where so small a probability leaves a bid without its reviews.
    """
    scaled = problem(
        bid, reviewer, gain, demand * of, load_max * of, most=np.full(len(bid), k, np.int64)
    )
    times = solve(scaled, solver)
    given = np.bincount(scaled.bid, times, minlength=len(demand))
    if (given != demand * of).any():
        short = int((given != demand * of).sum())
        raise HubscopeError(
            f"with no pair above probability {k}/{of}, {short} bids lack reviewers",
            hint="allow a higher probability, add reviewers or raise their loads",
        )
    parts = peel(scaled.bid, scaled.reviewer, times, load_max, of, solver=solver)
    each = tuple(made(part, scaled.bid, scaled.reviewer, scaled.gain, demand) for part in parts)
    number = int(np.random.default_rng(seed).integers(of))
    return Lot(each[number], number, each, times / of)


def peel(
    bid: Ints, reviewer: Ints, times: Ints, load_max: Ints, of: int, *, solver: Solver = "auto"
) -> list[Ints]:
    """Split `times`, (m,), into `of` assignments that add up to it.

    At each turn a pair that is left as often as there are turns must be made, and bids and
    reviewers take no less than what the turns after could not carry.
    """
    left, parts = times.copy(), []
    p, r = int(bid.max(initial=-1)) + 1, len(load_max)
    for turns in range(of, 0, -1):
        at = np.flatnonzero(left)
        open_bid = np.bincount(bid[at], left[at], minlength=p).astype(np.int64)
        open_load = np.bincount(reviewer[at], left[at], minlength=r).astype(np.int64)
        part = np.zeros_like(left)
        part[at] = solve(
            problem(
                bid[at],
                reviewer[at],
                np.zeros(len(at)),
                -(-open_bid // turns),
                -(-open_load // turns),
                load_min=open_load // turns,
                must=left[at] == turns,
            ),
            solver,
        )
        left -= part
        parts.append(part)
    return parts
