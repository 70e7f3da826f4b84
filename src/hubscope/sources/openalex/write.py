"""The star's tables as Parquet files: the same bytes for the same rows, whoever sorted them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from hubscope.sources.star import STAR

GROUP = 122_880
"""Rows of a row group."""

LEVEL = {"references": -1}
"""Of zstd, where it is not 1: lists of ids become as small by it, in less time."""

ASKED = ("work", "year", "institution", "author")
"""Columns whose least and greatest value let a reader leave a row group out."""


def write(name: str, out: Path, tables: Iterable[pa.Table]) -> int:
    """Write `tables`, one after the other, as table `name` of the star; the number of rows."""
    return write_file(out / f"{name}.parquet", STAR[name], tables, level=LEVEL.get(name, 1))


def write_file(path: Path, schema: pa.Schema, tables: Iterable[pa.Table], *, level: int = 1) -> int:
    """Write `tables`, one after the other, to `path`; the number of rows."""
    count = 0
    texts = [f.name for f in schema if pa.types.is_string(f.type)]
    with pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=level,
        use_dictionary=texts,
        write_statistics=[f for f in schema.names if f in ASKED],
    ) as file:
        for group in _groups(tables, schema):
            file.write_table(group, row_group_size=GROUP)
            count += group.num_rows
    return count


def _groups(tables: Iterable[pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
    """The same rows, `GROUP` at a time and each column in one stretch."""
    waiting: list[pa.Table] = []
    rows = 0
    for table in tables:
        waiting.append(table if table.schema == schema else table.cast(schema))
        rows += table.num_rows
        if rows >= GROUP:
            whole = pa.concat_tables(waiting)
            full = rows - rows % GROUP
            for start in range(0, full, GROUP):
                yield _in_one(whole.slice(start, GROUP))
            waiting, rows = [whole.slice(full)], rows - full
    if rows:
        yield _in_one(pa.concat_tables(waiting))


def _in_one(table: pa.Table) -> pa.Table:
    """Each column in one stretch; copied only where it is not."""
    return table.combine_chunks() if any(c.num_chunks > 1 for c in table.columns) else table
