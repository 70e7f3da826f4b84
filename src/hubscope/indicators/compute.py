"""Observations of every indicator: figures as they were reported, and what the queries derive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import duckdb

from hubscope.errors import EngineError
from hubscope.nouns import Indicator, Observation, Origin
from hubscope.store.engine import query

PRODUCER = "hubscope"
RESULT = ("hub", "year", "value", "status", "vintage", "period", "inputs")
"""The columns that an indicator's query must return, in this order."""

FIGURES_VIEW = """
CREATE VIEW figures AS
SELECT *, vintage = max(vintage) OVER (PARTITION BY hub, indicator, year, period) AS current
FROM figures_table
"""

_REPORTED = """
SELECT hub, indicator, year, value, unit, status, vintage, period, producer, url, accessed,
       licence, note, file, line, sha256, current
FROM figures
ORDER BY indicator, hub, year, period, vintage
"""


def measure(
    connection: duckdb.DuckDBPyConnection, catalogue: Mapping[str, Indicator]
) -> list[Observation]:
    """Every observation the store's figures give, each with its origin, sorted by key.

    Args:
        connection: an engine with the view `figures_table`.
        catalogue: the indicators by id; those with a query are computed as well as read.
    """
    connection.execute(FIGURES_VIEW)
    reported = [_reported(row) for row in query(connection, _REPORTED, name="figures")]
    known: dict[tuple[str, str], list[Observation]] = {}
    for o in reported:
        if o.current:
            known.setdefault((o.hub, o.indicator), []).append(o)
    derived = [
        _derived(row, indicator, known)
        for indicator in sorted(catalogue.values(), key=lambda i: i.id)
        if indicator.sql
        for row in _rows(connection, indicator)
    ]
    return _mark_current([*reported, *derived])


def _reported(row: Mapping[str, Any]) -> Observation:
    origin = Origin(
        producer=row["producer"],
        url=row["url"],
        accessed=row["accessed"],
        licence=row["licence"],
        sha256=row["sha256"],
        file=row["file"],
        line=row["line"],
    )
    names = ("hub", "indicator", "year", "value", "unit", "status", "vintage", "period", "note")
    return Observation(**{n: row[n] for n in names}, origin=origin, current=row["current"])


def _rows(connection: duckdb.DuckDBPyConnection, indicator: Indicator) -> list[dict[str, Any]]:
    rows = query(connection, indicator.sql, name=f"{indicator.id}.sql")
    if rows and tuple(rows[0]) != RESULT:
        raise EngineError(
            f"{indicator.id}.sql returns the columns {', '.join(rows[0])}",
            hint=f"it must return {', '.join(RESULT)}",
        )
    return rows


def _derived(
    row: Mapping[str, Any],
    indicator: Indicator,
    known: Mapping[tuple[str, str], Sequence[Observation]],
) -> Observation:
    """A computed value; its origin lists the very rows that went in."""
    used = [
        found
        for name in row["inputs"]
        for place in (row["hub"], "world")
        if (found := _input(known.get((place, name), ()), row["year"], row["vintage"]))
    ]
    if not used:
        raise EngineError(
            f"{indicator.id}.sql gives {row['hub']} {row['year']} a value from "
            f"{', '.join(row['inputs'])}, none of which the store holds",
            hint="the column inputs lists the ids of the indicators that the query read",
        )
    citation = "; ".join(
        f"{o.indicator} ({o.hub}, {o.period or o.year}): {o.origin.file}:{o.origin.line}"
        for o in used
    )
    origin = replace(
        used[0].origin,
        producer=PRODUCER,
        citation=citation,
        file=f"{indicator.id}.sql",
        line=0,
        accessed=max(o.origin.accessed for o in used),
    )
    return Observation(
        hub=row["hub"],
        indicator=indicator.id,
        year=row["year"],
        value=float(row["value"]),
        unit=indicator.unit,
        status=row["status"],
        vintage=row["vintage"],
        period=row["period"] or "",
        origin=origin,
    )


def _input(candidates: Sequence[Observation], year: int, vintage: str) -> Observation | None:
    """The observation of that year, else the nearest of the same vintage (windows may differ)."""
    exact = [o for o in candidates if o.year == year]
    near = [o for o in candidates if o.vintage == vintage]
    best = exact or sorted(near, key=lambda o: abs(o.year - year))
    return best[0] if best else None


def _mark_current(found: Iterable[Observation]) -> list[Observation]:
    """The latest vintage of each hub, indicator, year and period is the current one."""
    rows = sorted(found, key=lambda o: (o.indicator, o.hub, o.year, o.period, o.vintage))
    latest = {(o.indicator, o.hub, o.year, o.period): o.vintage for o in rows}
    return [
        replace(o, current=o.vintage == latest[o.indicator, o.hub, o.year, o.period]) for o in rows
    ]
