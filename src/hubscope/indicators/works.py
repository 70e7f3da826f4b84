"""Observations from the works: base views, each indicator's query, values with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from hubscope.errors import EngineError
from hubscope.indicators import remeasure
from hubscope.indicators.beside import Beside
from hubscope.indicators.fold import Value, steady
from hubscope.indicators.kept import Kept
from hubscope.indicators.key_fields import topic_map
from hubscope.indicators.summing import all_values, distinct, last_year, values
from hubscope.indicators.works_measures import Measure, chosen, measures
from hubscope.indicators.works_views import (
    base_views,
    beside_the_star,
    cover_views,
    hub_numbers,
    prepare,
)
from hubscope.nouns import Hub, Observation, Origin
from hubscope.sources.openalex.breaks import crossed
from hubscope.store.dialect import Engine
from hubscope.store.kept import KeptEngine, kept_folder

PRODUCER = "hubscope"
URL = "https://openalex.org"
LICENCE = "CC0-1.0"

__all__ = ["base_views", "chosen", "coverage", "hub_numbers", "measure_works", "measures"]
__all__ += ["prepare", "values"]


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


_COVERAGE = """
SELECT hub_works.hub, hub_works.year, count(*) AS works,
    sum(placed_share.placed) / count(*) AS placed,
    sum(placed_share.located) / count(*) AS located,
    sum(known_refs.n) / CASE WHEN sum(counted.n_refs) > 0 THEN sum(counted.n_refs) END AS refs
FROM hub_works
JOIN counted ON counted.work = hub_works.work
JOIN placed_share ON placed_share.work = hub_works.work
LEFT JOIN known_refs ON known_refs.work = hub_works.work
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
    for view in cover_views():
        engine.define(view.name, view.sql)
    return _covered(engine, numbers)


def _covered(engine: Engine, numbers: Mapping[str, int]) -> list[Coverage]:
    """Coverage, where the engine has the views that it reads."""
    names = {n: hub for hub, n in numbers.items()} | {0: "world"}
    return [
        Coverage(
            names[r["hub"]],
            r["year"],
            r["works"],
            steady(r["placed"]),
            steady(r["located"]),
            None if r["refs"] is None else float(r["refs"]),
        )
        for r in engine.rows(_COVERAGE, "coverage").to_pylist()
    ]


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
    addresses: Sequence[str] = (),
    licences: Sequence[str] = (),
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
        addresses: where each part is published.
        licences: of each part.
        ids: indicators to make; all where none is named.
        beside: people of the hubs and curated lists.
    """
    if not members.num_rows:
        raise EngineError(
            "no institution of the works lies in a hub",
            hint="load where institutions are: `hubscope store add institutions FILE`",
        )
    wanted = chosen(ids)
    if isinstance(engine, KeptEngine) and not ids:
        numbers, tables = beside_the_star(engine, members, hubs, beside)
        kept = Kept(kept_folder(engine.store))
        tables |= {"located": located.select(["institution"])}
        found = remeasure.measure(engine, kept, wanted, tables).values
        covered = _covered(engine, numbers)
    else:
        queries = [m.sql for m in wanted] if ids else None
        numbers = prepare(engine, members, hubs, beside, queries)
        last = last_year(engine)
        each = (all_values(engine, asked, last) for asked in distinct(wanted))
        found = {name: found for values in each for name, found in values.items()}
        covered = coverage(engine, located, numbers)
    source = _Source(vintage, sha256, releases, sources, addresses, licences)
    made = _observations(wanted, found, {n: hub for hub, n in numbers.items()}, covered, source)
    return made, covered


@dataclass(frozen=True, slots=True)
class _Source:
    """What the works came from, for origins and notes."""

    vintage: str
    sha256: str
    releases: Sequence[str]
    sources: Sequence[str]
    addresses: Sequence[str]
    licences: Sequence[str]


def _observations(
    measures: Sequence[Measure],
    found: Mapping[str, Iterable[Value]],
    names: Mapping[int, str],
    covered: Iterable[Coverage],
    source: _Source,
) -> list[Observation]:
    """Values as observations, sorted by indicator, hub and year."""
    by_key = {(c.hub, c.year): c for c in covered}
    origins = {m.indicator.id: _origin(m.indicator.id, source) for m in measures}
    broken = crossed(source.releases)
    made = [
        Observation(
            hub=names[v.hub],
            indicator=measure.indicator.id,
            year=v.year,
            value=v.value,
            unit=measure.indicator.unit,
            status="estimate",
            vintage=source.vintage,
            origin=origins[measure.indicator.id],
            lo=v.lo,
            hi=v.hi,
            note=_note(by_key.get((names[v.hub], v.year)), v.units, measure, broken),
        )
        for measure in measures
        for v in found[measure.indicator.id]
    ]
    return sorted(made, key=lambda o: (o.indicator, o.hub, o.year))


def _origin(indicator: str, source: _Source) -> Origin:
    """OpenAlex is dedicated to the public; other sources say their licence when they are loaded."""
    only_openalex = set(source.sources) == {"openalex"}
    addresses = sorted({a for a in source.addresses if a} or ({URL} if only_openalex else set()))
    licences = {LICENCE} if only_openalex else set(source.licences)
    citation = f"works from {', '.join(sorted(set(source.sources)))}, release {source.vintage}"
    more = f" ({'; '.join(addresses)})" if len(addresses) > 1 else ""
    return Origin(
        producer=PRODUCER,
        url=addresses[0] if addresses else "",
        accessed=source.vintage,
        citation=f"{citation}{more}; topic map {topic_map()['version']}",
        licence=licences.pop() if len(licences) == 1 else "",
        sha256=source.sha256,
        file=f"{indicator}.sql",
    )


def _note(c: Coverage | None, units: int, measure: Measure, broken: Sequence[str]) -> str:
    """Coverage beside the value, in words that both languages share."""
    text = f"n={units}"
    if c is not None:
        text += f"; affiliations {c.placed:.0%}, located {c.located:.0%}"
        if c.references is not None and measure.settings.kind == "median":
            text += f"; references {c.references:.0%}"
    return f"{text}; source breaks {', '.join(broken)}" if broken else text
