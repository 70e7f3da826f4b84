"""Verdicts, each checked by hand; the Beijing story stands as a table of its own."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import assume, given
from hypothesis import strategies as st

from hubscope.nouns import Baseline, Element, Indicator, Observation, Origin, Span, Target, Words
from hubscope.progress import from_json, judge, sentence, to_json
from hubscope.progress.forecast import trend
from hubscope.words import LANGUAGES

ORIGIN = Origin("NBS", "https://example.org", "2026-11-23")


def indicator(unit="%", direction="+"):
    words = Words("研发强度", "R&D intensity")
    return Indicator("x", words, words, "a / b", unit, direction, "originality", (), words, "s")


def figures(values, *, unit="%", status="reported", **extra):
    return [
        Observation("h", "x", year, value, unit, status, "2026", ORIGIN, **extra)
        for year, value in values.items()
    ]


def target(operator, quantity, unit="%", year=2025, baseline=None):
    wish = Target("研发强度", operator, quantity, unit, year, baseline)
    return Element("T1", "target", None, Span(0, 1, "x"), target=wish)


def verdict(wish, values, *, unit="%", direction="+", about=0.01, status="reported"):
    return judge(
        wish,
        "h",
        indicator(unit, direction),
        figures(values, unit=unit, status=status),
        issued=2023,
        about=about,
        early_years=3,
    )


STORY = [
    # name, operator, quantity, unit, catalogue unit, figures, verdict, reason, easy
    (
        "intensity",
        "≈",
        6,
        "%",
        "%",
        {2019: 6.31, 2021: 6.53, 2024: 6.58, 2025: 6},
        "met",
        "met",
        True,
    ),
    (
        "basic share",
        "≈",
        17,
        "%",
        "%",
        {2021: 16.1, 2022: 16.6, 2025: 16},
        "missed",
        "missed",
        False,
    ),
    (
        "contracts",
        ">",
        8e11,
        "元",
        "1e8 CNY",
        {2018: 4957.8, 2023: 8536.9},
        "met",
        "met_early",
        False,
    ),
    (
        "high-tech",
        ">",
        1.2e12,
        "元",
        "1e8 CNY",
        {2014: 4738, 2023: 11859},
        "on_target",
        "pace_enough",
        False,
    ),
    ("staff", "≈", 260, "%", "%", {}, "unknown", "no_data", False),
]


@pytest.mark.parametrize("case", STORY, ids=[s[0] for s in STORY])
def test_the_known_story_of_beijing(case):
    _, operator, quantity, unit, wanted, values, kind, reason, easy = case
    found = verdict(target(operator, quantity, unit), values, unit=wanted)
    assert (found.kind, found.reason, found.easy) == (kind, f"progress.{reason}", easy)


def test_high_tech_value_added_is_1_2_percent_under_at_its_last_figure():
    found = verdict(target(">", 1.2e12, "元"), {2014: 4738, 2023: 11859}, unit="1e8 CNY")
    assert found.gap == 11859 - 12000
    assert round(found.gap_share * 100, 1) == -1.2
    assert "1.2%" in sentence(found, "en")
    assert "1.2%" in sentence(found, "zh")
    assert found.projection is None
    assert found.probability is None


@pytest.mark.parametrize(
    ("operator", "value", "kind"),
    [
        (">", 10.0, "missed"),
        (">", 10.1, "met"),
        (">=", 10.0, "met"),
        ("=", 10.0, "met"),
        ("=", 9.99, "missed"),
        ("≈", 9.9, "met"),
        ("≈", 9.89, "missed"),
        ("<", 10.0, "missed"),
        ("<=", 10.0, "met"),
    ],
)
def test_operators_at_their_edge(operator, value, kind):
    assert verdict(target(operator, 10), {2025: value}).kind == kind


@pytest.mark.parametrize(("value", "kind"), [(10.1, "met"), (10.2, "missed")])
def test_about_where_less_is_better(value, kind):
    assert verdict(target("≈", 10), {2025: value}, direction="-").kind == kind


def test_a_multiple_of_a_baseline():
    wish = target("×", 2, "倍", baseline=Baseline(5, 2020))
    assert verdict(wish, {2025: 10}).kind == "met"
    assert verdict(wish, {2025: 9.9}).kind == "missed"
    assert verdict(target("×", 2, "倍"), {2025: 10}).reason == "progress.no_common_unit"


def test_a_met_target_that_fell_back_is_missed():
    assert verdict(target(">=", 10), {2023: 11, 2025: 9}).kind == "missed"


def test_later_years_do_not_settle_an_earlier_target():
    assert verdict(target(">=", 10), {2026: 11}).reason == "progress.only_later_data"
    assert verdict(target(">=", 10), {2024: 9.5, 2025: 9, 2026: 11}).kind == "missed"


def test_superseded_vintages_and_periods_take_no_part():
    old = figures({2025: 1}, current=False) + figures({2025: 99}, period="2021-2025")
    found = judge(
        target(">=", 10),
        "h",
        indicator(),
        [*old, *figures({2025: 10})],
        issued=2023,
        about=0,
        early_years=3,
    )
    assert found.kind == "met"
    assert [o.value for o in found.points] == [10]


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (target("ordinal", None, "", 2025), "not_a_number"),
        (target("magnitude", 1e12, "元", None), "not_a_number"),
        (target(">=", 10, "吨"), "no_common_unit"),
    ],
)
def test_what_figures_cannot_settle_is_unknown(wish, reason):
    found = verdict(wish, {2025: 10})
    assert (found.kind, found.reason) == ("unknown", f"progress.{reason}")
    assert found.gap is None


def test_one_figure_shows_no_direction():
    assert verdict(target(">=", 10), {2023: 9}).reason == "progress.one_figure"


def test_a_steady_line_reaches_or_falls_short():
    rising = verdict(target(">=", 10), {2020: 5, 2021: 6, 2022: 7, 2023: 8})
    assert (rising.kind, rising.projection.value, rising.probability) == ("on_target", 10, 1)
    flat = verdict(target(">=", 10), {2020: 5, 2021: 5.5, 2022: 6, 2023: 6.5})
    assert (flat.kind, flat.probability) == ("behind", 0)


def test_where_less_is_better_a_falling_line_is_on_target():
    found = verdict(target("<=", 5), {2020: 9, 2021: 8.1, 2022: 6.9, 2023: 6}, direction="-")
    assert found.kind == "on_target"
    assert found.probability > 0.5


def test_no_chance_is_told_once_the_year_has_its_figure():
    found = verdict(target(">=", 10), {2020: 5, 2021: 6, 2022: 7, 2025: 11})
    assert found.probability is None
    assert found.projection is not None


def test_the_prediction_interval_is_that_of_statsmodels():
    years, values = [2012, 2014, 2017, 2018, 2021], [3.1, 3.6, 4.4, 4.3, 5.6]
    fit = sm.OLS(values, sm.add_constant(np.array(years, float))).fit()
    frame = fit.get_prediction([[1.0, 2025.0]]).summary_frame(alpha=0.1)
    line = trend(years, values, 2025).estimate()
    assert math.isclose(line.value, frame["mean"].iloc[0], rel_tol=1e-9)
    assert math.isclose(line.lo, frame["obs_ci_lower"].iloc[0], rel_tol=1e-9)
    assert math.isclose(line.hi, frame["obs_ci_upper"].iloc[0], rel_tol=1e-9)


@given(
    st.dictionaries(st.integers(2000, 2024), st.floats(-1e6, 1e6), min_size=3, max_size=9),
    st.floats(0.01, 1e6),
)
def test_a_higher_bar_is_never_more_likely(values, step):
    line = trend(list(values), list(values.values()), 2025)
    assume(line is not None)
    assert line.probability_above(0) >= line.probability_above(step)


@given(st.dictionaries(st.integers(2015, 2027), st.floats(0, 1e4), max_size=8))
def test_every_verdict_has_a_sentence_in_both_languages_and_survives_json(values):
    found = verdict(target("≈", 17), values, status="approximate")
    assert from_json(to_json([found])) == [found]
    for lang in LANGUAGES:
        said = sentence(found, lang)
        assert said
        assert "{" not in said
