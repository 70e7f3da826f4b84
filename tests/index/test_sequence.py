"""Sobol' sequences: the same points as SciPy's generator, well spread, and by seed."""

from __future__ import annotations

import numpy as np
import pytest

from hubscope.errors import BadDataError
from hubscope.index import sequence
from hubscope.index.sequence import BITS, directions, points, sobol


@pytest.mark.parametrize("dims", [1, 2, 13, 120])
def test_points_are_scipys(dims):
    from scipy.stats import qmc

    ours = points(directions(dims), 7) / 2**BITS
    theirs = qmc.Sobol(dims, scramble=False).random_base2(7)
    assert {tuple(p) for p in ours} == {tuple(p) for p in theirs}  # SciPy's order is Gray's


def test_every_interval_holds_one_point_in_every_dimension():
    u = sobol(40, 256, seed=3)
    assert u.shape == (256, 40)
    assert (u > 0).all()
    assert (u < 1).all()
    assert np.array_equal(
        np.sort((u * 256).astype(int), axis=0), np.tile(np.arange(256)[:, None], 40)
    )


def test_scrambling_follows_the_seed():
    assert np.array_equal(sobol(5, 100, 1), sobol(5, 100, 1))
    assert not np.array_equal(sobol(5, 100, 1), sobol(5, 100, 2))
    assert np.array_equal(sobol(5, 100, 1), sobol(5, 128, 1)[:100])
    assert sobol(0, 10, 1).shape == (10, 0)


def test_means_are_far_closer_than_at_random():
    errors = [abs(np.prod(sobol(6, 1024, s) * 2, axis=1).mean() - 1) for s in range(20)]
    assert np.mean(errors) < 0.01  # plain Monte Carlo: about 0.04


def test_without_the_table_scipys_generator_steps_in(monkeypatch):
    monkeypatch.setattr(sequence, "_numbers", lambda: None)
    assert sobol(3, 50, 1).shape == (50, 3)
    with pytest.raises(BadDataError, match="at most"):
        sobol(1, 2**31, 1)
