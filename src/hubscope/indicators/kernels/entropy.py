"""Entropy of the parts of each group, in every draw (numba)."""

# ruff: noqa: ANN001, ANN202

from __future__ import annotations

import math

import numpy as np
from numba import njit

from hubscope.indicators.kernels.rows import Floats, Ints, side_by_side

KNOWN = np.array([0.0, *(n * math.log(n) for n in range(1, 1 << 14))])
"""x log x of small whole numbers, which most sums of works are."""


@njit(cache=True, nogil=True)
def _entropies(start, sums, known, out):  # type: ignore[no-untyped-def]
    number = out.shape[1]
    for g in range(len(out)):
        total, below = np.zeros(number), np.zeros(number)
        for i in range(start[g], start[g + 1]):
            for k in range(number):
                x = np.float64(sums[i, 0, k])
                at = int(x)
                total[k] += x
                if at == x and 0 <= at < len(known):
                    below[k] += known[at]
                elif x > 0:
                    below[k] += x * math.log(x)
        for k in range(number):
            if total[k] > 0:
                out[g, k] = math.log(total[k]) - below[k] / total[k]


def entropies(start: Ints, sums: Floats) -> Floats:
    """Entropy (nats) of the shares that num has of its group's sum; NaN where that is 0.

    Args:
        start: where each group begins in `sums`, and the end of the last.
        sums: as in `fold.Sums`: num of every row, in column 0 as it is and then in every draw.

    Returns:
        Shape (groups, draws + 1).
    """
    groups = len(start) - 1
    out = np.full((groups, sums.shape[2]), np.nan)

    def part(_thread: int, rows: slice) -> None:
        _entropies(start[rows.start : rows.stop + 1], sums, KNOWN, out[rows])

    side_by_side(part, groups)
    return out
