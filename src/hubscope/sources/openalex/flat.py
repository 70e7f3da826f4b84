"""One part file of a snapshot into the star's tables, in bounded memory and always the same bytes.

The fast way reads a piece with DuckDB. A piece in which anything is wrong is sifted line by line,
so a damaged record costs the time of one piece and is named with its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa

from hubscope.errors import EngineError
from hubscope.sources.openalex.check import SUSPICIOUS, fault
from hubscope.sources.openalex.columns import COLUMNS, literal
from hubscope.sources.openalex.layout import Part
from hubscope.sources.openalex.lines import CHUNK, Chunk, Reject, chunks, sift, work_id
from hubscope.sources.star import DIMENSIONS, REJECTS, STAR

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

_OPTIONS = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880"


@dataclass(frozen=True, slots=True)
class Flattened:
    """What became of one part file."""

    rows: dict[str, int]
    rejects: dict[str, int] = field(default_factory=dict)
    """Number set aside by reason."""


def flatten(part: Part, out: Path, *, memory: str = "900MB", chunk: int = CHUNK) -> Flattened:
    """Write the star's tables of `part` as Parquet files into the folder `out`.

    Args:
        part: the file to read.
        out: an empty folder; pieces of the text pass through it.
        memory: the most memory the engine may take, in DuckDB's words.
        chunk: bytes of text taken at a time.

    Raises:
        BadDataError: if the file itself is damaged.
        EngineError: if the engine fails for another reason than the data.
    """
    with _engine(out, memory) as engine:
        rejects: list[Reject] = []
        if part.is_parquet:
            rejects += _from_parquet(engine, part)
        else:
            aside = out / "piece.jsonl"
            for piece in chunks(part.path, aside, size=chunk):
                rejects += _from_lines(engine, piece)
            aside.unlink(missing_ok=True)
        _write_rejects(engine, part, rejects)
        return _write_tables(engine, out)


def _engine(out: Path, memory: str) -> duckdb.DuckDBPyConnection:
    engine = duckdb.connect(":memory:")
    engine.execute("SET threads = 1")
    engine.execute(f"SET memory_limit = '{memory}'")
    engine.execute(f"SET temp_directory = '{_quoted(out / 'spill')}'")
    engine.execute("SET autoinstall_known_extensions = false")
    for name, schema in STAR.items():
        columns = ", ".join(f'"{f.name}" {_SQL_TYPES[f.type]}' for f in schema)
        engine.execute(f'CREATE TABLE "{name}" ({columns})')
    return engine


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _statements() -> list[str]:
    text = (files("hubscope") / "sources/openalex/flatten.sql").read_text("utf-8")
    return [s for s in (part.strip() for part in text.split(";\n")) if s]


def _insert(engine: duckdb.DuckDBPyConnection) -> None:
    for statement in _statements():
        engine.execute(statement)


def _from_lines(engine: duckdb.DuckDBPyConnection, piece: Chunk) -> list[Reject]:
    readable = _read(engine, piece.file, f"{piece.line} + rowid")
    if readable and not _is_blank(engine, piece) and not _is_suspicious(engine):
        _insert(engine)
        return []
    good, lines, rejects = sift(piece)
    readable, more = _keep_readable(engine, good, lines, piece.file)
    rejects += more
    if readable:
        rejects += _repeated(engine)
        _insert(engine)
    return sorted(rejects, key=lambda r: r.line)


def _read(engine: duckdb.DuckDBPyConnection, file: Path, line: str) -> bool:
    """Whether DuckDB could read `file` into the table `raw`."""
    try:
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE records AS SELECT * FROM read_json("
            f"'{_quoted(file)}', format = 'newline_delimited', compression = 'none', "
            f"maximum_object_size = {2 * CHUNK}, columns = {literal()})"
        )
        # One thread reads in order, so the n-th row is the n-th record.
        engine.execute(f"CREATE OR REPLACE TEMP VIEW raw AS SELECT *, {line} AS line FROM records")
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.IOException):
        return False
    except duckdb.Error as error:
        raise EngineError(f"{file}: {error}") from error
    return True


def _is_blank(engine: duckdb.DuckDBPyConnection, piece: Chunk) -> bool:
    """Whether some line held no record, so that rows cannot be counted as lines."""
    found = engine.execute("SELECT count(*) FROM records").fetchone()
    return found != (piece.lines,)


def _is_suspicious(engine: duckdb.DuckDBPyConnection) -> bool:
    found = engine.execute(f"""
        SELECT EXISTS (SELECT 1 FROM raw WHERE {SUSPICIOUS})
            OR (SELECT count(*) <> count(DISTINCT id) FROM raw)
            OR EXISTS (
                SELECT 1 FROM raw JOIN works ON works.work = TRY_CAST(substr(raw.id, 23) AS BIGINT)
            )
    """).fetchone()
    return bool(found and found[0])


def _keep_readable(
    engine: duckdb.DuckDBPyConnection, good: list[bytes], lines: list[int], file: Path
) -> tuple[bool, list[Reject]]:
    """Fill `raw` from `good`; what DuckDB still cannot read is found by halving and set aside."""
    bad = list(_unreadable(engine, good, lines, file))
    wrong = {line for line, _ in bad}
    kept = [(text, n) for text, n in zip(good, lines, strict=True) if n not in wrong]
    rejects = [
        Reject(n, "wrong type inside a nested column", None, text[:200].decode("utf-8", "replace"))
        for n, text in bad
    ]
    if not kept:
        return False, rejects
    _fill(engine, [t for t, _ in kept], [n for _, n in kept], file)
    return True, rejects


def _fill(
    engine: duckdb.DuckDBPyConnection, texts: list[bytes], lines: list[int], file: Path
) -> bool:
    file.write_bytes(b"\n".join(texts) + b"\n")
    if not _read(engine, file, "rowid"):
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


def _from_parquet(engine: duckdb.DuckDBPyConnection, part: Part) -> list[Reject]:
    """`raw` is a view: each statement then reads only the columns it needs."""
    scan = f"read_parquet('{_quoted(part.path)}', file_row_number = true)"
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
        f"CREATE OR REPLACE TEMP TABLE judged AS SELECT line, id, {SUSPICIOUS} AS bad FROM every"
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
    _insert(engine)
    return _parquet_rejects(engine)


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


def _write_rejects(engine: duckdb.DuckDBPyConnection, part: Part, rejects: list[Reject]) -> None:
    rows = [
        {"file": part.name, "line": r.line, "reason": r.reason, "work": r.work, "start": r.start}
        for r in rejects
    ]
    if not rows:
        return
    table = pa.Table.from_pylist(rows, schema=REJECTS)
    engine.register("found", table)
    engine.execute("INSERT INTO rejects SELECT * FROM found")
    engine.unregister("found")


def _write_tables(engine: duckdb.DuckDBPyConnection, out: Path) -> Flattened:
    """Sort and write; things mentioned many times (institutions ...) are written once."""
    rows: dict[str, int] = {}
    for name in STAR:
        select = f'SELECT * FROM "{name}"'
        if name in ("institutions", "topic_tree"):
            key, *rest = DIMENSIONS[name].names
            least = ", ".join(f"min({c}) AS {c}" for c in rest)
            select = f"SELECT {key}, {least} FROM {name} GROUP BY {key}"
        elif name == "lineage":
            select = "SELECT DISTINCT * FROM lineage"
        elif name == "authorships":
            select = _WITH_COUNTRY
        target = f"TO '{_quoted(out / f'{name}.parquet')}' ({_OPTIONS})"
        counted = engine.execute(f"COPY ({select} ORDER BY {ORDER[name]}) {target}").fetchone()
        rows[name] = counted[0] if counted else 0
    reasons = engine.execute("SELECT reason, count(*) FROM rejects GROUP BY reason ORDER BY reason")
    return Flattened(rows, dict(reasons.fetchall()))


_WITH_COUNTRY = """
    SELECT work, year, seq, author, institution,
        coalesce(placed.country, known.country) AS country, weight
    FROM (
        SELECT work, year, seq, author, institution, country, weight FROM authorships
        UNION ALL
        SELECT work, year, CAST(0 AS SMALLINT), NULL, NULL, NULL, 1.0 FROM works WHERE n_authors = 0
    ) AS placed
    LEFT JOIN (
        SELECT institution, min(country) AS country FROM institutions GROUP BY institution
    ) AS known USING (institution)
"""
