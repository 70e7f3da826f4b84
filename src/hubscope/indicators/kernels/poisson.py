"""Poisson bootstrap in one pass, its weights from hashes of ids and so the same in every engine.

Chamandy, Muralidharan, Najmi and Naidu 2012, "Estimating Uncertainty for Massive Data Streams":
resampling n units with replacement is, for large n, an independent Poisson(1) count for each. The
count of unit u in draw b is a function of (u, b) alone, so a work that counts in several hubs or
indicators is drawn alike in all of them, and partial sums may be made anywhere in any order.
"""

# ruff: noqa: ANN001, ANN201, ANN202, PLR0917

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

DRAWS = 200
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _counts() -> NDArray[np.uint8]:
    """Poisson(1) count of each of 65,536 equally likely lots; mean and variance near 1 (2e-4)."""
    below = np.cumsum([math.exp(-1) / math.factorial(k) for k in range(12)])
    return np.searchsorted(below, (np.arange(65536) + 0.5) / 65536).astype(np.uint8)


COUNTS = _counts()


@njit(cache=True, inline="always")
def _mix(x):  # type: ignore[no-untyped-def]
    """SplitMix64 (Steele, Lea and Flood 2014): 64 well-stirred bits of a counter."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@njit(cache=True)
def fill(unit, counts, out):  # type: ignore[no-untyped-def]
    """Counts of one unit in every draw, into `out`: four draws from each 64 bits."""
    seed = _mix(np.uint64(unit) + np.uint64(0x9E3779B97F4A7C15))
    low = np.uint64(0xFFFF)
    for j in range((len(out) + 3) // 4):
        z = _mix(seed + np.uint64(j + 1) * np.uint64(0x9E3779B97F4A7C15))
        for k in range(4):
            if 4 * j + k < len(out):
                out[4 * j + k] = counts[(z >> np.uint64(16 * k)) & low]


def draws(unit: int, number: int = DRAWS) -> NDArray[np.uint8]:
    """How often `unit` is drawn in each of `number` draws, shape (number,)."""
    out = np.empty(number, np.uint8)
    fill(np.int64(unit), COUNTS, out)
    return out


@njit(cache=True)
def _sums(group, unit, num, den, counts, acc):  # type: ignore[no-untyped-def]
    times = np.empty(acc.shape[2] - 1, np.uint8)
    last = np.int64(-1)
    fresh = True
    for i in range(len(group)):
        g = group[i]
        if fresh or unit[i] != last:
            fill(unit[i], counts, times)
            last, fresh = unit[i], False
        a, b = num[i], den[i]
        acc[g, 0, 0] += a
        acc[g, 1, 0] += b
        if a != 0.0 and b != 0.0:
            for k in range(len(times)):
                acc[g, 0, k + 1] += a * times[k]
                acc[g, 1, k + 1] += b * times[k]
        elif a != 0.0 or b != 0.0:
            which, value = (0, a) if a != 0.0 else (1, b)
            for k in range(len(times)):
                acc[g, which, k + 1] += value * times[k]


def sums(group: Ints, unit: Ints, num: Floats, den: Floats, groups: int, number: int) -> Floats:
    """Sums of num and den in each group: as they are, and in every draw.

    Args:
        group: group of each row, 0 to groups - 1.
        unit: what is resampled: a work or an author.
        num: numerator of each row.
        den: denominator of each row.
        groups: number of groups.
        number: number of draws.

    Returns:
        Shape (groups, 2, number + 1): num and den; column 0 is the sum itself.
    """
    acc = np.zeros((groups, 2, number + 1))
    _sums(group, unit, num, den, COUNTS, acc)
    return acc


@njit(cache=True)
def _medians(bounds, unit, value, weight, counts, out):  # type: ignore[no-untyped-def]
    number = out.shape[1] - 1
    times = np.empty(number, np.uint8)
    for g in range(len(bounds) - 1):
        s, e = bounds[g], bounds[g + 1]
        total = np.zeros(number + 1)
        for i in range(s, e):
            fill(unit[i], counts, times)
            total[0] += weight[i]
            for k in range(number):
                total[k + 1] += weight[i] * times[k]
        seen = np.zeros(number + 1)
        for i in range(s, e):
            fill(unit[i], counts, times)
            for k in range(number + 1):
                if np.isnan(out[g, k]) and total[k] > 0:
                    seen[k] += weight[i] * (1 if k == 0 else times[k - 1])
                    if 2 * seen[k] >= total[k] * (1 - 1e-12):
                        out[g, k] = value[i]


def medians(
    group: Ints, unit: Ints, value: Floats, weight: Floats, groups: int, number: int
) -> Floats:
    """Weighted lower median of each group, as it is and in every draw: (groups, number + 1)."""
    order = np.lexsort((unit, value, group))
    bounds = np.searchsorted(group[order], np.arange(groups + 1))
    out = np.full((groups, number + 1), np.nan)
    _medians(bounds, unit[order], value[order], weight[order], COUNTS, out)
    return out
