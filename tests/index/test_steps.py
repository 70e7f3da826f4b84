"""What the steps do beyond the reference package, on numbers that can be checked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from hubscope.index import (
    Framework,
    LeaveOut,
    Recipe,
    WeightNoise,
    build,
    multiple_imputation,
    uncertainty,
)
from hubscope.index.benefit import benefit
from hubscope.index.diagnose import importance, main_effect
from hubscope.index.impute import constant_fill, latest_fill, linear_fill
from hubscope.index.objective import ahp, budget, critic, entropy
from hubscope.index.panel import cagr, decompose, trend
from hubscope.index.ranks import rank_sets
from hubscope.index.regress import completed, em, regression
from hubscope.index.relate import adequacy, clusters, correlation_of, p_values
from hubscope.index.social import kemeny_order, kemeny_score, mpi, outrank_matrix, owa
from hubscope.index.treat import boxcox, fitted_lambda, power
from hubscope.index.uncertainty import moments_map, quantile_map

nan = np.nan


def flat(codes, **fields):
    table = {"code": [*codes, "top"], "parent": ["top"] * len(codes) + [""]}
    return Framework.read({**table, **{k: [*v, None] for k, v in fields.items()}})


def columns(x, codes):
    return {
        "unit": [f"u{i}" for i in range(len(x))],
        **dict(zip(codes, np.asarray(x).T, strict=True)),
    }


# Imputation


def test_a_series_is_filled_from_its_own_years():
    y, t = np.array([nan, 2.0, nan, nan, 8.0, nan]), np.arange(2018.0, 2024)
    assert latest_fill(y, t).tolist()[1:] == [2, 2, 2, 8, 8]
    assert np.isnan(latest_fill(y, t)[0])
    assert np.isnan(latest_fill(y, t, within=1)[3])
    assert linear_fill(y, t)[1:5].tolist() == [2, 4, 6, 8]
    assert np.isnan(linear_fill(y, t)[[0, 5]]).all()
    assert linear_fill(y, t, ends=True)[[0, 5]].tolist() == [2, 8]
    assert constant_fill(y, t).tolist() == [2, 2, 2, 2, 8, 8]
    assert linear_fill(np.array([nan, 3.0]), t[:2]).tolist()[1] == 3  # one point is no error


def line(n=60, seed=0):
    """Two indicators on a line and a third that is noise."""
    rng = np.random.default_rng(seed)
    a = rng.normal(0, 1, n)
    return np.column_stack([a, 2 * a + 1 + rng.normal(0, 0.05, n), rng.normal(5, 1, n)])


@pytest.mark.parametrize("how", [em, regression])
def test_other_indicators_predict_a_missing_value(how):
    x = line()
    gone = x.copy()
    gone[:10, 1] = nan
    made = how(gone)
    assert np.abs(made[:10, 1] - x[:10, 1]).max() < 0.3  # the mean would be off by about 2
    assert np.array_equal(made[10:], x[10:])
    assert not np.isnan(made).any()


def test_multiple_imputation_spreads_as_the_residual_does():
    x = line(200)
    x[:, 1] = 2 * x[:, 0] + 1 + np.random.default_rng(3).normal(0, 0.5, 200)
    x[0, 1] = nan
    filled = np.array([completed(x, v)[0, 1] for v in range(300)])
    assert filled.mean() == pytest.approx(2 * x[0, 0] + 1, abs=0.15)
    assert filled.std() == pytest.approx(0.5, rel=0.2)
    assert completed(x, 7)[0, 1] == completed(x, 7)[0, 1]


def test_uncertain_imputation_widens_only_units_with_gaps():
    x = line()
    x[0, 1] = nan
    recipe = Recipe.of(
        {"do": "impute", "method": "em"}, {"do": "normalise", "method": "none"}, {"do": "aggregate"}
    )
    made = uncertainty(columns(x, "abc"), flat("abc"), recipe, [multiple_imputation(20)], draws=64)
    width = made.score.hi - made.score.lo
    assert width[0] > 0
    assert np.allclose(width[1:], 0)


# Treatment


def test_box_cox_finds_the_lambda_that_made_the_data():
    rng = np.random.default_rng(1)
    y = (1 + 0.5 * rng.normal(6, 1, 4000)) ** 2  # lambda one half makes this normal
    assert fitted_lambda(y) == pytest.approx(0.5, abs=0.1)
    assert power(np.array([np.e]), 0.0) == pytest.approx(1)
    made, lams = boxcox(y[:, None], None)
    assert made.shape == (4000, 1)
    assert -3 <= lams[0] <= 3


# Weights


def test_analytic_hierarchy():
    """Saaty's consistent matrix gives back its weights; a contradiction raises the ratio."""
    w = np.array([0.5, 0.3, 0.2])
    weights, largest, ratio = ahp((w[:, None] / w[None, :]).tolist())
    assert np.allclose(weights, w)
    assert largest == pytest.approx(3)
    assert ratio == pytest.approx(0, abs=1e-9)
    _, _, bad = ahp([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    assert bad > 0.1


def test_budgets_and_objective_weights():
    assert budget([[10, 30, 60], [20, 20, 60]]).tolist() == pytest.approx([0.15, 0.25, 0.6])
    x = np.array([[1.0, 1.0], [1.0, 2.0], [1.0, 6.0]])
    assert entropy(x)[0] == pytest.approx(0, abs=1e-12)  # equal shares tell nothing apart
    assert entropy(x)[1] > 0
    y = np.column_stack([np.arange(5.0), np.arange(5.0), [3, 1, 4, 1, 5]])
    weights = critic(y)
    assert weights[2] > weights[0] == pytest.approx(weights[1])  # copies share their information


def test_weights_by_people_in_a_recipe():
    x = np.random.default_rng(0).random((8, 3))
    recipe = Recipe.of(
        {
            "do": "weight",
            "method": "ahp",
            "comparisons": {"top": [[1, 2, 4], [0.5, 1, 2], [0.25, 0.5, 1]]},
        },
        {"do": "aggregate"},
    )
    made = build(columns(x, "abc"), flat("abc"), recipe)
    assert [made.weights[c] for c in "abc"] == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert "consistency ratio" in made.log[0].notes[0]


# Aggregation


def test_ordered_weights_go_to_places_not_indicators():
    a, b, c = np.array([1.0, 9.0]), np.array([5.0, nan]), np.array([9.0, 1.0])
    w = np.ones((1, 3))
    assert owa([a, b, c], w, [1, 0, 0])[0].tolist() == [9, 9]
    assert owa([a, b, c], w, [0, 0, 1])[0].tolist() == [1, 1]
    assert owa([a, b, c], w)[0].tolist() == pytest.approx([5, 5])


def test_unbalanced_units_are_penalised():
    rng = np.random.default_rng(0)
    x = rng.normal(50, 10, (30, 2))
    x[0], x[1] = [50, 50], [35, 65]
    score = mpi([x[:, 0], x[:, 1]], np.ones((1, 2)))[0]
    plain = mpi([x[:, 0], x[:, 1]], np.ones((1, 2)), penalty=0.0)[0]
    assert (score <= plain + 1e-9).all()
    assert plain[1] - score[1] > plain[0] - score[0]


def test_kemeny_breaks_a_cycle_by_the_weakest_majority():
    # a over b 0.7, b over c 0.6, c over a 0.8: the order c a b keeps the two strongest.
    matrix = np.array([[0, 0.7, 0.2], [0.3, 0, 0.6], [0.8, 0.4, 0]])
    assert kemeny_order(matrix) == [2, 0, 1]
    assert kemeny_score(matrix, [2, 0, 1]) == pytest.approx(0.8 + 0.4 + 0.7)


def test_kemeny_equals_the_best_of_all_orders():
    from itertools import permutations

    rng = np.random.default_rng(4)
    for _ in range(5):
        matrix = outrank_matrix(rng.random((6, 7)), rng.random(7))
        best = max(kemeny_score(matrix, p) for p in permutations(range(6)))
        assert kemeny_score(matrix, kemeny_order(matrix)) == pytest.approx(best)


def test_benefit_of_the_doubt_by_hand():
    x = np.array([[1.0, 0.5], [0.5, 1.0], [0.5, 0.5], [0.25, 0.75]])
    assert benefit(x) == pytest.approx([1, 1, 2 / 3, 0.75])
    equal = benefit(x, least=0.5, most=0.5)
    assert equal == pytest.approx([1, 1, 2 / 3, 2 / 3])  # equal weights: 1.5 is the best sum
    pie = benefit(x, least=0.4, most=0.6, limits="shares")
    assert (pie <= benefit(x) + 1e-9).all()
    variable = benefit(x, returns="variable")
    assert variable == pytest.approx(benefit(x))  # one input alike for all: Lovell and Pastor 1999


# Diagnosis


def test_bartlett_kmo_and_inflation():
    x = line(300)
    found = adequacy(x)
    assert found.p < 1e-10
    assert found.vif[0] > 100 > found.vif[2] == pytest.approx(1, abs=0.1)
    rng = np.random.default_rng(0)
    assert adequacy(rng.normal(size=(300, 4))).p > 0.01
    copies = np.column_stack([x, x[:, 0]])
    assert np.isnan(adequacy(copies).kmo)  # singular: not known, not an error


def test_p_values_are_students():
    x = np.column_stack([np.arange(10.0), [2, 1, 4, 3, 6, 5, 8, 7, 10, 9]])
    from scipy.stats import pearsonr

    assert p_values(x)[0, 1] == pytest.approx(pearsonr(x[:, 0], x[:, 1]).pvalue, rel=1e-9)
    from scipy.stats import kendalltau

    assert correlation_of(x[:, 0], x[:, 1], "kendall") == pytest.approx(kendalltau(*x.T).statistic)


def test_clusters_find_what_is_there():
    rng = np.random.default_rng(2)
    x = np.concatenate([rng.normal(m, 0.2, (n, 3)) for m, n in ((0, 20), (5, 12), (10, 6))])
    found = clusters(x)
    assert found.count == 3
    assert [int((found.labels == i).sum()) for i in (1, 2, 3)] == [20, 12, 6]
    assert found.silhouette > 0.8


def test_importance_sees_what_a_line_misses():
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (400, 2))
    y = x[:, 0] ** 2 + 0.01 * x[:, 1]
    got = importance(x, y)
    assert got["linear"][0] < 0.05
    assert got["smooth"][0] > 0.9
    assert np.isnan(main_effect(np.ones(10), np.arange(10.0)))


# Panels


def test_growth_and_trend():
    t = np.array([2018.0, 2020, 2022])
    assert cagr(np.array([100.0, nan, 121]), t) == pytest.approx(1.21**0.25 - 1)
    assert trend(np.array([10.0, 12, 14]), t) == pytest.approx(10)
    assert np.isnan(trend(np.array([10.0, nan, 14]), t))


def test_contributions_add_up_for_a_geometric_index():
    data = {
        "unit": ["a", "b", "a", "b"],
        "time": [2020, 2020, 2021, 2021],
        "x": [2.0, 5.0, 8.0, 5.0],
        "y": [4.0, 5.0, 4.0, None],
    }
    recipe = Recipe.of(
        {"do": "normalise", "method": "none"}, {"do": "aggregate", "method": "geometric"}
    )
    made = build(data, flat("xy"), recipe)
    change = decompose(made, "a", "2020", "2021")
    assert change.contributions.tolist() == pytest.approx([np.sqrt(32) - np.sqrt(8), 0])
    other = decompose(made, "b", "2020", "2021")
    assert other.contributions.tolist() == pytest.approx([0, 0])
    assert other.rest == pytest.approx(0)
    years = build(
        data, flat("xy"), Recipe.of({"do": "normalise", "over": "year"}, {"do": "aggregate"})
    )
    assert years.scores["top"][:2].tolist() == [0, 100]


def test_years_together_or_apart_both_replay():
    rng = np.random.default_rng(0)
    data = {
        "unit": ["a", "b", "c"] * 2,
        "time": [1] * 3 + [2] * 3,
        "x": rng.random(6),
        "y": rng.random(6) + np.repeat([0, 5], 3),
    }
    for over in ("all", "year"):
        recipe = Recipe.of({"do": "normalise", "over": over}, {"do": "aggregate"})
        one, two = (build(data, flat("xy"), recipe) for _ in range(2))
        assert one.log[-1].sha256 == two.log[-1].sha256
        low = one.after("normalise").values[3:, 1].min()
        assert (low == 0) == (over == "year")


def test_cyclical_normalisation_is_by_unit_over_time():
    data = {
        "unit": ["a", "a", "a", "b", "b", "b"],
        "time": [1, 2, 3] * 2,
        "x": [1.0, 2.0, 3.0, 10.0, 40.0, 10.0],
        "y": [1.0] * 6,
    }
    made = build(
        data, flat("xy"), Recipe.of({"do": "normalise", "method": "cyclical"}, {"do": "aggregate"})
    )
    assert made.after("normalise").values[:, 0] == pytest.approx([-1.5, 0, 1.5, -0.75, 1.5, -0.75])


# Ranges


def test_scores_of_another_scale_are_told_in_nominal_ones():
    nominal = np.array([1.0, 10.0, 100.0])
    draws = np.array([[0.1, 0.3, 0.2], [5.0, 5.0, 9.0]])
    assert quantile_map(draws, nominal)[0].tolist() == [1, 100, 10]
    tied = quantile_map(draws, nominal)[1]
    assert tied == pytest.approx([5.5, 5.5, 100])  # ties share their places
    moved = moments_map(2 * nominal[None] + 7, nominal)
    assert np.allclose(moved, nominal)


def test_leaving_one_out_keeps_the_group():
    x = np.random.default_rng(0).random((10, 3))
    made = uncertainty(
        columns(x, "abc"),
        flat("abc"),
        Recipe.of({"do": "aggregate"}),
        [LeaveOut(none_too=False)],
        draws=256,
    )
    pairs = np.stack(
        [x[:, [1, 2]].mean(axis=1), x[:, [0, 2]].mean(axis=1), x[:, [0, 1]].mean(axis=1)]
    )
    assert made.score_draws.min(axis=0) == pytest.approx(pairs.min(axis=0))
    assert made.score_draws.max(axis=0) == pytest.approx(pairs.max(axis=0))


def test_the_same_seed_gives_the_same_draws():
    x = np.random.default_rng(0).random((10, 3))
    runs = [
        uncertainty(
            columns(x, "abc"),
            flat("abc"),
            Recipe.of({"do": "aggregate"}),
            [WeightNoise()],
            draws=100,
            seed=s,
        ).score_draws
        for s in (1, 1, 2)
    ]
    assert np.array_equal(runs[0], runs[1])
    assert not np.array_equal(runs[0], runs[2])


# Confidence sets for ranks (Mogstad, Romano, Shaikh and Wilhelm 2024)


def test_two_units_are_told_apart_as_by_a_z_test():
    apart = rank_sets([1.0, 0.0], [0.3, 0.3], level=0.95, draws=20_000)
    assert apart.lo.tolist() == [1, 2]  # 1 / (0.3 sqrt 2) = 2.36 > 1.96
    assert apart.hi.tolist() == [1, 2]
    close = rank_sets([0.8, 0.0], [0.3, 0.3], level=0.95, draws=20_000)
    assert close.hi.tolist() == [2, 2]  # 1.89 < 1.96
    assert close.tied_with("0") == ("1",)
    assert close.groups == (("0", "1"),)


@pytest.mark.parametrize("simultaneous", [False, True])
def test_sets_cover_the_true_ranks(simultaneous):
    rng = np.random.default_rng(0)
    theta, hits, joint = np.array([3.0, 2.5, 2.4, 1.0, 0.9, 0.0]), 0, 0
    for seed in range(150):
        made = rank_sets(
            theta + rng.normal(0, 0.4, 6),
            np.full(6, 0.4),
            level=0.9,
            simultaneous=simultaneous,
            draws=400,
            seed=seed,
        )
        inside = (made.lo <= np.arange(1, 7)) & (np.arange(1, 7) <= made.hi)
        hits += int(inside.sum())
        joint += int(inside.all())
    assert hits / 900 >= 0.9
    if simultaneous:
        assert joint / 150 >= 0.87


def test_simultaneous_sets_are_never_narrower():
    theta, errors = np.linspace(0, 3, 12), np.full(12, 0.3)
    one = rank_sets(theta, errors, draws=4000)
    all_ = rank_sets(theta, errors, draws=4000, simultaneous=True)
    assert ((all_.hi - all_.lo) >= (one.hi - one.lo)).all()
    exact = rank_sets(theta, np.zeros(12))
    assert np.array_equal(exact.lo, exact.hi)


@pytest.mark.parametrize(
    ("normalise", "aggregate", "bounds"),
    [
        ({}, {}, (0, 100)),
        ({"low": 1, "high": 7}, {"method": ["arithmetic", "geometric"]}, (1, 7)),
        ({"method": "zscore"}, {}, None),
        ({"method": "zscore"}, {"method": "copeland"}, (-5, 5)),
        ({"method": "percentile_rank"}, {"method": "power", "p": 2}, (0, 1)),
        ({"method": "none"}, {}, None),
    ],
)
def test_scores_say_between_what_they_can_lie(toy, tree, normalise, aggregate, bounds):
    recipe = Recipe.of({"do": "normalise", **normalise}, {"do": "aggregate", **aggregate})
    made = build(toy, tree, recipe)
    assert made.scale == bounds
    notes = [n for n in made.log[-1].notes if n.startswith("scores can lie")]
    assert len(notes) == (bounds is not None)
    if bounds:
        assert (
            bounds[0] - 1e-9 <= np.nanmin(made.score) <= np.nanmax(made.score) <= bounds[1] + 1e-9
        )
