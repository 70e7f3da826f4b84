"""ELECTRE III against published tables, by hand, with gaps, in recipes and in draws."""

from __future__ import annotations

import numpy as np
import pytest

from hubscope.errors import BadDataError
from hubscope.index import Choice, Range, Recipe, WeightNoise, build, uncertainty
from hubscope.index.electre import USUAL, concordance, credibility, electre, net_flow, preorder

SIX = np.array(
    [
        [8.84, 8.79, 6.43, 6.95],
        [8.57, 8.51, 5.47, 6.91],
        [7.76, 7.75, 5.34, 8.76],
        [7.97, 9.12, 5.93, 8.09],
        [9.03, 8.97, 8.19, 8.10],
        [7.41, 7.87, 6.77, 7.23],
    ]
)
SIX_WEIGHTS = np.array([9.0, 8.24, 5.98, 8.48])


def six(v):
    return credibility(SIX, SIX_WEIGHTS, np.full(4, 0.3), np.full(4, 0.5), np.full(4, v))


def flows(x, w, **options):
    return electre(list(np.asarray(x, dtype=float).T), np.array([w]), **options)[0]


def test_the_credibility_matrix_of_the_mcda_package():
    """Six units by four criteria, q = .3, p = .5: figures of the tests of the package `mcda`."""
    with_veto = [
        [1, 1, 0, 0, 0, 0.96227129],
        [0, 1, 0, 0, 0, 0],
        [0, 0, 1, 0, 0, 0],
        [0, 0.71608833, 0.41073113, 1, 0, 0],
        [1, 1, 0.54764151, 1, 1, 1],
        [0, 0, 0, 0, 0, 1],
    ]
    assert six(0.7) == pytest.approx(np.array(with_veto), abs=1e-8)
    without = [
        [1.0, 1.0, 0.73, 0.69, 0.54, 0.96],
        [0.81, 1.0, 0.73, 0.32, 0.11, 0.78],
        [0.27, 0.46, 1.0, 0.55, 0.27, 0.81],
        [0.53, 0.72, 0.73, 1.0, 0.53, 0.81],
        [1.0, 1.0, 0.73, 1.0, 1.0, 1.0],
        [0.46, 0.46, 0.66, 0.19, 0.0, 1.0],
    ]
    assert six(np.inf) == pytest.approx(np.array(without), abs=0.006)  # printed cut, not rounded


def test_the_four_schools_of_the_mcda_package_for_r():
    """Concordance, total credibility and dominance that the R package MCDA gives for ELECTRE3."""
    x = np.array([[-0.2, 3], [-2.3, 9], [-2.4, 10], [-1, 7]])
    w, q, p, v = (np.array(t) for t in ([0.25, 0.75], [0.2, 1], [1.0, 2], [3.5, 4]))
    agreed = [
        [1, 0.25, 0.25, 0.25],
        [0.75, 1, 1, 0.75],
        [0.75, 1, 1, 0.75],
        [0.8125, 0.25, 0.25, 1],
    ]
    assert concordance(x, w, q, p) == pytest.approx(np.array(agreed))
    credible = credibility(x, w, q, p, v)
    assert credible.sum() == pytest.approx(10.2291667)
    assert preorder(credible).outranks.astype(int).tolist() == [
        [1, 0, 0, 0],
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        [1, 0, 0, 1],
    ]


def test_distillations_by_hand():
    """The matrix above, its levels worked by hand from s(c) = .3 - .15 c.

    Best first: at .7 unit 4 outranks four others; then 0 outranks 1 and 5; then 3 outranks 1 at
    .41; 1, 2 and 5 have nothing on each other. Worst first: 1 and 5 are outranked twice, then 3 and
    0 once, by 4 alone, and of 2 and 4 the level zero tells 2 to be worse.
    """
    made = preorder(six(0.7))
    assert made.descending.tolist() == [2, 4, 4, 3, 1, 4]
    assert made.ascending.tolist() == [3, 4, 2, 3, 1, 4]
    assert made.outranks[4].all()
    assert not made.outranks[0, 2]
    assert not made.outranks[2, 0]  # incomparable: 0 is ahead in one, 2 in the other
    assert made.outranks[1, 5]
    assert made.outranks[5, 1]


def test_a_flow_by_hand():
    # ranges 10; q 1, p 3, v 8: b lags a by 2 in the first, (3 - 2) / 2 of .5; c lags by 10: veto
    x = [[10, 0], [8, 10], [0, 5]]
    # c(a,b) = .5, lag 10 in the second vetoes: 0; c(b,a) = .25 + .5 = .75
    # c(a,c) = .5, lag 5: d = 2/5 is below c: .5; c(c,a): first vetoes: 0
    # c(b,c) = 1; c(c,b) = 0
    assert flows(x, [0.5, 0.5]) == pytest.approx([0.5 - 0.75, 0.75 + 1, -0.5 - 1])
    named = {k: 10 * s for k, s in USUAL.items()}
    assert flows(x, [0.5, 0.5], scale="values", **named) == pytest.approx([-0.25, 1.75, -1.5])
    # without veto: c(a,b) = .5 and c(c,a) = .5
    assert flows(x, [0.5, 0.5], v=np.inf) == pytest.approx([-0.25, 1.25, -1.0])


def test_a_value_that_is_missing_leaves_only_its_pairs():
    x = np.array([[10, 0], [8, 10], [0, np.nan], [np.nan, np.nan]])
    edges = [np.full(2, 10 * USUAL[k]) for k in "qpv"]
    got = credibility(x, np.array([0.5, 0.5]), *edges)
    alone = credibility(x[:3, :1], np.ones(1), *(e[:1] for e in edges))
    assert got[2, :3] == pytest.approx(alone[2])
    assert got[:3, 2] == pytest.approx(alone[:, 2])
    assert np.isnan(got[3, :3]).all()
    score = flows(x, [0.5, 0.5])
    assert np.isnan(score).tolist() == [False, False, False, True]
    assert np.nansum(score) == pytest.approx(0)


def test_order_of_units_and_shift_change_nothing_and_more_is_better():
    random = np.random.default_rng(4)
    x, w = random.normal(size=(12, 5)), random.dirichlet(np.ones(5))
    made, turned = flows(x, w), random.permutation(12)
    assert flows(x[turned], w) == pytest.approx(made[turned])
    assert flows(3 * x + 7, w) == pytest.approx(made)
    assert made.sum() == pytest.approx(0)
    edges = {k: 4 * s for k, s in USUAL.items()}
    better = x.copy()
    better[3] += 1
    assert flows(better, w, scale="values", **edges)[3] > flows(x, w, scale="values", **edges)[3]
    still = np.column_stack([x, np.full(12, 5.0)])
    assert np.isfinite(flows(still, [*w / 2, 0.5], q=1, p=2, scale="values")).all()
    assert flows(still, [*w, 0.0]) == pytest.approx(made)


def test_a_lone_unit_and_units_alike():
    assert np.isnan(net_flow(np.ones((1, 1)))).all()
    assert flows([[1, 2], [1, 2]], [0.5, 0.5]).tolist() == [0, 0]
    alike = preorder(np.ones((3, 3)))
    assert alike.descending.tolist() == alike.ascending.tolist() == [1, 1, 1]
    assert preorder(np.eye(3)).outranks.all()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"q": 0.5, "p": 0.2}, "q = "),
        ({"q": -0.1}, "q = "),
        ({"p": 0.3, "v": 0.1}, "v = "),
        ({"scale": "ratio"}, "scale"),
        ({"q": "some"}, "q = 'some'"),
    ],
)
def test_bad_thresholds_are_told(options, said):
    with pytest.raises(BadDataError, match=said):
        flows(SIX, SIX_WEIGHTS, **options)


def recipe(**options):
    return Recipe.of({"do": "normalise"}, {"do": "aggregate", "method": "electre", **options})


def test_a_recipe_takes_numbers_tables_and_levels(toy, tree):
    made = build(toy, tree, recipe())
    assert np.isfinite(made.score).all()
    assert made.score.sum() == pytest.approx(0)
    same = build(toy, tree, recipe(q={"w": 0.1}, p={"w": 0.3, "y": 0.3}, v=[0.8, 0.8]))
    assert same.score == pytest.approx(made.score)
    other = build(toy, tree, recipe(q={"w": 0.0}, p={"w": 0.0}))
    assert other.scores["first"] != pytest.approx(made.scores["first"])
    assert other.scores["second"] == pytest.approx(made.scores["second"])
    with pytest.raises(BadDataError, match="no elements ww"):
        build(toy, tree, recipe(q={"ww": 0.1}))
    bad = Recipe.of({"do": "normalise"}, {"do": "aggregate", "method": "vikor", "v": {"w": 0.5}})
    with pytest.raises(BadDataError, match="only electre"):
        build(toy, tree, bad)


@pytest.mark.parametrize(
    "factor",
    [
        Choice("aggregate", ("electre", "copeland"), "method"),
        Range("aggregate", "q", 0.0, 0.25),
    ],
    ids=["method", "q"],
)
def test_draws_over_weights_and_methods_or_thresholds(factor, toy, tree):
    factors = [WeightNoise(0.2), factor]
    made = uncertainty(toy, tree, recipe(), factors, draws=40, seed=3)
    assert np.isfinite(made.score_draws).all()
    assert (made.rank.hi > made.rank.lo).any()
    assert made.score.nominal == pytest.approx(build(toy, tree, recipe()).score)


def test_a_recipe_in_toml(tmp_path, toy, tree):
    file = tmp_path / "recipe.toml"
    file.write_text(
        '[[step]]\ndo = "normalise"\n\n[[step]]\ndo = "aggregate"\nmethod = "electre"\n'
        "q = 0.05\np = { w = 0.2 }\nv = inf\n"
    )
    made = build(toy, tree, Recipe.read(file))
    assert made.score == pytest.approx(
        build(toy, tree, recipe(q=0.05, p={"w": 0.2}, v=np.inf)).score
    )
    assert made.score != pytest.approx(build(toy, tree, recipe()).score)
