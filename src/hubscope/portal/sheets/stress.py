"""The words of a plan in numbers: what it stresses against the other plans, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from hubscope.portal.observatory import Observatory
from hubscope.portal.sheet import Rows, Sheet
from hubscope.portal.tree import PlanPair
from hubscope.portal.view import View

Row = Mapping[str, Any]
MOST = 25
"""Words of either side that the page shows; its data files hold all."""


def sheet(pair: PlanPair) -> Sheet:
    """The page of the words of one plan."""
    return Sheet(
        f"plans/{pair.doc}/words",
        "plan_words.html",
        "plan",
        lambda v: str(v.word("plan_pages.words.title", title=pair.in_(v.lang).title)),
        lambda v: str(v.word("plan_pages.words.about")),
        partial(_context, pair),
        partial(_rows, pair=pair),
    )


def _found(seen: Observatory, pair: PlanPair, lang: str) -> Sequence[Row]:
    """The words in this language, or in the one the plan was compared in."""
    by_lang = seen.plan_words.get(pair.doc, {})
    return by_lang.get(lang) or next(iter(by_lang.values()), [])


def _context(pair: PlanPair, view: View) -> dict[str, Any]:
    rows = _found(view.seen, pair, view.lang)
    clear = [r for r in rows if r["clear"]]
    plan = pair.in_(view.lang)
    return {
        "plan": plan,
        "plan_link": view.to(f"plans/{pair.doc}"),
        "tag": "zh-CN" if plan.lang == "zh" else "en",
        "count": len(rows),
        "sides": [
            ("more", [_line(r) for r in clear if r["log_ratio"] > 0][:MOST]),
            ("less", [_line(r) for r in clear if r["log_ratio"] < 0][:MOST]),
        ],
    }


def _line(row: Row) -> dict[str, str]:
    return {
        "word": row["word"],
        "count": str(row["count"]),
        "against": str(row["against"]),
        "rate": f"{row['rate']:.1f}",
        "rate_against": f"{row['rate_against']:.1f}",
        "ratio": _signed(row["log_ratio"]),
        "lo": _signed(row["lo"]),
        "hi": _signed(row["hi"]),
    }


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\u2212")


def _rows(seen: Observatory, lang: str, *, pair: PlanPair) -> Rows:
    return [{"doc": pair.doc, **row, "run": seen.run} for row in _found(seen, pair, lang)]
