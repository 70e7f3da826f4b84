"""The topic map of the key fields as a table that the queries join."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import pyarrow as pa

SCHEMA = pa.schema(
    [
        pa.field("name", pa.string(), nullable=False),
        pa.field("topic", pa.int32()),
        pa.field("subfield", pa.int16()),
        pa.field("field", pa.int16()),
    ]
)


@cache
def topic_map() -> dict[str, Any]:
    """The published map: `version`, and for each key field its fields, subfields and phrases."""
    text = (files("hubscope") / "indicators/key_fields.toml").read_text("utf-8")
    return tomllib.loads(text)


def key_fields(topic_tree: pa.Table) -> pa.Table:
    """The map for the topics of `topic_tree`: one of topic, subfield and field in each row."""
    rows: list[dict[str, Any]] = []
    for name, rules in topic_map().items():
        if name == "version":
            continue
        rows += [{"name": name, "subfield": s} for s in rules.get("subfields", [])]
        rows += [{"name": name, "field": f} for f in rules.get("fields", [])]
        for topic in topic_tree.to_pylist():
            words = (topic["name"] or "").casefold()
            if any(phrase in words for phrase in rules.get("phrases", [])):
                rows.append({"name": name, "topic": topic["topic"]})
    return pa.Table.from_pylist(rows, schema=SCHEMA)
