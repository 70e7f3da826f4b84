"""What a hub hosts, from lists: counts by hand, a parent with its child, zero and no value."""

import pytest

from hubscope.indicators.beside import Beside
from hubscope.indicators.catalogue import listed
from hubscope.indicators.listed import ListedSettings, Placed, measure_listed
from hubscope.nouns import Hub, Words
from hubscope.sources.lists import Entry

HUBS = {
    h: Hub(h, Words("甲", "A"), economy) for h, economy in (("a", "CN"), ("b", "CN"), ("c", "FR"))
}


def entry(name, ident, **more):
    base = {"list": name, "id": ident, "name": ident, "economy": "CN", "source": "s"}
    return Entry(**base | {"accessed": "2026-11-01", "file": "lists/x.csv", "line": 2} | more)


def measured(code, placed, ancestors=()):
    chosen = [(i, ListedSettings.model_validate(m)) for i, m in listed() if i.code == code]
    found = measure_listed(chosen, placed, HUBS, dict(ancestors), {"lists/x.csv": "ab"})
    return {(o.hub, o.year): o for o in found}


def test_a_child_of_a_listed_institution_in_the_same_hub_is_not_counted_again():
    placed = [
        Placed(entry("strategic", "I1"), frozenset("a"), 1),
        Placed(entry("strategic", "I2"), frozenset("a"), 2),
        Placed(entry("strategic", "I3"), frozenset("b"), 3),
        Placed(entry("strategic", "x"), frozenset("b")),
    ]
    under = {2: frozenset({1}), 3: frozenset({1})}
    found = measured("F1-01", placed, under)
    assert {k: o.value for k, o in found.items()} == {("a", 2026): 1, ("b", 2026): 2}


def test_zero_only_where_the_list_speaks_of_the_economy():
    found = measured("F1-03", [Placed(entry("facility", "f"), frozenset("a"))])
    assert {h: o.value for (h, _), o in found.items()} == {"a": 1.0, "b": 0.0}
    assert "no entry" in found["b", 2026].origin.citation


def test_sums_and_weighted_medians_by_year():
    machines = [
        Placed(entry("supercomputer", f"m{y}", year=y, amount=a), frozenset("a"))
        for y, a in ((2023, 2.5), (2024, 4.0))
    ]
    assert measured("F1-05", machines)["a", 2024].value == 4.0
    tiles = [
        Placed(entry("broadband", f"t{i}", amount=a, weight=w), frozenset("c"))
        for i, (a, w) in enumerate([(10, 1), (50, 5), (90, 3)])
    ]
    found = measured("F4-09", tiles)
    assert found["c", 2026].value == 50
    assert ("a", 2026) not in found  # no tile: no speed, not zero


def test_every_value_says_where_it_comes_from():
    origin = measured("F2-11", [Placed(entry("laureate", "p", url="https://x"), frozenset("b"))])[
        "b", 2026
    ].origin
    assert (origin.url, origin.sha256, origin.accessed) == ("https://x", "ab", "2026-11-01")
    assert origin.citation == "list laureate, 1 entries: lists/x.csv:2"


def test_people_are_those_of_the_nearest_year():
    table = Beside({"a": {2010: 1e6, 2020: 2e6}, "z": {2010: 5.0}}).tables({"a": 1})["people"]
    by_year = {r["year"]: r["people"] for r in table.to_pylist()}
    assert [by_year[y] for y in (1990, 2010, 2015, 2016, 2099)] == [1e6, 1e6, 1e6, 2e6, 2e6]
    assert set(table["hub"].to_pylist()) == {1}


@pytest.mark.parametrize("code", ["F1-01", "F1-03", "F1-05", "F1-10", "F2-11", "F4-09", "F5-06"])
def test_the_codes_that_lists_cover(code):
    assert any(i.code == code for i, _ in listed())
