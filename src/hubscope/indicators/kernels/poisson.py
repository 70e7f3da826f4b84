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
from numba import literal_unroll, njit
from numpy.typing import NDArray

from hubscope.indicators.kernels.rows import THREADS, Floats, Ints, gathered, side_by_side

DRAWS = 200
GRAIN = 2.0**-30
"""What num and den are rounded to, about 1e-9: sums below eight million (of whole numbers, below
9e15) are then exact, the same in any order, on any engine, and when parts are exchanged."""


def _counts() -> NDArray[np.uint8]:
    """Poisson(1) count of each of 65,536 equally likely lots; mean and variance near 1 (2e-4)."""
    below = np.cumsum([math.exp(-1) / math.factorial(k) for k in range(12)])
    return np.searchsorted(below, (np.arange(65536) + 0.5) / 65536).astype(np.uint8)


COUNTS = _counts()


@njit(cache=True, nogil=True, inline="always")
def _mix(x):  # type: ignore[no-untyped-def]
    """SplitMix64 (Steele, Lea and Flood 2014): 64 well-stirred bits of a counter."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


CUTS = tuple(np.uint16(c) for c in np.flatnonzero(np.diff(COUNTS)) + 1)
"""Lots from which the count is 1, 2, ... 8: the table as comparisons, sixteen at a time."""


@njit(cache=True, nogil=True)
def fill(unit, lots, out):  # type: ignore[no-untyped-def]
    """Counts of one unit in every draw, into `out`: four draws from each 64 bits of `lots`."""
    seed = _mix(np.uint64(unit) + np.uint64(0x9E3779B97F4A7C15))
    for j in range(len(lots)):
        lots[j] = _mix(seed + np.uint64(j + 1) * np.uint64(0x9E3779B97F4A7C15))
    each = lots.view(np.uint16)
    for k in range(len(out)):
        x, n = each[k], np.uint8(0)
        for cut in literal_unroll(CUTS):
            n += x >= cut
        out[k] = n


def _lots(number: int) -> NDArray[np.uint64]:
    return np.empty((number + 3) // 4, np.uint64)


def draws(unit: int, number: int = DRAWS) -> NDArray[np.uint8]:
    """How often `unit` is drawn in each of `number` draws, shape (number,)."""
    out = np.empty(number, np.uint8)
    fill(np.int64(unit), _lots(number), out)
    return out


@njit(cache=True, nogil=True, inline="always")
def _known(x):  # type: ignore[no-untyped-def]
    return np.rint(x / GRAIN) * GRAIN if x == x else 0.0  # noqa: PLR0124 (not a number: absent)


@njit(cache=True, nogil=True)
def _add(times, num, den, out):  # type: ignore[no-untyped-def]
    """Add four rows of one group in one walk over the draws: sums are read and written once."""
    a0, a1, a2, a3 = _known(num[0]), _known(num[1]), _known(num[2]), _known(num[3])
    out[0, 0] += a0 + a1 + a2 + a3
    if not len(den):
        for k in range(times.shape[1]):
            out[0, k + 1] += (
                a0 * times[0, k] + a1 * times[1, k] + a2 * times[2, k] + a3 * times[3, k]
            )
        return
    b0, b1, b2, b3 = _known(den[0]), _known(den[1]), _known(den[2]), _known(den[3])
    out[1, 0] += b0 + b1 + b2 + b3
    for k in range(times.shape[1]):
        t0, t1 = np.float64(times[0, k]), np.float64(times[1, k])
        t2, t3 = np.float64(times[2, k]), np.float64(times[3, k])
        out[0, k + 1] += a0 * t0 + a1 * t1 + a2 * t2 + a3 * t3
        out[1, k + 1] += b0 * t0 + b1 * t1 + b2 * t2 + b3 * t3


@njit(cache=True, nogil=True)
def _sums(group, unit, num, den, lots, acc):  # type: ignore[no-untyped-def]
    times = np.empty((4, acc.shape[2] - 1), np.uint8)
    a, b = np.zeros(4), np.zeros(4 if len(den) else 0)
    i = 0
    while i < len(group):
        rows = 1
        while rows < 4 and i + rows < len(group) and group[i + rows] == group[i]:
            rows += 1
        a[rows:], b[rows:], times[rows:] = 0.0, 0.0, 0
        for j in range(rows):
            fill(unit[i + j], lots, times[j])
            a[j] = num[i + j]
            if len(den):
                b[j] = den[i + j]
        _add(times, a, b, acc[group[i]])
        i += rows


def sums(group: Ints, unit: Ints, num: Floats, den: Floats, groups: int, number: int) -> Floats:
    """Sums of num and den in each group: as they are, and in every draw, in grains of `GRAIN`.

    Args:
        group: group of each row, 0 to groups - 1.
        unit: what is resampled: a work or an author.
        num: numerator of each row; NaN counts as 0.
        den: denominator of each row; NaN counts as 0.
        groups: number of groups.
        number: number of draws.

    Returns:
        Shape (groups, 2, number + 1): num and den; column 0 is the sum itself.
    """
    acc = np.zeros((THREADS, groups, 2, number + 1))
    below = den[:0] if np.isnan(den).all() else den

    def part(thread: int, rows: slice) -> None:
        _sums(group[rows], unit[rows], num[rows], below[rows], _lots(number), acc[thread])

    side_by_side(part, len(group))
    whole: Floats = acc.sum(axis=0)
    return whole


@njit(cache=True, nogil=True)
def _medians(start, order, unit, value, weight, lots, out):  # type: ignore[no-untyped-def]
    number = out.shape[1]
    for g in range(len(out)):
        rows = order[start[g] : start[g + 1]]
        rows = rows[np.argsort(value[rows], kind="mergesort")]
        times = np.ones((len(rows), number), np.uint8)
        half = np.zeros(number)
        for i in range(len(rows)):
            fill(unit[rows[i]], lots, times[i, 1:])
            w = _known(weight[rows[i]]) / 2
            for k in range(number):
                half[k] += w * times[i, k]
        seen, below = np.zeros(number), np.zeros(number, np.int64)
        for i in range(len(rows)):
            w = _known(weight[rows[i]])
            for k in range(number):
                seen[k] += w * times[i, k]
                below[k] += seen[k] < half[k]
            if i % 64 == 63 and below.max() <= i:
                break
        for k in range(number):
            if half[k] > 0:
                out[g, k] = value[rows[below[k]]]


def medians(
    group: Ints, unit: Ints, value: Floats, weight: Floats, groups: int, number: int
) -> Floats:
    """Weighted lower median of each group, as it is and in every draw: (groups, number + 1)."""
    start, order = gathered(group, groups)
    out = np.full((groups, number + 1), np.nan)

    def part(_thread: int, rows: slice) -> None:
        bounds = start[rows.start : rows.stop + 1]
        _medians(bounds, order, unit, value, weight, _lots(number), out[rows])

    side_by_side(part, groups)
    return out
