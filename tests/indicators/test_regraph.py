"""Disruption after a change equals disruption counted from scratch, on any graph and any change."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubscope.indicators.citation_graph import every_count
from hubscope.indicators.kernels.disruption import graph
from hubscope.indicators.kernels.exchange import added

EDGES = st.sets(st.tuples(st.integers(0, 23), st.integers(0, 23)), max_size=160)


def graph_of(years, edges):
    return graph(years, *np.array(sorted(edges), np.int64).reshape(-1, 2).T)


@settings(max_examples=60, deadline=None)
@given(EDGES, st.lists(st.integers(2000, 2009), min_size=24, max_size=24))
def test_what_all_works_add_is_all_there_is(edges, years):
    found = graph_of(np.sort(years), {(a, b) for a, b in edges if a != b})
    np.testing.assert_array_equal(added(found, np.arange(24), least=2)[:, :3],
                                  every_count(found)[:, :3])  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(EDGES, EDGES, st.sets(st.integers(0, 23), max_size=4))
def test_exchanging_what_changed_is_counting_again(edges, others, changed):
    years = 2000 + np.arange(24) // 3
    before = {(a, b) for a, b in edges if a != b}
    after = {e for e in before if e[0] not in changed} | {
        (a, b) for a, b in others if a in changed and a != b
    }
    one, two = graph_of(years, before), graph_of(years, after)
    at = np.array(sorted(changed), np.int64)
    rest = np.setdiff1d(np.arange(24), at)
    moved = every_count(one) - added(one, at) + added(two, at)
    np.testing.assert_array_equal(moved[rest], every_count(two)[rest])


def test_strong_ties_by_hand():
    # 0 .. 4 are cited by 5 (2005) and by 6 (2006), which also cites 5: five references shared.
    years = np.array([2000] * 5 + [2005, 2006])
    edges = {(5, r) for r in range(5)} | {(6, r) for r in range(6)}
    assert added(graph_of(years, edges), np.array([6]))[5].tolist() == [0, 1, 0, 1]
    assert added(graph_of(years, edges - {(6, 4)}), np.array([6]))[5].tolist() == [0, 1, 0, 0]
    assert added(graph_of(years, edges - {(6, 5)}), np.array([6]))[5].tolist() == [0, 0, 1, 0]


@pytest.mark.parametrize("late", [2005, 2006])
def test_a_citation_after_the_window_adds_nothing(late):
    found = graph_of(np.array([2000, late]), {(1, 0)})
    assert added(found, np.array([1]))[0, 0] == (late == 2005)
