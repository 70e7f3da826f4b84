"""Where a number comes from: its query, the release, the counts at each step, the rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from hubscope.errors import HubscopeError, nearest
from hubscope.indicators import fold
from hubscope.indicators.summing import values
from hubscope.indicators.works_measures import Measure, chosen
from hubscope.indicators.works_views import read_by
from hubscope.store.dialect import DuckEngine
from hubscope.store.publish import Store
from hubscope.store.works import loaded
from hubscope.store.works_views import files


@dataclass(frozen=True, slots=True)
class Lineage:
    """Everything under one value."""

    hub: str
    indicator: str
    year: int
    value: float | None
    lo: float | None
    hi: float | None
    vintage: str
    sha256: str
    """Hash of the description of the works in the store."""
    query: str
    views: dict[str, str]
    """The shared views that the query reads, in the order in which they are made."""
    steps: tuple[tuple[str, int], ...]
    """What was counted, and how many, from the whole store down to the rows."""
    rows: tuple[dict[str, Any], ...]
    """The heaviest rows: unit, id, num, den; for works also file and line of the source."""


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
        engine: made ready by `indicators.works.prepare`, which gave `numbers`.
        numbers: number of each hub.
        hub: id of the hub.
        indicator: id of an indicator from works.
        year: its year.
        most: rows that are listed; all are counted.
    """
    if hub not in numbers:
        raise HubscopeError(
            f"no institution of the works lies in {hub}", hint=nearest(hub, numbers)
        )
    (measure,) = chosen([indicator])
    body = loaded(store)
    number = numbers[hub]
    rows = _rows(engine, measure, number, year)
    value = next((v for v in values(engine, measure) if (v.hub, v.year) == (number, year)), None)
    return Lineage(
        hub=hub,
        indicator=indicator,
        year=year,
        value=value.value if value else None,
        lo=value.lo if value else None,
        hi=value.hi if value else None,
        vintage=body["vintage"],
        sha256=store.manifest().artifacts["works"].sha256,
        query=measure.sql,
        views={v.name: v.sql.strip() for v in read_by(measure.sql)},
        steps=(*_steps(engine, body, number, year), ("rows", len(rows))),
        rows=tuple(_heaviest(store, engine, measure, rows, most)),
    )


def _rows(engine: DuckEngine, measure: Measure, hub: int, year: int) -> list[dict[str, Any]]:
    sql = f"SELECT * FROM ({measure.sql}) AS q WHERE hub = {hub} AND year = {year}"
    table = engine.rows(sql, f"{measure.indicator.id}.sql")
    fold.columns(table, measure.indicator.id)
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def _steps(
    engine: DuckEngine, body: Mapping[str, Any], hub: int, year: int
) -> list[tuple[str, int]]:
    def count(sql: str) -> int:
        return int(engine.rows(f"SELECT count(*) AS n FROM {sql}", "lineage")["n"][0].as_py())

    parts = body["parts"]
    return [
        ("records_read", sum(p["rows"]["works"] + p["rows"].get("rejects", 0) for p in parts)),
        ("set_aside", sum(body["rejects"].values())),
        ("works", body["works"]),
        ("counted", count("counted")),
        ("counted_in_year", count(f"counted WHERE year = {year}")),
        ("in_hub_and_year", count(f"hub_works WHERE hub = {hub} AND year = {year}")),
    ]


def _heaviest(
    store: Store, engine: DuckEngine, measure: Measure, rows: list[dict[str, Any]], most: int
) -> list[dict[str, Any]]:
    ranked = sorted(rows, key=lambda r: (-abs(r["num"] or 0), -(r["den"] or 0), r["unit"]))[:most]
    letter = "W" if measure.settings.resampled == "work" else "A"
    where = work_places(store, engine, [r["unit"] for r in ranked]) if letter == "W" else {}
    made = []
    for row in ranked:
        kept = {k: row[k] for k in ("unit", "num", "den", "part") if row.get(k) is not None}
        file, line = where.get(row["unit"], ("", 0))
        more = {"file": file, "line": line} if file else {}
        made.append(kept | {"id": f"{letter}{row['unit']}"} | more)
    return made


def work_places(store: Store, engine: DuckEngine, works: list[int]) -> dict[int, tuple[str, int]]:
    """Source file and line of each work."""
    import pyarrow as pa

    if not works:
        return {}
    names = {p["key"]: p["name"] for p in loaded(store)["parts"]}
    engine.give("asked", pa.table({"work": np.unique(np.array(works, np.int64))}))
    listed = ", ".join("'" + f.replace("'", "''") + "'" for f in files(store, "works"))
    try:
        found = engine.connection.execute(
            "SELECT work, part, line FROM ("
            f"SELECT work, line, split_part(filename, '/', -2) AS part "
            f"FROM read_parquet([{listed}], filename = true) JOIN asked USING (work)"
            ") ANTI JOIN superseded USING (part, work)"
        ).fetchall()
    except duckdb.Error as error:
        raise HubscopeError(f"the works' parts cannot be read: {error}") from error
    engine.drop("asked")
    return {work: (names[part], line) for work, part, line in found}
