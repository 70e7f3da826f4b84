"""Who wrote a work, and where: one row for each author and institution, with its weight."""

# numba compiles untyped kernels; their arguments are a buffer of bytes and places in it.
# ruff: noqa: ANN001, ANN201, ANN202, PLR0912, PLR0917, PLR1714
# mypy: disable-error-code="no-untyped-def,no-untyped-call,call-arg,var-annotated,assignment"

from __future__ import annotations

import numpy as np
from numba import uint64

from hubscope.sources.openalex.check import MOST_AUTHORS
from hubscope.sources.openalex.scan import names as key_names
from hubscope.sources.openalex.scan import rows as room
from hubscope.sources.openalex.scan.compiled import inner
from hubscope.sources.openalex.scan.fields import (
    ABSENT,
    ODD,
    after,
    identifier,
    is_null,
    span_hash,
)
from hubscope.sources.openalex.scan.objects import (
    id_of,
    inner_id,
    length,
    mention,
    place_of,
    spread,
)

_OPEN_OBJECT = 123
_STRING = 34
_ID = key_names.ID
_LETTER, _NONE = np.int64(1), np.int64(0)


@inner
def authorships(buffer, token, match, slashes, out, w, slots, known):
    """Append the authorships of a record; False if one is odd."""
    value = slots[0][key_names.AUTHORSHIPS]
    n = length(buffer, token, match, value)
    out.works[room.N_AUTHORS, w] = n
    if n == ODD or n >= MOST_AUTHORS:
        return False
    shares, weights, fill = out.shares, out.weights, out.fill
    if n == 0:
        share_of(
            shares, weights, fill, w, _NONE, ABSENT, ABSENT, _NONE, 1.0, fill[room.AUTHORSHIPS]
        )
        return True
    k, end, seq = value + 1, match[value], 0
    while k < end:
        seq += 1
        if is_null(buffer, token, k):
            share_of(
                shares,
                weights,
                fill,
                w,
                seq,
                ABSENT,
                ABSENT,
                _NONE,
                1.0 / n,
                fill[room.AUTHORSHIPS],
            )
        elif not _author(buffer, token, match, slashes, out, w, slots, known, k, seq, n):
            return False
        k = after(buffer, token, match, k) + 1
    return True


@inner
def share_of(shares, weights, fill, w, seq, author, institution, country, weight, first):
    """One more share of an author; shares of the same institution are one row.

    The row keeps the place `w` of its work, whose id and year the caller knows.
    """
    at = fill[room.AUTHORSHIPS]
    for k in range(first, at):
        if shares[room.A_INSTITUTION, k] == institution:
            weights[k] += weight
            return
    shares[room.A_WORK, at], shares[room.A_SEQ, at] = w, seq
    shares[room.A_AUTHOR, at], shares[room.A_INSTITUTION, at] = author, institution
    shares[room.A_COUNTRY, at], weights[at] = country, weight
    fill[room.AUTHORSHIPS] = at + 1


@inner
def _author(buffer, token, match, slashes, out, w, slots, known, value, seq, n):
    if not spread(buffer, token, match, value, slashes, slots[1]):
        return False
    slot = slots[1]
    named, listed = slot[key_names.INSTITUTIONS], slot[key_names.AFFILIATIONS]
    n_named, n_listed = (
        length(buffer, token, match, named),
        length(buffer, token, match, listed),
    )
    if n_named == ODD or n_listed == ODD:
        return False
    who = inner_id(buffer, token, match, slot[key_names.AUTHOR], slashes, slots[2], _LETTER)
    country = _country(buffer, token, match, slot[key_names.COUNTRIES], n_named)
    if who == ODD or country == ODD:
        return False
    shares, weights, fill = out.shares, out.weights, out.fill
    first = fill[room.AUTHORSHIPS]
    share = 1.0 / (n * np.float64(max(n_listed or n_named, 1)))
    if n_named:
        k, end = named + 1, match[named]
        while k < end:
            institution = ABSENT
            if not is_null(buffer, token, k):
                institution = _institution(buffer, token, match, slashes, out, slots, known, k)
            if institution == ODD:
                return False
            if not n_listed:
                share_of(shares, weights, fill, w, seq, who, institution, country, share, first)
            k = after(buffer, token, match, k) + 1
    if n_listed:
        k, end = listed + 1, match[listed]
        while k < end:
            if is_null(buffer, token, k):
                share_of(shares, weights, fill, w, seq, who, ABSENT, country, share, first)
            elif not _affiliation(
                buffer,
                token,
                match,
                slashes,
                shares,
                weights,
                fill,
                w,
                slots[2],
                k,
                seq,
                who,
                country,
                share,
                first,
            ):
                return False
            k = after(buffer, token, match, k) + 1
    if not n_named and not n_listed:
        share_of(shares, weights, fill, w, seq, who, ABSENT, country, share, first)
    sort_shares(shares, weights, first, fill[room.AUTHORSHIPS])
    return True


@inner
def sort_shares(shares, weights, first, stop):
    """One author's rows by institution, what names none last; there are seldom more than two."""
    for i in range(first + 1, stop):
        k = i
        while k > first and uint64(shares[room.A_INSTITUTION, k]) < uint64(
            shares[room.A_INSTITUTION, k - 1]
        ):
            one, weight = shares[room.A_INSTITUTION, k], weights[k]
            shares[room.A_INSTITUTION, k] = shares[room.A_INSTITUTION, k - 1]
            weights[k] = weights[k - 1]
            shares[room.A_INSTITUTION, k - 1], weights[k - 1] = one, weight
            k -= 1


@inner
def _affiliation(
    buffer,
    token,
    match,
    slashes,
    shares,
    weights,
    fill,
    w,
    slot,
    value,
    seq,
    who,
    country,
    share,
    first,
):
    if not spread(buffer, token, match, value, slashes, slot):
        return False
    ids = slot[key_names.INSTITUTION_IDS]
    n = length(buffer, token, match, ids)
    if n == ODD:
        return False
    if n == 0:
        share_of(shares, weights, fill, w, seq, who, ABSENT, country, share, first)
        return True
    for k in range(ids + 1, match[ids], 2):
        institution = identifier(buffer, token, k, _LETTER)
        if institution == ODD:
            return False
        share_of(shares, weights, fill, w, seq, who, institution, country, share / n, first)
    return True


@inner
def _country(buffer, token, match, value, n_named):
    """Two letters as one integer where it is the author's only country, 0 where none is known."""
    n = length(buffer, token, match, value)
    if n <= 0:
        return n
    for k in range(value + 1, match[value], 2):
        c = buffer[token[k]]
        if c != _STRING and c != 110:
            return ODD
    at = token[value + 1]
    if n != 1 or n_named or buffer[at] == 110:
        return 0
    one, two = buffer[at + 1], buffer[at + 2]
    is_plain = 65 <= one & 0xDF <= 90 and 65 <= two & 0xDF <= 90
    if not is_plain or buffer[at + 3] != _STRING:
        return ODD
    return np.int64(one & 0xDF) << 8 | np.int64(two & 0xDF)


@inner
def _institution(buffer, token, match, slashes, out, slots, known, value):
    """Its id; its text is kept when it is met for the first time, and then not read again."""
    if buffer[token[value]] != _OPEN_OBJECT:
        return ODD
    start, stop = token[value], token[match[value]] + 1
    h = span_hash(buffer, start, stop, room.INSTITUTION)
    at = place_of(known, h)
    if known[at, 0] == h:
        return np.int64(known[at, 1])
    slot = slots[2]
    if not spread(buffer, token, match, value, slashes, slot):
        return ODD
    for name in (key_names.NAME, key_names.ROR, key_names.COUNTRY, key_names.TYPE):
        if slot[name] != ABSENT and buffer[token[slot[name]]] != _STRING:
            return ODD
    if not _are_texts(buffer, token, match, slot[key_names.LINEAGE]):
        return ODD
    number = id_of(buffer, token, slot[_ID], _LETTER)
    if number != ODD:
        known[at, 0], known[at, 1] = h, uint64(number)
        mention(out, room.INSTITUTION, start, stop, h)
    return number


@inner
def _are_texts(buffer, token, match, value):
    n = length(buffer, token, match, value)
    if n == ODD:
        return False
    for k in range(value + 1, value + 1 + 2 * n, 2):
        if buffer[token[k]] != _STRING and buffer[token[k]] != 110:
            return False
    return True
