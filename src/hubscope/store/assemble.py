"""Parts into one set of works: which version of a work counts, what each thing is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from hubscope.errors import EngineError
from hubscope.sources.openalex.manifest import differs
from hubscope.sources.star import DIMENSIONS, REJECTS

SUPERSEDED = pa.schema(
    [
        pa.field("part", pa.string(), nullable=False),
        pa.field("work", pa.int64(), nullable=False),
        pa.field("why", pa.string(), nullable=False),
    ]
)
"""Rows of a part that do not count: `duplicate` within a release, `updated`, `deleted`."""

WITHDRAWN = pa.schema(
    [
        pa.field("work", pa.int64(), nullable=False),
        pa.field("withdrawn", pa.string(), nullable=False),
        pa.field("release", pa.string(), nullable=False),
    ]
)
"""Works that the source withdrew: when, and the release that said so (ISO 8601 dates)."""


def assemble(
    folder: Path, parts: Sequence[Mapping[str, Any]], new: Sequence[str], gone: pa.Table
) -> tuple[dict[str, Any], dict[str, object]]:
    """What to publish for `parts`, given oldest first.

    Args:
        folder: where the parts' folders stand.
        parts: key, name, rows and rejects of each.
        new: keys of the parts that this load brought.
        gone: works that the source withdrew, now or before, as `WITHDRAWN`.

    Returns:
        The description of the works, and the small tables beside it by artifact name.
    """
    with duckdb.connect(":memory:") as engine:
        try:
            _register(engine, folder, parts, new, gone)
            superseded = _superseded(engine)
            tables: dict[str, Any] = {
                "works_superseded": superseded,
                "works_rejects": _rejects(engine, folder, parts),
            }
            tables |= {f"works_{n}": _dimension(engine, folder, parts, n) for n in DIMENSIONS}
            counts = _counts(engine)
        except duckdb.Error as error:
            raise EngineError(f"the parts in {folder} cannot be put together: {error}") from error
    rejects = pa.concat_tables([tables["works_rejects"], cut_short(parts)]).sort_by(
        [("file", "ascending"), ("line", "ascending")]
    )
    tables["works_rejects"] = rejects
    return {
        "parts": list(parts),
        **counts,
        "superseded": superseded.num_rows,
        "rejects": _by_reason(rejects),
    }, tables


def _files(folder: Path, parts: Sequence[Mapping[str, Any]], table: str) -> str:
    names = (str(folder / p["key"] / f"{table}.parquet").replace("'", "''") for p in parts)
    return "[" + ", ".join(f"'{n}'" for n in names) + "]"


def _register(
    engine: duckdb.DuckDBPyConnection,
    folder: Path,
    parts: Sequence[Mapping[str, Any]],
    new: Sequence[str],
    gone: pa.Table,
) -> None:
    keys = [p["key"] for p in parts]
    order = pa.table(
        {
            "part": keys,
            "nth": pa.array(range(len(keys)), pa.int32()),
            "file": [p["name"] for p in parts],
            "vintage": [p["vintage"] for p in parts],
            "dated": [p["updated"] or p["vintage"] for p in parts],
            "is_new": [k in set(new) for k in keys],
        }
    )
    engine.register("part_order", order)
    engine.register("withdrawn_works", gone)
    engine.execute(f"""
        CREATE VIEW held AS
        SELECT work, line, part, nth, file, vintage, dated
        FROM (
            SELECT work, line, split_part(filename, '/', -2) AS part
            FROM read_parquet({_files(folder, parts, "works")}, filename = true)
        ) JOIN part_order USING (part)
    """)


def _superseded(engine: duckdb.DuckDBPyConnection) -> pa.Table:
    """Of several versions of a work the last counts.

    Of a withdrawn work only what a later release brings and the source updated since then counts.
    """
    engine.execute("""
        CREATE TABLE gone AS
        SELECT part, work, file, line FROM held JOIN withdrawn_works USING (work)
        WHERE vintage <= release OR dated <= withdrawn
    """)
    engine.execute("""
        CREATE TABLE superseded AS
        WITH standing AS (SELECT * FROM held ANTI JOIN gone USING (part, work)),
        often AS (SELECT work FROM standing GROUP BY work HAVING count(*) > 1),
        ranked AS (
            SELECT standing.*,
                row_number() OVER (PARTITION BY work ORDER BY nth DESC) AS age,
                max(vintage) OVER (PARTITION BY work) AS newest
            FROM standing JOIN often USING (work)
        )
        SELECT part, work, CASE WHEN vintage = newest THEN 'duplicate' ELSE 'updated' END AS why,
            file, line
        FROM ranked WHERE age > 1
        UNION ALL
        SELECT part, work, 'deleted', file, line FROM gone
    """)
    return _arrow(engine, "SELECT part, work, why FROM superseded ORDER BY part, work", SUPERSEDED)


def _rejects(
    engine: duckdb.DuckDBPyConnection, folder: Path, parts: Sequence[Mapping[str, Any]]
) -> pa.Table:
    sql = f"""
        SELECT part_order.file, line, reason, work, start FROM (
            SELECT *, split_part(filename, '/', -2) AS part
            FROM read_parquet({_files(folder, parts, "rejects")}, filename = true)
        ) AS r JOIN part_order USING (part)
        UNION ALL
        SELECT file, line, 'duplicate: a later partition holds it', work, 'W' || work
        FROM superseded WHERE why = 'duplicate'
        ORDER BY 1, 2
    """
    return _arrow(engine, sql, REJECTS)


def cut_short(parts: Sequence[Mapping[str, Any]], kept: str = "works") -> pa.Table:
    """A reject (of line 0) for each part that has not what its source's manifest says.

    Args:
        parts: name, rows, bytes and what was told of each; `rows` has those kept and the rejects.
        kept: name of the rows that were kept.
    """
    rows = []
    for part in parts:
        records = part["rows"].get(kept, 0) + part["rows"].get("rejects", 0)
        why, numbers = differs(part.get("told", {}), records=records, size=part.get("bytes", 0))
        if why:
            file, start = part["name"], numbers
            rows.append({"file": file, "line": 0, "reason": why, "work": None, "start": start})
    return pa.Table.from_pylist(rows, schema=REJECTS)


def _dimension(
    engine: duckdb.DuckDBPyConnection, folder: Path, parts: Sequence[Mapping[str, Any]], name: str
) -> pa.Table:
    """Each thing once, as the last part that mentions it has it."""
    schema = DIMENSIONS[name]
    key = "institution, ancestor" if name == "lineage" else schema.names[0]
    sql = f"""
        SELECT {", ".join(schema.names)} FROM (
            SELECT *, split_part(filename, '/', -2) AS part
            FROM read_parquet({_files(folder, parts, name)}, filename = true)
        ) JOIN part_order USING (part)
        QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY nth DESC) = 1
        ORDER BY {key}
    """
    return _arrow(engine, sql, schema)


def _arrow(engine: duckdb.DuckDBPyConnection, sql: str, schema: pa.Schema) -> pa.Table:
    table: pa.Table = engine.sql(sql).to_arrow_table()
    return table.cast(schema)


def _counts(engine: duckdb.DuckDBPyConnection) -> dict[str, int]:
    row = engine.execute(
        "SELECT (SELECT count(*) FROM held) - (SELECT count(*) FROM superseded)"
    ).fetchone()
    return {"works": row[0] if row else 0}


def _by_reason(rejects: pa.Table) -> dict[str, int]:
    counts: dict[str, int] = {}
    for reason in rejects.column("reason").to_pylist():
        counts[reason] = counts.get(reason, 0) + 1
    return dict(sorted(counts.items()))
