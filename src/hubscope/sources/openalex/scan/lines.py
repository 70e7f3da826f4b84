"""Every line of a piece of text into rows; odd and repeated lines are listed, not judged."""

# numba compiles untyped kernels; their arguments are a buffer of bytes and places in it.
# ruff: noqa: ANN001, ANN201, ANN202, PLR0917
# mypy: disable-error-code="no-untyped-def,no-untyped-call,call-arg,var-annotated,assignment"

from __future__ import annotations

import numpy as np
from numba import uint64

from hubscope.sources.openalex.scan import rows as room
from hubscope.sources.openalex.scan.compiled import inner, kernel
from hubscope.sources.openalex.scan.lists import LEVELS
from hubscope.sources.openalex.scan.names import NAMES
from hubscope.sources.openalex.scan.objects import place_of
from hubscope.sources.openalex.scan.record import GOOD, record
from hubscope.sources.openalex.scan.tokens import DEEPEST, line_end, structure

_N = len(NAMES)
_MIX = 0x9E3779B97F4A7C15


@inner
def add_work(seen, work):
    """Put `work` (above 0) into the open-addressed set; whether it was not there."""
    mask = uint64(len(seen) - 1)
    at = (uint64(work) * uint64(_MIX) >> uint64(20)) & mask
    while seen[at] != 0:
        if seen[at] == work:
            return False
        at = (at + uint64(1)) & mask
    seen[at] = work
    return True


@kernel
def add_works(seen, works):
    """Put all `works` into the set."""
    for work in works:
        add_work(seen, work)


@kernel
def scan(buffer, stop, line, out, seen, known, types, token, match):
    """Append the rows of every good line of `buffer[:stop]`; each line ends with a newline.

    Args:
        buffer: bytes, with `simd.WIDTH` spare ones behind `stop`.
        stop: end of the last line.
        line: number of the first line.
        out: `rows.Rows`; odd lines are listed in `out.odd`.
        seen: the set of works so far, an open-addressed table with enough room.
        known: hashes of the texts that were mentioned, an open-addressed table of pairs.
        types: hashes of the types so far.
        token: room for as many tokens as bytes, unsigned: no place is below 0.
        match: the same.

    Returns:
        The number of lines.
    """
    slots = np.empty((LEVELS + 1, _N), np.int64)
    stack = np.empty(DEEPEST, np.uint64)
    before = np.empty_like(out.fill)
    at, lines = np.int64(0), np.int64(0)
    while at < stop:
        end = line_end(buffer, at, stop)
        for k in range(len(before)):
            before[k] = out.fill[k]
        n, slashes = structure(buffer, at, end, token, match, stack)
        good, repeated = False, False
        if n > 0:
            good = record(buffer, token, match, slashes, out, slots, known, types) == GOOD
        if good:
            w = out.fill[room.WORKS] - 1
            out.works[room.LINE, w] = line + lines
            repeated = not add_work(seen, out.works[room.WORK, w])
        if n != 0 and (repeated or not good):
            _forget(out, before, known, types)
            k = out.fill[room.ODD_LINES]
            out.odd[k, 0], out.odd[k, 1], out.odd[k, 2] = line + lines, at, end
            out.odd[k, 3] = repeated
            out.fill[room.ODD_LINES] = k + 1
        lines += 1
        at = end + 1
    return lines


@inner
def _forget(out, before, known, types):
    """Take back the rows of the last line, and the texts that only it mentioned."""
    for k in range(out.fill[room.MENTIONS] - 1, before[room.MENTIONS] - 1, -1):
        h = uint64(out.mention[k, 3])
        if out.mention[k, 0] == room.TYPE:
            for i in range(room.MOST_TYPES):
                if types[i] == h:
                    types[i] = uint64(0)
            continue
        # The last to come in is the first to go, so no search passes through the gap.
        known[place_of(known, h), 0] = uint64(0)
    for k in range(len(before)):
        out.fill[k] = before[k]
