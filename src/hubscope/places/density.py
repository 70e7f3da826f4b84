"""Weighted DBSCAN on the sphere: exact, deterministic, on a grid of cells (numba).

Ester, Kriegel, Sander and Xu 1996, with weights as in scikit-learn: a point is core where the
weights within the radius, its own included, reach the minimum. Cells are so small that all points
of one cell are within the radius of each other (Gan and Tao 2015): a cell that is heavy enough
makes all its points core without a single distance, and joins two cells once.

A cell is a piece of a band of latitude; bands are radius/sqrt(2) high, and a band is cut into equal
pieces of at most that width where it is widest.
"""

# numba compiles untyped kernels; their arguments are the arrays of the grid.
# ruff: noqa: ANN001, ANN202, PLR0917

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from hubscope.places.grid import cells_near, gap, near
from hubscope.places.sphere import EARTH_KM, Floats

Ints = NDArray[np.int64]

BLOCK = 32
"""Points that are taken or left together where their box lies inside or outside the radius."""


def dbscan(lat: Floats, lon: Floats, weight: Floats, radius_km: float, minimum: float) -> Ints:
    """Cluster of each point, -1 for noise; clusters are numbered by their first core point.

    A point that is not core but near several clusters goes to the lowest-numbered one, as in
    scikit-learn.

    Args:
        lat: degrees north, shape (n,).
        lon: degrees east, shape (n,).
        weight: at least 0, shape (n,).
        radius_km: great-circle radius, above 0 and at most 2,000.
        minimum: the weight that makes a point core.
    """
    if len(lat) == 0:
        return np.empty(0, np.int64)
    eps = radius_km / EARTH_KM
    la, lo = np.radians(lat), np.radians((lon + 180.0) % 360.0)
    keys, wide, height = _cells(la, lo, eps)
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    starts = np.flatnonzero(np.r_[True, sorted_keys[1:] != sorted_keys[:-1]])
    bounds = np.r_[starts, len(order)].astype(np.int64)
    _spread(bounds, order, la, lo)
    la, lo, w = la[order], lo[order], weight[order].astype(np.float64)
    row, col = sorted_keys[starts] >> 32, sorted_keys[starts] & 0xFFFFFFFF
    rows = np.searchsorted(row, np.arange(len(wide) + 1)).astype(np.int64)
    grid = (row, col, rows, wide, height)
    blocks = _blocks(bounds, la, lo, w)
    core = _core(grid, bounds, blocks, la, lo, w, eps, float(minimum))
    parent = _join(grid, bounds, blocks, la, lo, core, eps)
    labels: Ints = _label(grid, bounds, blocks, la, lo, core, parent, order, eps)
    return labels


def _cells(la: Floats, lo: Floats, eps: float) -> tuple[Ints, Ints, float]:
    """Key (band << 32 | piece) of each point, pieces in each band, height of a band."""
    side = eps / math.sqrt(2) * (math.sin(eps / 2) / (eps / 2)) * (1 - 1e-9)
    bands = int(math.pi / side) + 1
    low = np.arange(bands) * side - math.pi / 2
    nearest_equator = np.where(
        (low < 0) & (low + side > 0), 0.0, np.minimum(abs(low), abs(low + side))
    )
    widest = np.maximum(np.cos(nearest_equator), 1e-12)
    wide = np.maximum(np.ceil(2 * math.pi * widest / side), 1).astype(np.int64)
    band = np.clip(((la + math.pi / 2) / side).astype(np.int64), 0, bands - 1)
    piece = np.minimum((lo / (2 * math.pi) * wide[band]).astype(np.int64), wide[band] - 1)
    return (band << 32) | piece, wide, side


@njit(cache=True)
def _spread(bounds, order, la, lo):  # type: ignore[no-untyped-def]
    """Order the points of a cell so that runs of BLOCK are near each other: strips, then along."""
    for c in range(len(bounds) - 1):
        s, e = bounds[c], bounds[c + 1]
        n = e - s
        if n <= BLOCK:
            continue
        order[s:e] = order[s:e][np.argsort(la[order[s:e]])]
        strip = BLOCK * math.ceil(math.sqrt(n / BLOCK))
        for at in range(s, e, strip):
            end = min(at + strip, e)
            order[at:end] = order[at:end][np.argsort(lo[order[at:end]])]


@njit(cache=True)
def _blocks(bounds, la, lo, w):  # type: ignore[no-untyped-def]
    """Runs of at most BLOCK points: (first block of each cell, bounds, boxes, weights)."""
    n = len(bounds) - 1
    first = np.zeros(n + 1, np.int64)
    for c in range(n):
        first[c + 1] = first[c] + (bounds[c + 1] - bounds[c] + BLOCK - 1) // BLOCK
    m = first[n]
    at, box, weight = np.empty(m + 1, np.int64), np.empty((m, 4)), np.empty(m)
    at[m] = len(la)
    for c in range(n):
        for b in range(first[c], first[c + 1]):
            s = bounds[c] + (b - first[c]) * BLOCK
            e = min(s + BLOCK, bounds[c + 1])
            at[b], weight[b] = s, w[s:e].sum()
            box[b, 0], box[b, 1] = la[s:e].min(), la[s:e].max()
            box[b, 2], box[b, 3] = lo[s:e].min(), lo[s:e].max()
    return first, at, box, weight


@njit(cache=True)
def _cell_box(blocks, c):  # type: ignore[no-untyped-def]
    first, _, box, _ = blocks
    s, e = first[c], first[c + 1]
    out = np.empty((1, 4))
    out[0, 0], out[0, 1] = box[s:e, 0].min(), box[s:e, 1].max()
    out[0, 2], out[0, 3] = box[s:e, 2].min(), box[s:e, 3].max()
    return out


@njit(cache=True)
def _core(grid, bounds, blocks, la, lo, w, eps, minimum):  # type: ignore[no-untyped-def]
    """Whether the weights within eps of each point reach the minimum."""
    first, at, box, weight = blocks
    n = len(bounds) - 1
    core = np.zeros(len(la), np.bool_)
    heavy, boxes = np.empty(n), np.empty((n, 4))
    for c in range(n):
        heavy[c] = weight[first[c] : first[c + 1]].sum()
        boxes[c] = _cell_box(blocks, c)[0]
    limit = math.sin(eps / 2) ** 2
    cos = np.cos(la)
    out = np.empty(64, np.int64)
    for c in range(n):
        s, e = bounds[c], bounds[c + 1]
        if heavy[c] >= minimum:
            core[s:e] = True
            continue
        found, out = cells_near(grid, c, boxes[c, 2], boxes[c, 3], eps, out)
        total = 0.0
        for k in range(found):
            total += heavy[out[k]]
        if total < minimum:
            continue
        for i in range(s, e):
            got, left = 0.0, total
            for k in range(found):
                d = out[k]
                left -= heavy[d]
                least, most = gap(boxes, d, la[i], lo[i])
                if most <= limit:
                    got += heavy[d]
                elif least <= limit:
                    got += _within(
                        at, box, weight, w, first[d], first[d + 1], la, lo, cos, i, limit
                    )
                if got >= minimum or got + left < minimum * (1 - 1e-12):
                    break
            core[i] = got >= minimum
    return core


@njit(cache=True)
def _within(at, box, weight, w, b, end, la, lo, cos, i, limit):  # type: ignore[no-untyped-def]
    """Weight within the limit of point i among the blocks b..end."""
    got = 0.0
    while b < end:
        least, most = gap(box, b, la[i], lo[i])
        if most <= limit:
            got += weight[b]
        elif least <= limit:
            for j in range(at[b], at[b + 1]):
                if near(la[i], lo[i], cos[i], la[j], lo[j], cos[j], limit):
                    got += w[j]
        b += 1
    return got


@njit(cache=True)
def _meets(at, box, b, end, la, lo, cos, core, i, limit):  # type: ignore[no-untyped-def]
    """Whether a core point among the blocks b..end is within the limit of point i."""
    while b < end:
        if gap(box, b, la[i], lo[i])[0] <= limit:
            for j in range(at[b], at[b + 1]):
                if core[j] and near(la[i], lo[i], cos[i], la[j], lo[j], cos[j], limit):
                    return True
        b += 1
    return False


@njit(cache=True)
def _root(parent, c):  # type: ignore[no-untyped-def]
    while parent[c] != c:
        parent[c] = parent[parent[c]]
        c = parent[c]
    return c


@njit(cache=True)
def _join(grid, bounds, blocks, la, lo, core, eps):  # type: ignore[no-untyped-def]
    """Union of cells whose core points reach each other; the root of each cell."""
    first, at, box, _ = blocks
    n = len(bounds) - 1
    parent = np.arange(n)
    limit = math.sin(eps / 2) ** 2
    cos = np.cos(la)
    has, boxes = np.zeros(n, np.bool_), np.empty((n, 4))
    for c in range(n):
        has[c] = core[bounds[c] : bounds[c + 1]].any()
        boxes[c] = _cell_box(blocks, c)[0]
    out = np.empty(64, np.int64)
    for c in range(n):
        if not has[c]:
            continue
        found, out = cells_near(grid, c, boxes[c, 2], boxes[c, 3], eps, out)
        for k in range(found):
            d = out[k]
            if d <= c or not has[d]:
                continue
            a, b = _root(parent, c), _root(parent, d)
            if a == b:
                continue
            for i in range(bounds[c], bounds[c + 1]):
                if (
                    core[i]
                    and gap(boxes, d, la[i], lo[i])[0] <= limit
                    and _meets(at, box, first[d], first[d + 1], la, lo, cos, core, i, limit)
                ):
                    parent[max(a, b)] = min(a, b)
                    break
    for c in range(n):
        parent[c] = _root(parent, c)
    return parent


@njit(cache=True)
def _numbers(bounds, core, parent, order):  # type: ignore[no-untyped-def]
    """Cluster number of each root cell, by its first core point in the caller's order."""
    n = len(bounds) - 1
    earliest = np.full(n, len(order))
    for c in range(n):
        for i in range(bounds[c], bounds[c + 1]):
            if core[i]:
                earliest[parent[c]] = min(earliest[parent[c]], order[i])
    number = np.full(n, -1)
    count = 0
    for c in np.argsort(earliest):
        if earliest[c] < len(order):
            number[c] = count
            count += 1
    return number


@njit(cache=True)
def _label(grid, bounds, blocks, la, lo, core, parent, order, eps):  # type: ignore[no-untyped-def]
    """Labels in the caller's order; a border point goes to the lowest number it touches."""
    first, at, box, _ = blocks
    number = _numbers(bounds, core, parent, order)
    limit = math.sin(eps / 2) ** 2
    cos = np.cos(la)
    label = np.full(len(la), -1)
    out = np.empty(64, np.int64)
    for c in range(len(bounds) - 1):
        s, e = bounds[c], bounds[c + 1]
        found = 0
        if not core[s:e].all():
            whole = _cell_box(blocks, c)
            found, out = cells_near(grid, c, whole[0, 2], whole[0, 3], eps, out)
        for i in range(s, e):
            if core[i]:
                label[order[i]] = number[parent[c]]
                continue
            best = -1
            for k in range(found):
                d = out[k]
                own = number[parent[d]]
                if own < 0 or 0 <= best <= own:
                    continue
                if _meets(at, box, first[d], first[d + 1], la, lo, cos, core, i, limit):
                    best = own
            label[order[i]] = best
    return label
