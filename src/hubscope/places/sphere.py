"""Distances on the sphere, on arrays of degrees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

Floats = NDArray[np.float64]


def distance_km(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Great-circle distance by the haversine formula; shapes are broadcast."""
    a, b = np.radians(lat1), np.radians(lat2)
    half = np.sin((b - a) / 2) ** 2
    half = half + np.cos(a) * np.cos(b) * np.sin(np.radians(np.subtract(lon2, lon1)) / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def in_polygon(lat: Floats, lon: Floats, polygon: Floats) -> NDArray[np.bool_]:
    """Which points lie in a polygon of (latitude, longitude) rows; edges are straight on the map.

    Longitudes are taken relative to the first corner, so a polygon may cross the date line.
    """
    first = polygon[0, 1]
    x = (lon - first + 540) % 360 - 180
    px = (polygon[:, 1] - first + 540) % 360 - 180
    py = polygon[:, 0]
    inside = np.zeros(len(lat), bool)
    for i in range(len(polygon)):
        x1, y1, x2, y2 = px[i - 1], py[i - 1], px[i], py[i]
        if y1 == y2:
            continue
        crosses = (y1 > lat) != (y2 > lat)
        inside ^= crosses & (x < (x2 - x1) * (lat - y1) / (y2 - y1) + x1)
    return inside
