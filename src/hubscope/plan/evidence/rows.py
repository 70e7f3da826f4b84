"""Evidence as JSON rows, for the command line, the store and the pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hubscope.plan.evidence.link import Evidence, Link
from hubscope.plan.quotes import quote_hash


def rows(found: Iterable[Evidence], hub: str) -> list[dict[str, Any]]:
    """One object an item: its words, fields, links with grade and reason, scope, and the sum."""
    return [_row(e, hub) for e in found]


def _row(e: Evidence, hub: str) -> dict[str, Any]:
    item = e.item
    return {
        "id": quote_hash(item.words),
        **{k: getattr(item, k) for k in ("title", "text", "url", "published", "source", "note")},
        "line": item.line,
        "copies": list(item.copies),
        "fields": [{"field": h.field, "words": h.words} for h in e.fields],
        "links": [_link(x) for x in e.links],
        "grade": e.grade,
        "abstained": e.abstained,
        "scope": {"place": e.scope.place, "words": e.scope.words, "others": list(e.scope.others)},
        "counts": e.counts_for(hub),
        "review": e.review,
    }


def _link(x: Link) -> dict[str, Any]:
    names = (
        *("element", "programme", "field", "grade", "reason", "item_words", "element_words"),
        "review",
    )
    return {name: getattr(x, name) for name in names}
