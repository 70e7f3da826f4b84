"""Excel in and out: the whole index in one workbook, and the COIN Tool's input deck read as it is.

Text is always written as text, so a cell that begins with = + - or @ never becomes a formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index.build import Build
from hubscope.index.diagnose import availability, statistics
from hubscope.index.export import group_table, weight_table
from hubscope.index.relate import correlations, table_of
from hubscope.index.table import Columns
from hubscope.index.uncertainty import Uncertainty

DATABASE = "Database"
"""The COIN Tool's sheet of data; a workbook that has it is read as the COIN Tool's."""
FIELDS = ("code", "name", "level", "parent", "direction", "weight", "unit", "type", "denominator")
POSTS = ("target", "goal_low", "goal_high")


def framework_columns(build: Build) -> Columns:
    """The framework as the table that `Framework.read` takes."""
    elements = build.framework.elements
    return {f: [getattr(e, f) for e in elements] for f in (*FIELDS, *POSTS)}


def data_columns(build: Build) -> Columns:
    """The data as given: units, times, groups, denominators and one column an indicator."""
    data = build.data
    made: Columns = {"unit": list(data.units)}
    made |= {"time": list(data.time)} if data.time else {}
    made |= {"name": list(data.names)} if data.names else {}
    made |= {g: list(v) for g, v in data.labels.items()} | dict(data.denominators)
    return made | dict(zip(data.codes, data.values.T, strict=True))


def recipe_columns(build: Build) -> Columns:
    """One row a step: what was done and found."""
    return {
        "step": [e.number for e in build.log],
        "do": [e.do for e in build.log],
        "options": [", ".join(f"{k} = {v}" for k, v in e.options.items()) for e in build.log],
        "units": [e.units for e in build.log],
        "missing values": [e.missing for e in build.log],
        "notes": ["; ".join(e.notes) for e in build.log],
        "sha256": [e.sha256 for e in build.log],
    }


def sheets(build: Build, ranges: Uncertainty | None = None) -> dict[str, Columns]:
    """Tables by sheet name, in the order in which an analyst reads them."""
    made = {"Recipe": recipe_columns(build)}
    if build.scores:
        made |= {"Scores": build.columns("scores"), "Ranks": build.columns("ranks")}
    if ranges is not None:
        made["Ranges"] = ranges.columns()
    made |= {"Framework": framework_columns(build), "Data": data_columns(build)}
    for number, step in enumerate(build.recipe.steps, 1):
        made[f"{number:02d} {step.do}"] = build.columns(step.label)
    codes = build.framework.indicators
    return made | {
        "Statistics": statistics(build.data.values, codes),
        "Availability": availability(build.data, build.framework),
        "Correlations": dict(table_of(correlations(build.last.values), codes)),
        "Groups": group_table(build),
        "Weights": weight_table(build),
    }


def write_workbook(path: Path | str, build: Build, ranges: Uncertainty | None = None) -> Path:
    """Write framework, data after each step, results, ranges and diagnostics to one workbook."""
    import xlsxwriter

    path = Path(path)
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), {**plain, "in_memory": True})
    head = book.add_format({"bold": True, "bottom": 1})
    for name, columns in sheets(build, ranges).items():
        _sheet(book.add_worksheet(name), columns, head)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise BadDataError(f"{path} cannot be written: {error}") from error
    return path


def _sheet(sheet: Any, columns: Mapping[str, Any], head: Any) -> None:
    sheet.freeze_panes(1, 1)
    for c, (name, values) in enumerate(columns.items()):
        sheet.write_string(0, c, str(name), head)
        for r, value in enumerate(values, 1):
            _cell(sheet, r, c, value)
    sheet.set_column(0, 0, 18)


def _cell(sheet: Any, row: int, column: int, value: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif value is not None and np.isfinite(value):
        sheet.write_number(row, column, float(value))


def read_sheets(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of every sheet by its name."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        made = {s.title: list(s.iter_rows(values_only=True)) for s in book.worksheets}
        book.close()
    except Exception as error:
        raise BadDataError(f"{path} cannot be read as a workbook: {error}") from error
    return made


def coin_tool(path: Path, rows: Mapping[str, Sequence[tuple[Any, ...]]]) -> tuple[Columns, Columns]:
    """Data and framework of a COIN Tool deck, as columns that `build` and `Framework.read` take.

    Sheet Database: from column E on one indicator a column, its weight, direction, lower and upper
    goalpost in rows 7 to 10, its index, sub-index, pillar and sub-pillar in rows 11 to 14, its name
    and code in rows 15 and 16; units from row 17, name in column B and code in C; n/a is missing.
    Levels that are the same for every indicator are not used, as in the tool.
    """
    grid = rows[DATABASE]
    if len(grid) < 17:
        raise BadDataError(f"{path}: the sheet {DATABASE} ends before row 17")
    places = [c for c in range(4, len(grid[15])) if _text(grid, 15, c) and _filled(grid, c)]
    units = [r for r in range(16, len(grid)) if _text(grid, r, 2)]
    if not places or not units:
        raise BadDataError(
            f"{path}: the sheet {DATABASE} holds no data", hint="data start at cell E17"
        )
    data: Columns = {
        "unit": [_text(grid, r, 2) for r in units],
        "name": [_text(grid, r, 1) for r in units],
    }
    data |= {_text(grid, 15, c): [_value(grid, r, c) for r in units] for c in places}
    return data, _tool_framework(grid, places, _tool_names(rows.get("Framework", [])))


def _text(grid: Sequence[tuple[Any, ...]], row: int, column: int) -> str:
    line = grid[row] if row < len(grid) else ()
    value = line[column] if column < len(line) else None
    return "" if value is None else str(value).strip()


def _value(grid: Sequence[tuple[Any, ...]], row: int, column: int) -> Any:
    text = _text(grid, row, column)
    return None if text.lower() in {"", "n/a", "na"} else grid[row][column]


def _filled(grid: Sequence[tuple[Any, ...]], column: int) -> bool:
    return any(_value(grid, r, column) is not None for r in range(16, len(grid)))


def _tool_framework(
    grid: Sequence[tuple[Any, ...]], places: Sequence[int], known: Mapping[str, tuple[str, Any]]
) -> Columns:
    """Indicators, then every level used, each element under the next level used."""
    chains = [[_text(grid, r, c) for r in (13, 12, 11, 10)] for c in places]
    used = [i for i in range(4) if i == 3 or len({chain[i] for chain in chains}) > 1]
    made: Columns = {
        "code": [_text(grid, 15, c) for c in places],
        "name": [_text(grid, 14, c) for c in places],
        "level": [1] * len(places),
        "parent": [chain[used[0]] for chain in chains],
        "direction": [_value(grid, 7, c) for c in places],
        "weight": [_value(grid, 6, c) for c in places],
        "goal_low": [_value(grid, 8, c) for c in places],
        "goal_high": [_value(grid, 9, c) for c in places],
    }
    for level, at in enumerate(used, 2):
        above = used[level - 1] if level - 1 < len(used) else None
        for code in dict.fromkeys(chain[at] for chain in chains):
            chain = next(ch for ch in chains if ch[at] == code)
            name, weight = known.get(code, ("", None))
            row = (code, name, level, chain[above] if above is not None else None, None, weight)
            for field, cell in zip(made, (*row, None, None), strict=True):
                made[field].append(cell)
    return made


def _tool_names(grid: Sequence[tuple[Any, ...]]) -> dict[str, tuple[str, Any]]:
    """Name and weight by code from the sheet Framework: code in column C, weight E, name H."""
    found = {}
    for row in grid[4:]:
        cells = [*row, *[None] * 8][:8]
        if cells[2] is not None and str(cells[7]) != "--":
            weight = cells[4] if isinstance(cells[4], int | float) else None
            found[str(cells[2]).strip()] = ("" if cells[7] is None else str(cells[7]), weight)
    return found
