"""Rows of two tables that have no equal in the other (numba)."""

# ruff: noqa: ANN001, ANN202

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hubscope.indicators.kernels.poisson import _mix
from hubscope.indicators.kernels.rows import Ints

Mask = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def _place(row, bits):  # type: ignore[no-untyped-def]
    found = np.uint64(0x9E3779B97F4A7C15)
    for x in row:
        found = _mix(found ^ np.uint64(x))
    return np.int64(found >> np.uint64(64 - bits))


@njit(cache=True, nogil=True)
def _same(a, b):  # type: ignore[no-untyped-def]
    for j in range(len(a)):  # noqa: SIM110 (numba)
        if a[j] != b[j]:
            return False
    return True


@njit(cache=True, nogil=True)
def _unequal(one, two, bits, only_one, only_two):  # type: ignore[no-untyped-def]
    size = 1 << bits
    held = np.full(size, -1, np.int64)
    for i in range(len(one)):
        at = _place(one[i], bits)
        while held[at] >= 0:
            at = (at + 1) & (size - 1)
        held[at] = i
    for i in range(len(two)):
        at = _place(two[i], bits)
        while held[at] >= 0:
            j = held[at]
            if only_one[j] and _same(one[j], two[i]):
                only_one[j] = only_two[i] = False
                break
            at = (at + 1) & (size - 1)


def unequal(one: Sequence[Ints], two: Sequence[Ints]) -> tuple[Mask, Mask]:
    """Which rows of each table are not in the other; of rows that repeat, those in excess.

    Args:
        one: the columns of a table, as 64 bits each.
        two: those of the other.
    """
    masks = np.ones(len(one[0]), bool), np.ones(len(two[0]), bool)
    bits = max(int(2 * len(one[0])).bit_length(), 4)
    _unequal(np.column_stack(one), np.column_stack(two), bits, *masks)
    return masks
