"""A plan as one flat row an element, for CSV and Parquet."""

from __future__ import annotations

import csv
import io
from typing import Any

from hubscope.cells import safe
from hubscope.nouns import Element
from hubscope.plan.model import Plan
from hubscope.plan.quotes import quote_hash
from hubscope.plan.units import catalogue_value

TEXT, WHOLE, REAL, FLAG = "string", "int64", "double", "bool"
COLUMNS = {
    **dict.fromkeys(("doc", "id", "kind", "parent"), TEXT),
    "ordinal": WHOLE,
    "name": TEXT,
    "quote": TEXT,
    "quote_hash": TEXT,
    "start": WHOLE,
    "end": WHOLE,
    "page": WHOLE,
    "speaker": TEXT,
    "horizon": WHOLE,
    "indicator": TEXT,
    "operator": TEXT,
    "quantity": REAL,
    "upper": REAL,
    "unit": TEXT,
    "year": WHOLE,
    "baseline_quantity": REAL,
    "baseline_year": WHOLE,
    "catalogue_quantity": REAL,
    "catalogue_unit": TEXT,
    "nature": TEXT,
    "cumulative": FLAG,
    "due": TEXT,
    "due_text": TEXT,
    "rule": TEXT,
    "confidence": REAL,
    "review": TEXT,
}
"""The columns in order and their types; an empty cell is a missing value."""


def rows(plan: Plan) -> list[dict[str, Any]]:
    """One row an element with every column of `COLUMNS`; what is missing is None."""
    return [_row(plan, e) for e in plan.elements]


def _row(plan: Plan, e: Element) -> dict[str, Any]:
    facts = plan.details.get(e.id, {})
    row: dict[str, Any] = dict.fromkeys(COLUMNS)
    row |= {"doc": plan.name, "id": e.id, "kind": e.kind, "parent": e.parent}
    row |= {"ordinal": e.ordinal, "name": e.name or None, "quote": e.span.quote}
    row |= {"quote_hash": quote_hash(e.span.quote), "start": e.span.start, "end": e.span.end}
    row |= {"speaker": e.speaker, "horizon": e.horizon, "rule": e.rule}
    row |= {"confidence": e.confidence, "review": facts.get("review", "unreviewed")}
    row |= {k: facts.get(k) for k in ("page", "nature", "cumulative", "due", "due_text")}
    row |= _asked(e)
    return {k: float(v) if v is not None and COLUMNS[k] == REAL else v for k, v in row.items()}


def _asked(e: Element) -> dict[str, Any]:
    t = e.target
    if t is None:
        return {}
    base = t.baseline
    value, unit = catalogue_value(t.quantity or 0.0, t.unit, t.indicator)
    return {
        "indicator": t.indicator,
        "operator": t.operator,
        "quantity": t.quantity,
        "upper": t.upper,
        "unit": t.unit or None,
        "year": t.year,
        "baseline_quantity": base.quantity if base else None,
        "baseline_year": base.year if base else None,
        "catalogue_quantity": None if t.quantity is None else value,
        "catalogue_unit": None if t.quantity is None else unit,
    }


def to_csv(plan: Plan) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheets need to show Chinese."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(COLUMNS), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({k: _cell(v) for k, v in row.items()} for row in rows(plan))
    return out.getvalue().encode("utf-8-sig")


def _cell(value: object) -> object:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else safe(value)


def to_parquet(plan: Plan) -> bytes:
    """One table with the types of `COLUMNS`."""
    import pyarrow as pa
    from pyarrow import parquet

    types = {TEXT: pa.string(), WHOLE: pa.int64(), REAL: pa.float64(), FLAG: pa.bool_()}
    schema = pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.Table.from_pylist(rows(plan), schema=schema), sink, compression="zstd")
    return bytes(sink.getvalue())
