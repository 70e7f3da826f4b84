"""Drawn table cells: intervals, rank ranges, strips of peers, bars; SVG without text or style.

Positions are percentages of the cell's width, so a cell stretches without distorting its marks.
Classes name what a mark means; the stylesheet and the brief give them their colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup


@dataclass(frozen=True)
class Scale:
    """A linear axis from `low` to `high` with round ticks inside."""

    low: float
    high: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Where `value` stands, in percent of the width, with room for a mark at both ends."""
        share = (value - self.low) / (self.high - self.low)
        return 2 + 96 * min(max(share, 0), 1)


def scale(values: Iterable[float], *, ticks: int = 4, zero: bool = False) -> Scale:
    """An axis that holds all `values`, its ends on round numbers."""
    found = [*values, 0.0] if zero else list(values)
    low, high = (min(found), max(found)) if found else (0.0, 1.0)
    if high == low:
        low, high = low - (abs(low) / 2 or 1), high + (abs(high) / 2 or 1)
    step = _round_step((high - low) / ticks)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    marks = tuple(round(n * step, 10) for n in range(first, last + 1))
    return Scale(marks[0], marks[-1], marks)


def _round_step(rough: float) -> float:
    power = 10.0 ** floor(log10(rough))
    return float(next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999))


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _svg(body: str, height: int, label: str, classes: str = "cell") -> Markup:
    role = f'role="img" aria-label="{Markup.escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(  # noqa: S704  # only our own marks; the label is escaped above
        f'<svg class="{classes}" height="{height}" width="100%" {role}>{body}</svg>'
    )


def interval(
    axis: Scale, lo: float, value: float, hi: float, *, kind: str = "", label: str = ""
) -> Markup:
    """A dot on its interval; `kind` is a class such as "focus" or a force's id."""
    a, m, b = (_n(axis.at(v)) for v in (lo, value, hi))
    body = (
        f'<line class="track" x1="2%" x2="98%" y1="12" y2="12"/>'
        f'<line class="range {kind}" x1="{a}%" x2="{b}%" y1="12" y2="12"/>'
        f'<circle class="dot {kind}" cx="{m}%" cy="12" r="5"/>'
    )
    return _svg(body, 24, label)


def rank_range(axis: Scale, lo: int, rank: int, hi: int, *, kind: str = "") -> Markup:
    """The ranks a hub may hold: a bar from best to worst, a notch at the rank itself."""
    a, m, b = (_n(axis.at(v)) for v in (lo, rank, hi))
    body = (
        f'<line class="track" x1="2%" x2="98%" y1="12" y2="12"/>'
        f'<line class="range {kind}" x1="{a}%" x2="{b}%" y1="12" y2="12"/>'
        f'<line class="notch {kind}" x1="{m}%" x2="{m}%" y1="6" y2="18"/>'
    )
    return _svg(body, 24, "")


def ticks(axis: Scale, texts: Sequence[str]) -> Markup:
    """The axis of a column of cells: tick texts at their places, thinned at the ends."""
    marks = []
    for value, text in zip(axis.ticks, texts, strict=True):
        x = axis.at(value)
        anchor = "start" if x < 5 else "end" if x > 95 else "middle"
        marks.append(f'<text x="{_n(x)}%" y="14" text-anchor="{anchor}">{text}</text>')
    return _svg("".join(marks), 18, "", "axis")


def strip(
    axis: Scale, peers: Iterable[float], own: tuple[float, float, float], kind: str, label: str
) -> Markup:
    """All peers as ticks, the hub itself as a dot on its interval."""
    marks = "".join(
        f'<line class="peer" x1="{x}%" x2="{x}%" y1="8" y2="32"/>'
        for x in sorted({_n(axis.at(p)) for p in peers}, key=float)
    )
    a, m, b = (_n(axis.at(v)) for v in own)
    body = (
        f'<line class="track" x1="2%" x2="98%" y1="20" y2="20"/>{marks}'
        f'<line class="range wide {kind}" x1="{a}%" x2="{b}%" y1="20" y2="20"/>'
        f'<circle class="dot {kind}" cx="{m}%" cy="20" r="8"/>'
    )
    return _svg(body, 40, label, "strip")


def unknown_strip(label: str) -> Markup:
    """An empty strip for what nobody knows: a broken line, no mark."""
    return _svg('<line class="void" x1="2%" x2="98%" y1="20" y2="20"/>', 40, label, "strip")


def bar(axis: Scale, value: float, *, kind: str = "") -> Markup:
    """A bar from the axis' zero (or low end) to `value`."""
    a, b = _n(axis.at(max(axis.low, 0))), _n(axis.at(value))
    return _svg(f'<line class="bar {kind}" x1="{a}%" x2="{b}%" y1="12" y2="12"/>', 24, "")
