"""Observations from the works: base views, each indicator's query, values with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from hubscope.errors import EngineError, HubscopeError, nearest
from hubscope.indicators import fold
from hubscope.indicators.beside import Beside
from hubscope.indicators.catalogue import definitions
from hubscope.indicators.citation_graph import disruption
from hubscope.indicators.fold import Sums, Value
from hubscope.indicators.kernels.poisson import DRAWS
from hubscope.indicators.key_fields import key_fields, topic_map
from hubscope.nouns import Hub, Indicator, Observation, Origin
from hubscope.sources.openalex.breaks import crossed
from hubscope.store.dialect import Engine

PRODUCER = "hubscope"
URL = "https://openalex.org"
LICENCE = "CC0-1.0"


class WorksSettings(BaseModel):
    """The `[works]` table of a definition."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Literal[fold.KINDS]  # type: ignore[valid-type]
    resampled: Literal["work", "author"] = "work"
    scale: float = 1.0
    least: int = 1
    """Fewer works or authors than this give no value: aggregates of persons are of ten or more."""
    mature: int = 0
    """Years that must have passed since, so that citations have settled."""


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator that is computed from the works."""

    indicator: Indicator
    settings: WorksSettings
    sql: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What lies under the values of one hub and year."""

    hub: str
    year: int
    works: int
    placed: float
    """Share of the works' authorship that names an institution."""
    located: float
    """Share of it whose institution has a known place."""
    references: float | None
    """Share of the works' references that the store holds; None where they have none."""


@cache
def measures() -> dict[str, Measure]:
    """The shipped indicators with a `[works]` table, by id."""
    return {
        i.id: Measure(i, WorksSettings.model_validate(more), sql)
        for i, more, sql in definitions()
        if more is not None
    }


@cache
def base_views() -> tuple[tuple[str, str], ...]:
    """Name and text of the views that all queries share, in the order in which they are made."""
    folder = files("hubscope") / "indicators/base"
    found = sorted(f.name for f in folder.iterdir() if f.name.endswith(".sql"))
    return tuple((n[2:-4], (folder / n).read_text("utf-8")) for n in found)


def hub_numbers(hubs: Iterable[str]) -> dict[str, int]:
    """The number of each hub in the queries: from 1 in the order of ids; 0 is the world."""
    return {hub: n for n, hub in enumerate(sorted(hubs), 1)}


def prepare(
    engine: Engine, members: pa.Table, hubs: Mapping[str, Hub], beside: Beside | None = None
) -> dict[str, int]:
    """Make every shared view in `engine`; the number of each hub in them.

    Args:
        engine: with the star's tables, `institutions` and `topic_tree`.
        members: hub and institution.
        hubs: the hubs by id; their economy and region (`part_of`) decide what is abroad or near.
        beside: people of the hubs and curated lists; none by default.
    """
    numbers = hub_numbers({*members["hub"].to_pylist()} & set(hubs))
    engine.give("hubs", _hub_table(hubs, numbers))
    engine.give("members", _member_table(members, numbers))
    engine.give("key_fields", key_fields(engine.rows("SELECT * FROM topic_tree", "topic_tree")))
    for name, table in (beside or Beside()).tables(numbers).items():
        engine.give(name, table)
    for name, sql in base_views():
        engine.define(name, sql)
    engine.give("disruption", disruption(engine))
    return numbers


def _hub_table(hubs: Mapping[str, Hub], numbers: Mapping[str, int]) -> pa.Table:
    regions = {r: n for n, r in enumerate(sorted({h.part_of for h in hubs.values()} - {""}), 1)}
    rows = [
        {
            "hub": number,
            "id": hub,
            "country": hubs[hub].economy if len(hubs[hub].economy) == 2 else None,
            "region": regions.get(hubs[hub].part_of),
        }
        for hub, number in numbers.items()
    ]
    types = [("hub", pa.int32()), ("id", pa.string()), ("country", pa.string())]
    return pa.Table.from_pylist(rows, schema=pa.schema([*types, ("region", pa.int32())]))


def _member_table(members: pa.Table, numbers: Mapping[str, int]) -> pa.Table:
    rows = [
        {"hub": numbers[r["hub"]], "institution": r["institution"]}
        for r in members.to_pylist()
        if r["hub"] in numbers
    ]
    types = [("hub", pa.int32()), ("institution", pa.int64())]
    return pa.Table.from_pylist(rows, schema=pa.schema(types))


def values(engine: Engine, measure: Measure) -> list[Value]:
    """Values of one indicator in an engine that `prepare` has made ready."""
    name, settings = f"{measure.indicator.id}.sql", measure.settings
    if settings.kind == "median":
        found = fold.median(engine.rows(_grouped(measure.sql), name), name, settings.scale)
    else:
        found = [v for sql in _pieces(engine, measure) for v in _folded(engine, measure, sql)]
    last = engine.rows("SELECT max(year) AS year FROM counted", name)["year"][0].as_py() or 0
    newest = last - settings.mature
    return [v for v in found if v.units >= settings.least and v.year <= newest]


def _pieces(engine: Engine, measure: Measure) -> list[str]:
    """The query, year by year where there are partners: hubs squared, in every draw, is much."""
    if measure.settings.kind not in fold.PARTNERED:
        return [_grouped(measure.sql)]
    years = engine.rows("SELECT DISTINCT year FROM counted ORDER BY year", "years")
    return [_grouped(measure.sql, y) for y in years["year"].to_pylist()]


def _folded(engine: Engine, measure: Measure, sql: str) -> list[Value]:
    parts = engine.fold(sql, f"{measure.indicator.id}.sql", _fold)
    whole = fold.merge(_unpack(p) for p in parts)
    return fold.finish(measure.settings.kind, whole, measure.settings.scale)


def _grouped(sql: str, year: int | None = None) -> str:
    """Rows of one hub and year together, so that sums are made in runs; of one year if given."""
    where = "" if year is None else f"WHERE year = {year} "
    return f"SELECT * FROM (\n{sql}\n) AS rows_of_it {where}ORDER BY hub, year, unit"


def _fold(table: pa.Table) -> pa.Table:
    """Partial sums as a table, so that they may travel between processes."""
    s = fold.partial(table, "rows")
    wide = 2 * (DRAWS + 1)
    offsets = np.arange(0, s.sums.size + 1, wide, dtype=np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), pa.array(s.sums.ravel(), pa.float64()))
    columns = {"hub": s.hub, "year": s.year, "part": s.part, "units": s.units}
    return pa.table({**{k: pa.array(v, pa.int64()) for k, v in columns.items()}, "sums": lists})


def _unpack(table: pa.Table) -> Sums:
    hub, year, part, units = (
        table[c].to_numpy().astype(np.int64) for c in ("hub", "year", "part", "units")
    )
    flat = table["sums"].combine_chunks().flatten().to_numpy()
    return Sums(hub, year, part, units, flat.reshape(table.num_rows, 2, DRAWS + 1))


_COVERAGE = """
WITH placed_share AS (
    SELECT authorships.work,
        sum(CASE WHEN authorships.institution IS NULL THEN CAST(0 AS DOUBLE)
            ELSE authorships.weight END) AS placed,
        sum(CASE WHEN located.institution IS NULL THEN CAST(0 AS DOUBLE)
            ELSE authorships.weight END) AS located
    FROM authorships
    LEFT JOIN located ON located.institution = authorships.institution
    GROUP BY authorships.work
),
known AS (
    SELECT refs.work, CAST(count(*) AS DOUBLE) AS n
    FROM refs JOIN works ON works.work = refs.cited GROUP BY refs.work
)
SELECT hub_works.hub, hub_works.year, count(*) AS works,
    sum(placed_share.placed) / count(*) AS placed,
    sum(placed_share.located) / count(*) AS located,
    sum(known.n) / CASE WHEN sum(counted.n_refs) > 0 THEN sum(counted.n_refs) END AS refs
FROM hub_works
JOIN counted ON counted.work = hub_works.work
JOIN placed_share ON placed_share.work = hub_works.work
LEFT JOIN known ON known.work = hub_works.work
GROUP BY hub_works.hub, hub_works.year
ORDER BY hub_works.hub, hub_works.year
"""


def coverage(engine: Engine, located: pa.Table, numbers: Mapping[str, int]) -> list[Coverage]:
    """Coverage of every hub and year, and of the world under the hub "world".

    Args:
        engine: made ready by `prepare`.
        located: the institutions whose place is known.
        numbers: what `prepare` gave.
    """
    engine.give("located", located.select(["institution"]))
    names = {n: hub for hub, n in numbers.items()} | {0: "world"}
    return [
        Coverage(
            names[r["hub"]],
            r["year"],
            r["works"],
            r["placed"],
            r["located"],
            None if r["refs"] is None else float(r["refs"]),
        )
        for r in engine.rows(_COVERAGE, "coverage").to_pylist()
    ]


def chosen(ids: Sequence[str] = ()) -> list[Measure]:
    """The measures called `ids`, or all."""
    every = measures()
    strange = [i for i in ids if i not in every]
    if strange:
        raise HubscopeError(
            f"no indicator from works is called {strange[0]}", hint=nearest(strange[0], every)
        )
    return [every[i] for i in ids or sorted(every)]


def measure_works(
    engine: Engine,
    members: pa.Table,
    located: pa.Table,
    hubs: Mapping[str, Hub],
    *,
    vintage: str,
    sha256: str,
    releases: Sequence[str] = (),
    sources: Sequence[str] = ("openalex",),
    ids: Sequence[str] = (),
    beside: Beside | None = None,
) -> tuple[list[Observation], list[Coverage]]:
    """Observations of every indicator, hub and year, each with its interval, and their coverage.

    Args:
        engine: with the star's tables.
        members: hub and institution.
        located: institutions whose place is known.
        hubs: the hubs by id.
        vintage: release of the works.
        sha256: hash of the works' description in the store.
        releases: releases that the store's parts come from; breaks between them are noted.
        sources: names of the sources that the store's parts were read from.
        ids: indicators to make; all where none is named.
        beside: people of the hubs and curated lists.
    """
    if not members.num_rows:
        raise EngineError(
            "no institution of the works lies in a hub",
            hint="load where institutions are: `hubscope store add institutions FILE`",
        )
    numbers = prepare(engine, members, hubs, beside)
    covered = coverage(engine, located, numbers)
    by_key = {(c.hub, c.year): c for c in covered}
    names = {n: hub for hub, n in numbers.items()}
    made = []
    for measure in chosen(ids):
        for v in values(engine, measure):
            note = _note(by_key.get((names[v.hub], v.year)), v.units, measure, releases)
            origin = _origin(measure.indicator.id, vintage, sha256, sources)
            made.append(
                Observation(
                    hub=names[v.hub],
                    indicator=measure.indicator.id,
                    year=v.year,
                    value=v.value,
                    unit=measure.indicator.unit,
                    status="estimate",
                    vintage=vintage,
                    origin=origin,
                    lo=v.lo,
                    hi=v.hi,
                    note=note,
                )
            )
    return sorted(made, key=lambda o: (o.indicator, o.hub, o.year)), covered


def _origin(indicator: str, vintage: str, sha256: str, sources: Sequence[str]) -> Origin:
    """OpenAlex is dedicated to the public; of other lists no licence is known here."""
    only_openalex = set(sources) == {"openalex"}
    return Origin(
        producer=PRODUCER,
        url=URL if "openalex" in sources else "",
        accessed=vintage,
        citation=(
            f"works from {', '.join(sorted(set(sources)))}, release {vintage}; "
            f"topic map {topic_map()['version']}"
        ),
        licence=LICENCE if only_openalex else "",
        sha256=sha256,
        file=f"{indicator}.sql",
    )


def _note(c: Coverage | None, units: int, measure: Measure, releases: Sequence[str]) -> str:
    """Coverage beside the value, in words that both languages share."""
    text = f"n={units}"
    if c is not None:
        text += f"; affiliations {c.placed:.0%}, located {c.located:.0%}"
        if c.references is not None and measure.settings.kind == "median":
            text += f"; references {c.references:.0%}"
    broken = crossed(releases)
    return f"{text}; source breaks {', '.join(broken)}" if broken else text
