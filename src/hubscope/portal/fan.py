"""A target and its way there: history, the value asked for, the projection with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from hubscope.portal.charts import Scale, _n, scale

WIDTH, HEIGHT = 340, 172
DOTS = {"approx": "open", "": "point"}
LEFT, RIGHT, TOP, BOTTOM = 14, 66, 26, 30


@dataclass(frozen=True)
class Fan:
    """What a fan shows; texts are already in the reader's language."""

    points: Sequence[tuple[int, float, str]]
    """Year, value, and "approx" where the value is approximate."""
    goal: tuple[int, float] | None
    projection: tuple[int, float, float, float] | None
    """Year, low end, value, high end."""
    latest_text: str
    first_text: str
    goal_text: str
    goal_value: str
    title: str
    desc: str
    ident: str


def fan(f: Fan) -> Markup:
    """The drawing, with title and description for who cannot see it."""
    xs, ys = _axes(f)
    parts = [_goal_line(f, xs, ys), _wedge(f, xs, ys), _history(f, xs, ys), _goal_mark(f, xs, ys)]
    parts += [_years(f, xs)]
    head = Markup('<title id="{0}-t">{1}</title><desc id="{0}-d">{2}</desc>').format(
        f.ident, f.title, f.desc
    )
    return Markup(  # noqa: S704  # our own marks; every text in them is escaped
        f'<svg class="fan" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-labelledby="{f.ident}-t {f.ident}-d">{head}{"".join(parts)}</svg>'
    )


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (self.end - self.start) * (value - self.low) / (self.high - self.low)


def _axes(f: Fan) -> tuple[_Axis, _Axis]:
    years = [p[0] for p in f.points] + ([f.goal[0]] if f.goal else [])
    values = [p[1] for p in f.points] + ([f.goal[1]] if f.goal else [])
    if f.projection:
        years.append(f.projection[0])
        values += [f.projection[1], f.projection[3]]
    axis: Scale = scale(values, ticks=3)
    first, last = min(years), max(years)
    xs = _Axis(first, last if last > first else first + 1, LEFT, WIDTH - RIGHT)
    return xs, _Axis(axis.low, axis.high, HEIGHT - BOTTOM - 6, TOP)


def _goal_line(f: Fan, xs: _Axis, ys: _Axis) -> str:
    if not f.goal:
        return ""
    y = _n(ys.at(f.goal[1]))
    return f'<line class="asked" x1="{LEFT}" x2="{_n(xs.at(f.goal[0]))}" y1="{y}" y2="{y}"/>'


def _wedge(f: Fan, xs: _Axis, ys: _Axis) -> str:
    if not f.projection or not f.points:
        return ""
    year, lo, value, hi = f.projection
    x, (start, at, _) = _n(xs.at(year)), f.points[-1]
    x0, y0 = _n(xs.at(start)), _n(ys.at(at))
    return (
        f'<path class="wedge" d="M{x0} {y0}L{x} {_n(ys.at(hi))}L{x} {_n(ys.at(lo))}Z"/>'
        f'<line class="trend" x1="{x0}" y1="{y0}" x2="{x}" y2="{_n(ys.at(value))}"/>'
    )


def _history(f: Fan, xs: _Axis, ys: _Axis) -> str:
    if not f.points:
        return ""
    spots = [(xs.at(y), ys.at(v), kind) for y, v, kind in f.points]
    line = "L".join(f"{_n(x)} {_n(y)}" for x, y, _ in spots)
    dots = "".join(
        f'<circle class="{DOTS[kind]}" cx="{_n(x)}" cy="{_n(y)}" r="3.5"/>' for x, y, kind in spots
    )
    text = _ends(f, spots)
    return f'<path class="history" d="M{line}"/>{dots}{text}'


def _ends(f: Fan, spots: Sequence[tuple[float, float, str]]) -> str:
    """The first and last value beside their points, clear of the line."""
    (x0, y0, _), (x, y, _) = spots[0], spots[-1]
    from_above = len(spots) > 1 and spots[-2][1] < y - 2
    crowded = bool(f.goal) and x > WIDTH - RIGHT - 12
    shift, anchor = (-8, "end") if crowded else (0, "middle")
    last = _text("value", x + shift, y + 19 if from_above else y - 10, anchor, f.latest_text)
    if len(spots) < 2 or x - x0 < 80:
        return last
    rises = spots[1][1] < y0 - 2
    return last + _text("first", x0 - 4, y0 + 18 if rises else y0 - 10, "start", f.first_text)


def _text(kind: str, x: float, y: float, anchor: str, text: str) -> str:
    return (
        f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">'
        f"{Markup.escape(text)}</text>"
    )


def _goal_mark(f: Fan, xs: _Axis, ys: _Axis) -> str:
    if not f.goal:
        return ""
    x, y = xs.at(f.goal[0]), ys.at(f.goal[1])
    return (
        f'<path class="goal" d="M{_n(x)} {_n(y - 6)}l6 6l-6 6l-6 -6Z"/>'
        + _text("goal-text", x + 11, y - 2, "start", f.goal_text)
        + _text("goal-text", x + 11, y + 12, "start", f.goal_value)
    )


def _years(f: Fan, xs: _Axis) -> str:
    years = sorted({p[0] for p in f.points} | ({f.goal[0]} if f.goal else set()))
    kept: list[int] = []
    for year in [years[-1], *years[:-1]] if years else []:
        if all(abs(xs.at(year) - xs.at(k)) >= 34 for k in kept):
            kept.append(year)
    return "".join(
        f'<text class="year" x="{_n(xs.at(y))}" y="{HEIGHT - 8}" text-anchor="middle">{y}</text>'
        for y in sorted(kept)
    )
