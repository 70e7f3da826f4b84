"""Tame outliers and skewed columns, with a record of every point touched.

Columns whose skewness
and kurtosis both exceed their thresholds are winsorised; what still fails is transformed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index import moments
from hubscope.index.stage import Stage
from hubscope.index.table import Array

Flags = np.ndarray[Any, np.dtype[np.bool_]]


def fine(x: Array, skew: float, kurtosis: float) -> Flags:
    """Columns with |skewness| below or excess kurtosis below its threshold; constant ones too."""
    s, k = moments.shape(x)
    return np.asarray((np.abs(s) < skew) | (k < kurtosis) | np.isnan(s) | np.isnan(k))


def winsorise(
    x: Array, most: int | None, skew: float, kurtosis: float, *, force: bool = False
) -> tuple[Array, Array]:
    """Columns clipped until they pass, and the points treated a column.

    While a column fails and fewer than `most` of its points are treated (None: no limit), all
    points at its top take the next value down when the skew is positive, all points at its bottom
    the next value up when it is negative. With `force` the limit is used up even where a column
    passes. A column is never clipped down to one value.
    """
    made, points = x.copy(), np.zeros(x.shape[:-2] + x.shape[-1:])
    limit = np.inf if most is None else most
    failing = ~fine(x, skew, kurtosis) | force
    for at in zip(*np.nonzero(failing), strict=True):
        where = (*at[:-1], slice(None), at[-1])
        made[where], points[at] = _clip(x[where], limit, (skew, kurtosis), force=force)
    return made, points


def _clip(x: Array, limit: float, limits: tuple[float, float], *, force: bool) -> tuple[Array, int]:
    """One column winsorised, on its sorted values; the ties at each end move together."""
    order = np.argsort(x, kind="stable")
    y = x[order][: int((~np.isnan(x)).sum())]
    low, high, touched = 0, len(y) - 1, 0
    while touched < limit:
        s, k = moments.shape_of(y)
        if np.isnan(s) or np.isnan(k) or (not force and (abs(s) < limits[0] or k < limits[1])):
            break
        top = s >= 0
        edge = int(np.searchsorted(y, y[-1])) - 1 if top else int(np.searchsorted(y, y[0], "right"))
        if y[edge] == (y[0] if top else y[-1]):
            break
        if top:
            y[edge:], high = y[edge], edge
        else:
            y[: edge + 1], low = y[edge], edge
        touched = len(y) - 1 - high + low
    made = x.copy()
    made[order[: len(y)]] = y
    return made, touched


def log_range(x: Array) -> Array:
    """ln(x - min + 0.01 (max - min)): COINr's log_CT."""
    least, most = moments.lowest(x)[..., None, :], moments.highest(x)[..., None, :]
    return _log(x - least + 0.01 * (most - least))


def log_min(x: Array) -> Array:
    """ln(x - min + 1): COINr's log_CT_orig."""
    return _log(x - moments.lowest(x)[..., None, :] + 1)


def log_signed(x: Array) -> Array:
    """log_range for a positive skew, else its mirror -ln(max + 0.01 (max - min) - x)."""
    return np.where(moments.skewness(x)[..., None, :] > 0, log_range(x), -log_range(-x))


def _log(x: Array) -> Array:
    return np.log(np.where(x > 0, x, np.nan))


def power(x: Array, lam: float | Array) -> Array:
    """Box and Cox (1964): (x^lambda - 1) / lambda, ln x for lambda zero; x must be positive."""
    lam = np.asarray(lam, dtype=float)
    safe = np.where(lam == 0, 1.0, lam)
    y = np.where(x > 0, x, np.nan)
    return np.asarray(np.where(lam == 0, np.log(y), (y**safe - 1) / safe))


def fitted_lambda(y: Array) -> float:
    """The lambda with the highest profile likelihood for one column of positive values."""
    from scipy.stats import boxcox_normmax

    return float(boxcox_normmax(y[~np.isnan(y)], method="mle"))


def boxcox(x: Array, lam: float | None = None) -> tuple[Array, Array]:
    """Columns shifted to a minimum of one and Box-Cox transformed, and the lambdas.

    Lambda is the one given, or each column's own by maximum likelihood.
    """
    y = x - moments.lowest(x)[..., None, :] + 1
    if lam is not None:
        return power(y, lam), np.full(x.shape[:-2] + x.shape[-1:], lam)
    lams = np.ones(x.shape[:-2] + x.shape[-1:])
    for at in np.ndindex(lams.shape):
        column = y[(*at[:-1], slice(None), at[-1])]
        if np.nanmin(column, initial=np.inf) < np.nanmax(column, initial=-np.inf):
            lams[at] = fitted_lambda(column)
    return power(y, lams[..., None, :]), lams


THEN: dict[str, Callable[[Array], Array] | None] = {
    "log_range": log_range,
    "log_min": log_min,
    "log_signed": log_signed,
    "boxcox": None,
    "none": lambda x: x,
}
"""What a column goes through when winsorising did not suffice; boxcox has its own parameter."""


def treat(
    stage: Stage,
    *,
    winsorise: int | None = 5,
    then: str = "log_range",
    skew: float = 2.0,
    kurtosis: float = 3.5,
    combine: bool = False,
    power: float | None = None,
    force: bool = False,
    indicators: Sequence[str] | None = None,
    over: str = "year",
) -> Stage:
    """Winsorise up to so many points, then transform what still fails.

    The transformation takes the original column, or the winsorised one with `combine`. `winsorise`
    below zero means no limit.
    """
    if then not in THEN:
        raise BadDataError(f"treat: then = {then!r}", hint=nearest(then, THEN))
    most = None if winsorise is None or winsorise < 0 else int(winsorise)
    made, at = stage.values.copy(), stage.select(indicators)
    audit: list[dict[str, Any]] = []
    for rows in stage.blocks(over):
        x = stage.values[..., rows, :][..., at]
        done, records = treat_columns(
            x, most, then, (skew, kurtosis), combine=combine, lam=power, force=force
        )
        part = made[..., rows, :]
        part[..., at] = done
        made[..., rows, :] = part
        audit += [
            {"code": stage.framework.indicators[c], **r} for c, r in zip(at, records, strict=True)
        ]
    return stage.with_values(made, notes=_failing(audit), audit={"columns": audit})


def treat_columns(
    x: Array,
    most: int | None,
    then: str,
    limits: tuple[float, float],
    *,
    combine: bool,
    lam: float | None,
    force: bool,
) -> tuple[Array, list[dict[str, Any]]]:
    """Treated columns and, for each, what was done to it (first version of the data)."""
    won, points = winsorise(x, most, *limits, force=force)
    failing = ~fine(won, *limits)
    base = won if combine else x
    last, lams = _transform(base, failing, then, lam)
    done = np.where(failing[..., None, :] & (then != "none"), last, won)
    return done, _records(
        x, won=won, done=done, points=points, failing=failing, lams=lams, then=then, limits=limits
    )


def _transform(x: Array, failing: Flags, then: str, lam: float | None) -> tuple[Array, Array]:
    none = np.full(failing.shape, np.nan)
    if then == "boxcox" and failing.any():
        return boxcox(np.where(failing[..., None, :], x, np.nan), lam)
    how = THEN[then]
    return (how(x) if how and failing.any() else x), none


def _records(
    x: Array,
    *,
    won: Array,
    done: Array,
    points: Array,
    failing: Flags,
    lams: Array,
    then: str,
    limits: tuple[float, float],
) -> list[dict[str, Any]]:
    if x.ndim > 2:
        x, won, done, points = x[0], won[0], done[0], points[0]
        failing, lams = failing[0], lams[0]
    before, after = moments.shape(x), moments.shape(done)
    passed = fine(done, *limits)
    return [
        {
            "skew": float(before[0][j]),
            "kurtosis": float(before[1][j]),
            "winsorised": int(points[j]),
            "transform": then if failing[j] and then != "none" else "",
            "lambda": float(lams[j]),
            "skew_after": float(after[0][j]),
            "kurtosis_after": float(after[1][j]),
            "passes": bool(passed[j]),
        }
        for j in range(x.shape[-1])
    ]


def _failing(audit: list[dict[str, Any]]) -> tuple[str, ...]:
    codes = [r["code"] for r in audit if not r["passes"]]
    return (f"still skewed after treatment: {', '.join(codes)}",) if codes else ()


def transform(
    stage: Stage,
    *,
    method: str = "log",
    indicators: Sequence[str] | None = None,
    offset: float = 0.0,
    power: float | None = None,
) -> Stage:
    """Log, square root or Box-Cox of whole columns, whatever their skewness.

    Raises BadDataError that names the columns whose values a method cannot take.
    """
    at = stage.select(indicators)
    x = stage.values[..., at] + (offset if method == "log" else 0.0)
    _refuse(stage, x, at, method)
    made = stage.values.copy()
    how: dict[str, Callable[[Array], Array]] = {
        "log": np.log,
        "sqrt": np.sqrt,
        "boxcox": lambda y: boxcox(y, power)[0],
        "none": np.copy,
    }
    made[..., at] = how[method](x)
    return stage.with_values(made, notes=(), audit={})


def _refuse(stage: Stage, x: Array, at: Sequence[int], method: str) -> None:
    bad = {"log": x <= 0, "sqrt": x < 0}.get(method, np.zeros(1, bool))
    if bad.any():
        columns = np.flatnonzero(bad.reshape(-1, x.shape[-1]).any(axis=0)).tolist()
        codes = ", ".join(stage.framework.indicators[at[j]] for j in columns)
        raise BadDataError(
            f"transform {method}: values too small in {codes}",
            hint="log needs values above 0 (see offset), sqrt values of 0 and above",
        )
