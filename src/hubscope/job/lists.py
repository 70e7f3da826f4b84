"""The curated lists of a workspace: read, placed in hubs, measured, and set beside the works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from hubscope.indicators.beside import Beside
from hubscope.indicators.catalogue import listed
from hubscope.indicators.listed import ListedSettings, Placed, measure_listed
from hubscope.job.steps import Context, artifact_hashes, hash_value
from hubscope.job.works import PLACES, RELATIONS, lineage_of, members, sites
from hubscope.nouns import Observation
from hubscope.places import assign, read_places
from hubscope.places.cities import cities, largest_near, named
from hubscope.sources import lists
from hubscope.sources.lists import Entry
from hubscope.sources.raw import Fault, Raw, raw, refuse
from hubscope.sources.star import SITES
from hubscope.store.works import loaded

FOLDER = "lists"
PEOPLE = "population"
TEN_THOUSAND = 10_000.0


def files(context: Context) -> list[Raw]:
    """The files of lists: the workspace's own, then the shipped one."""
    root = context.workspace.root
    own = sorted(f for f in (root / FOLDER).glob("*.csv") if f.is_file())
    return [*(raw(f, name=str(f.relative_to(root))) for f in own), lists.shipped()]


def entries(context: Context) -> list[Entry]:
    """Every entry; the workspace's own lists stand in the place of shipped ones of the same name.

    Raises:
        BadDataError: naming every faulty row.
    """
    *own, shipped = files(context)
    rows: list[Entry] = []
    faults: list[Fault] = []
    for source in own:
        found, wrong = lists.read(source)
        rows += found
        faults += wrong
    refuse(faults)
    return lists.together(rows, lists.read(shipped)[0])


def list_inputs(context: Context) -> dict[str, str]:
    """Name and hash of the lists, where any are measured."""
    own = len(files(context)) > 1
    if not own and not loaded(context.store):
        return {}
    rules = context.workspace.root / PLACES
    found = {f.name: f.sha256 for f in files(context)} | artifact_hashes(context, RELATIONS)
    hubs = hash_value([repr(h) for h in context.workspace.hubs.values()])
    return (
        found | {"hubs of lists": hubs} | ({PLACES: raw(rules).sha256} if rules.is_file() else {})
    )


def observe_lists(context: Context) -> list[Observation]:
    """Observations of the indicators that are of a list."""
    measured = [(i, ListedSettings.model_validate(more)) for i, more in listed()]
    return measure_listed(
        measured,
        _placed(context),
        context.workspace.hubs,
        _ancestors(context),
        {f.name: f.sha256 for f in files(context)},
    )


def _placed(context: Context) -> list[Placed]:
    """Each entry by its institution's place, else by its own coordinates or city."""
    every = entries(context)
    numbers: dict[int, int] = {}
    seats: dict[int, set[str]] = {}
    placed: set[int] = set()
    if loaded(context.store):
        known = context.store.table("works_institutions")
        at = {id(e): n for e, n in lists.numbers_of(every, known)}
        numbers = {k: at[id(e)] for k, e in enumerate(every) if id(e) in at}
        for row in _members(context):
            seats.setdefault(row["institution"], set()).add(row["hub"])
        placed = set(sites(context)["institution"].to_pylist())
    by_city = _by_own_place(context, every)
    return [
        Placed(
            e,
            frozenset(
                seats.get(numbers[k], ()) if numbers.get(k) in placed else by_city.get(k, ())
            ),
            numbers.get(k),
        )
        for k, e in enumerate(every)
    ]


def _by_own_place(context: Context, every: list[Entry]) -> dict[int, set[str]]:
    rows = [
        {"institution": k, "country": e.economy or None, **_site(e)} for k, e in enumerate(every)
    ]
    table = pa.Table.from_pylist([{n: r.get(n) for n in SITES.names} for r in rows], schema=SITES)
    hubs = context.workspace.hubs
    found: dict[int, set[str]] = {}
    for row in assign(table, {}, read_places(context.workspace.root / PLACES, hubs)).to_pylist():
        if row["how"] != "institution":
            found.setdefault(row["institution"], set()).add(row["hub"])
    return found


def _site(e: Entry) -> dict[str, object]:
    city = named(e.city, e.economy) if e.city else None
    point = (e.latitude, e.longitude)
    if e.latitude is None and city is not None:
        point = (city.latitude, city.longitude)
    return {
        "city": e.city or None,
        "geonames": city.id if city else None,
        "latitude": point[0],
        "longitude": point[1],
    }


def _ancestors(context: Context) -> dict[int, frozenset[int]]:
    if not loaded(context.store):
        return {}
    found: dict[int, set[int]] = {}
    for row in lineage_of(context.store).to_pylist():
        if row["ancestor"] != row["institution"]:
            found.setdefault(row["institution"], set()).add(row["ancestor"])
    return {i: frozenset(a) for i, a in found.items()}


def beside(context: Context) -> Beside:
    """People of the hubs and the lists, as the queries over the works see them."""
    every, store = entries(context), context.store
    known, lineage = store.table("works_institutions"), lineage_of(store)
    return Beside(
        people(context),
        lists.institutions(every, known, lineage),
        lists.funders(every),
        lists.economies(every),
    )


def people(context: Context) -> dict[str, dict[int, float]]:
    """People of each hub by year: as its figures report them, else those of the cities it holds.

    The cities are those nearest to the hub's institutions, each once (GeoNames), without a year.
    """
    found: dict[str, dict[int, float]] = {
        hub: {0: float(n)} for hub, n in _people_of_cities(context).items()
    }
    if "figures" in context.store.manifest().artifacts:
        reported: dict[str, dict[int, float]] = {}
        for row in context.store.table("figures").to_pylist():
            if row["indicator"] == PEOPLE and row["value"]:
                reported.setdefault(row["hub"], {})[row["year"]] = TEN_THOUSAND * row["value"]
        found |= reported
    return found


def _people_of_cities(context: Context) -> dict[str, int]:
    where = {r["institution"]: r for r in sites(context).to_pylist()}
    seats = [(m["hub"], where[m["institution"]]) for m in _members(context)
             if m["institution"] in where]  # fmt: skip
    held: dict[str, set[int]] = {}
    spots = [(hub, _spot(row)) for hub, row in seats]
    points = [(hub, *spot) for hub, spot in spots if spot is not None]
    if points:
        lat, lon = (np.array([p[i] for p in points], float) for i in (1, 2))
        for (hub, *_), city in zip(points, largest_near(lat, lon), strict=True):
            held.setdefault(hub, set()).add(city.id)
    return {hub: n for hub, ids in held.items() if (n := sum(cities()[i].population for i in ids))}


def _spot(site: Mapping[str, Any]) -> tuple[float, float] | None:
    """Where an institution is: its own point, else that of its city, so that both meet one city."""
    if site["latitude"] is not None:
        return site["latitude"], site["longitude"]
    city = cities().get(site["geonames"])
    return None if city is None else (city.latitude, city.longitude)


def _members(context: Context) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = members(context).to_pylist()
    return rows
