"""The citation graph of the counted works out of an engine, and what the kernels count on it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hubscope.indicators.kernels import coupling
from hubscope.indicators.kernels import disruption as kernel
from hubscope.store.dialect import Engine


def disruption(engine: Engine) -> pa.Table:
    """CD5 of every counted work that cites works of the store, with its counts."""
    works = engine.rows("SELECT work, year FROM counted ORDER BY work", "disruption")
    refs = engine.rows(
        "SELECT refs.work, refs.cited FROM refs "
        "JOIN counted AS a ON a.work = refs.work JOIN counted AS b ON b.work = refs.cited",
        "disruption",
    )
    ids = works["work"].to_numpy()
    graph = (
        works["year"].to_numpy().astype(np.int64),
        np.searchsorted(ids, refs["work"].to_numpy()),
        np.searchsorted(ids, refs["cited"].to_numpy()),
    )
    counted = kernel.counts(*graph)
    cites = np.bincount(np.searchsorted(ids, refs["work"].to_numpy()), minlength=len(ids)) > 0
    values = kernel.cd(counted)
    known = np.isfinite(values) & cites
    n_i, n_j, n_k = counted[known].T
    counts = {"n_i": n_i, "n_j": n_j, "n_k": n_k, "n_strong": coupling.strong(*graph)[known]}
    return pa.table({"work": ids[known], "cd": values[known], **counts})
