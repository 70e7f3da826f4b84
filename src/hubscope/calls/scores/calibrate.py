"""Calibration by a mixed model: mark = mean + bid + reviewer + noise, all three normal.

Variances by restricted maximum likelihood; effects by Henderson's equations (1975, Biometrics 31,
423-447), with the bids absorbed so that one Cholesky factor of the reviewers' block is enough.
Unlike standardising each reviewer's marks it costs nothing where reviewers have no bias.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import dpotri
from scipy.optimize import minimize
from scipy.sparse import coo_array, csr_array, hstack
from scipy.stats import norm

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """`score`, `sd`, `lo`, `hi`, `raw`, `count`: of each bid, (P,), in the marks' unit.

    `score` is the estimate of the bid's worth (shrunk to the mean where few have marked it), `sd`
    its standard error, `lo` and `hi` the interval at `level`, `raw` the plain mean. `bias`: of
    each reviewer, (R,), positive where generous; `bias_sd` its standard error. `variances`: of
    bids, reviewers and noise.
    """

    score: Floats
    sd: Floats
    lo: Floats
    hi: Floats
    raw: Floats
    count: Ints
    bias: Floats
    bias_sd: Floats
    mean: float
    variances: tuple[float, float, float]
    level: float


@dataclass(frozen=True, slots=True)
class _Marks:
    """Marks with the incidence of bids, Z (n, P), and of the mean and reviewers, X (n, 1 + R)."""

    y: Floats
    z: csr_array
    x: csr_array
    xx: Floats
    zx: csr_array
    zy: Floats
    xy: Floats
    count: Floats


@dataclass(frozen=True, slots=True)
class _Solved:
    """Henderson's equations at given variance ratios."""

    factor: tuple[Floats, bool]
    d: Floats
    bids: Floats
    rest: Floats
    noise: float
    deviance: float


def _marks(bid: Ints, reviewer: Ints, mark: Floats, bids: int, reviewers: int) -> _Marks:
    n = len(mark)
    rows, ones = np.arange(n), np.ones(n)
    z = coo_array((ones, (rows, bid)), shape=(n, bids)).tocsr()
    w = coo_array((ones, (rows, reviewer)), shape=(n, reviewers))
    x = hstack([coo_array(ones[:, None]), w]).tocsr()
    return _Marks(
        mark, z, x, (x.T @ x).toarray(), (z.T @ x).tocsr(), z.T @ mark, x.T @ mark, z.sum(axis=0)
    )


def _solve(m: _Marks, ratio_bid: float, ratio_reviewer: float) -> _Solved:
    """Effects where the bids' and the reviewers' variances are these multiples of the noise."""
    reviewers = m.xx.shape[0] - 1
    prior = np.full(1 + reviewers, 1 / ratio_reviewer)
    prior[0] = 0.0
    d = m.count + 1 / ratio_bid
    scaled = m.zx.multiply((1 / d)[:, None]).tocsr()
    block = m.xx - (m.zx.T @ scaled).toarray()
    block[np.diag_indices_from(block)] += prior
    factor = cho_factor(block, lower=True, overwrite_a=True, check_finite=False)
    rest = cho_solve(factor, m.xy - scaled.T @ m.zy)
    bids = (m.zy - m.zx @ rest) / d
    freedom = max(len(m.y) - 1, 1)
    noise = float(m.y @ m.y - rest @ m.xy - bids @ m.zy) / freedom
    deviance = (
        freedom * np.log(max(noise, 1e-300))
        + 2 * np.log(np.diag(factor[0])).sum()
        + np.log(d).sum()
        + len(d) * np.log(ratio_bid)
        + reviewers * np.log(ratio_reviewer)
    )
    return _Solved(factor, d, bids, rest, noise, float(deviance))


def _ratios(m: _Marks) -> tuple[float, float]:
    """The variance ratios of largest restricted likelihood, between e^-9 and e^5.

    The deviance is close to a parabola in the logarithms, so a few parabolas through six points
    find its bottom; where it is none (a variance near nought) the simplex search is used.
    """
    at, step = np.log([1.0, 0.3]), 0.8
    for _ in range(5):
        move = _to_bottom(m, at, step)
        if move is None or (at + move < -6.0).any():
            return _search(m)
        at, step = at + move, 0.3
        if np.abs(move).max() < 0.2:
            break
    return float(np.exp(at[0])), float(np.exp(at[1]))


def _deviance(m: _Marks, at: Floats) -> float:
    return _solve(m, *np.exp(np.clip(at, -9.0, 5.0))).deviance


def _to_bottom(m: _Marks, at: Floats, h: float) -> Floats | None:
    """From `at` to the bottom of the parabola through six points around it, at most 1.5 a side."""
    e, f = np.array([h, 0.0]), np.array([0.0, h])
    mid, right, left, up, down, both = (_deviance(m, at + d) for d in (0 * e, e, -e, f, -f, e + f))
    slope = np.array([right - left, up - down]) / (2 * h)
    cross = both - right - up + mid
    bend = np.array([[right + left - 2 * mid, cross], [cross, up + down - 2 * mid]]) / h**2
    if np.linalg.eigvalsh(bend)[0] <= 0:
        return None
    return np.asarray(np.clip(-np.linalg.solve(bend, slope), -1.5, 1.5), np.float64)


def _search(m: _Marks) -> tuple[float, float]:
    start = np.log([1.0, 0.3])
    found = minimize(
        lambda t: _deviance(m, t),
        start,
        method="Nelder-Mead",
        options={"xatol": 0.03, "fatol": 0.01, "maxfev": 120},
    )
    bid, reviewer = np.exp(np.clip(found.x, -9.0, 5.0))
    return float(bid), float(reviewer)


def calibrate(
    bid: Ints,
    reviewer: Ints,
    mark: Floats,
    *,
    bids: int,
    reviewers: int,
    level: float = 0.9,
) -> Calibration:
    """Calibrated scores from n marks of `reviewers` people on `bids` bids.

    A bid without a mark gets the mean, with the widest interval. Where the graph of who marked
    what falls into `pieces`, scores across pieces are compared through the mean alone.
    """
    mark = np.asarray(mark, np.float64)
    centre = float(mark.mean()) if len(mark) else 0.0
    m = _marks(bid, reviewer, mark - centre, bids, reviewers)
    if len(mark) < 3 or float(np.ptp(mark)) == 0.0:
        return _flat(m, centre, level)
    ratios = _ratios(m)
    at = _solve(m, *ratios)
    inverse = _inverse(at.factor[0])
    sd = np.sqrt(np.maximum(at.noise * _spread(m, at, inverse), 0.0))
    score = centre + at.rest[0] + at.bids
    half = norm.ppf(0.5 + level / 2) * sd
    return Calibration(
        score,
        sd,
        score - half,
        score + half,
        _raw(m, centre),
        m.count.astype(np.int64),
        at.rest[1:],
        np.sqrt(at.noise * np.diag(inverse)[1:]),
        centre + float(at.rest[0]),
        (at.noise * ratios[0], at.noise * ratios[1], at.noise),
        level,
    )


def _inverse(lower: Floats) -> Floats:
    half, _ = dpotri(lower, lower=1)
    return np.asarray(np.tril(half) + np.tril(half, -1).T, np.float64)


def _spread(m: _Marks, at: _Solved, inverse: Floats) -> Floats:
    """Error variance of mean + bid over the noise, (P,).

    It is 1/d + (a - e0)' S^-1 (a - e0) with a = Z'X/d and S the reviewers' block.
    """
    a = m.zx.multiply((1 / at.d)[:, None]).tocsr()
    unit = np.zeros(inverse.shape[0])
    unit[0] = 1.0
    both = a @ inverse
    quadratic = np.asarray(a.multiply(both).sum(axis=1)).ravel()
    return np.asarray(1 / at.d + quadratic - 2 * both[:, 0] + inverse[0, 0], np.float64)


def _raw(m: _Marks, centre: float) -> Floats:
    means = np.full(len(m.count), np.nan)
    np.divide(m.zy, m.count, out=means, where=m.count > 0)
    return means + centre


def _flat(m: _Marks, centre: float, level: float) -> Calibration:
    """Too little to estimate from: every bid at its raw mean, no error known, no bias claimed."""
    raw = _raw(m, centre)
    nothing, none = np.full(len(raw), np.nan), np.zeros(m.xx.shape[0] - 1)
    score = np.where(np.isnan(raw), centre, raw)
    no_variance = (float("nan"),) * 3
    return Calibration(
        *(score, nothing, nothing, nothing, raw, m.count.astype(np.int64)),
        *(none, none * np.nan, centre, no_variance, level),
    )
