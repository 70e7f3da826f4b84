"""From queries to sums to values: each distinct query is read once, whoever shares it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hubscope.indicators import fold
from hubscope.indicators.fold import Sums, Value
from hubscope.indicators.kernels.poisson import DRAWS
from hubscope.indicators.works_measures import Measure
from hubscope.store.dialect import Engine


@dataclass(frozen=True, slots=True)
class Asked:
    """One query and the measures that are put together from its rows."""

    sql: str
    measures: tuple[Measure, ...]

    @property
    def name(self) -> str:
        """The file to name where the query fails."""
        return f"{self.measures[0].indicator.id}.sql"

    @property
    def is_median(self) -> bool:
        """Whether no partial sums can give it."""
        return bool(self.measures[0].settings.kind == "median")


def distinct(measures: Iterable[Measure]) -> list[Asked]:
    """The measures by their queries: same but for comments, and summed in the same way."""
    found: dict[tuple[str, bool, bool], list[Measure]] = {}
    for m in measures:
        text = re.sub(r"--[^\n]*\n", "", m.sql).strip()
        found.setdefault((text, m.settings.kind == "median", m.settings.by_year), []).append(m)
    return [Asked(key[0], tuple(shared)) for key, shared in found.items()]


def values(engine: Engine, measure: Measure) -> list[Value]:
    """Values of one indicator in an engine that `prepare` has made ready."""
    (asked,) = distinct([measure])
    return all_values(engine, asked, last_year(engine))[measure.indicator.id]


def last_year(engine: Engine) -> int:
    """The newest year of the counted works; 0 where there are none."""
    found = engine.rows("SELECT max(year) AS year FROM counted", "counted")["year"][0].as_py()
    return int(found or 0)


def all_values(engine: Engine, asked: Asked, last: int) -> dict[str, list[Value]]:
    """Values of each measure that shares the query, by its id."""
    made: dict[str, list[Value]] = {m.indicator.id: [] for m in asked.measures}
    for piece in pieces(engine, asked):
        whole = summed(engine, asked, piece)
        for m in asked.measures:
            made[m.indicator.id] += finished(m, whole, last)
    return made


def finished(measure: Measure, sums: Sums, last: int) -> list[Value]:
    """Values of one measure, without those that its settings withhold."""
    settings = measure.settings
    found = fold.finish(settings.kind, sums, settings.scale)
    newest = last - settings.mature
    return [v for v in found if v.units >= settings.least and v.year <= newest]


def pieces(engine: Engine, asked: Asked) -> Sequence[str]:
    """The query, or what it gives in each year where its definition says so."""
    if not asked.measures[0].settings.by_year:
        return [asked.sql]
    years = engine.rows("SELECT DISTINCT year FROM counted ORDER BY year", "years")
    return [
        f"SELECT * FROM (\n{asked.sql}\n) AS rows_of_it WHERE year = {y}"
        for y in years["year"].to_pylist()
    ]


def summed(engine: Engine, asked: Asked, sql: str) -> Sums:
    """The sums of one piece of a query."""
    if asked.is_median:
        hubs = f"SELECT * FROM (\n{sql}\n) AS rows_of_hubs WHERE hub > 0"
        parts = engine.fold(hubs, asked.name, _median, by=("hub", "year"))
    else:
        parts = engine.fold(sql, asked.name, _partial)
    return fold.merge(unpacked(p) for p in parts)


def _partial(table: pa.Table) -> pa.Table:
    return packed(fold.partial(table, "rows"))


def _median(table: pa.Table) -> pa.Table:
    return packed(fold.median(table, "rows"))


def packed(s: Sums) -> pa.Table:
    """Sums as a table, so that they may travel between processes and be kept."""
    wide = s.sums.shape[1] * s.sums.shape[2]
    offsets = np.arange(0, s.sums.size + 1, wide, dtype=np.int32)
    lists = pa.ListArray.from_arrays(pa.array(offsets), pa.array(s.sums.ravel(), pa.float64()))
    columns = {"hub": s.hub, "year": s.year, "part": s.part, "units": s.units}
    return pa.table({**{k: pa.array(v, pa.int64()) for k, v in columns.items()}, "sums": lists})


def unpacked(table: pa.Table) -> Sums:
    """The table of `packed` as sums again."""
    hub, year, part, units = (
        table[c].to_numpy().astype(np.int64, copy=False) for c in ("hub", "year", "part", "units")
    )
    flat = table["sums"].combine_chunks().flatten().to_numpy()
    wide = flat.size // max(table.num_rows, 1) // (DRAWS + 1) or 2
    return Sums(hub, year, part, units, flat.reshape(table.num_rows, wide, DRAWS + 1))
