"""What a document says twice is one element, with a further span for each time it comes again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from hubscope.nouns import Element, Target
from hubscope.plan.link import likeness
from hubscope.plan.units import catalogue_value

Details = dict[str, dict[str, Any]]
WORDED = ("goal", "measure", "mechanism", "result", "commitment", "deadline", "call", "target")
"""Kinds that are merged where they say the same; headings and rows of milestones stay apart."""
_SAME = 0.9
_LEAST = 4
"""Characters that the shorter of two names of indicators must have to stand in the longer."""
_NEAR = 50
"""Earlier targets of the same value that one is compared with."""
_LEAD = re.compile(
    r"^(?:[(（]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）、.．]\s*|[一二三四五六七八九十]是|[—*•·-]+\s*)+"
)
_NO_WORD = re.compile(r"[\W_]+")
_SHORTEST = {True: 10, False: 24}
"""Characters from which equal words are a repeated promise, in Chinese and in other languages."""


def merged(elements: Iterable[Element], details: Details) -> tuple[list[Element], Details]:
    """The elements without those that an earlier one says already, and the details with spans.

    Two targets are one where value, unit and year are the same and their indicators have one name;
    other elements where kind, date and words are the same and the later one holds nothing. Each
    repeat is kept under `repeated_at` of the earlier element.
    """
    rows = list(elements)
    holders = {e.parent for e in rows}
    known: dict[object, list[Element]] = {}
    kept: list[Element] = []
    full = {k: {**v} for k, v in details.items()}
    for element in rows:
        key = _key(element, full.get(element.id, {})) if element.id not in holders else None
        earlier = known.setdefault(key, []) if key is not None else []
        first = next((e for e in reversed(earlier[-_NEAR:]) if _says(e, element)), None)
        if first is None:
            kept.append(element)
            earlier.append(element)
            continue
        _keep_span(full, first, element)
    return _with_baselines(kept, full), {k: v for k, v in full.items() if k in _ids(kept)}


def _ids(elements: Iterable[Element]) -> set[str]:
    return {e.id for e in elements}


def _keep_span(full: Details, first: Element, again: Element) -> None:
    """Note where an element comes again, with what only the later words tell of it."""
    told = full.setdefault(first.id, {})
    later = full.get(again.id, {})
    span = {"start": again.span.start, "end": again.span.end, "quote": again.span.quote}
    told.setdefault("repeated_at", []).append(span)
    for name in ("nature", "cumulative"):
        if name in later:
            told.setdefault(name, later[name])
    if again.target and again.target.baseline:
        told.setdefault("_baseline", again.target.baseline)


def _with_baselines(kept: Iterable[Element], full: Details) -> list[Element]:
    done = []
    for element in kept:
        base = full.get(element.id, {}).pop("_baseline", None)
        if base is not None and element.target and element.target.baseline is None:
            element = replace(element, target=replace(element.target, baseline=base))  # noqa: PLW2901
        done.append(element)
    return done


def _key(element: Element, facts: Mapping[str, Any]) -> tuple[object, ...] | None:
    """What two elements share if they can be one; None for an element that stays alone."""
    if element.kind not in WORDED:
        return None
    if element.target is not None:
        return (*_value(element.target), element.target.year)
    words = _NO_WORD.sub("", _LEAD.sub("", element.span.quote.strip())).lower()
    chinese = any("\u4e00" <= c <= "\u9fff" for c in words)
    if len(words) < _SHORTEST[chinese]:
        return None
    return element.kind, words, element.horizon, facts.get("due")


def _value(target: Target) -> tuple[object, ...]:
    """Operator, quantities and unit; "reaches 4 %" and a table's "4 %" are the same."""
    if target.quantity is None:
        return (target.operator, target.indicator)
    amount, unit = catalogue_value(target.quantity, target.unit, target.indicator)
    operator = ">=" if target.operator == "=" else target.operator
    return operator, round(amount, 9), unit, target.upper


def _says(a: Element, b: Element) -> bool:
    """Whether two elements of the same key are one: always in words, by name for targets."""
    if a.target is None or b.target is None:
        return True
    one, other = a.target.indicator.strip(), b.target.indicator.strip()
    short, long = sorted((one, other), key=len)
    return (
        short == long or (len(short) >= _LEAST and short in long) or likeness(one, other) >= _SAME
    )
