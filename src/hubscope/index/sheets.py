"""Excel in: the rows of a workbook's sheets, and the COIN Tool's input deck read as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from hubscope.errors import BadDataError

Columns: TypeAlias = dict[str, Any]
"""Columns of a table by name."""

DATABASE = "Database"
"""The COIN Tool's sheet of data; a workbook that has it is read as the COIN Tool's."""


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
