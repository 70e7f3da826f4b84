"""Run a recipe: data and framework in; scores, ranks and the data after every step out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.aggregate import aggregate
from hubscope.index.data import Data, take
from hubscope.index.denominate import denominate
from hubscope.index.framework import Framework
from hubscope.index.impute import impute
from hubscope.index.normalise import normalise
from hubscope.index.ranks import rank_down
from hubscope.index.recipe import Recipe, Step
from hubscope.index.scale import Bounds, scale_note, scale_of
from hubscope.index.screen import screen
from hubscope.index.sheets import Columns
from hubscope.index.stage import Stage, start
from hubscope.index.table import Array, to_frame
from hubscope.index.treat import transform, treat
from hubscope.index.weight import weight

Custom = Mapping[str, Callable[..., Array]]
"""Functions of (values, **options) that `custom` steps call by name."""

DO: dict[str, Callable[..., Stage]] = {
    "denominate": denominate,
    "screen": screen,
    "impute": impute,
    "transform": transform,
    "treat": treat,
    "normalise": normalise,
    "weight": weight,
    "aggregate": aggregate,
}
"""The steps in the method's order."""


@dataclass(frozen=True)
class LogEntry:
    """One line of the log: what was done, with what effect, and the fingerprint of the result."""

    number: int
    do: str
    options: Mapping[str, Any]
    units: int
    missing: int
    notes: tuple[str, ...]
    sha256: str
    audit: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Build:
    """An index made by a recipe, with everything that led to it."""

    data: Data
    framework: Framework
    recipe: Recipe
    stages: tuple[Stage, ...]
    """The state after each step, in the recipe's order."""
    log: tuple[LogEntry, ...]
    custom: Custom = field(default_factory=dict)
    """Functions of the recipe's custom steps."""

    @property
    def last(self) -> Stage:
        """The state after the last step."""
        return self.stages[-1]

    @property
    def units(self) -> tuple[str, ...]:
        """Units in the index, in the order of the data."""
        return self.last.units

    @property
    def times(self) -> tuple[str, ...]:
        """Time of each row; empty when the data is no panel."""
        return self.last.times

    @property
    def codes(self) -> tuple[str, ...]:
        """The index and its groups from the top down."""
        return tuple(self.scores)

    @property
    def scores(self) -> Mapping[str, Array]:
        """Scores by code from the top down; a unit without data for a group is NaN there."""
        return self.last.scores

    @cached_property
    def ranks(self) -> dict[str, Array]:
        """Ranks by code (1 = highest score, ties share the best rank), within each year."""
        blocks = list(self.last.blocks("year"))
        return {c: rank_down(s, blocks) for c, s in self.scores.items()}

    @property
    def score(self) -> Array:
        """Scores of the index itself."""
        return self.scores[self.framework.top]

    @property
    def rank(self) -> Array:
        """Ranks in the index itself."""
        return self.ranks[self.framework.top]

    @property
    def scale(self) -> Bounds:
        """Lowest and highest score that the recipe allows, None where it sets no such limit."""
        return scale_of(self.recipe, self.framework, len(self.units))

    @property
    def weights(self) -> Mapping[str, float]:
        """Each element's share of its group."""
        return {c: float(w) for c, w in self.last.weights.items()}

    @cached_property
    def available(self) -> dict[str, Array]:
        """Indicators with data (before imputation) below each group, units each."""
        present = ~np.isnan(self.data.values[self.last.rows])
        place = {c: i for i, c in enumerate(self.framework.indicators)}
        return {
            c: present[:, [place[i] for i in self.framework.leaves(c) if i in place]].sum(axis=1)
            for c in self.framework.aggregates
        }

    def after(self, label: str) -> Stage:
        """The state after the step called `label`."""
        for step, stage in zip(self.recipe.steps, self.stages, strict=True):
            if step.label == label:
                return stage
        raise BadDataError(
            f"no step {label}", hint=nearest(label, (s.label for s in self.recipe.steps))
        )

    def columns(self, what: str = "scores") -> Columns:
        """Columns `unit` (and `time`), then one a code: of "scores", "ranks", or after a step."""
        if what in {"scores", "ranks"}:
            values: Mapping[str, Array] = self.scores if what == "scores" else self.ranks
            return {**self._head(self.last), **values}
        stage = self.after(what)
        x = dict(zip(self.framework.indicators, stage.values.T, strict=True))
        return {**self._head(stage), **x, **stage.scores}

    def frame(self, what: str = "scores", kind: str | None = None) -> Any:
        """The same as a data frame, of the library that the data came from unless `kind` says."""
        return to_frame(self.columns(what), kind or self.data.kind)

    def _head(self, stage: Stage) -> Columns:
        head: Columns = {"unit": list(stage.units)}
        return head | ({"time": list(stage.times)} if stage.times else {})


def run_step(stage: Stage, step: Step, custom: Custom | None = None) -> Stage:
    """The stage after one step; the error of a wrong option names the step."""
    stage = replace(stage, notes=(), audit={})
    if step.do == "custom":
        return _custom(stage, step, custom or {})
    try:
        return DO[step.do](stage, **step.options)
    except TypeError as error:
        if "argument" not in str(error):
            raise
        raise BadDataError(
            f"step {step.label}: the options {sorted(step.options)} do not fit: {error}",
            hint="the reference page of the step lists what each method reads",
        ) from error


def _custom(stage: Stage, step: Step, custom: Custom) -> Stage:
    name = str(step.options.get("call", ""))
    if name not in custom:
        raise BadDataError(
            f"the recipe calls the custom step {name!r}, which was not given",
            hint=nearest(name, custom) + "; pass custom={name: function} to build",
        )
    made = np.asarray(custom[name](stage.values, **step.options.get("options", {})), dtype=float)
    if made.shape != stage.values.shape:
        raise BadDataError(f"custom step {name}: {made.shape} out of {stage.values.shape}")
    return stage.with_values(made)


def fingerprint(stage: Stage) -> str:
    """SHA-256 of a stage's values and scores: equal builds have equal fingerprints."""
    made = hashlib.sha256(np.ascontiguousarray(stage.values).tobytes())
    for scores in stage.scores.values():
        made.update(np.ascontiguousarray(scores).tobytes())
    return made.hexdigest()


def build(
    data: object, framework: Framework, recipe: Recipe, *, custom: Custom | None = None
) -> Build:
    """Make the index: `data` is a frame, a mapping of columns or a file with a `unit` column.

    Rows stay in the data's order. Raises BadDataError with the offending units, codes or options.
    """
    taken = take(data, framework)
    stage, stages, log = start(taken, framework), [], []
    for number, step in enumerate(recipe.steps, 1):
        stage = run_step(stage, step, custom)
        stages.append(stage)
        log.append(_entry(number, step, _scaled(stage, recipe, number)))
    return Build(taken, framework, recipe, tuple(stages), tuple(log), custom or {})


def _scaled(stage: Stage, recipe: Recipe, number: int) -> Stage:
    """The stage after so many steps, with a note of the scale where scores have just been made."""
    if recipe.steps[number - 1].do != "aggregate":
        return stage
    scale = scale_of(Recipe(recipe.steps[:number]), stage.framework, len(stage.rows))
    return replace(stage, notes=(*stage.notes, *scale_note(scale)))


def _entry(number: int, step: Step, stage: Stage) -> LogEntry:
    return LogEntry(
        number,
        step.do,
        dict(step.options),
        len(stage.rows),
        int(np.isnan(stage.values).sum()),
        stage.notes,
        fingerprint(stage),
        stage.audit,
    )
