"""A part file of Parquet into the scanner's columns: no leaf that is not read, no row in Python.

What is not as the source writes it (another type, an odd id, a work twice, a faulty record) raises
`OddError`; the engine then reads the whole file and says what is wrong with which record.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hubscope.sources.openalex.check import FIRST_YEAR, LAST_YEAR, MOST_AUTHORS, MOST_CITED
from hubscope.sources.openalex.gather import Column, Gathered, narrow
from hubscope.sources.openalex.scan import vectors
from hubscope.sources.openalex.scan.rows import INSTITUTION, TOPIC

BATCH = 16_384
"""Works taken at a time."""

_INSTITUTION = ("id", "display_name", "ror", "country_code", "type")
_TOPIC = ("id", "display_name", "subfield.id", "field.id", "domain.id")
_PLAIN = (
    "id", "publication_year", "type", "is_xpac", "is_paratext", "is_retracted", "cited_by_count",
    "fwci", "open_access.is_oa", "primary_location.source.id", "primary_location.source.is_core",
    "host_venue.id", "referenced_works", "funders.id", "grants.funder", "authorships.author.id",
    "authorships.countries", "authorships.affiliations.institution_ids",
)  # fmt: skip
LEAVES = {
    *_PLAIN,
    *(f"{t}.{s}" for t in ("topics", "primary_topic") for s in _TOPIC),
    *(f"authorships.institutions.{s}" for s in (*_INSTITUTION, "lineage")),
}
"""Leaves that are read, lists left out of their paths."""

_WRAPPERS = {"list", "element", "item", "bag", "array", "array_element"}
_MOST_I16 = 2**15 - 1


class OddError(Exception):
    """The file holds something that the engine must judge."""


class FromParquet(Gathered):
    """What one file gave; a text of many batches is read by Python once."""

    def __init__(self) -> None:
        super().__init__()
        self._table = np.zeros(1 << 12, np.uint64)
        self._count = 0

    def fresh(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Rows whose hash is met for the first time."""
        if 2 * (self._count + len(hashes)) > len(self._table):
            held = self._table[self._table != 0]
            size = 1 << (4 * (self._count + len(hashes))).bit_length()
            self._table = np.zeros(size, np.uint64)
            vectors.fresh(held, self._table)
        rows: NDArray[np.int64] = vectors.fresh(hashes, self._table)
        self._count += len(rows)
        return rows


def gather(path: Path) -> Gathered:
    """Everything that `path` holds, ready to be sorted."""
    gathered = FromParquet()
    seen: list[Column] = []
    line = 1
    for batch in _batches(path):
        made = _facts(batch, line, gathered)
        seen.append(made["works"][0])
        gathered.add_facts(made)
        line += batch.num_rows
    every = np.concatenate(seen) if seen else np.empty(0, np.int64)
    if len(np.unique(every)) != len(every):
        raise OddError("a work stands twice")
    return gathered


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    try:
        file = pq.ParquetFile(path)
        wanted = [p for p in (c.path for c in _leaves(file)) if _plain(p) in LEAVES]
        # A leaf that bears only a wrapper's name would be lost; the source has none.
        yield from file.iter_batches(BATCH, columns=wanted, use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise OddError(str(error)) from error


def _leaves(file: pq.ParquetFile) -> Iterator[Any]:
    return (file.schema.column(i) for i in range(len(file.schema.names)))


def _plain(path: str) -> str:
    return ".".join(p for p in path.split(".") if p not in _WRAPPERS)


def _check(*, good: bool) -> None:
    if not good:
        raise OddError("not as the source writes it")


def _get(array: pa.Array | None, name: str) -> pa.Array | None:
    """A field of structs, null where the struct is."""
    if array is None or pa.types.is_null(array.type):
        return None
    _check(good=pa.types.is_struct(array.type))
    return pc.struct_field(array, name) if array.type.get_field_index(name) >= 0 else None


def _list(array: pa.Array | None, n: int) -> tuple[NDArray[np.int32], pa.Array | None]:
    """Offsets and values of lists; a missing list is an empty one."""
    if array is None or pa.types.is_null(array.type):
        return np.zeros(n + 1, np.int32), None
    _check(good=pa.types.is_list(array.type))
    return array.offsets.to_numpy(), array.values


def _texts(array: pa.Array) -> tuple[Column, Column, Column]:
    """Bytes, offsets and which are valid."""
    _check(good=pa.types.is_string(array.type))
    _, offsets, data = array.buffers()
    bytes_ = np.frombuffer(data, np.uint8) if data else np.zeros(1, np.uint8)
    found = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    return bytes_, found, array.is_valid().to_numpy(zero_copy_only=False)


def _ids(array: pa.Array | None, n: int, letters: int = 1) -> NDArray[np.int64]:
    if array is None or pa.types.is_null(array.type):
        return np.full(n, -1)
    found: NDArray[np.int64] = vectors.ids(*_texts(array), letters)
    _check(good=not len(found) or found.min() >= -1)
    return found


def _numbers(array: pa.Array | None, n: int, absent: int) -> NDArray[np.int64]:
    if array is None or pa.types.is_null(array.type):
        return np.full(n, absent)
    _check(good=pa.types.is_integer(array.type) or pa.types.is_boolean(array.type))
    found: NDArray[np.int64] = pc.fill_null(pc.cast(array, pa.int64()), absent).to_numpy()
    return found


def _facts(batch: pa.RecordBatch, line: int, gathered: FromParquet) -> dict[str, list[Column]]:
    n, top = batch.num_rows, {k: batch.column(k) for k in batch.schema.names}
    _check(good=top.get("id") is not None)
    work = _ids(top["id"], n)
    _check(good=bool(work.min(initial=1) > 0) and vectors.are_works(*_texts(top["id"])[:2]))
    year = _numbers(top.get("publication_year"), n, -1)
    cited = _numbers(top.get("cited_by_count"), n, 0)
    _check(good=bool(((year >= FIRST_YEAR) & (year <= LAST_YEAR)).all()))
    _check(good=bool(((cited >= 0) & (cited <= MOST_CITED)).all()))
    authorships, authors = _authorships(top.get("authorships"), n, gathered)
    cites, values = _list(top.get("referenced_works"), n)
    references = vectors.lists(_ids(values, int(cites[-1])), cites, work)
    rows, topic = _topics(top, n, gathered)
    journal = _get(top.get("primary_location"), "source")
    source = _ids(_get(journal, "id"), n)
    venue = _ids(_get(top.get("host_venue"), "id"), n)
    flags = {k: _numbers(top.get(f"is_{k}"), n, 0) for k in ("xpac", "paratext", "retracted")}
    works = [
        work, year, _types(top.get("type"), n, gathered), *topic,
        np.where(source == -1, venue, source), _numbers(_get(journal, "is_core"), n, 0),
        _numbers(_get(top.get("open_access"), "is_oa"), n, -1), *flags.values(), cited,
        _impact(top.get("fwci"), n), authors, np.diff(cites), np.arange(line, line + n),
    ]  # fmt: skip
    return {
        "works": narrow("works", works),
        "authorships": authorships,
        "references": [references[0], references[1]],
        "topics": rows,
        "funders": _funders(top, n),
    }


def _types(array: pa.Array | None, n: int, gathered: Gathered) -> Column:
    """Number of each type among those met so far; 0 where it is absent."""
    if array is None or pa.types.is_null(array.type):
        return np.zeros(n, np.int64)
    _check(good=pa.types.is_string(array.type))
    coded = array.dictionary_encode()
    names = coded.dictionary.to_pylist()
    gathered.types += [t for t in names if t not in gathered.types[1:]]
    places = np.array([0, *(gathered.types.index(t, 1) for t in names)])
    found: Column = places[pc.fill_null(coded.indices, -1).to_numpy() + 1]
    return found


def _impact(array: pa.Array | None, n: int) -> NDArray[np.float64]:
    if array is None or pa.types.is_null(array.type):
        return np.full(n, np.nan)
    _check(good=pa.types.is_floating(array.type) or pa.types.is_integer(array.type))
    found = pc.cast(array, pa.float64())
    _check(good=not pc.any(pc.is_nan(found)).as_py())
    numbers: NDArray[np.float64] = found.to_numpy(zero_copy_only=False)
    return numbers


def _authorships(
    array: pa.Array | None, n: int, gathered: FromParquet
) -> tuple[list[Column], NDArray[np.int32]]:
    authors, each = _list(array, n)
    count = np.diff(authors)
    _check(good=bool((count < MOST_AUTHORS).all()))
    m = len(each) if each is not None else 0
    named, institutions = _list(_get(each, "institutions"), m)
    listed, affiliations = _list(_get(each, "affiliations"), m)
    k = len(affiliations) if affiliations is not None else 0
    listed_ids, inner = _list(_get(affiliations, "institution_ids"), k)
    countries, codes = _list(_get(each, "countries"), m)
    country = np.zeros(0, np.int64) if codes is None else vectors.pairs(*_texts(codes))
    _check(good=bool(country.min(initial=0) >= 0))
    n_named = len(institutions) if institutions is not None else 0
    institution = _ids(_get(institutions, "id"), n_named)
    _institutions(institutions, gathered)
    shares, weights = vectors.shares(
        authors, named, listed, listed_ids, countries,
        _ids(_get(_get(each, "author"), "id"), m), institution,
        _ids(inner, len(inner) if inner is not None else 0), country,
    )  # fmt: skip
    of, *columns = shares
    return [of.astype(np.int32), *narrow("authorships", [*columns, weights])], count


def _hashes(columns: list[pa.Array | None], n: int, seed: int) -> NDArray[np.uint64]:
    """One hash of the texts of every row."""
    hashes = np.full(n, seed, np.uint64)
    for column in columns:
        if column is not None and not pa.types.is_null(column.type):
            vectors.mix(hashes, *_texts(column))
    return hashes


def _institutions(array: pa.Array | None, gathered: FromParquet) -> None:
    if array is None:
        return
    parts = [_get(array, n) for n in _INSTITUTION]
    lineage = _get(array, "lineage")
    if _list(lineage, len(array))[1] is not None:
        parts.append(pc.binary_join(lineage, " "))
    for one in array.take(
        pa.array(gathered.fresh(_hashes(parts, len(array), INSTITUTION)))
    ).to_pylist():
        if one is not None:
            gathered.add_institution(one)


def _topics(
    top: dict[str, pa.Array], n: int, gathered: FromParquet
) -> tuple[list[Column], list[Column]]:
    """The rows of the works' topics; topic, subfield and field of each work."""
    offsets, each = _list(top.get("topics"), n)
    count = np.diff(offsets)
    _check(good=bool((count <= _MOST_I16).all()))
    m = len(each) if each is not None else 0
    found, names = _tree(each, m)
    if each is not None:
        for row in gathered.fresh(_hashes(names, m, TOPIC)).tolist():
            if found[0][row] != -1:
                gathered.add_topic(each[row].as_py())
    primary, _ = _tree(top.get("primary_topic"), n)
    first = [np.append(f, -1)[np.where(count > 0, offsets[:-1], m)] for f in found[:3]]
    topic = [np.where(p == -1, f, p) for p, f in zip(primary, first, strict=False)]
    of = np.repeat(np.arange(n, dtype=np.int32), count)
    at = np.arange(offsets[0], offsets[-1])
    rank = at - offsets[of] + 1
    held = found[0][at] != -1
    return [of[held], *narrow("topics", [rank[held], found[0][at][held]])], topic


def _tree(array: pa.Array | None, n: int) -> tuple[list[Column], list[pa.Array | None]]:
    """Topic, subfield, field and domain; and the texts that say so."""
    steps = ("subfield", "field", "domain")
    texts = [_get(array, "id"), *(_get(_get(array, s), "id") for s in steps)]
    letters = (1, *(len(s) + 2 for s in steps))
    found = [_ids(t, n, k) for t, k in zip(texts, letters, strict=True)]
    _check(good=all(int(f.max(initial=0)) <= _MOST_I16 for f in found[1:]))
    _check(good=int(found[0].max(initial=0)) < 2**31)
    return list(found), [*texts, _get(array, "display_name")]


def _funders(top: dict[str, pa.Array], n: int) -> list[Column]:
    named, funders = _list(top.get("funders"), n)
    older, grants = _list(top.get("grants"), n)
    new = _ids(_get(funders, "id"), len(funders) if funders is not None else 0)
    old = _ids(_get(grants, "funder"), len(grants) if grants is not None else 0)
    nobody = np.full(n, -1)
    of, funder = vectors.lists(new, named, nobody)
    if not len(old):
        return [of, funder]
    # Where a work names no funder, its older grants do.
    of_old, funder_old = vectors.lists(old, older, nobody)
    lone = np.diff(named)[of_old] == 0
    of, funder = np.r_[of, of_old[lone]], np.r_[funder, funder_old[lone]]
    order = np.lexsort((funder, of))
    return [of[order], funder[order]]
