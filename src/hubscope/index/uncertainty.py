"""How sure scores and ranks are: the index over many draws of its factors.

Saisana, Saltelli and Tarantola (2005), JRSS-A 168(2); OECD/JRC Handbook (2008), pp. 117-131.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index.build import Build, Custom
from hubscope.index.design import Setup, Variant, setup, small_enough, spread
from hubscope.index.factors import Factor
from hubscope.index.framework import Framework
from hubscope.index.moments import rank_up
from hubscope.index.ranks import rank_down
from hubscope.index.recipe import Recipe
from hubscope.index.sequence import sobol
from hubscope.index.sheets import Columns
from hubscope.index.stage import Stage
from hubscope.index.table import Array, to_frame

Align = Literal["quantile", "moments", "none"]
MOST_PAIRS = 5_000
"""Units up to which tables of units x units are made."""


@dataclass(frozen=True, eq=False)
class Interval:
    """Nominal values with their interval over the draws; one value a unit each.

    The interval runs between the (1 - level)/2 and (1 + level)/2 quantiles and is widened, where
    needed, to hold the nominal value, which is itself one admissible draw. NaN where unknown.
    """

    nominal: Array
    lo: Array
    hi: Array
    median: Array
    present: Array
    """Share of draws in which the unit has a value."""


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """Ranges of scores and ranks over the draws of the factors."""

    nominal: Build
    factors: tuple[Factor, ...]
    draws: int
    seed: int
    level: float
    align: Align
    scores: Mapping[str, Interval]
    """The index and every group from the top down."""
    rank: Interval
    """Ranks in the index; ends are whole ranks."""
    group_ranks: Mapping[str, Interval]
    """Ranks in every group by code, where they were asked for."""
    rank_draws: Array
    """Ranks of every draw; draws x units."""
    score_draws: Array
    """Index scores of every draw on the nominal scale; draws x units."""

    @property
    def units(self) -> tuple[str, ...]:
        """Units in the order of the data."""
        return self.nominal.units

    @property
    def score(self) -> Interval:
        """Scores of the index."""
        return self.scores[self.nominal.framework.top]

    @property
    def available(self) -> dict[str, Array]:
        """Indicators with data below each group, units each."""
        return self.nominal.available

    @property
    def asked(self) -> dict[str, int]:
        """Indicators below each group, with data or without."""
        framework = self.nominal.framework
        return {c: len(leaves(framework, c)) for c in framework.aggregates}

    @cached_property
    def rank_probabilities(self) -> Array:
        """Probability of each rank (rank acceptability, Lahdelma and Salminen 2001); units x ranks.

        Rows of units that are ranked in some draws only sum to that share of draws.
        """
        units = _small(len(self.units))
        ranks = np.nan_to_num(self.rank_draws).astype(np.int64)
        flat = (ranks + np.arange(units) * (units + 1)).ravel()
        counts = np.bincount(flat, minlength=units * (units + 1)).reshape(units, units + 1)
        return counts[:, 1:] / self.draws

    @cached_property
    def pair_probabilities(self) -> Array:
        """Probability that the row's unit ranks above the column's; units x units.

        Ties count half.     NaN on the diagonal and for pairs that are never ranked together.
        """
        units = _small(len(self.units))
        wins, both = np.zeros((units, units)), np.zeros((units, units))
        step = max(1, 8_000_000 // units**2)
        for first in range(0, self.draws, step):
            r = self.rank_draws[first : first + step].astype(np.float32)
            wins += np.sum(r[:, :, None] < r[:, None, :], axis=0)
            wins += np.sum(r[:, :, None] == r[:, None, :], axis=0) / 2
            both += _together(r)
        np.fill_diagonal(both, 0)
        return np.where(both > 0, wins / np.maximum(both, 1), np.nan)

    def columns(self) -> Columns:
        """One row a unit: score and rank with their ends, then every group's."""
        made: Columns = {"unit": list(self.units)}
        if self.nominal.times:
            made["time"] = list(self.nominal.times)
        made |= _ends("rank", self.rank)
        for code, interval in self.scores.items():
            made |= _ends(code, interval)
        return made

    def frame(self, kind: str | None = None) -> Any:
        """The same as a data frame, of the library that the data came from unless `kind` says."""
        return to_frame(self.columns(), kind or self.nominal.data.kind)


def leaves(framework: Framework, code: str) -> list[str]:
    """Indicators below a group; none for a group without any."""
    return [c for c in framework.leaves(code) if c in framework.indicators]


def _ends(name: str, interval: Interval) -> Columns:
    return {name: interval.nominal, f"{name}_lo": interval.lo, f"{name}_hi": interval.hi}


def _together(ranks: Array) -> Array:
    ok = (~np.isnan(ranks)).astype(np.float32)
    return np.asarray(ok.T @ ok)


def _small(units: int) -> int:
    if units > MOST_PAIRS:
        raise BadDataError(
            f"a table of {units} x {units} units is too large", hint="select units first"
        )
    return units


def quantile_map(scores: Array, nominal: Array) -> Array:
    """Each draw's order told in nominal scores: a unit gets the score of the place it holds.

    Scores made by different normalisations or aggregations share no unit, so a draw lends only its
    order; an affine map by mean and spread would carry a skewed index below zero when the draw is
    made of ranks. Ties take the middle of their places; draws x units.
    """
    known = np.sort(nominal[~np.isnan(nominal)])
    if not len(known):
        return scores
    order = np.argsort(scores, axis=1)
    ordered = np.take_along_axis(scores, order, axis=1)
    if len(known) == scores.shape[1] and (np.diff(ordered, axis=1) > 0).all():
        mapped = np.empty_like(scores)
        np.put_along_axis(mapped, order, np.broadcast_to(known, scores.shape), axis=1)
        return mapped
    up = rank_up(scores.T).T
    down = rank_up(-scores.T).T
    count = np.sum(~np.isnan(scores), axis=1, keepdims=True)
    place = ((up + count + 1 - down) / 2 - 0.5) / np.maximum(count, 1)
    grid = (np.arange(len(known)) + 0.5) / len(known)
    mapped = np.interp(np.nan_to_num(place).ravel(), grid, known).reshape(scores.shape)
    return np.where(np.isnan(scores), np.nan, mapped)


def moments_map(scores: Array, nominal: Array) -> Array:
    """Each draw moved and stretched to the nominal mean and spread of the units in both."""
    both = ~np.isnan(scores) & ~np.isnan(nominal)
    n = np.maximum(both.sum(axis=1, keepdims=True), 1)

    def centre(x: Array) -> Array:
        return np.asarray(np.sum(np.where(both, x, 0), axis=1, keepdims=True) / n)

    at, aim = centre(scores), centre(np.broadcast_to(nominal, scores.shape))
    width = np.sqrt(centre((np.where(both, scores, 0) - at) ** 2))
    wish = np.sqrt(centre((np.where(both, nominal, 0) - aim) ** 2))
    return (scores - at) * np.where(width > 0, wish / np.where(width > 0, width, 1), 1) + aim


def aligned(scores: Array, nominal: Array, align: Align) -> Array:
    """Scores of draws on the nominal scale."""
    if align == "none":
        return scores
    return (quantile_map if align == "quantile" else moments_map)(scores, nominal)


def interval(draws: Array, nominal: Array, level: float, *, whole: bool = False) -> Interval:
    """Quantiles over draws (draws x units), widened to the nominal value; NaN draws are skipped."""
    tails = [(1 - level) / 2, 0.5, (1 + level) / 2]
    method: Any = "inverted_cdf" if whole else "linear"
    gone = np.isnan(draws)
    if not gone.any():
        lo, mid, hi = np.quantile(draws, tails, axis=0, method=method)
    else:
        lo, mid, hi = np.array([_quantiles(d, tails, method) for d in draws.T]).T
    known = ~np.isnan(nominal)
    return Interval(
        nominal,
        np.where(known, np.fmin(lo, nominal), lo),
        np.where(known, np.fmax(hi, nominal), hi),
        mid,
        1 - gone.mean(axis=0),
    )


def _quantiles(draws: Array, tails: Sequence[float], method: Any) -> Array:
    known = draws[~np.isnan(draws)]
    return np.quantile(known, tails, method=method) if len(known) else np.full(len(tails), np.nan)


def uncertainty(
    data: object,
    framework: Framework,
    recipe: Recipe,
    factors: Sequence[Factor],
    *,
    draws: int = 1000,
    seed: int = 1,
    level: float = 0.9,
    align: Align = "quantile",
    group_ranks: bool = False,
    custom: Custom | None = None,
) -> Uncertainty:
    """Ranges of scores and ranks when every factor varies over a scrambled Sobol' sequence.

    Draws whose recipe can stand on another scale than the nominal one (another denominator,
    transformation, treatment, normalisation or aggregation) are put on the nominal scale by
    `align`: "quantile" (see `quantile_map`), "moments" (same mean and spread) or "none". Draws
    that differ in weights, left-out indicators, imputation or data errors only are kept as they
    are. `group_ranks` ranks the units in every group as well.
    """
    if draws < 1 or not 0 < level < 1:
        raise BadDataError(f"{draws} draws at level {level}", hint="level lies within 0..1")
    prepared = setup(data, framework, recipe, factors, seed=seed, custom=custom)
    small_enough(draws, len(prepared.nominal.units))
    u = sobol(sum(prepared.dims), draws, seed)
    kept = _collect(prepared, u, level, align, group_ranks=group_ranks)
    nominal, top = prepared.nominal, framework.top
    ranks = rank_down(kept.raw[top], list(nominal.last.blocks("year")))
    scores = {c: kept.intervals[c] for c in nominal.codes}
    rank = interval(ranks, nominal.rank, level, whole=True)
    return Uncertainty(
        nominal,
        tuple(factors),
        draws,
        seed,
        level,
        align,
        scores,
        rank,
        kept.ranks,
        ranks,
        kept.mapped[top],
    )


@dataclass
class _Kept:
    """Index scores of all draws, and one group's at a time until its intervals are made."""

    raw: dict[str, Array]
    mapped: dict[str, Array]
    intervals: dict[str, Interval]
    ranks: dict[str, Interval]


def _collect(prepared: Setup, u: Array, level: float, align: Align, *, group_ranks: bool) -> _Kept:
    nominal, top = prepared.nominal, prepared.framework.top
    shape = (len(u), len(nominal.last.rows))
    kept = _Kept({top: np.full(shape, np.nan)}, {}, {}, {})
    left = dict.fromkeys(nominal.codes, len(u))
    years = list(nominal.last.blocks("year"))

    def emit(variant: Variant, stage: Stage, code: str, made: Array) -> None:
        made = spread(stage, made, nominal.last.rows)  # type: ignore[arg-type]
        store = kept.mapped.setdefault(code, np.full(shape, np.nan))
        aim = nominal.scores[code]
        store[variant.draws] = made if variant.same_scale else aligned(made, aim, align)
        if code == top or group_ranks:
            kept.raw.setdefault(code, np.full(shape, np.nan))[variant.draws] = made
        left[code] -= len(variant.draws)
        if not left[code]:
            kept.intervals[code] = interval(store, aim, level)
            if code != top:
                del kept.mapped[code]
                if group_ranks:
                    ranks = rank_down(kept.raw.pop(code), years)
                    kept.ranks[code] = interval(ranks, nominal.ranks[code], level, whole=True)

    prepared.evaluate(u, emit)
    return kept
