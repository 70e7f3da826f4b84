"""A CSV file as columns of text with the line of every row: form is checked, meaning is not."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

import polars as pl

from hubscope.errors import nearest
from hubscope.sources.raw import Fault, Raw

ROWS_AT_ONCE = 20_000


class Lines(Protocol):
    """What `csv.reader` returns."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


def read_cells(
    raw: Raw, columns: Sequence[str], optional: Collection[str] = ()
) -> tuple[pl.DataFrame, list[Fault]]:
    """Rows as text and the faults of form: encoding, header, number of cells.

    Args:
        raw: the file.
        columns: every column that may stand in its header.
        optional: those that may be missing; they come out empty.

    Returns:
        One text column for each of `columns`, trimmed, and `line` (Int64): where the row ends.
    """
    stream = io.TextIOWrapper(io.BytesIO(raw.data), encoding="utf-8-sig", newline="")
    lines = csv.reader(stream, strict=True)
    parts: list[pl.DataFrame] = []
    faults: list[Fault] = []
    try:
        header = [h.strip() for h in next(lines, [])]
        faults += check_header(raw.name, header, columns, optional)
        if not faults:
            parts = _parts(raw.name, lines, header, columns, faults)
    except UnicodeDecodeError:
        faults.append(_not_utf8(raw))
    except csv.Error as error:
        faults.append(Fault(raw.name, lines.line_num, "", f"not valid CSV: {error}"))
    return pl.concat(parts) if parts else _frame([], [], [], columns), faults


def check_header(
    name: str, header: Sequence[str], columns: Sequence[str], optional: Collection[str] = ()
) -> list[Fault]:
    """What is wrong with a header: unknown, missing and repeated columns."""
    if not any(header):
        return [Fault(name, 1, "", "the file is empty", f"its header is {','.join(columns)}")]
    faults = [
        Fault(name, 1, c, "unknown column", nearest(c, columns)) for c in header if c not in columns
    ]
    faults += [
        Fault(name, 1, c, "the column is missing")
        for c in columns
        if c not in header and c not in optional
    ]
    twice = sorted({c for c in header if header.count(c) > 1})
    return faults + [Fault(name, 1, c, "the column occurs twice") for c in twice]


def _not_utf8(raw: Raw) -> Fault:
    try:
        raw.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.data[: error.start].count(b"\n") + 1
        return Fault(raw.name, line, "", "not UTF-8 text", "save the file as UTF-8")
    raise AssertionError(raw.name)


def _parts(
    name: str,
    lines: Lines,
    header: list[str],
    columns: Sequence[str],
    faults: list[Fault],
) -> list[pl.DataFrame]:
    width = len(header)
    parts: list[pl.DataFrame] = []
    rows: list[list[str]] = []
    at: list[int] = []
    for cells in lines:
        if len(cells) == width:
            rows.append(cells)
            at.append(lines.line_num)
            if len(rows) == ROWS_AT_ONCE:
                parts.append(_frame(rows, at, header, columns))
                rows, at = [], []
        elif any(c.strip() for c in cells):
            what = f"{len(cells)} cells under {width} columns"
            faults.append(Fault(name, lines.line_num, "", what, "quote a cell that holds a comma"))
    return [*parts, _frame(rows, at, header, columns)]


def _frame(
    rows: list[list[str]], at: list[int], header: list[str], columns: Sequence[str]
) -> pl.DataFrame:
    turned = dict(zip(header, zip(*rows, strict=True), strict=True)) if rows else {}
    cells = {c: pl.Series(c, turned.get(c, [""] * len(rows)), dtype=pl.String) for c in columns}
    frame = pl.DataFrame(cells).select(pl.all().str.strip_chars())
    filled = frame.with_columns(pl.Series("line", at, dtype=pl.Int64))
    return filled.filter(pl.any_horizontal(pl.col(c) != "" for c in columns))
