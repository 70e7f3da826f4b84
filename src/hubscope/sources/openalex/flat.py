"""One part file of a snapshot into the star's tables, in bounded memory and always the same bytes.

Lines of JSON are scanned by a kernel that takes what is written the usual way (`scan/`). A piece
with an odd but good line goes to the careful reader; a bad line is set aside with its number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa

from hubscope.errors import BadDataError, EngineError
from hubscope.sources.openalex.careful import take
from hubscope.sources.openalex.check import SUSPICIOUS, fault
from hubscope.sources.openalex.columns import COLUMNS
from hubscope.sources.openalex.engine import ORDER, add, in_order, insert, open_engine, quoted
from hubscope.sources.openalex.gather import MOST_HELD, Gathered
from hubscope.sources.openalex.layout import Part
from hubscope.sources.openalex.pieces import PIECE, DamagedError, Reject, pieces, work_id
from hubscope.sources.openalex.scan.rows import Array
from hubscope.sources.openalex.write import write
from hubscope.sources.star import REJECTS, STAR

__all__ = ["ORDER", "Flattened", "flatten"]


@dataclass(frozen=True, slots=True)
class Flattened:
    """What became of one part file."""

    rows: dict[str, int]
    rejects: dict[str, int] = field(default_factory=dict)
    """Number set aside by reason."""


def flatten(part: Part, out: Path, *, memory: str = "900MB", chunk: int = PIECE) -> Flattened:
    """Write the star's tables of `part` as Parquet files into the folder `out`.

    Args:
        part: the file to read.
        out: an empty folder; odd pieces of the text pass through it.
        memory: the most memory the engine may take, in DuckDB's words.
        chunk: bytes of text taken at a time.

    Raises:
        BadDataError: if the file itself is damaged.
        EngineError: if the engine fails for another reason than the data.
    """
    with ExitStack() as stack:
        if part.is_parquet:
            tables, rejects = _from_parquet(part, out, memory, stack)
        else:
            tables, rejects = _from_lines(part, out, memory, chunk, stack)
        rows = dict.fromkeys(STAR, 0) | {n: write(n, out, t) for n, t in tables}
        rows["rejects"] = write("rejects", out, [_rejects(part, rejects)])
    reasons = Counter(r.reason for r in rejects)
    return Flattened(rows, dict(sorted(reasons.items())))


Tables = Iterable[tuple[str, Iterable[pa.Table]]]


def _from_lines(
    part: Part, out: Path, memory: str, size: int, stack: ExitStack
) -> tuple[Tables, list[Reject]]:
    """The sorted tables; an engine is opened only where the scanner alone does not do."""
    from hubscope.sources.openalex.scanner import Scanner  # compiled kernels

    engine: duckdb.DuckDBPyConnection | None = None

    def hand_over() -> duckdb.DuckDBPyConnection:
        nonlocal engine
        if engine is None:
            engine = stack.enter_context(open_engine(out, memory))
        for name, table in scanner.gathered.raw_tables():
            add(engine, name, table)
        return engine

    def careful(text: bytes, first: int) -> tuple[Array, list[Reject]]:
        return take(hand_over(), text, first, out / "piece.jsonl")

    scanner = Scanner(careful, size)
    try:
        for piece in pieces(part.path, size=size):
            scanner.take(piece)
            if scanner.gathered.references > MOST_HELD:
                hand_over()
    except DamagedError as error:
        raise BadDataError(
            f"{part.path} is damaged after line {scanner.line - 1}: {error}",
            hint="fetch the file again",
        ) from error
    scanner.flush()
    if engine is None:
        sites = [("sites", [STAR["sites"].empty_table()])]
        return chain(
            ((n, [t]) for n, t in scanner.gathered.sorted_tables()), sites
        ), scanner.rejects
    used = hand_over()
    return _engine_tables(used), scanner.rejects


def _rejects(part: Part, rejects: list[Reject]) -> pa.Table:
    rows = [
        {"file": part.name, "line": r.line, "reason": r.reason, "work": r.work, "start": r.start}
        for r in sorted(rejects, key=lambda r: r.line)
    ]
    return pa.Table.from_pylist(rows, schema=REJECTS)


def _engine_tables(engine: duckdb.DuckDBPyConnection) -> Tables:
    return ((n, in_order(engine, n)) for n in STAR if n != "rejects")


def _held_tables(gathered: Gathered) -> Tables:
    sites = [("sites", [STAR["sites"].empty_table()])]
    return chain(((n, [t]) for n, t in gathered.sorted_tables()), sites)


def _from_parquet(
    part: Part, out: Path, memory: str, stack: ExitStack
) -> tuple[Tables, list[Reject]]:
    """By vectors where all is well, else by the engine, which finds what is not."""
    from hubscope.sources.openalex import parquet  # compiled kernels

    try:
        return _held_tables(parquet.gather(part.path)), []
    except parquet.OddError:
        return _from_odd_parquet(part, out, memory, stack)


def _from_odd_parquet(
    part: Part, out: Path, memory: str, stack: ExitStack
) -> tuple[Tables, list[Reject]]:
    """`raw` is a view: each statement then reads only the columns it needs."""
    engine = stack.enter_context(open_engine(out, memory))
    scan = f"read_parquet('{quoted(part.path)}', file_row_number = true)"
    try:
        present = {r[0] for r in engine.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()}
    except duckdb.Error as error:
        raise EngineError(f"{part.name} is not Parquet: {error}") from error
    columns = ", ".join(
        f'CAST({n if n in present else "NULL"} AS {t}) AS "{n}"' for n, t in COLUMNS.items()
    )
    engine.execute(
        f"CREATE OR REPLACE TEMP VIEW every AS SELECT {columns}, "
        f"file_row_number + 1 AS line FROM {scan}"
    )
    engine.execute(
        "CREATE OR REPLACE TEMP TABLE judged AS "
        f"SELECT line, id, coalesce({SUSPICIOUS}, false) AS bad FROM every"
    )
    engine.execute("""
        CREATE OR REPLACE TEMP TABLE aside AS
        SELECT line, '' AS why FROM judged WHERE bad
        UNION ALL
        SELECT line, 'duplicate in the same file' FROM (
            SELECT line, row_number() OVER (PARTITION BY id ORDER BY line) AS nth
            FROM judged WHERE NOT bad AND id IN (
                SELECT id FROM judged WHERE NOT bad GROUP BY id HAVING count(*) > 1
            )
        ) WHERE nth > 1
    """)
    # Nothing wrong is the rule: then the scan needs no join, and each statement reads few columns.
    clean = engine.execute("SELECT count(*) FROM aside").fetchone() == (0,)
    rest = "" if clean else " ANTI JOIN aside USING (line)"
    engine.execute(f"CREATE OR REPLACE TEMP VIEW raw AS SELECT * FROM every{rest}")
    insert(engine)
    return _engine_tables(engine), _parquet_rejects(engine)


def _parquet_rejects(engine: duckdb.DuckDBPyConnection) -> list[Reject]:
    found = engine.execute(
        "SELECT line, why, id, publication_year, authorships, cited_by_count "
        "FROM every JOIN aside USING (line) ORDER BY line"
    ).fetchall()
    names = ("id", "publication_year", "authorships", "cited_by_count")
    rejects = []
    for line, why, *values in found:
        record = dict(zip(names, values, strict=True))
        reason = why or fault(record)
        rejects.append(Reject(line, reason, work_id(record["id"]), str(record["id"])))
    return rejects
