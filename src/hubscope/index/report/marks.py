"""Drawings made of rectangles alone, so that one description serves SVG, PNG and any page size."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import numpy as np

from hubscope.index.table import Array

INKS = {
    "track": (236, 232, 223),
    "peer": (168, 160, 148),
    "range": (181, 200, 220),
    "mark": (160, 28, 36),
    "bar": (43, 92, 143),
}
"""What a rectangle means, and its colour on paper; a page may colour the same class otherwise."""


@dataclass(frozen=True)
class Mark:
    """One rectangle in the drawing's own units."""

    ink: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Drawing:
    """Rectangles on a sheet, later ones on top, and the words that stand for them."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    label: str


def strip(
    others: Array, value: float, lo: float, hi: float, label: str, *, width: float = 168
) -> Drawing:
    """All units as ticks on one line, the range as a band, the unit's own value as a red tick."""
    height, inner = 18.0, width - 4
    seen = [*others[~np.isnan(others)].tolist(), *(v for v in (value, lo, hi) if not np.isnan(v))]
    least, most = (min(seen), max(seen)) if seen else (0.0, 1.0)
    wide = most - least or 1.0

    def at(v: float) -> float:
        return 2 + (v - least) / wide * inner

    marks = [Mark("track", 0, 8, width, 2)]
    if not np.isnan(lo):
        marks.append(Mark("range", at(lo) - 1, 3, at(hi) - at(lo) + 2, 12))
    ticks = sorted({round(at(v), 1) for v in others[~np.isnan(others)]})
    marks += [Mark("peer", x - 0.5, 6, 1, 6) for x in ticks]
    if not np.isnan(value):
        marks.append(Mark("mark", at(value) - 1.5, 1, 3, 16))
    return Drawing(width, height, tuple(marks), label)


def bar(share: float, lo: float, hi: float, label: str, *, width: float = 168) -> Drawing:
    """A bar from zero to a share of one, with its interval as a thin line over its end."""
    height = 18.0

    def at(v: float) -> float:
        return min(max(v, 0.0), 1.0) * width

    marks = [Mark("track", 0, 8, width, 2), Mark("bar", 0, 4, at(share), 10)]
    if not np.isnan(lo):
        marks.append(Mark("mark", at(lo), 8, max(at(hi) - at(lo), 1), 2))
    return Drawing(width, height, tuple(marks), label)


def svg(drawing: Drawing) -> str:
    """Inline SVG; the page's style colours the classes."""
    rects = "".join(_rect(m) for m in drawing.marks)
    return (
        f'<svg viewBox="0 0 {drawing.width:g} {drawing.height:g}" width="{drawing.width:g}" '
        f'height="{drawing.height:g}" role="img" aria-label="{escape(drawing.label)}">{rects}</svg>'
    )


def _rect(m: Mark) -> str:
    x, y, w, h = (f"{v:.1f}".removesuffix(".0") for v in (m.x, m.y, m.width, m.height))
    return f'<rect class="{m.ink}" x="{x}" y="{y}" width="{w}" height="{h}"/>'


def png(drawing: Drawing, scale: int = 3) -> bytes:
    """The drawing as a PNG on white, `scale` pixels a unit."""
    shape = round(drawing.height * scale), round(drawing.width * scale), 3
    sheet = np.full(shape, 255, dtype=np.uint8)
    for m in drawing.marks:
        top, left = round(m.y * scale), round(m.x * scale)
        bottom, right = round((m.y + m.height) * scale), round((m.x + m.width) * scale)
        sheet[max(top, 0) : bottom, max(left, 0) : right] = INKS[m.ink]
    return _png_bytes(sheet)


def _png_bytes(sheet: Array) -> bytes:
    """An image of rows x columns x RGB in the PNG format (W3C PNG, 11.2): no filter, one chunk."""
    rows = np.hstack([np.zeros((len(sheet), 1), np.uint8), sheet.reshape(len(sheet), -1)])
    head = struct.pack(">IIBBBBB", sheet.shape[1], sheet.shape[0], 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunks(parts))


def _chunks(parts: Iterable[tuple[bytes, bytes]]) -> Iterable[bytes]:
    for kind, body in parts:
        check = zlib.crc32(kind + body)
        yield struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
