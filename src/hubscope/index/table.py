"""Tables at the edge: a file, a mapping or any narwhals frame in, plain columns of numbers out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hubscope.errors import BadDataError
from hubscope.index.sheets import DATABASE, Columns, coin_tool, read_sheets

Array: TypeAlias = NDArray[Any]
"""Floats with NaN for missing, or flags."""

DATA_SHEETS = ("data", "idata")
TREE_SHEETS = ("framework", "imeta")
"""Sheets of a workbook that hold the data and the tree: this room's names and COINr's."""
MISSING = frozenset({"", "NA", "NaN", "nan", "null", "None", "n/a", "N/A"})
NOTHING = frozenset({"nan", "NaT", "<NA>"})
"""How frames without nulls say that a cell is missing."""


TWICE = re.compile(r"(.+)_duplicated_\d+")
"""How polars calls the second column of a name."""


def read_file(path: Path, prefer: tuple[str, ...] = ()) -> Columns:
    """Columns of a CSV, Parquet or XLSX file; empty and NA cells are None.

    `prefer` names the sheets of a workbook to look for first, in lower case.
    """
    import polars as pl

    if not path.is_file():
        raise BadDataError(f"{path} does not exist", hint="give the path of a CSV, Parquet or XLSX")
    kind = path.suffix.lower()
    try:
        if kind in {".parquet", ".pq"}:
            frame = pl.read_parquet(path)
        elif kind in {".xlsx", ".xlsm"}:
            return _read_sheet(path, prefer)
        else:
            frame = pl.read_csv(
                path,
                infer_schema=False,
                null_values=sorted(MISSING),
                separator="\t" if kind == ".tsv" else ",",
            )
    except (pl.exceptions.PolarsError, OSError) as error:
        why = str(error).splitlines()[0]
        hint = "save it as UTF-8 (in Excel: CSV UTF-8)" if "utf-8" in why else ""
        raise BadDataError(f"{path} cannot be read as a table: {why}", hint=hint) from error
    if frame.width == 1 and ";" in frame.columns[0]:
        raise BadDataError(f"{path} is separated by semicolons", hint="save it with commas")
    twice = [m[1] for c in frame.columns if (m := TWICE.fullmatch(c)) and m[1] in frame.columns]
    _refuse_twice(path, twice)
    return frame.to_dict(as_series=False)


def _refuse_twice(path: Path, names: Sequence[str]) -> None:
    if names:
        listed = ", ".join(dict.fromkeys(names))
        raise BadDataError(f"{path}: columns that stand twice: {listed}", hint="name each once")


def _read_sheet(path: Path, prefer: tuple[str, ...]) -> Columns:
    """The sheet called one of `prefer`, else the first; a COIN Tool deck by its own layout."""
    sheets = read_sheets(path)
    if DATABASE in sheets:
        return coin_tool(path, sheets)[0 if prefer == DATA_SHEETS else 1]
    named = {name.lower(): name for name in sheets}
    name = next((named[p] for p in prefer if p in named), next(iter(sheets)))
    rows = sheets[name]
    if not rows:
        raise BadDataError(f"{path} has an empty sheet {name}")
    head = [(i, str(c)) for i, c in enumerate(rows[0]) if c is not None]
    names = [name for _, name in head]
    _refuse_twice(path, [n for n in names if names.count(n) > 1])
    body = [r for r in rows[1:] if any(c is not None for c in r)]
    return {name: [_cell(r, i) for r in body] for i, name in head}


def _cell(row: Sequence[object], at: int) -> object:
    value = row[at] if at < len(row) else None
    return None if isinstance(value, str) and value.strip() in MISSING else value


def columns_of(source: object, prefer: tuple[str, ...] = ()) -> Columns:
    """Columns by name of a path, a mapping of columns, or any frame that narwhals knows."""
    if isinstance(source, str | Path):
        return read_file(Path(source), prefer)
    if isinstance(source, Mapping):
        return {str(k): v for k, v in source.items()}
    import narwhals as nw

    try:
        frame: Any = nw.from_native(source)
    except TypeError as error:
        raise BadDataError(
            f"a {type(source).__name__} is not a table",
            hint="give a data frame, a mapping of columns, or the path of a file",
        ) from error
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    columns: Columns = frame.to_dict(as_series=False)
    return columns


def kind_of(source: object) -> str:
    """The library of a frame ("pandas", "polars", "pyarrow" ...), "polars" for anything else."""
    if isinstance(source, str | Path | Mapping):
        return "polars"
    import narwhals as nw

    frame: Any = nw.from_native(source)
    known = frame.implementation.name.lower()
    return known if known in {"pandas", "polars", "pyarrow", "modin", "cudf"} else "polars"


def to_frame(columns: Columns, kind: Any = "polars") -> Any:
    """The columns as a frame of the library `kind`; missing numbers are null."""
    import narwhals as nw

    made = nw.from_dict(columns, backend=kind)
    return made.to_native()


def text_of(value: object) -> str:
    """A cell as text: nothing for a missing one, whole numbers without a decimal point."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    text = "" if value is None else str(value)
    return text if isinstance(value, str) or text not in NOTHING else ""


def _number(value: object) -> float:
    if value is None or (isinstance(value, str) and value.strip() in MISSING):
        return np.nan
    return float(value)  # type: ignore[arg-type]


def _first_bad(column: Sequence[object] | Array) -> tuple[int, object]:
    for row, value in enumerate(column):
        try:
            _number(value)
        except (TypeError, ValueError):
            return row, value
    return -1, None


def numbers(name: str, column: Sequence[object] | Array) -> Array:
    """A column as floats, missing = NaN; text or infinite values are an error with their row."""
    try:
        values = np.asarray(column, dtype=float)
    except (TypeError, ValueError):
        try:
            values = np.array([_number(v) for v in column], dtype=float)
        except (TypeError, ValueError):
            row, value = _first_bad(column)
            line = row + 2
            raise BadDataError(
                f"column {name}, row {row + 1} (line {line} of a file): {value!r} is no number",
                hint="leave a missing value empty or write NA",
            ) from None
    if np.isinf(values).any():
        row = int(np.flatnonzero(np.isinf(values))[0])
        line = row + 2
        raise BadDataError(
            f"column {name}, row {row + 1} (line {line} of a file): the value is infinite",
            hint="leave it empty if it is not known",
        )
    return values
