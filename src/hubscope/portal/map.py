"""A dotted world without borders, and the hubs on it, in the Equal Earth projection."""

from __future__ import annotations

import itertools
from functools import cache
from importlib.resources import files
from math import asin, cos, pi, radians, sin, sqrt

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
ROOT = sqrt(3) / 2
HALF_WIDTH = pi / (ROOT * A1)
HALF_HEIGHT = 1.3173627591574133
COLUMNS = 176
CELL = 5
WIDTH = COLUMNS * CELL
ROWS_SHOWN = (1, 77)
"""Rows of the grid that the picture keeps: from the Arctic coast to Tierra del Fuego."""


def equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Plane coordinates of a point in degrees (Savric, Patterson and Jenny 2018, eq. 1 to 3)."""
    t = asin(ROOT * sin(radians(latitude)))
    t2 = t * t
    t6 = t2**3
    x = radians(longitude) * cos(t) / (ROOT * (A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2)))
    return x, t * (A1 + A2 * t2 + t6 * (A3 + A4 * t2))


def place(longitude: float, latitude: float) -> tuple[float, float]:
    """Where a point falls in the picture, in its units from the upper left corner."""
    x, y = equal_earth(longitude, latitude)
    unit = WIDTH / (2 * HALF_WIDTH)
    return (x + HALF_WIDTH) * unit, (HALF_HEIGHT - y) * unit - ROWS_SHOWN[0] * CELL


def height() -> int:
    """Height of the picture in its units."""
    return (ROWS_SHOWN[1] - ROWS_SHOWN[0]) * CELL


@cache
def land() -> tuple[str, ...]:
    """The rows of land.txt: '#' is land."""
    text = (files("hubscope.portal") / "land.txt").read_text("utf-8")
    return tuple(line for line in text.splitlines() if not line.startswith("# "))


def world_svg() -> bytes:
    """The dotted world as a file of its own, in a tone that reads on light and dark paper."""
    runs = "".join(_row(n, row) for n, row in enumerate(land()[slice(*ROWS_SHOWN)]))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height()}">'
        f'<path d="{runs}" fill="none" stroke="#8b8f96" stroke-opacity=".5" stroke-width="3.2" '
        'stroke-linecap="round"/></svg>'
    ).encode()


def _row(number: int, row: str) -> str:
    """Dots of one row: moves relative to the last dot, each a line of no length."""
    columns = [n for n, mark in enumerate(row) if mark == "#"]
    if not columns:
        return ""
    half = CELL / 2
    start = f"M{columns[0] * CELL + half:g} {number * CELL + half:g}h0"
    return start + "".join(f"m{(b - a) * CELL} 0h0" for a, b in itertools.pairwise(columns))
