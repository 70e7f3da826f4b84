"""Points of a design through the recipe: uniform numbers in, index scores of every draw out.

Draws that share the steps before weighting share their data too, so each variant of imputation,
treatment and normalisation is computed once and all its draws are one pass of array operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index.aggregate import climb as climb_tree
from hubscope.index.aggregate import rules
from hubscope.index.build import Build, Custom, build, run_step
from hubscope.index.data import Data, take
from hubscope.index.factors import Choice, DataError, Factor, Range
from hubscope.index.framework import Framework
from hubscope.index.ranks import rank_down
from hubscope.index.recipe import Recipe
from hubscope.index.stage import Stage, start
from hubscope.index.table import Array, columns_of
from hubscope.index.weight_factors import Weights

Index = np.ndarray[Any, np.dtype[np.int64]]
SCALE_STEPS = {"denominate", "transform", "treat", "normalise", "aggregate", "custom"}
"""Steps that can move scores to another scale."""
VERSIONS = 20_000_000
"""Values (draws x units x indicators) of data error that pass through the steps together."""
CACHE = 32_000_000
"""Values kept of stages that draws share."""
MOST = 300_000_000
"""Draws x units up to which all draws are held in memory."""


@dataclass(frozen=True)
class Variant:
    """Draws that share a recipe, and whether their scores stand on the nominal scale."""

    recipe: Recipe
    draws: Index
    same_scale: bool


@dataclass
class Setup:
    """A nominal index with factors around it, ready to be evaluated at any points of the design."""

    nominal: Build
    factors: tuple[Factor, ...]
    seed: int
    custom: Custom | None = None
    _stages: dict[tuple[str, ...], Stage] = field(default_factory=dict)
    _errors: dict[str, Array] = field(default_factory=dict)

    @property
    def framework(self) -> Framework:
        """The nominal framework."""
        return self.nominal.framework

    @property
    def dims(self) -> tuple[int, ...]:
        """Uniform numbers a factor."""
        return tuple(f.dims(self.framework) for f in self.factors)

    def parts(self, u: Array) -> Iterator[tuple[Factor, Array]]:
        """Each factor with its columns of the design."""
        first = 0
        for factor, width in zip(self.factors, self.dims, strict=True):
            yield factor, u[:, first : first + width]
            first += width

    def variants(self, u: Array) -> Iterator[Variant]:
        """The recipes among the draws, each with the draws that use it."""
        choosing = [(f, part) for f, part in self.parts(u) if isinstance(f, Choice | Range)]
        if not choosing:
            yield Variant(self.nominal.recipe, np.arange(len(u)), same_scale=True)
            return
        keys = np.column_stack([f.keys(part) for f, part in choosing])
        _, first, which = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        order = np.argsort(which.ravel(), kind="stable")
        for draws in np.split(order, np.flatnonzero(np.diff(which.ravel()[order])) + 1):
            recipe = self.nominal.recipe
            for factor, part in choosing:
                at = first[which.ravel()[draws[0]]]
                recipe = factor.alter(recipe, factor.pick(part[at : at + 1])[0])
            yield Variant(recipe, draws, _same_scale(recipe, self.nominal.recipe))

    def stage(self, recipe: Recipe) -> Stage:
        """The state before aggregation; stages of a shared beginning are computed once."""
        key: tuple[str, ...] = ()
        stage = self._stages.setdefault(key, start(self.nominal.data, self.framework))
        for step in recipe.steps:
            if step.do == "aggregate":
                break
            key = (*key, step.key)
            if key not in self._stages:
                while self._stages and len(self._stages) * stage.values.size > CACHE:
                    self._stages.pop(next(iter(self._stages)))
                self._stages[key] = run_step(stage, step, self.custom)
            stage = self._stages[key]
        return stage

    def weights(self, stage: Stage, u: Array) -> Weights:
        """Shares of every draw: those of the stage, moved by each weight factor in turn."""
        made: Weights = {
            c: np.broadcast_to(np.asarray(w, dtype=float), (len(u),)).copy()
            for c, w in stage.weights.items()
        }
        for factor, part in self.parts(u):
            if not isinstance(factor, Choice | Range | DataError):
                made = factor.reweigh(self.framework, made, part)
        return made

    def evaluate(self, u: Array, emit: Callable[[Variant, Stage, str, Array], None]) -> None:
        """Run every draw; `emit` gets each group's scores (draws of the variant x units kept)."""
        for variant in self.variants(u):
            if any(isinstance(f, DataError) for f in self.factors):
                self._with_errors(variant, u, emit)
                continue
            stage = self.stage(variant.recipe)
            self.climb(variant, stage, stage.values, self.weights(stage, u[variant.draws]), emit)

    def climb(
        self,
        variant: Variant,
        stage: Stage,
        x: Array,
        weights: Weights,
        emit: Callable[[Variant, Stage, str, Array], None],
    ) -> None:
        """Scores of a variant's draws from their values and weights."""
        options = variant.recipe.step(_aggregate_label(variant.recipe)).options
        by_level = rules(self.framework, options)
        climb_tree(x, self.framework, weights, by_level, lambda c, s: emit(variant, stage, c, s))

    def _with_errors(
        self, variant: Variant, u: Array, emit: Callable[[Variant, Stage, str, Array], None]
    ) -> None:
        """As evaluate, for data that differs from draw to draw: many versions at once."""
        data = self.nominal.data
        together = min(256, max(1, VERSIONS // max(data.values.size, 1)))
        for first in range(0, len(variant.draws), together):
            draws = variant.draws[first : first + together]
            stage = start(data, self.framework)
            stage = stage.with_values(self._moved(u[draws]))
            for step in variant.recipe.steps:
                if step.do == "aggregate":
                    break
                stage = run_step(stage, step, self.custom)
            part = Variant(variant.recipe, draws, variant.same_scale)
            self.climb(part, stage, stage.values, self.weights(stage, u[draws]), emit)

    def _moved(self, u: Array) -> Array:
        values = np.repeat(self.nominal.data.values[None], len(u), axis=0)
        for number, (factor, part) in enumerate(self.parts(u)):
            if isinstance(factor, DataError):
                if str(number) not in self._errors:
                    self._errors[str(number)] = error_table(factor, self.nominal)
                noise = np.stack(
                    [_normals(p[0], self.seed, number, values.shape[1:]) for p in part]
                )
                values = np.maximum(values + noise * self._errors[str(number)], factor.least)
        return values


def _normals(u: float, seed: int, number: int, shape: tuple[int, ...]) -> Array:
    """The errors that belong to one uniform number: the same number, the same errors."""
    key = int(np.float64(u).view(np.uint64))
    return np.random.Generator(np.random.Philox([seed, number, key])).standard_normal(shape)


def error_table(factor: DataError, nominal: Build) -> Array:
    """Standard errors in the order of the data; rows x indicators, zero where none is given."""
    data, columns = nominal.data, columns_of(factor.errors)
    rows_given = len(next(iter(columns.values()), []))
    none = {c: [None] * rows_given for c in nominal.framework.indicators}
    full = {**none, **columns}
    given = take(full, nominal.framework)
    place = {key: i for i, key in enumerate(_keys(given))}
    rows = [place.get(k, -1) for k in _keys(data)]
    made = np.where(np.array(rows)[:, None] >= 0, np.nan_to_num(given.values)[rows], 0.0)
    if (made < 0).any():
        raise BadDataError(f"factor {factor.label}: a standard error is negative")
    return made


def _keys(data: Data) -> list[tuple[str, str]]:
    times = data.time or ("",) * len(data.units)
    return list(zip(data.units, times, strict=True))


def _aggregate_label(recipe: Recipe) -> str:
    labels = [s.label for s in recipe.steps if s.do == "aggregate"]
    if not labels:
        raise BadDataError("the recipe does not aggregate", hint='add [[step]] do = "aggregate"')
    return labels[-1]


def _same_scale(recipe: Recipe, nominal: Recipe) -> bool:
    mine = [s.key for s in recipe.steps if s.do in SCALE_STEPS]
    return mine == [s.key for s in nominal.steps if s.do in SCALE_STEPS]


def setup(
    data: object,
    framework: Framework,
    recipe: Recipe,
    factors: Sequence[Factor],
    *,
    seed: int,
    custom: Custom | None = None,
) -> Setup:
    """Build the nominal index and check every factor against it."""
    nominal = build(data, framework, recipe, custom=custom)
    _aggregate_label(recipe)
    for factor in factors:
        factor.check(framework, recipe)
    return Setup(nominal, tuple(factors), seed, custom)


def small_enough(draws: int, units: int) -> None:
    """Raise BadDataError where the draws of all units would not fit into memory."""
    if draws * units > MOST:
        raise BadDataError(
            f"{draws:,} draws of {units:,} units are too many to hold",
            hint=f"at most {max(1, MOST // max(units, 1)):,} draws for so many units",
        )


def spread(stage: Stage, scores: Array, rows: Sequence[int]) -> Array:
    """Scores of the units kept, put at the rows of the nominal index; the others are NaN."""
    if len(stage.rows) == len(rows) and np.array_equal(stage.rows, rows):
        return scores
    made = np.full((len(scores), 1 + int(max(*rows, stage.rows.max()))), np.nan)
    made[:, stage.rows] = scores
    return made[:, list(rows)]


def index_draws(prepared: Setup, u: Array) -> tuple[Array, Array]:
    """Scores and ranks of the index at every point; draws x units of the nominal index each."""
    last = prepared.nominal.last
    scores = np.full((len(u), len(last.rows)), np.nan)

    def emit(variant: Variant, stage: Stage, code: str, made: Array) -> None:
        if code == prepared.framework.top:
            scores[variant.draws] = spread(stage, made, last.rows)  # type: ignore[arg-type]

    prepared.evaluate(u, emit)
    return scores, rank_down(scores, list(last.blocks("year")))
