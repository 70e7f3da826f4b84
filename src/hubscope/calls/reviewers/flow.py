"""The kernel: an integral flow of least cost from bids to reviewers, with bounds on every arc.

OR-tools' network simplex where it is installed (the extra `calls`), else HiGHS on the same linear
programme, whose vertices are integral because the matrix of a network is totally unimodular.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

SCALE = 1_000_000
"""Affinities are compared to six decimals: a flow solver counts in whole numbers."""
Solver = Literal["auto", "ortools", "scipy"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Candidate pairs and what bids and reviewers may carry.

    `bid`, `reviewer`: index of each pair, (m,); `gain`: affinity of each pair, (m,); `most`: how
    often a pair may be made, (m,); `demand`: reviews a bid asks for, (P,); `load_max` and
    `load_min`: of each reviewer, (R,); `must`: pairs that have to be made where at all possible.
    """

    bid: Ints
    reviewer: Ints
    gain: Floats
    most: Ints
    demand: Ints
    load_max: Ints
    load_min: Ints
    must: NDArray[np.bool_]

    @property
    def reward(self) -> int:
        """Worth more than any change of affinities along one path or cycle of the flow."""
        span = int(np.ceil(np.abs(self.gain).max(initial=0.0) * SCALE)) + 1
        return span * 2 * (min(len(self.demand), len(self.load_max)) + 1)


def problem(
    bid: Ints,
    reviewer: Ints,
    gain: Floats,
    demand: Ints,
    load_max: Ints,
    *,
    most: Ints | None = None,
    load_min: Ints | None = None,
    must: NDArray[np.bool_] | None = None,
) -> Problem:
    """A problem with the usual bounds where none are given: a pair once, no least load."""
    return Problem(
        np.asarray(bid, np.int64),
        np.asarray(reviewer, np.int64),
        np.asarray(gain, np.float64),
        np.ones(len(bid), np.int64) if most is None else np.asarray(most, np.int64),
        np.asarray(demand, np.int64),
        np.asarray(load_max, np.int64),
        np.zeros(len(load_max), np.int64) if load_min is None else np.asarray(load_min, np.int64),
        np.zeros(len(bid), np.bool_) if must is None else must,
    )


@cache
def has_ortools() -> bool:
    """Whether the extra `calls` is installed."""
    from importlib.util import find_spec

    return find_spec("ortools") is not None


def solve(given: Problem, solver: Solver = "auto") -> Ints:
    """How often each pair is made, (m,): coverage first, then lower bounds, then affinity."""
    if not len(given.bid):
        return np.zeros(0, np.int64)
    if solver == "ortools" or (solver == "auto" and has_ortools()):
        return _by_network(given)
    return _by_simplex(given)


def _by_network(given: Problem) -> Ints:
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    p, r = len(given.demand), len(given.load_max)
    source, sink = p + r, p + r + 1
    cost = -np.rint(given.gain * SCALE).astype(np.int64) - given.must * given.reward
    least = np.minimum(given.load_min, given.load_max)
    tails = [np.full(p, source), given.bid, np.arange(p, p + r), np.arange(p, p + r)]
    heads = [np.arange(p), given.reviewer + p, np.full(r, sink), np.full(r, sink)]
    room = [given.demand, given.most, least, given.load_max - least]
    price = [np.zeros(p), cost, np.full(r, -given.reward), np.zeros(r)]
    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        *(np.concatenate(part).astype(np.int64) for part in (tails, heads, room, price))
    )
    supply = int(given.demand.sum())
    flow.set_nodes_supplies(np.array([source, sink]), np.array([supply, -supply]))
    flow.solve_max_flow_with_min_cost()
    return np.asarray(flow.flows(arcs[p : p + len(given.bid)]), np.int64)


def _by_simplex(given: Problem) -> Ints:
    """The same as a linear programme: pairs, then the least-load part of each reviewer's load."""
    from scipy.optimize import linprog
    from scipy.sparse import coo_array, eye_array, hstack, vstack

    m, p, r = len(given.bid), len(given.demand), len(given.load_max)
    ones, pair = np.ones(m), np.arange(m)
    per_bid = coo_array((ones, (given.bid, pair)), shape=(p, m))
    per_reviewer = coo_array((ones, (given.reviewer, pair)), shape=(r, m))
    held = vstack(
        [
            hstack([per_bid, coo_array((p, r))]),
            hstack([per_reviewer, coo_array((r, r))]),
            hstack([-per_reviewer, eye_array(r)]),
        ]
    )
    limits = np.concatenate([given.demand, given.load_max, np.zeros(r)])
    reward = given.reward / SCALE
    covered = reward * (8 if given.must.any() or given.load_min.any() else 1)
    gain = given.gain + covered + given.must * reward
    top = np.concatenate([given.most, np.minimum(given.load_min, given.load_max)])
    found = linprog(
        -np.concatenate([gain, np.full(r, reward)]),
        A_ub=held.tocsr(),
        b_ub=limits,
        bounds=np.column_stack([np.zeros(m + r), top]),
        method="highs-ds",
    )
    return np.asarray(np.rint(found.x[:m]), np.int64)
