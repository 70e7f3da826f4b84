"""The disruption index CD5 of every work, on an integer citation graph (numba).

Funk and Owen-Smith 2017, "A Dynamic Network Measure of Technological Change", eq. 2 with weight 1,
as computed by the package cdindex: of the works that, within t years after the focal one, cite it
or one of its references, each counts f (cites it) less 2 f b (cites both); CD is the mean. In
n_i, n_j, n_k of Wu, Wang and Evans 2019: (n_i - n_j) / (n_i + n_j + n_k).
"""

# ruff: noqa: ANN001, ANN202, PLR0917

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def csr(rows: Ints, columns: Ints, size: int) -> tuple[Ints, NDArray[np.int32]]:
    """Columns of each row as compressed rows: (start of each row, columns)."""
    start = np.zeros(size + 1, np.int64)
    np.cumsum(np.bincount(rows, minlength=size), out=start[1:])
    return start, _scatter(rows, columns, start)


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
def _count(year, ref_start, ref, cit_start, cit, window, out):  # type: ignore[no-untyped-def]
    n = len(year)
    # Twice the focal number where a later work cites a reference, and one more where the focal too.
    mark = np.full(n, -1)
    for f in range(n):
        last = year[f] + window
        i = j = k = 0
        for p in range(cit_start[f], cit_start[f + 1]):
            c = cit[p]
            if year[f] < year[c] <= last:
                mark[c] = 2 * f
                i += 1
        for p in range(ref_start[f], ref_start[f + 1]):
            r = ref[p]
            for q in range(cit_start[r], cit_start[r + 1]):
                c = cit[q]
                if mark[c] == 2 * f:
                    mark[c] = 2 * f + 1
                    i -= 1
                    j += 1
                elif mark[c] != 2 * f + 1 and year[f] < year[c] <= last:
                    mark[c] = 2 * f + 1
                    k += 1
        out[f, 0], out[f, 1], out[f, 2] = i, j, k


def counts(year: Ints, citing: Ints, cited: Ints, *, window: int = 5) -> NDArray[np.int64]:
    """n_i, n_j, n_k of every work, shape (works, 3).

    Args:
        year: of each work; a later work is one of a later year, at most `window` years later.
        citing: position of the citing work of each reference.
        cited: position of the cited work.
        window: years after the focal work that are looked at.
    """
    size = len(year)
    ref_start, ref = csr(citing, cited, size)
    cit_start, cit = csr(cited, citing, size)
    out = np.zeros((size, 3), np.int64)
    _count(year, ref_start, ref, cit_start, cit, window, out)
    return out


def cd(counted: NDArray[np.int64]) -> NDArray[np.float64]:
    """CD from n_i, n_j, n_k; NaN where nothing later cites the work or its references."""
    n_i, n_j, n_k = counted.T
    total = n_i + n_j + n_k
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, (n_i - n_j) / total, np.nan)


def cd_without_k(counted: NDArray[np.int64]) -> NDArray[np.float64]:
    """The variant DI* of Bornmann et al. 2020 that leaves out n_k; NaN where nothing cites it."""
    n_i, n_j, _ = counted.T
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(n_i + n_j > 0, (n_i - n_j) / (n_i + n_j), np.nan)
