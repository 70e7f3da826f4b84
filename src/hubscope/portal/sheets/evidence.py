"""News items beside a plan: which element each bears on, how directly, why, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from hubscope.plan.evidence.scope import gazetteer
from hubscope.plan.evidence.taxonomy import taxonomy
from hubscope.portal.observatory import Observatory
from hubscope.portal.sheet import Rows, Sheet
from hubscope.portal.sheets.plan import short
from hubscope.portal.tree import PlanPair
from hubscope.portal.view import View

Row = Mapping[str, Any]


def sheet(pair: PlanPair) -> Sheet:
    """The page of the evidence beside one plan document."""
    return Sheet(
        f"evidence/{pair.doc}",
        "evidence.html",
        "plan",
        lambda v: f"{v.word('plan.evidence.title')}: {pair.in_(v.lang).title}",
        lambda v: str(v.word("plan.evidence.about")),
        partial(_context, pair),
        partial(_rows, pair=pair),
    )


def _context(pair: PlanPair, view: View) -> dict[str, Any]:
    rows = [_shown(view, pair, row) for row in view.seen.evidence[pair.doc]]
    return {
        "plan_title": pair.in_(view.lang).title,
        "plan_link": view.to(f"plans/{pair.doc}"),
        "restated": any(r["note"] == "restated" for r in rows),
        "groups": [
            ("of_hub", [r for r in rows if r["counts"]]),
            ("elsewhere", [r for r in rows if r["grade"] and not r["counts"]]),
            ("unlinked", [r for r in rows if not r["grade"]]),
        ],
    }


def _shown(view: View, pair: PlanPair, row: Row) -> dict[str, Any]:
    first = row["links"][0] if row["links"] else None
    why = f"reason.{first['reason']}" if first else f"abstained.{row['abstained']}"
    return {
        **row,
        "reason": view.word(f"plan.evidence.{why}"),
        "first": first,
        "field_names": [taxonomy()[f["field"]].name.in_(view.lang) for f in row["fields"]],
        "place": place(view, row["scope"]["place"]),
        "targets": [_target(view, pair, x) for x in row["links"]],
        "state": view.word(f"plan.review.{row['review']}"),
    }


def place(view: View, ident: str) -> str:
    """The name of a place, or the word for national, international, not told."""
    name = gazetteer().name(ident)
    return name.in_(view.lang) if name else str(view.word(f"plan.evidence.place.{ident}"))


def _target(view: View, pair: PlanPair, link: Row) -> dict[str, Any]:
    found = pair.in_(view.lang).find(link["element"])
    name = (found.name or short(found)) if found else link["element"]
    href = f"{view.to(f'plans/{pair.doc}')}#{link['element']}"
    return {"id": link["element"], "name": name, "grade": link["grade"], "href": href} | {
        "state": view.word(f"plan.review.{link['review']}")
    }


def _rows(seen: Observatory, lang: str, *, pair: PlanPair) -> Rows:
    return [
        {
            "doc": pair.doc,
            "id": row["id"],
            "title": row["title"],
            "text": row["text"],
            "url": row["url"],
            "published": row["published"],
            "source": seen.data_words(row["source"], lang),
            "note": seen.data_words(row["note"], lang),
            "fields": " ".join(f["field"] for f in row["fields"]),
            "elements": " ".join(x["element"] for x in row["links"]),
            "grade": row["grade"],
            "reason": row["links"][0]["reason"] if row["links"] else row["abstained"],
            "place": row["scope"]["place"],
            "counts": row["counts"],
            "review": row["review"],
            "run": seen.run,
        }
        for row in seen.evidence[pair.doc]
    ]
