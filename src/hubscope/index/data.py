"""The data of an index: the framework's columns of a table, checked, in the framework's order."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.framework import Framework
from hubscope.index.sheets import Columns
from hubscope.index.table import DATA_SHEETS, MISSING, Array, columns_of, kind_of, numbers

UNIT = ("unit", "uCode")
TIME = ("time", "Time")
LABEL = ("name", "uName")


@dataclass(frozen=True, eq=False)
class Data:
    """Units x indicators in the order of the framework, with what the steps need beside it."""

    units: tuple[str, ...]
    codes: tuple[str, ...]
    values: Array
    """units x indicators, missing = NaN."""
    time: tuple[str, ...] = ()
    """Year or period of each row, empty when the table is no panel."""
    labels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Group columns (text) by name; "" where the group is not known."""
    denominators: dict[str, Array] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    kind: str = "polars"

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of units, times, groups, denominators and values: all that the steps read."""
        text = [self.units, self.codes, self.time, self.labels, list(self.denominators)]
        made = hashlib.sha256(json.dumps(text, ensure_ascii=False).encode())
        for table in (self.values, *self.denominators.values()):
            made.update(np.ascontiguousarray(table).tobytes())
        return made.hexdigest()

    def __len__(self) -> int:
        """Number of rows: units, or units x years."""
        return len(self.units)


def _find(columns: Columns, names: tuple[str, ...]) -> str | None:
    return next((n for n in names if n in columns), None)


def _times(columns: Columns) -> tuple[str, ...]:
    """The time of each row when units repeat over time, else nothing."""
    found = _find(columns, TIME)
    if found is None:
        return ()
    times = tuple("" if t is None else str(t) for t in columns[found])
    return times if len(set(times)) > 1 else ()


def _refuse_duplicates(units: tuple[str, ...], times: tuple[str, ...]) -> None:
    keys: Sequence[object] = list(zip(units, times, strict=True)) if times else units
    if len(set(keys)) == len(keys):
        return
    twice = sorted(str(k) for k, n in Counter(keys).items() if n > 1)
    raise BadDataError(
        f"{len(twice)} units stand in the data more than once: {', '.join(twice[:10])}",
        hint="one row a unit, or one row a unit and time with a `time` column",
    )


def take(source: object, framework: Framework) -> Data:
    """The framework's columns of `source`; every missing column is named in one error."""
    if isinstance(source, Data):
        return source
    columns = columns_of(source, DATA_SHEETS)
    unit = _find(columns, UNIT)
    if unit is None:
        raise BadDataError(
            "the data has no column `unit` (or uCode)", hint=nearest("unit", columns)
        )
    units = tuple("" if u is None else str(u) for u in columns[unit])
    if not units or "" in units:
        raise BadDataError(
            "the data has no rows" if not units else f"row {units.index('') + 1} names no unit"
        )
    absent = [c for c in framework.indicators if c not in columns]
    if absent:
        raise BadDataError(
            f"the data has no column for {len(absent)} indicators: {', '.join(absent)}",
            hint=nearest(absent[0], columns),
        )
    times = _times(columns)
    _refuse_duplicates(units, times)
    stacked = [numbers(c, columns[c]) for c in framework.indicators]
    label = _find(columns, LABEL)
    return Data(
        units,
        framework.indicators,
        np.column_stack(stacked),
        times,
        {g: _labels(columns[g]) for g in framework.group_columns if g in columns},
        {d: numbers(d, columns[d]) for d in framework.denominators if d in columns},
        _labels(columns[label]) if label else (),
        kind_of(source),
    )


def _labels(column: Sequence[object]) -> tuple[str, ...]:
    return tuple("" if v is None or v in MISSING else str(v) for v in column)
