"""One weight run through a range while everything else stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index.build import Build
from hubscope.index.design import Setup, Variant
from hubscope.index.ranks import rank_down
from hubscope.index.table import Array
from hubscope.index.weight_factors import set_share


@dataclass(frozen=True, eq=False)
class Sweep:
    """One element's weight run through a range, all else nominal."""

    code: str
    units: tuple[str, ...]
    shares: Array
    """The shares tried; points."""
    scores: Array
    """Index scores; points x units."""
    ranks: Array
    """Ranks in the index; points x units."""

    @cached_property
    def best(self) -> Array:
        """Best rank over the range, NaN for a unit without a score; units."""
        return np.asarray(np.fmin.reduce(self.ranks, axis=0))

    @cached_property
    def worst(self) -> Array:
        """Worst rank over the range; units."""
        return np.asarray(np.fmax.reduce(self.ranks, axis=0))

    @property
    def span(self) -> Array:
        """Places between best and worst rank; units."""
        return self.worst - self.best


def sweep(nominal: Build, code: str, low: float, high: float, points: int = 41) -> Sweep:
    """Ranks while the share of `code` in its group runs from `low` to `high` in equal steps.

    Its siblings keep their proportions in the rest; everything else is as in the nominal index.
    """
    framework, recipe = nominal.framework, nominal.recipe
    framework.require(code)
    if not 0 <= low <= high <= 1 or points < 1:
        raise BadDataError(f"a sweep of {code} from {low} to {high} in {points} points")
    prepared = Setup(nominal, (), 0, nominal.custom)
    stage = prepared.stage(recipe)
    shares = np.linspace(low, high, points)
    weights = prepared.weights(stage, np.zeros((points, 0)))
    weights = set_share(framework, weights, code, shares)
    made: dict[str, Array] = {}
    variant = Variant(recipe, np.arange(points), same_scale=True)
    prepared.climb(variant, stage, stage.values, weights, lambda _v, _s, c, s: made.update({c: s}))
    scores = made[framework.top]
    ranks = rank_down(scores, list(nominal.last.blocks("year")))
    return Sweep(code, nominal.units, shares, scores, ranks)
