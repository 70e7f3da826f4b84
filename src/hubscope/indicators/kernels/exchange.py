"""What some citing works add to the counts of disruption of all others (numba).

The counts of `disruption` and `coupling` are sums over pairs of a later work and a focal one, so a
change of some works changes the others' counts by what those works added before and add now.
"""

# ruff: noqa: ANN001, ANN202, PLR0917

from __future__ import annotations

import numpy as np
from numba import njit

from hubscope.indicators.kernels.disruption import Graph, _from
from hubscope.indicators.kernels.rows import Ints


@njit(cache=True, nogil=True)
def _add(citing, least, begin, end, ref_start, ref, cit_start, cit, out):  # type: ignore[no-untyped-def]
    shared = np.zeros(len(begin), np.int32)
    cites = np.zeros(len(begin), np.bool_)
    met = np.empty(len(begin), np.int32)
    for c in citing:
        number = 0
        for p in range(ref_start[c], ref_start[c + 1]):
            r = ref[p]
            if begin[c] <= r < end[c] and not cites[r]:
                cites[r] = True
                if shared[r] == 0:
                    met[number] = r
                    number += 1
            for q in range(_from(cit, cit_start[r], cit_start[r + 1], begin[c]), cit_start[r + 1]):
                f = cit[q]
                if f >= end[c]:
                    break
                if shared[f] == 0 and not cites[f]:
                    met[number] = f
                    number += 1
                shared[f] += 1
        for m in range(number):
            f = met[m]
            if not cites[f]:
                out[f, 2] += 1
            elif shared[f] == 0:
                out[f, 0] += 1
            else:
                out[f, 1] += 1
                out[f, 3] += shared[f] >= least
            shared[f], cites[f] = 0, False


def added(g: Graph, citing: Ints, *, window: int = 5, least: int = 5) -> Ints:
    """n_i, n_j, n_k and n_strong that the works `citing` alone bring to every work: (works, 4).

    Args:
        g: a citation graph that holds all references of `citing` and all that cite those.
        citing: positions of works.
        window: as in `disruption.counts`.
        least: as in `coupling.strong`.
    """
    out = np.zeros((len(g.year), 4), np.int64)
    begin = np.searchsorted(g.year, g.year - window)
    end = np.searchsorted(g.year, g.year)
    _add(citing, least, begin, end, g.ref_start, g.ref, g.cit_start, g.cit, out)
    return out
