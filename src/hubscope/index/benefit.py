"""Benefit of the doubt: each unit scored by the weights that suit it best, by linear programming.

Values are units x elements, 0 and above. HiGHS solves one small programme a unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index import moments
from hubscope.index.social import by_draw
from hubscope.index.table import Array

Limit: TypeAlias = float | Array
"""One bound for all elements, or one an element."""
TOWARDS = ("radial", "own", "mean", "ones")
"""Ways to the frontier: by the plain score, or by a direction of the directional model."""


def benefit(
    x: Array,
    *,
    least: Limit = 0.0,
    most: Limit = 1.0,
    returns: str = "constant",
    limits: str = "weights",
) -> Array:
    """Benefit of the doubt: each unit scored by the weights that suit it best; units.

    Cherchye et al. (2007); Handbook p. 92 and Table 19. Linear programmes by HiGHS: maximise
    sum w x_unit so that no unit exceeds one under the same weights. `least` and `most` (one number,
    or one an element) bound each weight as a share of the sum of weights, or with
    `limits = "shares"` each element's share w x of the unit's own score (pie shares). A missing
    value counts as the column's worst for the unit itself. Constant and variable returns are one
    model here: every unit has the same single input, and towards more output both give the same
    score (Lovell and Pastor 1999, European Journal of Operational Research 118(1), 46-51).
    """
    from scipy.optimize import linprog

    _check_benefit(x, least, most, (returns, limits))
    known = ~np.isnan(x).all(axis=1)
    y = np.where(np.isnan(x), moments.lowest(x[known])[None, :], x)[known]
    n, k = y.shape
    bound = np.concatenate([np.ones(n), np.zeros(2 * k)])
    bounds = [(0, None)] * k
    low, top = (np.broadcast_to(v, k) for v in (least, most))
    made = np.full(len(x), np.nan)
    for at, row in zip(np.flatnonzero(known), y, strict=True):
        own = row if limits == "shares" else np.ones(k)
        table = np.zeros((n + 2 * k, k))
        table[:n] = y
        table[n:] = np.vstack(
            [np.diag(own) - np.outer(top, own), np.outer(low, own) - np.diag(own)]
        )
        found = linprog(-row, A_ub=table, b_ub=bound, bounds=bounds, method="highs")
        made[at] = -found.fun if found.status == 0 else np.nan
    return made


def _check_benefit(x: Array, least: Limit, most: Limit, words: tuple[str, str]) -> None:
    if (x < 0).any():
        raise BadDataError("bod: negative values", hint="normalise to 0 and above first")
    k = x.shape[1]
    low, top = (np.broadcast_to(v, k) for v in (least, most))
    if low.sum() > 1 + 1e-12 or top.sum() < 1 - 1e-12 or (low > top).any() or (low < 0).any():
        raise BadDataError(f"bod: weights of {k} elements cannot all lie in {least}..{most}")
    if words[0] not in {"constant", "variable"} or words[1] not in {"weights", "shares"}:
        raise BadDataError(
            f"bod: returns = {words[0]!r}, limits = {words[1]!r}",
            hint='returns = "constant" or "variable", limits = "weights" or "shares"',
        )


def directional(
    goods: Array,
    bads: Array | None = None,
    *,
    towards: str | Array = "own",
    least: Limit = 0.0,
    most: Limit = 1.0,
    returns: str = "constant",
) -> Array:
    """Distance b of each unit to the frontier along a direction, with bad outputs; units.

    Directional benefit of the doubt (Fusco 2015, European Journal of Operational Research 242(2),
    620-630; with bad outputs Zanella, Camanho and Dias 2015, same journal 245(2), 517-530): the
    largest b for which some mixture of units has goods of at least y + b g and bads of at most
    z - b h. Solved in its weights: minimise v - u y + w z so that v - u y_j + w z_j >= 0 for every
    unit j and u g + w h = 1, all weights from zero on. The direction (g, h) is the unit's `own`
    values, the `mean` of units, `ones`, or one number an element, goods before bads. `least` and
    `most` bound each element's part u g or w h of that 1: along the unit's own values these are pie
    shares. `returns = "variable"` leaves v free (mixtures sum to one). Goods missing for a unit
    take the column's worst value, as bads do. 1 / (1 + b) is the score; along the own values
    without bads it is the plain benefit of the doubt.
    """
    signed = np.column_stack([goods, -bads]) if bads is not None else goods
    known = ~np.isnan(signed).all(axis=1)
    y = np.where(np.isnan(signed), moments.lowest(signed[known])[None, :], signed)[known]
    ways = _directions(np.abs(y), towards)
    made = np.full(len(signed), np.nan)
    for at, row, way in zip(np.flatnonzero(known), y, ways, strict=True):
        made[at] = _distance(y, row, way, (least, most), free=returns == "variable")
    return made


def _directions(size: Array, towards: str | Array) -> Array:
    if not isinstance(towards, str):
        return np.broadcast_to(towards, size.shape)
    if towards == "own":
        return size
    return np.broadcast_to(size.mean(axis=0) if towards == "mean" else 1.0, size.shape)


def _distance(
    y: Array, row: Array, way: Array, limits: tuple[Limit, Limit], *, free: bool
) -> float:
    """The least of v - weights x row; NaN where the direction is zero or no weights are allowed."""
    from scipy.optimize import linprog

    n, k = y.shape
    parts = np.diag(way)
    table = np.zeros((n + 2 * k, k + 1))
    table[:n, :k], table[:n, k] = y, -1.0
    table[n:, :k] = np.vstack([parts, -parts])
    low, top = (np.broadcast_to(v, k) for v in limits)
    bound = np.concatenate([np.zeros(n), top, -low])
    found = linprog(
        np.append(-row, 1.0),
        A_ub=table,
        b_ub=bound,
        A_eq=[[*way, 0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * k + [(None if free else 0, None)],
        method="highs",
    )
    return max(float(found.fun), 0.0) if found.status == 0 else np.nan


def _split(x: Array, bad: Sequence[int]) -> tuple[Array, Array | None]:
    """Goods, and bads as amounts: columns of amounts, or of amounts turned negative."""
    if not bad:
        return x, None
    bads = x[:, list(bad)]
    low, high = (bads < 0).any(axis=0), (bads > 0).any(axis=0)
    if (low & high).any():
        raise BadDataError("bod: a bad output is both above and below zero")
    goods = np.delete(x, list(bad), axis=1)
    if not goods.shape[1]:
        raise BadDataError("bod: every element is a bad output", hint="leave one out of `bad`")
    return goods, np.abs(bads)


def scored(
    x: Array, *, towards: str | Array = "", bad: Sequence[int] = (), **options: Any
) -> Array:
    """Scores by the plain or the directional model; `bad` are positions of bad outputs; units.

    With bad outputs the direction is the unit's own values unless `towards` says otherwise.
    Numbers a column (directions, limits) stand in the order of the columns.
    """
    way = towards if len(towards) else ("own" if bad else "radial")
    if isinstance(way, str) and (way not in TOWARDS or (bad and way == "radial")):
        raise BadDataError(
            f"bod: towards = {way!r}" + (" with bad outputs" if bad else ""),
            hint='towards = "own", "mean", "ones", a table by code, or without bads "radial"',
        )
    if isinstance(way, str) and way == "radial":
        return benefit(x, **options)
    goods, bads = _split(x, bad)
    words = (options.get("returns", "constant"), options.pop("limits", "shares"))
    _check_benefit(goods, 0.0, 1.0, words)
    _check_benefit(np.abs(x), options.get("least", 0.0), options.get("most", 1.0), words)
    if words[1] != "shares":
        raise BadDataError('bod: a direction needs limits = "shares"')
    order = [i for i in range(x.shape[1]) if i not in bad] + list(bad)
    sorted_: dict[str, Any] = {
        k: v[order] if isinstance(v, np.ndarray) else v for k, v in options.items()
    }
    way = way if isinstance(way, str) else np.asarray(way)[order]
    return np.asarray(1 / (1 + directional(goods, bads, towards=way, **sorted_)))


def bod(columns: Sequence[Array], weights: Array, **options: Any) -> Array:
    """Benefit-of-the-doubt scores (options as in `scored`); the nominal weights do not enter."""

    def score(x: Array, w: Array) -> Array:
        del w
        return scored(x, **options)

    return by_draw(columns, np.ones_like(weights), score)
