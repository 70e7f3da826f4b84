"""Figures entered by hand, with a source on every row: the CSV contract of `figures/`.

Columns: hub, indicator, year, value, unit, status, vintage, period, producer, url, accessed,
licence, note. The key of a row is (hub, indicator, year, period, vintage).
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from hubscope.errors import nearest
from hubscope.nouns import STATUSES
from hubscope.sources.raw import Fault, Raw

COLUMNS = (
    "hub",
    "indicator",
    "year",
    "value",
    "unit",
    "status",
    "vintage",
    "period",
    "producer",
    "url",
    "accessed",
    "licence",
    "note",
)
OPTIONAL = {"period", "licence", "note"}
SCHEMA = pa.schema(
    [
        pa.field("hub", pa.string(), nullable=False),
        pa.field("indicator", pa.string(), nullable=False),
        pa.field("year", pa.int16(), nullable=False),
        pa.field("value", pa.float64(), nullable=False),
        *[pa.field(name, pa.string(), nullable=False) for name in COLUMNS[4:]],
        pa.field("file", pa.string(), nullable=False),
        pa.field("line", pa.int32(), nullable=False),
        pa.field("sha256", pa.string(), nullable=False),
    ]
)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_PERIOD = re.compile(r"(\d{4}-\d{4}|\d{4}Q[1-4])?")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a figures file, still as text."""

    file: str
    line: int
    sha256: str
    cells: dict[str, str]

    @property
    def key(self) -> tuple[str, ...]:
        """What may occur once: hub, indicator, year, period, vintage."""
        return tuple(self.cells[c] for c in ("hub", "indicator", "year", "period", "vintage"))


def read(raw: Raw) -> tuple[list[Row], list[Fault]]:
    """Rows and the faults of form: encoding, header, number of cells."""
    try:
        text = raw.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.data[: error.start].count(b"\n") + 1
        return [], [Fault(raw.name, line, "", "not UTF-8 text", "save the file as UTF-8")]
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return [], [Fault(raw.name, line, "", "holds a NUL byte", "this is not a text file")]
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        header = [h.strip() for h in next(lines, [])]
        faults = _check_header(raw.name, header)
        if faults:
            return [], faults
        digest = raw.sha256
        for cells in lines:
            if not any(c.strip() for c in cells):
                continue
            line = lines.line_num
            if len(cells) != len(header):
                what = f"{len(cells)} cells under {len(header)} columns"
                faults.append(Fault(raw.name, line, "", what, "quote a cell that holds a comma"))
                continue
            named = dict(zip(header, (c.strip() for c in cells), strict=True))
            rows.append(Row(raw.name, line, digest, {c: named.get(c, "") for c in COLUMNS}))
    except csv.Error as error:
        faults.append(Fault(raw.name, lines.line_num, "", f"not valid CSV: {error}"))
    return rows, faults


def _check_header(name: str, header: list[str]) -> list[Fault]:
    if not header:
        return [Fault(name, 1, "", "the file is empty", f"its header is {','.join(COLUMNS)}")]
    if len(header) == 1 and (mark := next((m for m in ";\t|" if m in header[0]), "")):
        what = f"the cells are separated by {mark!r}, not by commas"
        return [
            Fault(name, 1, "", what, "save the file as CSV with commas; numbers then have a point")
        ]
    faults = [
        Fault(name, 1, column, "unknown column", nearest(column, COLUMNS))
        for column in header
        if column not in COLUMNS
    ]
    faults += [
        Fault(name, 1, column, "the column is missing")
        for column in COLUMNS
        if column not in header and column not in OPTIONAL
    ]
    twice = {c for c in header if header.count(c) > 1}
    return faults + [Fault(name, 1, c, "the column occurs twice") for c in sorted(twice)]


def check(rows: list[Row], hubs: Mapping[str, object], units: Mapping[str, str]) -> list[Fault]:
    """Every fault of meaning in `rows`.

    Args:
        rows: the rows of all files that will stand in the store together.
        hubs: the known hubs by id.
        units: unit of each known indicator by id.
    """
    faults: list[Fault] = []
    seen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        faults += [Fault(row.file, row.line, *f) for f in _check_cells(row.cells, hubs, units)]
        first = seen.setdefault(row.key, row)
        if first is not row:
            what = f"the same hub, indicator, year, period and vintage as {first.file}:{first.line}"
            hint = "give the later one its own vintage"
            faults.append(Fault(row.file, row.line, "vintage", what, hint))
    return faults


def _check_cells(
    cells: dict[str, str], hubs: Mapping[str, object], units: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    found = [
        (column, "is empty", _WHY_EMPTY.get(column, ""))
        for column in COLUMNS
        if column not in OPTIONAL and not cells[column]
    ]
    hub, indicator, unit = cells["hub"], cells["indicator"], cells["unit"]
    if hub and hub not in hubs:
        found.append(("hub", f"unknown hub {hub!r}", nearest(hub, hubs)))
    if indicator and indicator not in units:
        found.append(("indicator", f"unknown indicator {indicator!r}", nearest(indicator, units)))
    elif unit and indicator and unit != units[indicator]:
        found.append(
            ("unit", f"{unit!r} is not the unit of {indicator}", f"it is {units[indicator]!r}")
        )
    found += _check_numbers(cells)
    status = cells["status"]
    if status and status not in STATUSES:
        found.append(("status", f"unknown status {status!r}", nearest(status, STATUSES)))
    for column in ("vintage", "accessed"):
        if cells[column] and not _DATE.fullmatch(cells[column]):
            found.append(
                (column, f"{cells[column]!r} is not a date", "YYYY, YYYY-MM or YYYY-MM-DD")
            )
    if not _PERIOD.fullmatch(cells["period"]):
        found.append(("period", f"{cells['period']!r} is not a period", "like 2018-2022 or 2025Q1"))
    if cells["url"] and not re.match(r"https?://[^\s<>\"']+$", cells["url"]):
        found.append(("url", "not an http(s) address", ""))
    return found


_WHY_EMPTY = {
    "producer": "no observation without an origin: who published it?",
    "url": "no observation without an origin: where can it be read?",
    "accessed": "the date on which the source was read",
    "vintage": "the date on which the value was published",
}


def _check_numbers(cells: dict[str, str]) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    value, year = cells["value"], cells["year"]
    if value and not (_NUMBER.fullmatch(value) and math.isfinite(float(value))):
        hint = "digits and a point only; 'about 6' is 6 with the status approximate"
        found.append(("value", f"{value!r} is not a number", hint))
    if year and not (re.fullmatch(r"\d{4}", year) and 1900 <= int(year) <= 2100):
        found.append(("year", f"{year!r} is not a year from 1900 to 2100", ""))
    return found


def table(rows: list[Row]) -> pa.Table:
    """The rows as an Arrow table, sorted by key so that equal inputs give equal bytes."""
    records = [
        row.cells
        | {"year": int(row.cells["year"]), "value": float(row.cells["value"])}
        | {"file": row.file, "line": row.line, "sha256": row.sha256}
        for row in sorted(rows, key=lambda r: r.key)
    ]
    return pa.Table.from_pylist(records, schema=SCHEMA)
