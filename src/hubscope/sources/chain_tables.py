"""The three tables of a chain: node, link and evidence, and the words that may stand in them.

Every source of chains is brought to these tables; the innovation, industry and supply chains are
views over them, never tables of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pyarrow as pa

KINDS = (
    "topic",
    "paper",
    "patent",
    "tech",
    "industry",
    "product",
    "input",
    "stage",
    "org",
    "place",
    "scenario",
    "call",
)
RELS = (
    "input_to",
    "variant_of",
    "part_of",
    "supplies",
    "produces",
    "cites",
    "authored",
    "owned",
    "maps_to",
    "located_in",
    "flows_to",
    "needs",
    "answers",
)
STATUSES = ("published", "derived", "estimated", "target", "secondary")
"""How a link came to be known; its grade in what is computed (chains/grades.py)."""

LEVELS = ("country", "region", "province", "city")
"""The size of a place, in the `level` of its ext."""

NODE = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("kind", pa.string(), nullable=False),
        pa.field("name_zh", pa.string(), nullable=False),
        pa.field("name_en", pa.string(), nullable=False),
        pa.field("place", pa.string()),
        pa.field("valid_from", pa.int16()),
        pa.field("valid_to", pa.int16()),
        pa.field("aliases", pa.list_(pa.string()), nullable=False),
        pa.field("ext", pa.string(), nullable=False),
    ]
)
LINK = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("src", pa.string(), nullable=False),
        pa.field("dst", pa.string(), nullable=False),
        pa.field("rel", pa.string(), nullable=False),
        pa.field("year", pa.int16()),
        pa.field("period", pa.string(), nullable=False),
        pa.field("place", pa.string()),
        pa.field("value", pa.float64()),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("share", pa.float64()),
        pa.field("lo", pa.float64()),
        pa.field("hi", pa.float64()),
        pa.field("evidence", pa.string(), nullable=False),
    ]
)
EVIDENCE = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        *[
            pa.field(name, pa.string(), nullable=False)
            for name in (
                "source",
                "locator",
                "licence",
                "status",
                "vintage",
                "retrieved",
                "note",
            )
        ],
    ]
)
EVIDENCE_COLUMNS = tuple(EVIDENCE.names[1:])


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain, or several: nodes, links between them and the evidence of each link."""

    nodes: pa.Table
    """Columns of NODE; `ext` is a JSON object (level, latitude, residual, elasticity ...)."""
    links: pa.Table
    """Columns of LINK; `share` in percent; `lo` and `hi` bound the share, else the value."""
    evidence: pa.Table
    """Columns of EVIDENCE, each row once."""


def evidence_id(row: Mapping[str, str]) -> str:
    """The id that the same evidence always gets: ten hex digits of its content."""
    text = "\x1f".join(row[c] for c in EVIDENCE_COLUMNS)
    return "e" + sha256(text.encode()).hexdigest()[:10]


def make_evidence(**cells: str) -> dict[str, str]:
    """One row of EVIDENCE; what is not given is empty.

    A source that names no date of its own is of the day on which it was read.
    """
    row = {c: cells.get(c, "") for c in EVIDENCE_COLUMNS}
    row["vintage"] = row["vintage"] or row["retrieved"]
    return {"id": evidence_id(row), **row}


def make_node(
    id_: str, kind: str, zh: str, en: str, *, place: str | None = None, **more: Any
) -> dict[str, Any]:
    """One row of NODE; `more` may give valid_from, valid_to, aliases, ext."""
    row: dict[str, Any] = {"id": id_, "kind": kind, "name_zh": zh, "name_en": en, "place": place}
    row |= {"valid_from": None, "valid_to": None, "aliases": [], "ext": "{}"}
    return row | more


def make_link(src: str, dst: str, rel: str, evidence: str, **more: Any) -> dict[str, Any]:
    """One row of LINK without its id; `more` may give year, value, unit, share, lo, hi ..."""
    row: dict[str, Any] = dict.fromkeys(("year", "place", "value", "share", "lo", "hi"))
    row |= {"src": src, "dst": dst, "rel": rel, "evidence": evidence, "period": "", "unit": ""}
    return row | more


def make_chain(
    nodes: Iterable[Mapping[str, Any]],
    links: Iterable[Mapping[str, Any]],
    evidence: Iterable[Mapping[str, str]],
) -> Chain:
    """The tables of rows made by `make_node`, `make_link` and `make_evidence`."""
    once = {e["id"]: dict(e) for e in evidence}
    numbered = [{"id": i, **row} for i, row in enumerate(links)]
    return Chain(
        pa.Table.from_pylist([dict(n) for n in nodes], schema=NODE),
        pa.Table.from_pylist(numbered, schema=LINK),
        pa.Table.from_pylist(sorted(once.values(), key=lambda e: e["id"]), schema=EVIDENCE),
    )


def join(chains: Iterable[Chain]) -> Chain:
    """Several chains as one: nodes and evidence once by id, links numbered anew.

    The first definition of a node stands; the second of the same id is left out.
    """
    found = list(chains)
    if not found:
        return make_chain([], [], [])
    links = pa.concat_tables([c.links for c in found])
    numbers = pa.array(range(links.num_rows), pa.int64())
    return Chain(
        _once(pa.concat_tables([c.nodes for c in found])),
        links.set_column(0, LINK.field("id"), numbers),
        _once(pa.concat_tables([c.evidence for c in found])),
    )


def _once(table: pa.Table) -> pa.Table:
    first: dict[str, int] = {}
    for row, ident in enumerate(table["id"].to_pylist()):
        first.setdefault(ident, row)
    return table.take(pa.array(sorted(first.values()), pa.int64())).combine_chunks()
