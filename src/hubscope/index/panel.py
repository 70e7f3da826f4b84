"""Several years: growth rates, trends, and what moved a score from one year to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.aggregate import climb, rules
from hubscope.index.build import Build
from hubscope.index.profile import row_of
from hubscope.index.sheets import Columns
from hubscope.index.table import Array

STEPS = 200
"""Pieces of the straight path between two years along which a change is shared out."""


def cagr(y: Array, times: Array) -> float:
    """Compound annual growth from the first to the last value: (last / first)^(1/years) - 1."""
    known = np.flatnonzero(~np.isnan(y))
    if len(known) < 2:
        return np.nan
    first, last = known[np.argmin(times[known])], known[np.argmax(times[known])]
    if y[first] == 0 or y[last] / y[first] < 0:
        return np.nan
    return float((y[last] / y[first]) ** (1 / (times[last] - times[first])) - 1)


def trend(y: Array, times: Array) -> float:
    """Least-squares change a year in per cent of the fitted first value; three values or more."""
    known = ~np.isnan(y)
    if known.sum() < 3:
        return np.nan
    slope, base = np.polyfit(times[known], y[known], 1)
    start = base + slope * times[known].min()
    return float(slope / start * 100) if start else np.nan


def trends(build: Build, code: str) -> Columns:
    """Growth rate, trend and years of one indicator or element for every unit of a panel."""
    times = _times(build)
    values = values_of(build, code)
    rows: Columns = {"unit": [], "cagr": [], "trend": [], "available": [], "first": [], "last": []}
    units = np.array(build.units)
    for unit in dict.fromkeys(build.units):
        own = np.flatnonzero(units == unit)
        y, t = values[own], times[own]
        known = t[~np.isnan(y)]
        rows["unit"].append(unit)
        rows["cagr"].append(cagr(y, t))
        rows["trend"].append(trend(y, t))
        rows["available"].append(len(known) / len(t))
        rows["first"].append(known.min() if len(known) else np.nan)
        rows["last"].append(known.max() if len(known) else np.nan)
    return rows


def _times(build: Build) -> Array:
    if not build.times:
        raise BadDataError("the index has one year only", hint="give data with a `time` column")
    try:
        return np.array([float(t) for t in build.times])
    except ValueError:
        raise BadDataError("the time column holds text", hint="give years as numbers") from None


def values_of(build: Build, code: str) -> Array:
    """Scores of an element, or an indicator as the data stand; units."""
    if code in build.scores:
        return np.asarray(build.scores[code])
    if code not in build.framework.indicators:
        raise BadDataError(f"no element {code}", hint=nearest(code, build.framework.by_code))
    at = build.framework.indicators.index(code)
    return np.asarray(build.data.values[build.last.rows, at])


@dataclass(frozen=True, eq=False)
class Change:
    """A change of a unit's index score, shared out among its indicators."""

    unit: str
    start: float
    end: float
    indicators: tuple[str, ...]
    contributions: Array
    """Points that each indicator adds; they and `rest` sum to end - start."""
    rest: float
    """What comes from indicators that exist in one of the years only."""


def decompose(build: Build, unit: str, first: str, last: str) -> Change:
    """Contribution of each indicator to a unit's change of index score between two times.

    The change is integrated along the straight path between the normalised values of both years
    (Aumann and Shapley 1974), so that contributions add up for any aggregation: for arithmetic
    means each is the effective weight times the change. Indicators missing in a year are held out.
    """
    a, b = row_of(build, unit, first), row_of(build, unit, last)
    x = build.last.values[[a, b]]
    both = ~np.isnan(x).any(axis=0)
    path = np.where(both, x, np.nan)
    ends = _scores(build, path)
    contributions = np.where(both, _along(build, path), 0.0)
    total = contributions.sum()
    if total:
        contributions *= (ends[1] - ends[0]) / total
    start, end = (float(build.score[i]) for i in (a, b))
    rest = (end - start) - float(contributions.sum())
    return Change(unit, start, end, build.framework.indicators, contributions, rest)


def _along(build: Build, path: Array) -> Array:
    """Sum over small steps of each indicator's own effect at the step's middle; indicators."""
    step = (path[1] - path[0]) / STEPS
    middles = path[0] + (np.arange(STEPS)[:, None] + 0.5) * step
    made = np.zeros(path.shape[1])
    for i in np.flatnonzero(~np.isnan(step) & (np.nan_to_num(step) != 0)):
        low, high = middles.copy(), middles.copy()
        low[:, i] -= step[i] / 2
        high[:, i] += step[i] / 2
        made[i] = np.nansum(_scores(build, high) - _scores(build, low))
    return made


def _scores(build: Build, x: Array) -> Array:
    """Index scores of rows of normalised values under the build's weights; rows."""
    weights = {c: np.array([float(w)]) for c, w in build.weights.items()}
    options = next(s.options for s in reversed(build.recipe.steps) if s.do == "aggregate")
    framework = build.framework
    made = climb(x, framework, weights, rules(framework, options), lambda _c, _s: None)
    return np.asarray(made[0])
