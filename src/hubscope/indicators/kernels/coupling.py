"""Works that build on a focal work and on much of what it builds on (numba).

The count behind DI5, the variant of the disruption index with a threshold: Bornmann, Devarakonda,
Tekles and Chacko 2020, "Are disruption index indicators convergently valid?", section 2.2.
"""

# ruff: noqa: ANN001, ANN202, PLR0917

from __future__ import annotations

import numpy as np
from numba import njit

from hubscope.indicators.kernels.disruption import Graph, stretches
from hubscope.indicators.kernels.rows import Ints, side_by_side


@njit(cache=True, nogil=True)
def _count(focal, first, last, ref_start, ref, cit_start, cit, least, out):  # type: ignore[no-untyped-def]
    stamp = np.full(len(first), -1, np.int32)
    for turn in range(len(focal)):
        f = focal[turn]
        if ref_start[f + 1] - ref_start[f] < least:
            continue
        for p in range(ref_start[f], ref_start[f + 1]):
            stamp[ref[p]] = turn
        for p in range(cit_start[f], cit_start[f + 1]):
            c = cit[p]
            if first[f] <= c < last[f]:
                shared = 0
                for q in range(ref_start[c], ref_start[c + 1]):
                    shared += stamp[ref[q]] == turn
                out[turn] += shared >= least


def strong(g: Graph, *, window: int = 5, least: int = 5, focal: Ints | None = None) -> Ints:
    """n_j of DI5: later works that cite each work and at least `least` of its references.

    Arguments as `disruption.counts`; shape (works,).
    """
    asked = np.arange(len(g.year)) if focal is None else focal
    first, last = stretches(g, window)
    out = np.zeros(len(asked), np.int64)

    def part(_thread: int, rows: slice) -> None:
        graph = (g.ref_start, g.ref, g.cit_start, g.cit)
        _count(asked[rows], first, last, *graph, least, out[rows])

    side_by_side(part, len(asked))
    return out
