"""Where institutions are: the ROR dump (schema 1 or 2) and OpenAlex's institutions, as sites.

ROR: one JSON array (ror.org, CC0; schema 2 since 2024, schema 1 before). OpenAlex: part files of
JSON lines whose records have `geo`. What a ROR record says is joined to OpenAlex's number by the
ROR id that both carry; an institution without one (of a list of papers) by a name or alias that one
ROR record alone has, in the same economy.
"""

from __future__ import annotations

import gzip
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute

from hubscope.errors import BadDataError
from hubscope.sources.raw import Fault
from hubscope.sources.star import SITES

Row = dict[str, Any]


def records(path: Path) -> Iterator[tuple[int, Any]]:
    """The records of a file with their numbers: a JSON array, JSON lines, either zipped or not.

    Raises:
        BadDataError: if it is none of these.
    """
    data = _text(path)
    if data.lstrip()[:1] == b"[":
        try:
            yield from enumerate(orjson.loads(data), 1)
        except orjson.JSONDecodeError as error:
            raise BadDataError(f"{path} is not JSON: {error}") from error
        return
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            try:
                yield number, orjson.loads(line)
            except orjson.JSONDecodeError:
                yield number, None


def _text(path: Path) -> bytes:
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                # A ROR release holds both schemas; the newer one has v2 in its name.
                inside = sorted(n for n in archive.namelist() if n.endswith(".json"))
                newer = [n for n in inside if "schema_v2" in n] or inside
                return archive.read(newer[0])
        return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError, zipfile.BadZipFile, IndexError) as error:
        raise BadDataError(f"{path} cannot be read: {error}") from error


def read(path: Path) -> tuple[list[Row], list[Fault]]:
    """Name, type and place of every institution in `path`; faulty records with their numbers.

    A row has institution (OpenAlex number or None), ror, name, names (with aliases, without
    acronyms), type, relations (of `KINDS`, each with a ROR id) and the columns of `SITES`.
    """
    rows: list[Row] = []
    faults: list[Fault] = []
    for number, record in records(path):
        row = _row(record) if isinstance(record, dict) else None
        if row is None:
            faults.append(Fault(path.name, number, "id", "not an institution"))
        elif not _on_globe(row):
            faults.append(Fault(path.name, number, "geo", "coordinates are off the globe"))
        else:
            rows.append(row)
    return rows, faults


def _on_globe(row: Mapping[str, Any]) -> bool:
    lat, lon = row["latitude"], row["longitude"]
    if lat is None or lon is None:
        return True
    return isinstance(lat, int | float) and isinstance(lon, int | float) and (
        abs(lat) <= 90 and abs(lon) <= 180
    )  # fmt: skip


def _row(record: Mapping[str, Any]) -> Row | None:
    name = str(record.get("id") or "")
    if name.startswith("https://openalex.org/I") and name[22:].isdecimal():
        return _openalex(record)
    if "ror.org/" not in name:
        return None
    return _ror2(record) if "names" in record else _ror1(record)


def short(ror: object) -> str | None:
    """A ROR id without its address."""
    return str(ror).rpartition("/")[2] or None if ror else None


def _openalex(record: Mapping[str, Any]) -> Row:
    geo = record.get("geo") or {}
    return {
        "institution": int(record["id"][22:]),
        "ror": short(record.get("ror")),
        "name": record.get("display_name"),
        "names": _texts([record.get("display_name")]),
        "relations": _relations(
            (one.get("relationship"), one.get("ror"))
            for one in _tables(record.get("associated_institutions"))
        ),
        "type": record.get("type"),
        "city": geo.get("city"),
        "region": geo.get("region"),
        "country": geo.get("country_code"),
        "geonames": _whole(geo.get("geonames_city_id")),
        "latitude": geo.get("latitude"),
        "longitude": geo.get("longitude"),
    }


def _ror2(record: Mapping[str, Any]) -> Row:
    shown = [n for n in record["names"] if "ror_display" in (n.get("types") or ())]
    place: Row = next(iter(record.get("locations") or ()), {})
    details = place.get("geonames_details") or {}
    return {
        "institution": None,
        "ror": short(record["id"]),
        "name": shown[0]["value"] if shown else None,
        "names": _texts(
            n.get("value") for n in record["names"] if n.get("types") not in (["acronym"], None)
        ),
        "relations": _relations(
            (one.get("type"), one.get("id")) for one in _tables(record.get("relationships"))
        ),
        "type": next(iter(record.get("types") or ()), None),
        "city": details.get("name"),
        "region": details.get("country_subdivision_name"),
        "country": details.get("country_code"),
        "geonames": _whole(place.get("geonames_id")),
        "latitude": details.get("lat"),
        "longitude": details.get("lng"),
    }


def _ror1(record: Mapping[str, Any]) -> Row:
    place: Row = next(iter(record.get("addresses") or ()), {})
    city = place.get("geonames_city") or {}
    return {
        "institution": None,
        "ror": short(record["id"]),
        "name": record.get("name"),
        "names": _texts(
            [
                record.get("name"),
                *(record.get("aliases") or ()),
                *(one.get("label") for one in record.get("labels") or ()),
            ]
        ),
        "relations": _relations(
            (one.get("type"), one.get("id")) for one in _tables(record.get("relationships"))
        ),
        "type": next(iter(t.lower() for t in record.get("types") or ()), None),
        "city": place.get("city") or city.get("city"),
        "region": place.get("state"),
        "country": (record.get("country") or {}).get("country_code"),
        "geonames": _whole(city.get("id")),
        "latitude": place.get("lat"),
        "longitude": place.get("lng"),
    }


KINDS = ("parent", "child", "related", "successor", "predecessor")
"""What another institution can be to one (ROR, relationships; schema 1 writes them with capitals).

OpenAlex names the first three.
"""


def _tables(value: object) -> list[Row]:
    return [x for x in value if isinstance(x, dict)] if isinstance(value, list) else []


def _relations(pairs: Iterable[tuple[object, object]]) -> tuple[tuple[str, str], ...]:
    found = ((str(kind or "").lower(), short(ror)) for kind, ror in pairs)
    return tuple(sorted({(kind, ror) for kind, ror in found if kind in KINDS and ror}))


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v.strip() for v in values if isinstance(v, str) and v.strip()))


def _whole(value: object) -> int | None:
    text = str(value if value is not None else "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


def named_places(rows: Iterable[Mapping[str, str]]) -> list[Row]:
    """Rows of a CSV with institution, latitude, longitude as rows of `read` known by name only."""
    made = []
    for row in rows:
        base: Row = dict.fromkeys((*SITES.names, "ror", "type")) | {"names": (), "relations": ()}
        numbers = {"latitude": float(row["latitude"]), "longitude": float(row["longitude"])}
        made.append(base | {"name": row["institution"].strip()} | numbers)
    return made


def sites(known: pa.Table, rows: Iterable[Row], before: pa.Table) -> pa.Table:
    """The place of every institution that the works name, by number, else ROR id, else name.

    Args:
        known: the works' institutions: institution, ror, name, country.
        rows: what `read` gave, later sources last; they fill and correct earlier ones.
        before: sites that the works themselves gave.

    Returns:
        The table `SITES`, sorted; institutions without any place are left out.
    """
    found: dict[int, Row] = {r["institution"]: r for r in before.to_pylist()}
    index = _index(known.to_pylist())
    every = list(rows)
    held = Counter(n for row in every if row["ror"] for n in _folded(row))
    for row in every:
        by_name_only = row["institution"] is None and row["ror"] not in index.by_ror
        for number in index.numbers(row, held):
            old = found.get(number, {})
            if by_name_only and old.get("city"):
                continue  # a name does not know campuses: what names its city stays there
            new = {n: row[n] if row[n] is not None else old.get(n) for n in SITES.names}
            found[number] = new | {"institution": number}
    table = pa.Table.from_pylist([found[i] for i in sorted(found)], schema=SITES)
    placed = pa.compute.or_(
        pa.compute.is_valid(table["city"]), pa.compute.is_valid(table["latitude"])
    )
    return table.filter(placed)


def _folded(row: Row) -> set[str]:
    return {n.casefold() for n in row["names"]}


@dataclass(frozen=True, slots=True)
class _Index:
    """The works' institutions by what a row may name them."""

    by_ror: dict[str, int]
    by_name: dict[str, list[int]]
    without: dict[str, list[tuple[int, str | None]]]
    """Those that carry no ROR id, by name, with their economy."""

    def numbers(self, row: Row, held: Mapping[str, int]) -> Iterable[int]:
        """The institutions that a row speaks of; `held` counts the ROR records of each name."""
        if row["institution"] is not None:
            return (row["institution"],)
        if not row["ror"]:
            return self.by_name.get((row["name"] or "").casefold(), ())
        if row["ror"] in self.by_ror:
            return (self.by_ror[row["ror"]],)
        alone = sorted(n for n in _folded(row) if held[n] == 1)
        return dict.fromkeys(
            number
            for name in alone
            for number, country in self.without.get(name, ())
            if not country or country == row["country"]
        )


def _index(known: Iterable[Row]) -> _Index:
    index = _Index({}, {}, {})
    for r in known:
        name = (r["name"] or "").casefold()
        index.by_name.setdefault(name, []).append(r["institution"])
        if r["ror"]:
            index.by_ror[r["ror"]] = r["institution"]
        elif name:
            one = (r["institution"], r.get("country"))
            index.without.setdefault(name, []).append(one)
    return index
