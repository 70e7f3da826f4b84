"""Where a number from patents comes from: its query, the release, the counts, the rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from hubscope.errors import HubscopeError, nearest
from hubscope.indicators import fold
from hubscope.indicators.lineage import Lineage, work_places
from hubscope.indicators.patents import base_views, values
from hubscope.indicators.patents_measures import LAG, chosen
from hubscope.indicators.survival import HORIZON
from hubscope.indicators.works_measures import Measure
from hubscope.indicators.works_views import mentions
from hubscope.store.dialect import DuckEngine
from hubscope.store.patents import loaded
from hubscope.store.patents_views import fact_files
from hubscope.store.publish import Store


def lineage(
    store: Store,
    engine: DuckEngine,
    numbers: Mapping[str, int],
    *,
    hub: str,
    indicator: str,
    year: int,
    most: int = 50,
) -> Lineage:
    """The lineage of one value.

    Args:
        store: the store that the engine reads.
        engine: made ready by `indicators.patents.prepare`, which gave `numbers`.
        numbers: number of each hub.
        hub: id of the hub.
        indicator: id of an indicator from patents.
        year: its year.
        most: rows that are listed; all are counted.
    """
    if hub not in numbers:
        raise HubscopeError(f"no inventor's place lies in {hub}", hint=nearest(hub, numbers))
    (measure,) = chosen([indicator])
    body, number = loaded(store), numbers[hub]
    rows = _rows(engine, measure, number, year)
    found = values(engine, measure)
    value = next((v for v in found if (v.hub, v.year) == (number, year)), None)
    return Lineage(
        hub=hub,
        indicator=indicator,
        year=year,
        value=value.value if value else None,
        lo=value.lo if value else None,
        hi=value.hi if value else None,
        vintage=body["vintage"],
        sha256=store.manifest().artifacts["patents"].sha256,
        query=measure.sql,
        views=_read_by(measure.sql),
        steps=(*_steps(engine, body, number, year), ("rows", len(rows))),
        rows=tuple(_heaviest(store, engine, measure, rows, most)),
    )


def _read_by(sql: str) -> dict[str, str]:
    """The shared views that a query reads, directly or through others, in order."""
    wanted: dict[str, str] = {}
    for name, text in reversed(base_views()):
        if any(mentions(reader, name) for reader in (sql, *wanted.values())):
            wanted[name] = text
    return {name: text.strip() for name, text in reversed(wanted.items())}


def _rows(engine: DuckEngine, measure: Measure, hub: int, year: int) -> list[dict[str, Any]]:
    """The rows of the year; a lag rests on the papers of the years before as well."""
    first = year - HORIZON if measure.settings.kind == LAG else year
    table = engine.rows(
        f"SELECT * FROM ({measure.sql}) AS q WHERE hub = {hub} AND year BETWEEN {first} AND {year}",
        f"{measure.indicator.id}.sql",
    )
    fold.columns(table, measure.indicator.id)
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def _steps(
    engine: DuckEngine, body: Mapping[str, Any], hub: int, year: int
) -> list[tuple[str, int]]:
    def count(sql: str) -> int:
        return int(engine.rows(f"SELECT count(*) AS n FROM {sql}", "lineage")["n"][0].as_py())

    records = ("patents", "paper_links", "patent_rejects")
    return [
        ("records_read", sum(p["rows"].get(t, 0) for p in body["parts"] for t in records)),
        ("set_aside", sum(body["rejects"].values())),
        ("patents", body["patents"]),
        ("counted_patents", count("counted_patents")),
        ("patents_in_year", count(f"counted_patents WHERE year = {year}")),
        ("patents_in_hub", count(f"hub_patents WHERE hub = {hub} AND year = {year}")),
    ]


def _heaviest(
    store: Store, engine: DuckEngine, measure: Measure, rows: list[dict[str, Any]], most: int
) -> list[dict[str, Any]]:
    ranked = sorted(rows, key=lambda r: (-abs(r["num"] or 0), -(r["den"] or 0), r["unit"]))[:most]
    units = [r["unit"] for r in ranked]
    if measure.settings.resampled == "work":
        where = {u: (f"W{u}", *at) for u, at in work_places(store, engine, units).items()}
    else:
        where = _named(store, engine, units, of=str(measure.settings.resampled))
    made = []
    for row in ranked:
        kept = {k: row[k] for k in ("unit", "num", "den", "part") if row.get(k) is not None}
        name, file, line = where.get(row["unit"], (str(row["unit"]), "", 0))
        made.append(kept | {"id": name} | ({"file": file, "line": line} if file else {}))
    return made


def _named(
    store: Store, engine: DuckEngine, units: list[int], of: str
) -> dict[int, tuple[str, str, int]]:
    """Publication, source file and line of each patent, or of the one that stands for a family."""
    if not units:
        return {}
    files = ", ".join("'" + f.replace("'", "''") + "'" for f in fact_files(store, "patents"))
    names = {p["key"]: p["name"] for p in loaded(store)["parts"]}
    engine.give("asked", pa.table({"unit": pa.array(sorted(set(units)), pa.int64())}))
    through = "JOIN families ON families.family = asked.unit" if of == "family" else ""
    patent = "families.patent" if of == "family" else "asked.unit"
    found = engine.rows(
        "SELECT asked.unit, held.key, held.part, held.line FROM asked "
        f"{through} JOIN (SELECT patent, key, line, split_part(filename, '/', -2) AS part "
        f"FROM read_parquet([{files}], filename = true)) AS held ON held.patent = {patent} "
        "ANTI JOIN patents_gone ON patents_gone.part = held.part "
        "AND patents_gone.patent = held.patent",
        "lineage",
    ).to_pylist()
    engine.drop("asked")
    return {r["unit"]: (r["key"], names[r["part"]], r["line"]) for r in found}
