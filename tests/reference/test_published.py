"""Indices published by others, recomputed: UNDP's HDI and the Handbook's technology index (TAI)."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hubscope.index import Framework, Recipe, build
from hubscope.index.benefit import benefit
from hubscope.index.factorise import components, correlation, factor_weights, varimax
from hubscope.index.normalise import above_below_mean, categorical, minmax, zscore
from hubscope.index.objective import ahp
from hubscope.index.relate import cronbach
from hubscope.index.social import kemeny_order, kemeny_score, outrank_matrix

TAI = (
    "PATENTS",
    "ROYALTIES",
    "INTERNET",
    "EXPORTS",
    "TELEPHONES_log",
    "ELECTRICITY_log",
    "SCHOOLING",
    "UNIVERSITY",
)


def test_human_development_index_2022(published):
    """Goalposts and means of the HDR 2023-24 technical note: 204 of 204 to three decimals."""
    table = pl.read_csv(published / "hdi_2022_components.csv")
    data = table.select(
        pl.col("iso3").alias("unit"), "le", "eys", "mys", ln_gni=pl.col("gnipc").log()
    )
    framework = Framework.read(
        {
            "code": ["le", "eys", "mys", "ln_gni", "health", "education", "income", "hdi"],
            "level": [1, 1, 1, 1, 2, 2, 2, 3],
            "parent": ["health", "education", "education", "income", "hdi", "hdi", "hdi", ""],
            "goal_low": [20, 0, 0, np.log(100), None, None, None, None],
            "goal_high": [85, 18, 15, np.log(75_000), None, None, None, None],
        }
    )
    recipe = Recipe.of(
        {"do": "normalise", "method": "goalposts"},
        {"do": "aggregate", "method": ["arithmetic", "geometric"]},
    )
    made = build(data, framework, recipe)
    assert np.array_equal(np.round(made.score, 3), table["hdi_published_2022"].to_numpy())


@pytest.fixture(scope="module")
def tai(published):
    return pl.read_csv(published / "tai_A2_raw23.csv").rename({"country": "unit"})


@pytest.fixture(scope="module")
def raw(tai):
    return tai.select(TAI).to_numpy()


@pytest.fixture(scope="module")
def ranks(published, tai):
    table = pl.read_csv(published / "tai_T23_T38_ranks.csv")
    place = {c: i for i, c in enumerate(table["country"])}
    return table[[place[u] for u in tai["unit"]]]


def tai_framework(published, weights=None):
    posts = pl.read_csv(published / "tai_JRSSA2005_T1_goalposts.csv")
    low, high = posts["min"].to_numpy().astype(float), posts["max"].to_numpy().astype(float)
    low[4:6], high[4:6] = np.log10(low[4:6]), np.log10(high[4:6])
    return Framework.read(
        {
            "code": [*TAI, "tai"],
            "level": [1] * 8 + [2],
            "parent": ["tai"] * 8 + [""],
            "weight": [*(weights if weights is not None else [1] * 8), 1],
            "goal_low": [*low, None],
            "goal_high": [*high, None],
        }
    )


GOALPOSTS = Recipe.of({"do": "normalise", "method": "goalposts"}, {"do": "aggregate"})


@pytest.mark.parametrize("row", ["EW", "BAP"])
def test_technology_index_ranks(published, tai, ranks, row):
    weights = pl.read_csv(published / "tai_T22_weights.csv").filter(pl.col("method") == row)
    made = build(tai, tai_framework(published, weights.select(TAI).row(0)), GOALPOSTS)
    want = ranks["EW_LIN" if row == "EW" else row].to_numpy()
    assert np.array_equal(made.rank, want)


def test_technology_index_scores(published, tai):
    made = build(tai, tai_framework(published), GOALPOSTS)
    scores = dict(zip(made.units, made.score, strict=True))
    assert scores["Finland"] == pytest.approx(0.744, abs=0.0015)
    assert scores["United States"] == pytest.approx(0.733, abs=0.0005)


TAI_6 = dict(
    zip(
        [
            "Finland",
            "United States",
            "Sweden",
            "Japan",
            "Korea",
            "Netherlands",
            "United Kingdom",
            "Canada",
            "Australia",
            "Singapore",
            "Germany",
            "Norway",
            "Ireland",
            "Belgium",
            "New Zealand",
            "Austria",
            "France",
            "Israel",
            "Spain",
            "Italy",
            "Czech Republic",
            "Hungary",
            "Slovenia",
        ],
        [1, 2, 3, 4, 5, 6, 7, 9, 10, 8, 11, 12, 13, 14, 15, 16, 17, 18, 19, 22, 21, 20, 23],
        strict=True,
    )
)
"""Handbook p. 134, Table 41: ranks without the two logged indicators."""


def test_technology_index_of_six_indicators(published, tai):
    framework = tai_framework(published).drop("TELEPHONES_log", "ELECTRICITY_log")
    made = build(tai, framework, GOALPOSTS)
    assert dict(zip(made.units, made.rank, strict=True)) == TAI_6


def test_geometric_ranks(published, tai, ranks):
    recipe = Recipe.of(
        {"do": "normalise", "method": "none"}, {"do": "aggregate", "method": "geometric"}
    )
    made = build(tai, tai_framework(published), recipe)
    assert np.array_equal(made.rank, ranks["GME"].to_numpy())


def test_outranking_of_five_countries(published):
    five = pl.read_csv(published / "tai_T35_five.csv")
    want = pl.read_csv(published / "tai_T36_outranking.csv").drop("country").to_numpy()
    matrix = outrank_matrix(five.select(TAI).to_numpy().astype(float), np.ones(8) / 8)
    assert np.array_equal(matrix, want)
    assert kemeny_score(matrix, kemeny_order(matrix)) == 6.375


def test_best_order_of_23_countries(raw):
    """The optimum supports more pairs (184.5) than the order printed in Table 38 (181.6)."""
    matrix = outrank_matrix(raw, np.ones(8) / 8)
    assert kemeny_score(matrix, kemeny_order(matrix)) == pytest.approx(184.5)


BENEFIT = [1, 1, 1, 0.87, 0.80, 0.75, 0.71, 0.73, 0.66, 0.62, 0.62, 0.86, 0.60, 0.54, 0.58, 0.52]
BENEFIT += [0.51, 0.49, 0.34, 0.38, 0.31, 0.27, 0.28]
"""Handbook p. 94, Table 19, in the order of the data."""


def test_benefit_of_the_doubt(raw):
    """Min-max data, each weight between 10 and 15 % of their sum: all 23 within .01."""
    scores = benefit(minmax(raw, 0, 1), least=0.10, most=0.15)
    assert np.abs(scores - BENEFIT).max() < 0.01
    assert np.sum(np.round(scores, 2) == BENEFIT) >= 19


COMPARED = [
    [1, 2, 3, 2, 5, 5, 1, 3],
    [1 / 2, 1, 2, 1 / 2, 4, 4, 1 / 2, 3],
    [1 / 3, 1 / 2, 1, 1 / 4, 2, 2, 1 / 5, 1 / 2],
    [1 / 2, 2, 4, 1, 4, 4, 1 / 2, 3],
    [1 / 5, 1 / 4, 1 / 2, 1 / 4, 1, 1, 1 / 5, 1 / 2],
    [1 / 5, 1 / 4, 1 / 2, 1 / 4, 1, 1, 1 / 5, 1 / 2],
    [1, 2, 5, 2, 5, 5, 1, 4],
    [1 / 3, 1 / 3, 2, 1 / 3, 2, 2, 1 / 4, 1],
]
"""Handbook p. 97, Table 20: one expert's comparison of the eight indicators."""


def test_analytic_hierarchy_of_one_expert():
    weights, largest, ratio = ahp(COMPARED)
    want = [0.229, 0.135, 0.059, 0.176, 0.039, 0.039, 0.252, 0.072]
    assert np.allclose(weights, want, atol=0.0006)
    assert largest == pytest.approx(8.211, abs=0.0006)
    assert ratio < 0.1


def test_correlations(published, raw):
    want = pl.read_csv(published / "tai_T06_correlation.csv").select(TAI).to_numpy()
    gaps = np.abs(correlation(raw) - want)
    assert gaps.max() < 0.02  # the two logged columns are printed to two decimals
    assert np.sum(gaps < 0.0051) >= 58


def test_cronbach(published, raw):
    want = pl.read_csv(published / "tai_T11_cronbach.csv")
    got = cronbach(raw, standardised=True)
    assert got.alpha == pytest.approx(0.70, abs=0.006)
    for i in range(8):
        assert got.if_deleted[i] == pytest.approx(want["alpha_if_deleted"][i], abs=0.006)
        assert got.item_total[i] == pytest.approx(want["item_total_corr"][i], abs=0.006)


def test_rotated_factors(raw):
    """Handbook Table 9: variance explained by four varimax factors 2.64 1.39 1.19 1.76."""
    found = components(correlation(raw))
    rotated = varimax(found.loadings[:, :4])
    explained = np.sort((rotated**2).sum(axis=0))
    assert np.allclose(explained, [1.19, 1.39, 1.76, 2.64], atol=0.025)


def test_factor_weights(published, raw, ranks):
    """Table 22's weights come from four factors; printed to two decimals, as is the data."""
    row = pl.read_csv(published / "tai_T22_weights.csv").filter(pl.col("method") == "FA")
    weights = factor_weights(raw, factors=4)
    assert np.allclose(weights, row.select(TAI).row(0), atol=0.015)


def test_normalisations_of_schooling(published):
    """Handbook Table 15; two decimals are printed."""
    t = pl.read_csv(published / "tai_T15_normalisations_schooling.csv")
    x = t["schooling"].to_numpy()[:, None]
    assert np.allclose(zscore(x)[:, 0], t["zscore"], atol=0.0051)
    assert np.allclose(minmax(x, 0, 1)[:, 0], t["minmax"], atol=0.0051)
    assert np.allclose(x[:, 0] / x.mean(), t["ratio_to_mean"], atol=0.0051)
    assert np.array_equal(above_below_mean(x, 0.2)[:, 0], t["above_below_mean_p20"])
    cuts, values = (0.05, 0.15, 0.35, 0.65, 0.85, 0.95), (0, 20, 40, 50, 60, 80, 100)
    assert np.array_equal(categorical(x, cuts, values)[:, 0], t["categorical"])
