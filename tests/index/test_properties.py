"""What must hold for any index, whatever the numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hubscope.index import (
    Choice,
    DataError,
    Dirichlet,
    Framework,
    LeaveOut,
    Recipe,
    WeightNoise,
    WeightRange,
    build,
    uncertainty,
)
from hubscope.index.ranks import rank_down
from hubscope.index.social import copeland_scores, outrank_matrix
from hubscope.index.treat import winsorise

CODES = ["w", "x", "y", "z"]
TREE = Framework.read(
    {
        "code": [*CODES, "first", "second", "top"],
        "level": [1, 1, 1, 1, 2, 2, 3],
        "parent": ["first", "first", "second", "second", "top", "top", ""],
        "weight": [1, 3, 1, 1, 2, 1, 1],
    }
)
ALWAYS = settings(max_examples=60, deadline=None)


def tables(least=3, missing=True):
    numbers = st.floats(-1e6, 1e6, allow_nan=False).map(lambda v: round(v, 3))
    cells = numbers | st.just(np.nan) if missing else numbers
    shapes = st.tuples(st.integers(least, 12), st.just(4))
    return shapes.flatmap(lambda s: hnp.arrays(float, s, elements=cells))


def columns(x, codes=CODES):
    return {"unit": [f"u{i}" for i in range(len(x))], **{c: x[:, i] for i, c in enumerate(codes)}}


def recipe(method="minmax", aggregate="arithmetic", **options):
    return Recipe.of(
        {"do": "normalise", "method": method, **options}, {"do": "aggregate", "method": aggregate}
    )


@ALWAYS
@given(tables(), st.floats(0.01, 100), st.floats(-1e3, 1e3))
def test_units_of_measurement_do_not_matter(x, scale, shift):
    """Min-max and z-scores are unchanged by another unit; ranks by any increasing one."""
    moved = x.copy()
    moved[:, 1] = moved[:, 1] * scale + shift
    wide = np.nanmax(x[:, 1], initial=-np.inf) - np.nanmin(x[:, 1], initial=np.inf) > 1e-2
    for method in ("minmax", "zscore"):
        a, b = (build(columns(d), TREE, recipe(method)).score for d in (x, moved))
        if wide and np.ptp(moved[:, 1][~np.isnan(moved[:, 1])]) > 1e-2:
            assert np.allclose(a, b, rtol=1e-6, atol=1e-4, equal_nan=True)


@ALWAYS
@given(tables(missing=False), st.integers(0, 3), st.floats(0.1, 1e3))
def test_a_better_value_never_lowers_the_score(x, at, more):
    better = x.copy()
    better[0, at] += more
    for aggregate in ("arithmetic",):
        plain = Recipe.of(
            {"do": "normalise", "method": "scaled", "low": -1e6, "high": 1e6},
            {"do": "aggregate", "method": aggregate},
        )
        a, b = (build(columns(d), TREE, plain) for d in (x, better))
        assert b.score[0] >= a.score[0]
        assert np.array_equal(a.score[1:], b.score[1:])
        assert b.rank[0] <= a.rank[0]


@ALWAYS
@given(tables(), st.randoms(use_true_random=False))
def test_order_of_units_and_indicators_changes_nothing(x, random):
    rows, cols = list(range(len(x))), list(range(4))
    random.shuffle(rows)
    random.shuffle(cols)
    made = build(columns(x), TREE, recipe())
    data = {c: x[rows][:, i] for i, c in enumerate(CODES)}
    turned = {"unit": [f"u{i}" for i in rows], **{CODES[i]: data[CODES[i]] for i in cols}}
    elements = [TREE.elements[i] for i in cols] + list(TREE.elements[4:])
    other = build(turned, Framework(tuple(elements)), recipe())
    assert np.allclose(other.score, made.score[rows], rtol=1e-12, atol=1e-12, equal_nan=True)
    assert np.array_equal(other.rank, made.rank[rows], equal_nan=True)


@ALWAYS
@given(tables())
def test_missing_values_are_never_counted_as_zero(x):
    """A unit's score is the mean of what it has; without anything it has none."""
    made = build(columns(x), TREE, recipe("none"))
    for i, row in enumerate(x):
        first = _mean(row[:2], [1, 3])
        second = _mean(row[2:], [1, 1])
        want = _mean(np.array([first, second]), [2, 1])
        assert made.score[i] == pytest.approx(want, rel=1e-9, abs=1e-6, nan_ok=True)
    assert np.array_equal(np.isnan(made.rank), np.isnan(made.score))


def _mean(values, weights):
    known = ~np.isnan(values)
    if not known.any():
        return np.nan
    return float(np.average(values[known], weights=np.array(weights, dtype=float)[known]))


@ALWAYS
@given(
    st.sampled_from(
        [
            {"method": "equal"},
            {"method": "entropy"},
            {"method": "critic"},
            {"method": "sd"},
            {"method": "pca"},
            {"method": "factor"},
            {"method": "correlation"},
        ]
    ),
    st.integers(0, 2**31),
)
def test_weights_sum_to_one_in_every_group(options, seed):
    x = np.random.default_rng(seed).uniform(1, 10, (20, 4))
    steps = Recipe.of({"do": "normalise"}, {"do": "weight", **options}, {"do": "aggregate"})
    made = build(columns(x), TREE, steps)
    for below in TREE.children.values():
        assert sum(made.weights[c] for c in below) == pytest.approx(1)
        assert all(made.weights[c] >= 0 for c in below)


@pytest.mark.parametrize(
    "factor",
    [
        WeightNoise(0.5),
        WeightRange("w", 0.1, 0.9),
        Dirichlet(),
        Dirichlet(concentration=20),
        LeaveOut(),
    ],
    ids=lambda f: type(f).__name__,
)
def test_drawn_weights_sum_to_one(factor):
    u = np.random.default_rng(1).random((50, factor.dims(TREE)))
    nominal = {c: np.full(50, s) for c, s in TREE.weights().items()}
    made = factor.reweigh(TREE, nominal, u)
    for below in TREE.children.values():
        assert np.allclose(sum(made[c] for c in below), 1)
        assert all((made[c] >= 0).all() for c in below)


@ALWAYS
@given(tables(), st.integers(0, 100))
def test_ranges_hold_the_nominal_values(x, seed):
    factors = [WeightNoise(0.3), Choice("normalise", ("minmax", "percentile_rank"), "method")]
    made = uncertainty(columns(x), TREE, recipe(), factors, draws=32, seed=seed)
    for interval in (*made.scores.values(), made.rank):
        known = ~np.isnan(interval.nominal)
        assert (interval.lo[known] <= interval.nominal[known]).all()
        assert (interval.hi[known] >= interval.nominal[known]).all()


@ALWAYS
@given(tables())
def test_a_design_without_choice_has_no_width(x):
    made = uncertainty(
        columns(x), TREE, recipe(), [Choice("normalise", ("minmax",), "method")], draws=8
    )
    assert np.array_equal(made.score.lo, made.score.nominal, equal_nan=True)
    assert np.array_equal(made.score.hi, made.score.nominal, equal_nan=True)
    assert np.array_equal(made.rank.lo, made.rank.hi, equal_nan=True)


def test_a_larger_data_error_widens_the_range():
    x = np.random.default_rng(0).normal(10, 3, (12, 4))
    data = columns(x)
    width = []
    for size in (0.0, 0.5, 2.0):
        errors = columns(np.full_like(x, size))
        made = uncertainty(data, TREE, recipe("zscore"), [DataError(errors)], draws=300)
        width.append(float(np.mean(made.score.hi - made.score.lo)))
    assert width[0] == pytest.approx(0, abs=1e-12)
    assert 0 < width[1] < width[2]


def test_errors_of_one_indicator_move_nothing_else():
    x = np.random.default_rng(0).normal(10, 3, (12, 4))
    errors = {"unit": [f"u{i}" for i in range(12)], "w": np.full(12, 1.0)}
    made = uncertainty(columns(x), TREE, recipe("none"), [DataError(errors)], draws=400, level=0.9)
    assert np.allclose(made.scores["second"].lo, made.scores["second"].hi)
    half = (made.scores["first"].hi - made.scores["first"].lo) / 2
    assert np.median(half) == pytest.approx(1.645 * 0.25, rel=0.15)  # w has a quarter of its group


@ALWAYS
@given(hnp.arrays(float, st.integers(1, 40), elements=st.floats(-1e3, 1e3)))
def test_ranks_count_the_units_above(scores):
    ranks = rank_down(scores)
    size = max(np.abs(scores).max(), 1e-300)
    for s, r in zip(scores, ranks, strict=True):
        strictly = np.sum(np.round(scores / (size * 1e-12)) > np.round(s / (size * 1e-12)))
        assert r == 1 + strictly


@ALWAYS
@given(tables())
def test_outranking_pairs_sum_to_one_and_copeland_to_zero(x):
    matrix = outrank_matrix(x, np.array([0.4, 0.3, 0.2, 0.1]))
    both = matrix + matrix.T
    off = ~np.eye(len(x), dtype=bool) & ~np.isnan(matrix)
    assert np.allclose(both[off], 1)
    assert np.nansum(copeland_scores(matrix)) == 0


@ALWAYS
@given(tables(least=4), st.integers(0, 4))
def test_winsorising_keeps_order_and_its_limit(x, most):
    made, points = winsorise(x, most, 2.0, 3.5)
    for j in range(4):
        known = ~np.isnan(x[:, j])
        order = np.argsort(x[known, j], kind="stable")
        assert (np.diff(made[known, j][order]) >= 0).all()
        moved = int((made[known, j] != x[known, j]).sum())
        assert moved == points[j]
        assert np.nanmin(made[:, j], initial=0) >= np.nanmin(x[:, j], initial=0)


def test_a_recipe_replays_bit_for_bit(toy, tree, plain):
    first, again = build(toy, tree, plain), build(toy, tree, Recipe.from_toml(plain.to_toml()))
    assert [e.sha256 for e in first.log] == [e.sha256 for e in again.log]
    assert Recipe.from_toml(plain.to_toml()).hash == plain.hash
    assert plain.replace("normalise", low=2).hash != plain.hash
    assert plain.replace("normalise", low=2).replace("normalise", low=1).hash == plain.hash
