"""What the sentences of a paragraph promise: goals, targets, dated commitments; and facts."""

from __future__ import annotations

import re

from hubscope.plan import clauses, promises_en, promises_zh
from hubscope.plan.scope import Promise, Scope, governing
from hubscope.plan.view import flat

__all__ = ["Promise", "Scope", "calls", "governing", "paragraph"]

_NOTE = re.compile(r"^\W*(?:注|备注|说明|数据来源|资料来源|Note|Source)s?\s*[:：]", re.IGNORECASE)


def paragraph(text: str, start: int, end: int, scope: Scope) -> list[Promise]:
    """Everything the paragraph `text[start:end]` of a view promises, in order."""
    words = flat(text[start:end])
    if _NOTE.match(words):
        return []
    made = promises_zh.read(words, scope) if scope.lang == "zh" else promises_en.read(words, scope)
    found = list(made)
    if not scope.quiet:
        found += [
            Promise("call", a, b)
            for a, b in clauses.sentences(words, scope.lang)
            if calls(words[a:b])
        ]
    return [_shift(p, start) for p in found]


_CALLS = re.compile(
    r"(?:号召|呼吁|倡议|诚邀|欢迎)(?=[^,。;]{2,40}(?:参与|加入|支持|积极|共同|报名|投身))"
    r"|\b(?:calls? (?:on|upon)|invites|urges)\s+(?:all |the |every |its )?[\w' -]{3,60}?\s+to\b"
    r"|\b(?:is|are) (?:invited|urged|called (?:on|upon)) to\b"
)


def calls(words: str) -> bool:
    """Whether a sentence calls on others to act: 号召, "Member States are invited to"."""
    return bool(_CALLS.search(words))


def _shift(p: Promise, by: int) -> Promise:
    subs = tuple((a + by, b + by) for a, b in p.subs)
    return Promise(p.kind, p.start + by, p.end + by, p.year, p.found, p.due, p.due_kind, subs)
