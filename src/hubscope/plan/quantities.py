"""Quantities in a clause: the number with its unit and the words that bound it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hubscope.plan.numerals import ARABIC, CHINESE, ENGLISH, MULTIPLIERS, chinese, number, tidy
from hubscope.plan.units import CURRENCIES, ZH_UNIT

_ZH_MULT = "万亿|千亿|百亿|十亿|亿|千万|百万|十万|万|千|百"
_EN_MULT = r"trillion|billion|million|thousand|trn|tn|bn|mn|m(?![a-z])|k(?![a-z])"
_ZH = re.compile(
    rf"百分之(?P<pc>{CHINESE}|{ARABIC})(?P<pc2>\s*[-—–~至到]\s*(?:百分之)?(?:{CHINESE}))?"
    rf"|(?P<den>{CHINESE})分之(?P<num>{CHINESE})"
    rf"|(?P<n>{ARABIC})\s*(?P<m>{_ZH_MULT})?\s*(?:[余多](?=\D))?(?P<u1>{ZH_UNIT})?"
    rf"(?:\s*(?:[-—–~]|至|到)\s*(?P<n2>{ARABIC})\s*(?P<m2>{_ZH_MULT})?\s*(?P<u2>{ZH_UNIT})?)?"
    r"|(?P<tenths>[一二三四五六七八九])成(?P<half>半)?(?=以[上下内]|左右|[,。;、]|$)"
    rf"|(?P<c>{CHINESE})余?(?P<cu>{ZH_UNIT})"
)
_MONEY = "|".join(
    re.escape(c)
    for c in sorted(
        (
            *("US$", "S$", "A$", "C$", "HK$", "NT$", "£", "€", "$", "¥", "₩", "₹"),
            *("CNY ", "RMB ", "USD ", "EUR ", "GBP ", "SGD ", "KRW ", "JPY ", "AUD ", "CHF "),
        ),
        key=len,
        reverse=True,
    )
)
_EN_UNIT = (
    r"percentage points?|per ?cent(?:age)? points?|% points?|pp\b|per ?cent|percent|%|"
    r"(?:CNY|RMB|yuan|USD|US dollars|dollars|euros?|EUR|GBP|pounds|won|KRW|yen|JPY|rupees)\b"
)
_EN = re.compile(
    rf"(?P<cur>{_MONEY})?\s?(?P<n>(?<![\w.,])(?:{ARABIC}|{ENGLISH}|half a(?= (?:trillion|billion|"
    rf"million)\b)|"
    rf"half(?= of\b)|a(?= (?:trillion|billion|million|hundred|third|quarter|fifth|tenth)\b)))"
    rf"\s?(?P<m>(?:{_EN_MULT})\b)?\s*(?P<u>{_EN_UNIT})?"
    rf"(?:\s*(?:-|–|—|to|and)\s*(?P<cur2>{_MONEY})?(?P<n2>{ARABIC}|"
    rf"{ENGLISH})\s?(?P<m2>(?:{_EN_MULT})\b)?"
    rf"\s*(?P<u2>{_EN_UNIT})?)?",
    re.IGNORECASE,
)
_NOT_ZH_AFTER = re.compile(
    r"\s*(?:年(?!均)|月|日|时代|世纪|级|期|次会议|号|届|大工程|大行动|[A-Za-z])"
)
_YEARS_LONG = re.compile(r"(?:年限|周期|寿命|用时|时间|工龄|年龄)[^,。;\d]{0,8}$")
_NOT_ZH_BEFORE = re.compile(r"(?:第|[A-Za-z]-?|[\[〔]20\d\d[\]〕])$")
_NOT_EN_AFTER = re.compile(
    r"(?:st|nd|rd|th)\b|-?(?:year|month|day|fold)\b|[-/]\d|\w*-", re.IGNORECASE
)
_NOT_EN_BEFORE = re.compile(
    r"(?:\b(?:Action|Actions|Principle|Goal|Programme|Program|Section|Chapter|Annex|Table|Figure|"
    r"Box|Phase|page|"
    r"Memorandum|COVID|Article|Part|Pillar|Measure|Target|No\.?|M|version|FY|Q|Priority|Step|"
    r"Objective|level|grade|tier|class|stage|band|category|scope|horizon|generation|wave|round|"
    r"unit|chapter|appendix|volume|question|model|item|paragraph|article|clause)"
    r"[\s-]*|[#/\w-]-|[A-Za-z])$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit at `start:end` of the clause; `upper` where it is a range."""

    value: float
    unit: str
    start: int
    end: int
    upper: float | None = None
    spelled: bool = False
    """True for numbers in words, which count nothing unless an operator binds them."""


def _scaled(digits: str, multiplier: str | None) -> float:
    value = number(digits)
    return tidy(value * MULTIPLIERS[multiplier.lower().strip()]) if multiplier else tidy(value)


def zh(words: str) -> Iterator[Quantity]:
    """The quantities of a Chinese clause; years, ordinals and names are no quantities."""
    for m in _ZH.finditer(words):
        after = _NOT_ZH_AFTER.match(words, m.end())
        if (m.group("cu") or m.group("u1")) == "位" and words.startswith("数", m.end()):
            continue
        if long := after and _length(words, m):
            yield long
            continue
        if (after and not m.group("u1") and not m.group("u2")) or _NOT_ZH_BEFORE.search(
            words[: m.start()]
        ):
            continue
        if found := _zh_one(m):
            yield found


def _length(words: str, m: re.Match[str]) -> Quantity | None:
    """A length of time in years: 12.2年, or 受教育年限达到12年; else a year is only a date."""
    digits = m.group("n")
    if not digits or m.group("m") or m.group("n2") or not words.startswith("年", m.end()):
        return None
    if "." not in digits and not _YEARS_LONG.search(words[max(0, m.start() - 30) : m.start()]):
        return None
    return (
        None if _is_year(digits) else Quantity(_scaled(digits, None), "年", m.start(), m.end() + 1)
    )


def _zh_one(m: re.Match[str]) -> Quantity | None:
    start, end = m.span()
    if pc := m.group("pc"):
        upper = re.sub(r"[-—–~至到\s]|百分之", "", m.group("pc2") or "")
        high = tidy(chinese(upper)) if upper else None
        return Quantity(tidy(number(pc)), "%", start, end, high)
    if m.group("den"):
        return Quantity(
            tidy(100 * chinese(m.group("num")) / chinese(m.group("den"))), "%", start, end
        )
    if tenths := m.group("tenths"):
        share = 10 * chinese(tenths) + (5 if m.group("half") else 0)
        return Quantity(tidy(share), "%", start, end)
    if m.group("c"):
        value = tidy(chinese(m.group("c")))
        return Quantity(value, m.group("cu"), start, end, spelled=True) if value > 1 else None
    unit = m.group("u2") or m.group("u1") or ""
    multiplier = m.group("m") or (m.group("m2") if not m.group("u1") else None)
    if not m.group("n2"):
        return Quantity(_scaled(m.group("n"), m.group("m")), unit, start, end)
    high = _scaled(m.group("n2"), m.group("m2"))
    return Quantity(_scaled(m.group("n"), multiplier), unit, start, end, high)


def en(words: str) -> Iterator[Quantity]:
    """The quantities of an English clause."""
    at = 0
    while m := _EN.search(words, at):
        at = m.end()
        named = _NOT_EN_BEFORE.search(words[max(0, m.start("n") - 40) : m.start("n")])
        bare = not m.group("m") and not m.group("u") and not m.group("cur")
        if (named and not m.group("cur")) or (
            bare
            and not _fraction(words, m)
            and (_NOT_EN_AFTER.match(words, m.end("n")) or _is_year(m.group("n")))
        ):
            at = m.end("n")
        else:
            found = _fraction(words, m) or _en_one(words, m)
            at = max(found.end, m.end("n"))
            yield found


_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_FRACTION = re.compile(r"[\s-]+(thirds?|quarters?|fifths?|tenths?)\b", re.IGNORECASE)


def _fraction(words: str, m: re.Match[str]) -> Quantity | None:
    """One third, two thirds, a quarter: as a percentage."""
    if m.group("n").lower() == "half":
        return Quantity(50, "%", m.start("n"), m.end("n"))
    part = _FRACTION.match(words, m.end("n"))
    if part is None or m.group("m") or m.group("u"):
        return None
    value = 1.0 if m.group("n").lower() == "a" else number(m.group("n"))
    share = 100 * value / _PARTS[part.group(1).lower().rstrip("s")]
    return Quantity(tidy(share), "%", m.start("n"), part.end())


def _is_year(word: str) -> bool:
    return bool(re.fullmatch(r"(?:19|20)\d\d", word))


def _en_one(words: str, m: re.Match[str]) -> Quantity:
    unit = m.group("u2") or m.group("u") or ""
    currency = m.group("cur") or m.group("cur2")
    if currency:
        unit = CURRENCIES.get(currency.strip(), CURRENCIES.get(currency.strip().lower(), "USD"))
    digits = m.group("n")
    value = {"a": "1", "half a": "0.5"}.get(digits.lower(), digits)
    spelled = not digits[0].isdigit() and "a" not in digits.split()
    begin = m.start("cur") if m.group("cur") else m.start("n")
    second, joint = m.group("n2"), words[m.end("n") : m.start("n2")] if m.group("n2") else ""
    two = second and (_same_kind(m) or "-" in joint or "–" in joint) and _spans(words, begin, joint)
    if not two or (second and _is_year(second)):
        end = max(m.end(g) for g in ("n", "m", "u"))
        low_unit = unit if currency else m.group("u") or ""
        return Quantity(_scaled(value, m.group("m")), low_unit, begin, end, None, spelled)
    high = _scaled(second, m.group("m2"))
    low = _scaled(value, m.group("m") or m.group("m2"))
    return Quantity(low, unit, begin, m.end(), high, spelled)


_FROM = re.compile(r"\bfrom\s+(?:(?:about|around|some|over)\s+)?$", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+(?:about\s+)?$", re.IGNORECASE)


def _spans(words: str, begin: int, joint: str) -> bool:
    """Whether two numbers are a range: "3 to 5", "between 3 and 5", but not "from 3 to 5"."""
    before = words[max(0, begin - 20) : begin]
    if "and" in joint.lower():
        return bool(_BETWEEN.search(before))
    return not _FROM.search(before)


def _same_kind(m: re.Match[str]) -> bool:
    return not (m.group("u") and not m.group("u2")) and not (m.group("m") and not m.group("m2"))
