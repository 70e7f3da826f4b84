"""Dominators, articulation points, reach and cuts against networkx on random graphs."""

from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubscope.chains import chokepoints as ck
from hubscope.chains.graph import input_graph, make_graph
from hubscope.errors import BadDataError, HubscopeError


def random_dag(seed: int, n: int, m: int):
    rng = np.random.default_rng(seed)
    ends = np.sort(rng.integers(0, n, (m, 2)), axis=1)
    ends = np.unique(ends[ends[:, 0] < ends[:, 1]], axis=0)
    mixed = rng.permutation(n)
    return make_graph(tuple(f"n{i}" for i in range(n)), mixed[ends[:, 0]], mixed[ends[:, 1]])


def as_networkx(graph):
    found = nx.DiGraph()
    found.add_nodes_from(range(graph.n))
    found.add_edges_from(zip(graph.src.tolist(), graph.dst.tolist(), strict=True))
    return found


CASES = [(seed, n, m) for seed in range(12) for n, m in ((12, 18), (60, 90), (200, 600))]


@pytest.mark.parametrize(("seed", "n", "m"), CASES)
def test_dominators_are_those_of_networkx(seed, n, m):
    graph = random_dag(seed, n, m)
    reverse = as_networkx(graph).reverse()
    reverse.add_edges_from((n, int(o)) for o in graph.outputs())
    oracle = nx.immediate_dominators(reverse, n)
    idom = ck.dominators(graph)
    want = [oracle.get(i, ck.NONE) for i in range(n)]
    assert idom.tolist() == [ck.NONE if w in (n, i, None) else w for i, w in enumerate(want)]


@pytest.mark.parametrize(("seed", "n", "m"), CASES)
def test_dominated_counts_the_nodes_cut_off_by_a_loss(seed, n, m):
    graph = random_dag(seed, n, m)
    found = ck.dominated(graph, ck.dominators(graph))
    whole = as_networkx(graph)
    outputs = set(graph.outputs().tolist())
    for node in np.argsort(-found)[:5].tolist():
        left = whole.copy()
        left.remove_node(node)
        lost = sum(
            1 for x in left if x not in outputs and not outputs & (nx.descendants(left, x) | {x})
        )
        assert found[node] == (lost if node not in outputs else found[node])


@pytest.mark.parametrize(("seed", "n", "m"), CASES)
def test_articulation_points_are_those_of_networkx(seed, n, m):
    graph = random_dag(seed, n, m)
    oracle = set(nx.articulation_points(as_networkx(graph).to_undirected()))
    assert set(np.flatnonzero(ck.articulation_points(graph)).tolist()) == oracle


@pytest.mark.parametrize(("seed", "n", "m"), CASES)
def test_reach_counts_the_outputs_below(seed, n, m):
    graph = random_dag(seed, n, m)
    whole, outputs = as_networkx(graph), set(graph.outputs().tolist())
    want = [len(outputs & (nx.descendants(whole, i) | {i})) / len(outputs) for i in range(n)]
    assert ck.outputs_reached(graph).tolist() == pytest.approx(want)


@pytest.mark.parametrize(("seed", "n", "m"), CASES)
def test_the_minimum_cut_is_as_small_as_networkx_says_and_cuts(seed, n, m):
    graph = random_dag(seed, n, m)
    whole = as_networkx(graph)
    output = max(graph.outputs().tolist(), key=lambda o: len(nx.ancestors(whole, o)))
    sources = [s for s in graph.raw_inputs().tolist() if s in nx.ancestors(whole, output)]
    cut = ck.minimum_cut(graph, output)
    joined = whole.copy()
    joined.add_edges_from(("start", s) for s in sources)
    assert len(cut) == len(nx.minimum_node_cut(joined, "start", output))
    joined.remove_nodes_from(cut.tolist())
    assert not nx.has_path(joined, "start", output)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=25))
def test_the_order_holds_or_the_cycle_is_named(ends):
    links = sorted(set(ends))
    src, dst = (np.array([e[k] for e in links], np.int64) for k in (0, 1))
    ids = tuple(f"n{i}" for i in range(9))
    oracle = nx.DiGraph(links)
    if nx.is_directed_acyclic_graph(oracle):
        at = np.argsort(make_graph(ids, src, dst).order)
        assert (at[src] < at[dst]).all()
        return
    with pytest.raises(BadDataError, match="a cycle: n") as caught:
        make_graph(ids, src, dst)
    steps = str(caught.value).split("a cycle: ")[1].split("\n")[0].split(" -> ")
    numbers = [int(s[1:]) for s in steps]
    assert numbers[0] == numbers[-1]
    assert all(oracle.has_edge(a, b) for a, b in pairwise(numbers))


def test_a_long_line_needs_no_deep_stack():
    n = 200_000
    line = np.arange(n - 1)
    graph = make_graph(tuple(map(str, range(n))), line, line + 1)
    assert ck.articulation_points(graph).sum() == n - 2
    assert ck.dominated(graph, ck.dominators(graph))[-1] == n - 1


def test_the_chip_chain_has_one_output_and_34_articulation_points(eto):
    graph = input_graph(eto)
    assert (graph.n, graph.src.size) == (126, 139)
    assert [graph.ids[i] for i in graph.outputs()] == ["N99"]
    assert ck.articulation_points(graph).sum() == 34
    assert (ck.outputs_reached(graph) == 1).all()


def test_an_empty_graph_has_no_chokepoint():
    graph = make_graph((), np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert ck.dominators(graph).size == 0
    assert ck.articulation_points(graph).size == 0
    assert ck.outputs_reached(graph).size == 0


def test_an_unknown_node_is_named_with_the_nearest(small):
    with pytest.raises(HubscopeError, match="no node 'cel'") as caught:
        input_graph(small).index("cel")
    assert "cell" in caught.value.hint
