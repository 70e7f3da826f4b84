"""An assignment: which reviewer reads which bid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hubscope.calls.reviewers.flow import Floats, Ints, Solver, problem, solve


@dataclass(frozen=True, slots=True)
class Assignment:
    """Pairs made, (k,) each; `open` counts the reviews that could not be given, per bid, (P,)."""

    bid: Ints
    reviewer: Ints
    gain: Floats
    open: Ints

    @property
    def total(self) -> float:
        """Sum of affinities."""
        return float(self.gain.sum())

    def per_bid(self) -> Floats:
        """Sum of affinities of each bid's reviewers, (P,)."""
        return np.bincount(self.bid, self.gain, minlength=len(self.open)).astype(np.float64)


def made(chosen: Ints, bid: Ints, reviewer: Ints, gain: Floats, demand: Ints) -> Assignment:
    """The assignment that a solved flow stands for."""
    at = np.flatnonzero(chosen)
    given = np.bincount(bid[at], minlength=len(demand))
    return Assignment(bid[at], reviewer[at], gain[at], np.asarray(demand) - given)


def candidates(affinity: Floats, barred: NDArray[np.bool_]) -> tuple[Ints, Ints, Floats]:
    """Every pair of a (P, R) affinity matrix that is not barred: bid, reviewer, gain."""
    bid, reviewer = np.nonzero(~barred)
    return bid, reviewer, affinity[bid, reviewer]


def assign(
    bid: Ints,
    reviewer: Ints,
    gain: Floats,
    demand: Ints,
    load_max: Ints,
    *,
    load_min: Ints | None = None,
    solver: Solver = "auto",
) -> Assignment:
    """The assignment of largest total affinity that gives each bid its reviews.

    Where conflicts and loads leave too few reviewers as many reviews as possible are given; `open`
    says what is missing. Exact: the optimum of the flow, equal to brute force on small cases.
    """
    given = problem(bid, reviewer, gain, demand, load_max, load_min=load_min)
    return made(solve(given, solver), given.bid, given.reviewer, given.gain, given.demand)
