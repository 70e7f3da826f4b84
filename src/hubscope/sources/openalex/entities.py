"""Authors, topics and institutions of a snapshot: one flat row each, with written schemas.

JSON lines and Parquet, the layout of 2026 and the older one. What a record lacks is absent; a
record that cannot be taken is set aside with its file and line, as works are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from hubscope.errors import BadDataError
from hubscope.sources.openalex.layout import Part
from hubscope.sources.openalex.pieces import DamagedError, Reject, pieces, reject

Record = dict[str, Any]

BATCH = 10_000
"""Rows taken at a time."""

_LIST = pa.list_(pa.int64())


def _schema(*fields: tuple[str, pa.DataType, str]) -> pa.Schema:
    return pa.schema([pa.field(n, t, metadata={"says": says}) for n, t, says in fields])


AUTHORS = _schema(
    ("author", pa.int64(), "id of the author"),
    ("updated", pa.string(), "date of the record, ISO 8601"),
    ("orcid", pa.bool_(), "whether the author has an ORCID"),
    ("institutions", _LIST, "the last known institutions"),
    ("works", pa.int64(), "works as the source counts them"),
    ("cited", pa.int64(), "citations as the source counts them"),
)
TOPICS = _schema(
    ("topic", pa.int64(), "id of the topic"),
    ("updated", pa.string(), "date of the record, ISO 8601"),
    ("name", pa.string(), "its name"),
    ("subfield", pa.int64(), "its subfield"),
    ("subfield_name", pa.string(), "name of the subfield"),
    ("field", pa.int64(), "its field"),
    ("field_name", pa.string(), "name of the field"),
    ("domain", pa.int64(), "its domain"),
    ("domain_name", pa.string(), "name of the domain"),
)
INSTITUTIONS = _schema(
    ("institution", pa.int64(), "id of the institution"),
    ("updated", pa.string(), "date of the record, ISO 8601"),
    ("ror", pa.string(), "its ROR id, without the address"),
    ("name", pa.string(), "its name"),
    ("type", pa.string(), "education, company, facility, government ..."),
    ("country", pa.string(), "ISO 3166 alpha-2"),
    ("city", pa.string(), "city it is in"),
    ("region", pa.string(), "region it is in"),
    ("geonames", pa.int64(), "GeoNames id of the city"),
    ("latitude", pa.float64(), "degrees north"),
    ("longitude", pa.float64(), "degrees east"),
    ("lineage", _LIST, "institutions it is part of, itself included"),
)


class FaultyError(ValueError):
    """A record that cannot be taken; the message is the reason."""


def number(name: object, letter: str) -> int:
    """The number in an id like https://openalex.org/A12.

    Raises:
        FaultyError: if it is none.
    """
    found = re.fullmatch(rf"(?:https://openalex\.org/)?(?:{letter})([1-9]\d{{0,17}})", str(name))
    if not found:
        raise FaultyError(f"not an id of {letter}" if name else "missing id")
    return int(found[1])


def _author(record: Record) -> Record:
    last = record.get("last_known_institutions")
    older = record.get("last_known_institution")  # to 2024
    known = last if last is not None else [older] if older else []
    return {
        "author": number(record.get("id"), "A"),
        "orcid": bool(record.get("orcid")),
        "institutions": [number(i["id"], "I") for i in known if i],
        "works": record.get("works_count"),
        "cited": record.get("cited_by_count"),
    }


def _topic(record: Record) -> Record:
    row = {"topic": number(record.get("id"), "T"), "name": record.get("display_name")}
    for step in ("subfield", "field", "domain"):
        above = record.get(step) or {}
        # Ids of subfields are written as addresses; some releases give the bare number.
        digits = str(above.get("id") or "").rpartition("/")[2]
        row[step] = int(digits) if digits.isdecimal() else None
        row[f"{step}_name"] = above.get("display_name")
    return row


def _institution(record: Record) -> Record:
    geo = record.get("geo") or {}
    lat, lon = geo.get("latitude"), geo.get("longitude")
    if lat is not None and lon is not None and not (abs(lat) <= 90 and abs(lon) <= 180):
        raise FaultyError("coordinates are off the globe")
    city = str(geo.get("geonames_city_id") or "")
    country = record.get("country_code") or geo.get("country_code")
    return {
        "institution": number(record.get("id"), "I"),
        "ror": (record.get("ror") or "").rpartition("/")[2] or None,
        "name": record.get("display_name"),
        "type": record.get("type"),
        "country": country.upper() if country else None,
        "city": geo.get("city"),
        "region": geo.get("region"),
        "geonames": int(city) if city.isdecimal() and len(city) < 19 else None,
        "latitude": lat,
        "longitude": lon,
        "lineage": [number(a, "I") for a in record.get("lineage") or () if "/I" in a],
    }


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of thing that the snapshot lists."""

    schema: pa.Schema
    row: Callable[[Record], Record]
    columns: tuple[str, ...]
    """Columns that are read from Parquet."""


ENTITIES = {
    "authors": Entity(AUTHORS, _author, (
        "id", "orcid", "last_known_institutions", "last_known_institution", "works_count",
        "cited_by_count", "updated_date")),
    "topics": Entity(TOPICS, _topic, (
        "id", "display_name", "subfield", "field", "domain", "updated_date")),
    "institutions": Entity(INSTITUTIONS, _institution, (
        "id", "ror", "display_name", "type", "country_code", "geo", "lineage", "updated_date")),
}  # fmt: skip


def batches(part: Part, entity: Entity, rejects: list[Reject]) -> Iterator[pa.RecordBatch]:
    """The rows of `part` with their line; what is set aside is added to `rejects`.

    Raises:
        BadDataError: if the file is damaged as a whole.
    """
    schema = entity.schema.append(pa.field("line", pa.int64()))
    rows: list[Record] = []
    for line, record, text in _records(part, entity):
        try:
            rows.append(_row(record, entity, part) | {"line": line})
        except (FaultyError, TypeError, AttributeError, KeyError) as error:
            reason = str(error) if isinstance(error, FaultyError) else "wrong type"
            rejects.append(reject(line, text, reason, None))
        if len(rows) == BATCH:
            yield pa.RecordBatch.from_pylist(rows, schema=schema)
            rows = []
    if rows:
        yield pa.RecordBatch.from_pylist(rows, schema=schema)


def _row(record: object, entity: Entity, part: Part) -> Record:
    if record is None:
        raise FaultyError("broken JSON")
    if not isinstance(record, dict):
        raise FaultyError("not a record")
    row = entity.row(record)
    for field in entity.schema:
        _check(row.get(field.name), field)
    updated = str(record.get("updated_date") or part.updated)[:10]
    return row | {"updated": updated or None}


def _check(value: object, field: pa.Field) -> None:
    kinds: dict[pa.DataType, tuple[type, ...]] = {
        pa.string(): (str,), pa.int64(): (int,), pa.float64(): (int, float), pa.bool_(): (bool,),
        _LIST: (list,),
    }  # fmt: skip
    wrong_bool = isinstance(value, bool) and field.type != pa.bool_()
    if value is not None and (wrong_bool or not isinstance(value, kinds[field.type])):
        raise FaultyError(f"wrong type: {field.name}")
    if isinstance(value, int) and abs(value) >= 2**63:
        raise FaultyError(f"{field.name} out of range")


def _records(part: Part, entity: Entity) -> Iterator[tuple[int, object, bytes]]:
    """Line, record (None where it is no JSON) and text of each record."""
    if part.is_parquet:
        yield from _from_parquet(part, entity)
        return
    line = 1
    try:
        for piece in pieces(part.path):
            for text in piece.text(0, piece.stop).split(b"\n")[:-1]:
                if text.strip():
                    yield line, None if piece.is_cut else _parsed(text), text
                line += 1
    except DamagedError as error:
        raise BadDataError(
            f"{part.path} is damaged after line {line - 1}: {error}", hint="fetch the file again"
        ) from error


def _parsed(text: bytes) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _from_parquet(part: Part, entity: Entity) -> Iterator[tuple[int, object, bytes]]:
    try:
        file = pq.ParquetFile(part.path)
        columns = [c for c in file.schema_arrow.names if c in entity.columns]
        line = 1
        for batch in file.iter_batches(BATCH, columns=columns):
            for record in batch.to_pylist():
                yield line, record, str(record.get("id")).encode()
                line += 1
    except (pa.ArrowException, OSError) as error:
        raise BadDataError(f"{part.path} is not Parquet: {error}") from error
