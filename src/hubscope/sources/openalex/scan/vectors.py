"""Kernels over Arrow columns: ids, weights and lists that were decoded from Parquet."""

# numba compiles untyped kernels; their arguments are the buffers of Arrow columns.
# ruff: noqa: ANN001, ANN201, ANN202, PLR0917
# mypy: disable-error-code="no-untyped-def,no-untyped-call,call-arg,var-annotated,assignment"

from __future__ import annotations

import numpy as np
from numba import uint64

from hubscope.sources.openalex.scan import rows as room
from hubscope.sources.openalex.scan.authors import share_of, sort_shares
from hubscope.sources.openalex.scan.compiled import inner, kernel
from hubscope.sources.openalex.scan.fields import ABSENT, ODD, has_prefix
from hubscope.sources.openalex.scan.lists import distinct
from hubscope.sources.openalex.scan.simd import are_digits, number, word

_START = len("https://openalex.org/")


@kernel
def ids(data, offsets, valid, letters):
    """The number in each address, `ABSENT` where null, `ODD` where it is written otherwise."""
    out = np.empty(len(offsets) - 1, np.int64)
    for i in range(len(out)):
        out[i] = _id(data, offsets[i], offsets[i + 1], letters) if valid[i] else ABSENT
    return out


@inner
def _id(data, at, stop, letters):
    n = stop - at - _START - letters
    if n < 1 or n > 18 or not has_prefix(data, at):
        return ODD
    for k in range(at + _START, stop - n):
        c = data[k]
        if not (65 <= c <= 90 or 97 <= c <= 122 or c == 47):
            return ODD
    k = stop - n
    while stop - k >= 8:
        if not are_digits(data, k):
            return ODD
        k += 8
    while k < stop:
        if not 48 <= data[k] <= 57:
            return ODD
        k += 1
    return number(data, stop - n, n)


@kernel
def are_works(data, offsets):
    """Whether every address is that of a work, without leading zeros."""
    for i in range(len(offsets) - 1):
        at = offsets[i] + _START
        if data[at] != 87 or data[at + 1] == 48:
            return False
    return True


@kernel
def pairs(data, offsets, valid):
    """Two letters as one integer, 0 where null, `ODD` where there are not two."""
    out = np.zeros(len(offsets) - 1, np.int64)
    for i in range(len(out)):
        if valid[i]:
            a, n = offsets[i], offsets[i + 1] - offsets[i]
            one, two = (data[a] & 0xDF, data[a + 1] & 0xDF) if n == 2 else (0, 0)
            good = 65 <= one <= 90 and 65 <= two <= 90
            out[i] = np.int64(one) << 8 | np.int64(two) if good else ODD
    return out


@kernel
def mix(hashes, data, offsets, valid):
    """Take one text column into the hash of every row (FNV-1a over words of eight bytes)."""
    for i in range(len(hashes)):
        h = hashes[i]
        if valid[i]:
            at, stop = offsets[i], offsets[i + 1]
            while stop - at >= 8:
                h = (h ^ word(data, at)) * uint64(0x9E3779B97F4A7C15)
                h ^= h >> uint64(32)
                at += 8
            tail = uint64(stop - at)
            while at < stop:
                tail = tail << uint64(8) | uint64(data[at])
                at += 1
            h ^= tail
        h = (h ^ uint64(valid[i] + 1)) * uint64(0xBF58476D1CE4E5B9)
        hashes[i] = h ^ (h >> uint64(32))


@kernel
def fresh(hashes, known):
    """Rows whose hash is met for the first time; `known` is an open-addressed set with room."""
    rows, n, mask = np.empty(len(hashes), np.int64), 0, uint64(len(known) - 1)
    for i in range(len(hashes)):
        h = hashes[i] if hashes[i] != uint64(0) else uint64(1)
        at = h & mask
        while known[at] != uint64(0) and known[at] != h:
            at = (at + uint64(1)) & mask
        if known[at] == uint64(0):
            known[at] = h
            rows[n] = i
            n += 1
    return rows[:n]


@kernel
def starts(of, works):
    """First row of each work, and the end of the last; rows stand by work."""
    first = np.zeros(works + 1, np.int64)
    for w in of:
        first[w + 1] += 1
    for w in range(works):
        first[w + 1] += first[w]
    return first


@kernel
def moved(column, first, order):
    """The rows of a column once the works are in `order`; a work's rows stay as they are."""
    out, n = np.empty_like(column), 0
    for w in order:
        for k in range(first[w], first[w + 1]):
            out[n] = column[k]
            n += 1
    return out


@kernel
def lists(values, offsets, own):
    """Each work's distinct values, sorted, without absent ones and without `own`."""
    of, out = np.empty(len(values), np.int32), np.empty(len(values), np.int64)
    at = 0
    for w in range(len(own)):
        first = at
        for k in range(offsets[w], offsets[w + 1]):
            if values[k] != ABSENT and values[k] != own[w]:
                out[at] = values[k]
                at += 1
        at = distinct(out, first, at)
        of[first:at] = w
    return of[:at], out[:at]


@kernel
def shares(authors, named, listed, listed_ids, countries, who, institution, listed_id, country):
    """The authorships with their weights, as `flatten.sql` says.

    Args:
        authors: offsets of each work's authorships.
        named: offsets of each authorship's institutions.
        listed: offsets of each authorship's affiliations.
        listed_ids: offsets of each affiliation's institutions.
        countries: offsets of each authorship's countries.
        who: author of each authorship.
        institution: id of each institution of `named`.
        listed_id: id of each institution of `listed_ids`.
        country: two letters of each country.

    Returns:
        Columns as in `Rows.shares`, and the weights.
    """
    most = len(authors) + len(who) + len(institution) + len(listed_id) + len(listed_ids)
    out, weights, fill = np.empty((5, most), np.int64), np.empty(most), np.zeros(8, np.int64)
    for w in range(len(authors) - 1):
        n = authors[w + 1] - authors[w]
        if n == 0:
            first = fill[room.AUTHORSHIPS]
            share_of(out, weights, fill, w, 0, ABSENT, ABSENT, 0, 1.0, first)
        for a in range(authors[w], authors[w + 1]):
            seq, first = a - authors[w] + 1, fill[room.AUTHORSHIPS]
            n_named, n_listed = named[a + 1] - named[a], listed[a + 1] - listed[a]
            only = countries[a + 1] - countries[a] == 1 and n_named == 0
            where = country[countries[a]] if only else 0
            share = 1.0 / (n * np.float64(max(n_listed or n_named, 1)))
            for f in range(listed[a], listed[a + 1]):
                count = listed_ids[f + 1] - listed_ids[f]
                if count == 0:
                    share_of(out, weights, fill, w, seq, who[a], ABSENT, where, share, first)
                for k in range(listed_ids[f], listed_ids[f + 1]):
                    share_of(
                        out, weights, fill, w, seq, who[a], listed_id[k], where, share / count,
                        first,
                    )  # fmt: skip
            if n_listed == 0:
                for k in range(named[a], named[a + 1]):
                    share_of(
                        out, weights, fill, w, seq, who[a], institution[k], where, share, first
                    )
                if n_named == 0:
                    share_of(out, weights, fill, w, seq, who[a], ABSENT, where, share, first)
            sort_shares(out, weights, first, fill[room.AUTHORSHIPS])
    at = fill[room.AUTHORSHIPS]
    return out[:, :at], weights[:at]
