"""Observations from the patents: base views, each indicator's query, values with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyarrow as pa

from hubscope.errors import EngineError
from hubscope.indicators import fold, works_views
from hubscope.indicators.fold import Sums, Value
from hubscope.indicators.patents_measures import (
    LAG,
    PatentsSettings,
    chosen,
    cpc_sets,
    cpc_table,
    measures,
)
from hubscope.indicators.summing import Asked, distinct, pieces, summed
from hubscope.indicators.survival import lag
from hubscope.indicators.works_measures import Measure
from hubscope.indicators.works_views import hub_numbers, hub_table, member_table
from hubscope.nouns import Hub, Observation, Origin
from hubscope.store.dialect import Engine

PRODUCER = "hubscope"

SOURCE_NAMES = {
    "patentsview": "PatentsView",
    "publications": "patent publications",
    "paper-links": "patent-paper pairs",
    "synthetic": "made-up patents",
    "synthetic-links": "made-up patent-paper pairs",
}
"""The sources as origins name them; their words in Chinese stand in words/phrases.toml."""

__all__ = ["Coverage", "chosen", "coverage", "measure_patents", "measures", "prepare", "values"]

WORKS_VIEWS = ("counted", "placed", "hub_works")
"""The views of the works that queries over patents read."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What lies under the values of one hub and year."""

    hub: str
    year: int
    patents: int
    placed: float
    """Share of the patents' inventors that name a place."""
    located: float
    """Share of them whose place has a city or coordinates."""


@cache
def base_views() -> tuple[tuple[str, str], ...]:
    """Name and text of the views that queries over patents share, in the order of making."""
    folder = files("hubscope") / "indicators/base_patents"
    found = sorted(f.name for f in folder.iterdir() if f.name.endswith(".sql"))
    return tuple((n[3:-4], (folder / n).read_text("utf-8")) for n in found)


def prepare(
    engine: Engine, members: pa.Table, places: pa.Table, hubs: Mapping[str, Hub]
) -> dict[str, int]:
    """Make every shared view in `engine`; the number of each hub in them.

    Args:
        engine: with the tables of patents and of the works.
        members: hub and institution.
        places: hub and, called institution, the place of inventors.
        hubs: the hubs by id.
    """
    named = {*members["hub"].to_pylist(), *places["hub"].to_pylist()}
    numbers = hub_numbers(named & set(hubs))
    engine.give("hubs", hub_table(hubs, numbers))
    engine.give("members", member_table(members, numbers))
    engine.give("patent_members", member_table(places, numbers, "place"))
    engine.give("cpc_sets", cpc_table())
    for view in works_views.base_views():
        if view.name in WORKS_VIEWS:
            engine.define(view.name, view.sql)
    for name, sql in base_views():
        engine.define(name, sql)
    return numbers


@dataclass(frozen=True, slots=True)
class Ends:
    """The newest year of the patents, and of their pairs with papers; 0 where there are none."""

    patents: int
    links: int

    def last(self, settings: PatentsSettings) -> int:
        """The newest year that can have a value."""
        end = self.links if settings.until == "links" else self.patents
        return end - settings.mature


def ends(engine: Engine) -> Ends:
    """Where the data end."""

    def newest(view: str) -> int:
        found = engine.rows(f"SELECT max(year) AS year FROM {view}", view)["year"][0].as_py()
        return int(found or 0)

    return Ends(newest("counted_patents"), newest("paper_citations"))


def values(engine: Engine, measure: Measure) -> list[Value]:
    """Values of one indicator in an engine that `prepare` has made ready."""
    (asked,) = distinct([measure])
    return all_values(engine, asked, ends(engine))[measure.indicator.id]


def all_values(engine: Engine, asked: Asked, end: Ends) -> dict[str, list[Value]]:
    """Values of each measure that shares the query, by its id."""
    made: dict[str, list[Value]] = {m.indicator.id: [] for m in asked.measures}
    for piece in pieces(engine, asked):
        whole = summed(engine, asked, piece)
        for m in asked.measures:
            made[m.indicator.id] += _finished(m, whole, end)
    return made


def _finished(measure: Measure, sums: Sums, end: Ends) -> list[Value]:
    settings = measure.settings
    assert isinstance(settings, PatentsSettings)
    if settings.kind == LAG:
        found = fold.with_intervals(*lag(sums))
    else:
        found = fold.finish(settings.kind, sums, settings.scale)
    newest = end.last(settings)
    return [v for v in found if v.units >= settings.least and v.year <= newest]


_COVERAGE = """
WITH shares AS (
    SELECT inventors.patent,
        sum(CASE WHEN inventors.place IS NULL THEN CAST(0 AS DOUBLE)
            ELSE inventors.weight END) AS placed,
        sum(CASE WHEN patent_places.city IS NULL AND patent_places.latitude IS NULL
            THEN CAST(0 AS DOUBLE) ELSE inventors.weight END) AS located
    FROM inventors
    LEFT JOIN patent_places ON patent_places.place = inventors.place
    GROUP BY inventors.patent
)
SELECT hub_patents.hub, hub_patents.year, count(*) AS patents,
    sum(coalesce(shares.placed, CAST(0 AS DOUBLE))) / count(*) AS placed,
    sum(coalesce(shares.located, CAST(0 AS DOUBLE))) / count(*) AS located
FROM hub_patents
LEFT JOIN shares ON shares.patent = hub_patents.patent
GROUP BY hub_patents.hub, hub_patents.year
ORDER BY hub_patents.hub, hub_patents.year
"""


def coverage(engine: Engine, numbers: Mapping[str, int]) -> list[Coverage]:
    """Coverage of every hub and year, and of the world under the hub "world".

    Args:
        engine: made ready by `prepare`.
        numbers: what `prepare` gave.
    """
    names = {n: hub for hub, n in numbers.items()} | {0: "world"}
    return [
        Coverage(names[r["hub"]], r["year"], r["patents"], r["placed"], r["located"])
        for r in engine.rows(_COVERAGE, "coverage").to_pylist()
    ]


def measure_patents(
    engine: Engine,
    members: pa.Table,
    places: pa.Table,
    hubs: Mapping[str, Hub],
    *,
    vintage: str,
    sha256: str,
    parts: Iterable[Mapping[str, str]] = (),
    ids: Sequence[str] = (),
) -> tuple[list[Observation], list[Coverage]]:
    """Observations of every indicator, hub and year, each with its interval, and their coverage.

    Args:
        engine: with the tables of patents and of the works.
        members: hub and institution.
        places: hub and, called institution, the place of inventors.
        hubs: the hubs by id.
        vintage: release of the patents.
        sha256: hash of the patents' description in the store.
        parts: the store's parts: source, url and licence of each.
        ids: indicators to make; all where none is named.
    """
    if not places.num_rows:
        raise EngineError(
            "no place of the inventors lies in a hub",
            hint="name cities, a circle or a polygon of each hub in places.toml",
        )
    numbers = prepare(engine, members, places, hubs)
    covered = coverage(engine, numbers)
    by_key = {(c.hub, c.year): c for c in covered}
    names, end = {n: hub for hub, n in numbers.items()}, ends(engine)
    every = list(parts)
    made = [
        Observation(
            hub=names[v.hub],
            indicator=m.indicator.id,
            year=v.year,
            value=v.value,
            unit=m.indicator.unit,
            status="estimate",
            vintage=vintage,
            origin=_origin(m, vintage, sha256, every),
            lo=v.lo,
            hi=v.hi,
            note=_note(by_key.get((names[v.hub], v.year)), v.units),
        )
        for asked in distinct(chosen(ids))
        for name, found in all_values(engine, asked, end).items()
        for m in (measures()[name],)
        for v in found
    ]
    return sorted(made, key=lambda o: (o.indicator, o.hub, o.year)), covered


def _origin(
    measure: Measure, vintage: str, sha256: str, parts: Sequence[Mapping[str, str]]
) -> Origin:
    """The pairs with papers stand in the origin of what reads them, with their licence."""
    reads_links = any(name in measure.sql for name in ("paper_", "first_citing"))
    used = [p for p in parts if reads_links or not p["source"].endswith("-links")]
    sources, urls, licences = (
        sorted({p[c] for p in used if p.get(c)}) for c in ("source", "url", "licence")
    )
    return Origin(
        producer=PRODUCER,
        url=urls[0] if urls else "",
        accessed=vintage,
        citation="; ".join(
            [
                *(SOURCE_NAMES.get(name, name) for name in sources),
                f"release {vintage}",
                f"CPC sets {cpc_sets()['version']}",
            ]
        ),
        licence=" AND ".join(licences),
        sha256=sha256,
        file=f"{measure.indicator.id}.sql",
    )


def _note(c: Coverage | None, units: int) -> str:
    """Coverage beside the value, in words that both languages share."""
    text = f"n={units}"
    return (
        text if c is None else f"{text}; inventors placed {c.placed:.0%}, located {c.located:.0%}"
    )
