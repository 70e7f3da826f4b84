"""A target's own words to an indicator of the catalogue."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from hubscope.nouns import Indicator, Target
from hubscope.progress.units import in_unit

LEAST = 0.6
"""Words less alike than this are not the same indicator."""

_NOISE = re.compile(r"[\W_]+")
_FILLER_ZH = re.compile(r"全社会|全市|经费|支出|的|年度|总量|规模")
_FILLER_EN = re.compile(r"\b(the|a|an|of|total|annual|average|mean|its|in|to|as)\b")


def plain(words: str) -> str:
    """`words` in lower case, half width and without punctuation and filler words."""
    lower = unicodedata.normalize("NFKC", words).lower()
    return _NOISE.sub("", _FILLER_EN.sub(" ", _FILLER_ZH.sub("", lower)))


def likeness(a: str, b: str) -> float:
    """How alike two phrases are, 0 to 1: Dice's coefficient of their character pairs.

    Dice, L. R. (1945) Measures of the amount of ecologic association. Ecology 26(3).
    """
    first, second = _pairs(plain(a)), _pairs(plain(b))
    if not first or not second:
        return float(plain(a) == plain(b) != "")
    return 2 * len(first & second) / (len(first) + len(second))


def _pairs(text: str) -> set[tuple[str, int]]:
    """Character pairs, numbered so that a repeated pair counts each time."""
    seen: dict[str, int] = {}
    pairs = set()
    for i in range(len(text) - 1):
        pair = text[i : i + 2]
        seen[pair] = seen.get(pair, 0) + 1
        pairs.add((pair, seen[pair]))
    return pairs


def score(target: Target, indicator: Indicator) -> float:
    """How well the target's words fit the indicator's names and aliases, 0 to 1."""
    names: Iterable[str] = (indicator.name.zh, indicator.name.en, *indicator.aliases)
    return max(likeness(target.indicator, name) for name in names if name)


def link(target: Target, indicators: Mapping[str, Indicator]) -> Indicator | None:
    """The indicator that the target speaks of, or None where none is like it enough.

    An indicator whose unit the quantity converts into goes before one that is only alike in words.
    Ranks published by others (role context) are never linked to; a tie between two is no link.
    """
    alike = [
        (_converts(target, i), found, i.id)
        for i in indicators.values()
        if i.role != "context" and (found := score(target, i)) >= LEAST
    ]
    ranked = sorted(alike, reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][:2] == ranked[1][:2]):
        return None
    return indicators[ranked[0][2]]


def _converts(target: Target, indicator: Indicator) -> bool:
    if target.quantity is None:
        return False
    return in_unit(target.quantity, target.unit, indicator.unit, target.indicator) is not None
