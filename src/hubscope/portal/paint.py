"""The drawings of the pages for print: classes become attributes, variables become values."""

from __future__ import annotations

import re

from markupsafe import Markup

INK, SOFT, LINE, BLUE, WASH, RED, RED_WASH = (
    "#171d26",
    "#59616d",
    "#e4dfd5",
    "#2b5c8f",
    "#b5c8dc",
    "#a01c24",
    "#e3b7b8",
)
PAINT = {
    "track": f'stroke="{LINE}" stroke-width="1"',
    "range": f'stroke="{WASH}" stroke-width="7" stroke-linecap="round"',
    "range focus": f'stroke="{RED_WASH}" stroke-width="7" stroke-linecap="round"',
    "dot": f'fill="{BLUE}"',
    "dot focus": f'fill="{RED}"',
    "history": f'fill="none" stroke="{BLUE}" stroke-width="2" stroke-linejoin="round"',
    "point": f'fill="{BLUE}"',
    "open": f'fill="#ffffff" stroke="{BLUE}" stroke-width="1.5"',
    "wedge": f'fill="{WASH}" fill-opacity="0.55"',
    "trend": f'stroke="{BLUE}" stroke-width="1" stroke-dasharray="3 3"',
    "asked": f'stroke="{RED}" stroke-opacity="0.4" stroke-dasharray="3 4"',
    "goal": f'fill="{RED}"',
    "goal-text": f'fill="{RED}" font-size="12"',
    "value": f'fill="{INK}" font-size="13"',
    "first": f'fill="{SOFT}" font-size="12"',
    "year": f'fill="{SOFT}" font-size="12"',
}
_CLASS = re.compile(r'class="([^"]*)"')
_HEAD = re.compile(r"<svg [^>]*>")


def cell(svg: Markup, width: int) -> bytes:
    """A drawn table cell at a fixed width."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="24" '
        f'viewBox="0 0 {width} 24">'
    )
    return _painted(_HEAD.sub(head, str(svg), count=1))


def picture(svg: Markup, width: int, height: int, font: str) -> bytes:
    """A drawing with text, set in `font`."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="{font}">'
    )
    return _painted(_HEAD.sub(head, str(svg), count=1))


def _painted(svg: str) -> bytes:
    return _CLASS.sub(lambda m: PAINT[m[1].strip()], svg).encode()
