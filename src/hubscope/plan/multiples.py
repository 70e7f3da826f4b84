"""How many times: 翻一番, 1.5倍, double, threefold, 2.5 times as many."""

from __future__ import annotations

import re

from hubscope.plan.numerals import number

_TIMES_ZH: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(r"翻两番"), 4),
    (re.compile(r"翻三番"), 8),
    (re.compile(r"翻一?番|倍增|翻倍|(?:增长|提高|增加|提升)[一1]倍"), 2),
)
_TIMES_ZH_N = re.compile(r"的?\s*(\d+(?:\.\d+)?|[一二两三四五六七八九十]+)\s*倍")
_MORE_ZH_N = re.compile(
    r"(?:增长|提高|增加|提升)(?:了)?\s*(\d+(?:\.\d+)?|[一二两三四五六七八九十]+)\s*倍"
)
_TIMES_EN: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(r"\bquadrupl\w+|\bfour-?fold\b", re.IGNORECASE), 4),
    (re.compile(r"\btripl\w+|\btreble\w*|\bthree-?fold\b", re.IGNORECASE), 3),
    (re.compile(r"\bdoubl(?:e|es|ed|ing)\b|\btwo-?fold\b|\btwice\b", re.IGNORECASE), 2),
    (re.compile(r"\bfive-?fold\b|\bquintupl\w+", re.IGNORECASE), 5),
    (re.compile(r"\bten-?fold\b", re.IGNORECASE), 10),
    (re.compile(r"\bhalv(?:e|es|ed|ing)\b", re.IGNORECASE), 0.5),
)
_TIMES_EN_N = re.compile(
    r"\b(\d+(?:\.\d+)?|two|three|four|five|six|seven|eight|nine|ten)(?:\s+times\s+(?:as\s+(?:many|"
    r"much|high|large|big)|the|its|their|that|higher|larger|more)\b|-fold\b)",
    re.IGNORECASE,
)


def multiple(words: str, lang: str) -> tuple[float, int, int] | None:
    """The first multiple in a clause with its span, or None; 2 for doubling, 0.5 for halving."""
    if lang == "zh":
        if m := _MORE_ZH_N.search(words):
            return 1 + number(m.group(1)), m.start(), m.end()
        table = _TIMES_ZH
        if m := _TIMES_ZH_N.search(words):
            return number(m.group(1)), m.start(), m.end()
    else:
        table = _TIMES_EN
        if m := _TIMES_EN_N.search(words):
            return number(m.group(1)), m.start(), m.end()
    hits = ((p.search(words), factor) for p, factor in table)
    return next(((f, m.start(), m.end()) for m, f in hits if m), None)
