"""Weights read off the data or given by people: entropy, CRITIC, AHP, budgets, correlations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index import moments
from hubscope.index.normalise import minmax
from hubscope.index.table import Array

RANDOM_INDEX = (
    0,
    0,
    0,
    0.58,
    0.90,
    1.12,
    1.24,
    1.32,
    1.41,
    1.45,
    1.49,
    1.51,
    1.48,
    1.56,
    1.57,
    1.59,
)
"""Saaty's mean consistency index of random matrices of size 0, 1, 2 ... 15."""


def entropy(x: Array) -> Array:
    """1 - Shannon entropy of an element's shares over units / ln n (Hwang and Yoon 1981).

    Values must not be negative; missing ones are left out.
    """
    if (x < 0).any():
        raise BadDataError("weight entropy: negative values", hint="normalise to 0 and above first")
    total = np.nansum(x, axis=0)
    p = x / np.where(total > 0, total, np.nan)
    terms = np.where(p > 0, p * np.log(np.where(p > 0, p, 1.0)), 0.0)
    n = np.maximum(moments.count(x), 2)
    return np.asarray(np.maximum(1 + terms.sum(axis=0) / np.log(n), 0.0))


def critic(x: Array) -> Array:
    """Standard deviation times the sum of 1 - correlation, on 0..1 (Diakoulaki et al. 1995)."""
    y = minmax(x, 0, 1)
    return np.asarray(np.nan_to_num(moments.sd(y)) * np.sum(1 - pairwise(y), axis=1))


def deviation(x: Array) -> Array:
    """Standard deviation of an element on 0..1."""
    return np.nan_to_num(moments.sd(minmax(x, 0, 1)))


def pairwise(x: Array) -> Array:
    """Pearson correlations over the units that have both values; 0 where not defined."""
    k = x.shape[1]
    made = np.eye(k)
    for i in range(k):
        for j in range(i):
            made[i, j] = made[j, i] = _r(x[:, i], x[:, j])
    return made


def _r(a: Array, b: Array) -> float:
    both = ~np.isnan(a) & ~np.isnan(b)
    u, v = a[both] - a[both].mean() if both.any() else a[both], b[both]
    v = v - v.mean() if both.any() else v
    size = float(np.sqrt((u @ u) * (v @ v)))
    return float(u @ v) / size if size > 0 else 0.0


def ahp(comparisons: Sequence[Sequence[float]]) -> tuple[Array, float, float]:
    """Weights, largest eigenvalue and consistency ratio of a comparison matrix (Saaty 1980).

    Handbook p. 96; a ratio above 0.1 means that the comparisons contradict each other.
    """
    a = np.asarray(comparisons, dtype=float)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or (a <= 0).any():
        raise BadDataError("ahp: the comparisons are no square table of numbers above zero")
    if not np.allclose(a * a.T, 1, rtol=0.02):
        raise BadDataError("ahp: the comparison of b with a is not one over that of a with b")
    values, vectors = np.linalg.eig(a)
    lead = int(np.argmax(values.real))
    vector = np.abs(vectors[:, lead].real)
    k, largest = len(a), float(values[lead].real)
    random = RANDOM_INDEX[min(k, len(RANDOM_INDEX) - 1)]
    ratio = (largest - k) / (k - 1) / random if random else 0.0
    return vector / vector.sum(), largest, ratio


def budget(allocations: Sequence[Sequence[float]]) -> Array:
    """Mean share over experts, each of whom spreads a budget over the elements (Handbook p. 96)."""
    a = np.asarray(allocations, dtype=float)
    if a.ndim == 1:
        a = a[None]
    if (a < 0).any() or not (a.sum(axis=1) > 0).all():
        raise BadDataError("budget: every expert gives each element 0 or more, and some points")
    return np.asarray((a / a.sum(axis=1, keepdims=True)).mean(axis=0))


def influence(x: Array, w: Array) -> Array:
    """Correlation of each element with their weighted mean; elements."""
    index = x @ (w / w.sum())
    return np.array([_r(column, index) for column in x.T])


def by_correlation(x: Array, targets: Sequence[float] | None = None) -> tuple[Array, Array]:
    """Weights under which the elements' correlations with their mean stand in the target ratios.

    Equal ratios when no target is given; after Becker et al. (2017), Ecological Indicators 80. The
    correlations of elements with sum w x are R (w sd) up to a factor, so the weights are
    R^-1 t / sd; where one of these is not positive, no positive weights reach the target and those
    that come closest are found by bounded least squares. Returns the weights and the correlation
    shares obtained. Rows with missing values are left out.
    """
    rows = x[~np.isnan(x).any(axis=1)]
    k = x.shape[1]
    aim = np.ones(k) if targets is None else np.asarray(targets, dtype=float)
    if len(aim) != k or (aim <= 0).any():
        raise BadDataError(f"weight correlation: targets {aim.tolist()} for {k} elements")
    aim = aim / aim.sum()
    direct = np.linalg.lstsq(pairwise(rows), aim, rcond=None)[0] / rows.std(axis=0)
    weights = direct if (direct > 0).all() else _closest(rows, aim)
    return np.asarray(weights / weights.sum()), correlation_shares(rows, weights)


def correlation_shares(x: Array, w: Array) -> Array:
    """Each element's correlation with the weighted mean, as a share of their sum of sizes."""
    r = influence(x, w)
    return np.asarray(r / np.abs(r).sum())


def _closest(rows: Array, aim: Array) -> Array:
    from scipy.optimize import least_squares

    def gaps(logs: Array) -> Array:
        shares = correlation_shares(rows, np.exp(logs - logs.max()))
        return np.append(shares - aim, 1e-6 * logs.mean())

    start = np.zeros(len(aim))
    found = least_squares(gaps, start, bounds=(-12, 12), xtol=1e-12, ftol=1e-12, max_nfev=2000)
    return np.asarray(np.exp(found.x - found.x.max()))


def of_group(given: object, head: str, what: str) -> Sequence[Sequence[float]]:
    """The table for one group: `given` itself, or its entry where it is a table by group."""
    if isinstance(given, Mapping):
        given = given.get(head)
    if given is None:
        raise BadDataError(f"weight: no {what} for {head}", hint=f"{what} = {{ {head} = [[...]] }}")
    return given  # type: ignore[return-value]
