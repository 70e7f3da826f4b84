"""How related activities are by how often they occur together: classes of one patent."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from hubscope.errors import HubscopeError, nearest

Floats = npt.NDArray[np.float64]
Measure = Literal["cosine", "association", "jaccard", "probability"]


def cooccurrences(pairs: npt.NDArray[np.int64], n: int, items: int) -> Floats:
    """How many items each two activities share.

    Args:
        pairs: rows (item, activity), each once, shape (m, 2).
        n: number of activities.
        items: number of items.

    Returns:
        Counts with an empty diagonal, shape (n, n).
    """
    from scipy.sparse import csr_array

    has = csr_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(items, n))
    found = np.asarray((has.T @ has).toarray(), np.float64)
    np.fill_diagonal(found, 0.0)
    return found


def relatedness(counts: Floats, measure: Measure = "cosine") -> Floats:
    """Co-occurrence counts made independent of how frequent each activity is.

    With C the counts, S their row sums and T the sum of S: cosine C/√(SiSj); association strength
    (C/T)/((Si/T)(Sj/T)); jaccard C/(Si+Sj-C); probability C over what random pairing without
    replacement would give (van Eck and Waltman 2009, 10.1002/asi.21075; Steijn 2021).

    Raises:
        HubscopeError: if there is no such measure.
    """
    if measure not in get_args(Measure):
        raise HubscopeError(
            f"there is no relatedness {measure!r}", hint=nearest(measure, get_args(Measure))
        )
    s = counts.sum(1)
    t = s.sum()
    i, j = s[:, None], s[None, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        if measure == "cosine":
            found = counts / np.sqrt(i * j)
        elif measure == "association":
            found = (counts / t) / ((i / t) * (j / t))
        elif measure == "jaccard":
            found = counts / (i + j - counts)
        else:
            found = counts / (((i / t) * (j / (t - i)) + (j / t) * (i / (t - j))) * t / 2)
    found = np.nan_to_num(found, nan=0.0, posinf=0.0)
    np.fill_diagonal(found, 0.0)
    return np.asarray(found)
