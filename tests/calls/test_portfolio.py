"""The portfolio against every subset, its limits, its band, and the lot."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubscope.calls.portfolio import (
    Limits,
    Pool,
    band,
    choose,
    commitment,
    draw_lots,
    entropy,
    inclusion,
)
from hubscope.errors import HubscopeError


def keeps(x, pool, limits):
    """Whether a set of bids keeps to the limits, said a second time in plain words."""
    spent = pool.cost @ x
    per_need = {n: sum(v for v, m in zip(x, pool.need, strict=True) if m == n) for n in pool.need}
    per_lead = {n: sum(v for v, m in zip(x, pool.lead, strict=True) if m == n) for n in pool.lead}
    by_field = {
        n: sum(c * v for c, v, m in zip(pool.cost, x, pool.field, strict=True) if m == n)
        for n in pool.field
    }
    return (
        spent <= limits.budget + 1e-9
        and max(per_need.values()) <= limits.slots
        and max(per_lead.values()) <= limits.per_lead
        and all(by_field.get(f, 0) >= s * limits.budget - 1e-9 for f, s in limits.field_min.items())
        and all(by_field.get(f, 0) <= s * limits.budget + 1e-9 for f, s in limits.field_max.items())
        and np.array(pool.young) @ x >= limits.young_min * x.sum() - 1e-9
        and all(pool.years[y] @ x <= most + 1e-9 for y, most in limits.years.items())
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_equals_every_subset(seed):
    rng = np.random.default_rng(seed)
    p = 9
    cost = rng.integers(1, 10, p).astype(float)
    pool = Pool(
        cost,
        *(rng.choice(["a", "b", "c"], p).tolist() for _ in range(3)),
        region=["r"] * p,
        young=(rng.random(p) < 0.4).tolist(),
        years={2026: cost / 2},
    )
    limits = Limits(
        *(20.0, 2, 3),
        field_min={"a": 0.1},
        field_max={"b": 0.5},
        young_min=0.25,
        years={2026: 9.0},
    )
    value = rng.integers(1, 100, p).astype(float)
    sets = [np.array(x) for x in product([0, 1], repeat=p)]
    best = max((value @ x for x in sets if keeps(x, pool, limits)), default=None)
    if best is None:
        with pytest.raises(HubscopeError, match="no set of bids"):
            choose(value, pool, limits)
        return
    found = choose(value, pool, limits, gap=0.0)
    assert found.value == pytest.approx(best)
    assert keeps(found.chosen.astype(int), pool, limits)


def test_band_tells_the_safe_from_the_contested():
    pool = Pool(np.ones(5), ["a", "b", "c", "d", "e"])
    score, sd = np.array([90.0, 60, 59, 30, 1]), np.array([1.0, 3, 3, 1, 1])
    often = inclusion(score, sd, pool, Limits(budget=2), draws=200, seed=1)
    found = band(often)
    assert found.safe.tolist() == [True, False, False, False, False]
    assert found.contested.tolist() == [False, True, True, False, False]
    # P(60 + 3z > 59 + 3z') = Phi(1 / (3 sqrt 2)) = 0.593
    assert often[1] == pytest.approx(0.593, abs=0.1)
    assert (often == inclusion(score, sd, pool, Limits(budget=2), draws=200, seed=1)).all()


def test_lot_follows_from_the_committed_secret():
    assert commitment("s") == "043a718774c572bd8a25adbeb1bfcd5c0256ae11cecf9f9c3f925d0e52beaf89"
    drawn_from = entropy("s", "0" * 64)
    assert draw_lots(drawn_from, "abcd", lambda s: len(s) <= 2) == draw_lots(
        drawn_from, "dcba", lambda s: len(s) <= 2
    )
    assert entropy("s", "1" * 64) != drawn_from


def test_lot_is_fair():
    first = [draw_lots(entropy(str(i), ""), "abcd", lambda s: len(s) <= 1)[0] for i in range(2000)]
    for code in "abcd":
        assert first.count(code) / 2000 == pytest.approx(0.25, abs=0.04)


def test_lot_passes_over_what_no_longer_fits():
    cost = {"a": 5, "b": 1, "c": 1}
    drawn = draw_lots(entropy("x", ""), cost, lambda s: sum(cost[c] for c in s) <= 2)
    assert sorted(drawn) == ["b", "c"]
