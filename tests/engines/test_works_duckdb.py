"""DuckDB gives what the slow oracle gives: every indicator from works, values and intervals."""

from dataclasses import replace

import numpy as np
import pytest

from hubscope.indicators.kernels.poisson import DRAWS, draws
from hubscope.indicators.works import chosen, coverage, measures, prepare, values
from hubscope.store.dialect import DuckEngine
from hubscope.store.works_views import connect_works

CLOSE = 1e-11
"""Sums of a few thousand doubles in another order differ by about 1e-13."""


@pytest.fixture(scope="module")
def engine(works_store, members, world_hubs, beside):
    with connect_works(works_store) as connection:
        engine = DuckEngine(connection)
        prepare(engine, members, world_hubs, beside)
        yield engine


def everything(measure):
    """The measure without the rules that hide values, so that all of them are compared."""
    return replace(measure, settings=measure.settings.model_copy(update={"least": 1, "mature": 0}))


@pytest.mark.parametrize("indicator", sorted(measures()))
def test_values_equal_the_oracle(indicator, engine, oracle, oracle_module):
    measure = everything(measures()[indicator])
    found = {(v.hub, v.year): v.value for v in values(engine, measure)}
    rows = oracle.rows(indicator)
    expected = oracle_module.slow_fold(measure.settings.kind, rows)
    scaled = {k: v * measure.settings.scale for k, v in expected.items()}
    assert scaled
    tolerance = 1e-5 if measure.settings.kind == "pagerank" else CLOSE
    assert found == pytest.approx(scaled, rel=tolerance, abs=tolerance)


ONE_OF_EACH_KIND = (
    "oa_works_fractional",
    "oa_top10_share",
    "oa_world_share",
    "oa_early_entry",
    "oa_ai_lead",
    "oa_disruption",
    "oa_effective_partners",
    "oa_network_centrality",
    "oa_net_inflow",
)


@pytest.mark.slow
@pytest.mark.parametrize("indicator", ONE_OF_EACH_KIND)
def test_intervals_equal_two_hundred_slow_draws(indicator, engine, oracle, oracle_module):
    measure = everything(measures()[indicator])
    kind, year = measure.settings.kind, 2013
    found = {v.hub: v for v in values(engine, measure) if v.year == year}
    rows = [r for r in oracle.rows(indicator) if r[1] == year]
    lots = {unit: draws(unit) for unit in {r[2] for r in rows}}
    drawn = [
        oracle_module.slow_fold(kind, rows, lambda unit, b=b: int(lots[unit][b]))
        for b in range(DRAWS)
    ]
    assert len(found) >= 10
    for hub, value in found.items():
        each = np.array([d[hub, year] for d in drawn if (hub, year) in d]) * measure.settings.scale
        if kind == "entropy":
            each = np.exp(np.log(each) + np.log(value.value) - np.log(each).mean())
        low, high = np.percentile(each, [2.5, 97.5])
        tolerance = 1e-5 if kind == "pagerank" else CLOSE
        assert (value.lo, value.hi) == pytest.approx((low, high), rel=tolerance, abs=tolerance)


def test_intervals_hold_their_values(engine):
    for measure in chosen():
        for v in values(engine, measure):
            width = v.hi - v.lo
            assert v.lo - 0.2 * width <= v.value <= v.hi + 0.2 * width, (measure.indicator.id, v)


def test_fractional_works_and_the_unplaced_rest_sum_to_all_works(engine, oracle):
    found = values(engine, everything(measures()["oa_works_fractional"]))
    in_hubs = sum(v.value for v in found)
    outside = sum(
        a["weight"]
        for work in oracle.works
        for a in oracle.authorships[work]
        if not oracle.hubs_of.get(a["institution"])
    )
    assert in_hubs + outside == pytest.approx(len(oracle.works))


def test_the_top_tenth_of_the_world_is_a_tenth(engine):
    rows = engine.rows("SELECT sum(top10) AS ten, sum(top1) AS one, count(*) AS n FROM scored", "x")
    (row,) = rows.to_pylist()
    assert row["ten"] == pytest.approx(0.1 * row["n"])
    assert row["one"] == pytest.approx(0.01 * row["n"])


def test_coverage_is_what_was_planted(engine, star, members):
    from hubscope.indicators.works import hub_numbers

    numbers = hub_numbers(set(members["hub"].to_pylist()))
    found = coverage(engine, star["sites"], numbers)
    world = [c for c in found if c.hub == "world"]
    assert np.mean([c.placed for c in world]) == pytest.approx(0.8, abs=0.01)
    assert all(c.located <= c.placed for c in found)
    assert all(0 < c.references <= 1 for c in found if c.references is not None)


def test_persons_are_never_counted_below_ten(engine):
    for measure in chosen():
        if measure.settings.resampled == "author":
            assert measure.settings.least >= 10
            assert all(v.units >= 10 for v in values(engine, measure))
