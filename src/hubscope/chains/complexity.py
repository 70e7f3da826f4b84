"""Economic complexity of places and activities: RCA, ECI and PCI, fitness, proximity, density.

Places stand in rows, activities in columns. X is what a place makes of an activity, M whether it is
specialised in it. Everything is exact: the complexity indices come from the symmetric form of the
problem, which gives the same numbers as the plain one and is many times faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from hubscope.errors import HubscopeError

Floats = npt.NDArray[np.float64]
Deviation = Literal["population", "sample"]


def rca(x: Floats) -> Floats:
    """Revealed comparative advantage (Balassa 1965), also called RTA or location quotient.

    Args:
        x: values of 0 or more, shape (places, activities).

    Returns:
        The share of an activity in a place over its share in all; 0 where nothing is made.
    """
    rows, columns, total = x.sum(1, keepdims=True), x.sum(0, keepdims=True), x.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (x / rows) / (columns / total)
    return np.asarray(np.nan_to_num(found, nan=0.0, posinf=0.0))


def symmetric(advantage: Floats) -> Floats:
    """(RCA - 1) / (RCA + 1): from -1 to 1, 0 where a place is like all others."""
    return (advantage - 1) / (advantage + 1)


@dataclass(frozen=True, slots=True)
class Complexity:
    """ECI and PCI of one table, and how firmly they stand."""

    eci: Floats
    """Of each place; NaN where it is specialised in nothing."""
    pci: Floats
    """Of each activity, in the units of `eci`; NaN where no place is specialised in it."""
    diversity: Floats
    ubiquity: Floats
    gap: float
    """Second eigenvalue minus the third: near 0 the order of places is not to be relied on."""
    second: float
    third: float
    deviation: Deviation
    raw: Floats
    """Of each activity before it is standardised, in the units of the eigenvector."""


def complexity(m: Floats, *, deviation: Deviation = "population") -> Complexity:
    """Economic and product complexity (Hidalgo and Hausmann 2009), exact.

    The second eigenvector of D^-1 M U^-1 M' is D^-1/2 v for the second eigenvector v of the
    symmetric S S' with S = D^-1/2 M U^-1/2; its sign makes it rise with diversity. Standardised by
    the mean and the population (py-ecomplexity) or sample (R) standard deviation over places.

    Args:
        m: 1 where a place is specialised, else 0, shape (places, activities).
        deviation: which standard deviation divides.

    Raises:
        HubscopeError: if fewer than three places or activities are left after empty ones are put
            aside.
    """
    diversity, ubiquity = m.sum(1), m.sum(0)
    rows, columns = diversity > 0, ubiquity > 0
    if rows.sum() < 3 or columns.sum() < 3:
        raise HubscopeError(
            f"complexity needs 3 places and 3 activities, got {rows.sum()} and {columns.sum()}",
            hint="lower the floor or take more places",
        )
    kept = m[np.ix_(rows, columns)]
    d, u = kept.sum(1), kept.sum(0)
    s = kept / np.sqrt(d)[:, None] / np.sqrt(u)
    values, vectors = _leading(s)
    places = vectors / np.sqrt(d)
    if (places - places.mean()) @ (d - d.mean()) < 0:  # the sign of their correlation
        places = -places
    activities = (kept.T @ places) / u
    mean, spread = places.mean(), places.std(ddof=0 if deviation == "population" else 1)
    return Complexity(
        _filled(rows, (places - mean) / spread),
        _filled(columns, (activities - mean) / spread),
        diversity,
        ubiquity,
        float(values[1] - values[2]),
        float(values[1]),
        float(values[2]),
        deviation,
        _filled(columns, activities),
    )


def _leading(s: Floats) -> tuple[Floats, Floats]:
    """The three greatest eigenvalues of S S' and the second eigenvector, on the smaller side."""
    from scipy.linalg import eigh

    wide = s.shape[0] <= s.shape[1]
    square = s @ s.T if wide else s.T @ s
    n = square.shape[0]
    values, vectors = eigh(square, subset_by_index=[n - 3, n - 1])
    second = vectors[:, 1]
    if not wide:
        second = s @ second / np.sqrt(values[1])
    return values[::-1], second


def _filled(kept: npt.NDArray[np.bool_], values: Floats) -> Floats:
    found = np.full(kept.size, np.nan)
    found[kept] = values
    return found


def fitness(m: Floats, *, rounds: int = 20) -> tuple[Floats, Floats]:
    """Fitness of places and complexity of activities (Tacchella et al. 2012), means of 1.

    Args:
        m: 1 where a place is specialised, else 0.
        rounds: iterations; the published reference values use 20.
    """
    f, q = np.ones(m.shape[0]), np.ones(m.shape[1])
    with np.errstate(divide="ignore"):
        for _ in range(rounds):
            new_f, new_q = m @ q, 1.0 / (m.T @ (1.0 / f))
            f, q = new_f / new_f.mean(), new_q / new_q.mean()
    return f, q


def proximity(m: Floats) -> Floats:
    """How often two activities are specialised in together (Hidalgo et al. 2007).

    Returns:
        The lesser of both conditional shares of places, shape (activities, activities); the
        diagonal is 1 for every activity that some place has, 0 for the others.
    """
    both = m.T @ m
    u = np.diagonal(both).copy()
    most = np.maximum.outer(u, u)
    np.maximum(most, 1.0, out=most)
    np.divide(both, most, out=both)
    return both


def density(m: Floats, phi: Floats, *, nearest: int | None = None) -> Floats:
    """How close each activity is to what a place already has, from 0 to 1.

    Args:
        m: 1 where a place is specialised, else 0.
        phi: proximity of the activities.
        nearest: count only the k activities nearest to each one, itself left out; all (itself
            included) if not given.

    Returns:
        The proximity-weighted share of activities that a place has, shape of `m`.
    """
    weights = phi if nearest is None else _nearest(phi, nearest)
    total = weights.sum(0)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (m @ weights) / total
    return np.asarray(np.clip(np.nan_to_num(found, nan=0.0), 0.0, 1.0))


def _nearest(phi: Floats, k: int) -> Floats:
    """`phi` with only the k greatest entries of each column, its own left out."""
    n = phi.shape[0]
    if not 0 < k < n:
        raise HubscopeError(f"{k} nearest of {n} activities", hint=f"from 1 to {n - 1}")
    weights = phi.copy()
    np.fill_diagonal(weights, -1.0)
    away = np.argpartition(weights, n - k - 1, axis=0)[: n - k]
    np.put_along_axis(weights, away, 0.0, axis=0)
    np.fill_diagonal(weights, 0.0)
    return weights


def outlook(m: Floats, dense: Floats, pci: Floats) -> Floats:
    """Complexity outlook index of each place: what lies near and is not yet made, by complexity."""
    known = np.nan_to_num(pci, nan=0.0)
    return np.asarray(((dense * (1 - m)) * known).sum(1))


def gain(m: Floats, phi: Floats, pci: Floats) -> Floats:
    """Complexity outlook gain: how much an activity not yet made opens, shape of `m`."""
    known = np.nan_to_num(pci, nan=0.0)
    total = phi.sum(1)
    worth = np.divide(known, total, out=np.zeros_like(known), where=total > 0)
    missing = 1 - m
    return np.asarray(missing * ((missing * worth) @ phi))
