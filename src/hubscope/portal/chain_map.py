"""Drawings of chains: the layered map and the flows of a region; SVG that needs no script.

Classes name what a mark means; the stylesheet gives them their colours. Every node is a link, so
that the map can be walked with the keyboard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from markupsafe import Markup

PITCH, WIDE, TALL, GAP = 149, 133, 38, 8
"""Distance of two layers, width and height of a node, space between two nodes."""

HEAD = 22
"""Room above the first band for its name."""


@dataclass(frozen=True)
class Mark:
    """How one node is drawn."""

    name: str
    href: str
    kind: str
    """high, low or unknown concentration; bundle where nodes are folded behind it."""


def chain_map(
    layout: Mapping[str, Any],
    mark: Callable[[Mapping[str, Any]], Mark],
    told: Callable[[str, str], str],
    label: str,
    headings: Sequence[tuple[float, str]] = (),
) -> Markup:
    """The layered map: raw inputs on the left, what they are for on the right.

    Args:
        layout: spots and links as `chains.layout` gives them.
        mark: how a spot is drawn.
        told: what a link from one spot to another says: its ends and its evidence.
        label: what a screen reader says of the whole.
        headings: names of the bands, each above the row that it begins with.
    """
    spots = layout["spots"]
    height = max(round(layout["rows"] * (TALL + GAP)) - GAP, 0)
    at = {s["id"]: (s["layer"] * PITCH, round(s["row"] * (TALL + GAP))) for s in spots}
    width = (layout["layers"] - 1) * PITCH + WIDE
    lines = Markup("").join(
        _line(at[a], at[b], told(a, b), variant=v) for a, b, v in layout["links"]
    )
    nodes = Markup("").join(_node(mark(s), *at[s["id"]]) for s in spots)
    above = HEAD if headings else 0
    names = Markup("").join(
        Markup('<text class="band" x="0" y="{}">{}</text>').format(
            round(row * (TALL + GAP)) - GAP, name
        )
        for row, name in headings
    )
    tall = height + above + 4
    return Markup(
        '<svg class="chain" viewBox="-2 {} {} {}" width="{}" height="{}" role="group" '
        'aria-label="{}">{}{}{}</svg>'
    ).format(-2 - above, width + 4, tall, width + 4, tall, label, names, lines, nodes)


def _line(start: tuple[int, int], end: tuple[int, int], told: str, *, variant: bool) -> Markup:
    x1, y1 = start[0] + WIDE, start[1] + TALL // 2
    x2, y2 = end[0], end[1] + TALL // 2
    middle = (x1 + x2) // 2
    path = f"M{x1} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"
    return Markup('<path class="feeds{}" d="{}"><title>{}</title></path>').format(
        " variant" if variant else "", path, told
    )


def _node(mark: Mark, x: int, y: int) -> Markup:
    shown = wrapped(mark.name)
    first = y + TALL // 2 + (4 if len(shown) == 1 else -3)
    texts = Markup("").join(
        Markup('<text x="{}" y="{}">{}</text>').format(x + 10, first + 14 * i, line)
        for i, line in enumerate(shown)
    )
    box = Markup(
        '<rect class="node {}" x="{}" y="{}" width="{}" height="{}" rx="5"/>'
        '<rect class="edge {}" x="{}" y="{}" width="4" height="{}"/>'
    ).format(mark.kind, x, y, WIDE, TALL, mark.kind, x, y, TALL)
    inside = Markup("<title>{}</title>{}{}").format(mark.name, box, texts)
    return Markup('<a href="{}">{}</a>').format(mark.href, inside) if mark.href else inside


def wrapped(name: str, most: int = 18) -> list[str]:
    """A name on at most two lines of `most` Latin or half as many Chinese characters."""
    lines = [""]
    for word in _words(name):
        if _size(lines[-1] + word) > most and lines[-1]:
            lines.append(word.lstrip())
        else:
            lines[-1] += word
    if len(lines) > 2:
        lines = [lines[0], " ".join(lines[1:])]
    return [_cut(line, most) for line in lines]


def _words(name: str) -> list[str]:
    """Pieces a name may be broken between: before spaces, or between Chinese characters."""
    if any(ord(c) > 0x2E80 for c in name):
        return list(name)
    first, *rest = name.split(" ")
    return [first, *(" " + w for w in rest)]


def _size(text: str) -> int:
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)


def _cut(line: str, most: int) -> str:
    if _size(line) <= most:
        return line
    kept = ""
    for c in line:
        if _size(kept + c) > most - 1:
            break
        kept += c
    return kept.rstrip() + "…"


@dataclass(frozen=True)
class Arrow:
    """One flow of a flow map."""

    src: str
    dst: str
    value: float
    amount: str
    """The value with its unit in words."""


def flow_map(
    points: Mapping[str, tuple[float, float]],
    names: Mapping[str, str],
    arrows: Sequence[Arrow],
    *,
    label: str,
    ident: str,
) -> Markup:
    """Places at their points with arrows as wide as what flows; no land, no border is drawn.

    Args:
        points: latitude and longitude of every place that an arrow names.
        names: their names.
        arrows: the flows.
        label: what a screen reader says.
        ident: id of the arrow's head, unlike any other on the page.
    """
    shown = sorted({p for a in arrows for p in (a.src, a.dst)})
    frame = NARROW if len(shown) <= FEW else WIDER
    at = _projected({p: points[p] for p in shown}, frame)
    top = max((a.value for a in arrows), default=1.0)
    lines = Markup("").join(_arrow(a, at, 2 + 9 * a.value / top, ident) for a in arrows)
    into = [a.dst for a in arrows]
    amount = {a.dst: a.amount for a in arrows if into.count(a.dst) == 1 and len(shown) <= FEW}
    dots = Markup("").join(_point(*at[p], names[p], amount.get(p, "")) for p in shown)
    head = Markup(
        '<defs><marker id="{}" viewBox="0 0 10 10" refX="14" refY="5" markerWidth="12" '
        'markerHeight="12" markerUnits="userSpaceOnUse" orient="auto">'
        '<path class="head" d="M0 0L10 5L0 10z"/></marker></defs>'
    ).format(ident)
    return Markup(
        '<svg class="flows" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>'
    ).format(frame.width, frame.height, label, head, lines, dots)


def _point(x: int, y: int, name: str, amount: str) -> Markup:
    """A place: its dot, its name and below it what flows there."""
    lines = [(y + 5, "place", name)] if not amount else [(y, "place", name), (y + 15, "", amount)]
    texts = Markup("").join(
        Markup('<text class="{}" x="{}" y="{}">{}</text>').format(kind, x + 10, at, text)
        for at, kind, text in lines
    )
    return Markup('<circle class="dot" cx="{}" cy="{}" r="5"/>{}').format(x, y, texts)


@dataclass(frozen=True)
class Frame:
    """The size of a flow map, the room its points take and where their middle stands."""

    width: int
    height: int
    across: float
    down: float
    middle: int


NARROW, WIDER = Frame(300, 220, 150, 150, 90), Frame(760, 400, 560, 320, 330)
FEW = 4
"""Places up to which a map is small, and tells beside each what flows there."""


def _projected(
    points: Mapping[str, tuple[float, float]], frame: Frame
) -> dict[str, tuple[int, int]]:
    """Points in the drawing, equirectangular around their middle latitude."""
    if not points:
        return {}
    middle = sum(lat for lat, _ in points.values()) / len(points)
    x = {p: lon * cos(radians(middle)) for p, (_, lon) in points.items()}
    y = {p: -lat for p, (lat, _) in points.items()}
    spans = [max(max(v.values()) - min(v.values()), 0.1) for v in (x, y)]
    scale = min(frame.across / spans[0], frame.down / spans[1])
    left = frame.middle - scale * (min(x.values()) + max(x.values())) / 2
    up = frame.height / 2 - scale * (min(y.values()) + max(y.values())) / 2
    return {p: (round(left + scale * x[p]), round(up + scale * y[p])) for p in points}


def _arrow(arrow: Arrow, at: Mapping[str, tuple[int, int]], width: float, ident: str) -> Markup:
    (x1, y1), (x2, y2) = at[arrow.src], at[arrow.dst]
    bend = (x1 + x2) // 2 + (y2 - y1) // 5, (y1 + y2) // 2 - (x2 - x1) // 5
    path = f"M{x1} {y1}Q{bend[0]} {bend[1]} {x2} {y2}"
    return Markup(
        '<path class="flow" d="{}" stroke-width="{}" marker-end="url(#{})"><title>{}</title></path>'
    ).format(path, f"{width:.1f}", ident, arrow.amount)
