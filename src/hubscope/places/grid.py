"""The grid under the density clusters: which cells and points lie near one another (numba)."""

# numba compiles untyped kernels; their arguments are the arrays of the grid.
# ruff: noqa: ANN001, ANN201, PLR0917

from __future__ import annotations

import math

import numpy as np
from numba import njit


@njit(cache=True, inline="always")
def apart(dlon):  # type: ignore[no-untyped-def]
    """The difference of two longitudes the short way round, radians."""
    dlon = abs(dlon)
    return min(dlon, 2 * math.pi - dlon)


@njit(cache=True, inline="always")
def near(a1, o1, c1, a2, o2, c2, limit):  # type: ignore[no-untyped-def]
    """Whether the haversine of the distance is at most `limit`; c1, c2 are the cosines."""
    s, t = math.sin((a2 - a1) / 2), math.sin((o2 - o1) / 2)
    return s * s + c1 * c2 * t * t <= limit


@njit(cache=True)
def gap(box, c, a, o):  # type: ignore[no-untyped-def]
    """Bounds of the haversine from a point to the points of a cell: (at least, at most)."""
    dlat = max(box[c, 0] - a, a - box[c, 1], 0.0)
    far = max(abs(box[c, 0] - a), abs(box[c, 1] - a))
    left, right = apart(box[c, 2] - o), apart(box[c, 3] - o)
    dlon = 0.0 if box[c, 2] <= o <= box[c, 3] else min(left, right)
    opposite = o + math.pi if o < math.pi else o - math.pi
    dlon_far = math.pi if box[c, 2] <= opposite <= box[c, 3] else max(left, right)
    cos_a = math.cos(a)
    c_low = min(math.cos(box[c, 0]), math.cos(box[c, 1]))
    c_high = 1.0 if box[c, 0] < 0 < box[c, 1] else max(math.cos(box[c, 0]), math.cos(box[c, 1]))
    s, t = math.sin(dlat / 2), math.sin(dlon / 2)
    u, v = math.sin(far / 2), math.sin(dlon_far / 2)
    least = max(s * s, 0.0) + max(cos_a * c_low, 0.0) * t * t
    return least * (1 - 1e-12), (u * u + cos_a * c_high * v * v) * (1 + 1e-12)


@njit(cache=True)
def window(wide, height, band, o, eps, near_band):  # type: ignore[no-untyped-def]
    """First piece and number of pieces of `near_band` that may be within eps of longitude `o`."""
    top = 0.0
    for b in (band, near_band):
        low = b * height - math.pi / 2
        top = max(top, abs(low), abs(low + height))
    n = wide[near_band]
    cos_top = math.cos(min(top, math.pi / 2))
    reach = math.sin(eps / 2) / cos_top if cos_top > 1e-9 else 2.0
    if reach >= 1.0:
        return 0, n
    reach = 2 * math.asin(reach) + 1e-12
    first = math.floor((o - reach) / (2 * math.pi) * n)
    last = math.floor((o + reach) / (2 * math.pi) * n)
    if last - first + 1 >= n:
        return 0, n
    return first, last - first + 1


@njit(cache=True)
def around(grid, c, o_low, o_high, eps, out):  # type: ignore[no-untyped-def]
    """Cells that may hold a point within eps of longitudes o_low..o_high in the band of c."""
    row, col, rows, wide, height = grid
    found = 0
    band = row[c]
    for near in range(max(band - 2, 0), min(band + 3, len(wide))):
        s, e = rows[near], rows[near + 1]
        if s == e:
            continue
        n = wide[near]
        first, count = window(wide, height, band, o_low, eps, near)
        first2, count2 = window(wide, height, band, o_high, eps, near)
        count = n if n in (count, count2) else min(first2 + count2 - first, n)
        at = first % n if count < n else 0
        for lap in range(2):
            low = at if lap == 0 else 0
            high = min(at + count, n) if lap == 0 else at + count - n
            if high <= low:
                continue
            i = s + np.searchsorted(col[s:e], low)
            while i < e and col[i] < high:
                if found < len(out):
                    out[found] = i
                found += 1
                i += 1
    return found


@njit(cache=True)
def cells_near(grid, c, o_low, o_high, eps, out):  # type: ignore[no-untyped-def]
    """The cells of `around`, in a buffer that grows until it holds them all."""
    found = around(grid, c, o_low, o_high, eps, out)
    while found > len(out):
        out = np.empty(2 * found, np.int64)
        found = around(grid, c, o_low, o_high, eps, out)
    return found, out
