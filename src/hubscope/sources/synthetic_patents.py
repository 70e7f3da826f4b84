"""Made-up patents beside the made-up works of `synthetic`: tables, or the files a user would load.

For tests, benches and the shipped synthetic workspace, never for figures: places are called
`Synthetic City ...`. What is planted is known: hub 1 favours artificial intelligence, `near` of the
inventors live in the hub beside the home hub, a share `unplaced` of them names no place, and of the
works a share `cited` is in time cited by a patent, first after 1 + Poisson(`lag` - 1) years.
What would happen after the last year is left out, as it is in real data: `true_lag` says what an
estimate must find nevertheless.

    made = make(world, patents, star)      # the tables of sources.patents.tables

`synthetic_patent_files` writes them as the files that `hubscope store add` reads.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hubscope.sources.paper_list import number
from hubscope.sources.patents.tables import PATENT_ORDER, PATENT_TABLES, patent_key
from hubscope.sources.synthetic import World, economy, hub_of, point

AI, CHIP, QUANTUM, ENERGY = "G06N3/08", "H01L21/02", "G06N10/20", "Y02E10/50"
SYMBOLS = (AI, CHIP, QUANTUM, ENERGY, "A61K31/00", "B60L50/60", "C07D401/12", "G01N33/48")
CITIES = 3
"""Places in each hub."""

MOST_LAG = 10
"""Years after which no first citation is planted."""

DESIGN = 33
"""Every so many families is a design, which no indicator counts."""

Ints = NDArray[np.int64]
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class PatentWorld:
    """What is made."""

    families: int
    seed: int = 20210121
    pct: float = 0.4
    """Share of families that start as an international application."""
    unplaced: float = 0.15
    near: float = 0.12
    cited: float = 0.3
    lag: float = 4.0
    local: float = 0.35
    """Share of first citations that come from a patent of the work's own hub."""


def true_lag(patents: PatentWorld) -> float:
    """Median years to the first citing patent of the works that are cited within `MOST_LAG` years.

    Of the grouped distribution: each whole year stands for the year around it.
    """
    rate = patents.lag - 1
    mass = [math.exp(-rate) * rate**k / math.factorial(k) for k in range(MOST_LAG)]
    below = 0.0
    for lag, each in enumerate((m / sum(mass) for m in mass), 1):
        if below + each >= 0.5:
            return lag - 0.5 + (0.5 - below) / each
        below += each
    raise AssertionError


def make(world: World, patents: PatentWorld, star: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables of `PATENT_TABLES`, sorted as a part is, citing the works of `star`."""
    rng = np.random.default_rng(patents.seed)
    families = _families(world, patents, rng)
    members = _members(world, patents, rng, families)
    rows: dict[str, Rows] = {
        "patents": [m["row"] for m in members],
        "inventors": [
            _inventor(m["row"], len(m["people"]), *one)
            for m in members
            for one in enumerate(m["people"], 1)
        ],
        "patent_fields": [_field(m["row"], s) for m in members for s in m["symbols"]],
        "patent_citations": _citations(rng, members),
        "paper_links": _links(world, patents, rng, members, star),
        "patent_places": [_place(h, n) for h in range(world.hubs + 1) for n in range(CITIES)],
    }
    return {name: _table(name, rows.get(name, [])) for name in PATENT_TABLES}


def _table(name: str, rows: Rows) -> pa.Table:
    keys = [(k, "ascending") for k in PATENT_ORDER[name].split(", ")]
    return pa.Table.from_pylist(rows, schema=PATENT_TABLES[name]).sort_by(keys)


def _families(world: World, patents: PatentWorld, rng: np.random.Generator) -> Rows:
    """Year, home hub, people (hub or -1, and city) and symbols of each family."""
    n = patents.families
    years = np.sort(world.first + np.floor(world.years * rng.random(n) ** 0.8)).astype(int)
    homes = hub_of(world, 1 + rng.integers(0, world.institutions, n))
    made = []
    for year, home in zip(years.tolist(), homes.tolist(), strict=True):
        count = 1 + min(int(rng.poisson(1.5)), 8)
        people = [
            (_where(world, patents, rng, home), int(rng.integers(CITIES)), 1 + int(rng.integers(n)))
            for _ in range(count)
        ]
        first = AI if home == 1 and rng.random() < 0.5 else SYMBOLS[int(rng.integers(8))]
        second = {SYMBOLS[int(rng.integers(8))]} if rng.random() < 0.4 else set()
        made.append(
            {"year": year, "home": home, "people": people, "symbols": sorted({first} | second)}
        )
    return made


def _where(world: World, patents: PatentWorld, rng: np.random.Generator, home: int) -> int:
    lot = float(rng.random())
    if lot < patents.unplaced:
        return -1
    if home and lot < patents.unplaced + patents.near:
        return min(home + 1 if home % 2 else home - 1, world.hubs)
    return home if lot < 0.9 else int(rng.integers(0, world.hubs + 1))


def _place(hub: int, city: int) -> dict[str, Any]:
    lat, lon = point(hub)
    # Hub 0 lies in no hub: its cities stand in the far south, away from all.
    lat, lon = (lat, lon) if hub else (-75.0, 0.0)
    row = {"city": f"Synthetic City {hub}", "region": None, "country": economy(hub),
           "latitude": round(lat + 0.03 * city, 4), "longitude": round(lon, 4)}  # fmt: skip
    return {"place": number(place_text(row))} | row


def place_text(row: Mapping[str, Any]) -> str:
    """What names a place that has no id: city, region, economy, coordinates."""
    names = ("city", "region", "country", "latitude", "longitude")
    return "|".join("" if row[n] is None else str(row[n]) for n in names)


def _members(
    world: World, patents: PatentWorld, rng: np.random.Generator, families: Rows
) -> list[dict[str, Any]]:
    """One or two publications of each family, the second a year later in another office."""
    made, last = [], world.first + world.years - 1
    for n, family in enumerate(families, 1):
        design = n % DESIGN == 0
        office = "WO" if rng.random() < patents.pct and not design else "US"
        second = ("EP", "CN", "US")[int(rng.integers(3))]
        more = [(second, family["year"] + 1)] if rng.random() < 0.6 and second != office else []
        for where, year in [(office, family["year"]), *([] if design else more)]:
            if year > last:
                continue
            day = date(year, 1, 1) + timedelta(int(rng.integers(365)))
            row = _publication(n, where, day, design=design, withdrawn=bool(rng.random() < 0.005))
            people = [(_place(h, c) if h >= 0 else None, p) for h, c, p in family["people"]]
            made.append({**family, "people": people, "row": row})
    made.sort(key=lambda m: (m["row"]["year"], m["row"]["patent"]))
    return made


def _publication(
    n: int, office: str, day: date, *, design: bool, withdrawn: bool
) -> dict[str, Any]:
    numbers = {"WO": f"{day.year}{n:06}", "US": str(9_000_000 + n), "EP": str(3_000_000 + n),
               "CN": str(100_000_000 + n)}  # fmt: skip
    kinds = {"WO": "A1", "US": "B2", "EP": "B1", "CN": "B"}
    key = patent_key(office, f"D{n}" if design else numbers[office])
    return {
        "patent": number(key), "family": n, "key": key, "office": office,
        "kind": "S1" if design else kinds[office], "invention": not design,
        "withdrawn": withdrawn, "published": day, "filed": day - timedelta(540),
        "year": day.year, "applicants": f"Synthetic Applicant {n % 50}", "line": 0,
    }  # fmt: skip


def _inventor(
    row: Mapping[str, Any], people: int, seq: int, person: tuple[dict[str, Any] | None, int]
) -> dict[str, Any]:
    place, name = person
    return {"patent": row["patent"], "year": row["year"], "seq": seq, "inventor": name,
            "place": place["place"] if place else None, "weight": 1 / people}  # fmt: skip


def _field(row: Mapping[str, Any], symbol: str) -> dict[str, Any]:
    return {"patent": row["patent"], "year": row["year"], "scheme": "cpc", "symbol": symbol}


def _citations(rng: np.random.Generator, members: list[dict[str, Any]]) -> Rows:
    made = []
    for n, member in enumerate(members):
        for cited in sorted(set(rng.integers(0, n, min(int(rng.poisson(3)), n)).tolist())):
            row = {"patent": member["row"]["patent"], "year": member["row"]["year"]}
            made.append(row | {"cited": members[cited]["row"]["patent"]})
    return made


def _links(
    world: World,
    patents: PatentWorld,
    rng: np.random.Generator,
    members: list[dict[str, Any]],
    star: Mapping[str, pa.Table],
) -> Rows:
    """The first citation of each work that gets one before the end, and a later one of some."""
    home = _homes(world, star)
    by_year: dict[int, list[dict[str, Any]]] = {}
    by_hub: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for member in members:
        if member["row"]["invention"] and not member["row"]["withdrawn"]:
            by_year.setdefault(member["row"]["year"], []).append(member)
            by_hub.setdefault((member["row"]["year"], member["home"]), []).append(member)
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for work, year in zip(*(star["works"][c].to_pylist() for c in ("work", "year")), strict=True):
        lot, lag = rng.random(3), 1 + int(rng.poisson(patents.lag - 1))
        while lag > MOST_LAG:
            lag = 1 + int(rng.poisson(patents.lag - 1))
        if lot[0] >= patents.cited:
            continue
        for when in (year + lag, year + lag + 2):
            near = by_hub.get((when, home.get(work, 0)), []) if lot[1] < patents.local else []
            pool = near or by_year.get(when, [])
            if pool and (when == year + lag or lot[2] < 0.4):
                row = pool[int(rng.integers(len(pool)))]["row"]
                found.setdefault((row["patent"], work), _link(rng, row, work, sure=True))
    for work in rng.integers(1, len(home) + 2, len(found) // 5).tolist():
        row = members[int(rng.integers(len(members)))]["row"]
        found.setdefault((row["patent"], work), _link(rng, row, work, sure=False))
    return list(found.values())


def _homes(world: World, star: Mapping[str, pa.Table]) -> dict[int, int]:
    """The hub of each work's first placed authorship."""
    table = star["authorships"]
    placed = table.filter(table["institution"].is_valid())
    hubs = hub_of(world, placed["institution"].to_numpy())
    found: dict[int, int] = {}
    for work, hub in zip(placed["work"].to_pylist(), hubs.tolist(), strict=True):
        found.setdefault(work, hub)
    return found


def _link(
    rng: np.random.Generator, row: Mapping[str, Any], work: int, *, sure: bool
) -> dict[str, Any]:
    return {
        "patent": row["patent"], "paper": work, "office": row["office"],
        "confidence": int(rng.integers(4, 11) if sure else rng.integers(1, 4)),
        "found": ("front", "body", "both")[int(rng.integers(3))],
        "citer": ("app", "exm")[int(rng.integers(2))], "own": bool(rng.random() < 0.1),
    }  # fmt: skip
