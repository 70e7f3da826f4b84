"""DuckDB gives what the slow oracle gives: every indicator from patents, values and intervals."""

from dataclasses import replace

import numpy as np
import pytest

from hubscope.indicators.kernels.poisson import DRAWS, draws
from hubscope.indicators.patents import coverage, measures, prepare, values
from hubscope.indicators.survival import median_lag
from hubscope.sources.synthetic_patents import true_lag
from hubscope.store.dialect import DuckEngine
from hubscope.store.patents_views import connect_patents

CLOSE = 1e-9


@pytest.fixture(scope="module")
def engine(patents_store, members, inventor_places, world_hubs):
    with connect_patents(patents_store) as connection:
        engine = DuckEngine(connection)
        prepare(engine, members, inventor_places, world_hubs)
        yield engine


def everything(measure):
    """The measure without the rules that hide values, so that all of them are compared."""
    free = {"least": 1, "mature": 0, "until": "patents"}
    return replace(measure, settings=measure.settings.model_copy(update=free))


def expected(measure, patent_oracle, oracle_module, oracle_patents_module, times=lambda _u: 1):
    rows = patent_oracle.rows(measure.indicator.id)
    if measure.settings.kind == "lag":
        return oracle_patents_module.slow_lag(rows, times)
    found = oracle_module.slow_fold(measure.settings.kind, rows, times)
    return {k: v * measure.settings.scale for k, v in found.items()}


@pytest.mark.parametrize("indicator", sorted(measures()))
def test_values_equal_the_oracle(
    indicator, engine, patent_oracle, oracle_module, oracle_patents_module
):
    measure = everything(measures()[indicator])
    found = {(v.hub, v.year): v.value for v in values(engine, measure)}
    slow = expected(measure, patent_oracle, oracle_module, oracle_patents_module)
    assert len(slow) > 50
    assert found == pytest.approx(slow, rel=CLOSE, abs=CLOSE)


@pytest.mark.parametrize(
    "indicator", ["pat_pct_fractional", "pat_pct_world_share", "pat_local_share", "pat_ai_families"]
)
def test_intervals_equal_two_hundred_slow_draws(indicator, engine, patent_oracle, oracle_module):
    measure, year = everything(measures()[indicator]), 2018
    found = {v.hub: v for v in values(engine, measure) if v.year == year}
    rows = [r for r in patent_oracle.rows(indicator) if r[1] == year]
    assert len(found) >= 10
    assert_intervals(measure, found, rows, year, oracle_module.slow_fold)


def test_the_interval_of_the_lag_equals_two_hundred_slow_draws(
    engine, patent_oracle, oracle_patents_module
):
    measure, year = everything(measures()["pat_lab_lag"]), 2020
    found = {v.hub: v for v in values(engine, measure) if v.year == year and v.hub == 12}
    rows = [r for r in patent_oracle.rows("pat_lab_lag") if r[0] == 12]

    def fold(_kind, given, times):
        return oracle_patents_module.slow_lag(given, times, year)

    assert_intervals(measure, found, rows, year, fold)


def assert_intervals(measure, found, rows, year, fold):
    lots = {unit: draws(unit) for unit in {r[2] for r in rows}}
    drawn = [
        fold(measure.settings.kind, rows, lambda unit, b=b: int(lots[unit][b]))
        for b in range(DRAWS)
    ]
    assert found
    for hub, value in found.items():
        each = [d[hub, year] * measure.settings.scale for d in drawn if (hub, year) in d]
        low, high = np.percentile(each, [2.5, 97.5])
        assert (value.lo, value.hi) == pytest.approx((low, high), rel=CLOSE, abs=CLOSE)


def test_the_planted_lag_is_found_though_recent_papers_are_not_followed_to_the_end(
    engine, patent_world
):
    measure = measures()["pat_lab_lag"]
    truth = true_lag(patent_world)
    last = [v for v in values(engine, measure) if v.year == 2021]
    inside = sum(v.lo <= truth <= v.hi for v in last)
    assert len(last) == 12
    assert inside >= 10  # of twelve 95 % intervals
    assert np.mean([v.value for v in last]) == pytest.approx(truth, abs=0.12)


def test_a_lag_that_forgets_censoring_is_too_short(engine, patent_world):
    (row,) = engine.rows(
        "SELECT median(first_citing.year - hub_works.year) AS naive FROM hub_works "
        "JOIN first_citing ON first_citing.paper = hub_works.work "
        "WHERE hub = 0 AND hub_works.year BETWEEN 2016 AND 2021",
        "x",
    ).to_pylist()
    assert row["naive"] < true_lag(patent_world) - 0.5


def test_median_lag_by_hand():
    # 10 papers: 2 cited after 1 year, 2 followed for only 1 year, 3 cited after 2, 3 after 10 none.
    cited = np.zeros((11, 1))
    cited[1], cited[2] = 2, 3
    left = np.zeros((11, 1))
    left[1], left[2], left[10] = 4, 3, 3
    # At risk 10, 10, 6: stays 8/10, then 8/10 * 3/6 = 0.4; happened 0.2, 0.6; half of 0.6 is 0.3.
    assert median_lag(cited, left)[0] == pytest.approx(2 - 0.5 + (0.3 - 0.2) / (0.6 - 0.2))


def test_no_lag_where_nothing_was_followed_to_the_end_or_nothing_was_cited():
    left = np.zeros((11, 2))
    left[5, 0], left[10, 1] = 7, 7
    cited = np.zeros((11, 2))
    cited[5, 0] = 3
    assert np.isnan(median_lag(cited, left)).all()


def test_fractional_patents_and_the_unplaced_rest_sum_to_all(engine, patent_oracle):
    found = values(engine, everything(measures()["pat_pct_fractional"]))
    in_hubs = sum(v.value for v in found)
    outside = sum(
        1 / len(patent_oracle.people[p])
        for p, row in patent_oracle.patents.items()
        if row["office"] == "WO"
        for i in patent_oracle.people[p]
        if not patent_oracle.hubs_at.get(i["place"])
    )
    pct = sum(p["office"] == "WO" for p in patent_oracle.patents.values())
    assert in_hubs + outside == pytest.approx(pct)


def test_coverage_is_what_was_planted(engine, members, inventor_places, world_hubs, patent_world):
    from hubscope.indicators.works import hub_numbers

    numbers = hub_numbers(set(members["hub"].to_pylist()) | set(world_hubs))
    world = [c for c in coverage(engine, numbers) if c.hub == "world"]
    placed = np.average([c.placed for c in world], weights=[c.patents for c in world])
    assert placed == pytest.approx(1 - patent_world.unplaced, abs=0.02)
    assert all(c.located <= c.placed for c in world)


def test_years_that_are_not_over_have_no_value(engine):
    found = values(engine, measures()["pat_science_cited"])
    assert max(v.year for v in found) == 2016  # links end in 2021


def test_planted_favour_of_hub_one_shows(engine):
    by_hub = {}
    for v in values(engine, measures()["pat_ai_families_full"]):
        by_hub.setdefault(v.hub, []).append(v.value)
    whole = {}
    for v in values(engine, measures()["pat_families_full"]):
        whole.setdefault(v.hub, []).append(v.value)
    share = {h: sum(by_hub[h]) / sum(whole[h]) for h in by_hub}
    assert max(share, key=share.get) == 1
