"""What to strengthen, fill and extend from a chain, and how strong ties are: hand cases."""

import polars as pl
import pytest

from hubscope.chains import region, ties
from hubscope.chains.work import place_values, work_list
from hubscope.errors import HubscopeError
from hubscope.nouns import Hub, Words
from hubscope.sources.chain_tables import make_chain, make_evidence, make_link, make_node

SHARES = {
    "ore": {"x": 70.0, "y": 20.0, "z": 10.0},
    "part": {"x": 30.0, "y": 60.0, "z": 10.0},
    "tool": {"y": 60.0, "z": 40.0},
    "good": {"y": 30.0, "z": 70.0},
}
"""Percent of each input by place."""


def chain(unstated=()):
    e = make_evidence(source="a", locator="u", licence="facts only", status="published")
    nodes = [make_node(p, "place", p, p) for p in "xyz"]
    nodes += [make_node(i, "input", i, i) for i in SHARES]
    links = [
        make_link(p, i, "supplies", e["id"], year=2024, share=s)
        for i, of in SHARES.items()
        for p, s in of.items()
    ]
    links += [make_link("x", i, "supplies", e["id"], year=2024) for i in unstated]
    links += [
        make_link(a, b, "input_to", e["id"])
        for a, b in (("ore", "part"), ("tool", "part"), ("part", "good"))
    ]
    return make_chain(nodes, links, [e])


def test_shares_stand_for_what_places_make():
    found = place_values(chain())
    assert found.filter(pl.col("activity") == "ore").sort("place")["value"].to_list() == [
        70,
        20,
        10,
    ]


def test_a_weak_presence_is_to_be_strengthened_and_a_strong_one_is_not_listed():
    found = work_list(chain(), "x")
    by_kind = {r["activity"]: r["kind"] for r in found.to_dicts() if r["kind"] == "strengthen"}
    # x has 30 of its 100; parts are 100 of all 400: RCA (30 / 100) / (100 / 400) = 1.2.
    assert by_kind == {}
    assert "ore" not in found["activity"]


def test_what_is_held_without_a_figure_is_not_absent():
    listed = set(work_list(chain(), "x")["activity"])
    assert listed & {"tool", "good"}
    again = set(work_list(chain(unstated=("tool", "good")), "x")["activity"])
    assert not again & {"tool", "good"}


def test_two_places_cannot_be_told_apart():
    e = make_evidence(source="a", locator="u", licence="facts only", status="published")
    nodes = [make_node(p, "place", p, p) for p in "xy"] + [make_node("i", "input", "i", "i")]
    links = [make_link(p, "i", "supplies", e["id"], year=2024, share=50.0) for p in "xy"]
    assert work_list(make_chain(nodes, links, [e]), "x").is_empty()


def flows(totals):
    e = make_evidence(source="a", locator="u", licence="facts only", status="published")
    nodes = [make_node(p, "place", p, p) for p in "xy"]
    nodes.append(make_node("all", "place", "all", "all", ext='{"everywhere": true}'))
    links = [make_link("x", "y", "flows_to", e["id"], year=2024, value=20.0, unit="t")]
    links += [
        make_link(p, "all", "flows_to", e["id"], year=2024, value=v, unit="t")
        for p, v in totals.items()
    ]
    return make_chain(nodes, links, [e])


def test_strength_by_hand():
    own = flows({"x": 100.0, "y": 400.0})
    (row,) = ties.chain_strength(own, region.flows(own)).to_dicts()
    assert (row["src_total"], row["dst_total"]) == (100.0, 400.0)
    assert row["outflow"] == 0.2
    assert row["salton"] == pytest.approx(20 / 200)
    # Sizes 0.25 and 1: C = 2 √0.25 / 1.25, T = 0.625.
    assert row["coupling"] == pytest.approx(0.8)
    assert row["development"] == pytest.approx(0.625)
    assert row["coordination"] == pytest.approx((0.8 * 0.625) ** 0.5)
    assert row["complementarity"] is None


def test_a_missing_total_leaves_the_strength_unknown():
    own = flows({"x": 100.0})
    (row,) = ties.chain_strength(own, region.flows(own)).to_dicts()
    assert row["outflow"] == 0.2
    assert [row[c] for c in ("salton", "coupling", "coordination")] == [None] * 3


def test_a_hub_and_its_region_are_not_two_places():
    names = Words("甲", "A")
    hubs = {
        "a": Hub("a", names, "CN", part_of="r"),
        "b": Hub("b", names, "CN", part_of="r"),
        "r": Hub("r", names, "CN", kind="region"),
    }
    joint = pl.DataFrame(
        {
            "src": ["a", "a", "b"],
            "dst": ["b", "r", "r"],
            "unit": ["papers"] * 3,
            "year": [2024] * 3,
            "value": [4, 9, 9],
            "src_size": [16, 16, 4],
            "dst_size": [4, 18, 18],
        },
        schema_overrides={"year": pl.Int32},
    )
    (row,) = ties.ties(joint, hubs).to_dicts()
    assert (row["src"], row["dst"], row["salton"]) == ("a", "b", 0.5)
    assert row["residual"] is None


def test_the_gravity_of_hubs_counts_pairs_without_a_joint_paper_as_none():
    names = Words("甲", "A")
    hubs = {
        f"h{i}": Hub(f"h{i}", names, "CN", latitude=30.0 + 2 * i, longitude=110.0 + i * i)
        for i in range(6)
    }
    size = {f"h{i}": 50 + 30 * i for i in range(6)}
    pairs = [(a, b) for a in size for b in size if a < b]
    rows = [(a, b, 5 + (a == "h0") * 20) for a, b in pairs if (a, b) != ("h1", "h2")]
    joint = pl.DataFrame(
        [(a, b, "papers", 2024, v, size[a], size[b]) for a, b, v in rows],
        schema=["src", "dst", "unit", "year", "value", "src_size", "dst_size"],
        orient="row",
        schema_overrides={"year": pl.Int32},
    )
    found = ties.ties(joint, hubs)
    assert found["expected"].null_count() == 0
    # The likelihood of a Poisson model makes expected and observed sums equal, zeros included.
    missing = joint["value"].sum() - found["expected"].sum()
    assert missing > 0


def test_synergy_says_that_sizes_are_missing():
    own = flows({})
    with pytest.raises(HubscopeError, match="no flow of 2024 in 't' has the size of both"):
        region.synergy(
            region.flows(own),
            region.places(own),
            region.places(own).select("id", "size"),
            unit="t",
            year=2024,
        )


def test_the_synergy_of_every_year_comes_from_one_model_with_its_range():
    names = Words("甲", "A")
    hubs = {
        f"h{i}": Hub(f"h{i}", names, "CN", latitude=30.0 + 2 * i, longitude=110.0 + i * i)
        for i in range(6)
    }
    size = {f"h{i}": 50 + 30 * i for i in range(6)}
    rows = [
        (
            a,
            b,
            "papers",
            year,
            (9 + 3 * (year - 2022)) * (4 if (a, b, year) == ("h0", "h3", 2024) else 1),
            size[a],
            size[b],
        )
        for year in (2022, 2023, 2024)
        for a in size
        for b in size
        if a < b
    ]
    joint = pl.DataFrame(
        rows,
        schema=["src", "dst", "unit", "year", "value", "src_size", "dst_size"],
        orient="row",
        schema_overrides={"year": pl.Int32},
    )
    found = ties.ties(joint, hubs).sort("year", "residual")
    assert found["residual"].null_count() == 0
    assert (found["residual_lo"] < found["residual"]).all()
    assert (found["residual"] < found["residual_hi"]).all()
    assert found.row(-1, named=True)["src"] + found.row(-1, named=True)["dst"] == "h0h3"
    # A year's effect makes the sums of each year equal, so synergy is not the growth of all.
    sums = found.group_by("year").agg(pl.col("value").sum(), pl.col("expected").sum())
    assert sums["expected"].to_list() == pytest.approx(sums["value"].cast(float).to_list())


def test_patents_stand_for_what_places_make_where_nothing_else_does():
    e = make_evidence(source="a", locator="u", licence="facts only", status="derived")
    have = {
        "x": {"a": 9, "b": 1, "c": 1},
        "y": {"a": 8, "b": 2, "d": 3},
        "z": {"b": 5, "c": 6, "d": 1},
        "w": {"a": 5, "d": 5},
    }
    nodes = [make_node(p, "place", p, p) for p in have]
    nodes += [make_node(s, "tech", s, s) for s in "abcd"]
    links = [
        make_link(p, s, "owned", e["id"], year=2024, value=float(v), unit="families")
        for p, of in have.items()
        for s, v in of.items()
    ]
    made = make_chain(nodes, links, [e])
    assert place_values(made).height == 11
    found = work_list(made, "x")
    assert found.height
    assert all(r["beside"] for r in found.to_dicts() if r["kind"] != "strengthen")
    related_to_a = found.filter(pl.col("activity") == "d")
    assert related_to_a["beside"].to_list() in ([], [["a"]])
