"""Parts of patents into one set: which version of a patent counts, where its inventors live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from hubscope.errors import EngineError
from hubscope.sources.patents.tables import PATENT_PLACES, PATENT_REJECTS

SUPERSEDED = pa.schema(
    [
        pa.field("release", pa.string(), nullable=False),
        pa.field("patent", pa.int64(), nullable=False),
    ]
)
"""Patents of a release that a later one holds as well: their rows do not count."""


def assemble(
    folder: Path, parts: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], dict[str, object]]:
    """What to publish for `parts`, given oldest first.

    Args:
        folder: where the parts' folders stand.
        parts: key, name, release, rows and rejects of each.

    Returns:
        The description of the patents, and the small tables beside it by artifact name.
    """
    with duckdb.connect(":memory:") as engine:
        try:
            _register(engine, parts)
            tables: dict[str, object] = {
                "patents_superseded": _superseded(engine, folder, parts),
                "patents_places": _places(engine, folder, parts),
                "patents_rejects": _rejects(engine, folder, parts),
            }
            counts = _counts(engine, folder, parts)
        except duckdb.Error as error:
            raise EngineError(f"the parts in {folder} cannot be put together: {error}") from error
    rejects, superseded = tables["patents_rejects"], tables["patents_superseded"]
    assert isinstance(rejects, pa.Table)
    assert isinstance(superseded, pa.Table)
    reasons = Counter(rejects["reason"].to_pylist())
    return {
        "parts": list(parts),
        **counts,
        "patents": counts["patents"] - superseded.num_rows,
        "superseded": superseded.num_rows,
        "rejects": dict(sorted(reasons.items())),
    }, tables


def files(folder: Path, parts: Sequence[Mapping[str, Any]], table: str) -> list[str]:
    """The Parquet files of one table, oldest part first; parts that have none are left out."""
    return [str(folder / p["key"] / f"{table}.parquet") for p in parts if table in p["rows"]]


def _scan(folder: Path, parts: Sequence[Mapping[str, Any]], table: str) -> str:
    """Rows of one table with their part, its place in order, its file and release."""
    found = ", ".join("'" + f.replace("'", "''") + "'" for f in files(folder, parts, table))
    return f"""(
        SELECT * EXCLUDE (filename) FROM (
            SELECT *, split_part(filename, '/', -2) AS part
            FROM read_parquet([{found}], filename = true)
        ) JOIN part_order USING (part)
    )"""


def _register(engine: duckdb.DuckDBPyConnection, parts: Sequence[Mapping[str, Any]]) -> None:
    order = pa.table(
        {
            "part": [p["key"] for p in parts],
            "nth": pa.array(range(len(parts)), pa.int32()),
            "part_file": [p["name"] for p in parts],
            "release": [p["release"] for p in parts],
        }
    )
    engine.register("part_order", order)


def _arrow(engine: duckdb.DuckDBPyConnection, sql: str, schema: pa.Schema) -> pa.Table:
    return engine.sql(sql).to_arrow_table().cast(schema)


def _superseded(
    engine: duckdb.DuckDBPyConnection, folder: Path, parts: Sequence[Mapping[str, Any]]
) -> pa.Table:
    """Of several versions of a patent the last that was loaded counts."""
    if not files(folder, parts, "patents"):
        return SUPERSEDED.empty_table()
    held = _scan(folder, parts, "patents")
    sql = f"""
        WITH held AS (SELECT patent, release, nth FROM {held}),
        often AS (SELECT patent, max(nth) AS last FROM held GROUP BY patent HAVING count(*) > 1)
        SELECT release, patent FROM held JOIN often USING (patent)
        WHERE nth < last ORDER BY release, patent
    """
    return _arrow(engine, sql, SUPERSEDED)


def _places(
    engine: duckdb.DuckDBPyConnection, folder: Path, parts: Sequence[Mapping[str, Any]]
) -> pa.Table:
    """Each place once, as the last part that names it has it."""
    if not files(folder, parts, "patent_places"):
        return PATENT_PLACES.empty_table()
    sql = f"""
        SELECT {", ".join(PATENT_PLACES.names)} FROM {_scan(folder, parts, "patent_places")}
        QUALIFY row_number() OVER (PARTITION BY place ORDER BY nth DESC) = 1
        ORDER BY place
    """
    return _arrow(engine, sql, PATENT_PLACES)


def _rejects(
    engine: duckdb.DuckDBPyConnection, folder: Path, parts: Sequence[Mapping[str, Any]]
) -> pa.Table:
    if not files(folder, parts, "patent_rejects"):
        return PATENT_REJECTS.empty_table()
    sql = f"""
        SELECT part_file AS file, line, reason, record, start
        FROM {_scan(folder, parts, "patent_rejects")} ORDER BY nth, line, reason
    """
    return _arrow(engine, sql, PATENT_REJECTS)


def _counts(
    engine: duckdb.DuckDBPyConnection, folder: Path, parts: Sequence[Mapping[str, Any]]
) -> dict[str, int]:
    """Patents with repeats, inventors and unplaced ones, links and those of held patents."""

    def one(sql: str) -> int:
        row = engine.execute(sql).fetchone()
        return int(row[0]) if row else 0

    def has(table: str) -> bool:
        return bool(files(folder, parts, table))

    patents, people = _scan(folder, parts, "patents"), _scan(folder, parts, "inventors")
    links = _scan(folder, parts, "paper_links")
    held = f"SELECT count(*) FROM {links} AS l SEMI JOIN {patents} AS p USING (patent)"
    return {
        "patents": one(f"SELECT count(*) FROM {patents}") if has("patents") else 0,
        "inventors": one(f"SELECT count(*) FROM {people}") if has("inventors") else 0,
        "unplaced": one(f"SELECT count(*) FROM {people} WHERE place IS NULL")
        if has("inventors")
        else 0,
        "links": one(f"SELECT count(*) FROM {links}") if has("paper_links") else 0,
        "links_held": one(held) if has("paper_links") and has("patents") else 0,
    }
