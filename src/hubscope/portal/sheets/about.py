"""The glossary: one meaning for each noun, in both languages."""

from __future__ import annotations

from typing import Any

from hubscope.portal.observatory import Observatory
from hubscope.portal.sheet import Rows, Sheet
from hubscope.portal.view import View
from hubscope.words import say, words


def sheet() -> Sheet:
    """Words and what this site is."""
    return Sheet(
        "glossary",
        "glossary.html",
        "glossary",
        lambda v: v.t("glossary.title"),
        lambda v: str(v.t("glossary.about")),
        _context,
        _rows,
    )


def _terms(lang: str) -> list[str]:
    start = "portal.term."
    return [k.removeprefix(start) for k in words(lang) if k.startswith(start)]


def _context(view: View) -> dict[str, Any]:
    return {
        "terms": [
            {
                "here": view.word(f"nouns.{t}"),
                "there": say(view.other, f"nouns.{t}"),
                "meaning": view.t(f"term.{t}"),
            }
            for t in _terms(view.lang)
        ]
    }


def _rows(seen: Observatory, lang: str) -> Rows:
    del seen
    return [
        {
            "zh": say("zh", f"nouns.{t}"),
            "en": say("en", f"nouns.{t}"),
            "meaning": say(lang, f"portal.term.{t}"),
        }
        for t in _terms(lang)
    ]
