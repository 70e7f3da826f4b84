"""Scenario lists 应用场景清单: needs and capabilities that cities publish, one row each.

Columns: id, zh, en, field, place, issuer, kind (opportunity, capability, need, supply), tags (ids
of technologies, products or inputs, separated by |), budget (10,000 CNY), opens, closes, org, and
the columns of evidence. What asks becomes a scenario that `needs` its tags, what offers one that
its organisation or place `answers` and whose tags that one `produces`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from hubscope.errors import nearest
from hubscope.sources.cells import read_cells
from hubscope.sources.chain_tables import (
    EVIDENCE_COLUMNS,
    Chain,
    make_chain,
    make_evidence,
    make_link,
    make_node,
)
from hubscope.sources.raw import Fault, Raw, refuse

KINDS = ("opportunity", "capability", "need", "supply")
ASKS = ("opportunity", "need")
_OWN = ("id", "zh", "en", "field", "place", "issuer", "kind", "tags", "budget", "opens", "closes")
COLUMNS = (*_OWN, "org", *EVIDENCE_COLUMNS)
OPTIONAL = ("field", "issuer", "budget", "opens", "closes", "org", "note")


def read_scenarios(raw: Raw, known: Mapping[str, str]) -> Chain:
    """The scenarios of a list as nodes and links to the nodes they name.

    Args:
        raw: the file.
        known: kind of every node of the chain the list is for, by id.

    Raises:
        BadDataError: naming every fault with its line.
    """
    cells, faults = read_cells(raw, COLUMNS, OPTIONAL)
    refuse(faults or check(cells, known, raw.name))
    return table(cells, known)


def check(cells: pl.DataFrame, known: Mapping[str, str], file: str) -> list[Fault]:
    """Unknown kinds, tags, places and organisations, and ids used before."""
    faults: list[Fault] = []
    seen: set[str] = set(known)
    for row in cells.iter_rows(named=True):
        line = row["line"]
        if row["id"] in seen or not row["id"]:
            faults.append(Fault(file, line, "id", f"{row['id']!r} is empty or used before"))
        seen.add(row["id"])
        if row["kind"] not in KINDS:
            hint = nearest(row["kind"], KINDS)
            faults.append(Fault(file, line, "kind", f"unknown kind {row['kind']!r}", hint))
        named = [("tags", t) for t in _tags(row)]
        named += [(c, row[c]) for c in ("place", "org") if row[c]]
        faults += [
            Fault(file, line, column, f"unknown node {ident!r}", nearest(ident, known))
            for column, ident in named
            if ident not in known
        ]
    return faults


def _tags(row: Mapping[str, Any]) -> list[str]:
    return [t.strip() for t in row["tags"].split("|") if t.strip()]


def table(cells: pl.DataFrame, known: Mapping[str, str]) -> Chain:
    """The chain of checked cells: only the scenarios and their links."""
    del known
    nodes, links, evidence = [], [], []
    for row in cells.iter_rows(named=True):
        ext = {
            k: row[k] for k in ("field", "issuer", "budget", "opens", "closes", "kind") if row[k]
        }
        text = json.dumps(ext, ensure_ascii=False, sort_keys=True)
        place = row["place"] or None
        nodes.append(make_node(row["id"], "scenario", row["zh"], row["en"], place=place, ext=text))
        found = make_evidence(**{c: row[c] for c in EVIDENCE_COLUMNS})
        evidence.append(found)
        links += list(_row_links(row, found["id"]))
    return make_chain(nodes, links, evidence)


def _row_links(row: Mapping[str, Any], evidence: str) -> Iterator[dict[str, Any]]:
    who = row["org"] or row["place"]
    if row["kind"] in ASKS:
        for tag in _tags(row):
            yield make_link(row["id"], tag, "needs", evidence)
        return
    yield make_link(who, row["id"], "answers", evidence)
    for tag in _tags(row):
        yield make_link(who, tag, "produces", evidence)
