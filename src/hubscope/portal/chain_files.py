"""The files of a chain beside its pages: all lists as one workbook, the graph, the plain pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from hubscope.chains import export
from hubscope.portal.chain_view import ChainPages, ordered, said
from hubscope.portal.observatory import Observatory
from hubscope.portal.view import View
from hubscope.sources.chain_tables import Chain, make_chain
from hubscope.words import say, words

NAMES = {
    "workbook": "lists.xlsx",
    "graphml": "chain.graphml",
    "gexf": "chain.gexf",
    "nodes": "pair/nodes.csv",
    "links": "pair/links.csv",
}
"""Each file's name beside the chain's pages."""

SHEETS = (
    "nearby",
    "boards",
    "quotients",
    "work",
    "gaps",
    "partners",
    "tools",
    "matches",
    "exposures",
    "concentration",
    "knockouts",
    "flows",
    "ties",
    "vintages",
    "cuts",
    "places",
)
"""The tables of a report that are sheets of the workbook, in this order, and then its links."""


def files_of(chain: ChainPages, seen: Observatory, lang: str) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every file of one chain in one language."""
    body = chain.body
    whole = tables_of({**body, "evidence": [said(e, seen, lang) for e in body["evidence"]]})
    nodes, links = export.to_pair(whole)
    made = {
        "workbook": _workbook(chain, seen, lang),
        "graphml": export.to_graphml(whole),
        "gexf": export.to_gexf(whole, lang),
        "nodes": nodes,
        "links": links,
    }
    for key, data in made.items():
        yield f"{lang}/{chain.path}/{NAMES[key]}", data


def links_to_files(chain: ChainPages, view: View) -> list[dict[str, Any]]:
    """The files of a chain as a page links to them."""
    folder = view.to(chain.path, "")
    return [
        {"what": view.word(f"chains.file.{key}"), "href": f"{folder}/{name}"}
        for key, name in NAMES.items()
    ]


def tables_of(body: Mapping[str, Any]) -> Chain:
    """The chain that a report holds: what its licences let be published."""
    return make_chain(body["nodes"], body["links"], body["evidence"])


def _workbook(chain: ChainPages, seen: Observatory, lang: str) -> bytes:
    """Every list with names for ids, heads in words, and every link with its evidence."""
    made = {
        _sheet_name(name, lang): _worded(chain, body, lang)
        for name in SHEETS
        if (body := chain.body.get(name))
    }
    made[say(lang, "chains.column.links")] = _worded(chain, _links(chain, seen, lang), lang)
    return export.to_workbook(made)


def _sheet_name(name: str, lang: str) -> str:
    return say(lang, f"chains.sheet.{name}")


def _links(chain: ChainPages, seen: Observatory, lang: str) -> list[dict[str, Any]]:
    found = []
    for link in chain.body["links"]:
        e = chain.evidence[link["evidence"]]
        own = {c: link[c] for c in ("src", "rel", "dst", "year", "period", "value", "unit")}
        told = {c: seen.data_words(e[c], lang) for c in ("source", "licence")}
        rest = {c: e[c] for c in ("locator", "status", "vintage")}
        found.append(own | {c: link[c] for c in ("share", "lo", "hi")} | told | rest)
    return found


def _worded(chain: ChainPages, rows: list[dict[str, Any]], lang: str) -> pl.DataFrame:
    """Rows with the names of nodes and of hubscope's own terms, and heads in words."""
    terms = {
        k.rsplit(".", 1)[1]: text for k, text in words(lang).items() if k.startswith("chains.word.")
    }
    heads = words(lang)
    columns = list(dict.fromkeys(c for row in rows for c in ordered(row)))
    names = {c: heads.get(f"chains.column.{c}", c) for c in columns}
    cells = {
        _once(names, c): [_cell(chain, row.get(c), c, terms, lang) for row in rows] for c in columns
    }
    return pl.DataFrame(cells, strict=False)


def _once(names: Mapping[str, str], column: str) -> str:
    """The head of a column; its id behind it where two columns have the same words."""
    head = names[column]
    return head if list(names.values()).count(head) == 1 else f"{head} ({column})"


def _cell(chain: ChainPages, value: Any, column: str, terms: Mapping[str, str], lang: str) -> Any:
    if isinstance(value, list):
        return ", ".join(str(_cell(chain, v, column, terms, lang)) for v in value)
    if isinstance(value, bool):
        return terms[str(value).lower()]
    if not isinstance(value, str):
        return value
    if column in TERMS:
        return terms.get(value, value)
    return chain.node_name(value, lang)


TERMS = (
    "rel",
    "relation",
    "status",
    "board",
    "strong",
    "weak",
    "lacking",
    "certainty",
    "tool",
    "reason",
    "kind",
    "step",
    "signal",
)
"""Columns that hold hubscope's own terms; all others may hold ids of nodes."""
