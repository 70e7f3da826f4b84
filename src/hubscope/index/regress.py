"""Imputation from the other indicators: regression, EM under normality, and multiple imputation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hubscope.index import moments
from hubscope.index.table import Array


@dataclass(frozen=True)
class Normal:
    """Mean and covariance of the indicators, fitted to incomplete data."""

    mean: Array
    cov: Array


def _usable(x: Array) -> Array:
    """Columns with at least two different values."""
    return np.asarray(np.nan_to_num(moments.sd(x)) > 0)


def _ridge(cov: Array, share: float = 1e-8) -> Array:
    return np.asarray(cov + np.eye(len(cov)) * share * max(float(np.trace(cov)) / len(cov), 1e-300))


def shrunk(cov: Array, n: int) -> Array:
    """Covariances drawn towards zero by k / (k + n^2 / k), variances kept.

    With as many indicators as units the maximum-likelihood covariance is singular and predicts
    wildly; with many units per indicator the share goes to nothing.
    """
    k = len(cov)
    share = k / (k + n * n / k)
    return np.asarray((1 - share) * cov + share * np.diag(np.diag(cov)))


def conditional(row: Array, mean: Array, cov: Array) -> tuple[Array, Array, Array]:
    """Missing positions of a row, their expectation given the rest, and their covariance."""
    gone = np.isnan(row)
    if gone.all():
        return gone, mean, cov
    cross = cov[np.ix_(gone, ~gone)]
    gain = np.linalg.solve(_ridge(cov[np.ix_(~gone, ~gone)]), cross.T).T
    expected = mean[gone] + gain @ (row[~gone] - mean[~gone])
    return gone, expected, cov[np.ix_(gone, gone)] - gain @ cross.T


def fit_normal(x: Array, rounds: int = 100, tolerance: float = 1e-6) -> Normal:
    """Mean and covariance by EM, the covariance shrunk at every step (see `shrunk`).

    Dempster, Laird and Rubin (1977); Little and Rubin, Statistical Analysis with Missing Data,
    ch. 11.
    """
    mean, cov = moments.mean(x), np.diag(moments.sd(x) ** 2)
    n = len(x)
    for _ in range(rounds):
        full, spare = x.copy(), np.zeros_like(cov)
        for i in np.flatnonzero(np.isnan(x).any(axis=1)):
            gone, full[i, np.isnan(x[i])], rest = conditional(x[i], mean, cov)
            spare[np.ix_(gone, gone)] += rest
        old_mean, old_cov = mean, cov
        mean = full.mean(axis=0)
        gaps = full - mean
        cov = shrunk((gaps.T @ gaps + spare) / n, n)
        scale = np.sqrt(np.maximum(np.diag(cov), 1e-300))
        moved = np.max(np.abs(mean - old_mean) / scale)
        turned = np.max(np.abs(cov - old_cov) / np.outer(scale, scale))
        if max(moved, turned) < tolerance:
            break
    return Normal(mean, cov)


def em(x: Array) -> Array:
    """Missing values replaced by their expectation under the fitted normal.

    Columns without variation take their mean.
    """
    made = np.where(np.isnan(x), moments.mean(x)[None, :], x)
    use = np.flatnonzero(_usable(x))
    if len(use) < 2:
        return made
    centre, spread = moments.mean(x[:, use]), moments.sd(x[:, use])
    z = (x[:, use] - centre) / spread
    fitted = fit_normal(z)
    for i in np.flatnonzero(np.isnan(z).any(axis=1)):
        gone, expected, _ = conditional(z[i], fitted.mean, fitted.cov)
        made[i, use[gone]] = expected * spread[gone] + centre[gone]
    return made


def regression(x: Array) -> Array:
    """Missing values predicted by ridge regression on all other indicators. Handbook p. 57.

    The others' own gaps are first filled by their means; the penalty is the one with the least
    leave-one-out error (Allen 1974), so that many indicators over few units do not overfit.
    """
    made = np.where(np.isnan(x), moments.mean(x)[None, :], x)
    use = np.flatnonzero(_usable(x))
    if len(use) < 2:
        return made
    z = (made[:, use] - moments.mean(made[:, use])) / moments.sd(made[:, use])
    for j, column in enumerate(use):
        gone = np.isnan(x[:, column])
        if gone.any() and not gone.all():
            others = np.delete(z, j, axis=1)
            made[gone, column] = ridge_predict(others[~gone], x[~gone, column], others[gone])
    return made


def ridge_predict(known: Array, y: Array, asked: Array) -> Array:
    """Predictions of y at `asked` from rows `known` by the cross-validated ridge."""
    centre, level = known.mean(axis=0), y.mean()
    u, d, v = np.linalg.svd(known - centre, full_matrices=False)
    part, n = u.T @ (y - level), len(y)
    best, slope = np.inf, np.zeros(known.shape[1])
    for penalty in np.geomspace(1e-4, 1e3, 29) * n:
        shrink = d**2 / (d**2 + penalty)
        own = (u**2) @ shrink + 1 / n
        score = np.sum(((y - level - u @ (shrink * part)) / np.maximum(1 - own, 1e-9)) ** 2)
        if score < best:
            best, slope = score, v.T @ (d / (d**2 + penalty) * part)
    return np.asarray(level + (asked - centre) @ slope)


def completed(x: Array, version: int, seed: int = 1) -> Array:
    """One version of multiple imputation; the same version and seed give the same values.

    A version refits the normal to a bootstrap sample of units, then draws the missing values from
    their conditional distribution, so that both kinds of uncertainty enter (Rubin 1987; Honaker
    and King 2010). Columns without variation take their mean.
    """
    rng = np.random.default_rng([seed, version])
    made = np.where(np.isnan(x), moments.mean(x)[None, :], x)
    use = np.flatnonzero(_usable(x))
    if not np.isnan(x).any() or len(use) < 2:
        return made
    centre, spread = moments.mean(x[:, use]), moments.sd(x[:, use])
    z = (x[:, use] - centre) / spread
    fitted = fit_normal(_resample(z, rng), rounds=25, tolerance=1e-3)
    for i in np.flatnonzero(np.isnan(z).any(axis=1)):
        gone, expected, cov = conditional(z[i], fitted.mean, fitted.cov)
        values, vectors = np.linalg.eigh(cov)
        noise = vectors @ (np.sqrt(np.maximum(values, 0)) * rng.standard_normal(len(values)))
        made[i, use[gone]] = (expected + noise) * spread[gone] + centre[gone]
    return made


def _resample(z: Array, rng: np.random.Generator, tries: int = 50) -> Array:
    """A bootstrap sample of rows in which every column still varies."""
    for _ in range(tries):
        sample = z[rng.integers(0, len(z), len(z))]
        if _usable(sample).all():
            return sample
    return z
