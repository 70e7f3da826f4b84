"""Values of one unit that are missing, filled in, or moved by treatment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hubscope.index.build import Build
from hubscope.index.stage import Stage
from hubscope.index.table import Array

Kind = Literal["missing", "imputed", "winsorised"]


@dataclass(frozen=True)
class Cell:
    """One value that is not as the data gave it."""

    code: str
    kind: Kind
    value: float
    """What stands there now; NaN for a value that stays missing."""
    was: float
    """What the data gave, NaN for nothing."""
    how: str
    """Method of imputation or label of the step."""
    raw: bool
    """Whether the value is in the indicator's own unit: not yet divided or transformed."""


def cells(build: Build, row: int) -> tuple[Cell, ...]:
    """The cells of one row of the data, in the framework's order, each told once.

    A value that a step fills in is imputed, one that no step fills in is missing, one that
    winsorising moves is winsorised; a transformation of the whole column is no change of a cell.
    """
    codes = build.framework.indicators
    made = {c.code: c for c in _changed(build, row)}
    last = _before_scaling(build, row)
    gone = {
        code: Cell(code, "missing", np.nan, np.nan, "", raw=True)
        for code, value in zip(codes, last, strict=True)
        if np.isnan(value)
    }
    told = {**made, **gone}
    return tuple(told[c] for c in codes if c in told)


def _of_row(stage: Stage, row: int) -> Array | None:
    at = np.flatnonzero(stage.rows == row)
    return np.asarray(stage.values[at[0]]) if len(at) else None


def _steps(build: Build, row: int) -> Iterator[tuple[int, str, Array, Array]]:
    """Number, kind, and the row before and after each step that keeps it."""
    before = np.asarray(build.data.values[row])
    for number, (step, stage) in enumerate(zip(build.recipe.steps, build.stages, strict=True)):
        after = _of_row(stage, row)
        if after is None:
            return
        yield number, step.do, before, after
        before = after


def _before_scaling(build: Build, row: int) -> Array:
    """The row as it enters normalisation, where constant columns lose their values."""
    made = np.asarray(build.data.values[row])
    for _, do, before, after in _steps(build, row):
        if do == "normalise":
            return before
        made = after
    return made


def _changed(build: Build, row: int) -> Iterator[Cell]:
    codes = build.framework.indicators
    raw = np.ones(len(codes), dtype=bool)
    for number, do, before, after in _steps(build, row):
        if do in {"normalise", "aggregate"}:
            return
        kind, how, which = _touched(build, number, before, after)
        for i in np.flatnonzero(which):
            yield Cell(codes[i], kind, float(after[i]), float(before[i]), how, raw=bool(raw[i]))
        raw &= ~_rescaled(build, number)


def _touched(build: Build, number: int, before: Array, after: Array) -> tuple[Kind, str, Array]:
    """Which cells of the row a step fills in or clips, and how."""
    step, empty = build.recipe.steps[number], np.isnan(before)
    if step.do == "impute":
        return "imputed", str(step.options.get("method", "mean")), empty & ~np.isnan(after)
    if step.do == "treat":
        return "winsorised", step.label, _winsorised(build, number) & (before != after) & ~empty
    return "missing", "", np.zeros(len(before), dtype=bool)


def _rescaled(build: Build, number: int) -> Array:
    """Indicators whose whole column a step divides, transforms or replaces."""
    step, stage = build.recipe.steps[number], build.stages[number]
    codes = build.framework.indicators
    if step.do == "custom":
        return np.ones(len(codes), dtype=bool)
    audit = stage.audit.get("columns", ())
    named = {r["code"] for r in audit if r["transform"]} | set(stage.audit.get("divided", ()))
    if step.do == "transform":
        named |= {codes[i] for i in stage.select(step.options.get("indicators"))}
    return np.array([c in named for c in codes])


def _winsorised(build: Build, number: int) -> Array:
    """Indicators of which a treatment moved single points and did not transform the column."""
    audit = build.stages[number].audit.get("columns", ())
    clipped = {r["code"] for r in audit if r["winsorised"] and not r["transform"]}
    changed = {r["code"] for r in audit if r["transform"]}
    return np.array([c in clipped - changed for c in build.framework.indicators])
