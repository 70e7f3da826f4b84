"""Drawn cells, fans, the map, and numbers as each language writes them."""

import xml.etree.ElementTree as ET
from itertools import pairwise
from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubscope.portal import charts, map  # noqa: A004
from hubscope.portal.fan import Fan, fan
from hubscope.words import typeset

finite = st.decimals(-1_000_000, 1_000_000, places=2).map(float)


@given(st.lists(finite, min_size=1, max_size=20))
def test_an_axis_holds_all_values_in_order(values):
    axis = charts.scale(values)
    assert axis.low <= min(values) or axis.low == pytest.approx(min(values))
    assert axis.high >= max(values) or axis.high == pytest.approx(max(values))
    places = [axis.at(v) for v in sorted(values)]
    assert all(a <= b for a, b in pairwise(places))
    assert all(2 <= p <= 98 for p in places)


def test_ticks_are_round():
    assert charts.scale([0.43, 7.4], zero=True).ticks == (0, 2, 4, 6, 8)
    assert charts.scale([11.83, 17], ticks=3).ticks == (10, 12, 14, 16, 18)


def test_one_value_still_has_an_axis():
    axis = charts.scale([5.0])
    assert axis.low < 5 < axis.high


@given(st.tuples(finite, finite, finite).map(sorted))
def test_an_interval_is_drawn_from_low_to_high_around_its_dot(ends):
    lo, value, hi = ends
    svg = ET.fromstring(charts.interval(charts.scale([lo, hi]), lo, value, hi))
    bar = next(e for e in svg if e.get("class", "").startswith("range"))
    dot = next(e for e in svg if e.get("class", "").startswith("dot"))
    places = [float(p.rstrip("%")) for p in (bar.get("x1"), dot.get("cx"), bar.get("x2"))]
    assert places == sorted(places)


def test_labels_are_escaped():
    drawn = charts.strip(charts.scale([0, 1]), [0.5], (0.1, 0.2, 0.3), "pull", 'a "b" <c>')
    assert ET.fromstring(drawn).get("aria-label") == 'a "b" <c>'


def _fan(**changes):
    given = {
        "points": [(2014, 4738.0, ""), (2023, 11859.0, "approx")],
        "goal": (2025, 12000.0),
        "projection": (2025, 11000.0, 12500.0, 14000.0),
        "latest_text": "≈11859",
        "first_text": "4738",
        "goal_text": "target",
        "goal_value": "12000",
        "title": "Value <added>",
        "desc": "4738 in 2014 & 11859 in 2023",
        "ident": "fan-T4",
    }
    return fan(Fan(**given | changes))


def test_a_fan_says_in_words_what_it_draws():
    svg = ET.fromstring(_fan())
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "fan-T4-t fan-T4-d"
    assert [e.text for e in svg[:2]] == ["Value <added>", "4738 in 2014 & 11859 in 2023"]
    classes = [e.get("class") for e in svg]
    assert {"asked", "wedge", "trend", "history", "goal", "open", "point"} <= set(classes)


def test_a_fan_without_goal_or_projection_is_the_history_alone():
    svg = ET.fromstring(_fan(goal=None, projection=None))
    classes = {e.get("class") for e in svg}
    assert classes.isdisjoint({"asked", "wedge", "trend", "goal"})
    assert "history" in classes


def test_equal_earth_has_the_size_its_paper_gives():
    # Savric, Patterson and Jenny (2018): half width 2.70663, half height 1.31736.
    assert map.equal_earth(180, 0) == pytest.approx((2.7066299836, 0))
    assert map.equal_earth(0, 90) == pytest.approx((0, 1.3173627591))


@given(st.floats(-179, 179), st.floats(-85, 85))
def test_equal_earth_keeps_areas(longitude, latitude):
    step = 1e-4
    east = map.equal_earth(longitude + step, latitude)
    north = map.equal_earth(longitude, latitude + step)
    x, y = map.equal_earth(longitude, latitude)
    area = ((east[0] - x) * (north[1] - y) - (east[1] - y) * (north[0] - x)) / radians(step) ** 2
    assert area == pytest.approx(cos(radians(latitude)), abs=2e-5)


@pytest.mark.parametrize(
    ("longitude", "latitude", "land"),
    [
        (100, 60, True),
        (-100, 40, True),
        (20, 10, True),
        (134, -25, True),
        (-150, 0, False),
        (-30, 40, False),
    ],
)
def test_the_dotted_world_has_land_where_land_is(longitude, latitude, land):
    x, y = map.place(longitude, latitude)
    row = map.land()[int(y // map.CELL) + map.ROWS_SHOWN[0]]
    column = int(x // map.CELL)
    assert (column < len(row) and row[column] == "#") is land


def test_the_world_is_a_light_file_without_script():
    data = map.world_svg()
    root = ET.fromstring(data)
    assert len(data) < 60_000
    assert [e.tag.rpartition("}")[2] for e in root] == ["path"]


@pytest.mark.parametrize(
    ("lang", "value", "unit", "text"),
    [
        ("zh", 11859, "1e8 CNY", "11\u2009859 亿元"),
        ("en", 11859, "1e8 CNY", "1,185.9 billion CNY"),
        ("zh", 6.73, "%", "6.73%"),
        ("en", 7.5, "% a year", "7.5% a year"),
        ("zh", 7.5, "% a year", "年均 7.5%"),
        ("zh", 3, "rank", "第 3"),
        ("en", 8536.9, "1e8 CNY", "853.69 billion CNY"),
        ("zh", 8536.9, "1e8 CNY", "8536.9 亿元"),
        ("en", -0.25, "widgets", "\u22120.25 widgets"),
        ("en", -0.0, "%", "0%"),
    ],
)
def test_quantities_read_as_the_language_writes_them(lang, value, unit, text):
    assert typeset.quantity(lang, value, unit) == text


def test_every_unit_of_the_catalogue_has_words(catalogue):
    from hubscope.words import words

    for lang in ("zh", "en"):
        known = words(lang)
        units = {d.unit for d in catalogue.values()}
        assert all(f"nouns.unit.{u}" in known or f"portal.unit.{u}" in known for u in units)


@given(st.floats(0.001, 1e7))
def test_the_first_digits_of_a_number_survive(value):
    shown = typeset.number("en", value).replace(",", "")
    assert float(shown) == pytest.approx(value, rel=6e-2, abs=6e-4)
