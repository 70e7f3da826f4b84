"""Bad input: each case is a clear error, or has a result that is written down."""

from __future__ import annotations

import numpy as np
import pytest

from hubscope.errors import BadDataError
from hubscope.index import (
    Choice,
    Element,
    Framework,
    Range,
    Recipe,
    WeightRange,
    build,
    dry_run,
    factors_of,
    sweep,
    uncertainty,
)
from hubscope.index.table import columns_of

GOOD = {
    "code": ["w", "x", "y", "z", "first", "second", "top"],
    "level": [1, 1, 1, 1, 2, 2, 3],
    "parent": ["first", "first", "second", "second", "top", "top", ""],
}


def broken(**changes):
    table = {k: list(v) for k, v in GOOD.items()}
    for column, cells in changes.items():
        table.setdefault(column, [None] * 7)
        for at, value in cells.items():
            table[column][at] = value
    return table


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (broken(parent={6: "first"}), "first is its own ancestor"),
        (broken(parent={0: "firts"}), "firts is no aggregate .did you mean first"),
        (broken(level={0: 2}), "its parent first is at level 2"),
        (broken(parent={0: "top"}), "w .level 1.: its parent top is at level 3"),
        (broken(code={1: "w"}), "the code w is used twice"),
        (broken(weight={0: -1}), "weight -1 is negative"),
        (broken(weight={0: 0, 1: 0}), "every weight in first is zero"),
        (broken(weight={0: "heavy"}), "weight 'heavy' is no number"),
        (broken(weight={0: "inf"}), "weight is infinite"),
        (broken(direction={2: 2}), "direction '2' is neither 1 nor -1"),
        (broken(code={3: None}), "row 4 has no code"),
        (broken(parent={5: None}), "elements without a parent below one top: second, top"),
        ({"code": ["a"], "level": [1], "parent": [""]}, "no aggregate"),
        ({"level": [1]}, "no column `code`"),
    ],
)
def test_framework(table, says):
    with pytest.raises(BadDataError, match=says):
        Framework.read(table)


def test_every_offence_is_listed_at_once():
    table = broken(parent={0: "nowhere"}, weight={3: -1}, direction={2: 7})
    with pytest.raises(BadDataError) as caught:
        Framework.read(table)
    for part in ("3 faults", "nowhere", "negative", "direction"):
        assert part in str(caught.value)


def test_levels_are_found_from_the_tree():
    table = {k: v for k, v in GOOD.items() if k != "level"}
    assert Framework.read(table).at_level(2) == ("first", "second")


def test_values(toy, tree, plain):
    for bad, says in (
        ({"w": [1, 2, 3, 4, 5, np.inf]}, "column w, row 6 .* infinite"),
        ({"w": [1, 2, "x", 4, 5, 6]}, "column w, row 3 .*'x' is no number"),
        ({"unit": ["a", "a", "c", "d", "e", "f"]}, "more than once: a"),
        ({"unit": ["a", "b", None, "d", "e", "f"]}, "row 3 names no unit"),
    ):
        with pytest.raises(BadDataError, match=says):
            build({**toy, **bad}, tree, plain)
    with pytest.raises(BadDataError, match="no column for 2 indicators: y, z"):
        build({k: toy[k] for k in ("unit", "w", "x")}, tree, plain)
    with pytest.raises(BadDataError, match="no column `unit`"):
        build({"w": [1]}, tree, plain)
    with pytest.raises(BadDataError, match="no rows"):
        build({"unit": [], "w": [], "x": [], "y": [], "z": []}, tree, plain)


def test_an_indicator_without_any_data_is_left_out_and_said(toy, tree, plain):
    made = build({**toy, "w": [None] * 6}, tree, plain)
    other = build(toy, tree.reweight({"w": 0.0}), plain)
    assert np.array_equal(made.score, other.score)
    assert made.available["first"].tolist() == [1] * 6


def test_all_missing_has_no_score_and_no_rank(toy, tree, plain):
    none = {"unit": toy["unit"], **{c: [None] * 6 for c in "wxyz"}}
    made = build(none, tree, plain)
    assert np.isnan(made.score).all()
    assert np.isnan(made.rank).all()
    assert "top is unknown for 6 units" in made.log[-1].notes


@pytest.mark.parametrize("method", ["minmax", "zscore", "distance_to_max"])
def test_a_constant_column_carries_no_information(toy, tree, plain, method):
    """Also where the mean of equal values is not, to the last bit, that value: 6 x 0.1 / 6."""
    made = build({**toy, "w": [0.1] * 6}, tree, plain.replace("normalise", method=method))
    assert np.isnan(made.after("normalise").values[:, 0]).all()
    assert np.allclose(made.scores["first"], made.after("normalise").values[:, 1], rtol=1e-15)
    assert "w" in made.log[0].notes[0]


def test_one_unit_alone(tree, plain):
    one = {"unit": ["a"], "w": [1.0], "x": [2.0], "y": [3.0], "z": [4.0]}
    assert np.isnan(build(one, tree, plain).score).all()  # nothing to compare it with
    raw = build(one, tree, plain.replace("normalise", method="none"))
    assert raw.rank.tolist() == [1]


@pytest.mark.parametrize("method", ["geometric", "harmonic"])
def test_means_that_need_positive_values_name_who_breaks_it(toy, tree, plain, method):
    recipe = plain.replace("normalise", low=0).replace("aggregate", method=method)
    with pytest.raises(BadDataError, match=r"aggregate .* zero or below in w, x") as caught:
        build(toy, tree, recipe)
    assert "low = 1" in caught.value.hint


def test_log_of_zero_names_its_columns(toy, tree):
    recipe = Recipe.of({"do": "transform", "method": "log"}, {"do": "aggregate"})
    with pytest.raises(BadDataError, match="values too small in w"):
        build({**toy, "w": [0.0, 1, 2, 3, 4, 5]}, tree, recipe)


def test_zero_weight_leaves_an_element_out(toy, tree, plain):
    made = build(toy, tree.reweight({"w": 0.0}), plain)
    assert np.array_equal(made.scores["first"], made.after("normalise").values[:, 1])


def test_screening_everything_out(toy, tree):
    empty = {**toy, "w": [None] * 6}
    with pytest.raises(BadDataError, match="leaves no unit"):
        build(empty, tree, Recipe.of({"do": "screen", "availability": 1.0}, {"do": "aggregate"}))


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ([], "no step at all"),
        ([{"do": "normalize"}], "unknown step 'normalize' .did you mean normalise"),
        (
            [{"do": "impute", "name": "a"}, {"do": "normalise", "name": "a"}],
            "two steps are called a",
        ),
        ([{"method": "minmax"}], "does not say what to do"),
        ([{"do": "normalise", "low": "x"}], "low = 'x' is not a number"),
        ([{"do": "treat", "winsorise": True}], "winsorise = True is not a number"),
        ([{"do": "screen", "keep": [1]}], "keep = .1. is not a list of names"),
        ([{"do": "aggregate", "availability": [0.5, "x"]}], "is not a number"),
        ([{"do": "aggregate", "method": "arithmatic"}], "unknown method 'arithmatic'"),
        ([{"do": "treat", "windsorise": 3}], "unknown option 'windsorise'"),
    ],
)
def test_recipe(steps, says):
    with pytest.raises(BadDataError, match=says):
        Recipe.of(*steps)


def test_options_that_do_not_fit_their_method(toy, tree):
    with pytest.raises(BadDataError, match=r"'low' is no option of 'zscore'"):
        Recipe.of({"do": "normalise", "method": "zscore", "low": 1}, {"do": "aggregate"})
    mixed = Recipe.of({"do": "aggregate", "method": ["arithmetic", "power"], "p": 2})
    assert build(toy, tree, mixed).rank.min() == 1
    turned = mixed.replace("aggregate", method="arithmetic")
    assert "p" not in turned.step("aggregate").options  # leaves with the method that reads it


@pytest.mark.parametrize(
    ("factor", "says"),
    [
        (Choice("treat", (1, 2), "winsorise"), "the recipe has no step treat"),
        (Choice("normalise", ("minmax", "z"), "method"), "unknown method 'z'"),
        (Choice("normalise", (), "method"), "has no values"),
        (Range("normalise", "lowest", 0, 1), "unknown option 'lowest'"),
        (WeightRange("v", 0.1, 0.2), "no element v"),
        (WeightRange("w", 0.5, 1.2), "shares run from 0 to 1"),
    ],
)
def test_factors_are_checked_before_anything_runs(tree, plain, factor, says):
    with pytest.raises(BadDataError, match=says):
        dry_run(tree, plain, [factor], 100)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"low": 1}, "factor 1 says none of"),
        ({"weight": "w", "low": 0.1}, "lacks high"),
        ({"weight": "w", "low": 0.1, "hihg": 0.2}, "unknown key hihg"),
        ({"step": "treat", "low": 1, "high": 2}, "lacks option"),
        ({"weight": "w", "low": "x", "high": 0.2}, "low = 'x' is not a number"),
        ({"leave_out": 0}, "leave_out = 0 is not a list of names"),
        ({"imputations": 10**9}, "is not a whole number from 1 to 10000"),
    ],
)
def test_factor_tables(table, says):
    with pytest.raises(BadDataError, match=says):
        factors_of([table])


def test_uncertainty_and_sweep_refuse_impossible_demands(toy, tree, plain):
    with pytest.raises(BadDataError, match="0 draws"):
        uncertainty(toy, tree, plain, [], draws=0)
    with pytest.raises(BadDataError, match="a sweep of w from"):
        sweep(build(toy, tree, plain), "w", 0.8, 0.2)
    with pytest.raises(BadDataError, match="does not aggregate"):
        uncertainty(toy, tree, Recipe.of({"do": "normalise"}), [])


def test_a_custom_step_must_be_given(toy, tree):
    recipe = Recipe.of({"do": "custom", "call": "halve"}, {"do": "aggregate"})
    with pytest.raises(BadDataError, match="'halve', which was not given"):
        build(toy, tree, recipe)
    made = build(toy, tree, recipe, custom={"halve": lambda x: x / 2})
    assert np.array_equal(made.stages[0].values, made.data.values / 2)


def test_a_million_units(tree):
    n = 1_000_000
    rng = np.random.default_rng(0)
    data = {"unit": np.arange(n).astype(str).tolist(), **{c: rng.random(n) for c in "wxyz"}}
    made = build(data, tree, Recipe.of({"do": "normalise"}, {"do": "aggregate"}))
    assert made.rank.min() == 1
    with pytest.raises(BadDataError, match="too many to hold"):
        uncertainty(data, tree, made.recipe, [], draws=1000)
    with pytest.raises(BadDataError, match="too large"):
        _ = uncertainty(data, tree, made.recipe, [], draws=1).rank_probabilities


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_column_that_stands_twice(tmp_path, kind):
    from openpyxl import Workbook

    path = tmp_path / f"d.{kind}"
    rows = [["unit", "w", "w"], ["a", 1, 2]]
    if kind == "csv":
        path.write_text("\n".join(",".join(map(str, r)) for r in rows))
    else:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    with pytest.raises(BadDataError, match="columns that stand twice: w"):
        columns_of(path)


def test_semicolons(tmp_path):
    (tmp_path / "d.csv").write_text("unit;w\na;1\n")
    with pytest.raises(BadDataError, match="separated by semicolons"):
        columns_of(tmp_path / "d.csv")


def test_elements_are_added_where_they_fit():
    tree = Framework.read(GOOD)
    more = tree.add(Element("v", level=1, parent="first", weight=2.0))
    assert more.weights()["v"] == 0.5
    assert more.drop("v") == tree
    with pytest.raises(BadDataError, match="the code w is used twice"):
        tree.add(Element("w", level=1, parent="first"))
