"""A document's own words with the spans of its elements marked in them, cut into pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markupsafe import Markup, escape

BUDGET = 45_000
"""Bytes of text and marks from which a text is cut in two: below 40 KB compressed in any tongue."""
_MARK = 300
"""Bytes that one mark adds."""
_NEAR = 2_000
"""How far a cut moves to fall on the end of a line, in characters."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A span to be marked: what opens it where it starts, and where it goes on after a cut."""

    start: int
    end: int
    first: Markup
    again: Markup
    close: Markup


@dataclass(frozen=True, slots=True)
class Point:
    """Something without words that stands at one offset: the start of a page."""

    at: int
    shown: Markup


@lru_cache(maxsize=64)
def needed(text: str, marks: int) -> int:
    """Into how many pages a text with so many marks is cut."""
    return 1 + (len(text.encode("utf-8", "surrogatepass")) + _MARK * marks) // BUDGET


@lru_cache(maxsize=64)
def cuts(text: str, count: int) -> tuple[int, ...]:
    """The offsets at which `count` pages start: about as many bytes each, whole lines if it can."""
    data = text.encode("utf-8", "surrogatepass")
    starts = [0]
    for n in range(1, count):
        at = len(data[: len(data) * n // count].decode("utf-8", "ignore"))
        line = text.find("\n", at, at + _NEAR)
        starts.append(max(starts[-1], line + 1 if line >= 0 else at))
    return tuple(starts)


def marked(
    text: str, window: tuple[int, int], marks: Iterable[Mark], points: Sequence[Point] = ()
) -> Markup:
    """The characters of `window` with every mark that touches it, as well-formed markup.

    Marks may nest, repeat and overlap: where one ends inside another that began later, the later
    one is closed and opened again. The text of the result is `text[slice(*window)]`, unchanged.
    """
    first, last = window
    inside = sorted(
        (m for m in marks if m.start < last and m.end > first), key=lambda m: (m.start, -m.end)
    )
    return Markup("").join(_pieces(text, first, last, inside, points))


def _pieces(
    text: str, first: int, last: int, marks: Sequence[Mark], points: Sequence[Point]
) -> Iterator[Markup]:
    stops = {first, last, *(p.at for p in points if first <= p.at < last)}
    stops |= {at for m in marks for at in (m.start, m.end) if first <= at <= last}
    ordered = sorted(stops)
    open_now: list[Mark] = []
    waiting = iter(marks)
    coming = next(waiting, None)
    at_point: dict[int, list[Markup]] = {}
    for p in points:
        at_point.setdefault(p.at, []).append(p.shown)
    for at, until in pairwise(ordered):
        yield from _ended(open_now, at)
        yield from at_point.get(at, ())
        while coming is not None and max(coming.start, first) <= at:
            yield coming.first if coming.start >= first else coming.again
            open_now.append(coming)
            coming = next(waiting, None)
        yield written(text[at:until])
    yield from (m.close for m in reversed(open_now))


def _ended(open_now: list[Mark], at: int) -> Iterator[Markup]:
    """Close what ends at `at`; what was opened inside it and goes on is opened again."""
    ending = next((n for n, m in enumerate(open_now) if m.end <= at), None)
    if ending is None:
        return
    yield from (m.close for m in reversed(open_now[ending:]))
    open_now[ending:] = [m for m in open_now[ending:] if m.end > at]
    yield from (m.again for m in open_now[ending:])


def written(text: str) -> Markup:
    """Characters as markup that gives them back, carriage returns too."""
    return escape(text).replace("\r", Markup("&#13;"))
