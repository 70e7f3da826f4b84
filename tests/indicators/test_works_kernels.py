"""The kernels: disruption as the published package has it, bootstrap draws, medians, PageRank."""

import datetime as dt

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubscope.errors import EngineError, HubscopeError
from hubscope.indicators import fold
from hubscope.indicators.kernels import disruption
from hubscope.indicators.kernels.poisson import DRAWS, draws, sums
from hubscope.indicators.works import chosen, measures
from hubscope.sources.synthetic import World, make


def graph(works=3_000, seed=1):
    star = make(World(works=works, seed=seed))
    year = star["works"]["year"].to_numpy().astype(np.int64)
    refs = star["references"]
    return year, refs["work"].to_numpy() - 1, refs["cited"].to_numpy() - 1


def test_cd5_equals_the_published_package_on_every_node():
    import cdindex

    year, citing, cited = graph()
    theirs = cdindex.Graph()

    def stamp(y):
        return int(dt.datetime(int(y), 1, 1, tzinfo=dt.UTC).timestamp())

    for node, y in enumerate(year):
        theirs.add_vertex(str(node), stamp(y))
    for a, b in zip(citing, cited, strict=True):
        theirs.add_edge(str(a), str(b))
    expected = [theirs.cdindex(str(n), stamp(y + 5) - stamp(y)) for n, y in enumerate(year)]
    ours = disruption.cd(disruption.counts(disruption.graph(year, citing, cited)))
    assert np.isfinite(ours).sum() > 2_000
    np.testing.assert_array_equal(ours, np.array(expected, float))


def test_disruption_by_hand():
    # 0 is cited by 1; the later 2 cites 1 only, 3 cites 1 and 0, 4 cites 0 only; 5 comes too late.
    year = np.array([2000, 2001, 2002, 2003, 2004, 2010])
    edges = [(1, 0), (2, 1), (3, 1), (3, 0), (4, 0), (5, 1)]
    counted = disruption.counts(disruption.graph(year, *np.array(edges).T))
    assert counted[1].tolist() == [1, 1, 1]
    assert disruption.cd(counted)[1] == 0.0
    assert disruption.cd_without_k(counted)[1] == 0.0
    assert disruption.counts(disruption.graph(year, *np.array(edges).T), window=9)[1].tolist() == [
        2,
        1,
        1,
    ]
    assert np.isnan(disruption.cd(counted)[5])


def test_draws_are_poisson_and_do_not_depend_on_each_other():
    lots = np.array([draws(u) for u in range(20_000)])
    assert lots.shape == (20_000, DRAWS)
    assert lots.mean() == pytest.approx(1.0, abs=0.002)
    assert lots.var() == pytest.approx(1.0, abs=0.005)
    # Sums over consecutive ids must vary as independent ones do: no lattice.
    spread = lots.sum(axis=0).std() / np.sqrt(20_000)
    assert spread == pytest.approx(1.0, abs=0.15)
    near = np.corrcoef(lots[:-1].ravel(), lots[1:].ravel())[0, 1]
    assert abs(near) < 0.003
    assert abs(np.corrcoef(lots[:, 0], lots[:, 1])[0, 1]) < 0.02


def test_the_interval_of_a_mean_is_the_textbook_one():
    rng = np.random.default_rng(3)
    x = rng.exponential(size=4_000)
    rows = pa.table({"hub": np.ones(4_000, int), "year": np.full(4_000, 2020),
                     "unit": np.arange(4_000), "num": x, "den": np.ones(4_000)})  # fmt: skip
    (value,) = fold.finish("ratio", fold.partial(rows, "x"))
    half = 1.96 * x.std() / np.sqrt(4_000)
    assert value.value == pytest.approx(x.mean())
    assert (value.hi - value.lo) / 2 == pytest.approx(half, rel=0.15)


def many_samples(samples=400, size=300, seed=11):
    """Samples of one law, each as a hub: exponential values, so skewed, of mean 1."""
    rng = np.random.default_rng(seed)
    drawn = rng.poisson(size, samples)
    hub = np.repeat(np.arange(1, samples + 1), drawn)
    size = len(hub)
    return pa.table({"hub": hub, "year": np.full(size, 2020), "unit": rng.permutation(size),
                     "num": rng.exponential(size=size), "den": np.ones(size)})  # fmt: skip


@pytest.mark.parametrize(("kind", "truth"), [("ratio", 1.0), ("sum", 300.0), ("median", np.log(2))])
def test_ninety_five_of_a_hundred_intervals_hold_the_truth(kind, truth):
    rows = many_samples()
    made = fold.median(rows, "x") if kind == "median" else fold.partial(rows, "x")
    found = fold.finish(kind, made)
    held = np.mean([v.lo <= truth <= v.hi for v in found])
    assert len(found) == 400
    # Of 400 intervals at 95 % between 366 and 392 hold the truth, four standard errors about 380;
    # 200 draws of 300 units take one or two of a hundred from that.
    assert 0.91 <= held <= 0.985


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 50), st.floats(-5, 5)), max_size=60),
       st.integers(0, 60))  # fmt: skip
def test_partial_sums_may_be_made_anywhere(rows, cut):
    table = pa.table({
        "hub": pa.array([r[0] for r in rows], pa.int64()), "year": pa.array([2020] * len(rows), pa.int64()),
        "unit": pa.array([r[1] for r in rows], pa.int64()), "num": pa.array([r[2] for r in rows], pa.float64()),
        "den": pa.array([1.0] * len(rows), pa.float64())})  # fmt: skip
    whole = fold.partial(table, "x")
    parts = fold.merge(
        [fold.partial(table.slice(0, cut), "x"), fold.partial(table.slice(cut), "x")]
    )
    assert whole.hub.tolist() == parts.hub.tolist()
    np.testing.assert_allclose(whole.sums, parts.sums, atol=1e-9)


def test_sums_by_hand():
    found = sums(
        np.array([0, 0]), np.array([7, 8]), np.array([2.0, 3.0]), np.array([1.0, 0.0]), 1, 3
    )
    a, b = draws(7, 3).astype(float), draws(8, 3).astype(float)
    assert found[0, 0].tolist() == [5.0, *(2 * a + 3 * b)]
    assert found[0, 1].tolist() == [1.0, *a]


def test_pagerank_as_networkx():
    links = np.array([[0, 3, 1, 0], [3, 0, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]], float)
    expected = nx.pagerank(nx.from_numpy_array(links), alpha=0.85, tol=1e-14, max_iter=999)
    assert fold.pagerank(links) == pytest.approx(list(expected.values()), abs=1e-4)
    assert fold.pagerank(links).sum() == pytest.approx(1.0)


def test_a_query_without_its_columns_is_named():
    with pytest.raises(EngineError, match=r"x\.sql returns hub, year"):
        fold.partial(pa.table({"hub": [1], "year": [2020]}), "x.sql")


def test_no_rows_no_values():
    none = pa.table({n: pa.array([], pa.float64()) for n in fold.COLUMNS})
    assert fold.finish("ratio", fold.partial(none, "x")) == []
    assert fold.finish("median", fold.median(none, "x")) == []


def test_every_definition_has_a_query_that_says_what_it_does():
    assert len(measures()) >= 36
    for measure in measures().values():
        assert measure.sql.startswith("-- "), measure.indicator.id
        assert measure.indicator.code
        if measure.settings.resampled == "author":
            assert measure.settings.least == 10


def test_an_unknown_indicator_gets_a_hint():
    with pytest.raises(HubscopeError) as caught:
        chosen(["oa_world_shar"])
    assert "oa_world_share" in caught.value.hint


def test_one_piece_with_several_sums_of_a_group_is_merged_too():
    from hubscope.indicators.fold import Sums, merge

    ones = np.ones((3, 2, 3))
    whole = [np.array(x) for x in ([1, 2, 1], [2020] * 3, [0] * 3, [5, 6, 7])]
    made = merge([Sums(*whole, ones)])
    assert made.hub.tolist() == [1, 2]
    assert made.units.tolist() == [12, 6]
    assert made.sums[:, 0, 0].tolist() == [2.0, 1.0]
