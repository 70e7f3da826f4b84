"""Where a specialisation comes from: the query, the release, the counts, the works or families."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from hubscope.chains import segments
from hubscope.chains.linkage import text
from hubscope.errors import HubscopeError, nearest
from hubscope.indicators import patents as patent_indicators
from hubscope.indicators.lineage import Lineage, work_places
from hubscope.indicators.works_views import mentions, read_by
from hubscope.job.patents import patents_engine
from hubscope.job.segments import prepare_patents, prepare_science
from hubscope.job.steps import Context
from hubscope.job.works import works_engine
from hubscope.store import patents, works
from hubscope.store.dialect import DuckEngine

COUNTED = {
    "science": ("counted", "hub_works"),
    "patent": ("counted_patents", "hub_families"),
}
"""The views of what counts, and of each hub's part of it."""


def trace(
    context: Context, place: str, segment: str, year: int, signal: str, *, most: int = 50
) -> Lineage:
    """The lineage of one specialisation.

    Args:
        context: the workspace and its store.
        place: id of a hub.
        segment: of the concordance.
        year: of the works or patents.
        signal: science or patent.
        most: rows that are listed; all are counted.

    Raises:
        HubscopeError: if the store holds no such works or patents, hub, segment or signal.
    """
    asked = Asked(place, segment, year, signal)
    _known(signal, segments.QUERIES, "signal")
    _known(segment, segments.segments(), "segment")
    if not asked.body(context):
        raise HubscopeError(f"the store holds nothing of {signal}", hint="hubscope store add")
    if signal == "science":
        with works_engine(context) as engine:
            return _traced(context, engine, prepare_science(context, engine), asked, most)
    with patents_engine(context) as engine:
        return _traced(context, engine, prepare_patents(context, engine), asked, most)


@dataclass(frozen=True, slots=True)
class Asked:
    """The value that is traced."""

    place: str
    segment: str
    year: int
    signal: str

    @property
    def science(self) -> bool:
        """Whether works are counted, and not families of patents."""
        return self.signal == "science"

    def body(self, context: Context) -> Mapping[str, Any]:
        """What the store says of the works or patents."""
        return works.loaded(context.store) if self.science else patents.loaded(context.store)

    def where(self, numbers: Mapping[str, int]) -> str:
        """The hub and the year as a condition."""
        return f"hub = {numbers[self.place]} AND year = {self.year}"

    def value(self, engine: DuckEngine, numbers: Mapping[str, int]) -> Mapping[str, Any]:
        """The specialisation, or nothing where there is none."""
        same = pl.all_horizontal(
            pl.col(c) == getattr(self, c) for c in ("place", "segment", "year")
        )
        rows = segments.specialised(engine, self.signal, numbers).filter(same)
        return rows.row(0, named=True) if rows.height else {}


def _known(name: str, valid: Collection[str], what: str) -> None:
    if name not in valid:
        raise HubscopeError(f"no {what} {name!r}", hint=nearest(name, valid))


def _traced(
    context: Context, engine: DuckEngine, numbers: Mapping[str, int], asked: Asked, most: int
) -> Lineage:
    _known(asked.place, numbers, "hub with places in the store")
    body, value = asked.body(context), asked.value(engine, numbers)
    sql = text(segments.QUERIES[asked.signal])
    part = list(segments.segments()).index(asked.segment) + 1
    rows = engine.rows(
        f"SELECT unit, num FROM ({sql}) AS q WHERE {asked.where(numbers)} AND part = {part} "
        "ORDER BY num DESC, unit",
        "trace",
    ).to_pylist()
    artifact = "works" if asked.science else "patents"
    return Lineage(
        hub=asked.place,
        indicator=f"{asked.signal}:{asked.segment}",
        year=asked.year,
        value=value.get("value"),
        lo=value.get("lo"),
        hi=value.get("hi"),
        vintage=str(body["vintage"]),
        sha256=context.store.manifest().artifacts[artifact].sha256,
        query=sql,
        views=_views(sql, asked.signal),
        steps=(*_steps(engine, body, asked, asked.where(numbers)), ("rows", len(rows))),
        rows=tuple(_named(context, engine, rows[:most], asked)),
    )


def _views(sql: str, signal: str) -> dict[str, str]:
    """The shared views that the query reads, directly or through others, in order."""
    if signal == "science":
        return {v.name: v.sql.strip() for v in read_by(sql)}
    wanted: dict[str, str] = {}
    for name, own in reversed(patent_indicators.base_views()):
        if any(mentions(reader, name) for reader in (sql, *wanted.values())):
            wanted[name] = own.strip()
    return dict(reversed(wanted.items()))


def _steps(
    engine: DuckEngine, body: Mapping[str, Any], asked: Asked, own: str
) -> tuple[tuple[str, int], ...]:
    def count(sql: str) -> int:
        return int(engine.rows(f"SELECT count(*) AS n FROM {sql}", "trace")["n"][0].as_py())

    counted, in_hub = COUNTED[asked.signal]
    named = (
        ("works", "counted", "counted_in_year", "in_hub_and_year")
        if asked.science
        else ("patents", "counted_patents", "patents_in_year", "patents_in_hub")
    )
    counts = (count(counted), count(f"{counted} WHERE year = {asked.year}"))
    return tuple(zip(named, (body[named[0]], *counts, count(f"{in_hub} WHERE {own}")), strict=True))


def _named(
    context: Context, engine: DuckEngine, rows: list[dict[str, Any]], asked: Asked
) -> list[dict[str, Any]]:
    """Works with their source file and line; families with a publication of theirs."""
    units = [r["unit"] for r in rows]
    if asked.science:
        where = work_places(context.store, engine, units)
        made: dict[int, dict[str, Any]] = {u: {"id": f"W{u}"} for u in units}
        for unit, (file, line) in where.items():
            made[unit] |= {"file": file, "line": line}
    else:
        listed = ", ".join(map(str, units)) or "NULL"
        found = engine.rows(
            "SELECT families.family, patents.key AS id, patents.line FROM families "
            f"JOIN patents ON patents.patent = families.patent WHERE families.family IN ({listed})",
            "trace",
        ).to_pylist()
        made = {f.pop("family"): f for f in found}
    return [made[r["unit"]] | {"num": r["num"]} for r in rows]
