"""The disruption index CD5 of every work, on an integer citation graph (numba).

Funk and Owen-Smith 2017, "A Dynamic Network Measure of Technological Change", eq. 2 with weight 1,
as computed by the package cdindex: of the works that, within t years after the focal one, cite it
or one of its references, each counts f (cites it) less 2 f b (cites both); CD is the mean. In
n_i, n_j, n_k of Wu, Wang and Evans 2019: (n_i - n_j) / (n_i + n_j + n_k).

Works are numbered in the order of their years, so that those of the years after a work are one
stretch of numbers, and of a work's citing works, which stand in order, one stretch as well.
"""

# ruff: noqa: ANN001, ANN202, PLR0917

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hubscope.indicators.kernels.rows import Ints, side_by_side, starts

Positions = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Graph:
    """What each work cites, and what cites each, as compressed rows."""

    year: Ints
    ref_start: Ints
    ref: Positions
    cit_start: Ints
    cit: Positions


def graph(year: Ints, citing: NDArray[np.integer], cited: NDArray[np.integer]) -> Graph:
    """The citation graph of works that stand in the order of their years.

    Args:
        year: of each work, ascending.
        citing: position in `year` of the citing work of each reference.
        cited: position of the cited work.

    Raises:
        ValueError: if the years do not ascend.
    """
    if (year[1:] < year[:-1]).any():
        raise ValueError("the years of the works do not ascend")
    ref_start, cit_start = starts(citing, len(year)), starts(cited, len(year))
    ref = _scatter(citing, cited, ref_start)
    return Graph(year, ref_start, ref, cit_start, _turn(ref_start, ref, cit_start))


@njit(cache=True)
def _scatter(rows, columns, start):  # type: ignore[no-untyped-def]
    at = start[:-1].copy()
    out = np.empty(len(rows), np.int32)
    for i in range(len(rows)):
        r = rows[i]
        out[at[r]] = columns[i]
        at[r] += 1
    return out


@njit(cache=True)
def _turn(ref_start, ref, cit_start):  # type: ignore[no-untyped-def]
    """What cites each work, in order, because the citing works are walked in order."""
    at = cit_start[:-1].copy()
    out = np.empty(len(ref), np.int32)
    for f in range(len(ref_start) - 1):
        for p in range(ref_start[f], ref_start[f + 1]):
            r = ref[p]
            out[at[r]] = f
            at[r] += 1
    return out


@njit(cache=True, nogil=True)
def _from(cit, start, end, first):  # type: ignore[no-untyped-def]
    """Where the citing works at or after the number `first` begin."""
    while start < end:
        middle = (start + end) >> 1
        if cit[middle] < first:
            start = middle + 1
        else:
            end = middle
    return start


@njit(cache=True, nogil=True)
def _count(focal, first, last, ref_start, ref, cit_start, cit, out):  # type: ignore[no-untyped-def]
    # Twice the turn where a later work cites the focal one, one more where it cites a reference.
    mark = np.full(len(first), -1, np.int32)
    for turn in range(len(focal)):
        f = focal[turn]
        begin, end = first[f], last[f]
        i = j = k = 0
        for p in range(_from(cit, cit_start[f], cit_start[f + 1], begin), cit_start[f + 1]):
            if cit[p] >= end:
                break
            i += mark[cit[p]] != 2 * turn
            mark[cit[p]] = 2 * turn
        for p in range(ref_start[f], ref_start[f + 1]):
            r = ref[p]
            for q in range(_from(cit, cit_start[r], cit_start[r + 1], begin), cit_start[r + 1]):
                c = cit[q]
                if c >= end:
                    break
                seen = mark[c]
                if seen != 2 * turn + 1:
                    mark[c] = 2 * turn + 1
                    if seen == 2 * turn:
                        i -= 1
                        j += 1
                    else:
                        k += 1
        out[turn, 0], out[turn, 1], out[turn, 2] = i, j, k


def counts(g: Graph, *, window: int = 5, focal: Ints | None = None) -> Ints:
    """n_i, n_j, n_k of every work, or of those at the positions `focal`, shape (works, 3).

    Args:
        g: the citation graph.
        window: a later work is one of a later year, at most so many years later.
        focal: positions of the works that are counted; all where it is None.
    """
    asked = np.arange(len(g.year)) if focal is None else focal
    first, last = stretches(g, window)
    out = np.zeros((len(asked), 3), np.int64)

    def part(_thread: int, rows: slice) -> None:
        _count(asked[rows], first, last, g.ref_start, g.ref, g.cit_start, g.cit, out[rows])

    side_by_side(part, len(asked))
    return out


def stretches(g: Graph, window: int) -> tuple[Ints, Ints]:
    """Of each work, the first later work, and the first that is too late."""
    first = np.searchsorted(g.year, g.year, side="right")
    return first, np.searchsorted(g.year, g.year + window, side="right")


def cd(counted: Ints) -> NDArray[np.float64]:
    """CD from n_i, n_j, n_k; NaN where nothing later cites the work or its references."""
    n_i, n_j, n_k = counted.T
    total = n_i + n_j + n_k
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, (n_i - n_j) / total, np.nan)


def cd_without_k(counted: Ints) -> NDArray[np.float64]:
    """The variant DI* of Bornmann et al. 2020 that leaves out n_k; NaN where nothing cites it."""
    n_i, n_j, _ = counted.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n_i + n_j > 0, (n_i - n_j) / (n_i + n_j), np.nan)
