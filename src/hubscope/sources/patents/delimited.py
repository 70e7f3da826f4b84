"""A delimited text file of any size, plain, gzip or zip, in bounded pieces with line numbers.

The fast way reads a piece with DuckDB. A piece of which a line is no record (broken quotes, too few
cells, bytes that are not UTF-8, a title over two lines) is read record by record instead.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb
import pyarrow as pa

from hubscope.errors import BadDataError, nearest

CHUNK = 32 * 2**20
"""Bytes of text taken at a time."""

MOST_RECORD = 2**20
"""A record longer than this is set aside."""

MOST_LINES = 50
"""A quote that is open for more lines than this was never closed."""

NAME = "line"


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a source, as they stand in a file of their own."""

    file: Path
    line: int
    """Number of the first line, from 1."""
    lines: int


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that has not the form of the file."""

    line: int
    reason: str
    start: str


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The text of `path`; of a zip its only member.

    Raises:
        BadDataError: if it is cut off, or neither gzip nor zip as its name says.
    """
    from isal import igzip, isal_zlib

    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive, archive.open(_only(archive, path)) as handle:
                yield handle
        elif path.suffix == ".gz":
            with igzip.open(path) as handle:  # type: ignore[no-untyped-call]
                yield handle
        else:
            with path.open("rb") as handle:
                yield handle
    except (EOFError, OSError, zipfile.BadZipFile, isal_zlib.error) as error:  # type: ignore[misc]
        raise BadDataError(f"{path} is damaged: {error}", hint="fetch the file again") from error


def _only(archive: zipfile.ZipFile, path: Path) -> str:
    names = [n for n in archive.namelist() if not n.endswith("/")]
    if len(names) != 1:
        raise BadDataError(f"{path} holds {len(names)} files", hint="one table a zip")
    return names[0]


def header(
    handle: IO[bytes], name: str, delimiter: str, needed: Sequence[str], optional: Sequence[str]
) -> list[str]:
    """The first line's columns; those that are read must stand once.

    Raises:
        BadDataError: naming the column that is missing or stands twice.
    """
    first = handle.readline(MOST_RECORD).decode("utf-8-sig", "replace")
    found = [c.strip() for c in next(csv.reader([first], delimiter=delimiter), [])]
    for column in (*needed, *optional):
        if found.count(column) > 1:
            raise BadDataError(f"{name}:1: the column {column} occurs twice")
        if column in needed and column not in found:
            raise BadDataError(
                f"{name}:1: the column {column} is missing", hint=nearest(column, found)
            )
    return found


def pieces(handle: IO[bytes], aside: Path, *, size: int = CHUNK) -> Iterator[Piece]:
    """The lines after the header in pieces of about `size` bytes, each put into `aside`.

    A piece ends where no quote is open, as far as quotes tell.
    """
    line, rest = 2, b""
    while data := handle.read(size):
        text = rest + data
        cut = _cut(text)
        if not cut and len(text) > 2 * MOST_RECORD:
            text = text[: MOST_RECORD + 1] + _skip(handle)
            cut = len(text)
        if cut:
            aside.write_bytes(memoryview(text)[:cut])
            lines = text.count(b"\n", 0, cut)
            yield Piece(aside, line, lines)
            line += lines
        rest = text[cut:]
    if rest:
        aside.write_bytes(rest + b"\n")
        yield Piece(aside, line, rest.count(b"\n") + 1)


def _cut(text: bytes) -> int:
    """End of the last line that leaves no quote open; of the last line where none does."""
    last = cut = text.rfind(b"\n") + 1
    quotes = text.count(b'"', 0, cut)
    for _ in range(MOST_LINES):
        if quotes % 2 == 0:
            return cut
        before = text.rfind(b"\n", 0, cut - 1) + 1
        quotes -= text.count(b'"', before, cut)
        cut = before
    return last


def _skip(handle: IO[bytes]) -> bytes:
    """Read on to the end of a line that is too long; what comes after it, with its end before."""
    while data := handle.read(MOST_RECORD):
        end = data.find(b"\n")
        if end >= 0:
            tail = data[end:]
            return tail if tail.endswith(b"\n") else tail + handle.readline()
    return b"\n"


def read(
    engine: duckdb.DuckDBPyConnection,
    piece: Piece,
    names: Sequence[str],
    wanted: Sequence[str],
    delimiter: str,
) -> list[Broken]:
    """Fill the table `raw`: `wanted` as trimmed text, absent where empty, and `line`.

    Args:
        engine: with one thread, so that rows keep their order.
        piece: lines of the file.
        names: its columns.
        wanted: the columns that are read; those the file lacks come out absent.
        delimiter: what parts its cells.

    Returns:
        What was set aside.
    """
    if _fast(engine, piece, names, wanted, delimiter):
        return []
    good, broken = _slow(piece, names, delimiter)
    places = {n: i for i, n in enumerate(names)}
    columns = {w: [cells[places[w]] if w in places else "" for _, cells in good] for w in wanted}
    types = {w: pa.array(v, pa.string()) for w, v in columns.items()}
    table = pa.table({**types, NAME: pa.array([line for line, _ in good], pa.int64())})
    engine.register("slowly", table)
    engine.execute(f"CREATE OR REPLACE TEMP TABLE raw AS SELECT {_trimmed(wanted)} FROM slowly")
    engine.unregister("slowly")
    return broken


def _trimmed(wanted: Sequence[str]) -> str:
    return ", ".join([*(f'nullif(trim("{w}"), \'\') AS "{w}"' for w in wanted), NAME])


def _fast(
    engine: duckdb.DuckDBPyConnection,
    piece: Piece,
    names: Sequence[str],
    wanted: Sequence[str],
    delimiter: str,
) -> bool:
    """Whether DuckDB could read the piece, each line a record."""
    columns = ", ".join(f"'{n}': 'VARCHAR'" for n in _distinct(names))
    chosen = ", ".join(f'"{w}"' if w in names else f'NULL::VARCHAR AS "{w}"' for w in wanted)
    file = str(piece.file).replace("'", "''")
    try:
        engine.execute(
            f"CREATE OR REPLACE TEMP TABLE cells AS SELECT {chosen} FROM read_csv('{file}', "
            f"columns = {{{columns}}}, delim = '{delimiter}', quote = '\"', escape = '\"', "
            "header = false, auto_detect = false, nullstr = '', compression = 'none', "
            f"max_line_size = {2 * MOST_RECORD}, strict_mode = true)"
        )
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.IOException):
        return False
    if engine.execute("SELECT count(*) FROM cells").fetchall() != [(piece.lines,)]:
        return False
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE raw AS SELECT {_trimmed(wanted)} "
        f"FROM (SELECT *, {piece.line} + rowid AS {NAME} FROM cells)"
    )
    return True


def _distinct(names: Sequence[str]) -> list[str]:
    """The columns' names made distinct and safe; those that are read already are."""
    plain = ["".join(c for c in n if c.isalnum() or c == "_") for n in names]
    return [n if n and plain.count(n) == 1 else f"_{i}_{n}" for i, n in enumerate(plain)]


Good = list[tuple[int, list[str]]]


def _slow(piece: Piece, names: Sequence[str], delimiter: str) -> tuple[Good, list[Broken]]:
    good: Good = []
    broken: list[Broken] = []
    for line, record in _records(piece):
        if not record.strip():
            continue
        cells, reason = _parse(record, delimiter, len(names))
        if reason:
            broken.append(Broken(line, reason, record[:200].decode("utf-8", "replace").strip()))
        else:
            good.append((line, cells))
    return good, broken


def _records(piece: Piece) -> Iterator[tuple[int, bytes]]:
    """Records with the line they start in; one whose quote is never closed is one line."""
    lines = piece.file.read_bytes().splitlines(keepends=True)
    at = 0
    while at < len(lines):
        end, record = at + 1, lines[at]
        while record.count(b'"') % 2 and end < min(len(lines), at + MOST_LINES):
            record += lines[end]
            end += 1
        if record.count(b'"') % 2:
            end, record = at + 1, lines[at]
        yield piece.line + at, record
        at = end


def _parse(record: bytes, delimiter: str, width: int) -> tuple[list[str], str]:
    if len(record) > MOST_RECORD:
        return [], "longer than 1 MB"
    if record.count(b'"') % 2:
        return [], "a quote is never closed"
    try:
        text = io.StringIO(record.decode("utf-8"), newline="")
        cells = next(csv.reader(text, delimiter=delimiter))
    except UnicodeDecodeError:
        return [], "not UTF-8 text"
    except csv.Error as error:
        return [], f"not delimited text: {error}"
    if len(cells) != width:
        return [], f"{len(cells)} cells under {width} columns"
    return cells, ""
