"""How elements go together: correlations, reliability, sampling adequacy, clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.factorise import complete
from hubscope.index.framework import Framework
from hubscope.index.moments import rank_up
from hubscope.index.table import Array

KINDS = ("pearson", "spearman", "kendall")


def correlation_of(a: Array, b: Array, kind: str = "pearson") -> float:
    """Correlation over the units that have both values; NaN below three or for a constant."""
    if kind not in KINDS:
        raise BadDataError(f"unknown correlation {kind!r}", hint=nearest(kind, KINDS))
    both = ~np.isnan(a) & ~np.isnan(b)
    u, v = a[both], b[both]
    if len(u) < 3:
        return np.nan
    if kind == "kendall":
        return _kendall(u, v)
    if kind == "spearman":
        u, v = _mid_ranks(u), _mid_ranks(v)
    u, v = u - u.mean(), v - v.mean()
    size = float(np.sqrt((u @ u) * (v @ v)))
    return float(u @ v) / size if size > 0 else np.nan


def _mid_ranks(x: Array) -> Array:
    column = x[:, None]
    return ((rank_up(column) + len(x) + 1 - rank_up(-column)) / 2)[:, 0]


def _kendall(a: Array, b: Array) -> float:
    """Kendall's tau-b."""
    s, t = np.sign(a[:, None] - a), np.sign(b[:, None] - b)
    size = np.sqrt(float((s * s).sum()) * float((t * t).sum()))
    return float((s * t).sum()) / size if size > 0 else np.nan


def correlations(x: Array, kind: str = "pearson") -> Array:
    """Pairwise correlations, elements x elements."""
    k = x.shape[1]
    made = np.ones((k, k))
    for i in range(k):
        for j in range(i):
            made[i, j] = made[j, i] = correlation_of(x[:, i], x[:, j], kind)
    return made


def p_values(x: Array) -> Array:
    """Two-sided p-values of Pearson correlations by Student's t; elements x elements."""
    from scipy.special import stdtr

    r, k = correlations(x), x.shape[1]
    known = (~np.isnan(x)).astype(float)
    df = known.T @ known - 2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(r) * np.sqrt(df / (1 - np.minimum(r**2, 1)))
    made = np.where(df > 0, 2 * stdtr(np.maximum(df, 1), -t), np.nan)
    made[np.diag_indices(k)] = 0.0
    return np.asarray(made)


def within_groups(
    x: Array, codes: Sequence[str], framework: Framework, level: int, kind: str = "pearson"
) -> dict[tuple[str, str], float]:
    """Correlations of the pairs that share their ancestor at `level`."""
    place = {c: i for i, c in enumerate(codes)}
    found = {}
    for head in framework.at_level(level):
        members = [c for c in framework.leaves(head) if c in place]
        for i, a in enumerate(members):
            for b in members[i + 1 :]:
                found[a, b] = correlation_of(x[:, place[a]], x[:, place[b]], kind)
    return found


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


@dataclass(frozen=True, eq=False)
class Adequacy:
    """Whether a set of indicators is fit for factor analysis."""

    kmo: float
    """Kaiser-Meyer-Olkin measure; below 0.5 is poor (Kaiser 1974)."""
    kmo_each: Array
    bartlett: float
    """Bartlett's chi-square against no correlation at all (Bartlett 1950)."""
    degrees: int
    p: float
    vif: Array
    """Variance inflation of each indicator given the others; above 10 is collinear."""


def adequacy(x: Array) -> Adequacy:
    """KMO, Bartlett's sphericity and variance inflation on the complete rows.

    A singular correlation matrix (more indicators than units, or exact copies) has no inverse; the
    partial measures are NaN then.
    """
    from scipy.special import chdtrc

    rows = complete(x)
    n, k = rows.shape
    r = np.atleast_2d(np.corrcoef(rows, rowvar=False))
    degrees = k * (k - 1) // 2
    sign, log_det = np.linalg.slogdet(r)
    if sign <= 0 or np.linalg.cond(r) > 1e12:
        none = np.full(k, np.nan)
        return Adequacy(np.nan, none, np.nan, degrees, np.nan, none)
    inverse = np.linalg.inv(r)
    scale = np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    off = ~np.eye(k, dtype=bool)
    square, partial = np.where(off, r**2, 0), np.where(off, (inverse / scale) ** 2, 0)
    each = square.sum(axis=0) / (square.sum(axis=0) + partial.sum(axis=0))
    kmo = float(square.sum() / (square.sum() + partial.sum()))
    chi = -(n - 1 - (2 * k + 5) / 6) * log_det
    return Adequacy(kmo, each, float(chi), degrees, float(chdtrc(degrees, chi)), np.diag(inverse))


@dataclass(frozen=True, eq=False)
class Clusters:
    """Units sorted into groups that are alike."""

    labels: Array
    """Cluster of each unit from 1 (the largest), 0 for a unit with missing values."""
    count: int
    silhouette: float
    """Mean silhouette width (Rousseeuw 1987), -1..1; above 0.5 is a clear structure."""


def clusters(x: Array, count: int | None = None, most: int = 8) -> Clusters:
    """Ward clustering of units on standardised indicators (Ward 1963; Handbook pp. 72-74).

    Without `count` the number from 2 to `most` with the widest mean silhouette is taken.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    known = ~np.isnan(x).any(axis=1)
    rows = complete(x)
    z = (rows - rows.mean(axis=0)) / rows.std(axis=0, ddof=1)
    gap = np.sqrt(((z[:, None] - z[None]) ** 2).sum(axis=2))
    tree = linkage(z, "ward")
    tries = [count] if count else range(2, min(most, len(z) - 1) + 1)
    found = [np.asarray(fcluster(tree, t, "maxclust")) for t in tries]
    best = max(found, key=lambda f: _silhouette(gap, f))
    labels = np.zeros(len(x), dtype=int)
    labels[known] = _by_size(best)
    return Clusters(labels, len(set(best.tolist())), _silhouette(gap, best))


def _by_size(labels: Array) -> Array:
    names, first, counts = np.unique(labels, return_index=True, return_counts=True)
    order = sorted(range(len(names)), key=lambda i: (-counts[i], first[i]))
    place = {names[o]: i + 1 for i, o in enumerate(order)}
    return np.array([place[v] for v in labels])


def _silhouette(gap: Array, labels: Array) -> float:
    names = np.unique(labels)
    if len(names) < 2:
        return -1.0
    means = np.stack([gap[:, labels == m].sum(axis=1) for m in names], axis=1)
    sizes = np.array([(labels == m).sum() for m in names])
    own = np.searchsorted(names, labels)
    at = np.arange(len(labels))
    inside = means[at, own] / np.maximum(sizes[own] - 1, 1)
    means = means / sizes
    means[at, own] = np.inf
    other = means.min(axis=1)
    width = np.where(sizes[own] > 1, (other - inside) / np.maximum(inside, other), 0.0)
    return float(width.mean())


def table_of(matrix: Array, codes: Sequence[str]) -> Mapping[str, object]:
    """A square table with a column `code` first."""
    return {"code": list(codes), **dict(zip(codes, matrix.T, strict=True))}
