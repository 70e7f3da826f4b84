"""The words that bind a number: 达到 不低于 左右, at least, about, over, from ... to."""

from __future__ import annotations

import re

from hubscope.plan.quantities import Quantity

_ZH_BEFORE: tuple[tuple[str, str], ...] = (
    ("≈", r"(?:大约|约为?|大致|接近|近|左右)$"),
    (
        ">=",
        (
            r"(?:不低于|不少于|不小于|不得低于|最低|≥|>=|大于等于|"
            r"至少[\u4e00-\u9fff]{0,4})$"
        ),
    ),
    ("<=", r"(?:不超过|不高于|不大于|不多于|至多|控制在|≤|<=|小于等于|以内)$"),
    (">", r"(?:超过|突破|超|高于|大于|多于|>|逾|超出)$"),
    ("<", r"(?:低于|小于|少于|<)$"),
    (
        "=",
        (
            r"(?:提高|提升|增加|增长|上升|扩大|增至|升|下降|降低|降|减少|压减|缩短|缩小)(?:到|至|"
            r"为)$|增至$|升至$|降至$|降到$"
        ),
    ),
    (">=", r"(?:达到|达|实现|力争)$"),
)
_ZH_AFTER: tuple[tuple[str, str], ...] = (
    ("≈", r"(?:左右|上下|水平左右)"),
    (">=", r"(?:及|或)?(?:以上|之上)"),
    ("<=", r"(?:及|或)?(?:以下|以内|之内)"),
)
_EN_BEFORE: tuple[tuple[str, str], ...] = (
    ("≈", r"(?:about|around|approximately|roughly|circa|some|nearly|almost|close to|c\.|~|≈)$"),
    (
        ">=",
        (
            r"(?:at least|not? (?:less|fewer|lower) than|not (?:be )?below|not fall below|"
            r"a minimum of|minimum|≥|>=)$"
        ),
    ),
    (
        "<=",
        (
            r"(?:at most|no(?:t)? more than|not (?:to )?exceed(?:ing)?|up to|a maximum of|"
            r"not above|no (?:longer|later|higher|greater) than|≤|<=|within)$"
        ),
    ),
    (
        ">",
        (
            r"(?:over|above|more than|exceed(?:s|ing)?|greater than|surpass(?:es|ing)?|"
            r"higher than|pass(?:es|ing)?|"
            r"beyond|>|top(?:s|ping)?)$"
        ),
    ),
    ("<", r"(?:below|under|less than|fewer than|lower than|<)$"),
    (
        "=",
        (
            r"(?:(?:rise|raise[sd]?|rising|raising|increase[sd]?|increasing|grow|growing|"
            r"expand(?:ed)?|cut|fall|falling|"
            r"reduce[sd]?|reducing|lower(?:ed)?|drop|bring(?:ing)?|brought|doubl\w+|"
            r"lift(?:ed)?)(?: [\w&,’'() -]{0,60}?)? to|from)$"
        ),
    ),
    ("=", r"\b(?:goal|target|aim|ambition|objective)s?(?: of| is| are| will be|:)$"),
    (
        ">=",
        (
            r"(?:reach(?:es|ing)?|attain(?:s|ing)?|achiev(?:e|es|ing)|hit(?:s|ting)?|amount(?:s|"
            r"ing)? to)$"
        ),
    ),
)
_EN_AFTER: tuple[tuple[str, str], ...] = (
    ("≈", r"(?:or so|approximately)\b"),
    (">=", r"(?:[\w-]+ ){0,4}(?:or (?:more|above|higher|over)\b|and above\b)|\+"),
    (">=", r"(?:[\w-]+ ){0,2}(?:at least|at a minimum|minimum)\b"),
    ("<=", r"(?:[\w-]+ ){0,4}or (?:less|fewer|below|lower|under)\b"),
    ("<=", r"(?:[\w-]+ ){0,2}(?:at most|at the most|maximum)\b"),
)


_NEAR = 120


def _compiled(rules: tuple[tuple[str, str], ...]) -> list[tuple[str, re.Pattern[str]]]:
    return [(operator, re.compile(words, re.IGNORECASE)) for operator, words in rules]


_BEFORE = {"zh": _compiled(_ZH_BEFORE), "en": _compiled(_EN_BEFORE)}
_AFTER = {"zh": _compiled(_ZH_AFTER), "en": _compiled(_EN_AFTER)}


_NO_ONE = re.compile(r"\bno (?:[\w'-]+ ){1,4}(?:should|will|shall|may|must)\b", re.IGNORECASE)
_OPPOSITE = {"<": ">=", ">": "<=", "<=": ">", ">=": "<"}
"""What an operator means where nothing may be so: "no region should spend less than 1 %"."""


def operator(words: str, q: Quantity, lang: str) -> str | None:
    """The operator whose words stand around a quantity, or None if the number is bare."""
    before, after = words[max(0, q.start - _NEAR) : q.start].rstrip(), words[q.end :].lstrip()
    tail = next((op for op, p in _AFTER[lang] if p.match(after)), None)
    head = next((op for op, p in _BEFORE[lang] if p.search(before)), None)
    if lang == "en" and head in _OPPOSITE and _NO_ONE.search(before):
        head = _OPPOSITE[head]
    if "≈" in (tail, head):
        return "≈"
    return tail or head


def bounded_after(words: str, q: Quantity, lang: str) -> bool:
    """Whether the words behind a quantity bound it: 60%以上, 60 % or more."""
    after = words[q.end :].lstrip()
    return any(p.match(after) for _, p in _AFTER[lang])
