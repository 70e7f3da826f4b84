"""What the scanner found in one file, held as columns until it is sorted and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from hubscope.sources.openalex.scan import rows as room
from hubscope.sources.star import STAR

Column = NDArray[Any]

MOST_HELD = 8_000_000
"""References that are held and sorted in memory; beyond it the engine does, which can spill."""

_ROWS = {
    "authorships": ("shares", room.AUTHORSHIPS),
    "references": ("references", room.REFERENCES),
    "topics": ("topics", room.TOPICS),
    "funders": ("funders", room.FUNDERS),
}
_YES = ("core", "oa", "xpac", "paratext", "retracted")


def facts(rows: room.Rows) -> dict[str, list[Column]]:
    """The columns of every fact table in the order and with the widths of its schema.

    Tables other than works begin with the row of the work instead of its id and year.
    """
    n = rows.fill
    works = [*rows.works[:, : n[room.WORKS]]]
    found = {"works": narrow("works", [*works[:13], rows.fwci[: len(works[0])], *works[13:]])}
    for name, (kind, place) in _ROWS.items():
        of, *columns = getattr(rows, kind)[:, : n[place]]
        if name == "authorships":
            columns.append(rows.weights[: n[place]])
        found[name] = [of.astype(np.int32), *narrow(name, columns)]
    return found


def narrow(name: str, columns: list[Column]) -> list[Column]:
    """The last columns of table `name`, each as wide as its schema says."""
    fields = list(STAR[name])[-len(columns) :]
    widths = {pa.string(): np.int16, pa.bool_(): np.int8}
    return [
        c.astype(widths.get(f.type) or f.type.to_pandas_dtype())
        for f, c in zip(fields, columns, strict=True)
    ]


class Gathered:
    """The facts of one file, piece by piece, and the texts that were mentioned."""

    def __init__(self) -> None:
        self.types = ["other"]
        """Names of types by their number."""
        self._facts: list[dict[str, list[Column]]] = []
        self.references = 0
        """Number of references that are held."""
        self._dimensions: dict[str, set[tuple[Any, ...]]] = {
            "institutions": set(),
            "lineage": set(),
            "topic_tree": set(),
        }

    def add(self, rows: room.Rows) -> None:
        """Keep what `rows` holds."""
        self.add_facts(facts(rows))

    def add_facts(self, made: dict[str, list[Column]]) -> None:
        """Keep columns in the shape of `facts`."""
        self.references += len(made["references"][0])
        self._facts.append(made)

    def mention(self, kind: int, text: bytes) -> None:
        """Keep what the `text` of an institution, a topic or a type says."""
        if kind == room.TYPE:
            self.types.append(text.decode("utf-8"))
        elif kind == room.INSTITUTION:
            self.add_institution(orjson.loads(text))
        else:
            self.add_topic(orjson.loads(text))

    def add_topic(self, one: dict[str, Any]) -> None:
        """Keep a topic's name and place in the tree."""
        above = [_number((one.get(n) or {}).get("id")) for n in ("subfield", "field", "domain")]
        row = (_number(one["id"]), one.get("display_name"), *above)
        self._dimensions["topic_tree"].add(row)

    def add_institution(self, one: dict[str, Any]) -> None:
        """Keep what a record says of an institution."""
        number = _number(one.get("id"))
        if number is None:
            return
        ror, country = one.get("ror"), one.get("country_code")
        row = (
            number, ror and ror.replace("https://ror.org/", ""), one.get("display_name"),
            country and country.upper(), one.get("type"),
        )  # fmt: skip
        self._dimensions["institutions"].add(row)
        self._dimensions["lineage"] |= {
            (number, above)
            for name in one.get("lineage") or ()
            if name and "/I" in name and (above := _number(name)) is not None
        }

    def sorted_tables(self) -> Iterator[tuple[str, pa.Table]]:
        """The tables of the star, sorted as `engine.ORDER` says; what was held is given up."""
        from hubscope.sources.openalex.scan import vectors  # compiled kernels

        self._facts = self._facts or [facts(room.rows(0))]
        counts = [len(p["works"][0]) for p in self._facts]
        works = self._whole("works")
        ids, years = works[0], works[1]
        order = np.lexsort((ids, years))
        yield "works", _table("works", [c[order] for c in works], self.types)
        ids, years = ids[order], years[order]
        del works
        dimensions = dict(self.dimensions())
        for name in _ROWS:
            for start, piece in zip(np.cumsum([0, *counts]), self._facts, strict=False):
                piece[name][0] += np.int32(start)
            of, *columns = self._whole(name)
            first = vectors.starts(of, len(order))
            owner = [np.repeat(c, np.diff(first)[order]) for c in (ids, years)]
            rest = (vectors.moved(c, first, order) for c in columns)
            table = _table(name, [*owner, *rest], self.types)
            if name == "authorships":
                table = _with_country(table, dimensions["institutions"])
            yield name, table
        self._facts.clear()
        yield from dimensions.items()

    def _whole(self, name: str) -> list[Column]:
        """The columns of one table in one piece; the pieces are given up."""
        pieces = [p.pop(name) for p in self._facts]
        return [np.concatenate(c) for c in zip(*pieces, strict=True)]

    def raw_tables(self) -> Iterator[tuple[str, pa.Table]]:
        """The same rows as they came, for the engine to sort; what was held is given up."""
        for held in self._facts:
            ids, years = held["works"][0], held["works"][1]
            yield "works", _table("works", held["works"], self.types)
            for name in _ROWS:
                of, *columns = held[name]
                yield name, _table(name, [ids[of], years[of], *columns], self.types)
        self._facts.clear()
        self.references = 0
        yield from self.dimensions()
        for rows in self._dimensions.values():
            rows.clear()

    def dimensions(self) -> Iterator[tuple[str, pa.Table]]:
        """Each institution, ancestor and topic once, with the least of the values it was given."""
        for name, rows in self._dimensions.items():
            once = rows if name == "lineage" else _least(rows)
            yield name, _from_rows(name, sorted(once))


def _number(name: str | None) -> int | None:
    """The number at the end of an address of the source."""
    digits = (name or "").rpartition("/")[2].lstrip("WAITFSP")
    return int(digits) if digits.isdecimal() and len(digits) <= 18 else None


def _least(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    found: dict[Any, list[Any]] = {}
    for key, *values in rows:
        known = found.setdefault(key, values)
        for k, value in enumerate(values):
            if value is not None and (known[k] is None or value < known[k]):
                known[k] = value
    return [(key, *values) for key, values in found.items()]


def _from_rows(name: str, rows: list[tuple[Any, ...]]) -> pa.Table:
    schema = STAR[name]
    if not rows:
        return schema.empty_table()
    columns = zip(zip(*rows, strict=True), schema, strict=True)
    return pa.Table.from_arrays([pa.array(c, f.type) for c, f in columns], schema=schema)


_PAIRS = [chr(65 + i // 26) + chr(65 + i % 26) for i in range(26 * 26)]


def _table(name: str, columns: list[Column], types: list[str]) -> pa.Table:
    fields = zip(STAR[name], columns, strict=True)
    arrays = [_array(f, c, types) for f, c in fields]
    return pa.Table.from_arrays(arrays, schema=STAR[name])


def _array(field: pa.Field, column: Column, types: list[str]) -> pa.Array:
    if field.name == "type":
        return pa.DictionaryArray.from_arrays(column, types).cast(pa.string())
    if field.name == "country":
        pair = (column >> 8) * 26 + (column & 255) - (65 * 26 + 65)
        codes = pa.array(pair, mask=column == 0)
        return pa.DictionaryArray.from_arrays(codes, _PAIRS).cast(pa.string())
    if field.name == "fwci":
        return pa.array(column, from_pandas=True)
    values = column == 1 if field.name in _YES else column
    return pa.array(values, mask=column < 0 if field.nullable else None)


def _with_country(table: pa.Table, known: pa.Table) -> pa.Table:
    """Authorships with the country of their institution; else the author's only one stays."""
    ids = known["institution"].to_numpy()
    wanted = pc.fill_null(table["institution"], -1).to_numpy()
    if not len(ids):
        return table
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    of = pc.take(known["country"], pa.array(at, mask=ids[at] != wanted))
    place = table.schema.get_field_index("country")
    country = pc.coalesce(table["country"], of)
    return table.set_column(place, table.schema.field(place), country)
