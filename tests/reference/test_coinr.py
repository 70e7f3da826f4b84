"""Every step against COINr 1.1.14 on its ASEM example: 51 units, 49 indicators, three levels up.

Relative differences stay below 1e-12 and ranks are equal; where COINr is wrong the test file
`test_coinr_defects.py` shows what is right instead.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hubscope.index import Choice, Framework, Recipe, WeightSets, build
from hubscope.index.design import index_draws, setup

PARITY = 1e-12  # double precision leaves about 1e-15; the margin is for sums in another order


@pytest.fixture(scope="module")
def made(coinr, asem, default_path):
    return build(coinr / "00_iData.csv", asem, default_path)


@pytest.mark.parametrize(
    ("step", "file"),
    [
        ("denominate", "02_denominated.csv"),
        ("impute", "03_imputed_DEFAULTPATH.csv"),
        ("screen", "04_screened_DEFAULTPATH.csv"),
        ("treat", "05_treated_DEFAULTPATH.csv"),
        ("normalise", "06_normalised_DEFAULTPATH.csv"),
        ("aggregate", "07_aggregated_DEFAULTPATH.csv"),
    ],
)
def test_default_path(made, compare, step, file):
    assert compare(made.columns(step), file) < PARITY


@pytest.mark.parametrize(
    ("method", "file"),
    [("mean", "03_imp_i_mean.csv"), ("group_median", "03_imp_i_median_grp.csv")],
)
def test_imputation(example, default_path, compare, method, file):
    made = build(*example, default_path.replace("impute", method=method))
    assert compare(made.columns("impute"), file) < PARITY


def test_treatment_with_one_point_and_logs(coinr, asem, default_path, compare):
    made = build(coinr / "00_iData.csv", asem, default_path.replace("treat", winsorise=1))
    assert compare(made.columns("treat"), "05_treat_win1_log_CT.csv") < PARITY
    want = pl.read_csv(
        coinr / "05_treat_win1_log_CT_details.csv", infer_schema=False, null_values=["NA"]
    )
    audit = {c["code"]: c for c in made.after("treat").audit["columns"]}
    for row in want.to_dicts():
        got = audit[row["iCode"]]
        assert got["winsorised"] == int(row["winsorise.nwin"] or 0), row["iCode"]
        assert got["skew"] == pytest.approx(float(row["check_SkewKurt0.Skew"]), rel=1e-9)
        assert got["kurtosis"] == pytest.approx(float(row["check_SkewKurt0.Kurt"]), rel=1e-9)


def test_points_winsorised_on_the_default_path(made, coinr):
    want = pl.read_csv(coinr / "05_treated_details.csv", infer_schema=False, null_values=["NA"])
    audit = {c["code"]: c for c in made.after("treat").audit["columns"]}
    for row in want.to_dicts():
        assert audit[row["iCode"]]["winsorised"] == int(row["winsorise.nwin"] or 0)
    points = pl.read_csv(coinr / "05_treated_points.csv", infer_schema=False)
    moved = made.after("treat").values != made.after("screen").values
    order = np.argsort(made.units)
    for j, code in enumerate(made.framework.indicators):
        marked = np.array([bool(v) for v in points[code]])
        assert np.array_equal(moved[order, j], marked), code


NORMALISATIONS = {
    "n_minmax_0_100": {"method": "minmax", "low": 0, "high": 100},
    "n_minmax_1_100": {"method": "minmax", "low": 1, "high": 100},
    "n_zscore_0_1": {"method": "zscore"},
    "n_zscore_10_2": {"method": "zscore", "mean": 10, "sd": 2},
    "n_scaled_0_100": {"method": "scaled", "low": 0, "high": 100},
    "n_dist2max": {"method": "distance_to_max"},
    "n_dist2ref_5": {"method": "distance_to_reference", "reference": 5},
    "n_dist2ref_5_cap": {"method": "distance_to_reference", "reference": 5, "cap": True},
    "n_fracmax": {"method": "fraction_of_max"},
    "n_prank": {"method": "percentile_rank"},
    "n_rank": {"method": "rank"},
    "n_borda": {"method": "borda"},
    "one": {"method": "none"},
}


@pytest.mark.parametrize("file", NORMALISATIONS)
def test_normalisation(coinr, asem, default_path, compare, file):
    recipe = default_path.without("aggregate").replace("normalise", **NORMALISATIONS[file])
    made = build(coinr / "00_iData.csv", asem, recipe)
    assert compare(made.columns("normalise"), f"06_norm_{file.replace('one', 'none')}.csv") < PARITY


@pytest.mark.parametrize(
    ("options", "file"),
    [
        ({"method": "arithmetic"}, "07_agg_amean.csv"),
        ({"method": "geometric"}, "07_agg_gmean.csv"),
        ({"method": "harmonic"}, "07_agg_hmean.csv"),
        ({"method": "power", "p": 0.5}, "07_agg_genmean_p0.5.csv"),
        ({"method": "power", "p": 2}, "07_agg_genmean_p2.csv"),
    ],
)
def test_aggregation(example, default_path, compare, options, file):
    recipe = default_path.replace("normalise", low=1).replace("aggregate", **options)
    made = build(*example, recipe)
    assert compare(made.columns("aggregate"), file) < PARITY


def test_results_and_ranks_of_every_element(made, coinr):
    want = pl.read_csv(coinr / "08_results_full_ranks.csv", infer_schema_length=None)
    place = {u: i for i, u in enumerate(want["uCode"])}
    order = [place[u] for u in made.units]
    for code, ranks in made.ranks.items():
        assert np.array_equal(ranks, want[code].to_numpy()[order]), code
    summary = pl.read_csv(coinr / "08_results_summ.csv")
    assert np.array_equal(made.rank[np.argsort(made.rank)], summary["Rank"].to_numpy())


def test_input_order_and_unit_codes_are_kept(made, coinr):
    given = pl.read_csv(coinr / "00_iData.csv", infer_schema=False)["uCode"].to_list()
    assert list(made.units) == given
    assert given != sorted(given)


def test_panel_normalised_over_all_years(coinr, asem):
    recipe = Recipe.of(
        {"do": "screen", "availability": 0.9},
        {"do": "treat", "winsorise": 5},
        {"do": "normalise", "method": "minmax", "over": "all"},
        {"do": "aggregate"},
    )
    made = build(coinr / "00_iData_panel.csv", asem, recipe)
    for step, file in (
        ("normalise", "12_purse_normalised.csv"),
        ("aggregate", "12_purse_aggregated.csv"),
    ):
        want = pl.read_csv(coinr / file, infer_schema=False, null_values=["NA"])
        columns = made.columns(step)
        got = dict(
            zip(zip(columns["unit"], columns["time"], strict=True), range(10**6), strict=False)
        )
        assert len(want) == len(got)
        order = [got[u, t] for u, t in zip(want["uCode"], want["Time"], strict=True)]
        for code in set(want.columns) - {"uCode", "Time"}:
            mine = np.asarray(columns[code])[order]
            theirs = want[code].cast(pl.Float64).to_numpy()
            assert np.allclose(mine, theirs, rtol=PARITY, atol=1e-13, equal_nan=True), (step, code)


def noisy_sets(coinr):
    table = pl.read_csv(coinr / "13_noisy_weights_100.csv")
    return tuple(dict(zip(table["iCode"], table[f"w{i}"], strict=True)) for i in range(1, 101))


def vignette_factors(coinr):
    return (
        Choice("treat", (1, 2, 3, 4, 5), "winsorise", "Winmax"),
        Choice(
            "normalise",
            (
                {"method": "minmax", "low": 1, "high": 100},
                {"method": "zscore", "mean": 10, "sd": 2},
            ),
            name="Normalisation",
        ),
        WeightSets(noisy_sets(coinr), "Weights"),
        Choice("aggregate", ("arithmetic", "geometric"), "method", "Aggregation"),
    )


def test_hundred_replications_of_the_uncertainty_analysis(coinr, asem, default_path):
    factors = vignette_factors(coinr)
    prepared = setup(coinr / "00_iData.csv", asem, default_path, factors, seed=1)
    params = pl.read_csv(coinr / "13_replay_params_UA_N100_seed1.csv")
    u = np.column_stack(
        [
            (params["winmax"].to_numpy() - 0.5) / 5,
            np.where(params["norm"].to_numpy() == "n_minmax", 0.25, 0.75),
            (params["weight_set"].to_numpy() - 0.5) / 100,
            np.where(params["agg"].to_numpy() == "a_amean", 0.25, 0.75),
        ]
    )
    scores, ranks = index_draws(prepared, u)
    for file, got in (("scores", scores), ("ranks", ranks)):
        want = pl.read_csv(coinr / f"13_replay_{file}_UA_N100_seed1.csv")
        place = {c: i for i, c in enumerate(want["uCode"])}
        order = [place[c] for c in prepared.nominal.units]
        table = want.select([f"r_{i}" for i in range(1, 101)]).to_numpy()[order].T
        assert np.allclose(got, table, rtol=PARITY if file == "scores" else 0, atol=0)
    nominal = pl.read_csv(coinr / "13_nominal_UA_N100_seed1.csv")
    place = {c: i for i, c in enumerate(nominal["uCode"])}
    order = [place[c] for c in prepared.nominal.units]
    assert np.array_equal(prepared.nominal.rank, nominal["Rank"].to_numpy()[order])
    assert np.allclose(prepared.nominal.score, nominal["Score"].to_numpy()[order], rtol=PARITY)


def test_framework_of_coinr_reads_as_it_is(asem):
    assert isinstance(asem, Framework)
    assert (len(asem.indicators), asem.top, asem.top_level) == (49, "Index", 4)
    assert asem.group_columns == ("GDP_group", "GDPpc_group", "Pop_group", "EurAsia_group")
    assert asem.denominators == ("Area", "Energy", "GDP", "Population")
