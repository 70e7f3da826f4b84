"""The keys that are read, found by one look into a table without collisions."""

# numba compiles untyped kernels; their arguments are a buffer of bytes and places in it.
# ruff: noqa: ANN001, ANN201
# mypy: disable-error-code="no-untyped-def,no-untyped-call,call-arg,var-annotated,assignment"

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from hubscope.sources.openalex.scan.compiled import inner
from hubscope.sources.openalex.scan.simd import word

NAMES = (
    "id",
    "publication_year",
    "type",
    "is_xpac",
    "is_paratext",
    "is_retracted",
    "cited_by_count",
    "fwci",
    "open_access",
    "primary_location",
    "host_venue",
    "primary_topic",
    "topics",
    "authorships",
    "referenced_works",
    "funders",
    "grants",
    "is_oa",
    "source",
    "is_core",
    "display_name",
    "subfield",
    "field",
    "domain",
    "author",
    "countries",
    "institutions",
    "affiliations",
    "institution_ids",
    "funder",
    "ror",
    "country_code",
    "lineage",
)
"""Every key of `columns.COLUMNS`, at any depth."""

(
    ID, YEAR, TYPE, XPAC, PARATEXT, RETRACTED, CITED, FWCI, OPEN_ACCESS, LOCATION, VENUE, TOPIC,
    TOPICS, AUTHORSHIPS, REFERENCES, FUNDERS, GRANTS, IS_OA, SOURCE, IS_CORE, NAME, SUBFIELD,
    FIELD, DOMAIN, AUTHOR, COUNTRIES, INSTITUTIONS, AFFILIATIONS, INSTITUTION_IDS, FUNDER, ROR,
    COUNTRY, LINEAGE,
) = range(len(NAMES))  # fmt: skip

OTHER = -1
LONGEST = max(map(len, NAMES))
SLOTS = 256


Words = NDArray[np.uint64]


def _slot(name: bytes, a: int, b: int) -> int:
    return (len(name) * a + name[0] * b + name[-1]) % SLOTS


def _table() -> tuple[int, int, NDArray[np.int64], Words, Words]:
    """Two factors without collisions, the number in each slot, and each name as masked words."""
    keys = [n.encode() for n in NAMES]
    a, b = next(
        (a, b)
        for a, b in product(range(1, SLOTS), repeat=2)
        if len({_slot(k, a, b) for k in keys}) == len(keys)
    )
    slots = np.full(SLOTS, OTHER, np.int64)
    text = np.zeros((len(keys), 24), np.uint8)
    mask = np.zeros((len(keys), 24), np.uint8)
    for n, key in enumerate(keys):
        slots[_slot(key, a, b)] = n
        text[n, : len(key)] = np.frombuffer(key, np.uint8)
        mask[n, : len(key)] = 255
    return a, b, slots, text.view(np.uint64), mask.view(np.uint64)


_A, _B, _SLOTS, _TEXT, _MASK = _table()
_LENGTHS = np.array([len(n) for n in NAMES], np.int64)


@inner
def name_of(buffer, start, stop):
    """Number of the key that stands from `start` to `stop`, `OTHER` if it is not read."""
    length = stop - start
    if length < 2 or length > LONGEST:
        return OTHER
    slot = length * _A + np.int64(buffer[start]) * _B + np.int64(buffer[stop - 1])
    n = _SLOTS[slot & (SLOTS - 1)]
    if n == OTHER or _LENGTHS[n] != length:
        return OTHER
    if word(buffer, start) & _MASK[n, 0] != _TEXT[n, 0]:
        return OTHER
    if word(buffer, start + 8) & _MASK[n, 1] != _TEXT[n, 1]:
        return OTHER
    return n if word(buffer, start + 16) & _MASK[n, 2] == _TEXT[n, 2] else OTHER
