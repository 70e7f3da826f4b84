"""The plan documents of one hub over time: what follows what, and what became of each target."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from hubscope.nouns import Element
from hubscope.portal.observatory import Observatory
from hubscope.portal.sheet import Rows, Sheet
from hubscope.portal.sheets.source import kind_word, shown
from hubscope.portal.view import View

Json = Mapping[str, Any]


def sheet(hub: str) -> Sheet:
    """The page of the plans of one hub."""
    return Sheet(
        f"hubs/{hub}/plans",
        "plan_series.html",
        "plan",
        lambda v: str(v.word("plan_pages.series.title", hub=v.hub(hub))),
        lambda v: str(v.word("plan_pages.series.about")),
        partial(_context, hub),
        partial(_rows, hub=hub),
    )


def _context(hub: str, view: View) -> dict[str, Any]:
    told = view.seen.plan_history[hub]
    return {
        "hub": view.hub_link(hub),
        "documents": [_document(view, d) for d in told["documents"]],
        "lines": [_line(view, line) for line in told["targets"]],
    }


def _title(view: View, doc: str) -> str:
    return view.seen.plans[doc].in_(view.lang).title if doc in view.seen.plans else doc


def _document(view: View, d: Json) -> dict[str, Any]:
    named = [
        (key, [(_title(view, name), view.to(f"plans/{name}")) for name in names])
        for key, names in (
            ("supersedes", d["supersedes"]),
            ("implements", d["implements"]),
            ("superseded_by", [d["superseded_by"]] if d["superseded_by"] else []),
        )
        if names
    ]
    return {
        "title": _title(view, d["id"]),
        "href": view.to(f"plans/{d['id']}"),
        "issued": d["issued"],
        "relations": named,
        "again": [_restated(view, d["id"], row) for row in _walk(d["elements"])],
    }


def _walk(rows: list[Json]) -> list[Json]:
    """The elements that say what an earlier document says, from the top down."""
    found = []
    for row in rows:
        found += [row] if "restates" in row else []
        found += _walk(row["children"])
    return found


def _restated(view: View, doc: str, row: Json) -> dict[str, Any]:
    earlier, _, element = row["restates"].partition("#")
    pair = view.seen.plans.get(earlier)
    known = pair is not None and any(e.id == element for e in shown(pair.in_(view.lang)))
    return {
        "kind": kind_word(view, row["kind"]),
        "quote": row["quote"],
        "href": view.to(f"plans/{doc}#{row['id']}"),
        "earlier": view.to(f"plans/{earlier}#{element}") if known else "",
        "earlier_title": _title(view, earlier),
        "likeness": f"{row['likeness']:.2f}",
    }


def _line(view: View, line: Json) -> dict[str, Any]:
    last = line["steps"][-1]
    element = _element(view, last)
    return {
        "name": element.target.indicator if element and element.target else line["indicator"],
        "state": view.word(
            f"plan.state.{'in_force' if line['state'] == 'in_force' else 'superseded'}"
        ),
        "steps": [_step(view, s) for s in line["steps"]],
    }


def _element(view: View, s: Json) -> Element | None:
    """A step's element in the language of the page, where its document has one."""
    pair = view.seen.plans.get(s["document"])
    return pair.in_(view.lang).find(s["element"]) if pair else None


def _step(view: View, s: Json) -> dict[str, Any]:
    element = _element(view, s)
    asked = element is not None and element.target is not None
    return {
        "issued": s["issued"],
        "document": _title(view, s["document"]),
        "href": view.to(f"plans/{s['document']}#{s['element']}"),
        "relation": view.word(f"plan.relation.{s['relation']}"),
        "asked": view.target_text(element) if asked and element else s["quote"],
        "year": s["year"],
        "state": view.word(f"plan.state.{'in_force' if s['in_force'] else 'superseded'}"),
    }


def _rows(seen: Observatory, lang: str, *, hub: str) -> Rows:
    del lang
    return [
        {"hub": hub, "indicator": line["indicator"], **s, "run": seen.run}
        for line in seen.plan_history[hub]["targets"]
        for s in line["steps"]
    ]
