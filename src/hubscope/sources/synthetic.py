"""A made-up world of works with a seed: the star's tables, or the same works as OpenAlex JSON.

For tests and benches, never for figures: every institution is called `Synthetic ...`. What is
planted is known: authors have a home hub and move at `moving` a year, a share `unplaced` of the
authorships names no institution, later works cite earlier ones, hub 1 favours topic 1, some
institutions are children of others, and every economy has one funder of a national programme.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from hubscope.sources.star import STAR

ECONOMIES = ("CN", "US", "DE", "JP", "GB", "FR", "KR", "SG")
TYPES = ("education", "education", "education", "company", "facility")
SUBJECTS = ("topic", "quantum information", "integrated circuits", "photonics", "instrumentation")
SUBFIELDS = (1702, 1707, 2208, 2504, 3105, 1312, 2713, 1606, 1910, 3107)


@dataclass(frozen=True, slots=True)
class World:
    """What is made."""

    works: int
    seed: int = 20210120
    hubs: int = 12
    institutions: int = 240
    topics: int = 120
    first: int = 2010
    years: int = 12
    authors_each: float = 5.0
    refs_each: float = 10.0
    moving: float = 0.04
    unplaced: float = 0.2

    @property
    def authors(self) -> int:
        """Number of authors: each writes about ten works."""
        return max(int(self.works * self.authors_each / 10), 20)


FAMOUS = 97
"""Every so many works one is by a star author and draws a tenth of the citations around it."""

Arrays = dict[str, NDArray[Any]]


def hub_of(world: World, institution: NDArray[np.int64]) -> NDArray[np.int64]:
    """Hub of each institution from 1; 0 lies in no hub. Early hubs hold more of them."""
    at = (institution * 2654435761 % 2**32) / 2**32
    return np.floor((world.hubs + 1) * at**1.5).astype(np.int64)


def economy(hub: int) -> str:
    """ISO alpha-2 of a hub: hubs 1 and 2 share one, so they can be a region."""
    return ECONOMIES[max(hub - 1, 0) // 2 % len(ECONOMIES)]


def point(hub: int) -> tuple[float, float]:
    """Centre of a hub: 20 degrees apart and more, and 50 km or more from any city of 15,000."""
    return -42.0 + 23.0 * (hub % 4), -170.0 + 27.0 * hub % 340.0


def make(world: World) -> dict[str, pa.Table]:
    """The star's tables of the world, sorted as a part is."""
    rng = np.random.default_rng(world.seed)
    works = _works(world, rng)
    authorships = _authorships(world, rng, works)
    references = _references(world, rng, works)
    cited = np.bincount(references["cited"] - 1, minlength=world.works)
    works["cited"] = cited.astype(np.int32)
    works["n_refs"] = np.bincount(references["work"] - 1, minlength=world.works).astype(np.int32)
    works["n_authors"] = works.pop("n").astype(np.int16)
    # A stream of its own: what was added later leaves what was there before as it is.
    later = np.random.default_rng([world.seed, 1])
    works["fwci"] = np.where(
        later.random(world.works) < 0.08, np.nan, later.gamma(1, 1, world.works)
    )
    made: dict[str, pa.Table] = {
        "works": _table("works", works),
        "authorships": _table("authorships", authorships),
        "references": _table("references", references),
        "topics": _table("topics", _topics(world, rng, works)),
        "funders": _table("funders", _funders(later, works)),
        "rejects": STAR["rejects"].empty_table(),
    }
    return made | _dimensions(world)


def _table(name: str, columns: Mapping[str, Any]) -> pa.Table:
    schema = STAR[name]
    size = len(next(iter(columns.values())))
    arrays = [
        pa.array(columns[f.name], f.type, from_pandas=True) if f.name in columns
        else pa.nulls(size, f.type) if f.nullable else pa.array(np.zeros(size, bool))
        for f in schema
    ]  # fmt: skip
    return pa.Table.from_arrays(arrays, schema=schema)


def _works(world: World, rng: np.random.Generator) -> Arrays:
    n = world.works
    year = np.sort(world.first + np.floor(world.years * rng.random(n) ** 0.7)).astype(np.int16)
    topic = 1 + np.floor(world.topics * rng.random(n) ** 2).astype(np.int32)
    subfield = np.array(SUBFIELDS, np.int16)[topic % len(SUBFIELDS)]
    types = np.array(["article", "review", "dataset"])[np.searchsorted([0.85, 0.95], rng.random(n))]
    return {
        "work": np.arange(1, n + 1),
        "year": year,
        "type": types,
        "topic": topic,
        "subfield": subfield,
        "field": (subfield // 100).astype(np.int16),
        "source": 1 + rng.integers(0, 50, n),
        "core": rng.random(n) < 0.6,
        "oa": rng.random(n) < 0.4,
        "xpac": rng.random(n) < 0.03,
        "paratext": rng.random(n) < 0.01,
        "retracted": rng.random(n) < 0.001,
        "n": 1 + rng.poisson(world.authors_each - 1, n),
        "line": np.arange(1, n + 1),
    }


def _home(world: World, author: NDArray[np.int64], year: NDArray[np.int64]) -> NDArray[np.int64]:
    """Institution of an author in a year: it changes with probability `moving` each year."""
    era = np.zeros(len(author), np.int64)
    for y in range(world.first + 1, world.first + world.years):
        moved = (author * 40503 + y * 69621) % 10007 < world.moving * 10007
        era += moved & (year >= y)
    return 1 + (author * 7919 + era * 104729) % world.institutions


def _authorships(world: World, rng: np.random.Generator, works: Arrays) -> Arrays:
    n = works["n"]
    at = np.repeat(np.arange(world.works), n)
    seq = np.arange(len(at)) - np.repeat(np.cumsum(n) - n, n) + 1
    # Authors work near each other: all authors of a work come from a stretch of numbers.
    start = rng.integers(0, world.authors, world.works)
    jump = np.floor(30 * rng.random(len(at)) ** 3).astype(np.int64)
    author = 1 + (start[at] + seq * 31 + jump) % world.authors
    star = (at % FAMOUS == FAMOUS - 1) & (seq == 1)
    author[star] = 1 + at[star] // FAMOUS % max(world.authors // 500, 10)
    year = works["year"][at].astype(np.int64)
    first = _home(world, author, year)
    second = 1 + (first * 17 + author) % world.institutions
    lot = rng.random(len(at))
    none, two = lot < world.unplaced, (lot > 0.9) & (second != first)
    base = 1.0 / n[at]
    keep = {
        "at": np.r_[at, at[two]],
        "seq": np.r_[seq, seq[two]],
        "author": np.r_[author, author[two]],
        "institution": np.r_[np.where(none, 0, first), second[two]],
        "weight": np.r_[np.where(two, base / 2, base), base[two] / 2],
    }
    order = np.lexsort((keep["institution"], keep["seq"], keep["at"]))
    rows = {k: v[order] for k, v in keep.items()}
    codes = np.array([economy(int(h)) for h in range(world.hubs + 1)])
    empty = rows["institution"] == 0
    country = codes[hub_of(world, rows["institution"])].astype(object)
    country[empty] = None
    return {
        "work": works["work"][rows["at"]],
        "year": works["year"][rows["at"]],
        "seq": rows["seq"].astype(np.int16),
        "author": rows["author"],
        "institution": np.ma.masked_array(rows["institution"], empty),
        "country": country,
        "weight": rows["weight"],
    }


def _references(world: World, rng: np.random.Generator, works: Arrays) -> Arrays:
    n = world.works
    count = np.minimum(rng.poisson(world.refs_each, n), np.arange(n))
    citing = np.repeat(np.arange(n), count)
    # Recent and early (so already known) works are cited more than those between.
    back = rng.random(len(citing)) ** 2
    recent = rng.random(len(citing)) < 0.7
    cited = np.floor(citing * np.where(recent, 1 - back, back)).astype(np.int64)
    cited = np.minimum(cited, citing - 1)
    famous = cited // FAMOUS * FAMOUS + FAMOUS - 1
    cited = np.where((rng.random(len(citing)) < 0.1) & (famous < citing), famous, cited)
    pairs = np.unique(citing * n + cited)
    citing, cited = pairs // n, pairs % n
    return {"work": citing + 1, "year": works["year"][citing], "cited": cited + 1}


def _topics(world: World, rng: np.random.Generator, works: Arrays) -> Arrays:
    n = world.works
    second = (
        1 + (works["topic"] + 1 + np.floor(9 * rng.random(n) ** 4)).astype(np.int32) % world.topics
    )
    has = (rng.random(n) < 0.7) & (second != works["topic"])
    work = np.r_[works["work"], works["work"][has]]
    rank = np.r_[np.ones(n), np.full(has.sum(), 2)].astype(np.int16)
    order = np.lexsort((rank, work))
    columns = {
        "work": work,
        "year": np.r_[works["year"], works["year"][has]],
        "rank": rank,
        "topic": np.r_[works["topic"], second[has]],
    }
    return {k: v[order] for k, v in columns.items()}


def _funders(rng: np.random.Generator, works: Arrays) -> Arrays:
    """Four works of ten name a funder, half of them a second one; the first eight are national."""
    lot, n = rng.random(len(works["work"])), len(ECONOMIES)
    first = 1 + np.floor(4 * n * rng.random(len(lot)) ** 2).astype(np.int64)
    second = 1 + (first + rng.integers(0, 4 * n - 1, len(lot))) % (4 * n)
    one, two = lot < 0.4, (lot < 0.2) & (second != first)
    work = np.r_[works["work"][one], works["work"][two]]
    funder = np.r_[first[one], second[two]]
    order = np.lexsort((funder, work))
    year = np.r_[works["year"][one], works["year"][two]]
    return {"work": work[order], "year": year[order], "funder": funder[order]}


def parent(institution: int) -> int | None:
    """The institution that one in ten is part of: the one before it."""
    return institution - 1 if institution % 10 == 3 else None


def _dimensions(world: World) -> dict[str, pa.Table]:
    every = np.arange(1, world.institutions + 1)
    hubs = hub_of(world, every).tolist()
    rows: list[dict[str, Any]] = []
    for i, hub in zip(every.tolist(), hubs, strict=True):
        lat, lon = point(hub)
        rows.append(
            {
                "institution": i, "ror": f"0syn{i:05d}", "name": f"Synthetic Institution {i}",
                "country": economy(hub), "type": TYPES[i % len(TYPES)], "ancestor": i,
                "city": f"Synthetic City {hub}" if hub else None, "region": None,
                "latitude": lat + i % 7 * 0.01 if hub else None,
                "longitude": lon + i % 5 * 0.01 if hub else None,
            }
        )  # fmt: skip
    topics = [
        {"topic": t, "name": f"Synthetic {SUBJECTS[t % len(SUBJECTS)]} {t}",
         "subfield": SUBFIELDS[t % 10], "field": SUBFIELDS[t % 10] // 100, "domain": 1 + t % 4}
        for t in range(1, world.topics + 1)
    ]  # fmt: skip
    up = [{"institution": i, "ancestor": p} for i in every.tolist() if (p := parent(i))]
    lineage = sorted([*rows, *up], key=lambda r: (r["institution"], r["ancestor"]))
    tables = {"institutions": rows, "lineage": lineage, "sites": [r for r in rows if r["city"]]}
    made = {n: _pick(n, r) for n, r in tables.items()}
    return made | {"topic_tree": _pick("topic_tree", topics)}


def _pick(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    names = STAR[name].names
    return pa.Table.from_pylist([{n: r.get(n) for n in names} for r in rows], schema=STAR[name])


def as_json_lines(star: Mapping[str, pa.Table]) -> Iterator[bytes]:
    """The works as OpenAlex writes them since 2026, one line a work, in the order of `works`."""
    a = "https://openalex.org/"
    institutions = {r["institution"]: r for r in star["institutions"].to_pylist()}
    tree = {r["topic"]: r for r in star["topic_tree"].to_pylist()}
    people, refs, topics, funds = (
        _grouped(star[n]) for n in ("authorships", "references", "topics", "funders")
    )

    def topic(number: int) -> dict[str, Any]:
        r = tree[number]
        return {"id": f"{a}T{number}", "display_name": r["name"]} | {
            n: {"id": f"{a}{n}s/{r[n]}"} for n in ("subfield", "field", "domain")
        }

    def institution(number: int) -> dict[str, Any]:
        r = institutions[number]
        own = f"{a}I{number}"
        return {"id": own, "display_name": r["name"], "ror": f"https://ror.org/{r['ror']}",
                "country_code": r["country"], "type": r["type"],
                "lineage": [own, *([f"{a}I{p}"] if (p := parent(number)) else [])]}  # fmt: skip

    def author(rows: list[dict[str, Any]]) -> dict[str, Any]:
        placed = [r["institution"] for r in rows if r["institution"] is not None]
        return {
            "author": {"id": f"{a}A{rows[0]['author']}"},
            "countries": sorted({institutions[i]["country"] for i in placed}),
            "institutions": [institution(i) for i in placed],
            "affiliations": [
                {"raw_affiliation_string": f"Synthetic {i}", "institution_ids": [f"{a}I{i}"]}
                for i in placed
            ],
        }

    for work in star["works"].to_pylist():
        number = work["work"]
        by_seq: dict[int, list[dict[str, Any]]] = {}
        for row in people.get(number, []):
            by_seq.setdefault(row["seq"], []).append(row)
        record = {
            "id": f"{a}W{number}", "publication_year": work["year"], "type": work["type"],
            "is_xpac": work["xpac"], "is_paratext": work["paratext"],
            "is_retracted": work["retracted"], "cited_by_count": work["cited"],
            "fwci": work["fwci"], "open_access": {"is_oa": work["oa"]},
            "primary_location": {
                "source": {"id": f"{a}S{work['source']}", "is_core": work["core"]}
            },
            "primary_topic": topic(work["topic"]),
            "topics": [topic(r["topic"]) for r in topics.get(number, [])],
            "authorships": [author(rows) for _, rows in sorted(by_seq.items())],
            "funders": [{"id": f"{a}F{r['funder']}"} for r in funds.get(number, [])],
            "referenced_works": [f"{a}W{r['cited']}" for r in refs.get(number, [])],
            "abstract_inverted_index": {"synthetic": [0]},
        }  # fmt: skip
        yield json.dumps(record).encode() + b"\n"


def _grouped(table: pa.Table) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        found.setdefault(row["work"], []).append(row)
    return found
