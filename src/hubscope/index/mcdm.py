"""TOPSIS, VIKOR and PROMETHEE II by pymcdm, with the extra `hubscope[mcdm]`.

Columns are (units,) or (draws, units), weights (draws, elements), scores (draws, units), higher is
better. Directions are already in the values. A unit without a value in an element of some weight
has no score, and an element that is the same for every unit is left out, as it tells none apart.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hubscope.errors import BadDataError, HubscopeError
from hubscope.index.social import by_draw
from hubscope.index.table import Array

SCALINGS = ("none", "vector")
PREFERENCES = ("usual", "vshape")


def _pymcdm() -> Any:
    try:
        from pymcdm import methods
    except ImportError as error:
        raise HubscopeError(
            "TOPSIS, VIKOR and PROMETHEE II need pymcdm",
            hint="install it with: pip install 'hubscope[mcdm]'",
        ) from error
    return methods


def _telling(x: Array, w: Array, run: Callable[[Array, Array], Array]) -> Array:
    """Scores of the units with all values, by the elements that tell them apart; units."""
    weighed = w > 0
    known = np.flatnonzero(~np.isnan(x[:, weighed]).any(axis=1))
    made = np.full(len(x), np.nan)
    if len(known) < 2:
        return made
    table = x[known][:, weighed]
    apart = np.ptp(table, axis=0) > 0
    if apart.any():
        share = w[weighed][apart]
        with warnings.catch_warnings():  # pymcdm warns of a unit best or worst in all: an answer
            warnings.simplefilter("ignore", UserWarning)
            made[known] = run(table[:, apart], share / share.sum())
    return made


def _is_one_of(name: str, value: str, valid: Sequence[str]) -> None:
    if value not in valid:
        raise BadDataError(f"{name} = {value!r}", hint=f"{name} is one of {', '.join(valid)}")


def _as_given(x: Array, cost: bool = False) -> Array:
    del cost
    return x


def topsis(columns: Sequence[Array], weights: Array, scaling: str = "none") -> Array:
    """Nearness to the ideal, d- / (d- + d+), Euclidean on w x (Hwang and Yoon 1981); 0..1.

    `scaling = "vector"` divides each column by its length first, as in the book; "none" takes the
    values as the normalise step left them.
    """
    _is_one_of("scaling", scaling, SCALINGS)
    methods = _pymcdm()

    def run(x: Array, w: Array) -> Array:
        length = np.sqrt(np.sum(x**2, axis=0)) if scaling == "vector" else 1.0
        return np.asarray(methods.TOPSIS(_as_given)(x / length, w, np.ones(len(w))))

    return by_draw(columns, weights, lambda x, w: _telling(x, w, run))


def vikor(columns: Sequence[Array], weights: Array, v: float = 0.5) -> Array:
    """1 - Q of VIKOR (Opricovic and Tzeng 2004); 0..1, where `v` weighs the sum against the worst.

    S = sum w (best - x) / (best - worst), R its largest term, Q = v S' + (1 - v) R' on 0..1. Where
    all units have the same S, or the same R, that part tells none apart and counts as zero.
    """
    if not 0 <= v <= 1:
        raise BadDataError(f"vikor: v = {v}", hint="from 0 (worst element) to 1 (sum)")
    methods = _pymcdm()

    def run(x: Array, w: Array) -> Array:
        with np.errstate(invalid="ignore"):
            *_, s, r, _q = methods.VIKOR(v=v)._method(x, w, np.ones(len(w)))  # noqa: SLF001
        return 1 - v * _onto(s) - (1 - v) * _onto(r)

    return by_draw(columns, weights, lambda x, w: _telling(x, w, run))


def _onto(values: Array) -> Array:
    spread = np.ptp(values)
    return np.asarray((values - values.min()) / spread if spread > 0 else np.zeros_like(values))


def promethee(
    columns: Sequence[Array], weights: Array, preference: str = "usual", p: float = 1.0
) -> Array:
    """Net outranking flow of PROMETHEE II (Brans and Vincke 1985); -1..1, sums to zero.

    `preference`: "usual" counts any difference in full, "vshape" in proportion up to the
    difference `p`.
    """
    _is_one_of("preference", preference, PREFERENCES)
    if preference == "vshape" and not p > 0:
        raise BadDataError(f"promethee: p = {p}", hint="a difference above zero")
    methods = _pymcdm()

    def run(x: Array, w: Array) -> Array:
        edges = np.full(len(w), float(p)) if preference == "vshape" else None
        made = methods.PROMETHEE_II(preference, p=edges)(x, w, np.ones(len(w)))
        return np.asarray(made)

    return by_draw(columns, weights, lambda x, w: _telling(x, w, run))


OUTSIDE: dict[str, Callable[..., Any]] = {
    "topsis": topsis,
    "vikor": vikor,
    "promethee": promethee,
}
"""Methods that a library outside the engine computes."""
