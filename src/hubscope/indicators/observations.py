"""Observations as an Arrow table and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

import pyarrow as pa

from hubscope.nouns import Observation, Origin

_ORIGIN = tuple(f.name for f in fields(Origin))
SCHEMA = pa.schema(
    [
        pa.field("hub", pa.string(), nullable=False),
        pa.field("indicator", pa.string(), nullable=False),
        pa.field("year", pa.int16(), nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("status", pa.string(), nullable=False),
        pa.field("vintage", pa.string(), nullable=False),
        pa.field("lo", pa.float64()),
        pa.field("hi", pa.float64()),
        pa.field("period", pa.string(), nullable=False),
        pa.field("note", pa.string(), nullable=False),
        pa.field("current", pa.bool_(), nullable=False),
        *[
            pa.field(
                f"origin_{name}", pa.int32() if name == "line" else pa.string(), nullable=False
            )
            for name in _ORIGIN
        ],
    ]
)
_PLAIN = tuple(f.name for f in fields(Observation) if f.name != "origin")


def to_table(observations: Iterable[Observation]) -> pa.Table:
    """One row an observation; the origin's fields stand as `origin_<field>`."""
    rows = [
        {n: getattr(o, n) for n in _PLAIN} | {f"origin_{n}": getattr(o.origin, n) for n in _ORIGIN}
        for o in observations
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def observations(table: pa.Table) -> list[Observation]:
    """The observations of `table`, in its order."""
    return [
        Observation(
            **{n: row[n] for n in _PLAIN},
            origin=Origin(**{n: row[f"origin_{n}"] for n in _ORIGIN}),
        )
        for row in table.to_pylist()
    ]
