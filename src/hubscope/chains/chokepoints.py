"""Where one failure stops the chain: dominators, articulation points, reach and minimum cuts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from hubscope.chains.compiled import compiled
from hubscope.chains.graph import Bools, Graph, Ints

NONE = -1
"""No node: not reached, or dominated by nothing but the outputs together."""


def dominators(graph: Graph, outputs: Ints | None = None) -> Ints:
    """The immediate dominator of every node on its ways to the outputs, NONE where there is none.

    Node d dominates x if every way from x to any output leads through d. In an acyclic graph one
    pass in topological order finds it: the dominator of x is the nearest common dominator of all
    that x goes into (Cooper, Harvey and Kennedy 2001, without the iteration).

    Args:
        graph: the input graph.
        outputs: the final nodes; all nodes that go into nothing unless given.
    """
    ends = graph.outputs() if outputs is None else outputs
    return _dominators(graph.order, graph.out.start, graph.out.at, ends)


@compiled
def _dominators(order: Ints, start: Ints, at: Ints, outputs: Ints) -> Ints:
    n = order.size
    root = n
    idom = np.full(n + 1, -2, np.int64)
    depth = np.zeros(n + 1, np.int64)
    idom[root] = root
    for k in range(outputs.size):
        idom[outputs[k]] = root
        depth[outputs[k]] = 1
    for i in range(n - 1, -1, -1):
        node = order[i]
        best = idom[node]
        for k in range(start[node], start[node + 1]):
            other = at[k]
            if idom[other] == -2:
                continue
            if best == -2:
                best = other
                continue
            a, b = best, other
            while a != b:
                if depth[a] >= depth[b]:
                    a = idom[a]
                else:
                    b = idom[b]
            best = a
        if best != -2:
            idom[node] = best
            depth[node] = depth[best] + 1
    for node in range(n):
        if idom[node] == root or idom[node] == -2:
            idom[node] = -1
    return idom[:n]


def dominated(graph: Graph, idom: Ints) -> Ints:
    """How many nodes reach the outputs only through each node, itself left out."""
    return _subtrees(graph.order, idom)


@compiled
def _subtrees(order: Ints, idom: Ints) -> Ints:
    size = np.zeros(order.size, np.int64)
    for i in range(order.size):
        node = order[i]
        if idom[node] >= 0:
            size[idom[node]] += size[node] + 1
    return size


def articulation_points(graph: Graph) -> Bools:
    """Whether the graph, without direction, falls apart when the node is taken out.

    Tarjan's walk with its own stack. The links are read both ways from the two tables of rows.
    """
    return _articulation(graph.out.start, graph.out.at, graph.into.start, graph.into.at)


@compiled
def _articulation(ostart: Ints, oat: Ints, istart: Ints, iat: Ints) -> Bools:
    n = ostart.size - 1
    found = np.zeros(n, np.int64)
    low = np.zeros(n, np.int64)
    parent = np.full(n, -1, np.int64)
    at = np.zeros(n, np.int64)
    cut = np.zeros(n, np.bool_)
    stack = np.empty(n, np.int64)
    clock = 0
    for first in range(n):
        if found[first]:
            continue
        clock += 1
        found[first] = low[first] = clock
        stack[0] = first
        top = 0
        children = 0
        while top >= 0:
            node = stack[top]
            outs = ostart[node + 1] - ostart[node]
            ins = istart[node + 1] - istart[node]
            if at[node] < outs + ins:
                k = at[node]
                at[node] += 1
                other = oat[ostart[node] + k] if k < outs else iat[istart[node] + k - outs]
                if not found[other]:
                    clock += 1
                    found[other] = low[other] = clock
                    parent[other] = node
                    children += node == first
                    top += 1
                    stack[top] = other
                elif other != parent[node]:
                    low[node] = min(low[node], found[other])
                continue
            top -= 1
            above = parent[node]
            if above >= 0:
                low[above] = min(low[above], low[node])
                if above != first and low[node] >= found[above]:
                    cut[above] = True
        cut[first] = children > 1
    return cut


def outputs_reached(graph: Graph, outputs: Ints | None = None) -> npt.NDArray[np.float64]:
    """The share of final outputs that each node goes into, directly or not; 0 to 1.

    Sixty-four outputs at a time, one bit each, in one pass against the order of making.
    """
    ends = graph.outputs() if outputs is None else outputs
    count = np.zeros(graph.n, np.int64)
    for block in range(0, ends.size, 64):
        count += _reach(graph.order, graph.out.start, graph.out.at, ends[block : block + 64])
    return count / max(ends.size, 1)


@compiled
def _reach(order: Ints, start: Ints, at: Ints, outputs: Ints) -> Ints:
    n = order.size
    bits = np.zeros(n, np.uint64)
    for k in range(outputs.size):
        bits[outputs[k]] |= np.uint64(1) << np.uint64(k)
    count = np.zeros(n, np.int64)
    for i in range(n - 1, -1, -1):
        node = order[i]
        mine = bits[node]
        for k in range(start[node], start[node + 1]):
            mine |= bits[at[k]]
        bits[node] = mine
        while mine:
            mine &= mine - np.uint64(1)
            count[node] += 1
    return count


def minimum_cut(graph: Graph, output: int, sources: Ints | None = None) -> Ints:
    """The fewest nodes whose loss parts all sources from `output`, the sources included.

    Every node may be crossed once: it is split in two halves joined by a link of capacity 1, and
    the cut is read from a maximum flow (Menger; Ford and Fulkerson).

    Args:
        graph: the input graph.
        output: number of the final node, which is not in the cut.
        sources: where ways start; all raw inputs unless given.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_flow

    starts = graph.raw_inputs() if sources is None else sources
    starts = np.asarray(starts[starts != output])
    if not starts.size:
        return starts
    n, big = graph.n, graph.n + 1
    every = np.arange(n)
    inner = np.where(every == output, big, 1)
    tail = np.concatenate([every, graph.src + n, np.full(starts.size, 2 * n)])
    head = np.concatenate([every + n, graph.dst, starts])
    room = np.concatenate([inner, np.full(graph.src.size + starts.size, big)]).astype(np.int32)
    network = csr_array((room, (tail, head)), shape=(2 * n + 1, 2 * n + 1))
    flow = maximum_flow(network, 2 * n, output + n)
    reached = _residual_reach(network, flow.flow, 2 * n)
    return np.asarray(np.flatnonzero(reached[:n] & ~reached[n : 2 * n]))


def _residual_reach(network: object, flow: object, start: int) -> Bools:
    """Nodes that more flow could still get to from `start`."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    left = csr_array(network - flow)  # type: ignore[operator]
    left.data = (left.data > 0).astype(np.int8)
    left.eliminate_zeros()
    found = np.zeros(left.shape[0], np.bool_)
    found[breadth_first_order(left, start, return_predecessors=False)] = True
    return found
