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
FROM {refs} AS refs
JOIN places_of_works AS a ON a.work = refs.work
JOIN places_of_works AS b ON b.work = refs.cited
"""


def citation_graph(
    engine: Engine, counted: str = "counted", refs: str = "refs"
) -> tuple[Ints, Graph]:
    """The works of a view in the order of their years, and who cites whom among them."""
    works = engine.rows(f"SELECT work, year FROM {counted} ORDER BY year, work", "disruption")
    ids = works["work"].to_numpy()
    places = pa.array(np.arange(len(ids), dtype=np.int32))
    engine.give("places_of_works", pa.table({"work": works["work"], "place": places}))
    edges = engine.rows(_EDGES.format(refs=refs), "disruption")
    engine.drop("places_of_works")
    ends = (edges[n].to_numpy() for n in ("citing", "cited"))
    return ids, kernel.graph(works["year"].to_numpy().astype(np.int64), *ends)


def disruption(engine: Engine, counted: str = "counted") -> pa.Table:
    """CD5 of every work of the view `counted` that cites works of the store, with its counts."""
    ids, graph = citation_graph(engine, counted)
    has_refs = np.diff(graph.ref_start) > 0
    return table(ids, every_count(graph), has_refs)


def every_count(graph: Graph, focal: Ints | None = None) -> Ints:
    """n_i, n_j, n_k and n_strong of works, all or those at the positions `focal`: (works, 4)."""
    strong = coupling.strong(graph, focal=focal)
    return np.column_stack([kernel.counts(graph, focal=focal), strong])


def table(
    ids: Ints, counts: Ints, has_refs: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> pa.Table:
    """The rows of works that cite any and that later works build on: work, cd and the counts."""
    values = kernel.cd(counts[:, :3])
    known = np.isfinite(values) & has_refs
    names = ("n_i", "n_j", "n_k", "n_strong")
    columns = dict(zip(names, counts[known].T, strict=True))
    return pa.table({"work": ids[known], "cd": values[known], **columns})
