"""The pieces of one file in order: the scanner's rows, and what it leaves to others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import orjson

from hubscope.sources.openalex.gather import Gathered
from hubscope.sources.openalex.pieces import Piece, Reject, judge, reject, work_id
from hubscope.sources.openalex.scan import rows as room
from hubscope.sources.openalex.scan.compiled import is_kept
from hubscope.sources.openalex.scan.lines import add_works, scan
from hubscope.sources.openalex.scan.rows import Array

FLUSH = 8
"""Pieces whose rows stay in the scanner's own columns."""

SPARE = 16
"""Places behind the last token, which the scanner may write over."""

Careful = Callable[[bytes, int], tuple[Array, list[Reject]]]
"""Takes a text and the number of its first line; the works it took, and what it set aside."""

_KNOWN = 1 << 21
"""Room for hashes of texts that were mentioned; when half full it is emptied."""


def is_compiled() -> bool:
    """Whether the scanner has been compiled on this machine; if not, the first load does it."""
    return is_kept(scan)


class Scanner:
    """Takes the pieces of one file in order; what it finds is in `gathered`."""

    def __init__(self, careful: Careful, size: int) -> None:
        self.line = 1
        """Number of the next line."""
        self.rejects: list[Reject] = []
        self.gathered = Gathered()
        self._careful = careful
        self._make_room(FLUSH * size)
        self._seen = np.zeros(1 << 16, np.int64)
        self._works = 0
        self._known = np.zeros((_KNOWN, 2), np.uint64)
        self._mentions = 0
        self._types = np.zeros(room.MOST_TYPES, np.uint64)

    def _make_room(self, size: int) -> None:
        self._size, self._used = size, 0
        self._rows = room.rows(size)
        self._token = np.empty(0, np.uint32)

    def take(self, piece: Piece) -> None:
        """Put the rows of `piece` with those that wait."""
        if piece.is_cut:
            start = piece.text(0, piece.stop)
            self.rejects.append(reject(self.line, start, "longer than 64 MB", None))
            self.line += 1
            return
        self._prepare(piece.stop)
        before = self._rows.fill.copy()
        lines = scan(
            piece.buffer, piece.stop, self.line, self._rows, self._seen, self._known, self._types,
            self._token, self._match,
        )  # fmt: skip
        self._used += piece.stop
        self._works += int(self._rows.fill[room.WORKS] - before[room.WORKS])
        self._mentions += int(self._rows.fill[room.MENTIONS])
        rejects = self._judge_odd(piece)
        self._take_texts(piece, only_types=rejects is None)
        if rejects is None:
            self._rows.fill[:] = before
            self._take_carefully(piece)
        else:
            self.rejects += rejects
        self._rows.fill[room.MENTIONS :] = 0
        self.line += lines

    def _prepare(self, size: int) -> None:
        """Room for whatever `size` bytes can hold."""
        if self._used + size > self._size:
            self.flush()
            if size > self._size:
                self._make_room(size)
        if len(self._token) < size + SPARE:
            self._token = np.empty(size + SPARE, np.uint32)
            self._match = np.empty(size + SPARE, np.uint32)
        most = size // room.SMALLEST["work"] + 1
        if 2 * (self._works + most) > len(self._seen):
            held = self._seen[self._seen > 0]
            while 2 * (self._works + most) > len(self._seen):
                self._seen = np.zeros(2 * len(self._seen), np.int64)
            add_works(self._seen, held)
        most = room.most_mentions(size)
        if 2 * (self._mentions + most) > len(self._known):
            self._known = np.zeros((max(_KNOWN, 1 << (2 * most).bit_length()), 2), np.uint64)
            self._mentions = 0

    def _judge_odd(self, piece: Piece) -> list[Reject] | None:
        """What is wrong with each odd line; None if one of them is good after all."""
        rejects = []
        odd = self._rows.odd[: self._rows.fill[room.ODD_LINES]].tolist()
        for number, start, stop, is_repeated in odd:
            line = piece.text(start, stop)
            if not line.strip():
                continue
            if is_repeated:
                name = orjson.loads(line)["id"]
                rejects.append(Reject(number, "duplicate in the same file", work_id(name), name))
                continue
            reason, work = judge(line)
            if not reason:
                return None
            rejects.append(reject(number, line, reason, work))
        return rejects

    def _take_carefully(self, piece: Piece) -> None:
        self.flush()
        works, rejects = self._careful(piece.text(0, piece.stop), self.line)
        self.rejects += rejects
        add_works(self._seen, works)
        self._works += len(works)

    def _take_texts(self, piece: Piece, *, only_types: bool) -> None:
        fill = self._rows.fill
        for kind, start, stop, _ in self._rows.mention[: fill[room.MENTIONS]].tolist():
            if kind == room.TYPE or not only_types:
                self.gathered.mention(kind, piece.text(start, stop))
        for w, start, stop in self._rows.late[: fill[room.LATE]].tolist():
            self._rows.fwci[w] = float(piece.text(start, stop).rstrip(b",} \t\r"))

    def flush(self) -> None:
        """Hand the rows that wait over to `gathered`."""
        self.gathered.add(self._rows)
        self._rows.fill[:] = 0
        self._used = 0
