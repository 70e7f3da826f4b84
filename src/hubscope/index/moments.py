"""Statistics over the units axis (the last but one) that skip missing values without warnings."""

from __future__ import annotations

import numpy as np

from hubscope.index.table import Array


def count(x: Array) -> Array:
    """Values present; shape of `x` without the units axis."""
    return np.asarray(np.sum(~np.isnan(x), axis=-2), dtype=float)


def _or_missing(values: Array, n: Array) -> Array:
    return np.where(n > 0, values, np.nan)


def lowest(x: Array) -> Array:
    """Minimum of the values present, NaN where there is none."""
    return _or_missing(np.min(np.where(np.isnan(x), np.inf, x), axis=-2, initial=np.inf), count(x))


def highest(x: Array) -> Array:
    """Maximum of the values present, NaN where there is none."""
    return -lowest(-x)


def mean(x: Array) -> Array:
    """Mean of the values present, NaN where there is none; exactly the value of a constant."""
    n = count(x)
    raw = np.sum(np.nan_to_num(x), axis=-2) / np.maximum(n, 1)
    return np.asarray(
        np.clip(raw, lowest(x), highest(x))
    )  # rounding may leave the range of a constant


def sd(x: Array) -> Array:
    """Sample standard deviation (n - 1), NaN below two values."""
    n = count(x)
    gaps = x - mean(x)[..., None, :]
    square = np.sum(np.nan_to_num(gaps) ** 2, axis=-2)
    return np.where(n > 1, np.sqrt(square / np.maximum(n - 1, 1)), np.nan)


def median(x: Array) -> Array:
    """Median of the values present, NaN where there is none."""
    if not x.shape[-2]:
        return np.full(x.shape[:-2] + x.shape[-1:], np.nan)
    ordered, n = np.sort(x, axis=-2), count(x).astype(int)
    low = np.take_along_axis(ordered, np.maximum((n - 1) // 2, 0)[..., None, :], axis=-2)
    high = np.take_along_axis(ordered, (n // 2)[..., None, :] % x.shape[-2], axis=-2)
    return _or_missing(((low + high) / 2)[..., 0, :], n.astype(float))


def _central(x: Array) -> tuple[Array, Array, Array, Array]:
    """Values present and their summed second, third and fourth powers around the mean."""
    gaps = np.nan_to_num(x - mean(x)[..., None, :])
    square = gaps * gaps
    return (
        count(x),
        np.sum(square, axis=-2),
        np.sum(square * gaps, axis=-2),
        np.sum(square * square, axis=-2),
    )


def skewness(x: Array) -> Array:
    """Sample skewness, type 2 of Joanes and Gill (1998), as in Excel.

    NaN below three values or for a constant column.
    """
    return shape(x)[0]


def kurtosis(x: Array) -> Array:
    """Sample excess kurtosis, type 2 of Joanes and Gill (1998), as in Excel.

    NaN below four values or for a constant column.
    """
    return shape(x)[1]


def shape(x: Array) -> tuple[Array, Array]:
    """Skewness and kurtosis in one pass over the data."""
    n, m2, m3, m4 = _central(x)
    return _skewness(n, m2, m3), _kurtosis(n, m2, m4)


def _skewness(n: Array, m2: Array, m3: Array) -> Array:
    fine = (n > 2) & (m2 > 0)
    safe, n = np.where(fine, m2, 1.0), np.where(fine, n, 3.0)
    g1 = (m3 / n) / (safe / n) ** 1.5
    return np.where(fine, g1 * np.sqrt(n * (n - 1)) / (n - 2), np.nan)


def _kurtosis(n: Array, m2: Array, m4: Array) -> Array:
    fine = (n > 3) & (m2 > 0)
    safe, n = np.where(fine, m2, 1.0), np.where(fine, n, 4.0)
    g2 = (m4 / n) / (safe / n) ** 2 - 3
    return np.where(fine, ((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3)), np.nan)


def shape_of(y: Array) -> tuple[float, float]:
    """Skewness and kurtosis of one sorted column without missing values, as `shape` gives them."""
    n = len(y)
    if n < 4:
        s, k = shape(y[:, None])
        return float(s[0]), float(k[0])
    gaps = y - min(max(y.sum() / n, y[0]), y[-1])
    square = gaps * gaps
    m2 = float(square.sum())
    if m2 <= 0:
        return np.nan, np.nan
    g1 = float(square @ gaps) / n / (m2 / n) ** 1.5
    g2 = float(square @ square) / n / (m2 / n) ** 2 - 3
    kurt = ((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3))
    return g1 * (n * (n - 1)) ** 0.5 / (n - 2), kurt


def rank_up(x: Array) -> Array:
    """Ranks from 1 for the smallest value, ties sharing the lowest rank, NaN kept; over units."""
    y = np.moveaxis(x, -2, -1)
    return np.moveaxis(_rank_last(y), -1, -2)


def _rank_last(y: Array) -> Array:
    order = np.argsort(y, axis=-1, kind="stable")
    ordered = np.take_along_axis(y, order, axis=-1)
    place = np.broadcast_to(np.arange(1.0, y.shape[-1] + 1), y.shape).copy()
    place[..., 1:][ordered[..., 1:] == ordered[..., :-1]] = 0
    np.maximum.accumulate(place, axis=-1, out=place)
    ranks = np.empty_like(place)
    np.put_along_axis(ranks, order, place, axis=-1)
    ranks[np.isnan(y)] = np.nan
    return ranks
