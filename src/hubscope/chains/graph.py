"""The input graph of a chain as arrays: what goes into what, in an order of making."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from hubscope.chains.compiled import compiled
from hubscope.errors import BadDataError, HubscopeError, nearest
from hubscope.sources.chain_rules import INPUT_RELS, codes, find_cycle
from hubscope.sources.chain_tables import Chain

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rows:
    """Neighbours in rows: those of node n stand at `at[start[n]:start[n + 1]]`."""

    start: Ints
    at: Ints

    @staticmethod
    def of(src: Ints, dst: Ints, n: int) -> Rows:
        """The `dst` of every `src`, ascending within a row."""
        order = np.lexsort((dst, src))
        start = np.zeros(n + 1, np.int64)
        np.cumsum(np.bincount(src, minlength=n), out=start[1:])
        return Rows(start, dst[order])


@dataclass(frozen=True, slots=True)
class Graph:
    """An acyclic input graph with n nodes and m links."""

    ids: tuple[str, ...]
    src: Ints
    dst: Ints
    variant: Bools
    """Whether link i says "is a variant of" and not "goes into"."""
    order: Ints
    """The nodes so that every input stands before what it goes into."""
    out: Rows
    into: Rows

    @property
    def n(self) -> int:
        """Number of nodes."""
        return len(self.ids)

    def index(self, ident: str) -> int:
        """The number of a node; an error that names the nearest if there is none."""
        try:
            return self.ids.index(ident)
        except ValueError:
            hint = nearest(ident, self.ids) if self.n <= 20_000 else ""
            raise HubscopeError(f"the input graph has no node {ident!r}", hint=hint) from None

    def outputs(self) -> Ints:
        """Nodes that go into nothing: what the chain is for."""
        degree = np.diff(self.out.start)
        return np.flatnonzero(degree == 0)

    def raw_inputs(self) -> Ints:
        """Nodes that nothing goes into."""
        return np.flatnonzero(np.diff(self.into.start) == 0)


def make_graph(ids: tuple[str, ...], src: Ints, dst: Ints, variant: Bools | None = None) -> Graph:
    """The graph of numbered links.

    Raises:
        BadDataError: naming the cycle, if there is one.
    """
    n = len(ids)
    kinds = np.zeros(src.size, np.bool_) if variant is None else variant
    out, into = Rows.of(src, dst, n), Rows.of(dst, src, n)
    order = topological(out.start, out.at, np.diff(into.start))
    if order.size < n:
        cycle = find_cycle(src, dst, n) or []
        shown = " -> ".join(ids[i] for i in [*cycle, *cycle[:1]])
        raise BadDataError(f"a cycle: {shown}", hint="an input cannot need itself")
    return Graph(ids, src, dst, kinds, order, out, into)


def part_of(graph: Graph, ids: Collection[str]) -> Graph:
    """The graph of some of the nodes and the links between them."""
    wanted = set(ids)
    kept = np.array([i in wanted for i in graph.ids], np.bool_)
    number = np.cumsum(kept) - 1
    both = kept[graph.src] & kept[graph.dst]
    names = tuple(i for i in graph.ids if i in wanted)
    src, dst = number[graph.src[both]], number[graph.dst[both]]
    return make_graph(names, src, dst, graph.variant[both])


def input_graph(chain: Chain) -> Graph:
    """The links `input_to` and `variant_of` of a chain, and every node they name."""
    return _graph(chain, INPUT_RELS)


def has_inputs(chain: Chain) -> bool:
    """Whether a chain says of anything what it goes into."""
    return any(rel in INPUT_RELS for rel in chain.links["rel"].unique().to_pylist())


def mapping_graph(chain: Chain) -> Graph:
    """The links `maps_to` and `part_of` of a chain of ideas, which has no inputs: what is what.

    Places that are part of others are left out.
    """
    kinds = zip(chain.nodes["id"].to_pylist(), chain.nodes["kind"].to_pylist(), strict=True)
    return _graph(chain, ("maps_to", "part_of"), without={i for i, k in kinds if k == "place"})


def _graph(chain: Chain, rels: tuple[str, ...], without: Collection[str] = ()) -> Graph:
    links = pl.DataFrame(pl.from_arrow(chain.links.select(["src", "dst", "rel"])))
    graph = links.filter(pl.col("rel").is_in(rels)).unique(
        ["src", "dst"], keep="first", maintain_order=True
    )
    graph = graph.filter(~pl.col("src").is_in(list(without))).sort("src", "dst")
    names, (src, dst) = codes(graph["src"], graph["dst"])
    return make_graph(tuple(names), src, dst, (graph["rel"] == "variant_of").to_numpy())


@compiled
def topological(start: Ints, at: Ints, indegree: Ints) -> Ints:
    """Kahn's order; shorter than the number of nodes if the graph has a cycle."""
    n = indegree.size
    left = indegree.copy()
    order = np.empty(n, np.int64)
    tail = 0
    for node in range(n):
        if left[node] == 0:
            order[tail] = node
            tail += 1
    head = 0
    while head < tail:
        node = order[head]
        head += 1
        for k in range(start[node], start[node + 1]):
            left[at[k]] -= 1
            if left[at[k]] == 0:
                order[tail] = at[k]
                tail += 1
    return order[:tail]
