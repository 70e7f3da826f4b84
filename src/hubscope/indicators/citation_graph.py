"""The citation graph of the counted works out of an engine, and what the kernels count on it."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hubscope.indicators.kernels import coupling
from hubscope.indicators.kernels import disruption as kernel
from hubscope.indicators.kernels.disruption import Graph
from hubscope.indicators.kernels.rows import Ints
from hubscope.store.dialect import Engine

_EDGES = """
SELECT a.place AS citing, b.place AS cited
FROM refs
JOIN places_of_works AS a ON a.work = refs.work
JOIN places_of_works AS b ON b.work = refs.cited
"""


def citation_graph(engine: Engine, counted: str = "counted") -> tuple[Ints, Graph]:
    """The works of a view in the order of their years, and who cites whom among them."""
    works = engine.rows(f"SELECT work, year FROM {counted} ORDER BY year, work", "disruption")
    ids = works["work"].to_numpy()
    places = pa.array(np.arange(len(ids), dtype=np.int32))
    engine.give("places_of_works", pa.table({"work": works["work"], "place": places}))
    edges = engine.rows(_EDGES, "disruption")
    engine.drop("places_of_works")
    ends = (edges[n].to_numpy() for n in ("citing", "cited"))
    return ids, kernel.graph(works["year"].to_numpy().astype(np.int64), *ends)


def disruption(engine: Engine, counted: str = "counted") -> pa.Table:
    """CD5 of every work of the view `counted` that cites works of the store, with its counts."""
    ids, graph = citation_graph(engine, counted)
    found = kernel.counts(graph)
    values = kernel.cd(found)
    known = np.isfinite(values) & (np.diff(graph.ref_start) > 0)
    n_i, n_j, n_k = found[known].T
    counts = {"n_i": n_i, "n_j": n_j, "n_k": n_k, "n_strong": coupling.strong(graph)[known]}
    return pa.table({"work": ids[known], "cd": values[known], **counts})
