"""Look at an index before believing it: statistics, correlations, reliability, structure.

OECD/JRC Handbook (2008), pp. 63-74 and 132-136.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hubscope.index.table import Array


@dataclass(frozen=True, eq=False)
class Alpha:
    """Cronbach's alpha of a set of indicators and of the set without each."""

    alpha: float
    if_deleted: Array
    """Alpha without each indicator."""
    item_total: Array
    """Correlation of each indicator with the sum of the others."""


def covariance(x: Array) -> Array:
    """Sample covariance over the units that have both values; NaN below two."""
    k = x.shape[1]
    made = np.full((k, k), np.nan)
    for i in range(k):
        for j in range(i + 1):
            both = ~np.isnan(x[:, i]) & ~np.isnan(x[:, j])
            if both.sum() > 1:
                a, b = x[both, i], x[both, j]
                gap = (a - a.mean()) @ (b - b.mean())
                made[i, j] = made[j, i] = gap / (both.sum() - 1)
    return made


def _alpha(cov: Array) -> float:
    """k^2 times the mean covariance of pairs over the sum of all (Cronbach 1951)."""
    k = len(cov)
    if k < 2:
        return np.nan
    pairs = (cov.sum() - np.trace(cov)) / (k * (k - 1))
    total = float(cov.sum())
    return float(k * k * pairs / total) if total else np.nan


def cronbach(x: Array, *, standardised: bool = False) -> Alpha:
    """Alpha (pairwise complete), as the data stand or with every indicator standardised."""
    y = (x - np.nanmean(x, axis=0)) / np.nanstd(x, axis=0, ddof=1) if standardised else x
    cov, k = covariance(y), x.shape[1]
    rest = [np.delete(np.arange(k), i) for i in range(k)]
    without = np.array([_alpha(cov[np.ix_(r, r)]) for r in rest])
    totals = np.array([_item_total(cov, i, r) for i, r in enumerate(rest)])
    return Alpha(_alpha(cov), without, totals)


def _item_total(cov: Array, item: int, rest: Array) -> float:
    spread = np.sqrt(cov[item, item] * cov[np.ix_(rest, rest)].sum())
    return float(cov[item, rest].sum() / spread) if spread > 0 else np.nan
