"""Excel out: the whole index in one workbook.

Text is always written as text, so a cell that begins with = + - or @ never becomes a formula.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index.build import Build
from hubscope.index.diagnose import availability, statistics
from hubscope.index.export import group_table, weight_table
from hubscope.index.relate import correlations, table_of
from hubscope.index.sheets import Columns
from hubscope.index.table import text_of
from hubscope.index.uncertainty import Uncertainty

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
    made |= {name: [text_of(v) for v in column] for name, column in data.others.items()}
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
