"""One record's tokens into rows: what `flatten.sql` says, on integers.

Only what is written the usual way is taken; anything else makes the whole line odd, and the
careful reader says whether it is good.
"""

# numba compiles untyped kernels; their arguments are a buffer of bytes and places in it.
# ruff: noqa: ANN001, ANN201, ANN202, PLR0911, PLR0917, PLR1714
# mypy: disable-error-code="no-untyped-def,no-untyped-call,call-arg,var-annotated,assignment"

from __future__ import annotations

import numpy as np
from numba import uint64

from hubscope.sources.openalex.check import FIRST_YEAR, LAST_YEAR, MOST_CITED
from hubscope.sources.openalex.scan import names as key_names
from hubscope.sources.openalex.scan import rows as room
from hubscope.sources.openalex.scan.authors import authorships
from hubscope.sources.openalex.scan.compiled import inner
from hubscope.sources.openalex.scan.fields import ABSENT, LATE, ODD, real, span_hash, text, whole
from hubscope.sources.openalex.scan.lists import funders, references, topics
from hubscope.sources.openalex.scan.objects import id_of, inner_id, mention, spread, yes_of

_W = np.int64(1)
_ID = key_names.ID
GOOD = 0
_FIRST = np.int64(0)


@inner
def record(buffer, token, match, slashes, out, slots, known, types):
    """Append the rows of one record to `out`, except its line; `GOOD` or `ODD`.

    The caller takes back `out.fill` where the record is odd.
    """
    if not spread(buffer, token, match, _FIRST, slashes, slots[0]):
        return ODD
    slot, fill = slots[0], out.fill
    work, year = id_of(buffer, token, slot[_ID], _W), ABSENT
    if slot[key_names.YEAR] != ABSENT:
        year = whole(buffer, token, slot[key_names.YEAR])
    if work <= 0 or buffer[token[slot[_ID]] + 22] != 87 or buffer[token[slot[_ID]] + 23] == 48:
        return ODD
    if year < FIRST_YEAR or year > LAST_YEAR:
        return ODD
    w = fill[room.WORKS]
    out.works[room.WORK, w], out.works[room.YEAR, w] = work, year
    if not _plain(buffer, token, match, slashes, out, w, slots, types):
        return ODD
    if not authorships(buffer, token, match, slashes, out, w, slots, known):
        return ODD
    if not references(buffer, token, match, slot[key_names.REFERENCES], out, w):
        return ODD
    if not topics(buffer, token, match, slashes, out, w, slots, known):
        return ODD
    if not funders(buffer, token, match, slashes, out, w, slots):
        return ODD
    fill[room.WORKS] = w + 1
    return GOOD


@inner
def _plain(buffer, token, match, slashes, out, w, slots, types):
    slot = slots[0]
    kind = _type(buffer, token, slot[key_names.TYPE], slashes, out, types)
    out.works[room.TYPE, w] = kind
    xpac = yes_of(buffer, token, slot[key_names.XPAC])
    paratext = yes_of(buffer, token, slot[key_names.PARATEXT])
    retracted = yes_of(buffer, token, slot[key_names.RETRACTED])
    cited = 0
    if slot[key_names.CITED] != ABSENT:
        cited = whole(buffer, token, slot[key_names.CITED])
    if kind == ODD or xpac == ODD or paratext == ODD or retracted == ODD:
        return False
    if cited < 0 or cited > MOST_CITED:
        return False
    out.works[room.XPAC, w], out.works[room.PARATEXT, w], out.works[room.RETRACTED, w] = (
        xpac == 1,
        paratext == 1,
        retracted == 1,
    )
    out.works[room.CITED, w] = cited
    out.fwci[w] = np.nan
    if slot[key_names.FWCI] != ABSENT:
        state, value = real(buffer, token, slot[key_names.FWCI])
        out.fwci[w] = value
        if state == ODD:
            return False
        if state == LATE:
            at = out.fill[room.LATE]
            start = token[slot[key_names.FWCI]]
            out.late[at, 0], out.late[at, 1] = w, start
            out.late[at, 2] = token[slot[key_names.FWCI] + 1]
            out.fill[room.LATE] = at + 1
    out.works[room.OA, w] = ABSENT
    if slot[key_names.OPEN_ACCESS] != ABSENT:
        if not spread(buffer, token, match, slot[key_names.OPEN_ACCESS], slashes, slots[1]):
            return False
        out.works[room.OA, w] = yes_of(buffer, token, slots[1][key_names.IS_OA])
    return out.works[room.OA, w] != ODD and _venue(buffer, token, match, slashes, out, w, slots)


@inner
def _venue(buffer, token, match, slashes, out, w, slots):
    place = slots[0][key_names.LOCATION]
    source, core = ABSENT, ABSENT
    if place != ABSENT:
        if not spread(buffer, token, match, place, slashes, slots[1]):
            return False
        journal = slots[1][key_names.SOURCE]
        source = inner_id(buffer, token, match, journal, slashes, slots[2], _W)
        core = yes_of(buffer, token, slots[2][key_names.IS_CORE]) if journal != ABSENT else ABSENT
    venue = inner_id(buffer, token, match, slots[0][key_names.VENUE], slashes, slots[1], _W)
    out.works[room.SOURCE, w] = source if source != ABSENT else venue
    out.works[room.CORE, w] = core == 1
    return source != ODD and venue != ODD and core != ODD


@inner
def _type(buffer, token, value, slashes, out, types):
    """Number of the type's text among those met so far, from 1; 0 where it is absent."""
    if value == ABSENT:
        return 0
    start, stop = text(buffer, token, value, slashes)
    if start < 0:
        return ODD
    h = span_hash(buffer, start, stop, room.TYPE)
    k = 1
    while k < room.MOST_TYPES and types[k] != uint64(0):
        if types[k] == h:
            return k
        k += 1
    if k == room.MOST_TYPES:
        return ODD
    types[k] = h
    mention(out, room.TYPE, start, stop, h)
    return k
