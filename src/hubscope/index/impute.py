"""Fill in missing values from units, groups, other indicators or years. Handbook, pp. 55-62."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index import moments
from hubscope.index.regress import completed, em, regression
from hubscope.index.stage import Stage
from hubscope.index.table import Array


def column_fill(x: Array, centre: Callable[[Array], Array]) -> Array:
    """Missing values replaced by a statistic of their column."""
    return np.where(np.isnan(x), centre(x)[..., None, :], x)


def group_fill(x: Array, labels: Sequence[str], centre: Callable[[Array], Array]) -> Array:
    """Missing values replaced by a statistic of their column within the unit's group.

    Units without a group, and groups without any value, stay missing.
    """
    made, of = x.copy(), np.array(labels)
    for label in dict.fromkeys(labels):
        if label:
            rows = np.flatnonzero(of == label)
            made[..., rows, :] = column_fill(x[..., rows, :], centre)
    return made


def row_fill(x: Array, families: Sequence[Sequence[int]], direction: Array) -> Array:
    """Missing values replaced by the mean of the unit's other values in the family.

    Values are first directed and put on 0..1 by column, and put back afterwards.
    """
    least = moments.lowest(x * direction)[..., None, :]
    width = moments.highest(x * direction)[..., None, :] - least
    share = (x * direction - least) / np.where(width == 0, np.nan, width)
    made = x.copy()
    for family in families:
        part = share[..., list(family)]
        centre = np.swapaxes(moments.mean(np.swapaxes(part, -1, -2))[..., None, :], -1, -2)
        back = centre * width[..., list(family)] + least[..., list(family)]
        back = back * direction[list(family)]
        made[..., list(family)] = np.where(
            np.isnan(x[..., list(family)]), back, x[..., list(family)]
        )
    return made


def latest_fill(y: Array, times: Array, within: float = np.inf) -> Array:
    """One series: a missing value takes the last one before it, at most `within` periods back."""
    last = np.maximum.accumulate(np.where(np.isnan(y), -1, np.arange(len(y))))
    fits = (last >= 0) & (times - times[np.maximum(last, 0)] <= within)
    return np.where(fits, y[np.maximum(last, 0)], np.nan)


def linear_fill(y: Array, times: Array, *, ends: bool = False) -> Array:
    """One series: straight lines between its points; the ends stay missing unless held constant.

    A series with one point has no line: the point stands alone, or is held when `ends` is set.
    """
    known = ~np.isnan(y)
    if not known.any():
        return y
    edge = None if ends else np.nan
    made = np.interp(times, times[known], y[known], left=edge, right=edge)
    return np.where(known, y, made)


def constant_fill(y: Array, times: Array) -> Array:
    """One series: a missing value takes the last one before it, the first one where none is."""
    del times
    known = np.flatnonzero(~np.isnan(y))
    if not len(known):
        return y
    last = np.searchsorted(known, np.arange(len(y)), "right") - 1
    return y[known[np.maximum(last, 0)]]


def _centre(name: str) -> Callable[[Array], Array]:
    return moments.median if name.endswith("median") else moments.mean


def _over_time(stage: Stage, method: str, within: float) -> Array:
    if not stage.times:
        hint = "add a `time` column to the data"
        if method == "constant":
            hint = "add a `time` column to the data, or give the constant as `value`"
        raise BadDataError(f"impute {method} needs several years", hint=hint)
    made, times = stage.values.copy(), _clock(stage)
    units = np.array(stage.units)
    for unit in dict.fromkeys(stage.units):
        rows = np.flatnonzero(units == unit)
        rows = rows[np.argsort(times[rows], kind="stable")]
        for at in np.ndindex(*made.shape[:-2], made.shape[-1]):
            where = (*at[:-1], rows, at[-1])
            made[where] = _series(made[where], times[rows], method, within)
    return made


def _series(y: Array, times: Array, method: str, within: float) -> Array:
    if method == "latest":
        return latest_fill(y, times, within)
    if method == "constant":
        return constant_fill(y, times)
    return linear_fill(y, times, ends=method == "linear_constant")


def _clock(stage: Stage) -> Array:
    try:
        return np.array([float(t) for t in stage.times])
    except ValueError:
        raise BadDataError("the time column holds text", hint="give years as numbers") from None


def _families(stage: Stage, level: int | None) -> list[list[int]]:
    """Indicators that share their ancestor at `level`; all of them when None."""
    if level is None:
        return [list(range(len(stage.framework.indicators)))]
    heads = stage.framework.at_level(level)
    if not heads:
        raise BadDataError(f"impute: the framework has no level {level}")
    return [stage.select(stage.framework.leaves(h)) for h in heads if stage.framework.leaves(h)]


def _labels(stage: Stage, group: str) -> list[str]:
    labels = stage.data.group(group)
    return [labels[i] for i in stage.rows]


def filled(stage: Stage, method: str, over: str, options: dict[str, Any]) -> Array:
    """All values of the stage after imputation by `method`."""
    x = stage.values
    if method == "none":
        return x
    if method == "constant" and "value" in options:
        return np.where(np.isnan(x), float(options["value"]), x)
    if method in {"latest", "linear", "linear_constant", "constant"}:
        return _over_time(stage, method, float(options.get("within", np.inf)))
    made = x.copy()
    for rows in stage.blocks(over):
        made[..., rows, :] = _block(stage, x[..., rows, :], rows, method, options)
    return made


def _block(stage: Stage, x: Array, rows: Any, method: str, options: dict[str, Any]) -> Array:
    if method in {"group_mean", "group_median"}:
        labels = np.array(_labels(stage, str(options.get("group", ""))))[rows]
        return group_fill(x, labels.tolist(), _centre(method))
    if method == "row_mean":
        families = _families(stage, options.get("level"))
        return row_fill(x, families, stage.framework.column("direction"))
    if method == "multiple":
        version, seed = int(options.get("version", 0)), int(options.get("seed", 1))
        return _each(x, lambda y: completed(y, version, seed))
    if method in {"regression", "em"}:
        return _each(x, regression if method == "regression" else em)
    return column_fill(x, _centre(method))


def _each(x: Array, how: Callable[[Array], Array]) -> Array:
    if x.ndim == 2:
        return how(x)
    return np.stack([how(version) for version in x])


def impute(
    stage: Stage,
    *,
    method: str = "mean",
    over: str = "year",
    indicators: Sequence[str] | None = None,
    **options: Any,
) -> Stage:
    """Fill missing values by `method`, in the named indicators or in all; none that exists changes.

    What cannot be filled stays missing, and the log counts it.
    """
    at = stage.select(indicators)
    made = stage.values.copy()
    made[..., at] = filled(stage, method, over, options)[..., at]
    holes, left = int(np.isnan(stage.values).sum()), int(np.isnan(made).sum())
    notes = (f"{left} of {holes} missing values could not be filled",) if left else ()
    return stage.with_values(made, notes=notes, audit={"filled": holes - left, "left": left})
