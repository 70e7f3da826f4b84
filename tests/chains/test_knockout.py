"""Knock-outs: the published chip numbers, a slow oracle, and what must hold of every shock."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubscope.chains.cascade import Loss, Resilience, cascade, outage, substitution
from hubscope.chains.exposure import cuts, exposures, score
from hubscope.chains.graph import make_graph
from hubscope.chains.knockout import knock_out, laboratory, losses, newest, pairs, singles
from hubscope.chains.supply import holdings
from hubscope.errors import HubscopeError


@pytest.fixture(scope="module")
def lab(eto):
    return laboratory(eto)


@pytest.fixture(scope="module")
def named(eto):
    return dict(zip(eto.nodes["name_en"].to_pylist(), eto.nodes["id"].to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("place", "left", "digits"),
    [
        ("Germany", 0, 3),
        ("Japan", 0.003, 3),
        ("United States", 0.06, 2),
        ("Netherlands", 0.19, 2),
        ("Republic of Korea", 0.40, 2),
        ("Singapore", 0.59, 2),
        ("China", 0.87, 2),
    ],
)
def test_the_strict_chip_output_left_is_that_of_the_reference(lab, named, place, left, digits):
    assert round(knock_out(lab, [named[place]]).strict, digits) == left


def test_one_gap_does_not_decide_germany(lab, named):
    """One furnace is listed with one holder: taken at its word, no chip is left."""
    found = knock_out(lab, [named["Germany"]])
    assert found.strict == 0
    assert 0.1 < found.lo < found.median < found.hi < 1


def test_losing_nothing_changes_nothing(lab):
    found = knock_out(lab, [])
    assert (found.strict, found.lo, found.median, found.hi, found.hit) == (1, 1, 1, 1, 0)
    assert (found.nodes == 1).all()
    part = knock_out(lab, [lab.graph.ids[0]], part=0.0)
    assert (part.strict, part.lo) == (1, 1)


def random_case(seed, n=30, m=60):
    rng = np.random.default_rng(seed)
    ends = np.unique(np.sort(rng.integers(0, n, (m, 2)), axis=1), axis=0)
    ends = ends[ends[:, 0] < ends[:, 1]]
    graph = make_graph(
        tuple(map(str, range(n))), ends[:, 0], ends[:, 1], rng.random(len(ends)) < 0.3
    )
    stated = rng.random(n) < 0.6
    lost = np.where(stated & (rng.random(n) < 0.5), rng.random(n), 0.0)
    zero = np.zeros(n)
    return graph, Loss(stated, lost, zero, zero, zero), rng


def slow(graph, loss, weight, felt):
    """The rule, node by node, without draws."""
    made = np.ones(graph.n)
    for node in graph.order:
        at = graph.dst == node
        inputs = [made[s] for s in graph.src[at & ~graph.variant]]
        variants = [made[s] for s in graph.src[at & graph.variant]]
        terms = list(inputs)
        if loss.stated[node]:
            terms.append(1 - (1 - weight[node]) * felt[node] * loss.lost[node])
        elif variants:
            terms.append(np.mean(variants))
        if terms:
            made[node] = (1 - weight[node]) * min(terms) + weight[node] * np.mean(terms)
    return made


@pytest.mark.parametrize("seed", range(20))
def test_the_kernel_is_the_slow_rule(seed):
    graph, loss, rng = random_case(seed)
    weight, felt = rng.random(graph.n), rng.random(graph.n)
    left, nodes = cascade(graph, loss, Resilience(weight, weight, felt), draws=3, seed=1)
    want = slow(graph, loss, weight, felt)
    assert nodes == pytest.approx(want, abs=2e-6)
    assert left == pytest.approx(want[graph.outputs()].mean(), abs=2e-6)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 5000), st.floats(0, 1), st.floats(0, 1))
def test_more_substitution_never_leaves_less(seed, a, b):
    graph, loss, _ = random_case(seed)
    low, high = (np.full(graph.n, x) for x in sorted((a, b)))
    felt = np.ones(graph.n)
    less, _ = cascade(graph, loss, Resilience(low, low, felt), draws=1, seed=1)
    more, _ = cascade(graph, loss, Resilience(high, high, felt), draws=1, seed=1)
    assert more[0] >= less[0] - 1e-6


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 5000), st.floats(0, 1))
def test_doubt_about_substitution_is_a_range_around_certainty(seed, half):
    graph, loss, _ = random_case(seed)
    low, high = np.full(graph.n, half / 2), np.full(graph.n, half)
    felt = np.ones(graph.n)
    ends = [
        cascade(graph, loss, Resilience(x, x, felt), draws=1, seed=1)[0][0] for x in (low, high)
    ]
    drawn, _ = cascade(graph, loss, Resilience(low, high, felt), draws=40, seed=seed)
    assert ((ends[0] - 1e-6 <= drawn) & (drawn <= ends[1] + 1e-6)).all()


def test_losing_two_leaves_no_more_than_losing_one(lab):
    alone = singles(lab, draws=200)
    strict = {x.lost[0]: x.strict for x in alone}
    assert [x.median for x in alone] == sorted(x.median for x in alone)
    for both in pairs(lab, alone, most=5, draws=200):
        assert both.strict <= min(strict[x] for x in both.lost) + 1e-6


def test_the_same_seed_gives_the_same_range(lab, named):
    one, two, other = (knock_out(lab, [named["Japan"]], seed=s) for s in (7, 7, 8))
    assert one.lo == two.lo
    assert one.lo != other.lo
    assert one.lo == pytest.approx(other.lo, abs=0.05)


def test_stocks_and_recovery_shorten_the_outage():
    assert outage(np.array([3.0, 12, 24, 1]), np.array([0.0, 6, 0, 2]), 12).tolist() == [
        0.25,
        0.5,
        1.0,
        0.0,
    ]
    assert substitution(np.array([0.0, 1.0, 3.0, np.inf])).tolist() == [0, 0.5, 0.75, 1]


def test_firms_can_be_lost_at_their_own_level(eto, named):
    firms = laboratory(eto, level="firm")
    found = knock_out(firms, [named["ASML"]])
    assert 0 <= found.strict < 0.5
    with pytest.raises(HubscopeError, match="holds nothing at the level country"):
        knock_out(laboratory(eto), [named["ASML"]])


def test_a_region_is_lost_with_all_that_lies_in_it(eto, lab, named):
    whole = knock_out(lab, ["region-eastern-asia"])
    assert whole.strict <= knock_out(lab, [named["Japan"]]).strict
    assert losses(lab, ["region-eastern-asia"]).lost.max() <= 1


def test_an_input_can_be_lost_itself(small):
    found = knock_out(laboratory(small, elasticity=(0, 0)), ["ore"])
    assert (found.strict, found.lo, found.hi) == (0, 0, 0)
    with pytest.raises(HubscopeError, match="'oar' holds nothing") as caught:
        knock_out(laboratory(small), ["oar"])
    assert "ore" in caught.value.hint


def test_a_lost_variant_reaches_its_class_even_where_that_has_shares(lab, named):
    found = knock_out(lab, [named["EUV lithography tools"]])
    assert 0 < found.strict < 1


def test_a_missing_share_widens_the_range_and_never_the_strict_answer(small):
    lab = laboratory(small, level="firm", elasticity=(0, 0))
    found = knock_out(lab, ["acme"])
    assert found.strict == 1
    assert found.lo < 0.1
    assert found.hi > 0.9


def test_the_newest_year_with_shares_counts():
    rows = pl.DataFrame(
        {
            "item": ["a", "a", "a", "b"],
            "year": pl.Series([2019, 2021, 2022, None], dtype=pl.Int16),
            "share": [50.0, 60.0, None, 5.0],
        }
    )
    assert newest(rows)["share"].to_list() == [60.0, 5.0]
    assert newest(rows, 2020)["share"].to_list() == [50.0, 5.0]


def test_exposures_stand_side_by_side(eto, named):
    found = exposures(eto, home=named["China"], draws=100)
    assert found.height == 126
    euv = found.filter(pl.col("item") == named["EUV lithography tools"]).row(0, named=True)
    assert (euv["foreign"], euv["hhi"], euv["cr1"], euv["grade"]) == (1, 1, 1, "A")
    assert (euv["substitution_lo"], euv["substitution_hi"], euv["reached"]) == (0, 0.5, 1)
    assert euv["left_lo"] <= euv["left"] <= euv["left_hi"]
    assert "score" not in found.columns
    scored = score(found)
    assert scored["score"][0] == pytest.approx(0.75)
    missing = scored.filter(pl.col("hhi").is_null())
    assert missing.height
    assert missing["score"].is_null().all()


def test_the_cut_of_the_chip_is_its_last_step(eto):
    ((output, cut),) = cuts(laboratory(eto).graph).items()
    assert output == "N99"
    assert len(cut) == 1


def test_holdings_carry_the_worst_grade(small):
    assert set(holdings(small, "country")["grade"]) == {"A"}
