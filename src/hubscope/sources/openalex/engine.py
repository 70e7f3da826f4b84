"""The engine that holds the star's tables where the scanner does not, and sorts them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa

from hubscope.sources.openalex.write import GROUP
from hubscope.sources.star import DIMENSIONS, STAR

ORDER = {
    "works": "year, work",
    "authorships": "year, work, seq, institution NULLS LAST",
    "references": "year, work, cited",
    "topics": "year, work, rank",
    "funders": "year, work, funder",
    "institutions": "institution",
    "lineage": "institution, ancestor",
    "topic_tree": "topic",
    "sites": "institution",
    "rejects": "line",
}
"""How each table is sorted: by year, because questions are asked of years."""

_SQL_TYPES = {
    pa.int64(): "BIGINT",
    pa.int32(): "INTEGER",
    pa.int16(): "SMALLINT",
    pa.float64(): "DOUBLE",
    pa.string(): "VARCHAR",
    pa.bool_(): "BOOLEAN",
}

_WITH_COUNTRY = """
    SELECT work, year, seq, author, institution,
        coalesce(placed.country, known.country) AS country, weight
    FROM authorships AS placed
    LEFT JOIN (
        SELECT institution, min(country) AS country FROM institutions GROUP BY institution
    ) AS known USING (institution)
"""


def open_engine(out: Path, memory: str) -> duckdb.DuckDBPyConnection:
    """An engine of one thread with the empty tables of the star; it spills into `out`."""
    engine = duckdb.connect(":memory:")
    engine.execute("SET threads = 1")
    engine.execute(f"SET memory_limit = '{memory}'")
    engine.execute(f"SET temp_directory = '{quoted(out / 'spill')}'")
    engine.execute("SET autoinstall_known_extensions = false")
    for name, schema in STAR.items():
        columns = ", ".join(f'"{f.name}" {_SQL_TYPES[f.type]}' for f in schema)
        engine.execute(f'CREATE TABLE "{name}" ({columns})')
    return engine


def quoted(path: Path) -> str:
    """`path` as it stands between single quotes in SQL."""
    return str(path).replace("'", "''")


def _statements() -> list[str]:
    text = (files("hubscope") / "sources/openalex/flatten.sql").read_text("utf-8")
    return [s for s in (part.strip() for part in text.split(";\n")) if s]


def insert(engine: duckdb.DuckDBPyConnection) -> None:
    """Put the relation `raw` into the star's tables."""
    for statement in _statements():
        engine.execute(statement)


def add(engine: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    """Put the rows of `table` into the star's table `name`."""
    engine.register("found", table)
    engine.execute(f'INSERT INTO "{name}" SELECT * FROM found')
    engine.unregister("found")


def in_order(engine: duckdb.DuckDBPyConnection, name: str) -> Iterator[pa.Table]:
    """The star's table `name`, sorted; what is mentioned many times comes once."""
    select = f'SELECT * FROM "{name}"'
    if name in ("institutions", "topic_tree"):
        key, *rest = DIMENSIONS[name].names
        least = ", ".join(f"min({c}) AS {c}" for c in rest)
        select = f"SELECT {key}, {least} FROM {name} GROUP BY {key}"
    elif name == "lineage":
        select = "SELECT DISTINCT * FROM lineage"
    elif name == "authorships":
        select = _WITH_COUNTRY
    for batch in engine.sql(f"{select} ORDER BY {ORDER[name]}").to_arrow_reader(GROUP):
        yield pa.Table.from_batches([batch])
