"""Sensitivity against the exact enumeration of the ASEM vignette and against SALib."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from hubscope.index import Choice, Range, WeightNoise, WeightSets, default_factors, sensitivity
from hubscope.index.design import index_draws, setup
from hubscope.index.sensitivity import estimate
from hubscope.index.sequence import sobol

NAMES = ("Winmax", "Normalisation", "Weights", "Aggregation")


@pytest.fixture(scope="module")
def factors(coinr):
    table = pl.read_csv(coinr / "13_noisy_weights_100.csv")
    sets = tuple(dict(zip(table["iCode"], table[f"w{i}"], strict=True)) for i in range(1, 101))
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
        WeightSets(sets, "Weights"),
        Choice("aggregate", ("arithmetic", "geometric"), "method", "Aggregation"),
    )


@pytest.fixture(scope="module")
def exact(coinr):
    table = pl.read_csv(coinr / "15_exact_sobol_enumeration.csv")
    assert tuple(table["Variable"]) == NAMES
    return table


def test_enumeration_is_exact(example, default_path, factors, exact):
    made = sensitivity(*example, default_path, factors)
    assert made.exact
    assert made.runs == 2000
    assert made.shift.factors == NAMES
    assert np.allclose(made.shift.first[0], exact["Si_exact"], rtol=1e-9)
    assert np.allclose(made.shift.total[0], exact["STi_exact"], rtol=1e-9)
    assert made.mean_shift == pytest.approx(1.885, abs=0.0005)


def test_sampled_indices_come_close_and_their_intervals_cover(
    example, default_path, factors, exact
):
    covered, asked = 0, 0
    for seed in range(10):
        made = sensitivity(*example, default_path, factors, n=512, seed=seed, method="sobol")
        assert np.abs(made.shift.total[0] - exact["STi_exact"]).max() <= 0.03, seed
        for name, want in (
            ("first", exact["Si_exact"].to_numpy()),
            ("total", exact["STi_exact"].to_numpy()),
        ):
            lo = getattr(made.shift, f"{name}_lo")[0]
            hi = getattr(made.shift, f"{name}_hi")[0]
            covered += int(((lo <= want) & (want <= hi)).sum())
            asked += 4
    assert covered / asked >= 0.85


def test_indices_per_unit_and_pair(example, default_path, factors):
    made = sensitivity(*example, default_path, factors, pairs=[("CHE", "NLD")])
    assert made.units.total.shape == (51, 4)
    assert made.pairs.outputs == ("CHE - NLD",)
    sums = made.units.first.sum(axis=1)
    moving = made.units.variance > 0
    assert moving.sum() > 40
    assert (sums[moving] <= 1 + 1e-9).all()
    assert (made.units.total[moving] >= made.units.first[moving] - 1e-9).all()


def test_salib_finds_the_same_indices(example, default_path):
    """The same runs through SALib's estimator: an independent check of ours."""
    from SALib.analyze import sobol as salib

    n, factors = (
        256,
        (
            Range("treat", "winsorise", 1, 5, whole=True),
            Choice("aggregate", ("arithmetic", "geometric"), "method"),
            Choice("normalise", ({"low": 1}, {"method": "zscore", "mean": 10, "sd": 2})),
        ),
    )
    prepared = setup(*example, default_path, factors, seed=3)
    u = sobol(6, n, 3)
    a, b = u[:, :3], u[:, 3:]
    mixed = []
    for i in range(3):
        m = a.copy()
        m[:, i] = b[:, i]
        mixed.append(m)
    runs = np.concatenate([a, b, *mixed])
    _, ranks = index_draws(prepared, runs)
    y = np.abs(ranks - prepared.nominal.rank).mean(axis=1)
    ya, yb, yab = y[:n], y[n : 2 * n], y[2 * n :].reshape(3, n)
    mine = estimate(ya[:, None], yb[:, None], yab[..., None])
    order = np.column_stack([ya, *yab, yb]).ravel()  # SALib interleaves the blocks by point
    problem = {"num_vars": 3, "names": ["t", "a", "n"], "bounds": [[0, 1]] * 3}
    theirs = salib.analyze(problem, order, calc_second_order=False, seed=1)
    assert np.allclose(mine[0][0, :, 0], theirs["S1"], atol=0.02)
    assert np.allclose(mine[1][0, :, 0], theirs["ST"], atol=0.02)


def test_continuous_factor_is_sampled(example, default_path):
    made = sensitivity(
        *example,
        default_path,
        [WeightNoise(0.25, 2), Choice("aggregate", ("arithmetic", "power"), "method")],
        n=64,
    )
    assert not made.exact
    assert made.runs == 64 * 6


@pytest.mark.parametrize("n", [16, 32, 64])
def test_few_points_of_many_weights_do_not_hide_a_choice_of_two(example, default_path, n):
    made = sensitivity(*example, default_path, default_factors(example[1], default_path), n=n)
    assert made.shift.factors[-1] == "normalise"
    assert 0.05 < made.shift.total[0, -1] < 0.4  # 0.15 with 4,096 points
