"""The first user: hubs ranked by two world shares, forces without data, and one sliding weight."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hubscope.index import Choice, Framework, Recipe, WeightRange, build, sweep, uncertainty

SUM = Recipe.of({"do": "normalise", "method": "none"}, {"do": "aggregate"})
FORCES = ["pull", "originality", "momentum", "attraction", "influence"]


@pytest.fixture(scope="module")
def clusters(figures):
    table = pl.read_csv(figures / "gii_clusters_long.csv").filter(pl.col("edition") == 2023)
    wide = table.pivot(on="indicator", index="hub", values="value").rename({"hub": "unit"})
    wide = wide.drop_nulls(["pct_applications"])
    shares = {"share_pct": "pct_applications", "share_publications": "scientific_publications"}
    printed = wide.drop_nulls(["share_pct"])
    worlds = {s: printed[c].sum() / printed[s].sum() for s, c in shares.items()}
    return wide.with_columns(
        (pl.col(c) / worlds[s]).alias(f"raw_{s}") for s, c in shares.items()
    ).with_columns(pull_one=pl.lit(None, pl.Float64))


def frame(names, forces=("originality",)):
    return Framework.read(
        {
            "code": [*names, *forces, "index"],
            "level": [1] * len(names) + [2] * len(forces) + [3],
            "parent": ["originality"] * len(names) + ["index"] * len(forces) + [""],
        }
    )


def test_sum_of_printed_shares_gives_the_published_order(clusters):
    made = build(clusters, frame(["share_pct", "share_publications"]), SUM)
    known = ~np.isnan(made.rank)
    assert known.sum() == 34
    published = clusters["rank_size"].to_numpy()
    assert (made.rank[known] <= published[known]).all()  # printed shares tie, ties share the best
    assert np.array_equal(np.argsort(made.rank[known], kind="stable"), np.arange(34))
    assert made.rank[:9].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9]


def test_pct_weight_from_30_to_70_per_cent_moves_the_median_hub_six_places(clusters):
    made = build(clusters, frame(["raw_share_pct", "raw_share_publications"]), SUM)
    run = sweep(made, "raw_share_pct", 0.3, 0.7)
    assert np.median(run.span) == 6
    beijing = run.units.index("Beijing")
    assert (run.best[beijing], run.worst[beijing]) == (3, 4)


def test_forces_without_data_are_unknown_and_never_zero(clusters):
    framework = frame(["raw_share_pct", "raw_share_publications"], FORCES)
    made = uncertainty(
        clusters,
        framework,
        SUM,
        [
            WeightRange("raw_share_pct", 0.3, 0.7),
            Choice("normalise", ("none", "minmax", "zscore", "percentile_rank"), "method"),
        ],
        draws=512,
    )
    assert made.asked == dict.fromkeys(FORCES, 0) | {"index": 2, "originality": 2}
    for force in set(FORCES) - {"originality"}:
        for part in (made.scores[force].nominal, made.scores[force].lo, made.scores[force].hi):
            assert np.isnan(part).all()
    own = made.scores["originality"]
    assert np.allclose(made.score.nominal, own.nominal, equal_nan=True)
    assert (made.score.lo <= made.score.nominal).all()
    assert (made.score.hi >= made.score.nominal).all()
    assert (made.score.lo >= 0).all()  # on the nominal scale, where shares are never negative
    assert np.allclose(made.rank_probabilities.sum(axis=1), 1)
    pairs = made.pair_probabilities
    off = ~np.eye(len(made.units), dtype=bool)
    assert np.allclose((pairs + pairs.T)[off], 1)
