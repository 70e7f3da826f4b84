"""JSON lines in pieces of bounded size, however large the file, each with its first line number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from gzip import BadGzipFile
from pathlib import Path
from typing import IO

import orjson

from hubscope.errors import BadDataError
from hubscope.sources.openalex.check import fault

CHUNK = 64 * 2**20
"""Bytes of text taken at a time."""

MOST_LINE = 64 * 2**20
"""A record longer than this is set aside."""

_STEP = 1 << 20
"""Bytes inflated at a time: they are still in the cache when they are counted and written."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Whole lines of a source, as they stand in a file of their own."""

    file: Path
    line: int
    """Number of the first line, from 1."""
    lines: int
    """Number of lines, blank ones counted."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that was set aside."""

    line: int
    reason: str
    work: int | None
    start: str


def chunks(path: Path, aside: Path, *, size: int = CHUNK) -> Iterator[Chunk]:
    """The lines of `path` (plain or gzip) in pieces of about `size` bytes, each put into `aside`.

    Raises:
        BadDataError: if the file is cut off or not gzip; the pieces given so far were whole lines.
    """
    from isal import isal_zlib

    line, rest = 1, b""
    try:
        with _open(path) as handle:
            while True:
                lines, rest, more = _fill(handle, aside, rest, size)
                if lines:
                    yield Chunk(aside, line, lines)
                line += lines
                if not more:
                    return
    except (EOFError, isal_zlib.error, BadGzipFile) as error:  # type: ignore[misc]
        raise BadDataError(
            f"{path} is damaged after line {line - 1}: {error}", hint="fetch the file again"
        ) from error


def _open(path: Path) -> IO[bytes]:
    from isal import igzip

    if path.suffix != ".gz":
        return path.open("rb")
    return igzip.open(path)  # type: ignore[no-any-return, no-untyped-call]


def _fill(handle: IO[bytes], aside: Path, rest: bytes, size: int) -> tuple[int, bytes, bool]:
    """Write `rest` and whole lines of `handle` to `aside`.

    Returns the number of lines, what is left over, and whether more may come.
    """
    lines, got, last = rest.count(b"\n"), len(rest), rest[-1:] or b"\n"
    with aside.open("wb") as out:
        out.write(rest)
        while step := handle.read(_STEP):
            got += len(step)
            newline = step.rfind(b"\n") + 1 if got >= size else 0
            lines += step.count(b"\n")
            if newline:
                out.write(memoryview(step)[:newline])
                return lines, step[newline:], True
            last = step[-1:]
            out.write(step)
        if last != b"\n":
            out.write(b"\n")
            lines += 1
    return lines, b"", False


def sift(chunk: Chunk) -> tuple[list[bytes], list[int], list[Reject]]:
    """The good lines of `chunk`, the line number of each, and what was set aside and why."""
    good: list[bytes] = []
    numbers: list[int] = []
    rejects: list[Reject] = []
    for number, line in enumerate(chunk.file.read_bytes().split(b"\n")[:-1], chunk.line):
        if not line.strip():
            continue
        reason, work = _judge(line)
        if reason:
            start = line[:200].decode("utf-8", "replace")
            rejects.append(Reject(number, reason, work, start))
        else:
            good.append(line)
            numbers.append(number)
    return good, numbers, rejects


def _judge(line: bytes) -> tuple[str, int | None]:
    if len(line) > MOST_LINE:
        return "longer than 64 MB", None
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return "broken JSON", None
    reason = fault(record)
    return reason, work_id(record.get("id")) if reason and isinstance(record, dict) else None


def work_id(name: object) -> int | None:
    """The number in a work's address, None where there is none."""
    digits = str(name or "").rpartition("/W")[2]
    return int(digits) if digits.isdecimal() and len(digits) <= 18 else None
