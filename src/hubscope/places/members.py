"""A hub as a set of places, and the institutions that lie in it.

`places.toml` of a workspace: one `[[place]]` a rule, several may serve one hub:

    [[place]]
    hub = "beijing"
    cities = ["Beijing", 1816670]       # names or GeoNames ids
    country = "CN"
    regions = ["Beijing"]               # admin regions as the sources write them
    institutions = [99065089, "03cve4549"]  # OpenAlex numbers or ROR ids
    circle = [39.9075, 116.3972, 50.0]  # latitude, longitude, kilometres
    polygon = [[40.2, 115.9], [40.2, 116.9], [39.6, 116.9], [39.6, 115.9]]

A hub without a rule is its own city name (and aliases) in its economy, and where `hubs.toml` gives
a point, the circle of 30 km around it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from hubscope.errors import BadDataError, nearest
from hubscope.nouns import Hub
from hubscope.places.cities import cities as every_city
from hubscope.places.sphere import Floats, distance_km, in_polygon

DEFAULT_KM = 30.0

MEMBERS = pa.schema(
    [
        pa.field("hub", pa.string(), nullable=False),
        pa.field("institution", pa.int64(), nullable=False),
        pa.field("how", pa.string(), nullable=False),
    ]
)
"""`how`: institution, city, region, polygon or circle; the first that applies."""

_Latitude = Annotated[float, Field(ge=-90, le=90)]
_Longitude = Annotated[float, Field(ge=-180, le=180)]


@dataclass(frozen=True, slots=True)
class Place:
    """One rule that puts institutions into a hub."""

    hub: str
    cities: frozenset[str] = frozenset()
    """Names, case folded."""
    city_ids: frozenset[int] = frozenset()
    country: str = ""
    regions: frozenset[str] = frozenset()
    institutions: frozenset[int | str] = frozenset()
    circle: tuple[float, float, float] | None = None
    polygon: tuple[tuple[float, float], ...] = ()


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid")
    hub: str
    cities: list[str | int] = []
    country: str = Field("", pattern=r"^([A-Z]{2})?$")
    regions: list[str] = []
    institutions: list[int | str] = []
    circle: tuple[_Latitude, _Longitude, Annotated[float, Field(gt=0, le=2000)]] | None = None
    polygon: list[tuple[_Latitude, _Longitude]] = Field([], min_length=0)

    @model_validator(mode="after")
    def _says_something(self) -> _Row:
        rules = (self.cities, self.regions, self.institutions, self.circle, self.polygon)
        if not any(rules):
            raise ValueError("names no city, region, institution, circle or polygon")
        if 0 < len(self.polygon) < 3:
            raise ValueError("a polygon has three corners or more")
        return self

    def place(self) -> Place:
        return Place(
            self.hub,
            frozenset(c.casefold() for c in self.cities if isinstance(c, str)),
            frozenset(c for c in self.cities if isinstance(c, int)),
            self.country,
            frozenset(r.casefold() for r in self.regions),
            frozenset(self.institutions),
            self.circle,
            tuple(self.polygon),
        )


def read_places(path: Path, hubs: Mapping[str, Hub]) -> list[Place]:
    """The rules of `path` (none if it does not exist), and the default of every other hub.

    Raises:
        BadDataError: naming the rule that is not one, or the hub or city id that is unknown.
    """
    rows: Any = []
    if path.is_file():
        try:
            rows = tomllib.loads(path.read_text("utf-8")).get("place", [])
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadDataError(f"{path} is not valid TOML: {error}") from error
    made = [_read(path, n, row, hubs) for n, row in enumerate(rows, 1)]
    ruled = {p.hub for p in made}
    return made + [default(h) for h in hubs.values() if h.id not in ruled and h.kind != "country"]


def _read(path: Path, number: int, row: object, hubs: Mapping[str, Hub]) -> Place:
    try:
        place = _Row.model_validate(row).place()
    except ValidationError as error:
        why = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise BadDataError(f"{path}, place {number}: {why}") from None
    if place.hub not in hubs:
        raise BadDataError(
            f"{path}, place {number}: unknown hub {place.hub}", hint=nearest(place.hub, hubs)
        )
    strange = sorted(i for i in place.city_ids if i not in every_city())
    if strange:
        raise BadDataError(
            f"{path}, place {number}: no city has the GeoNames id {strange[0]}",
            hint="ids are of cities of 15,000 people or more",
        )
    return place


def default(hub: Hub) -> Place:
    """The places of a hub that no rule speaks of."""
    names = {hub.name.zh, hub.name.en, *hub.aliases}
    circle = None
    if hub.latitude is not None and hub.longitude is not None:
        circle = (hub.latitude, hub.longitude, DEFAULT_KM)
    country = hub.economy if len(hub.economy) == 2 else ""
    return Place(hub.id, frozenset(n.casefold() for n in names), country=country, circle=circle)


def assign(sites: pa.Table, rors: Mapping[str, int], places: Iterable[Place]) -> pa.Table:
    """Which institutions lie in which hub; one may lie in several, and in each counts once.

    Args:
        sites: institution, city, region, country, geonames, latitude, longitude.
        rors: institution by ROR id.
        places: the rules.

    Returns:
        The table `MEMBERS`, sorted by hub and institution.
    """
    columns = {n: sites.column(n).to_pylist() for n in ("city", "region", "country", "geonames")}
    ids = np.asarray(sites.column("institution").to_pylist(), np.int64)
    lat = np.asarray(sites.column("latitude").to_pylist(), float)
    lon = np.asarray(sites.column("longitude").to_pylist(), float)
    found: dict[tuple[str, int], str] = {}
    for place in places:
        for how, chosen in _matches(place, columns, lat, lon):
            for institution in ids[chosen].tolist():
                found.setdefault((place.hub, institution), how)
        for named in sorted(place.institutions, key=str):
            number = rors.get(named) if isinstance(named, str) else named
            if number is not None:
                found[place.hub, number] = "institution"
    rows = [{"hub": h, "institution": i, "how": how} for (h, i), how in sorted(found.items())]
    return pa.Table.from_pylist(rows, schema=MEMBERS)


def _matches(
    place: Place,
    columns: Mapping[str, list[Any]],
    lat: Floats,
    lon: Floats,
) -> list[tuple[str, NDArray[np.bool_]]]:
    size = len(lat)
    at_home = np.array([not place.country or c == place.country for c in columns["country"]], bool)
    city = [
        (c or "").casefold() in place.cities or g in place.city_ids
        for c, g in zip(columns["city"], columns["geonames"], strict=True)
    ]
    region = [(r or "").casefold() in place.regions for r in columns["region"]]
    made = [
        ("city", np.array(city, bool) & at_home if size else at_home),
        ("region", np.array(region, bool) & at_home if size else at_home),
    ]
    known = np.isfinite(lat) & np.isfinite(lon)
    if place.polygon:
        made.append(("polygon", known & in_polygon(lat, lon, np.array(place.polygon))))
    if place.circle:
        la, lo, radius = place.circle
        away = distance_km(lat, lon, np.float64(la), np.float64(lo))  # type: ignore[arg-type]
        made.append(("circle", known & (np.nan_to_num(away, nan=np.inf) <= radius)))
    return made
