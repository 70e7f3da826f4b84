"""Ranks, and how sure they are: confidence sets for ranks and groups that cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index.moments import rank_up
from hubscope.index.sheets import Columns
from hubscope.index.table import Array

TIE = 1e-12
"""Scores closer than this share of the panel's largest score tie; rounding never makes a rank."""


def rank_down(scores: Array, blocks: Sequence[object] = (slice(None),)) -> Array:
    """Ranks from 1 for the highest score along the last axis, ties sharing the best rank, NaN kept.

    `blocks` are the rows ranked among themselves (the years of a panel).
    """
    made = np.full(scores.shape, np.nan)
    for rows in blocks:
        part = scores[..., rows]  # type: ignore[index]
        size = np.max(np.abs(np.nan_to_num(part)), axis=-1, keepdims=True, initial=1e-300)
        rounded = np.round(part / (size * TIE))
        made[..., rows] = rank_up(-rounded[..., None])[..., 0]  # type: ignore[index]
    return made


@dataclass(frozen=True, eq=False)
class RankSets:
    """Confidence sets for ranks: with the stated probability the true rank lies in lo..hi."""

    units: tuple[str, ...]
    estimates: Array
    rank: Array
    """Rank of the estimate."""
    lo: Array
    hi: Array
    level: float
    simultaneous: bool
    """True: all sets hold together; False: each set holds by itself."""
    above: Array
    """Whether the row's unit is found to lie above the column's; units x units, flags."""

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """Units from the top in groups that cannot be told apart from their first member.

        A unit opens a new group when the first member of the present one lies above it.
        """
        made: list[list[int]] = []
        for i in np.argsort(-self.estimates, kind="stable"):
            if not made or self.above[made[-1][0], i]:
                made.append([])
            made[-1].append(int(i))
        return tuple(tuple(self.units[i] for i in group) for group in made)

    def tied_with(self, unit: str) -> tuple[str, ...]:
        """Units that cannot be told apart from `unit`."""
        at = self.units.index(unit)
        apart = self.above[at] | self.above[:, at]
        return tuple(u for i, u in enumerate(self.units) if i != at and not apart[i])

    def columns(self) -> Columns:
        """One row a unit, in the order given."""
        group = {u: i for i, g in enumerate(self.groups, 1) for u in g}
        return {
            "unit": list(self.units),
            "estimate": self.estimates,
            "rank": self.rank,
            "rank_lo": self.lo,
            "rank_hi": self.hi,
            "group": [group[u] for u in self.units],
        }


def _spread(cov: Array) -> Array:
    """Standard error of every difference; units x units, NaN on the diagonal."""
    v = np.diag(cov)
    made = np.asarray(np.sqrt(np.maximum(v[:, None] + v[None, :] - 2 * cov, 0)))
    np.fill_diagonal(made, np.nan)
    return made


def _noise(cov: Array, draws: int, seed: int) -> Array:
    """Errors drawn from N(0, cov); draws x units."""
    values, vectors = np.linalg.eigh(cov)
    half = vectors * np.sqrt(np.maximum(values, 0))
    return np.asarray(np.random.default_rng(seed).standard_normal((draws, len(cov))) @ half.T)


def _stepdown(t: Array, largest: Array, level: float) -> Array:
    """Hypotheses rejected by Romano and Wolf's (2005) step-down; flags shaped as `t`.

    `t` are observed statistics (one-sided, larger is stronger), `largest` draws x hypotheses.
    """
    out = np.zeros(len(t), dtype=bool)
    while not out.all():
        crit = np.quantile(largest[:, ~out].max(axis=1), level, method="higher")
        new = ~out & (t > crit)
        if not new.any():
            break
        out |= new
    return out


def rank_sets(
    estimates: Sequence[float] | Array,
    errors: Sequence[float] | Array,
    *,
    units: Sequence[str] | None = None,
    level: float = 0.95,
    simultaneous: bool = False,
    draws: int = 2000,
    seed: int = 1,
) -> RankSets:
    """Confidence sets for the ranks of estimates (1 = largest true value).

    Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91: a unit's rank is at
    least one more than the number of units significantly above it, and at most the number of units
    less those significantly below it, where significance is judged on all differences together by
    a parametric bootstrap with step-down: those with one unit for marginal sets, those of all
    pairs for simultaneous ones. `errors` are standard errors, or a covariance matrix when the
    estimates are not independent. Estimates must be known; leave units without one out.
    """
    theta, cov = _checked(estimates, errors)
    n = len(theta)
    gap, spread = theta[:, None] - theta[None, :], _spread(cov)
    with np.errstate(invalid="ignore", divide="ignore"):
        t = np.where(spread > 0, gap / spread, np.sign(gap) * np.inf)
    noise = _noise(cov, draws, seed)
    above = np.zeros((n, n), dtype=bool)
    off = ~np.eye(n, dtype=bool)
    if simultaneous and n > 1:
        above[off] = _stepdown(t[off], _all_pairs(noise, spread)[:, off.ravel()], level)
    below = above.T.copy()
    if not simultaneous:
        above, below = _one_by_one(t, noise, spread, level)
    lo, hi = 1 + below.sum(axis=1), n - above.sum(axis=1)
    names = tuple(units) if units is not None else tuple(str(i) for i in range(n))
    rank = rank_down(theta)
    return RankSets(
        names, theta, rank, np.minimum(lo, rank), np.maximum(hi, rank), level, simultaneous, above
    )


def _all_pairs(noise: Array, spread: Array) -> Array:
    safe = np.where(spread > 0, spread, np.inf)
    return ((noise[:, :, None] - noise[:, None, :]) / safe).reshape(len(noise), -1)


def _one_by_one(t: Array, noise: Array, spread: Array, level: float) -> tuple[Array, Array]:
    """For each unit the units it lies above, and those it lies below, judged by itself."""
    n = len(t)
    above, below = np.zeros((n, n), dtype=bool), np.zeros((n, n), dtype=bool)
    for j in range(n):
        rest = np.flatnonzero(np.arange(n) != j)
        if not len(rest):
            continue
        safe = np.where(spread[j, rest] > 0, spread[j, rest], np.inf)
        z = (noise[:, j : j + 1] - noise[:, rest]) / safe
        both = _stepdown(
            np.concatenate([t[j, rest], -t[j, rest]]), np.concatenate([z, -z], axis=1), level
        )
        above[j, rest], below[j, rest] = both[: n - 1], both[n - 1 :]
    return above, below


def _checked(
    estimates: Sequence[float] | Array, errors: Sequence[float] | Array
) -> tuple[Array, Array]:
    theta, e = np.asarray(estimates, dtype=float), np.asarray(errors, dtype=float)
    cov = np.diag(e**2) if e.ndim == 1 else e
    if theta.ndim != 1 or cov.shape != (len(theta), len(theta)):
        raise BadDataError(f"{len(theta)} estimates with errors of shape {e.shape}")
    if np.isnan(theta).any() or np.isnan(cov).any() or (np.diag(cov) < 0).any():
        raise BadDataError(
            "an estimate or its standard error is missing or negative",
            hint="leave out units without an estimate",
        )
    return theta, cov
