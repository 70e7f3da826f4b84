"""The rows of a CSV or XLSX file, as text by column name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hubscope.calls.refusal import BadTableError
from hubscope.errors import HubscopeError

BYTES_MAX = 20_000_000
SPREAD_MAX = 200_000_000
"""Bytes of an XLSX file once unpacked."""
ROWS_MAX = 20_000


def read_sheet(name: str, data: bytes) -> list[tuple[int, dict[str, str]]]:
    """Row number in the file and cells by column, empty cells and rows left out.

    CSV in UTF-8 or GB 18030; XLSX: the first sheet, values only.

    Raises:
        BadTableError: where the file is no such table or too large.
    """
    if len(data) > BYTES_MAX:
        raise BadTableError("too_large", file=name, bytes=len(data), most=BYTES_MAX)
    suffix = Path(name).suffix.lower()
    if suffix == ".csv":
        rows: Iterable[list[str]] = csv.reader(io.StringIO(_text(name, data)), strict=True)
    elif suffix == ".xlsx":
        rows = _xlsx(name, data)
    else:
        raise BadTableError("no_table", file=name)
    try:
        return list(_named(name, rows))
    except csv.Error as error:
        raise BadTableError("no_csv", file=name, why=error) from error


def read_path(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a file on disk."""
    try:
        return read_sheet(path.name, path.read_bytes())
    except OSError as error:
        raise HubscopeError(f"{path} cannot be read: {error.strerror}") from error


def _text(name: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadTableError("encoding", file=name)


def _xlsx(name: str, data: bytes) -> Iterator[list[str]]:
    from zipfile import BadZipFile, ZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with ZipFile(io.BytesIO(data)) as parts:
            spread = sum(part.file_size for part in parts.infolist())
        if spread > SPREAD_MAX:
            raise BadTableError("too_large", file=name, bytes=spread, most=SPREAD_MAX)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise BadTableError("no_xlsx", file=name, why=error) from error
    try:
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [_cell(value) for value in row]
    finally:
        book.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _named(name: str, rows: Iterable[list[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    header: list[str] = []
    for number, row in enumerate(rows, 1):
        if number > ROWS_MAX:
            raise BadTableError("too_many_rows", file=name, most=ROWS_MAX)
        cells = [c.strip() for c in row]
        if not header:
            header = cells if any(cells) else []
            _check(name, header)
        elif any(cells):
            yield number, _row(name, number, header, cells)
    if not header:
        raise BadTableError("empty", file=name)


def _check(name: str, header: list[str]) -> None:
    twice = sorted({h for h in header if h and header.count(h) > 1})
    if twice:
        raise BadTableError("column_twice", file=name, column=twice[0])


def _row(name: str, number: int, header: list[str], cells: list[str]) -> dict[str, str]:
    if any(cells[len(header) :]):
        raise BadTableError("more_cells", file=name, row=number)
    return {h: c for h, c in zip(header, cells, strict=False) if h and c}
