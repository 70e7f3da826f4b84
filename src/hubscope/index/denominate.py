"""Divide size-dependent indicators by what makes units comparable."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.stage import Stage
from hubscope.index.table import Array


def divide(x: Array, denominator: Array, scale: float = 1.0) -> Array:
    """Quotient x / (denominator / scale), missing where the denominator is zero or missing."""
    safe = np.where(denominator == 0, np.nan, denominator / scale)
    return np.asarray(x / safe)


def denominate(stage: Stage, *, by: Mapping[str, str] | None = None, scale: float = 1.0) -> Stage:
    """Divide each indicator by its framework denominator, or by the column that `by` names."""
    named = {e.code: e.denominator for e in stage.framework.tree if e.denominator}
    named = {**named, **(by or {})}
    values = stage.values.copy()
    for position, code in zip(stage.select(named), named, strict=True):
        column = _column(stage, code, named[code])
        values[..., position] = divide(values[..., position], column, scale)
    return stage.with_values(values, notes=_zeros(stage, named), audit={"divided": dict(named)})


def _column(stage: Stage, code: str, name: str) -> Array:
    if name in stage.framework.indicators:
        at = stage.framework.indicators.index(name)
        return np.asarray(stage.data.values[stage.rows, at])
    found = stage.data.divisor(name)
    if found is not None:
        return np.asarray(found[stage.rows])
    known = [*stage.data.denominators, *stage.framework.indicators, *stage.data.others]
    raise BadDataError(
        f"{code} is to be divided by {name}, which the data does not have",
        hint=nearest(name, known),
    )


def _zeros(stage: Stage, named: Mapping[str, Any]) -> tuple[str, ...]:
    zero = [
        f"{name} is zero for {int(np.sum(column == 0))} units: indicators over it are missing there"
        for name in dict.fromkeys(named.values())
        if (column := stage.data.divisor(name)) is not None and (column == 0).any()
    ]
    return tuple(zero)
