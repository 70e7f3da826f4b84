"""What belongs together inside one plan: principle i and programme i; a target and its baseline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from hubscope.nouns import Baseline, Element

_LIKE = 0.5
_MOST = 200
"""Names of achieved indicators that are compared; no plan reports more of one unit."""
_SAME_WORDS = (
    (
        re.compile(
            r"国内生产总值|地区生产总值|生产总值|\(gdp\)|gross domestic product", re.IGNORECASE
        ),
        "GDP",
    ),
    (
        re.compile(
            r"(?:全社会)?(?:研发经费|研究与试验发展经费|R&D经费|研发)(?:投入|"
            r"支出)*(?:占GDP(?:的)?(?:比重|比例)|投入强度|强度)"
        ),
        "研发强度",
    ),
    (re.compile(r"(?:占|的)?(?:比重|比例|占比|份额)"), "比"),
    (re.compile(r"全市|全省|全国|我市|我国|全社会|数量|总数|总量|达到|的"), ""),
    (re.compile(r"GDP\s*\(?GDP\)?"), "GDP"),
)


def aligned(
    elements: list[Element], details: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """The details with principles, slogan items and programmes joined where their numbers agree."""
    series = {
        kind: [e for e in elements if e.kind == kind]
        for kind in ("principle", "slogan_item", "programme")
    }
    programmes = series["programme"]
    full = {k: {**v} for k, v in details.items()}
    for kind, key in (("principle", "principle"), ("slogan_item", "slogan")):
        if not _parallel(series[kind], programmes):
            continue
        for item, programme in zip(series[kind], programmes, strict=True):
            full.setdefault(item.id, {})["programme"] = programme.id
            full.setdefault(programme.id, {})[key] = item.id
    return full


def _parallel(items: list[Element], programmes: list[Element]) -> bool:
    """Whether the plan itself runs a series beside its programmes; equal counts prove nothing.

    A slogan with an item for each programme does, and so do principles of which each says on what
    it stands and what it does more of (立足 ... 更加 ...).
    """
    if len(items) != len(programmes) or len(items) < 3:
        return False
    return all(e.kind == "slogan_item" or {"footing", "more"} <= set(e.parts) for e in items)


@lru_cache(maxsize=4096)
def _grams(words: str) -> frozenset[str]:
    for pattern, short in _SAME_WORDS:
        words = pattern.sub(short, words)
    words = words.lower().replace(" ", "")
    return frozenset(words[i : i + 2] for i in range(len(words) - 1))


def likeness(a: str, b: str) -> float:
    """How alike two names of indicators are: the share of character pairs in common, 0 to 1."""
    left, right = _grams(a), _grams(b)
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0


def baselines(elements: list[Element], details: Mapping[str, Mapping[str, Any]]) -> list[Element]:
    """Give each target without a baseline the achieved value of the same indicator and unit."""
    known: dict[str, dict[str, Mapping[str, Any]]] = {}
    done = []
    for element in elements:
        fact = details.get(element.id, {})
        if element.kind == "achieved" and fact.get("year"):
            names = known.setdefault(str(fact.get("unit")), {})
            name = str(fact.get("indicator", ""))
            if len(names) < _MOST or name in names:
                names[name] = fact
        done.append(_with_baseline(element, known))
    return done


def _with_baseline(
    element: Element, known: Mapping[str, Mapping[str, Mapping[str, Any]]]
) -> Element:
    target = element.target
    if target is None or target.baseline or target.quantity is None:
        return element
    if target.unit.startswith(("%/", "% a")) or target.unit not in known:
        return element
    names = known[target.unit]
    best = max(names, key=lambda name: likeness(target.indicator, name))
    if likeness(target.indicator, best) < _LIKE:
        return element
    base = Baseline(float(names[best]["quantity"]), int(names[best]["year"]))
    return replace(element, target=replace(target, baseline=base))
