"""The set of bids of largest total score under budget and limits: a 0/1 programme, by HiGHS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as holds
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hubscope.errors import HubscopeError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pool:
    """The bids to choose from, (P,) each; `years` has the money asked for by year."""

    cost: Floats
    need: Sequence[str]
    lead: Sequence[str] = ()
    field: Sequence[str] = ()
    region: Sequence[str] = ()
    young: Sequence[bool] = ()
    years: Mapping[int, Floats] = holds(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a portfolio keeps to; shares are of the budget, `young_min` of the bids chosen."""

    budget: float
    slots: int = 1
    """Bids chosen for one need."""
    per_lead: int = 0
    """Bids of one lead organisation; 0 for no limit."""
    field_min: Mapping[str, float] = holds(default_factory=dict)
    field_max: Mapping[str, float] = holds(default_factory=dict)
    region_min: Mapping[str, float] = holds(default_factory=dict)
    region_max: Mapping[str, float] = holds(default_factory=dict)
    young_min: float = 0.0
    years: Mapping[int, float] = holds(default_factory=dict)
    """Budgets by year."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """`chosen`: of each bid, (P,); `value`, `cost`: sums; `gap`: share left unproven."""

    chosen: Flags
    value: float
    cost: float
    gap: float


@dataclass(frozen=True, slots=True)
class Rows:
    """The limits as linear rows: low <= matrix @ chosen <= high."""

    matrix: Any
    low: Floats
    high: Floats


def rows(pool: Pool, limits: Limits) -> Rows:
    """Every limit as one row over the bids."""
    from scipy.sparse import csr_array

    found = list(_rows(pool, limits))
    matrix = csr_array(np.array([r for r, _, _ in found]))
    return Rows(matrix, np.array([a for _, a, _ in found]), np.array([b for _, _, b in found]))


def _rows(pool: Pool, limits: Limits) -> Iterator[tuple[Floats, float, float]]:
    cost, budget = pool.cost, limits.budget
    yield cost, -np.inf, budget
    for name in sorted(set(pool.need)):
        yield _is(pool.need, name), -np.inf, limits.slots
    if limits.per_lead and pool.lead:
        for name in sorted(set(pool.lead)):
            yield _is(pool.lead, name), -np.inf, limits.per_lead
    yield from _shares(cost, budget, pool.field, limits.field_min, limits.field_max)
    yield from _shares(cost, budget, pool.region, limits.region_min, limits.region_max)
    if limits.young_min and pool.young:
        yield np.array(pool.young, float) - limits.young_min, 0.0, np.inf
    for year, most in limits.years.items():
        yield pool.years.get(year, np.zeros(len(cost))), -np.inf, most


def _is(names: Sequence[str], name: str) -> Floats:
    return np.array([n == name for n in names], float)


def _shares(
    cost: Floats,
    budget: float,
    names: Sequence[str],
    least: Mapping[str, float],
    most: Mapping[str, float],
) -> Iterator[tuple[Floats, float, float]]:
    for name in sorted({*least, *most}):
        low = least.get(name, 0.0) * budget
        yield cost * _is(names, name), low, most.get(name, np.inf) * budget


def choose(
    value: Floats, pool: Pool, limits: Limits, *, gap: float = 1e-4, fixed: Flags | None = None
) -> Portfolio:
    """The portfolio of largest total value; bids of no positive value are left out.

    `fixed` bids are in whatever their value.

    Raises:
        HubscopeError: where no set of bids keeps to the limits.
    """
    return solve(value, pool.cost, rows(pool, limits), gap=gap, fixed=fixed)


def solve(
    value: Floats, cost: Floats, held: Rows, *, gap: float, fixed: Flags | None = None
) -> Portfolio:
    """The best 0/1 vector under rows that have been laid out before.

    Raises:
        HubscopeError: where there is none.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    low = np.zeros(len(value)) if fixed is None else np.asarray(fixed, float)
    found = milp(
        -value,
        constraints=LinearConstraint(held.matrix, held.low, held.high),
        integrality=np.ones(len(value)),
        bounds=Bounds(low, np.ones(len(value))),
        options={"mip_rel_gap": gap, "time_limit": 120.0},
    )
    if found.x is None:
        raise HubscopeError(
            f"no set of bids keeps to all limits: {found.message}",
            hint="lower a floor (field_min, region_min, young_min) or raise the budget",
        )
    chosen = found.x > 0.5
    return Portfolio(
        chosen, float(value[chosen].sum()), float(cost[chosen].sum()), float(found.mip_gap or 0.0)
    )
