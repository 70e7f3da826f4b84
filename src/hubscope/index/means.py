"""Weighted means of a group's elements: arithmetic, geometric, harmonic, power.

Columns are (units,) or (draws, units), weights (draws, elements), means (draws, units). Missing
elements are dropped and the weights of the others rescaled. Handbook = OECD/JRC Handbook (2008),
pp. 102-104.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from hubscope.index.table import Array

Column = Array


def _sums(columns: Sequence[Column], weights: Array) -> tuple[Array, Array]:
    """Weighted sum of the values present and the sum of their weights; draws x units each."""
    top: Any = 0.0
    bottom: Any = 0.0
    for column, share in zip(columns, weights.T[..., None], strict=True):
        gone = np.isnan(column)
        if gone.any():
            top = top + share * np.where(gone, 0.0, column)
            bottom = bottom + share * ~gone
        else:
            top = top + share * column
            bottom = bottom + share
    return top, np.broadcast_to(bottom, top.shape)


def weighted_mean(columns: Sequence[Column], weights: Array) -> Array:
    """Mean of the elements present, sum w x / sum w; draws x units."""
    top, bottom = _sums(columns, weights)
    return np.asarray(top / np.where(bottom > 0, bottom, np.nan))


def arithmetic(columns: Sequence[Column], weights: Array) -> Array:
    """Weighted arithmetic mean."""
    return weighted_mean(columns, weights)


def geometric(columns: Sequence[Column], weights: Array) -> Array:
    """exp(sum w ln x / sum w); values must be above zero."""
    return np.exp(weighted_mean([np.log(c) for c in columns], weights))


def harmonic(columns: Sequence[Column], weights: Array) -> Array:
    """Harmonic mean sum w / sum (w / x); values must be above zero."""
    return np.asarray(1 / weighted_mean([1 / c for c in columns], weights))


def power(columns: Sequence[Column], weights: Array, p: float = 1.0) -> Array:
    """(sum w x^p / sum w)^(1/p), the geometric mean at p = 0."""
    if p == 0:
        return geometric(columns, weights)
    return np.asarray(weighted_mean([c**p for c in columns], weights) ** (1 / p))


SEPARABLE: dict[str, Callable[..., Array]] = {
    "arithmetic": arithmetic,
    "geometric": geometric,
    "harmonic": harmonic,
    "power": power,
}
