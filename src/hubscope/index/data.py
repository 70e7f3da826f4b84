"""The data of an index: the framework's columns of a table, checked, in the framework's order."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.framework import Framework
from hubscope.index.sheets import Columns
from hubscope.index.table import (
    DATA_SHEETS,
    MISSING,
    Array,
    columns_of,
    kind_of,
    numbers,
    text_of,
)

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
    others: Mapping[str, Sequence[object]] = field(default_factory=dict)
    """Columns that the framework does not name; a step may, to group units or to divide by."""
    names: tuple[str, ...] = ()
    kind: str = "polars"

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of units, times, all columns and values: all that steps can read."""
        others = {name: [text_of(_plain(v)) for v in c] for name, c in self.others.items()}
        text = [self.units, self.codes, self.time, self.labels, list(self.denominators), others]
        made = hashlib.sha256(json.dumps(text, ensure_ascii=False).encode())
        for table in (self.values, *self.denominators.values()):
            made.update(np.ascontiguousarray(table).tobytes())
        return made.hexdigest()

    def __len__(self) -> int:
        """Number of rows: units, or units x years."""
        return len(self.units)

    def group(self, name: str) -> tuple[str, ...]:
        """The group of every row by a text column; BadDataError where there is no such column."""
        if name in self.labels:
            return self.labels[name]
        if name not in self.others:
            raise BadDataError(
                f"the data has no group column {name}",
                hint=nearest(name, [*self.labels, *self.others]),
            )
        return _labels(self.others[name])

    def divisor(self, name: str) -> Array | None:
        """The numbers of a denominator or of any other column, None where there is none."""
        if name in self.denominators:
            return self.denominators[name]
        return numbers(name, self.others[name]) if name in self.others else None


def _find(columns: Columns, names: tuple[str, ...]) -> str | None:
    return next((n for n in names if n in columns), None)


def _times(columns: Columns) -> tuple[str, ...]:
    """The time of each row when units repeat over time, else nothing."""
    found = _find(columns, TIME)
    if found is None:
        return ()
    times = tuple(text_of(t) for t in columns[found])
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
    units = tuple(text_of(u) for u in columns[unit])
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
    read = {*framework.indicators, *framework.group_columns, *framework.denominators}
    read |= {*UNIT, *TIME, *LABEL}
    return Data(
        units,
        framework.indicators,
        np.column_stack(stacked),
        times,
        {g: _labels(columns[g]) for g in framework.group_columns if g in columns},
        {d: numbers(d, columns[d]) for d in framework.denominators if d in columns},
        {name: column for name, column in columns.items() if name not in read},
        _labels(columns[label]) if label else (),
        kind_of(source),
    )


def _labels(column: Sequence[object]) -> tuple[str, ...]:
    texts = (text_of(v) for v in column)
    return tuple("" if t in MISSING else t for t in texts)


def _plain(value: object) -> object:
    """A number written as text as that number: the same table has one fingerprint in any format."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return value
