"""Diagnostics, results and comparisons against COINr 1.1.14 on its ASEM example."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hubscope.index import Recipe, build
from hubscope.index.compare import remove_elements
from hubscope.index.diagnose import availability, denominator_correlations, statistics
from hubscope.index.panel import decompose, trends
from hubscope.index.profile import group_ranks, strengths, summary
from hubscope.index.relate import correlations, cronbach
from hubscope.index.weight import effective

PARITY = 1e-12


@pytest.fixture(scope="module")
def made(example, default_path):
    return build(*example, default_path)


def read(coinr, file, key="uCode"):
    table = pl.read_csv(coinr / file, infer_schema_length=None, null_values=["NA"])
    return {row[key]: row for row in table.to_dicts()}


STATISTICS = {
    "min": "Min",
    "max": "Max",
    "mean": "Mean",
    "median": "Median",
    "sd": "Std",
    "skew": "Skew",
    "kurtosis": "Kurt",
    "available": "N.Avail",
    "nonzero": "N.NonZero",
    "unique": "N.Unique",
    "same": "N.Same",
    "share_available": "Frc.Avail",
    "share_nonzero": "Frc.NonZero",
    "share_unique": "Frc.Unique",
    "share_same": "Frc.Same",
}
FLAGS = {
    "flag_available": "Flag.Avail",
    "flag_nonzero": "Flag.NonZero",
    "flag_unique": "Flag.Unique",
    "flag_outlier": "Flag.SkewKurt",
}


def test_indicator_statistics_and_flags(made, coinr):
    got = statistics(made.data.values, made.framework.indicators)
    want = read(coinr, "01_stats_raw.csv", "iCode")
    for ours, theirs in STATISTICS.items():
        values = [want[c][theirs] for c in got["code"]]
        assert np.allclose(got[ours], values, rtol=PARITY, atol=1e-13), ours
    for ours, theirs in FLAGS.items():
        flagged = [want[c][theirs] != "ok" for c in got["code"]]
        assert [bool(f) for f in got[ours]] == flagged, ours


def test_availability_by_unit_and_group(made, coinr):
    got = availability(made.data, made.framework)
    by_unit = read(coinr, "01_data_avail.csv")
    for ours, theirs in {"missing": "N_missing", "zero": "N_zero", "nonzero": "Non_Zero"}.items():
        assert np.allclose(got[ours], [by_unit[u][theirs] for u in got["unit"]], rtol=PARITY)
    by_group = read(coinr, "01_data_avail_bygroup.csv")
    for code in made.framework.aggregates:
        assert np.allclose(got[code], [by_group[u][code] for u in got["unit"]], rtol=PARITY), code


def test_denominator_correlations(made, coinr):
    got = denominator_correlations(made.data, made.framework, 0.7)
    want = pl.read_csv(coinr / "01_denom_corr.csv")
    pairs = dict(
        zip(zip(got["indicator"], got["denominator"], strict=True), got["correlation"], strict=True)
    )
    theirs = {(r["Ind"], r["Denom"]): r["Corr"] for r in want.to_dicts()}
    assert set(pairs) == set(theirs)
    assert all(pairs[p] == pytest.approx(theirs[p], rel=PARITY) for p in pairs)


@pytest.mark.parametrize("kind", ["pearson", "spearman"])
def test_correlations(made, coinr, kind):
    got = correlations(made.after("normalise").values, kind)
    place = {c: i for i, c in enumerate(made.framework.indicators)}
    for row in pl.read_csv(coinr / f"10_corr_norm_{kind}.csv").to_dicts():
        mine = got[place[row["Var1"]], place[row["Var2"]]]
        assert mine == pytest.approx(row["Correlation"], rel=PARITY, abs=1e-14)


def test_cronbach(made, coinr):
    place = {c: i for i, c in enumerate(made.framework.indicators)}
    for group, row in read(coinr, "10_cronbach.csv", "group").items():
        own = [place[c] for c in made.framework.leaves(group)]
        normalised = cronbach(made.after("normalise").values[:, own]).alpha
        raw = cronbach(made.data.values[:, own]).alpha
        assert normalised == pytest.approx(row["alpha_norm"], rel=PARITY, abs=1e-14)
        assert raw == pytest.approx(row["alpha_raw"], rel=PARITY, abs=1e-14)


def test_effective_weights(made, coinr):
    got = effective(made.framework, made.weights)
    for code, row in read(coinr, "09_eff_weights.csv", "iCode").items():
        assert got[code] == pytest.approx(row["EffWeight"], rel=PARITY)


def test_removal_of_each_indicator(made, coinr):
    got = remove_elements(made, 1)
    want = read(coinr, "11_remove_mad_L1.csv", "element")
    assert np.allclose(got.mean_shift, [want[c]["MeanAbsDiff"] for c in got.elements], rtol=PARITY)
    assert got.columns()["mean_shift"][0] == got.mean_shift.max()


def test_ranks_within_groups(made, coinr):
    got = group_ranks(made, "GDP_group")
    want = read(coinr, "08_results_groupranks.csv")
    for code in made.framework.aggregates:
        assert np.array_equal(got[code], [want[u][code] for u in got["unit"]]), code


def test_unit_summary(made, coinr):
    got = summary(made, "IND")
    want = read(coinr, "08_unit_summary_IND.csv", "Code")
    assert set(got["code"]) == set(want)
    for code, score, rank in zip(got["code"], got["score"], got["rank"], strict=True):
        assert score == pytest.approx(want[code]["Score"], rel=PARITY)
        assert rank == want[code]["Rank"]


@pytest.mark.parametrize(
    ("weakest", "file"), [(False, "08_strengths_ESP.csv"), (True, "08_weaknesses_ESP.csv")]
)
def test_strengths_and_weaknesses(made, coinr, weakest, file):
    got = strengths(made, "ESP", weakest=weakest)
    want = read(coinr, file, "Code")
    assert set(got["code"]) == set(want)
    for code, rank, value in zip(got["code"], got["rank"], got["value"], strict=True):
        assert rank == want[code]["Rank"]
        assert value == pytest.approx(want[code]["Value"], rel=PARITY)


@pytest.fixture(scope="module")
def panel(coinr, asem):
    recipe = Recipe.of({"do": "normalise", "over": "all"}, {"do": "aggregate"})
    return build(coinr / "00_iData_panel.csv", asem, recipe)


def test_growth_rates(panel, coinr):
    table = pl.read_csv(coinr / "12_trends_cagr.csv", null_values=["NA"])
    for code in ("LPI", "Flights"):
        got = trends(panel, code)
        want = {r["uCode"]: r for r in table.filter(pl.col("iCode") == code).to_dicts()}
        theirs = np.array([want[u]["CAGR"] for u in got["unit"]], dtype=float)
        assert np.allclose(got["cagr"], theirs, rtol=PARITY, equal_nan=True)


def test_a_change_of_score_is_shared_out_among_indicators(panel):
    """For arithmetic means a contribution is the effective weight times the change."""
    change = decompose(panel, "AUT", "2018", "2022")
    assert change.contributions.sum() + change.rest == pytest.approx(change.end - change.start)
    share = effective(panel.framework, panel.weights)
    where = [
        i
        for i, (u, t) in enumerate(zip(panel.units, panel.times, strict=True))
        if u == "AUT" and t in {"2018", "2022"}
    ]
    a, b = panel.last.values[where]
    own = np.array([share[c] for c in panel.framework.indicators]) * (b - a)
    assert np.allclose(change.contributions, own, atol=1e-9)
