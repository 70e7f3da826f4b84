"""The affiliation strings of authorships that name no known institution, from part files."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from hubscope.errors import BadDataError
from hubscope.sources.openalex.layout import Part

START = "https://openalex.org/W"


def unplaced(part: Part) -> Iterator[tuple[int, int, str]]:
    """Work, place in its list of authors from 1, and string; records that are faulty are skipped.

    Raises:
        BadDataError: if the file as a whole cannot be read.
    """
    try:
        for record in _records(part):
            yield from _of(record)
    except (OSError, EOFError, pa.ArrowException) as error:
        raise BadDataError(f"{part.name} cannot be read: {error}") from error


def _records(part: Part) -> Iterator[dict[str, Any]]:
    if part.is_parquet:
        for batch in pq.ParquetFile(part.path).iter_batches(5000, columns=["id", "authorships"]):
            yield from batch.to_pylist()
        return
    opener = gzip.open if part.path.suffix == ".gz" else open
    with opener(part.path, "rb") as lines:
        for line in lines:
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError:
                continue  # loading has set it aside, with its line
            if isinstance(record, dict):
                yield record


def _of(record: dict[str, Any]) -> Iterator[tuple[int, int, str]]:
    name, people = str(record.get("id") or ""), record.get("authorships")
    number = name.removeprefix(START)
    if not number.isdecimal() or not isinstance(people, list):
        return
    for seq, one in enumerate(people, 1):
        if not isinstance(one, dict) or one.get("institutions"):
            continue
        strings = one.get("raw_affiliation_strings")
        for text in strings if isinstance(strings, list) else ():
            if isinstance(text, str) and text.strip():
                yield int(number), seq, text
