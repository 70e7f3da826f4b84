"""Objects and lists of one record, and the texts that are met for the first time."""

# numba compiles untyped kernels; their arguments are a buffer of bytes and places in it.
# ruff: noqa: ANN001, ANN201, PLR0917
# mypy: disable-error-code="no-untyped-def,no-untyped-call,call-arg,var-annotated,assignment"

from __future__ import annotations

import numpy as np
from numba import uint64

from hubscope.sources.openalex.scan import names as key_names
from hubscope.sources.openalex.scan import rows as room
from hubscope.sources.openalex.scan.compiled import inner
from hubscope.sources.openalex.scan.fields import ABSENT, ODD, after, identifier, is_null, key, yes
from hubscope.sources.openalex.scan.names import NAMES

_N = len(NAMES)
_OPEN_OBJECT = 123
_OPEN_LIST = 91
_ID = key_names.ID


@inner
def spread(buffer, token, match, value, slashes, slot):
    """Put the value token of each key that is read into `slot`, `ABSENT` where null or missing.

    False if `value` is no object, or repeats a key or writes one with escapes.
    """
    for k in range(_N):
        slot[k] = ABSENT
    if buffer[token[value]] != _OPEN_OBJECT:
        return False
    seen = uint64(0)
    k, end = value + 1, match[value]
    while k < end:
        name = key(buffer, token, k, slashes)
        if name == ODD:
            return False
        if name >= 0:
            bit = uint64(1) << uint64(name)
            if seen & bit:
                return False
            seen |= bit
            if not is_null(buffer, token, k + 2):
                slot[name] = k + 2
        k = after(buffer, token, match, k + 2) + 1
    return True


@inner
def length(buffer, token, match, value):
    """Number of elements of a list, 0 if absent, `ODD` if it is none."""
    if value == ABSENT:
        return 0
    if buffer[token[value]] != _OPEN_LIST:
        return ODD
    n, k, end = 0, value + 1, match[value]
    while k < end:
        n += 1
        k = after(buffer, token, match, k) + 1
    return n


@inner
def id_of(buffer, token, value, letters):
    """The number of an id, `ABSENT` or `ODD`."""
    return ABSENT if value == ABSENT else identifier(buffer, token, value, letters)


@inner
def yes_of(buffer, token, value):
    """1, 0, `ABSENT` or `ODD`."""
    return ABSENT if value == ABSENT else yes(buffer, token, value)


@inner
def inner_id(buffer, token, match, value, slashes, slot, letters):
    """The id of the object `value`, `ABSENT` or `ODD`."""
    if value == ABSENT:
        return ABSENT
    if not spread(buffer, token, match, value, slashes, slot):
        return ODD
    return id_of(buffer, token, slot[_ID], letters)


@inner
def place_of(known, h):
    """Row of the open-addressed table `known` that holds `h`, or the free one where it belongs."""
    mask = uint64(len(known) - 1)
    at = h & mask
    while known[at, 0] != uint64(0) and known[at, 0] != h:
        at = (at + uint64(1)) & mask
    return at


@inner
def mention(out, kind, start, stop, h):
    """Keep the place of a text that is met for the first time."""
    at = out.fill[room.MENTIONS]
    out.mention[at, 0], out.mention[at, 1], out.mention[at, 2] = kind, start, stop
    out.mention[at, 3] = np.int64(h)
    out.fill[room.MENTIONS] = at + 1
