"""Values at a place in the text: ids as integers, numbers, yes or no, short texts.

Each gives `ODD` (or a pair that begins with it) for whatever is not written the usual way; a line
with such a value goes to the careful reader.
"""

# numba compiles untyped kernels; their arguments are a buffer of bytes and places in it.
# ruff: noqa: ANN001, ANN201
# mypy: disable-error-code="no-untyped-def,no-untyped-call,call-arg,var-annotated,assignment"

from __future__ import annotations

import numpy as np
from numba import uint64

from hubscope.sources.openalex.scan.compiled import inner
from hubscope.sources.openalex.scan.names import name_of
from hubscope.sources.openalex.scan.simd import digits, number, word

ODD = np.int64(-2)
LATE = 2
"""A number with more digits than arithmetic keeps exact."""
ABSENT = np.int64(-1)
"""No value: the key is missing or null."""

_PREFIX = b"https://openalex.org/"
_FIRST, _SECOND = (int.from_bytes(_PREFIX[i : i + 8], "little") for i in (0, 8))
_THIRD = int.from_bytes(_PREFIX[13:21], "little")
_POWERS = 10.0 ** np.arange(23)
"""Exact as doubles, so one division of exact integers rounds once (Clinger 1990)."""


@inner
def text_end(buffer, following):
    """Place of the closing quote of the string before the token at `following`."""
    at = following - 1
    while buffer[at] != 34:
        at -= 1
    return at


@inner
def key(buffer, token, k, slashes):
    """Number of the key at token `k`, `OTHER`, or `ODD` where it is written with escapes."""
    start = token[k] + 1
    stop = text_end(buffer, token[k + 1])
    if slashes:
        for i in range(start, stop):
            if buffer[i] == 92:
                return ODD
    return name_of(buffer, start, stop)


@inner
def after(buffer, token, match, value):
    """The token behind the value at token `value`."""
    c = buffer[token[value]]
    return (match[value] if c in (123, 91) else value) + 1


@inner
def is_null(buffer, token, value):
    """Whether the value is null."""
    return buffer[token[value]] == 110


@inner
def has_prefix(buffer, at):
    """Whether https://openalex.org/ stands at `at`."""
    return (
        word(buffer, at) == uint64(_FIRST)
        and word(buffer, at + 8) == uint64(_SECOND)
        and word(buffer, at + 13) == uint64(_THIRD)
    )


@inner
def identifier(buffer, token, value, letters):
    """The number in an address like https://openalex.org/W12; `letters` stand before it."""
    at = token[value]
    if buffer[at] == 110:
        return ABSENT
    if buffer[at] != 34:
        return ODD
    at += 1
    if not has_prefix(buffer, at):
        return ODD
    for k in range(letters):
        c = buffer[at + 21 + k]
        if not (65 <= c <= 90 or 97 <= c <= 122 or c == 47):
            return ODD
    at += 21 + letters
    n = digits(buffer, at)
    return number(buffer, at, n) if 0 < n <= 18 and buffer[at + n] == 34 else ODD


@inner
def whole(buffer, token, value):
    """A whole number of at most ten digits, at least 0."""
    at = token[value]
    if buffer[at] == 110:
        return ABSENT
    n = digits(buffer, at)
    ends = buffer[at + n] in (44, 125, 93, 32, 9, 13, 10)
    return number(buffer, at, n) if 0 < n <= 10 and ends else ODD


@inner
def yes(buffer, token, value):
    """1 for true, 0 for false."""
    c = buffer[token[value]]
    if c == 116:
        return 1
    if c == 102:
        return 0
    return ABSENT if c == 110 else ODD


@inner
def real(buffer, token, value):
    """(1, a number), (`ABSENT`, nan), or (`LATE`, nan) where Python must read it.

    At most 15 digits: then digits and power are exact and the quotient is the nearest double.
    """
    at = token[value]
    if buffer[at] == 110:
        return ABSENT, np.nan
    negative = buffer[at] == 45
    at += negative
    digits, digit_count, power, seen_point = np.int64(0), 0, 0, False
    while True:
        c = buffer[at]
        if 48 <= c <= 57:
            digits = digits * 10 + np.int64(c - 48)
            digit_count += digits > 0
            power += seen_point
        elif c == 46 and not seen_point:
            seen_point = True
        else:
            break
        at += 1
        if digit_count > 15 or power > 22:
            return LATE, np.nan
    if at == token[value] + negative:
        return ODD, np.nan
    if buffer[at] not in (44, 125, 93, 32, 9, 13, 10):
        return LATE, np.nan
    size = np.float64(digits) / _POWERS[power]
    return 1, -size if negative else size


@inner
def text(buffer, token, value, slashes):
    """(first byte, end) of a string; (`ABSENT`, 0), or (`ODD`, 0) where it has escapes."""
    at = token[value]
    if buffer[at] == 110:
        return ABSENT, 0
    if buffer[at] != 34:
        return ODD, 0
    stop = text_end(buffer, token[value + 1])
    if slashes:
        for i in range(at + 1, stop):
            if buffer[i] == 92:
                return ODD, 0
    return at + 1, stop


@inner
def span_hash(buffer, start, stop, seed):
    """64 bits of the bytes from `start` to `stop` (FNV-1a over words, then mixed), never 0."""
    h = uint64(0xCBF29CE484222325) ^ uint64(seed)
    at = start
    while at < stop:
        w = word(buffer, at)
        if stop - at < 8:
            w &= (uint64(1) << uint64(8 * (stop - at))) - uint64(1)
        h = (h ^ w) * uint64(0x9E3779B97F4A7C15)
        h ^= h >> uint64(32)
        at += 8
    h ^= uint64(stop - start)
    h = (h ^ (h >> uint64(29))) * uint64(0xBF58476D1CE4E5B9)
    h ^= h >> uint64(32)
    return h if h != uint64(0) else uint64(1)
