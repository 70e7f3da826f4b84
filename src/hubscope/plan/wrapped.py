"""Chinese text broken into lines of one width (PDF pages, mail): read joined, reported as is."""

from __future__ import annotations

import re
from array import array
from dataclasses import replace
from typing import Any

from hubscope.nouns import Element, Span
from hubscope.plan.model import Attribution, Plan, Region

_NARROW, _WIDE = 15, 60
_LEAST = 5
_STOPS = "。！？；：”」!?;:"
_FRESH = re.compile(
    r"\s*(?:#|[-*•·—]|[一二三四五六七八九十]+[、是]|第[一二三四五六七八九十\d]+[章节条部]|"
    r"[（(][一二三四五六七八九十\d]+[)）]|\d{1,2}[.、．]|[①-⑳]|专栏|\||$)"
)


def _width(rows: list[str]) -> int:
    """The width that the lines were broken at, or 0 where they were not."""
    sizes = sorted(len(r) for r in rows if len(r) >= _NARROW)
    if len(sizes) < _LEAST:
        return 0
    width = sizes[int(0.95 * (len(sizes) - 1))]
    full = [r for r in rows if width - 3 <= len(r) <= width + 2]
    broken = [r for r in full if r[-1] not in _STOPS]
    many = len(full) >= max(_LEAST, 0.25 * len(sizes)) and len(broken) >= 0.6 * len(full)
    return width if many and width <= _WIDE else 0


def unwrap(text: str) -> tuple[str, array[int] | None]:
    """The text with its broken paragraphs joined, and where each character stood before.

    The second value is None where nothing is joined: the text is then the one given.
    """
    rows = text.split("\n")
    width = _width([r.strip() for r in rows if r.strip()])
    if not width:
        return text, None
    pieces: list[str] = []
    offsets: array[int] = array("q")
    at, joins = 0, False
    for row in rows:
        first = at + len(row) - len(row.lstrip()) if joins else at
        if not joins and pieces:
            pieces.append("\n")
            offsets.append(at - 1)
        after = at + len(row) + 1
        joins = _goes_on(row.strip(), text[after : after + 60].split("\n", 1)[0], width)
        last = at + len(row.rstrip() if joins else row)
        pieces.append(text[first:last])
        offsets.extend(range(first, last))
        at = after
    return "".join(pieces), offsets


def _goes_on(row: str, after: str, width: int) -> bool:
    return len(row) >= width - 3 and row[-1] not in _STOPS and not _FRESH.match(after)


def _back(text: str, offsets: array[int], start: int, end: int) -> tuple[int, int]:
    if start >= end:
        at = offsets[start] if start < len(offsets) else len(text)
        return at, at
    return offsets[start], offsets[end - 1] + 1


def restored(plan: Plan, text: str, offsets: array[int]) -> Plan:
    """A plan read from joined text, with every span in the text as it was given."""

    def span(s: Span) -> Span:
        start, end = _back(text, offsets, s.start, s.end)
        return Span(start, end, text[start:end])

    def element(e: Element) -> Element:
        return replace(e, span=span(e.span), parts={k: span(v) for k, v in e.parts.items()})

    def attribution(a: Attribution) -> Attribution:
        return replace(a, span=span(a.span), speaker_span=span(a.speaker_span))

    def again(row: dict[str, Any]) -> dict[str, Any]:
        told = span(Span(row["start"], row["end"], row["quote"]))
        return {"start": told.start, "end": told.end, "quote": told.quote}

    details = {
        k: {**v, "repeated_at": [again(r) for r in v["repeated_at"]]} if "repeated_at" in v else v
        for k, v in plan.details.items()
    }
    regions = [Region(r.kind, *_back(text, offsets, r.start, r.end)) for r in plan.regions]
    return replace(
        plan,
        text=text,
        regions=tuple(regions),
        attributions=tuple(map(attribution, plan.attributions)),
        elements=tuple(map(element, plan.elements)),
        details=details,
    )
