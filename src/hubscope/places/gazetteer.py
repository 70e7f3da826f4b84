"""Institutions that a source gives no point: by their city, else by the city in their name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from hubscope.places.cities import City, named
from hubscope.places.text import city_of_name
from hubscope.sources.star import SITES


def by_gazetteer(sites: pa.Table, institutions: pa.Table) -> pa.Table:
    """`sites` with the points of GeoNames where there are none, and the places that names tell.

    Args:
        sites: what the sources say.
        institutions: institution, name and country of all.
    """
    rows: dict[int, dict[str, Any]] = {r["institution"]: r for r in sites.to_pylist()}
    for row in rows.values():
        if row["latitude"] is None and row["city"] and row["country"]:
            city = named(row["city"], row["country"])
            row.update(_point(city) if city else {})
    for one in institutions.to_pylist():
        if one["institution"] not in rows:
            city = city_of_name(one["name"] or "", one["country"])
            if city:
                rows[one["institution"]] = _whole(one, city)
    return pa.Table.from_pylist([rows[i] for i in sorted(rows)], schema=SITES)


def _point(city: City) -> dict[str, Any]:
    return {"geonames": city.id, "latitude": city.latitude, "longitude": city.longitude}


def _whole(one: Mapping[str, Any], city: City) -> dict[str, Any]:
    more = {"institution": one["institution"], "city": city.name, "country": city.country}
    return more | {"region": None} | _point(city)
