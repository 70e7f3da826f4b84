"""What the sentences of a paragraph promise: goals, targets, dated commitments; and facts."""

from __future__ import annotations

import re

from hubscope.plan import promises_en, promises_zh
from hubscope.plan.scope import Promise, Scope, governing
from hubscope.plan.view import flat

__all__ = ["Promise", "Scope", "governing", "paragraph"]

_NOTE = re.compile(r"^\W*(?:注|备注|说明|数据来源|资料来源|Note|Source)s?\s*[:：]", re.IGNORECASE)


def paragraph(text: str, start: int, end: int, scope: Scope) -> list[Promise]:
    """Everything the paragraph `text[start:end]` of a view promises, in order."""
    words = flat(text[start:end])
    if _NOTE.match(words):
        return []
    made = promises_zh.read(words, scope) if scope.lang == "zh" else promises_en.read(words, scope)
    return [_shift(p, start) for p in made]


def _shift(p: Promise, by: int) -> Promise:
    subs = tuple((a + by, b + by) for a, b in p.subs)
    return Promise(p.kind, p.start + by, p.end + by, p.year, p.found, p.due, p.due_kind, subs)
