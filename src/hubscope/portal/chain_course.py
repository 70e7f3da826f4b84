"""The course of numbers over the years in one cell of a table: lines on their ranges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

TALL, EDGE = 44, 6
"""Height of the cell, and the room above and below its marks."""


@dataclass(frozen=True)
class Point:
    """One year of a course."""

    year: int
    value: float
    lo: float
    hi: float


def course(
    lines: Mapping[str, Sequence[Point]],
    *,
    years: tuple[int, int],
    level: float,
    label: str,
    top: float | None = None,
) -> Markup:
    """A cell with one line for each kind, from the first year on the left to the last.

    Args:
        lines: points by kind, a class that the stylesheet colours.
        years: the first and the last year of the axis.
        level: the value that a thin line marks across.
        label: what a screen reader says.
        top: the greatest value that is drawn; what lies above is cut off at the edge.
    """
    every = [p for points in lines.values() for p in points]
    high = max([level, *(p.hi for p in every)])
    low = min([level, *(p.lo for p in every)])
    ends = low, min(high, top) if top is not None else high
    body = _across(_height(level, ends))
    for kind, points in lines.items():
        body += "".join(_marks(kind, sorted(points, key=lambda p: p.year), years, ends))
    return Markup(  # noqa: S704  # only our own marks; the label is escaped
        f'<svg class="cell course" height="{TALL}" width="100%" role="img" '
        f'aria-label="{Markup.escape(label)}">{body}</svg>'
    )


def _height(value: float, ends: tuple[float, float]) -> float:
    low, high = ends
    share = (min(max(value, low), high) - low) / ((high - low) or 1.0)
    return TALL - EDGE - share * (TALL - 2 * EDGE)


def _across(y: float) -> str:
    return f'<line class="track" x1="0" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'


def _marks(
    kind: str, points: Sequence[Point], years: tuple[int, int], ends: tuple[float, float]
) -> Iterable[str]:
    first, last = years
    spots = [
        (f"{4 + 92 * (p.year - first) / max(last - first, 1):.1f}%", p, _height(p.value, ends))
        for p in points
    ]
    for x, p, _ in spots:
        yield _line("spread", kind, (x, x), (_height(p.lo, ends), _height(p.hi, ends)))
    for (x1, a, y1), (x2, b, y2) in pairwise(spots):
        if b.year == a.year + 1:
            yield _line("way", kind, (x1, x2), (y1, y2))
    for x, _, y in spots[-1:]:
        yield f'<circle class="dot {kind}" cx="{x}" cy="{y:.1f}" r="3.5"/>'


def _line(mark: str, kind: str, x: tuple[str, str], y: tuple[float, float]) -> str:
    ends = f'x1="{x[0]}" x2="{x[1]}" y1="{y[0]:.1f}" y2="{y[1]:.1f}"'
    return f'<line class="{mark} {kind}" {ends}/>'
