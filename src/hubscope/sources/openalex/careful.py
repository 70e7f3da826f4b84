"""Lines that are not written the usual way: read by DuckDB, judged one by one where it must be.

The scanner hands over a whole piece when it holds an odd but good line, so that the order of the
lines, and with it which of two versions is the first, stays what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np

from hubscope.errors import EngineError
from hubscope.sources.openalex.columns import literal
from hubscope.sources.openalex.engine import insert, quoted
from hubscope.sources.openalex.pieces import MOST_LINE, Reject, judge, reject
from hubscope.sources.openalex.scan.rows import Array


def take(
    engine: duckdb.DuckDBPyConnection, text: bytes, first: int, aside: Path
) -> tuple[Array, list[Reject]]:
    """Put the good lines of `text` into the star's tables.

    Returns the works that were taken, and what was set aside.

    Args:
        engine: holds the star's tables.
        text: whole lines.
        first: number of its first line.
        aside: a file to write what DuckDB is to read.
    """
    good, lines, rejects = _sift(text, first)
    readable, more = _keep_readable(engine, good, lines, aside)
    rejects += more
    if readable:
        rejects += _repeated(engine)
        insert(engine)
    aside.unlink(missing_ok=True)
    found = engine.execute("SELECT work FROM works WHERE line >= ?", [first]).fetchnumpy()
    return found["work"].astype(np.int64), rejects


def _sift(text: bytes, first: int) -> tuple[list[bytes], list[int], list[Reject]]:
    """The good lines, the number of each, and what was set aside."""
    good: list[bytes] = []
    numbers: list[int] = []
    rejects: list[Reject] = []
    for number, line in enumerate(text.split(b"\n")[:-1], first):
        if not line.strip():
            continue
        reason, work = judge(line)
        if reason:
            rejects.append(reject(number, line, reason, work))
        else:
            good.append(line)
            numbers.append(number)
    return good, numbers, rejects


def _is_readable(engine: duckdb.DuckDBPyConnection, file: Path) -> bool:
    """Whether DuckDB could read `file` into the table `records`."""
    try:
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE records AS SELECT * FROM read_json("
            f"'{quoted(file)}', format = 'newline_delimited', compression = 'none', "
            f"maximum_object_size = {2 * MOST_LINE}, columns = {literal()})"
        )
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.IOException):
        return False
    except duckdb.Error as error:
        raise EngineError(f"{file}: {error}") from error
    return True


def _keep_readable(
    engine: duckdb.DuckDBPyConnection, good: list[bytes], lines: list[int], file: Path
) -> tuple[bool, list[Reject]]:
    """Fill `raw` from `good`; what DuckDB still cannot read is found by halving and set aside."""
    bad = list(_unreadable(engine, good, lines, file))
    wrong = {line for line, _ in bad}
    kept = [(text, n) for text, n in zip(good, lines, strict=True) if n not in wrong]
    rejects = [reject(n, text, "wrong type inside a nested column", None) for n, text in bad]
    if not kept:
        return False, rejects
    _fill(engine, [t for t, _ in kept], [n for _, n in kept], file)
    return True, rejects


def _fill(
    engine: duckdb.DuckDBPyConnection, texts: list[bytes], lines: list[int], file: Path
) -> bool:
    file.write_bytes(b"\n".join(texts) + b"\n")
    if not _is_readable(engine, file):
        return False
    listed = ", ".join(map(str, lines))
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE careful AS "
        f"SELECT *, ([{listed}]::BIGINT[])[rowid + 1] AS line FROM records"
    )
    engine.execute("CREATE OR REPLACE TEMP VIEW raw AS SELECT * FROM careful")
    return True


def _unreadable(
    engine: duckdb.DuckDBPyConnection, texts: list[bytes], lines: list[int], file: Path
) -> Iterator[tuple[int, bytes]]:
    if not texts or _fill(engine, texts, lines, file):
        return
    if len(texts) == 1:
        yield lines[0], texts[0]
        return
    half = len(texts) // 2
    yield from _unreadable(engine, texts[:half], lines[:half], file)
    yield from _unreadable(engine, texts[half:], lines[half:], file)


def _repeated(engine: duckdb.DuckDBPyConnection) -> list[Reject]:
    """Take away every work that this file already gave: the first line stands."""
    rows = engine.execute("""
        DELETE FROM careful WHERE line IN (
            SELECT line FROM (
                SELECT line, CAST(substr(id, 23) AS BIGINT) AS work,
                    row_number() OVER (PARTITION BY id ORDER BY line) AS nth
                FROM careful
            )
            WHERE nth > 1 OR work IN (SELECT work FROM works)
        )
        RETURNING line, CAST(substr(id, 23) AS BIGINT), id
    """).fetchall()
    return [Reject(line, "duplicate in the same file", work, name) for line, work, name in rows]
