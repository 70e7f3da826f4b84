"""ELECTRE III (Roy 1978): credibility of outranking, its net flow as score, both distillations.

Columns are (units,) or (draws, units), weights (draws, elements), scores (draws, units), higher is
better. Directions are already in the values. As for Copeland, an element that either unit of a pair
lacks is left out of that pair. Formulas: Roy (1978), Cahiers du CERO 20, 3-24; Figueira, Mousseau
and Roy (2005), ELECTRE methods, in Multiple Criteria Decision Analysis, Springer, 133-153.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index.social import agreement, by_pairs, lags
from hubscope.index.table import Array

USUAL = {"q": 0.1, "p": 0.3, "v": 0.8}
"""Shares of an element's range that are indifference, preference and veto where none are given.

A convention of this engine: Roy leaves the thresholds to the analyst."""

SCALES = ("range", "values")

Threshold = float | Array | None


def _ramp(gap: Array, low: Array, high: Array) -> Array:
    """0 up to `low`, 1 from `high`, straight between; a step above `low` where both are equal."""
    low, high = low[..., None, None], high[..., None, None]
    rises = high > low
    made = gap - low
    made /= np.where(rises, high - np.where(rises, low, 0.0), 1.0)
    np.clip(made, 0.0, 1.0, out=made)
    return made if rises.all() else np.where(rises, made, gap > low)


def concordance(x: Array, w: Array, q: Array, p: Array) -> Array:
    """Weight of the elements in which the row's unit is as good as the column's.

    (Draws x) units x units from (draws x) units x elements and (draws x) elements. An element
    counts in full up to a lag of `q`, not at all from `p`. Weights are rescaled to one over what
    both units have; NaN where they share nothing, one on the diagonal.
    """
    return agreement(x, w, lambda i, lag: 1 - _ramp(lag, q[..., i], p[..., i]), 1.0)


def credibility(x: Array, w: Array, q: Array, p: Array, v: Array) -> Array:
    """How far the row's unit outranks the column's, 0..1; shapes as in `concordance`.

    Concordance c times (1 - d) / (1 - c) of every element of some weight whose discordance d, a
    ramp of the lag from `p` to `v`, is above c. NaN and diagonal as in `concordance`.
    """
    agreed = concordance(x, w, q, p)
    made = agreed.copy()
    for i in range(x.shape[-1]):
        against = np.nan_to_num(_ramp(lags(x[..., i]), p[..., i], v[..., i]))
        some = against.reshape(-1, *against.shape[-2:]).any(axis=0)  # the others are against no one
        a, c = against[..., some], agreed[..., some]
        more = (a > c) & (w[..., i, None] > 0)
        made[..., some] *= np.where(more, (1 - a) / np.where(more, 1 - c, 1.0), 1.0)
    return made


def net_flow(credible: Array) -> Array:
    """Sum of a unit's credibilities over the others less theirs over it; NaN without any pair."""
    known = ~np.isnan(credible) & ~np.eye(credible.shape[-1], dtype=bool)
    held = np.where(known, credible, 0.0)
    return np.where(known.any(axis=-1), held.sum(axis=-1) - held.sum(axis=-2), np.nan)


def _thresholds(x: Array, given: Mapping[str, Threshold], scale: str) -> list[Array]:
    """q, p and v of every element in the units of the values; the usual where none is given."""
    empty = np.isnan(x)
    low, high = np.where(empty, np.inf, x), np.where(empty, -np.inf, x)
    spread = np.maximum(high.max(axis=-2, initial=-np.inf) - low.min(axis=-2, initial=np.inf), 0.0)
    made = [np.zeros_like(spread)]
    for name, value in given.items():
        asked = np.broadcast_to(np.nan if value is None else _number(name, value), spread.shape)
        finite = np.isfinite(asked)
        held = np.where(finite, np.where(finite, asked, 0.0) * _unit(spread, scale), asked)
        usual = np.maximum(USUAL[name] * spread, made[-1])
        made.append(np.where(np.isnan(asked), usual, held))
    if any((after < before).any() for before, after in pairwise(made)):
        named = zip(given, made[1:], strict=True)
        raise BadDataError(
            "electre: " + ", ".join(f"{name} = {edge.tolist()}" for name, edge in named),
            hint="thresholds rise: 0 <= q <= p <= v for every element",
        )
    return made[1:]


def _unit(spread: Array, scale: str) -> Array:
    return spread if scale == "range" else np.ones_like(spread)


def _number(name: str, value: float | Array) -> Array:
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise BadDataError(f"electre: {name} = {value!r}", hint="a number") from None


def electre(
    columns: Sequence[Array],
    weights: Array,
    *,
    q: Threshold = None,
    p: Threshold = None,
    v: Threshold = None,
    scale: str = "range",
) -> Array:
    """Net credibility flow of ELECTRE III; between 1 - units and units - 1, sums to zero.

    `q`, `p`, `v`: one number or one an element; as shares of each element's range over the units,
    or with `scale = "values"` in the units of the values. None and NaN take the usual share, or the
    threshold below where that is larger; `v` = infinity is no veto.
    """
    if scale not in SCALES:
        raise BadDataError(f"electre: scale = {scale!r}", hint="scale is one of range, values")
    given: dict[str, Threshold] = {"q": q, "p": p, "v": v}
    return by_pairs(columns, weights, partial(_flows, given=given, scale=scale))


def _flows(x: Array, w: Array, given: Mapping[str, Threshold], scale: str) -> Array:
    return net_flow(credibility(x, w, *_thresholds(x, given, scale)))


@dataclass(frozen=True)
class Preorder:
    """What ELECTRE III concludes of the units."""

    descending: Array
    """Place of each unit when the best are taken out first; 1 is best, ties share a place."""
    ascending: Array
    """Place of each unit when the worst are taken out first; 1 is best."""
    outranks: Array
    """Whether the row's unit is as good as the column's in both; neither way: incomparable."""


def preorder(credible: Array, alpha: float = -0.15, beta: float = 0.30) -> Preorder:
    """Both distillations of a credibility matrix and the partial preorder they agree on.

    `alpha` and `beta` make the discrimination threshold s(c) = alpha c + beta (Roy and Bouyssou
    1993). Pairs that share no element count as not outranking.
    """
    held = np.nan_to_num(credible)
    down = _distil(held, alpha, beta, np.max)
    up = _distil(held, alpha, beta, np.min)
    last = up.max(initial=0) + 1
    up = last - up
    agreed = (down[:, None] <= down[None, :]) & (up[:, None] <= up[None, :])
    return Preorder(down, up, agreed)


def _distil(credible: Array, alpha: float, beta: float, pick: Callable[[Array], float]) -> Array:
    """The turn, from 1, in which each unit is taken out."""
    turn = np.zeros(len(credible), dtype=int)
    for count in range(1, len(credible) + 1):
        left = np.flatnonzero(turn == 0)
        if not len(left):
            break
        turn[_chosen(credible, left, alpha, beta, pick)] = count
    return turn


def _chosen(
    credible: Array, left: Array, alpha: float, beta: float, pick: Callable[[Array], float]
) -> Array:
    """The units taken out of those `left`: lower the level until one stays or it reaches zero."""
    apart = ~np.eye(len(left), dtype=bool)
    level = float(np.max(credible[np.ix_(left, left)][apart], initial=0.0))
    while len(left) > 1 and level > 0:
        c = credible[np.ix_(left, left)]
        apart = ~np.eye(len(left), dtype=bool)
        below = c[apart & (c < level - (alpha * level + beta))]
        level = float(np.max(below, initial=0.0))
        beats = apart & (c > level) & (c > c.T + alpha * c + beta)
        margin = beats.sum(axis=1) - beats.sum(axis=0)
        left = left[margin == pick(margin)]
    return left
