"""Works that build on a focal work and on much of what it builds on (numba).

The count behind DI5, the variant of the disruption index with a threshold: Bornmann, Devarakonda,
Tekles and Chacko 2020, "Are disruption index indicators convergently valid?", section 2.2.
"""

# ruff: noqa: ANN001, ANN202, PLR0917

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hubscope.indicators.kernels.disruption import Ints, csr


@njit(cache=True)
def _count(year, ref_start, ref, cit_start, cit, window, least, out):  # type: ignore[no-untyped-def]
    stamp = np.full(len(year), -1)
    for f in range(len(year)):
        if ref_start[f + 1] - ref_start[f] < least:
            continue
        for p in range(ref_start[f], ref_start[f + 1]):
            stamp[ref[p]] = f
        for p in range(cit_start[f], cit_start[f + 1]):
            c = cit[p]
            if year[f] < year[c] <= year[f] + window:
                shared = 0
                for q in range(ref_start[c], ref_start[c + 1]):
                    shared += stamp[ref[q]] == f
                out[f] += shared >= least


def strong(
    year: Ints, citing: Ints, cited: Ints, *, window: int = 5, least: int = 5
) -> NDArray[np.int64]:
    """n_j of DI5: later works that cite each work and at least `least` of its references.

    Arguments as `disruption.counts`; shape (works,).
    """
    size = len(year)
    ref_start, ref = csr(citing, cited, size)
    cit_start, cit = csr(cited, citing, size)
    out = np.zeros(size, np.int64)
    _count(year, ref_start, ref, cit_start, cit, window, least, out)
    return out
