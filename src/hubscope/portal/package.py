"""The whole data for machines: typed Parquet, and a data package that says what each column is."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

from hubscope import __version__
from hubscope.portal.export import WHOLE, Rows
from hubscope.portal.observatory import Observatory
from hubscope.words import say

DESCRIPTOR = "datapackage"
"""Name of the file that describes the others, by the Data Package standard."""
TYPES = {bool: "boolean", int: "integer", float: "number", list: "array", tuple: "array"}


def columns(rows: Rows) -> dict[str, str]:
    """The type of each column, as JSON Table Schema calls it; a column without values is text."""
    found: dict[str, set[str]] = {}
    for row in rows:
        for name, value in row.items():
            kinds = found.setdefault(name, set())
            if value is not None:
                kinds.add(TYPES.get(type(value), "string"))
    return {name: _one(kinds) for name, kinds in found.items()}


def _one(kinds: set[str]) -> str:
    if kinds == {"integer", "number"}:
        return "number"
    return kinds.pop() if len(kinds) == 1 else "string"


def described(rows: Rows, lang: str) -> list[dict[str, str]]:
    """Name, type and meaning of each column."""
    return [
        {"name": name, "type": kind, "description": say(lang, f"fields.{name}")}
        for name, kind in columns(rows).items()
    ]


def to_parquet(rows: Rows, lang: str) -> bytes:
    """The rows as Parquet: typed, a missing value null, each column with its meaning."""
    import pyarrow as pa
    from pyarrow import parquet

    arrow = {
        "boolean": pa.bool_(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "array": pa.list_(pa.string()),
    }
    fields = [
        pa.field(
            c["name"],
            arrow.get(c["type"], pa.string()),
            metadata={"description": c["description"]},
        )
        for c in described(rows, lang)
    ]
    out = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows, schema=pa.schema(fields)), out)
    return out.getvalue()


def read_until(seen: Observatory) -> str:
    """The day on which the newest source was read: the date of the data, not of the run."""
    return max((o.origin.accessed for o in seen.observations), default="")


def licences(seen: Observatory) -> list[tuple[str, int]]:
    """Each licence of the figures with the number of observations under it, most first."""
    return Counter(o.origin.licence for o in seen.observations).most_common()


def package(seen: Observatory, lang: str) -> dict[str, Any]:
    """The description of the folder data/: files, columns, sources, licences, run."""
    told = {name: described(rows_of(seen, lang), lang) for name, rows_of in WHOLE.items()}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": f"hubscope-{seen.focus}-{lang}",
        "title": seen.name.in_(lang),
        "version": seen.run,
        "description": say(lang, "portal.downloads.package_text"),
        **({"homepage": seen.address} if seen.address else {}),
        "created_with": f"hubscope {__version__}",
        "data_read_until": read_until(seen),
        "licences_of_the_figures": [
            {"licence": seen.data_words(name, lang), "observations": n}
            for name, n in licences(seen)
        ],
        "sources": _sources(seen, lang),
        "resources": [
            _resource(name, kind, fields, lang)
            for name, fields in told.items()
            for kind in ("csv", "json", "parquet")
        ],
    }


def _resource(name: str, kind: str, fields: list[dict[str, str]], lang: str) -> dict[str, Any]:
    return {
        "name": f"{name}-{kind}",
        "title": say(lang, f"portal.downloads.{name}"),
        "path": f"{name}.{kind}",
        "format": kind,
        **({"encoding": "utf-8", "schema": {"fields": fields}} if kind == "csv" else {}),
    }


def _sources(seen: Observatory, lang: str) -> list[dict[str, str]]:
    found = {o.origin.url: o.origin.producer for o in seen.observations if o.origin.line}
    return [
        {"title": seen.data_words(producer, lang), "path": url}
        for url, producer in sorted(found.items())
    ]
