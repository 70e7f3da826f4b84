"""When: 到2025年, 展望2035年, “十四五”末, 2026—2030年, by March 2015, from April 2014."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from hubscope.plan.numerals import chinese, number

_YEAR = r"(?:(?:19|20)\d\d|[一二][〇零九○][〇零○一二三四五六七八九]{2})"
_ZH = re.compile(
    rf"(?P<cue>展望到?|力争到?|争取到?|确保到?|计划到?|预计到?|截至|截止到?|自|从|比|较|面向|到|"
    rf"至|由|在|于)?\s*"
    rf"(?P<y>{_YEAR})\s*(?:[-—–~至到]+\s*(?P<y2>{_YEAR}))?\s*年(?!代|度|"
    rf"均)(?P<m>\s*\d{{1,2}}\s*月)?"
    r"(?P<tail>年?底以?前|末以?前|年?底|末|以前|之前|前|以来|的)?"
)
_AS_BASE = re.compile(
    r"\s*(?:的|水平的?|年?的)?\s*(?:\d+(?:\.\d+)?|[一二两三四五六七八九十]+)\s*倍"
)
_FIVE = re.compile(
    r"(?P<cue>到|至|比|较|与|由|从)?\s*[“\"]?十(?P<n>[一二三四五六七])五[”\"]?(?:规划)?"
    r"(?P<tail>时?期?末|期末|收官|时期|期间|以来|(?=[^,。;]{0,24}(?:规划|计划|方案|纲要)))"
)
_CENTURY = re.compile(r"(?:到)?(?:本世纪中叶|新中国成立(?:一百|100)(?:年|周年)时?)")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_MONTH = "|".join(f"{m[:3]}(?:{m[3:]})?" if len(m) > 3 else m for m in _MONTHS)
_EN = re.compile(
    r"\b(?:(?P<cue>between now and|from now (?:to|until)|by|before|until|till|from|after|since|"
    r"during|through|towards?|to|in|for|of|at)\s+)?"
    r"(?:(?:the\s+)?(?:year\s+)?(?P<part>end|close|start|beginning|middle|spring|summer|autumn|"
    r"winter|mid|late|early|(?:first|second|third|fourth|last|final)\s+(?:quarter|half))"
    r"[\s-]+(?:of\s+)?)?(?:the\s+year\s+)?"
    rf"(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?\s+)?(?:(?P<m>{_MONTH})\.?\s+(?:(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?)?"
    r"(?:Q[1-4]\s+(?:of\s+)?)?(?:FY\s?|(?:fiscal|financial|calendar|academic|school)\s+year\s+)?"
    r"(?P<y>(?:19|20)\d\d)(?:\s*(?:[-–—]|to)\s*(?P<y2>(?:19|20)\d\d)|"
    r"[-–/](?P<y3>\d\d)(?!\d))?"
    r"(?![\d%]|\.\d|,\d{3}| ?(?:billion|million|people|firms))",
    re.IGNORECASE,
)
_EN_FIVE = re.compile(
    r"\b(?:by|at)\s+the\s+end\s+of\s+the\s+(?P<n>1[1-7])th\s+Five[- ]Year(?:\s+(?:Plan|period))?",
    re.IGNORECASE,
)
_EN_BETWEEN = re.compile(
    r"\b(?:between|from)\s+(?P<y>(?:19|20)\d\d)\s+(?:and|to)\s+(?P<y2>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_COUNT_ZH = r"(?P<n>[一二两三四五六七八九十]|\d)"
_RELATIVE_ZH = re.compile(
    rf"(?:未来|今后)\s*{_COUNT_ZH}\s*年|(?<![近过去前上每])(?:力争|争取|通过|经过|用)?\s*"
    r"(?P<n2>[一二两三四五六七八九十]|\d)\s*年(?:之?内|时间|(?:的)?努力|累计(?!已))"
)
_RELATIVE_EN = re.compile(
    r"\b(?:(?:over|in|during|for|within)\s+(?:the\s+)?(?:next|coming|following)|within)\s+"
    r"(?P<n>two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\s+years\b",
    re.IGNORECASE,
)
_DECADE_EN = re.compile(
    r"\b(?:by|before|until)\s+the\s+end\s+of\s+(?:the|this)\s+decade\b", re.IGNORECASE
)
_ADRIFT = re.compile(
    r"本届(?:政府|政协|人大)|任期(?:内|末)|\b(?:this|the|current|next) (?:parliament|"
    r"parliamentary term|legislature|spending (?:review )?period|term of office|"
    r"government['’]s term)\b",
    re.IGNORECASE,
)
_PERIOD_EN = re.compile(
    r"\b(?:by|before)\s+the\s+end\s+of\s+(?:the|this)\s+(?:programming\s+|planning\s+|plan\s+|strategy\s+)?"
    r"(?:period|plan|strategy|programme)\b|"
    r"\b(?:over|during|in|within)\s+(?:the\s+)?(?:lifetime|life|course|duration|period)\s+of\s+(?:the|this)\s+"
    r"(?:plan|strategy|programme)\b|"
    r"\b(?:over|during)\s+(?:the|this)\s+(?:plan|planning|programming)\s+period\b",
    re.IGNORECASE,
)
_PERIOD_ZH = re.compile(r"规划期(?:内|末)|(?:到|至)规划期末")
_THIS_YEAR = re.compile(r"今年(?!以来|[一二三四上前])(?:内|底前?|末)?|全年|年内")
_NAMED = re.compile(r"\s+[A-Z][a-z]+\s+[A-Z]")
"""A name behind a period, which only tells which one it is: the 2019-2020 Action Plan."""
_MONTH_NUMBER = {m[:3].lower(): i for i, m in enumerate(_MONTHS, 1)}
_FORWARD_ZH = ("到", "至", "面向")
_AIMED_ZH = ("展望", "力争", "争取", "确保", "计划", "预计")
_PAST_ZH = ("截至", "截止", "截止到")
_FORWARD_EN = ("by", "before", "until", "till", "through", "to", "toward", "towards")


@dataclass(frozen=True, slots=True)
class Horizon:
    """A year (and month) with the words that name it and which way they point."""

    year: int
    start: int
    end: int
    way: str
    """forward (到, by), past (截至, since), from (自, after), base (比, 由), bare (in 2025), or
    name, for a year that only names a thing (the 2020 plan, “十四五”规划)."""
    month: int | None = None
    day: int | None = None
    first: int | None = None
    """First year of a period such as 2026-2030."""
    outlook: bool = False

    @property
    def due(self) -> str:
        """The date as ISO 8601, as exact as the words."""
        parts = [f"{self.year:04d}"]
        if self.month:
            parts.append(f"{self.month:02d}")
            if self.day:
                parts.append(f"{self.day:02d}")
        return "-".join(parts)


def five_year_end(number: int) -> int:
    """The last year of the n-th five-year plan: the 14th ends in 2025."""
    return 1955 + 5 * number


def _year(word: str) -> int:
    return (
        int(word)
        if word[0].isdigit()
        else int(chinese(word.replace("○", "〇").replace("九", "九")))
    )


def _way_zh(cue: str, tail: str) -> str:
    if cue in _PAST_ZH or tail == "以来":
        return "past"
    if cue in ("比", "较", "与", "由", "从") or (cue == "在" and tail == "的"):
        return "base"
    if cue in _FORWARD_ZH or cue.startswith(_AIMED_ZH) or tail.endswith("前"):
        return "forward"
    return "from" if cue == "自" else "bare"


def _zh(words: str) -> Iterator[Horizon]:
    for m in _ZH.finditer(words):
        cue, tail = m.group("cue") or "", m.group("tail") or ""
        month = int(m.group("m").strip()[:-1]) if m.group("m") else None
        first = _year(m.group("y")) if m.group("y2") else None
        year = _year(m.group("y2") or m.group("y"))
        if month is not None and not 1 <= month <= 12:
            month = None
        way = "base" if _AS_BASE.match(words, m.end()) else _way_zh(cue, tail)
        yield Horizon(year, m.start(), m.end(), way, month, None, first, "展望" in cue)
    for m in _FIVE.finditer(words):
        number = 10 + int(chinese(m.group("n")))
        tail = m.group("tail")
        way = _way_zh(m.group("cue") or "", tail)
        way = "forward" if way == "bare" and "末" in tail else way if tail else "name"
        end = five_year_end(number)
        yield Horizon(end, m.start(), m.end(), way, first=end - 4)
    for m in _CENTURY.finditer(words):
        yield Horizon(2050, m.start(), m.end(), "forward", outlook=True)


def _way_en(cue: str) -> str:
    if cue in _FORWARD_EN:
        return "forward"
    if cue == "since":
        return "past"
    if "now" in cue:
        return "forward"
    return "from" if cue in ("from", "after") else "bare"


_COMPARED = re.compile(
    r"\b(?:as (?:much|many|high|large|big) as|(?<!later )(?<!earlier )than|compared (?:with|to)|"
    r"relative to|versus)\s+(?:the\s+)?$",
    re.IGNORECASE,
)


def _in_brackets(words: str, m: re.Match[str]) -> bool:
    """Whether a year stands alone in brackets behind a value: 120 (2030)."""
    return bool(re.search(r"[\d%]\s*\($", words[: m.start()])) and words.startswith(")", m.end())


def _en(words: str) -> Iterator[Horizon]:
    for m in _EN.finditer(words):
        last = m.group("y2") or m.group("y3")
        first = int(m.group("y"))
        year = (
            first if not last else int(last) if len(last) == 4 else first // 100 * 100 + int(last)
        )
        month = _MONTH_NUMBER[m.group("m")[:3].lower()] if m.group("m") else None
        day = m.group("d2") or m.group("d1")
        way = _way_en((m.group("cue") or "").lower())
        if _COMPARED.search(words[max(0, m.start() - 24) : m.start()]):
            way = "base"
        if way == "bare" and (m.group("part") or "").lower() == "end" and not m.group("cue"):
            way = "forward"
        cue = m.group("cue") or m.group("part") or month or _in_brackets(words, m)
        if not cue and (not last or _NAMED.match(words, m.end())):
            way = "name"
        yield Horizon(
            *(year, m.start(), m.end(), way, month),
            int(day) if day and month else None,
            first if last else None,
        )
    for m in _EN_BETWEEN.finditer(words):
        yield Horizon(int(m.group("y2")), m.start(), m.end(), "bare", first=int(m.group("y")))
    for m in _EN_FIVE.finditer(words):
        yield Horizon(five_year_end(int(m.group("n"))), m.start(), m.end(), "forward")


@lru_cache(maxsize=4096)
def horizons(words: str) -> tuple[Horizon, ...]:
    """Every year in `words` (a piece of a view), in order, without overlaps."""
    found = sorted([*_zh(words), *_en(words)], key=lambda h: (h.start, -h.end))
    kept: list[Horizon] = []
    for h in found:
        if not kept or h.start >= kept[-1].end:
            kept.append(h)
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Clock:
    """What a document knows of time: its own year, the end of its period, and a yearly report's."""

    now: int | None = None
    last: int | None = None
    """The last year of the period that the document is made for."""
    annual: bool = False
    """True for a document on one year: 今年 and 全年 are the year after `now`."""


def relative(words: str, clock: Clock) -> list[Horizon]:
    """The years that words count from the document's own: 三年内, 今年, within five years."""
    if clock.now is None:
        return []
    found = [
        Horizon(_after(clock, m.group("n") or m.group("n2")), m.start(), m.end(), "forward")
        for m in _RELATIVE_ZH.finditer(words)
    ]
    found += [
        Horizon(_after(clock, m.group("n").lower()), m.start(), m.end(), "forward")
        for m in _RELATIVE_EN.finditer(words)
    ]
    found += [
        Horizon(clock.now // 10 * 10 + 10, m.start(), m.end(), "forward")
        for m in _DECADE_EN.finditer(words)
    ]
    if clock.last is not None:
        found += [
            Horizon(clock.last, m.start(), m.end(), "forward")
            for pattern in (_PERIOD_ZH, _PERIOD_EN)
            for m in pattern.finditer(words)
        ]
    if clock.annual:
        found += [
            Horizon(clock.now + 1, m.start(), m.end(), "forward")
            for m in _THIS_YEAR.finditer(words)
        ]
    return found


def adrift(words: str, clock: Clock) -> bool:
    """Whether words set a time of their own whose year the document does not tell.

    "This Parliament" never has one; "within five years" and 未来三年 have none in a document
    without a date. What such words govern must not borrow the year of a heading.
    """
    if _ADRIFT.search(words):
        return True
    if clock.now is not None:
        return False
    patterns = (_RELATIVE_ZH, _RELATIVE_EN, _DECADE_EN, _PERIOD_EN)
    return any(p.search(words) for p in patterns)


def _after(clock: Clock, count: str) -> int:
    """The year that ends so many years: of the plan's period where it is as long, else from now."""
    years = int(number(count))
    now = clock.now or 0
    if clock.last is not None and clock.last - now + 1 == years:
        return clock.last
    return now + years - (clock.last is not None)


_AIMS = re.compile(
    r"目标|指标|愿景|任务|工作(?:安排|部署|重点)|重点工作|\b(?:targets?|goals?|objectives?|vision|aims?|by|indicators?)\b",
    re.IGNORECASE,
)


def heading_year(words: str, now: int | None) -> int | None:
    """The year a heading sets for everything under it: 到2025年的目标, Targets for 2025."""
    found = [h for h in horizons(words) if h.way not in ("past", "base")]
    aims = bool(_AIMS.search(words))
    ahead = [h.year for h in found if h.way == "forward" or (aims and (now or 0) < h.year)]
    return ahead[-1] if ahead else None
