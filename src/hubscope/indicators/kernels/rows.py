"""Rows by group, and kernels on both cores (numba)."""

# ruff: noqa: ANN001, ANN202, PLR0917

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
THREADS = 2
WIDEST = 1 << 24
"""Most cells of hub, year and partner that are looked up in a table; more are sorted."""


def side_by_side(part: Callable[[int, slice], None], size: int) -> None:
    """Call `part` with a thread's number and its stretch of `size` rows (kernels free the lock)."""
    cuts = [n * size // THREADS for n in range(THREADS + 1)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda n: part(n, slice(cuts[n], cuts[n + 1])), range(THREADS)))


@njit(cache=True)
def _gather(group, start):  # type: ignore[no-untyped-def]
    at = start[:-1].copy()
    out = np.empty(len(group), np.int64)
    for i in range(len(group)):
        out[at[group[i]]] = i
        at[group[i]] += 1
    return out


def starts(group: NDArray[np.integer], groups: int) -> Ints:
    """Where each group begins once rows of one group stand together; shape (groups + 1,)."""
    start = np.zeros(groups + 1, np.int64)
    np.cumsum(np.bincount(group, minlength=groups), out=start[1:])
    return start


def gathered(group: Ints, groups: int) -> tuple[Ints, Ints]:
    """(`starts`, the rows of each group, one group after the other, in their order)."""
    start = starts(group, groups)
    return start, _gather(group, start)


@njit(cache=True)
def _cells(hub, year, part, low, wide, seen, out):  # type: ignore[no-untyped-def]
    for i in range(len(hub)):
        cell = ((hub[i] - low[0]) * wide[1] + (year[i] - low[1])) * wide[2] + part[i] - low[2]
        out[i] = cell
        seen[cell] = 1


def dense(hub: Ints, year: Ints, part: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Distinct hubs, years and parts in order, and the place of each row among them."""
    if not len(hub):
        return hub, year, part, hub
    columns = (hub, year, part)
    low = np.array([c.min() for c in columns])
    wide = np.array([c.max() for c in columns]) - low + 1
    cell = np.empty(len(hub), np.int64)
    if wide.astype(float).prod() <= WIDEST:
        seen = np.zeros(int(wide.prod()), np.int8)
        _cells(hub, year, part, low, wide, seen, cell)
        keys = np.flatnonzero(seen)
        place = np.cumsum(seen, dtype=np.int64)[cell] - 1
    else:
        cell[:] = ((hub - low[0]) * wide[1] + (year - low[1])) * wide[2] + part - low[2]
        keys, place = np.unique(cell, return_inverse=True)
    rest, parts = np.divmod(keys, wide[2])
    hubs, years = np.divmod(rest, wide[1])
    return hubs + low[0], years + low[1], parts + low[2], place
