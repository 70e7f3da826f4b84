"""What a work cites, its topics and who funded it."""

# numba compiles untyped kernels; their arguments are a buffer of bytes and places in it.
# ruff: noqa: ANN001, ANN201, ANN202, PLR0917, PLR1714
# mypy: disable-error-code="no-untyped-def,no-untyped-call,call-arg,var-annotated,assignment"

from __future__ import annotations

import numpy as np
from numba import uint64

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
_MOST_I16 = 2**15 - 1
_MOST_I32 = 2**31 - 1
_T = np.int64(1)
_SUBFIELDS = np.int64(len("subfields/"))
_FIELDS = np.int64(len("fields/"))
_DOMAINS = np.int64(len("domains/"))
_ID = key_names.ID
LEVELS = 3


@inner
def references(buffer, token, match, value, out, w):
    """The works it cites, each once and itself never."""
    n = length(buffer, token, match, value)
    out.works[room.N_REFS, w] = n
    if n == ODD:
        return False
    first = at = out.fill[room.REFERENCES]
    for k in range(value + 1, value + 1 + 2 * n, 2):
        cited = identifier(buffer, token, k, _T)
        if cited == ODD:
            return False
        if cited != ABSENT and cited != out.works[room.WORK, w]:
            out.references[room.R_CITED, at] = cited
            at += 1
    at = distinct(out.references[room.R_CITED], first, at)
    for k in range(first, at):
        out.references[room.R_WORK, k] = w
    out.fill[room.REFERENCES] = at
    return True


@inner
def _sort(column, first, stop):
    """Sort `column[first:stop]` (Shell 1959, gaps of Ciura 2001); most lists are short."""
    for gap in (1750, 701, 301, 132, 57, 23, 10, 4, 1):
        for i in range(first + gap, stop):
            value, k = column[i], i
            while k >= first + gap and column[k - gap] > value:
                column[k] = column[k - gap]
                k -= gap
            column[k] = value


@inner
def distinct(column, first, stop):
    """Sort `column[first:stop]` and keep each value once; the new end."""
    if stop == first:
        return stop
    _sort(column, first, stop)
    at = first
    for k in range(first + 1, stop):
        if column[k] != column[at]:
            at += 1
            column[at] = column[k]
    return at + 1


@inner
def _topic(buffer, token, match, value, slashes, slots, found):
    """Put topic, subfield, field and domain of `value` into `found`; False if it is odd."""
    for k in range(4):
        found[k] = ABSENT
    if value == ABSENT or is_null(buffer, token, value):
        return True
    if not spread(buffer, token, match, value, slashes, slots[1]):
        return False
    slot = slots[1]
    found[0] = id_of(buffer, token, slot[_ID], _T)
    found[1] = inner_id(
        buffer, token, match, slot[key_names.SUBFIELD], slashes, slots[2], _SUBFIELDS
    )
    found[2] = inner_id(buffer, token, match, slot[key_names.FIELD], slashes, slots[2], _FIELDS)
    found[3] = inner_id(buffer, token, match, slot[key_names.DOMAIN], slashes, slots[2], _DOMAINS)
    for k in range(4):
        if found[k] == ODD or found[k] > (_MOST_I16 if k else _MOST_I32):
            return False
    return True


@inner
def topics(buffer, token, match, slashes, out, w, slots, known):
    """Append the topics of a record; False if one is odd."""
    found = slots[LEVELS][:4]
    primary = slots[LEVELS][4:8]
    if not _topic(buffer, token, match, slots[0][key_names.TOPIC], slashes, slots, primary):
        return False
    value = slots[0][key_names.TOPICS]
    n = length(buffer, token, match, value)
    if n == ODD or n > _MOST_I16:
        return False
    k, at = value + 1, out.fill[room.TOPICS]
    for rank in range(1, n + 1):
        if not _topic(buffer, token, match, k, slashes, slots, found):
            return False
        if rank == 1:
            for i in range(3):
                primary[i] = found[i] if primary[i] == ABSENT else primary[i]
        if found[0] != ABSENT:
            out.topics[room.T_WORK, at] = w
            out.topics[room.T_RANK, at], out.topics[room.T_TOPIC, at] = rank, found[0]
            at += 1
            if not _keep_topic(buffer, token, match, out, slots, known, k, found):
                return False
        k = after(buffer, token, match, k) + 1
    out.fill[room.TOPICS] = at
    out.works[room.TOPIC, w], out.works[room.SUBFIELD, w], out.works[room.FIELD, w] = (
        primary[0],
        primary[1],
        primary[2],
    )
    return True


@inner
def _keep_topic(buffer, token, match, out, slots, known, value, found):
    """Keep its text where its name or place in the tree is new."""
    h = uint64(room.TOPIC)
    name = slots[1][key_names.NAME]
    if name != ABSENT:
        if buffer[token[name]] != _STRING:
            return False
        h = span_hash(buffer, token[name], token[name + 1], room.TOPIC)
    for i in range(4):
        h = (h ^ uint64(found[i])) * uint64(0x9E3779B97F4A7C15)
        h ^= h >> uint64(31)
    h = h if h != uint64(0) else uint64(1)
    at = place_of(known, h)
    if known[at, 0] != h:
        known[at, 0] = h
        mention(out, room.TOPIC, token[value], token[match[value]] + 1, h)
    return True


@inner
def funders(buffer, token, match, slashes, out, w, slots):
    """Append the funders of a record, each once; False if one is odd."""
    named, older = slots[0][key_names.FUNDERS], slots[0][key_names.GRANTS]
    n_named, n_older = (
        length(buffer, token, match, named),
        length(buffer, token, match, older),
    )
    if n_named == ODD or n_older == ODD:
        return False
    if not _objects(buffer, token, match, older, n_older):
        return False
    value, name = (named, _ID) if n_named else (older, key_names.FUNDER)
    first = at = out.fill[room.FUNDERS]
    k = value + 1
    for _ in range(n_named or n_older):
        if not is_null(buffer, token, k):
            if not spread(buffer, token, match, k, slashes, slots[1]):
                return False
            funder = id_of(buffer, token, slots[1][name], _T)
            if funder == ODD:
                return False
            if funder != ABSENT:
                out.funders[room.F_FUNDER, at] = funder
                at += 1
        k = after(buffer, token, match, k) + 1
    at = distinct(out.funders[room.F_FUNDER], first, at)
    for k in range(first, at):
        out.funders[room.F_WORK, k] = w
    out.fill[room.FUNDERS] = at
    return True


@inner
def _objects(buffer, token, match, value, n):
    k = value + 1
    for _ in range(n):
        c = buffer[token[k]]
        if c != _OPEN_OBJECT and c != 110:
            return False
        k = after(buffer, token, match, k) + 1
    return True
