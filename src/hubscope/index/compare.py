"""Versions of an index side by side, and the index with each element removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index.build import Build
from hubscope.index.design import Setup, Variant
from hubscope.index.ranks import rank_down
from hubscope.index.relate import correlation_of
from hubscope.index.sheets import Columns
from hubscope.index.table import Array
from hubscope.index.weight_factors import closed


@dataclass(frozen=True, eq=False)
class Comparison:
    """Scores and ranks of n versions; versions x units, NaN where a version leaves a unit out."""

    names: tuple[str, ...]
    units: tuple[str, ...]
    scores: Array
    ranks: Array
    mean_shift: Array
    """Mean absolute rank difference to the first version; versions."""
    largest_shift: Array
    agreement: Array
    """Spearman correlation of ranks with the first version; versions."""

    def columns(self) -> Columns:
        """One row a unit: each version's score and rank, and the spread of its ranks."""
        made: Columns = {"unit": list(self.units)}
        for name, scores, ranks in zip(self.names, self.scores, self.ranks, strict=True):
            made |= {f"{name} score": scores, f"{name} rank": ranks}
        best, worst = np.fmin.reduce(self.ranks), np.fmax.reduce(self.ranks)
        return {**made, "best rank": best, "worst rank": worst}


def compare(versions: Mapping[str, Build], code: str | None = None) -> Comparison:
    """Versions by name, the first as reference; `code` picks an element other than the index."""
    if not versions:
        raise BadDataError("no version to compare")
    units = tuple(dict.fromkeys(k for b in versions.values() for k in _keys(b)))
    scores = np.stack([_row(b, code, units, "scores") for b in versions.values()])
    ranks = np.stack([_row(b, code, units, "ranks") for b in versions.values()])
    gaps = np.abs(ranks - ranks[0])
    agree = [correlation_of(ranks[0], r, "spearman") for r in ranks]
    return Comparison(
        tuple(versions),
        units,
        scores,
        ranks,
        _mean(gaps),
        np.fmax.reduce(gaps, axis=1),
        np.array(agree),
    )


def _mean(gaps: Array) -> Array:
    n = (~np.isnan(gaps)).sum(axis=1)
    return np.where(n > 0, np.nansum(gaps, axis=1) / np.maximum(n, 1), np.nan)


def _keys(build: Build) -> list[str]:
    if not build.times:
        return list(build.units)
    return [f"{u} {t}" for u, t in zip(build.units, build.times, strict=True)]


def _row(build: Build, code: str | None, units: Sequence[str], what: str) -> Array:
    name = code or build.framework.top
    table = build.scores if what == "scores" else build.ranks
    if name not in table:
        raise BadDataError(f"a version has no element {name}")
    place = dict(zip(_keys(build), table[name], strict=True))
    return np.array([place.get(u, np.nan) for u in units])


@dataclass(frozen=True, eq=False)
class Removal:
    """The index without each element of a level."""

    elements: tuple[str, ...]
    units: tuple[str, ...]
    scores: Array
    """Index scores without the element; elements x units."""
    ranks: Array
    mean_shift: Array
    """Mean absolute rank difference to the nominal index; elements."""

    largest_shift: Array

    def columns(self) -> Columns:
        """One row an element, from the one that matters most."""
        order = np.argsort(-self.mean_shift, kind="stable")
        return {
            "code": [self.elements[i] for i in order],
            "mean_shift": self.mean_shift[order],
            "largest_shift": self.largest_shift[order],
        }


def remove_elements(nominal: Build, level: int = 1) -> Removal:
    """The index with each element of `level` left out in turn, its siblings sharing its weight."""
    codes = nominal.framework.at_level(level)
    if not codes or level >= nominal.framework.top_level:
        raise BadDataError(f"no elements to remove at level {level}")
    prepared = Setup(nominal, (), 0, nominal.custom)
    stage, count = prepared.stage(nominal.recipe), len(codes)
    weights = prepared.weights(stage, np.zeros((count, 0)))
    for i, code in enumerate(codes):
        weights[code][i] = 0.0
    made: dict[str, Array] = {}
    variant = Variant(nominal.recipe, np.arange(count), same_scale=True)
    prepared.climb(
        variant,
        stage,
        stage.values,
        closed(nominal.framework, weights),
        lambda _v, _s, c, scores: made.update({c: scores}),
    )
    scores = made[nominal.framework.top]
    ranks = rank_down(scores, list(nominal.last.blocks("year")))
    gaps = np.abs(ranks - nominal.rank)
    largest = np.fmax.reduce(gaps, axis=1)
    return Removal(codes, nominal.units, scores, ranks, _mean(gaps), largest)
