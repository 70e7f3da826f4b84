"""Boards, lists and scenarios: what is listed, and what a missing figure does."""

import numpy as np
import polars as pl
import pytest

from hubscope.chains import boards, lists
from hubscope.chains.exposure import exposures
from hubscope.chains.options import landscape
from hubscope.chains.scenarios import matches
from hubscope.chains.supply import holdings, members
from hubscope.errors import BadDataError, HubscopeError
from hubscope.sources.chain_tables import make_chain, make_evidence, make_link, make_node


def test_specialisation_by_hand():
    values = pl.DataFrame(
        {
            "place": ["a", "a", "b", "b"],
            "segment": ["x", "y", "x", "y"],
            "year": [2020] * 4,
            "value": [2.0, 0.0, 1.0, 1.0],
        }
    )
    assert boards.specialisation(values)["rca"].to_list() == pytest.approx([4 / 3, 0, 2 / 3, 2])
    with pytest.raises(BadDataError, match="a, x, 2020 stands twice"):
        boards.specialisation(pl.concat([values, values.head(1)]))
    _, _, found = boards.matrix(values)
    assert found == pytest.approx(np.array([[4 / 3, 0], [2 / 3, 2]]))


@pytest.mark.parametrize(
    ("signals", "board"),
    [
        ({"science": 1.4, "patent": 1.1, "product": 1.2, "security": 0.9}, "long"),
        ({"science": 1.4, "patent": 1.1}, "long"),
        ({"science": 1.4, "patent": 1.1, "product": 0.4}, "short"),
        ({"science": 1.4, "security": 0.1}, "short"),
        ({"science": 0.4, "patent": 0.5, "product": 1.5}, "short"),
        ({"science": 0.4, "patent": 0.5}, "short"),
        ({"science": 1.4, "patent": 0.5}, "even"),
        ({"science": 1.4}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_a_board_needs_two_signals_and_says_which(signals, board):
    row = {"place": ["p"], "segment": ["s"], "year": [2023]} | {k: [v] for k, v in signals.items()}
    (found,) = boards.boards(pl.DataFrame(row)).to_dicts()
    assert found["board"] == board
    assert set(found["lacking"]) == set(boards.SIGNALS) - set(signals)
    assert set(found["strong"]) | set(found["weak"]) == set(signals)


def test_security_falls_with_foreign_share_and_concentration():
    foreign = pl.DataFrame({"item": ["a", "b", "c"], "foreign": [1.0, 0.5, None]})
    hhi = pl.DataFrame({"item": ["a", "b", "c"], "hhi": [1.0, 0.4, 0.9]})
    assert boards.input_security(foreign, hhi)["security"].to_list() == [0.0, 0.8, None]


@pytest.fixture(scope="module")
def world():
    rng = np.random.default_rng(5)
    x = rng.lognormal(size=(12, 10)) * (rng.random((12, 10)) < 0.6)
    rows = [(f"p{i:02}", f"a{j}", x[i, j]) for i in range(12) for j in range(10)]
    return landscape(pl.DataFrame(rows, schema=["place", "activity", "value"], orient="row"))


def test_chain_work_follows_its_rules(world):
    links = [(f"a{i}", f"a{i + 1}") for i in range(9)]
    seen = set()
    for place in world.places:
        row = world.places.index(place)
        middle = np.median(world.dense[row])
        present = {
            a for a, v in zip(world.activities, world.advantage[row], strict=True) if v >= 0.5
        }
        for line in lists.chain_work(world, place, links).iter_rows(named=True):
            seen.add(line["kind"])
            number = int(line["activity"][1:])
            above, below = f"a{number - 1}", f"a{number + 1}"
            if line["kind"] == "strengthen":
                assert 0.5 <= line["rca"] < 1
            if line["kind"] == "fill":
                assert line["rca"] < 0.5
                assert line["density"] > middle
                assert {above, below} & present == set(line["beside"]) != set()
            if line["kind"] == "extend":
                assert above in present
                assert line["pci"] > np.nanmean(world.outcome.pci)
    assert seen == set(lists.KINDS)
    with pytest.raises(HubscopeError, match="no place 'p99'"):
        lists.chain_work(world, "p99")


def test_gaps_partners_and_tools_of_the_chip_chain(eto):
    names = dict(zip(eto.nodes["name_en"].to_pylist(), eto.nodes["id"].to_pylist(), strict=True))
    home, euv = names["China"], names["EUV lithography tools"]
    exposed = exposures(eto, home=home, draws=50)
    gaps = lists.gap_list(exposed)
    sure = gaps.filter(pl.col("certainty") == "gap")
    assert ((sure["foreign"] >= 0.4) & (sure["hhi"] >= 0.4)).all()
    assert euv in sure["item"].to_list()
    possible = gaps.filter(pl.col("certainty") == "possible")
    assert possible.filter(pl.col("hhi").is_null()).height > 0
    partners = lists.partner_list(holdings(eto, "firm"), gaps, members(eto, home))
    first = partners.group_by("item", maintain_order=True).first()
    assert partners.filter(pl.col("at_home"))["item"].n_unique() == first["at_home"].sum()
    tools = lists.tool_list(sure, partners.filter(pl.col("at_home")).select("item", "holder"))
    assert dict(tools.select("item", "tool").iter_rows())[euv] in ("open_call", "regional_partner")
    assert set(tools["tool"]) <= {
        "open_call",
        "second_source",
        "regional_partner",
        "find_out_first",
    }


def test_weak_evidence_is_looked_into_first():
    rows = pl.DataFrame(
        {
            "item": ["a", "b", "c", "d"],
            "foreign": [0.9, None, 0.9, 0.9],
            "hhi": [0.9, 0.9, 0.9, 0.9],
            "substitution_hi": [0.2, 0.2, 0.8, 0.2],
            "grade": ["D", "A", "A", "A"],
        }
    )
    found = lists.tool_list(rows, pl.DataFrame({"item": ["d"], "holder": ["h"]}))
    assert found.select("item", "tool").rows() == [
        ("a", "find_out_first"),
        ("b", "find_out_first"),
        ("c", "second_source"),
        ("d", "regional_partner"),
    ]


def scenario_chain():
    e = make_evidence(
        source="City", locator="https://example.org", licence="facts only", status="published"
    )
    nodes = [
        make_node("p", "place", "甲", "A"),
        make_node("q", "place", "乙", "B"),
        make_node("s", "scenario", "巡检", "Inspection", place="p"),
        make_node("cell", "input", "电池", "Cell"),
        make_node("flow", "input", "液流电池", "Flow cell"),
        make_node("lidar", "product", "雷达", "Lidar"),
        make_node("x", "org", "甲公司", "X", place="p"),
        make_node("y", "org", "乙公司", "Y", place="q"),
    ]
    triples = [
        ("s", "cell", "needs"),
        ("s", "lidar", "needs"),
        ("y", "cell", "supplies"),
        ("x", "flow", "owned"),
        ("flow", "cell", "variant_of"),
    ]
    return make_chain(nodes, [make_link(a, b, r, e["id"]) for a, b, r in triples], [e]), e


def test_matches_give_reason_strength_and_evidence():
    chain, e = scenario_chain()
    found = matches(chain)
    assert found.select("need", "provider", "via", "relation", "step", "same_place").rows() == [
        ("cell", "y", "cell", "supplies", "direct", False),
        ("cell", "x", "flow", "owned", "variant_of", True),
        ("lidar", None, None, None, None, None),
    ]
    assert found["strength"].to_list()[:2] == [1.0, pytest.approx(0.56)]
    assert set(found["evidence"].drop_nulls()) == {e["id"]}
