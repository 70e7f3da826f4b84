"""Benefit of the doubt along directions and with bad outputs; TOPSIS, VIKOR, PROMETHEE II."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy.optimize import linprog

from hubscope.errors import BadDataError, HubscopeError
from hubscope.index import Framework, Recipe, build
from hubscope.index.benefit import benefit, directional, scored
from hubscope.index.mcdm import promethee, topsis, vikor

TABLE = np.array([[4.0, 0.0], [2.0, 2.0], [0.0, 4.0], [1.0, 1.0]])


def scores(method, x=TABLE, w=(0.5, 0.5), **options):
    return method(list(x.T), np.array([w]), **options)[0]


def envelope(y, z, at, g, h, *, variable):
    """The directional model from its other side: the largest b, over mixtures of units."""
    n = len(y)
    over = np.vstack([np.column_stack([-y.T, g]), np.column_stack([z.T, h])])
    bound = np.concatenate([-y[at], z[at]])
    total = [[*np.ones(n), 0.0]]
    if variable:
        more = {"A_eq": total, "b_eq": [1.0]}
    else:
        over, bound, more = np.vstack([over, total]), np.append(bound, 1.0), {}
    return -linprog([*np.zeros(n), -1.0], A_ub=over, b_ub=bound, **more).fun


def test_directional_by_hand():
    # the frontier is y1 + y2 = 4: (1, 1) reaches it at (2, 2), b = 1 along its own values
    assert directional(TABLE) == pytest.approx([0, 0, 0, 1])
    assert directional(TABLE, towards="ones") == pytest.approx([0, 0, 0, 1])
    assert scored(TABLE, towards="own")[3] == pytest.approx(0.5)


def test_along_its_own_values_the_direction_is_the_plain_model():
    x = np.random.default_rng(1).random((12, 4))
    for options in ({}, {"returns": "variable"}, {"least": 0.1, "most": 0.5}):
        plain = benefit(x, limits="shares", **options)
        assert scored(x, towards="own", **options) == pytest.approx(plain, abs=1e-7)


def test_a_bad_output_by_hand():
    # both make 1 good, with 1 and 2 of the bad: the second moves to 1 + b and 2 - 2b; no mixture
    # makes more than 1 good, so b = 0; with 0.5 good it reaches min(1 + b = 2, 2 - 2b = 1)
    goods, bads = np.array([[1.0], [0.5]]), np.array([[1.0], [2.0]])
    # mixtures t of the first: goods t >= .5 + .5b, bads t <= 2 - 2b, t <= 1 -> b = .6 at t = .8
    assert directional(goods, bads) == pytest.approx([0, 0.6])
    assert scored(np.column_stack([goods, -bads]), bad=[1]) == pytest.approx([1, 1 / 1.6])


@pytest.mark.parametrize("variable", [False, True])
@pytest.mark.parametrize("towards", ["own", "mean", "ones"])
def test_weights_and_mixtures_agree(towards, variable):
    rng = np.random.default_rng(2)
    y, z = rng.uniform(1, 5, (9, 3)), rng.uniform(1, 5, (9, 2))
    returns = "variable" if variable else "constant"
    got = directional(y, z, towards=towards, returns=returns)
    for at in range(9):
        g, h = {"own": (y[at], z[at]), "mean": (y.mean(0), z.mean(0))}.get(
            towards, (np.ones(3), np.ones(2))
        )
        assert got[at] == pytest.approx(envelope(y, z, at, g, h, variable=variable), abs=1e-7)


def test_limits_tighten_scores_until_the_shares_are_fixed():
    x = np.random.default_rng(3).uniform(0.2, 1, (10, 3))
    free, some, tight = (scored(x, towards="own", least=a) for a in (0, 0.2, 1 / 3))
    assert (some <= free + 1e-9).all()
    assert (tight <= some + 1e-9).all()
    # equal shares: u = 1 / (3 y), so a rival j reaches the mean of its ratios to the unit
    reach = np.array([(x / row).mean(axis=1).max() for row in x])
    assert tight == pytest.approx(1 / reach)


@pytest.mark.parametrize("limits", ["weights", "shares"])
def test_limits_an_element(limits):
    x = np.random.default_rng(4).uniform(0.2, 1, (8, 3))
    low, top = np.array([0.5, 0.0, 0.1]), np.array([0.6, 1.0, 0.2])
    narrow = scored(x, least=low, most=top, limits=limits)
    assert (narrow <= scored(x, limits=limits) + 1e-9).all()
    assert scored(x, least=0.1, most=0.6) == pytest.approx(
        scored(x, least=np.full(3, 0.1), most=np.full(3, 0.6))
    )
    # three fixed shares leave one choice: of weights in proportion, or of parts w x of the score
    fixed = np.array([0.5, 0.3, 0.2])
    got = scored(x, least=fixed, most=fixed, limits=limits)
    if limits == "weights":
        assert got == pytest.approx(x @ fixed / (x @ fixed).max())
    else:
        assert got == pytest.approx([1 / max((fixed * x / row).sum(axis=1)) for row in x])


def test_limits_follow_bad_outputs_to_their_place():
    x = np.array([[1.0, -1.0, 2.0], [2.0, -3.0, 1.0], [1.5, -2.0, 1.0]])
    limits = np.array([0.2, 0.5, 0.1])
    there = scored(x, bad=[1], least=limits)
    back = scored(x[:, [0, 2, 1]], bad=[2], least=limits[[0, 2, 1]])
    assert there == pytest.approx(back)


def test_a_direction_by_number():
    assert scored(TABLE, towards=np.ones(2)) == pytest.approx(scored(TABLE, towards="ones"))
    # along (1, 0) the last unit moves from (1, 1) to (3, 1): b = 2
    assert scored(TABLE, towards=np.array([1.0, 0.0]))[3] == pytest.approx(1 / 3)


def test_limits_by_code_in_a_recipe():
    table = {"code": ["x", "y", "top"], "level": [1, 1, 2], "parent": ["top", "top", ""]}
    data = {"unit": list("abcd"), "x": TABLE[:, 0], "y": TABLE[:, 1]}
    raw, tree = {"do": "normalise", "method": "none"}, Framework.read(table)

    def made(**options):
        bod = {"do": "aggregate", "method": "bod", **options}
        return build(data, tree, Recipe.of(raw, bod)).score

    # x must weigh three quarters: 3 x + y, over the best such sum
    assert made(least={"x": 0.75}, most={"x": 0.75}) == pytest.approx([1, 8 / 12, 4 / 12, 4 / 12])
    assert made(towards={"y": 0.0})[3] == pytest.approx(1 / 3)
    with pytest.raises(BadDataError, match="no elements z"):
        made(least={"z": 0.1})
    with pytest.raises(BadDataError, match="cannot all lie"):
        made(least={"x": 0.8, "y": 0.3})


def test_bad_outputs_in_a_recipe():
    tree = Framework.read(
        {"code": ["g", "b", "top"], "level": [1, 1, 2], "parent": ["top", "top", ""],
         "direction": [1, -1, 1]}
    )  # fmt: skip
    data = {"unit": ["p", "q"], "g": [1.0, 0.5], "b": [1.0, 2.0]}
    steps = {"do": "aggregate", "method": "bod", "bad": ["b"]}
    made = build(data, tree, Recipe.of({"do": "normalise", "method": "none"}, steps))
    assert made.score == pytest.approx([1, 0.625])
    with pytest.raises(BadDataError, match="no elements c"):
        build(data, tree, Recipe.of({**steps, "bad": ["c"]}))


def test_words_that_do_not_fit_are_refused():
    with pytest.raises(BadDataError, match="towards"):
        scored(TABLE, towards="sideways")
    with pytest.raises(BadDataError, match="radial"):
        scored(TABLE, towards="radial", bad=[0])
    with pytest.raises(BadDataError, match="every element"):
        scored(TABLE, bad=[0, 1])
    with pytest.raises(BadDataError, match="above and below"):
        scored(TABLE - [2, 0], bad=[0])
    with pytest.raises(BadDataError, match="shares"):
        scored(TABLE, towards="own", limits="weights")


def test_topsis_by_hand():
    # weighted: (2,0) (1,1) (0,2) (.5,.5); ideal (2,2), worst (0,0)
    got = scores(topsis)
    near, far = np.sqrt(0.5), np.sqrt(4.5)
    assert got == pytest.approx([0.5, 0.5, 0.5, near / (near + far)])
    assert scores(topsis, scaling="vector") == pytest.approx(got)  # both columns are as long


def test_vikor_by_hand():
    # S = .5 (4 - x)/4 summed: .5 .5 .5 .75; R: .5 .25 .5 .375; Q = S'/2 + R'/2
    assert scores(vikor) == pytest.approx([1 - 0.5, 1, 1 - 0.5, 1 - 0.5 - 0.25])
    assert scores(vikor, v=1) == pytest.approx([1, 1, 1, 0])


def test_promethee_by_hand():
    # wins less losses by element, halved and over the 3 others: (3-3)/6, (1-... ) ...
    first, second = np.array([3, 1, -3, -1]), np.array([-3, 1, 3, -1])
    assert scores(promethee) == pytest.approx((first + second) / 6)
    flow = scores(promethee, w=(0.75, 0.25), preference="vshape", p=4)
    gaps = (TABLE[:, None] - TABLE[None]) / 4
    assert flow == pytest.approx((gaps @ [0.75, 0.25]).sum(axis=1) / 3)
    assert flow.sum() == pytest.approx(0)


@pytest.mark.parametrize("method", [topsis, vikor, promethee])
def test_missing_and_constant_columns(method):
    x = np.column_stack([TABLE, np.full(4, 7.0)])
    third = scores(method, x, (0.4, 0.4, 0.2))
    assert third == pytest.approx(scores(method))
    x[1, 0] = np.nan
    gone = scores(method, x, (0.4, 0.4, 0.2))
    assert np.isnan(gone).tolist() == [False, True, False, False]
    assert gone[[0, 2, 3]] == pytest.approx(scores(method, TABLE[[0, 2, 3]]))


def test_a_recipe_names_the_extra_when_it_is_absent(monkeypatch, toy, tree):
    recipe = Recipe.of({"do": "normalise"}, {"do": "aggregate", "method": "topsis"})
    assert np.isfinite(build(toy, tree, recipe).score).all()
    monkeypatch.setitem(sys.modules, "pymcdm", None)
    with pytest.raises(HubscopeError, match=r"hubscope\[mcdm\]"):
        build(toy, tree, recipe)
