"""Look at indicators before combining them: statistics, availability, denominators, outliers.

OECD/JRC Handbook (2008), pp. 55-74; thresholds as in the JRC's COIN Tool and COINr.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hubscope.index import moments
from hubscope.index.data import Data
from hubscope.index.framework import Framework
from hubscope.index.relate import correlation_of
from hubscope.index.sheets import Columns
from hubscope.index.table import Array


@dataclass(frozen=True)
class Limits:
    """Where an indicator is flagged."""

    available: float = 0.65
    """Least share of units with a value."""
    nonzero: float = 0.5
    """Least share of values that are not zero."""
    unique: float = 0.5
    """Least share of values that are distinct."""
    skew: float = 2.0
    kurtosis: float = 3.5
    """An outlier is suspected when both |skewness| and kurtosis exceed these."""


def _uniques(x: Array) -> tuple[Array, Array]:
    """Distinct values of each column, and the count of its most frequent one."""
    made = [np.unique(c[~np.isnan(c)], return_counts=True)[1] for c in x.T]
    return (
        np.array([len(m) for m in made], dtype=float),
        np.array([m.max() if len(m) else 0 for m in made], dtype=float),
    )


def statistics(x: Array, codes: Sequence[str], limits: Limits | None = None) -> Columns:
    """One row an indicator: location, spread, shape, availability, and flags ("" or the reason)."""
    at = limits or Limits()
    n, unique_same = moments.count(x), _uniques(x)
    skew, kurtosis = moments.shape(x)
    nonzero = np.sum(~np.isnan(x) & (x != 0), axis=0).astype(float)
    safe = np.maximum(n, 1)
    shares = {
        "share_available": n / max(len(x), 1),
        "share_nonzero": nonzero / safe,
        "share_unique": unique_same[0] / safe,
        "share_same": unique_same[1] / safe,
    }
    with np.errstate(invalid="ignore"):
        outlier = (np.abs(skew) > at.skew) & (kurtosis > at.kurtosis)
    flags = {
        "flag_available": _flag(shares["share_available"] < at.available, "few data"),
        "flag_nonzero": _flag(shares["share_nonzero"] < at.nonzero, "many zeros"),
        "flag_unique": _flag(shares["share_unique"] < at.unique, "many ties"),
        "flag_outlier": _flag(outlier, "outliers"),
    }
    return {
        "code": list(codes),
        "min": moments.lowest(x),
        "max": moments.highest(x),
        "mean": moments.mean(x),
        "median": moments.median(x),
        "sd": moments.sd(x),
        "skew": skew,
        "kurtosis": kurtosis,
        "available": n,
        "nonzero": nonzero,
        "unique": unique_same[0],
        "same": unique_same[1],
        **shares,
        **flags,
    }


def _flag(failing: Array, reason: str) -> list[str]:
    return [reason if f else "" for f in failing]


def availability(data: Data, framework: Framework) -> Columns:
    """One row a unit: missing and zero values, and the share of data available in each group."""
    x = data.values
    missing, zero = np.isnan(x).sum(axis=1), (x == 0).sum(axis=1)
    place = {c: i for i, c in enumerate(framework.indicators)}
    made: Columns = {
        "unit": list(data.units),
        "missing": missing,
        "zero": zero,
        "available": 1 - missing / x.shape[1],
        "nonzero": np.where(
            missing < x.shape[1], 1 - zero / np.maximum(x.shape[1] - missing, 1), np.nan
        ),
    }
    for head in framework.aggregates:
        below = [place[c] for c in framework.leaves(head) if c in place]
        if below:
            made[head] = 1 - np.isnan(x[:, below]).mean(axis=1)
    return made


def denominator_correlations(data: Data, framework: Framework, threshold: float = 0.7) -> Columns:
    """Indicators whose correlation with a denominator is at least the threshold in size."""
    rows = [
        (code, name, r)
        for i, code in enumerate(framework.indicators)
        for name, column in data.denominators.items()
        if abs(r := correlation_of(data.values[:, i], column)) >= threshold
    ]
    return _rows(("indicator", "denominator", "correlation"), rows)


def _rows(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Columns:
    return {n: [r[i] for r in rows] for i, n in enumerate(names)}


def importance(x: Array, y: Array) -> Columns:
    """How much of the index's variance each element explains by itself.

    `linear` is the squared correlation, `smooth` the correlation ratio by a local-linear kernel
    regression with the bandwidth chosen by leave-one-out (Paruolo, Saisana and Saltelli 2013,
    JRSS-A 176). Both lie in 0..1; compare them with the effective weights.
    """
    linear = [correlation_of(c, y) ** 2 for c in x.T]
    return {"linear": linear, "smooth": [main_effect(c, y) for c in x.T]}


def main_effect(x: Array, y: Array) -> float:
    """Variance of E[y | x] over the variance of y, E by local-linear kernel regression."""
    known = ~np.isnan(x) & ~np.isnan(y)
    a, b = x[known], y[known]
    if len(a) < 5 or a.std() == 0 or b.std() == 0:
        return np.nan
    gaps = (a[:, None] - a[None, :]) / a.std()
    errors, fits = [], []
    for width in np.geomspace(0.15, 3.0, 12):
        fit, hat = _local_linear(gaps, b, width)
        errors.append(np.mean(((b - fit) / np.maximum(1 - hat, 1e-3)) ** 2))
        fits.append(fit)
    best = fits[int(np.argmin(errors))]
    return float(min(best.var() / b.var(), 1.0))


def _local_linear(gaps: Array, y: Array, width: float) -> tuple[Array, Array]:
    """Fit at every point and its weight on its own observation."""
    w = np.exp(-0.5 * (gaps / width) ** 2)
    s0, s1, s2 = w.sum(axis=0), (w * gaps).sum(axis=0), (w * gaps**2).sum(axis=0)
    bottom = s0 * s2 - s1**2
    line = bottom > 1e-10 * s0**2
    pull = np.where(line, w * (s2 - gaps * s1) / np.where(line, bottom, 1), w / s0)
    return np.asarray(y @ pull), np.diag(pull)


def flags(correlations: Mapping[tuple[str, str], float], high: float, low: float) -> Columns:
    """Pairs within a group that repeat each other (r > high) or pull apart (r < low)."""
    rows = [
        (a, b, r, "redundant" if r > high else "opposed")
        for (a, b), r in correlations.items()
        if r > high or r < low
    ]
    return _rows(("first", "second", "correlation", "flag"), rows)
