"""Bring indicators with different units onto one scale.

Formulas of the OECD/JRC Handbook (2008), pp. 27-31 and 83-88. Values are (..., units,
indicators); a constant column carries no information and comes out missing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index import moments
from hubscope.index.stage import Stage
from hubscope.index.table import Array

Param = float | Array
CUTS = (0.05, 0.15, 0.35, 0.65, 0.85, 0.95)
SCORES = (0.0, 20.0, 40.0, 50.0, 60.0, 80.0, 100.0)
"""Percentile classes of the Handbook's Table 15 and the score of each class."""


def _over(top: Array, bottom: Array) -> Array:
    """Quotient, missing where the bottom is zero."""
    return np.asarray(top / np.where(bottom == 0, np.nan, bottom))


def _row(values: Array) -> Array:
    return values[..., None, :]


def minmax(x: Array, low: Param = 0.0, high: Param = 100.0) -> Array:
    """(x - min) / (max - min) spread from `low` to `high`."""
    least, most = _row(moments.lowest(x)), _row(moments.highest(x))
    return _over(x - least, most - least) * (np.asarray(high) - low) + low


def zscore(x: Array, mean: Param = 0.0, sd: Param = 1.0) -> Array:
    """Distance from the mean in sample standard deviations, moved to `mean` and `sd`."""
    return _over(x - _row(moments.mean(x)), _row(moments.sd(x))) * sd + mean


def scaled(x: Array, low: Param, high: Param) -> Array:
    """(x - low) / (high - low) in per cent, with bounds given rather than found."""
    return _over(x - low, np.asarray(high - np.asarray(low))) * 100


def distance_to_max(x: Array) -> Array:
    """1 - (max - x) / (max - min): one at the best unit, zero at the worst."""
    least, most = _row(moments.lowest(x)), _row(moments.highest(x))
    return 1 - _over(most - x, most - least)


def distance_to_reference(x: Array, reference: int, *, cap: bool = False) -> Array:
    """1 - (x_ref - x) / (x_ref - min), above one beyond the reference unit unless capped."""
    least, ref = _row(moments.lowest(x)), x[..., reference : reference + 1, :]
    made = 1 - _over(ref - x, ref - least)
    return np.minimum(made, 1) if cap else made


def distance_to_target(x: Array, target: Array, direction: Array, *, cap: Param = 0.0) -> Array:
    """Share of the way from the worst unit to the target, (x - min) / (target - min).

    Mirrored for direction -1; held at one where `cap` is set. `x` is the value before direction is
    applied.
    """
    worst = np.where(direction > 0, _row(moments.lowest(x)), _row(moments.highest(x)))
    made = _over(x - worst, target - worst)
    return np.where(np.asarray(cap) > 0, np.minimum(made, 1), made)


def fraction_of_max(x: Array) -> Array:
    """Share x / max, missing where the maximum is zero.

    That is so for costs with a free best unit, where COINr gives the dearest an infinite score.
    """
    return _over(x, _row(moments.highest(x)))


def percentile_rank(x: Array) -> Array:
    """(rank from below - 1) / (units with a value - 1); missing for a single unit."""
    return _over(moments.rank_up(x) - 1, _row(moments.count(x) - 1))


def borda(x: Array) -> Array:
    """Number of units that the unit strictly beats."""
    return moments.rank_up(x) - 1


def goalposts(
    x: Array, low: Param, high: Param, *, direction: Param, scale: Param = 1.0, cap: Param = 1.0
) -> Array:
    """Share (x - low) / (high - low) of the way between two posts, times `scale`.

    Mirrored for direction -1, held within 0..1 where `cap` is set. `x` is the value before
    direction is applied.
    """
    far = np.where(np.asarray(direction) > 0, x - low, high - x)
    share = _over(far, np.asarray(np.asarray(high) - low))
    held = np.where(np.asarray(cap) > 0, np.clip(share, 0, 1), share)
    return np.asarray(held * scale)


def categorical(x: Array, cuts: Sequence[float], values: Sequence[float]) -> Array:
    """One score a percentile class (Handbook p. 28).

    `values[i]` up to the share `cuts[i]` of units ranked from below, the last above the last cut.
    """
    if len(values) != len(cuts) + 1:
        raise BadDataError(
            f"normalise categorical: {len(values)} values for {len(cuts)} cuts",
            hint="one value more than cuts",
        )
    share = _over(moments.rank_up(x), _row(moments.count(x)))
    made = np.asarray(values, dtype=float)[np.searchsorted(cuts, np.nan_to_num(share) - 1e-12)]
    return np.where(np.isnan(x), np.nan, made)


def above_below_mean(x: Array, threshold: float = 0.2) -> Array:
    """1, 0 or -1 as x / mean is above 1 + threshold, within it, or below 1 - threshold."""
    ratio = _over(x, _row(moments.mean(x)))
    made = np.where(ratio > 1 + threshold, 1.0, np.where(ratio < 1 - threshold, -1.0, 0.0))
    return np.where(np.isnan(ratio), np.nan, made)


def cyclical(x: Array) -> Array:
    """(x - mean over time) / mean absolute deviation (Handbook p. 28, business-survey method)."""
    gaps = x - _row(moments.mean(x))
    return _over(gaps, _row(moments.mean(np.abs(gaps))))


PLAIN: dict[str, Callable[..., Array]] = {
    "minmax": minmax,
    "zscore": zscore,
    "scaled": scaled,
    "distance_to_max": distance_to_max,
    "fraction_of_max": fraction_of_max,
    "percentile_rank": percentile_rank,
    "rank": moments.rank_up,
    "borda": borda,
    "categorical": categorical,
    "above_below_mean": above_below_mean,
    "cyclical": cyclical,
    "none": lambda x: x,
}
"""Methods that need nothing but the directed values and their own options."""


def apply(stage: Stage, x: Array, rows: Any, method: str, options: dict[str, Any]) -> Array:
    """One method on one block of rows, every indicator; direction is applied first."""
    framework = stage.framework
    direction = framework.column("direction")
    if method == "distance_to_target":
        cap = _first(framework.column("target_cap"), options.get("cap", False))
        return distance_to_target(x, _asked(stage, "target"), direction, cap=cap)
    if method == "goalposts":
        return goalposts(x, **_posts(stage, options), direction=direction)
    if method == "distance_to_reference":
        row = _reference(stage, rows, options.get("reference", ""))
        return distance_to_reference(x * direction, row, cap=bool(options.get("cap", False)))
    if method == "scaled":
        options = {"low": 0.0, "high": 100.0, **options}
    if method == "categorical":
        options = {"cuts": CUTS, "values": SCORES, **options}
    return PLAIN[method](x * direction, **options)


def _first(of_indicator: Array, general: float) -> Array:
    """The indicator's own parameter where it has one, else the step's."""
    return np.where(np.isnan(of_indicator), float(general), of_indicator)


def _posts(stage: Stage, options: dict[str, Any]) -> dict[str, Array]:
    column = stage.framework.column
    posts = {
        "low": _first(column("goal_low"), options.get("low", np.nan)),
        "high": _first(column("goal_high"), options.get("high", np.nan)),
        "scale": _first(column("goal_scale"), options.get("scale", 1.0)),
        "cap": _first(column("goal_cap"), options.get("cap", True)),
    }
    open_ = np.isnan(posts["low"]) | np.isnan(posts["high"])
    _all_given(stage, open_, "goal_low and goal_high", "goalposts")
    return posts


def _asked(stage: Stage, field: str) -> Array:
    values = stage.framework.column(field)
    _all_given(stage, np.isnan(values), field, f"distance_to_{field}")
    return values


def _all_given(stage: Stage, open_: Array, field: str, method: str) -> None:
    codes = [c for c, o in zip(stage.framework.indicators, open_, strict=True) if o]
    if codes:
        raise BadDataError(
            f"normalise {method}: no {field} for {', '.join(codes)}",
            hint=f"add {field} to the framework",
        )


def _reference(stage: Stage, rows: Any, unit: str | int) -> int:
    units = list(np.array(stage.units)[rows])
    if isinstance(unit, int) and 1 <= unit <= len(units):
        unit = sorted(units)[unit - 1]
    if unit not in units:
        raise BadDataError(
            f"normalise: the reference {unit!r} is no unit",
            hint=nearest(str(unit), units),
        )
    return units.index(str(unit))


def normalise(
    stage: Stage,
    *,
    method: str = "minmax",
    over: str = "all",
    indicators: dict[str, dict[str, Any]] | None = None,
    **options: Any,
) -> Stage:
    """Normalise by `method`; `indicators` gives single indicators another method or options.

    `over = "all"` takes a panel's years together so that scores compare over time; "year" takes
    each by itself.
    """
    made = stage.values.copy()
    for rows in stage.blocks("unit" if method == "cyclical" else over):
        x = stage.values[..., rows, :]
        made[..., rows, :] = apply(stage, x, rows, method, options)
        for code, own in (indicators or {}).items():
            (at,) = stage.select([code])
            how = {**(options if own.get("method", method) == method else {}), **own}
            alone = apply(stage, x, rows, how.pop("method", method), how)
            made[..., rows, at] = alone[..., at]
    return stage.with_values(made, notes=_lost(stage, made), audit={})


def _lost(stage: Stage, made: Array) -> tuple[str, ...]:
    had = ~np.isnan(stage.values).all(axis=-2)
    lost = had & np.isnan(made).all(axis=-2)
    lost = lost if lost.ndim == 1 else lost.any(axis=0)
    codes = [
        c for c, gone in zip(stage.framework.indicators, np.asarray(lost), strict=True) if gone
    ]
    listed = ", ".join(codes)
    what = f"no scale for columns that are constant or whose best is zero: {listed}"
    return (what,) if codes else ()
