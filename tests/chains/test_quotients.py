"""Location quotients, boards of nearby years, and the views of a folded map."""

import networkx as nx
import numpy as np
import polars as pl
import pytest

from hubscope.chains.graph import make_graph
from hubscope.chains.layout import layout
from hubscope.chains.nearby import nearby
from hubscope.chains.quotients import quotient, quotients
from hubscope.chains.signals import counts, signals
from hubscope.chains.unfold import views
from hubscope.sources.chain_tables import make_chain, make_evidence, make_link, make_node


def evidence(status="published", vintage="2024"):
    return make_evidence(
        source="s",
        locator=f"{status}-{vintage}",
        licence="own work",
        status=status,
        vintage=vintage,
    )


NODES = [
    make_node("land", "place", "国", "Land"),
    make_node("city", "place", "城", "City", place="land", ext='{"level": "city"}'),
    make_node("all", "industry", "总", "All", ext='{"whole": true}'),
    make_node("chips", "industry", "芯", "Chips"),
    make_node("tech", "tech", "术", "Tech"),
]


def chain(*links):
    e = evidence()
    made = [
        make_link(s, d, r, e["id"], year=y, value=float(v), unit=u, period=p)
        for s, d, r, y, v, u, p in links
    ]
    made.append(make_link("tech", "chips", "maps_to", e["id"]))
    return make_chain(NODES, made, [e])


SIZES = [
    ("city", "all", "produces", 2020, 10, "CNY", ""),
    ("land", "all", "produces", 2020, 100, "CNY", ""),
    ("city", "all", "produces", 2023, 20, "CNY", ""),
    ("land", "all", "produces", 2023, 100, "CNY", ""),
]


def test_a_quotient_by_hand_takes_the_nearest_size():
    made = chain(
        *SIZES,
        ("city", "chips", "produces", 2021, 30, "t", ""),
        ("land", "chips", "produces", 2021, 60, "t", ""),
    )
    (row,) = quotients(made).to_dicts()
    assert (row["quotient"], row["size_year"], row["of"]) == (pytest.approx(5.0), 2020, "land")
    assert signals(made, "city").filter(pl.col("place") == "city")["product"].to_list() == [5.0]


def test_figures_of_other_units_periods_and_far_years_make_none():
    halves = [("city", "chips", "produces", 2021, 30, "t", "2021Q1")]
    halves += [("land", "chips", "produces", 2021, 60, "t", "")]
    far = [(p, "chips", "produces", 2010, 3, "t", "") for p in ("city", "land")]
    assert quotients(chain(*SIZES, *halves)).height == 0
    assert quotients(chain(*SIZES, *far)).height == 0
    assert quotients(chain(*halves, *far)).height == 0
    assert quotient(1, 0, 1, 1) is None


def test_a_technology_carries_its_quotient_to_what_it_maps_to():
    made = chain(
        ("city", "tech", "owned", 2022, 4, "patents", ""),
        ("land", "tech", "owned", 2022, 8, "patents", ""),
        *((p, "all", "owned", 2022, v, "patents", "") for p, v in (("city", 1), ("land", 4))),
    )
    (row,) = quotients(made).to_dicts()
    assert (row["segment"], row["signal"], row["quotient"]) == ("chips", "patent", 2.0)


def test_parts_of_a_year_and_places_that_hold_others_are_not_summed():
    made = chain(
        ("city", "chips", "produces", 2021, 30, "t", ""),
        ("city", "chips", "produces", 2021, 7, "t", "2021Q1"),
        ("land", "chips", "produces", 2021, 60, "t", ""),
        ("land", "all", "produces", 2021, 600, "t", ""),
    )
    assert counts(made, "produces").select("place", "value").rows() == [("city", 30.0)]


def rows(*given):
    names = ("place", "segment", "year", "science", "patent", "product", "security")
    kinds = [pl.String, pl.String, pl.Int16, *[pl.Float64] * 4]
    return pl.DataFrame(given, schema=dict(zip(names, kinds, strict=True)), orient="row")


def test_a_board_takes_signals_of_nearby_years_and_says_which():
    seen = rows(
        ("p", "s", 2018, 2.0, None, None, None),
        ("p", "s", 2021, None, 1.5, None, None),
        ("p", "s", 2023, None, None, 0.2, None),
    )
    (found,) = nearby(seen).to_dicts()
    assert (found["year"], found["board"], found["span"]) == (2021, "short", 5)
    years = (found["science_year"], found["patent_year"], found["product_year"])
    assert years == (2018, 2021, 2023)
    (alone,) = nearby(seen, within=0, year=2023).to_dicts()
    assert (alone["board"], alone["science"], alone["security_year"]) == ("unknown", None, None)
    assert nearby(seen, within=0, year=2000).height == 0
    assert nearby(rows()).height == 0


@pytest.mark.parametrize("n", [3, 150, 151, 900])
def test_every_node_is_drawn_in_some_view(n):
    rng = np.random.default_rng(n)
    tree = nx.gnc_graph(n, seed=1)
    more = [(a, b) for a, b in rng.integers(0, n, (n, 2)).tolist() if a > b]
    edges = sorted({*tree.edges, *more})
    src, dst = (np.array([e[i] for e in edges], np.int64) for i in (0, 1))
    graph = make_graph(tuple(f"n{i:04}" for i in range(n)), src, dst)
    whole = layout(graph)
    found = views(graph, whole)
    drawn: set[str] = set()
    for shown in (whole, *(v.layout for v in found)):
        assert len(shown.spots) <= 150
        drawn |= {s.id for s in shown.spots if not s.folded}
    assert drawn == set(graph.ids)
    assert bool(found) == (n > 150)
    folds = {0: whole} | {v.number: v.layout for v in found}
    unfolded = {(v.parent, b) for v in found for b in v.bundles}
    assert unfolded == {(k, s.id) for k, x in folds.items() for s in x.spots if s.folded}
    assert len(views(graph, whole, limit=1)) == min(len(found), 1)
