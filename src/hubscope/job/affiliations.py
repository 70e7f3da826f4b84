"""Authorships without an institution, placed by the city that their affiliation string names.

What is placed so stands as an institution with the city's GeoNames id, negative: "somewhere in the
city". It then counts in hubs as any other, and `hubs show` says how much of a hub rests on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from hubscope.errors import HubscopeError
from hubscope.job.steps import Context, hash_value
from hubscope.places.cities import cities
from hubscope.places.text import city_in
from hubscope.sources.openalex.layout import parts
from hubscope.sources.openalex.strings import unplaced
from hubscope.sources.star import SITES
from hubscope.store.dialect import DuckEngine, Engine
from hubscope.store.works import loaded

BY_TEXT = "by_text"
SCHEMA = pa.schema([("work", pa.int64()), ("seq", pa.int16()), ("city", pa.int64())])


@dataclass(frozen=True, slots=True)
class Read:
    """What became of the strings."""

    authorships: int
    """Without an institution, with a string."""
    placed: int


def add_affiliations(context: Context, given: Sequence[Path]) -> Read:
    """Place the authorships of `given` (snapshot folders or part files) by their strings.

    An author whose strings name different cities is placed by the first that names one.
    """
    if not loaded(context.store):
        raise HubscopeError(
            "the store holds no works whose authors could be placed",
            hint="`hubscope store add openalex FOLDER` first",
        )
    found = [p for folder in given for p in parts(folder)]
    known: dict[str, int | None] = {}
    at: dict[tuple[int, int], int | None] = {}
    for part in found:
        for work, seq, text in unplaced(part):
            if text not in known:
                city = city_in(text)
                known[text] = city.id if city else None
            if at.get((work, seq)) is None:
                at[work, seq] = known[text]
    rows = [{"work": w, "seq": s, "city": c} for (w, s), c in sorted(at.items()) if c is not None]
    inputs = {p.name: p.sha256() for p in found}
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    context.store.publish(BY_TEXT, hash_value(inputs), {BY_TEXT: table}, inputs)
    return Read(len(at), len(rows))


def by_text(context: Context) -> pa.Table | None:
    """The authorships that strings placed; None where none were read."""
    artifacts = context.store.manifest().artifacts
    return context.store.table(BY_TEXT) if BY_TEXT in artifacts else None


def sites_of(table: pa.Table) -> pa.Table:
    """The cities that strings named, as places of institutions with negative numbers."""
    rows = [_site(i) for i in sorted(set(table["city"].to_pylist()), reverse=True)]
    return pa.Table.from_pylist(rows, schema=SITES)


def _site(ident: int) -> dict[str, Any]:
    city = cities()[ident]
    return {
        "institution": -ident,
        "city": city.name,
        "country": city.country,
        "geonames": ident,
        "latitude": city.latitude,
        "longitude": city.longitude,
    }


def use(engine: Engine, table: pa.Table) -> None:
    """Let every query over authorships see the cities where an institution is absent."""
    engine.give("by_text", table)
    engine.give("cities_by_text", _countries(table["city"].to_pylist()))
    engine.define("authorships_by_text", _SQL)
    if isinstance(engine, DuckEngine):
        engine.connection.execute("DROP VIEW IF EXISTS authorships")  # a table cannot replace it
    engine.define("authorships", "SELECT * FROM authorships_by_text")
    engine.drop("authorships_by_text")


def _countries(ids: Iterable[int]) -> pa.Table:
    every = sorted(set(ids))
    return pa.table(
        {"city": pa.array(every, pa.int64()), "country": [cities()[i].country for i in every]}
    )


_SQL = """
SELECT a.work, a.year, a.seq, a.author,
    CASE WHEN a.institution IS NULL THEN -by_text.city ELSE a.institution END AS institution,
    CASE WHEN a.country IS NULL AND a.institution IS NULL THEN cities_by_text.country
        ELSE a.country END AS country,
    a.weight
FROM authorships AS a
LEFT JOIN by_text ON by_text.work = a.work AND by_text.seq = a.seq
LEFT JOIN cities_by_text ON cities_by_text.city = by_text.city
"""
