"""JSON lines in pieces of whole lines, however large the file, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from gzip import BadGzipFile
from pathlib import Path
from typing import IO, Any

import numpy as np
import orjson
from numpy.typing import NDArray

from hubscope.sources.openalex.check import fault
from hubscope.sources.openalex.scan.rows import WIDTH

PIECE = 2 * 2**20
"""Bytes of text taken at a time: they stay in the cache from inflating to scanning."""

MOST_LINE = 64 * 2**20
"""A record longer than this is set aside."""

SHOWN = 200
"""Characters of a rejected record that are kept."""

_STEP = 1 << 20


class DamagedError(Exception):
    """A file that cannot be inflated to its end; who counts the lines says where."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a source."""

    buffer: NDArray[np.uint8]
    """The text and at least `WIDTH` spare bytes; it is written over by the next piece."""
    stop: int
    """End of the last line's newline."""
    is_cut: bool = False
    """Whether it is the beginning of one line that is too long to be read."""

    def text(self, start: int, stop: int) -> bytes:
        """The bytes from `start` to `stop`."""
        return self.buffer[start:stop].tobytes()


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that was set aside."""

    line: int
    reason: str
    work: int | None
    start: str


def pieces(path: Path, *, size: int = PIECE) -> Iterator[Piece]:
    """The lines of `path` (plain or gzip) in pieces of about `size` bytes, every line ended.

    Raises:
        DamagedError: if the file is cut off or not gzip; the pieces given so far were whole lines.
    """
    from isal import isal_zlib

    try:
        with _open(path) as handle:
            yield from _pieces(handle, size)
    except (EOFError, isal_zlib.error, BadGzipFile) as error:  # type: ignore[misc]
        raise DamagedError(str(error)) from error


def _open(path: Path) -> IO[bytes]:
    from isal import igzip

    if path.suffix != ".gz":
        return path.open("rb")
    return igzip.open(path)  # type: ignore[no-any-return, no-untyped-call]


def _pieces(handle: Any, size: int) -> Iterator[Piece]:
    room = bytearray(size + _STEP + WIDTH)
    have, more = 0, True
    while more:
        while have < size and more:
            got = handle.readinto(memoryview(room)[have : have + _STEP])
            more, have = got > 0, have + got
        if not more and have and room[have - 1] != ord("\n"):
            room[have] = ord("\n")
            have += 1
        stop = room.rfind(b"\n", 0, have) + 1
        if stop:
            yield Piece(np.frombuffer(room, np.uint8), stop)
            # A new buffer: arrays still look at the old one.
            rest = room[stop:have]
            room[: len(rest)] = rest
            have = len(rest)
        elif have >= MOST_LINE:
            start = bytes(room[:SHOWN]) + b"\n"
            yield Piece(np.frombuffer(start, np.uint8), len(start), is_cut=True)
            have, more = _skip_line(handle, room)
        elif more:
            size = have + size
            room = room + bytearray(size + _STEP + WIDTH - len(room))


def _skip_line(handle: Any, room: bytearray) -> tuple[int, bool]:
    """Read on to the end of the line; what follows it begins `room`."""
    while step := handle.read(_STEP):
        newline = step.find(b"\n")
        if newline >= 0:
            rest = step[newline + 1 :]
            room[: len(rest)] = rest
            return len(rest), True
    return 0, False


def judge(line: bytes) -> tuple[str, int | None]:
    """Why `line` cannot be taken ("" if it can), and the work's number where it can be read."""
    if len(line) > MOST_LINE:
        return "longer than 64 MB", None
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError:
        return "broken JSON", None
    reason = fault(record)
    return reason, work_id(record.get("id")) if reason and isinstance(record, dict) else None


def reject(number: int, line: bytes, reason: str, work: int | None) -> Reject:
    """`line` as a record that was set aside."""
    return Reject(number, reason, work, line[:SHOWN].decode("utf-8", "replace"))


def work_id(name: object) -> int | None:
    """The number in a work's address, None where there is none."""
    digits = str(name or "").rpartition("/W")[2]
    return int(digits) if digits.isdecimal() and len(digits) <= 18 else None
