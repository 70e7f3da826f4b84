"""Hubs found in the store: points of works and patents, their clusters, and what settings decide.

`found.toml` of a workspace says how; with it the step `found` keeps the result and the pages show
it. Without it `hubscope hubs find` looks with the stated defaults and keeps nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from hubscope.errors import BadDataError, HubscopeError, nearest
from hubscope.indicators.patents import base_views as patent_views
from hubscope.indicators.works_views import read_by
from hubscope.job.patents import patents_engine, patents_inputs
from hubscope.job.steps import Context, Step, hash_file
from hubscope.job.works import sites, works_engine, works_inputs
from hubscope.places.clusters import MINIMUM, RADIUS_KM, Clusters, find_clusters
from hubscope.places.gazetteer import by_gazetteer
from hubscope.places.sphere import Floats
from hubscope.places.standings import Sensitivity, sensitivity
from hubscope.sources.star import INSTITUTIONS
from hubscope.store import patents, works
from hubscope.store.dialect import Engine

FILE = "found.toml"
KINDS = ("works", "patents")


class Settings(BaseModel):
    """How hubs are found; the contents of found.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    radius: float = Field(RADIUS_KM, gt=0, le=2000)
    """Kilometres between neighbours."""
    minimum: float = Field(MINIMUM, gt=0)
    """Records within the radius that start a cluster."""
    merge: float = Field(0.0, ge=0, le=2000)
    """Kilometres between the centres of clusters that become one."""
    of: tuple[str, ...] = KINDS
    """Kinds of records that count, where the store holds them."""
    first: int | None = None
    last: int | None = None
    """Years of publication; all by default."""

    @model_validator(mode="after")
    def _known(self) -> Settings:
        for kind in self.of:
            if kind not in KINDS:
                raise ValueError(f"{kind!r} is no kind of records; {nearest(kind, KINDS)}")
        if not self.of:
            raise ValueError("of names no kind of records")
        if self.first is not None and self.last is not None and self.first > self.last:
            raise ValueError(f"first {self.first} lies after last {self.last}")
        return self


@dataclass(frozen=True, slots=True)
class Points:
    """Where the records are."""

    latitude: Floats
    longitude: Floats
    kinds: dict[str, Floats]
    """Fractional records at each point by kind."""
    names: list[str | None]
    """What the sources call the city of each point."""
    unplaced: dict[str, float]
    """Share of each kind that names no place whose point is known."""

    @property
    def weight(self) -> Floats:
        """All records at each point."""
        return np.asarray(sum(self.kinds.values()))


def settings_of(context: Context) -> Settings | None:
    """What found.toml says; None where there is none.

    Raises:
        BadDataError: naming what is wrong with it.
    """
    path = context.workspace.root / FILE
    if not path.is_file():
        return None
    try:
        return Settings.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDataError(f"{path} is not valid TOML: {error}") from error
    except ValidationError as error:
        raise BadDataError(f"{path}: {_said(error)}", hint=_near(error)) from None


def _said(error: ValidationError) -> str:
    """What is wrong, with the field where it is of one."""
    told = [(".".join(map(str, e["loc"])), e["msg"].removeprefix("Value error, "))
            for e in error.errors()]  # fmt: skip
    return "; ".join(f"{field}: {what}" if field else what for field, what in told)


def _near(error: ValidationError) -> str:
    strange = [str(e["loc"][-1]) for e in error.errors() if e["type"] == "extra_forbidden"]
    return nearest(strange[0], Settings.model_fields) if strange else ""


def checked(**given: Any) -> Settings:
    """Settings from a command line.

    Raises:
        HubscopeError: naming what has no meaning.
    """
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        raise HubscopeError(_said(error)) from None


_WORKS = """
SELECT where_they_are.latitude, where_they_are.longitude, min(where_they_are.city) AS city,
    sum(authorships.weight) AS weight
FROM authorships
JOIN counted ON counted.work = authorships.work
LEFT JOIN where_they_are ON where_they_are.institution = authorships.institution
WHERE counted.year BETWEEN {first} AND {last}
GROUP BY where_they_are.latitude, where_they_are.longitude
ORDER BY where_they_are.latitude NULLS LAST, where_they_are.longitude
"""
_PATENTS = """
SELECT where_they_are.latitude, where_they_are.longitude, min(where_they_are.city) AS city,
    sum(inventors.weight) AS weight
FROM inventors
JOIN families ON families.patent = inventors.patent
LEFT JOIN where_they_are ON where_they_are.institution = inventors.place
WHERE families.year BETWEEN {first} AND {last}
GROUP BY where_they_are.latitude, where_they_are.longitude
ORDER BY where_they_are.latitude NULLS LAST, where_they_are.longitude
"""
_PLACE = ["institution", "latitude", "longitude", "city"]


def _rows(engine: Engine, where: pa.Table, sql: str, settings: Settings) -> pa.Table:
    engine.give("where_they_are", where.select(_PLACE))
    first = 0 if settings.first is None else settings.first
    last = 9999 if settings.last is None else settings.last
    return engine.rows(sql.format(first=first, last=last), "hubs find")


def _of_works(context: Context, settings: Settings) -> pa.Table:
    with works_engine(context) as engine:
        for view in read_by(_WORKS):
            engine.define(view.name, view.sql)
        return _rows(engine, sites(context), _WORKS, settings)


def _of_patents(context: Context, settings: Settings) -> pa.Table:
    """Of families, by the inventors of the publication that names them first."""
    places = context.store.table("patents_places")
    named = places.rename_columns(["institution", *places.column_names[1:]])
    with patents_engine(context) as engine:
        for name, sql in patent_views():
            if name in ("counted_patents", "families"):
                engine.define(name, sql)
        where = by_gazetteer(named, INSTITUTIONS.empty_table())
        return _rows(engine, where, _PATENTS, settings)


def points(context: Context, settings: Settings) -> Points:
    """The points of the kinds that the store holds.

    Raises:
        HubscopeError: if it holds none of them, or none of them has a place.
    """
    readers: dict[str, tuple[Mapping[str, Any], Callable[[Context, Settings], pa.Table]]] = {
        "works": (works.loaded(context.store), _of_works),
        "patents": (patents.loaded(context.store), _of_patents),
    }
    found = {k: read(context, settings) for k, (body, read) in readers.items()
             if body and k in settings.of}  # fmt: skip
    if not found:
        raise HubscopeError(
            f"the store {context.store.root} holds no {' or '.join(settings.of)}",
            hint="`hubscope store add openalex FOLDER` or `hubscope store add publications CSV`",
        )
    return _together(found)


def _together(found: Mapping[str, pa.Table]) -> Points:
    placed = {k: t.filter(pa.compute.is_valid(t["latitude"])) for k, t in found.items()}
    sizes = [t.num_rows for t in placed.values()]
    if not sum(sizes):
        raise HubscopeError(
            "no record of the store has a point", hint="`hubscope store add institutions FILE`"
        )
    ends = np.cumsum([0, *sizes])
    kinds = {}
    for (kind, table), start, end in zip(placed.items(), ends[:-1], ends[1:], strict=True):
        kinds[kind] = np.zeros(ends[-1])
        kinds[kind][start:end] = table["weight"].to_numpy()
    whole = {k: float(pa.compute.sum(t["weight"]).as_py() or 0.0) for k, t in found.items()}
    lat, lon = (
        np.concatenate([t[c].to_numpy().astype(float) for t in placed.values()])
        for c in ("latitude", "longitude")
    )
    return Points(
        lat,
        lon,
        kinds,
        [name for t in placed.values() for name in t["city"].to_pylist()],
        {k: 1 - float(kinds[k].sum()) / whole[k] if whole[k] else 0.0 for k in found},
    )


def find(where: Points, settings: Settings) -> Clusters:
    """The clusters of the points."""
    return find_clusters(
        where.latitude,
        where.longitude,
        where.weight,
        radius_km=settings.radius,
        minimum=settings.minimum,
        merge_km=settings.merge,
        names=where.names,
        kinds=where.kinds,
    )


def vary(where: Points, settings: Settings, base: Clusters) -> Sensitivity:
    """Ranks when the radius is a third smaller or larger and the minimum half or double."""
    return sensitivity(
        where.latitude,
        where.longitude,
        where.weight,
        radii=(settings.radius * 2 / 3, settings.radius, settings.radius * 4 / 3),
        minima=(settings.minimum / 2, settings.minimum, settings.minimum * 2),
        radius_km=settings.radius,
        minimum=settings.minimum,
        merge_km=settings.merge,
        names=where.names,
        kinds=where.kinds,
        base=base,
    )


def body(context: Context, settings: Settings) -> dict[str, Any]:
    """What the step keeps: settings, kinds with what is unplaced, clusters, sensitivity."""
    releases = {"works": works.loaded(context.store), "patents": patents.loaded(context.store)}
    return described(points(context, settings), settings, releases)


def described(
    where: Points, settings: Settings, releases: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """The same of points that are given, with the `vintage` and `parts` of each kind."""
    found = find(where, settings)
    varied = vary(where, settings, found)
    return {
        "settings": settings.model_dump(mode="json"),
        "kinds": [
            {
                "kind": kind,
                "weight": float(weight.sum()),
                "unplaced": where.unplaced[kind],
                "release": releases[kind]["vintage"],
                "sources": sorted({p["source"] for p in releases[kind]["parts"]}),
            }
            for kind, weight in where.kinds.items()
        ],
        "clusters": [asdict(c) for c in found.clusters],
        "inside": float(sum(c.share for c in found.clusters)),
        "sensitivity": asdict(varied),
    }


def _inputs(context: Context) -> Mapping[str, str]:
    path: Path = context.workspace.root / FILE
    if not path.is_file():
        return {}
    return works_inputs(context) | patents_inputs(context) | {FILE: hash_file(path)}


def _make(context: Context) -> Mapping[str, object]:
    settings = settings_of(context)
    held = works.loaded(context.store) or patents.loaded(context.store)
    if settings is not None and held:
        return {"found": body(context, settings)}
    return {"found": {}} if "found" in context.store.manifest().artifacts else {}


FOUND = Step("found", _inputs, _make)
"""Step: the hubs that the data themselves show, where found.toml asks for them."""
