"""The target grammar: what a clause asks for, in Chinese and English.

A number is a target only where a year ahead governs it (in its clause, earlier in its paragraph,
or in the heading over it); a clause that tells of the past is a fact and never a target.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from hubscope.nouns import Baseline, Target
from hubscope.plan import quantities
from hubscope.plan.distribution import share
from hubscope.plan.found import Found
from hubscope.plan.horizons import Clock, horizons, relative
from hubscope.plan.indicators import (
    GROW_EN,
    GROW_ZH,
    RATE_EN,
    bare,
    indicator,
    short,
    without_years,
)
from hubscope.plan.making import NOUN, creates
from hubscope.plan.multiples import multiple
from hubscope.plan.numerals import tidy
from hubscope.plan.operators import bounded_after, operator
from hubscope.plan.qualifiers import counts_per, takes_time
from hubscope.plan.quantities import Quantity

_ORDINAL_ZH = re.compile(
    r"(?:(?:稳居|位居|居于|跻身|进入|保持|处于|达到|名列|位列|居)[^,。;]{0,12}?)?"
    r"(?:(?:全国|全球|世界|国内|国际)?(?:城市)?(?:前列|第一方阵|第一梯队|第一位|首位|前茅)|"
    r"(?:全国|全球|世界|国内|国际)领先(?:水平|地位)?|领先地位|"
    r"前(?:\d{1,3}|[一二三四五六七八九十百]+)(?:位|名|强)?)"
)
_ORDINAL_EN = re.compile(
    r"\b(?:among|in|into|within|at|to|enter(?:s|ing)?|join(?:s|ing)?)\s+the\s+"
    r"(?:\w+['’]s\s+)?(?:front rank|first rank|"
    r"top(?:\s+(?:ten|five|three|\d+|tier))?|"
    r"forefront|leading|lead|best|first tier)\b|\b(?:leading|leads?) the (?:nation|country|"
    r"world)\b|"
    r"\bworld[- ]leading\b|\bfirst (?:place )?in the (?:nation|country|world)\b|\bnumber one\b|"
    r"\bamong the (?:world|country|nation)['’]s (?:leading|top|best)\b",
    re.IGNORECASE,
)
_FROM_ZH = re.compile(r"[由从](?:[^,。;]{0,14}?年底?末?)?的?[^,。;\d]{0,8}$")
_FROM_EN = re.compile(
    r"\bfrom\s*(?:(?:about|around|some|over|nearly|(?:an|the|its) (?:average|current|present)"
    r"(?: level)?(?: of)?|currently|today['’]s)\s+)?$",
    re.IGNORECASE,
)
_ARROW = re.compile(r"\s*(?:\([^()]{4,8}\))?\s*(?:→|->|=>|⇒)")
_DATED_BASE = re.compile(r"\(\s*((?:19|20)\d\d)年?(?:底|末)?\s*:\s*$")
"""A value in brackets behind its year: 99% (2024: 82%)."""
_UP_FROM = re.compile(
    r"(?:\b(?:up|down) from|, from|\bcompared (?:with|to)|against)\s+(?:about |around )?$",
    re.IGNORECASE,
)
_BASE_ZH = re.compile(
    r"(?:比|较|在|由|从|相比于?|是)\s*(?:\d{4}|[二一][〇零九][\d〇零一二三四五六七八九]{2})\s*年?"
)


def _quantities(words: str, lang: str) -> list[Quantity]:
    found = list(quantities.zh(words) if lang == "zh" else quantities.en(words))
    named = [h for h in horizons(words) if lang == "en" or h.way != "name"]
    years = [(h.start, h.end) for h in (*named, *relative(words, Clock(0)))]
    return [q for q in found if not any(a <= q.start < b for a, b in years)]


_RISES_TO_ZH = re.compile(
    r"(?:提高|提升|增加|增长|上升|扩大|下降|降低|减少|压减|缩短|拓展|升|降|增)(?:到|至|为)"
)
_BASES = 120
"""Characters in which the values stand that 由 ... 提高到 ... starts from."""


@lru_cache(maxsize=64)
def _bases_zh(words: str) -> tuple[int, int]:
    """Where the values stand that a clause starts from: 由A、B提高到X、Y."""
    rise = _RISES_TO_ZH.search(words)
    if rise is None:
        return 0, 0
    begin = re.search(r"[由从]", words[max(0, rise.start() - _BASES) : rise.start()])
    at = max(0, rise.start() - _BASES) + begin.start() if begin else rise.start()
    return at, rise.start()


def _is_base(words: str, q: Quantity, lang: str) -> bool:
    """Whether a quantity is where the value comes from (由46%, from 3.1 %)."""
    if lang == "zh":
        begin, end = _bases_zh(words)
        if begin <= q.start < end:
            return True
    pattern = _FROM_ZH if lang == "zh" else _FROM_EN
    before = words[max(0, q.start - 60) : q.start]
    if _DATED_BASE.search(before) or _ARROW.match(words, q.end):
        return True
    if lang == "en" and _UP_FROM.search(before):
        return True
    return bool(pattern.search(before.rstrip() if lang == "zh" else before)) and bool(
        re.search(r"[到至为]|倍" if lang == "zh" else r"\bto\b", words[q.end :])
    )


def _base_year(words: str) -> int | None:
    if noted := _NOTED.search(words):
        return int(noted.group(1))
    return next((h.year for h in horizons(words) if h.way in ("base", "bare", "from")), None)


_NOTED = re.compile(r"\(\s*((?:19|20)\d\d)年?(?:底|末)?(?:\s*:|\)\s*(?:→|->|=>|⇒))")
"""The year of a baseline that stands in brackets: (2024: 82%), 60 (2023) → 120."""


def _growth(words: str, q: Quantity, lang: str) -> str:
    """The unit of a percentage that is a yearly growth: %/年, or the unit it has."""
    if "point" in q.unit.lower() or not re.match(r"%|per ?cent", q.unit, re.IGNORECASE):
        return q.unit
    if lang == "zh":
        near = GROW_ZH.search(words[: q.start])
        return "%/年" if near else "%"
    yearly = GROW_EN.search(words[q.end : q.end + 24]) or GROW_EN.search(
        words[max(0, q.start - 80) : q.start]
    )
    return "% a year" if yearly and RATE_EN.search(words) else "%"


def _unit(words: str, q: Quantity, lang: str) -> str:
    unit = _growth(words, q, lang)
    if unit or lang == "zh":
        return unit
    per = re.search(
        r"\bper\s+(?:[\d,]+|million|thousand|hundred|head|capita)"
        r"(?:\s+(?!(?:by|in|until|from|to|and|before|over)\b)\w+)?",
        words[q.end :],
        re.IGNORECASE,
    )
    if per and per.start() < 60:
        return per.group()
    noun = NOUN.match(words[q.end :])
    return noun.group(1) if noun else ""


def _one(words: str, q: Quantity, lang: str, base: Baseline | None) -> Found:
    bound_by = operator(words, q, lang)
    unit = _unit(words, q, lang)
    if q.upper is not None:
        target = Target(indicator(words, q, lang), "range", q.value, unit, None, base, q.upper)
        return Found(target, q.start, q.end, words[: q.start], bound=True)
    bound = bound_by is not None or unit.startswith(("%/", "% a")) or base is not None
    bound = bound or creates(words, q) or _moves(words, q, lang)
    return Found(
        Target(indicator(words, q, lang), bound_by or "=", q.value, unit, None, base),
        *(q.start, q.end, words[: q.start]),
        bound=bound,
    )


_MOVES_ZH = re.compile(r"(?:增长|增加|提高|提升|上升|下降|降低|减少|压减|缩短)$")


def _moves(words: str, q: Quantity, lang: str) -> bool:
    """Whether a verb says by how much something is to change: 增长10%."""
    return lang == "zh" and q.unit == "%" and bool(_MOVES_ZH.search(words[: q.start].rstrip()))


def _ordinal(words: str, lang: str) -> list[Found]:
    m = (_ORDINAL_ZH if lang == "zh" else _ORDINAL_EN).search(words)
    if not m:
        return []
    if lang == "zh":
        name = bare(words[: m.start()], "zh")
    else:
        lead = re.sub(
            r"^\s*(?:a|the) (?:total )?number of\s+",
            "",
            words[: m.start()],
            flags=re.IGNORECASE,
        )
        name = bare(lead, "en")
    return (
        [
            Found(
                Target(name, "ordinal", None, "", None),
                m.start(),
                m.end(),
                words[: m.start()],
                bound=True,
            )
        ]
        if name
        else []
    )


def _times(words: str, lang: str) -> list[Found]:
    hit = multiple(words, lang)
    if hit is None:
        return []
    factor, start, end = hit
    since = _base_year(words)
    clean = _BASE_ZH.sub("", words[:start]) if lang == "zh" else words[:start]
    if lang == "zh":
        name = bare(clean, "zh")
    else:
        name = bare(clean, "en") or short(
            without_years(re.sub(r"^\s*(?:the|its?|our)\s+", "", words[end:]))
        )
    unit = ("倍" if lang == "zh" else "times") + (f" (of {since})" if since else "")
    return [
        Found(Target(name, "×", tidy(factor), unit, None), start, end, words[:start], bound=True)
    ]


_SIGN = re.compile(
    r"[\d二两三四五六七八九十百千万亿]|翻|倍|前列|领先|前茅|首位|第一|梯队|"
    r"\b(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|half|third|quarter|"
    r"fifth|tenth|"
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|"
    r"doubl\w+|tripl\w+|trebl\w+|quadrupl\w+|twice|twofold|halv\w+|top|rank|tier|lead\w*|"
    r"forefront|best|first|number one)\b",
    re.IGNORECASE,
)


def find(words: str, lang: str, year: int | None) -> list[Found]:
    """The targets of one clause (a piece of a view without line ends), left to right.

    Args:
        words: the clause.
        lang: "zh" or "en", which grammar reads it.
        year: the year that governs the clause, if any.
    """
    found = _find(words, lang)
    return [replace(f, target=replace(f.target, year=year)) for f in found]


@lru_cache(maxsize=4096)
def _find(words: str, lang: str) -> tuple[Found, ...]:
    return tuple(_read(words, lang)) if _SIGN.search(words) else ()


def _read(words: str, lang: str) -> list[Found]:
    if multiple := _times(words, lang):
        return [*multiple, *_beside(words, multiple[-1].end, lang)]
    numbers = _quantities(words, lang)
    bases = [q for q in numbers if _is_base(words, q, lang)]
    base_year = _base_year(words)
    base = Baseline(bases[-1].value, base_year) if bases else None
    goals = [
        q
        for q in numbers
        if q not in bases and (lang == "zh" or not q.spelled or _spelled_out(words, q))
    ]
    goals = [q for q in goals if not counts_per(words, q, lang)]
    goals = [q for n, q in enumerate(goals) if not (n and lang == "en" and takes_time(words, q))]
    if not goals:
        return _ordinal(words, lang)
    found = [_one(words, q, lang, base) for q in goals]
    if (
        base
        and len(found) == 1
        and found[0].target.operator == ">="
        and not bounded_after(words, goals[0], lang)
    ):
        found = [replace(found[0], target=replace(found[0].target, operator="="))]
    if len(bases) == len(found) > 1:
        pairs = zip(found, bases, strict=True)
        found = [
            replace(
                f, target=replace(f.target, operator="=", baseline=Baseline(q.value, base_year))
            )
            for f, q in pairs
        ]
    return share(words, found, lang) if len(found) > 1 else found


def _spelled_out(words: str, q: Quantity) -> bool:
    """Whether a number in English words is one to reach: large, bound, or of things to be made."""
    if q.value >= 10:
        return True
    return q.value > 1 and (operator(words, q, "en") is not None or creates(words, q))


def _beside(words: str, after: int, lang: str) -> list[Found]:
    """The number that words bind behind a multiple: 实现翻番、达到3万家."""
    rest = [q for q in _quantities(words, lang) if q.start >= after]
    bound = [q for q in rest if operator(words, q, lang) and not _is_base(words, q, lang)]
    return [_one(words, q, lang, None) for q in bound]
