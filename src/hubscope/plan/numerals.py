"""Numbers as plans write them: 1.5万, 二十, 百分之十, 1,200, two hundred, 1.2 trillion."""

from __future__ import annotations

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10**4, "亿": 10**8}

MULTIPLIERS = {
    "万亿": 1e12,
    "千亿": 1e11,
    "百亿": 1e10,
    "十亿": 1e9,
    "亿": 1e8,
    "千万": 1e7,
    "百万": 1e6,
    "十万": 1e5,
    "万": 1e4,
    "千": 1e3,
    "百": 1e2,
    "trillion": 1e12,
    "tn": 1e12,
    "trn": 1e12,
    "billion": 1e9,
    "bn": 1e9,
    "million": 1e6,
    "mn": 1e6,
    "m": 1e6,
    "thousand": 1e3,
    "k": 1e3,
}

ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
CHINESE = r"[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?"

_WORDS = {
    w: i
    for i, w in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_WORDS |= {
    w: (i + 2) * 10
    for i, w in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    )
}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}

ENGLISH = (
    r"(?:(?:" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r"|hundred|thousand)"
    r"(?:[ -](?:and )?(?=(?:" + "|".join([*_WORDS, "hundred", "thousand"]) + r")\b))?)+\b"
)

ORDINALS = (
    *("first", "second", "third", "fourth", "fifth"),
    *("sixth", "seventh", "eighth", "ninth", "tenth"),
)
"""Ordinals that open English items."""

_SMALL = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
"""Small Roman numerals of items; the letters among them count nothing else in a plan's lists."""
ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def chinese(word: str) -> float:
    """The value of a Chinese numeral: 一万二千 -> 12000, 二〇三五 -> 2035, 三点五 -> 3.5."""
    whole, _, fraction = word.partition("点")
    value = _chinese_whole(whole)
    if fraction:
        value += float("0." + "".join(str(_DIGITS[c]) for c in fraction))
    return value


def _chinese_whole(word: str) -> float:
    if not any(c in _TENS or c in _BIG for c in word):
        return float("".join(str(_DIGITS[c]) for c in word) or 0)
    total = section = digit = 0
    for c in word:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _TENS:
            section += (digit or 1) * _TENS[c]
            digit = 0
        else:
            total = (total + section + digit or 1) * _BIG[c]
            section = digit = 0
    return float(total + section + digit)


def english(words: str) -> float:
    """The value of a spelled-out English number: "two hundred and sixty" -> 260."""
    total = section = 0
    for word in re.split(r"[ -]+", words.lower()):
        if word in _WORDS:
            section += _WORDS[word]
        elif word == "hundred":
            section = (section or 1) * 100
        elif word in _SCALES:
            total += (section or 1) * _SCALES[word]
            section = 0
    return float(total + section)


def roman(word: str) -> int:
    """The value of a small Roman numeral: "XIV" -> 14."""
    values = [ROMAN[c] for c in word]
    return sum(-v if i + 1 < len(values) and v < values[i + 1] else v for i, v in enumerate(values))


def arabic(word: str) -> float:
    """The value of "1,200.5"."""
    return float(word.replace(",", ""))


def number(word: str) -> float:
    """The value of a number in any of the three scripts."""
    if word[0].isdigit():
        return arabic(word)
    return chinese(word) if word[0] in _DIGITS or word[0] in _TENS else english(word)


def tidy(value: float) -> float:
    """`value` without the dust of binary fractions: 1.2 x 1e12 -> 1200000000000."""
    rounded = float(f"{value:.12g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def ordinal(word: str) -> int | None:
    """The ordinal a marker holds ("三", "3", "III", "c"), or None."""
    if word.isdigit():
        return int(word)
    named = next((n for n in (_SMALL, ORDINALS) if word.lower() in n and word != "I"), None)
    if named:
        return named.index(word.lower()) + 1
    if all(c in _DIGITS or c in _TENS for c in word) and word:
        return int(chinese(word))
    if word and all(c in ROMAN for c in word):
        return roman(word)
    if len(word) == 1 and "①" <= word <= "⑳":
        return ord(word) - ord("①") + 1
    return ord(word) - ord("a") + 1 if len(word) == 1 and "a" <= word <= "z" else None
