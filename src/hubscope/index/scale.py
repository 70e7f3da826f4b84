"""Between which numbers scores can lie, as the recipe's steps say; told wherever scores stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np

from hubscope.index.framework import Framework
from hubscope.index.means import SEPARABLE
from hubscope.index.normalise import SCORES
from hubscope.index.recipe import Recipe

Bounds: TypeAlias = tuple[float, float] | None
"""The lowest and the highest score that is possible; None where there is no such limit."""

KEEPING = {*SEPARABLE, "owa"}
"""Aggregations whose scores lie between the values they combine."""


def normalised(options: Mapping[str, Any], framework: Framework | None, units: int) -> Bounds:
    """Bounds of the values after a normalise step, where all indicators are known to share them.

    Goalposts may have scales of their own in the framework.
    """
    method = options.get("method", "minmax")
    if options.get("indicators"):
        return None
    if method == "minmax":
        ends = float(options.get("low", 0)), float(options.get("high", 100))
        return min(ends), max(ends)
    if method == "goalposts" and framework is not None:
        own = np.isfinite([framework.column("goal_scale"), framework.column("goal_cap")]).any()
        held = bool(options.get("cap", True)) and not own
        return (0.0, float(options.get("scale", 1))) if held else None
    if method == "categorical":
        values = [float(v) for v in options.get("values", SCORES)]
        return min(values), max(values)
    known = {
        **dict.fromkeys(("distance_to_max", "percentile_rank"), (0.0, 1.0)),
        "rank": (1.0, float(units)),
        "borda": (0.0, float(units - 1)),
        "above_below_mean": (-1.0, 1.0),
    }
    return known.get(str(method))


def combined(method: str, below: Bounds, units: int) -> Bounds:
    """Bounds of the scores that an aggregation makes of values within `below`."""
    if method in KEEPING:
        return below
    others = float(units - 1)
    known = {
        **dict.fromkeys(("outranking", "topsis", "vikor"), (0.0, 1.0)),
        **dict.fromkeys(("copeland", "electre"), (-others, others)),
        "kemeny": (0.0, others),
        "promethee": (-1.0, 1.0),
    }
    return known.get(method)


def scale_of(recipe: Recipe, framework: Framework | None, units: int) -> Bounds:
    """Bounds of the index's scores over so many units, as far as the last steps set them."""
    made: Bounds = None
    for step in recipe.steps:
        if step.do == "normalise":
            made = normalised(step.options, framework, units)
        elif step.do == "aggregate":
            method = step.options.get("method", "arithmetic")
            by_level = method if isinstance(method, list | tuple) else [method]
            for one in by_level:
                made = combined(str(one), made, units)
        elif step.do != "weight":
            made = None
    return made


def scale_note(bounds: Bounds) -> tuple[str, ...]:
    """The bounds as a remark of the log; nothing where there are none."""
    if bounds is None:
        return ()
    return (f"scores can lie between {bounds[0]:g} and {bounds[1]:g}, higher is better",)
