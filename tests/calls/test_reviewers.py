"""Assignment against brute force and published figures; conflicts; affinity."""

from datetime import UTC, datetime
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubscope.calls.reviewers import (
    affinity,
    assign,
    conflicts,
    explain,
    fair,
    leximin,
    randomise,
    threshold,
)
from hubscope.calls.reviewers.assign import candidates
from hubscope.calls.reviewers.conflicts import Bidder, Expert, Tie
from hubscope.errors import HubscopeError

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NEXT, BEFORE = NOW.replace(year=2027), NOW.replace(year=2025)


def every_assignment(allowed, demand, load):
    """All full assignments of a small case, as (P, R) 0/1 matrices: the slow obvious oracle."""
    p, r = allowed.shape

    def extend(i, made, left):
        if i == p:
            yield made.copy()
            return
        for readers in combinations(np.flatnonzero(allowed[i] & (left > 0)), demand[i]):
            made[i, list(readers)] = 1
            left[list(readers)] -= 1
            yield from extend(i + 1, made, left)
            made[i, list(readers)] = 0
            left[list(readers)] += 1

    yield from extend(0, np.zeros((p, r), int), np.array(load))


small = st.integers(2, 4).flatmap(
    lambda p: st.integers(2, 4).flatmap(
        lambda r: st.tuples(
            st.lists(st.integers(0, 9), min_size=p * r, max_size=p * r).map(
                lambda v: np.array(v, float).reshape(p, r) / 10
            ),
            st.lists(st.booleans(), min_size=p * r, max_size=p * r).map(
                lambda v: np.array(v).reshape(p, r)
            ),
            st.lists(st.integers(1, 2), min_size=p, max_size=p).map(np.array),
            st.lists(st.integers(1, 4), min_size=r, max_size=r).map(np.array),
        )
    )
)


@settings(max_examples=60, deadline=None)
@given(small)
@pytest.mark.parametrize("solver", ["ortools", "scipy"])
def test_flow_and_fair_equal_brute_force(solver, case):
    gain, barred, demand, load = case
    full = list(every_assignment(~barred, demand, load))
    pairs = candidates(gain, barred)
    found = assign(*pairs, demand, load, solver=solver)
    assert (np.bincount(found.reviewer, minlength=len(load)) <= load).all()
    assert not barred[found.bid, found.reviewer].any()
    if not full:
        assert found.open.sum() > 0
        return
    assert found.open.sum() == 0
    assert found.total == pytest.approx(max((m * gain).sum() for m in full))
    worst = max((m * gain).sum(axis=1).min() for m in full)
    just = fair(*pairs, demand, load)
    assert just.per_bid().min() == pytest.approx(worst)
    among = max((m * gain).sum() for m in full if (m * gain).sum(axis=1).min() >= worst - 1e-9)
    assert just.total == pytest.approx(among, abs=1e-3)


def preflib(shared):
    path = shared / "data" / "calls" / "preflib1.npz"
    if not path.is_file():
        pytest.skip("the PrefLib matrix is not in the shared folder")
    data = np.load(path)
    gain = data["similarity_matrix"].T / 4
    load = np.full(31, -(-3 * 54 // 31) + 1)
    return (*candidates(gain, data["mask_matrix"].T != 0), np.full(54, 3), load)


@pytest.mark.parametrize("solver", ["ortools", "scipy"])
def test_preflib_optimum(shared, solver):
    found = assign(*preflib(shared), solver=solver)
    assert (found.total, found.per_bid().min()) == (pytest.approx(124.75), pytest.approx(0.75))


def test_preflib_fair_keeps_the_minimum(shared):
    case = preflib(shared)
    just = fair(*case)
    assert just.per_bid().min() == pytest.approx(0.75)
    assert just.total == pytest.approx(124.75)
    weakest = threshold(*case)
    assert weakest.open.sum() == 0
    assert weakest.gain.min() >= assign(*case).gain.min()


def random_case(seed, p=40, r=25, need=3, cap=6):
    rng = np.random.default_rng(seed)
    gain = rng.random((p, r))
    barred = rng.random((p, r)) < 0.1
    return (*candidates(gain, barred), np.full(p, need), np.full(r, cap))


@pytest.mark.parametrize(("k", "of"), [(1, 2), (2, 5), (7, 10)])
@pytest.mark.parametrize("seed", [1, 2])
def test_randomised_marginals_are_exact(k, of, seed):
    bid, reviewer, gain, demand, load = random_case(seed)
    lot = randomise(bid, reviewer, gain, demand, load, k=k, of=of, seed=3)
    counted = np.zeros((40, 25))
    for one in lot.all:
        assert (np.bincount(one.bid, minlength=40) == demand).all()
        assert (np.bincount(one.reviewer, minlength=25) <= load).all()
        assert len(set(zip(one.bid, one.reviewer, strict=True))) == len(one.bid)
        counted[one.bid, one.reviewer] += 1
    assert len(lot.all) == of
    assert (counted[bid, reviewer] / of == lot.probability).all()
    assert lot.probability.max() <= k / of
    assert lot.drawn is lot.all[lot.number]


def test_randomised_draw_follows_the_seed():
    case = random_case(4)
    numbers = [randomise(*case, k=1, of=4, seed=s).number for s in range(40)]
    assert randomise(*case, k=1, of=4, seed=7).number == numbers[7]
    assert set(numbers) == {0, 1, 2, 3}


def test_randomised_says_when_a_bid_would_lack_reviewers():
    case = (*candidates(np.ones((2, 3)), np.zeros((2, 3), bool)), np.full(2, 3), np.full(3, 2))
    with pytest.raises(HubscopeError, match="2 bids lack reviewers"):
        randomise(*case, k=1, of=2, seed=1)


def test_least_load_is_kept():
    bid, reviewer, gain, demand, load = random_case(5)
    gain = np.where(reviewer == 0, 0.0, gain + 1)
    found = assign(bid, reviewer, gain, demand, load, load_min=np.full(25, 2))
    assert np.bincount(found.reviewer, minlength=25).min() >= 2
    without = assign(bid, reviewer, gain, demand, load)
    assert np.bincount(without.reviewer, minlength=25)[0] == 0


def test_renaming_reviewers_changes_nothing():
    bid, reviewer, gain, demand, load = random_case(6)
    turned = assign(bid, 24 - reviewer, gain, demand, load[::-1])
    assert turned.total == pytest.approx(assign(bid, reviewer, gain, demand, load).total)


def test_explanations_name_the_cost_of_the_other_choice():
    gain = np.array([[0.9, 0.5], [0.8, 0.1]])
    barred = np.array([[False, False], [False, True]])
    case = (*candidates(gain, barred), np.array([1, 1]), np.array([1, 1]))
    made = explain(*case, pair=(0, 1))
    assert (made.reason, made.rank) == ("made", 2)
    lost = explain(*case, pair=(0, 0))
    assert (lost.reason, lost.rank, lost.cost) == ("not_made", 1, pytest.approx(1.3 - 0.9))
    assert (lost.unread, made.unread) == (1, 1)
    assert explain(*case, pair=(1, 1)).reason == "conflict"


def test_affinity_reads_both_languages():
    bids = ["量子芯片低温封装与互连", "Solid electrolyte for sodium batteries"]
    wrote = [["低温封装工艺；量子芯片测控"], ["Sodium solid electrolyte batteries", "cathodes"], []]
    near = affinity(bids, wrote)
    assert near.shape == (2, 3)
    assert near[0, 0] > 0.2 > near[0, 1]
    assert near[1, 1] > 0.2 > near[1, 0]
    assert (near[:, 2] == 0).all()
    assert affinity(["same words here"], [["same words here"]])[0, 0] == pytest.approx(1)


EXPERTS = [
    Expert("R-1", "Chen Yi", ("Institute A",)),
    Expert("R-2", "Sun Er", ("University B",)),
    Expert("R-3", "Gao San", ("Firm C.",)),
    Expert("R-4", "Lin Si", ("Lab D",)),
]
BIDDERS = [
    Bidder("B-1", ("institute  a", "Firm X"), ("He Wu",), "Firm C"),
    Bidder("B-2", ("Firm Y",), ("Lin Si",), "Firm Z"),
]


def kinds(found, reviewer, bid):
    return {c.kind for c in found if (c.reviewer, c.bid) == (reviewer, bid)}


def test_conflicts_of_each_kind():
    ties = [
        Tie("R-2", "B-2", "advisor", hard=True, source="declaration"),
        Tie("R-2", "Firm X", "grant", hard=False, source="chair", expires=NEXT),
        Tie("R-2", "He Wu", "family", hard=True, source="old", expires=BEFORE),
    ]
    together = {"Sun Er": ["he wu"]}
    found = conflicts(EXPERTS, BIDDERS, ties, NOW, lambda name: together.get(name, ()))
    assert kinds(found, "R-1", "B-1") == {"same_organisation"}
    assert kinds(found, "R-1", "B-2") == set()
    assert kinds(found, "R-2", "B-1") == {"grant", "coauthor"}
    assert kinds(found, "R-2", "B-2") == {"advisor"}
    assert kinds(found, "R-3", "B-1") == {"demander"}
    assert kinds(found, "R-4", "B-2") == {"own_bid"}
    assert kinds(found, "R-4", "B-1") == {"competitor"}
    assert {c.hard for c in found if c.kind == "grant"} == {False}


def best_from_the_worst(gain, demand, load):
    """By trying every assignment: the bids' sums from the worst, largest in that order."""
    tried = every_assignment(np.ones(gain.shape, bool), demand, load.copy())
    return max(sorted((made * gain).sum(axis=1)) for made in tried)


@pytest.mark.parametrize("seed", range(6))
def test_leximin_is_the_best_from_the_worst_up(seed):
    gain = np.random.default_rng(seed).integers(0, 100, (4, 4)) / 100
    demand, load = np.full(4, 2), np.full(4, 2)
    bid, reviewer = np.indices(gain.shape).reshape(2, -1)
    found = leximin(bid, reviewer, gain[bid, reviewer], demand, load)
    assert sorted(found.per_bid()) == pytest.approx(
        best_from_the_worst(gain, demand, load), abs=1e-6
    )
    least = fair(bid, reviewer, gain[bid, reviewer], demand, load)
    assert found.per_bid().min() == pytest.approx(least.per_bid().min(), abs=1e-6)


def test_leximin_without_enough_experts_is_refused():
    bid, reviewer = np.indices((2, 2)).reshape(2, -1)
    with pytest.raises(HubscopeError, match="leximin"):
        leximin(bid, reviewer, np.ones(4), np.full(2, 2), np.ones(2, np.int64))
