"""Tables of a plan: indicators with their values by year, milestones with their dates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hubscope.nouns import Baseline, Target
from hubscope.plan import quantities, targets
from hubscope.plan.blocks import Block, cells
from hubscope.plan.horizons import horizons
from hubscope.plan.indicators import GROW_ZH
from hubscope.plan.numerals import MULTIPLIERS, tidy
from hubscope.plan.roles import plain
from hubscope.plan.units import base_unit
from hubscope.plan.view import flat, trim

_COLUMNS = (
    ("nature", r"属性|性质|指标类型|^(?:type|nature|kind)$"),
    ("unit", r"单位|^units?\b"),
    (
        "milestone",
        (
            r"里程碑|重点任务|工作任务|任务内容|^\W*(?:milestones?|deliverables?|actions?|"
            r"commitments?)\b"
        ),
    ),
    (
        "due",
        (
            r"完成时限|完成时间|时间节点|时限|target date|due|deadline|by when|completion date|"
            r"^dates?$"
        ),
    ),
    ("scope", r"责任单位|牵头单位|required|responsib|owner|lead\b"),
    ("indicator", r"指标(?!值)|指\s*标|indicators?|measure\b|metric"),
    ("value", r"目标值?|规划值|target"),
    ("number", r"序号|编号|^no\.?$|^#$"),
)
_COLUMN = [(name, re.compile(words, re.IGNORECASE)) for name, words in _COLUMNS]
_NUMBER = re.compile(r"\s*(?:\*\*|__)?\s*(\d+(?:\.\d+)*)\.?\s*(?:\*\*|__)?\s*(?=\S)")
_CUMULATIVE = re.compile(r"^\s*[\[(【〔]\s*(?=[\d≥≤><])|累计|cumulative", re.IGNORECASE)
_EMPTY = re.compile(r"^[\s—–\-/.·*]*$|^(?:n/?a|tbd|无)$", re.IGNORECASE)
_BASELINE = re.compile(r"现状|基期|基准|实际|baseline|actual|current|latest", re.IGNORECASE)

_LIKE_YEAR = re.compile(r"(?<![\d.,])((?:19|20)\d\d)(?![\d.,])")
"""A value such as 2000, which is no year in a cell."""

Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Head:
    """The columns of a table by what they hold; `years` gives (column, year), earliest first."""

    at: dict[str, int]
    years: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row read: a target, or a milestone with its number, due text and scope."""

    start: int
    end: int
    target: Target | None = None
    nature: str = ""
    cumulative: bool = False
    number: str = ""
    due: str = ""
    due_text: str = ""
    scope: str = ""


def groups(content: list[Block]) -> list[list[Block]]:
    """The runs of table rows that stand together."""
    runs: list[list[Block]] = []
    for before, block in zip([None, *content], content, strict=False):
        if block.marker != "table":
            continue
        if before is not None and before.marker == "table" and not block.gap:
            runs[-1].append(block)
        else:
            runs.append([block])
    return runs


def _head(text: str, row: list[Cell]) -> Head | None:
    at: dict[str, int] = {}
    years = []
    for i, (a, b) in enumerate(row):
        words = plain(flat(text[a:b])).strip()
        name = next((n for n, p in _COLUMN if p.search(words)), None)
        found = horizons(words) or horizons(f"{words}年")
        if found and name in (None, "value", "indicator"):
            years.append((i, found[-1].year))
        if name and name not in at:
            at[name] = i
    if years and at.get("value") == 0 and "indicator" not in at:
        at["indicator"] = at.pop("value")
    known = {"indicator", "milestone"} & set(at)
    return Head(at, tuple(sorted(years, key=lambda y: y[1]))) if known else None


def read(text: str, rows: list[Block], year: int | None, now: int | None = None) -> list[Row]:
    """The rows of one table, twice where two of its years lie ahead.

    Args:
        text: the view.
        rows: its table rows, the head first.
        year: what the heading or caption says of the targets.
        now: the year in which the plan speaks, if it is known.
    """
    first = cells(text, rows[0].start, rows[0].end)
    head = _head(text, first)
    if head is None:
        return []
    found = []
    for block in rows[1:]:
        row = cells(text, block.start, block.end)
        if _dated(head):
            made = [_milestone(text, row, head)]
        else:
            columns = _target_columns(head, year, now)
            made = [_indicator(text, block, row, head, column) for column in columns]
        found += [m for m in made if m]
    return found


def _dated(head: Head) -> bool:
    return "milestone" in head.at and ("due" in head.at or "indicator" not in head.at)


def _cell(text: str, row: list[Cell], head: Head, name: str) -> str:
    at = head.at.get(name)
    return plain(flat(text[slice(*row[at])])).strip() if at is not None and at < len(row) else ""


def _milestone(text: str, row: list[Cell], head: Head) -> Row | None:
    if head.at["milestone"] >= len(row):
        return None
    start, end = row[head.at["milestone"]]
    number = _NUMBER.match(text[start:end])
    if number:
        start = trim(text, start + number.end(), end)[0]
    if not re.search(r"\w{2}", text[start:end]):
        return None
    due_text = _cell(text, row, head, "due")
    found = list(horizons(due_text))
    only = len(found) == 1 and not re.sub(
        r"[\s.,]", "", due_text[: found[0].start] + due_text[found[0].end :]
    )
    due = found[0].due if only else ""
    return Row(
        start,
        end,
        number=number.group(1) if number else "",
        due=due,
        due_text="" if only else due_text,
        scope=_cell(text, row, head, "scope"),
    )


def _indicator(
    text: str, block: Block, row: list[Cell], head: Head, target_column: tuple[int, int | None]
) -> Row | None:
    column, when = target_column
    name = _NUMBER.sub("", _cell(text, row, head, "indicator"), count=1)
    if column >= len(row) or not name:
        return None
    cell = plain(flat(text[slice(*row[column])])).strip()
    unit = _cell(text, row, head, "unit") or _unit_in(name)
    made = _value(name, cell, unit, when)
    if made is None:
        return None
    target, cumulative = made
    base = _baseline(text, row, head, column, unit)
    target = Target(
        *(target.indicator, target.operator, target.quantity, target.unit, target.year),
        base,
        target.upper,
    )
    nature = _cell(text, row, head, "nature")
    return Row(block.start, block.end, target, nature, cumulative)


def _target_columns(head: Head, year: int | None, now: int | None) -> list[tuple[int, int | None]]:
    """The columns that hold targets with their years: the last year, and others still ahead.

    Where nobody knows when the plan speaks, the first of several years is where it starts from.
    """
    if head.years:
        later = head.years[1:-1] if now is None else [y for y in head.years[:-1] if y[1] > now]
        return [*later, head.years[-1]]
    return [(head.at["value"], year)] if "value" in head.at else []


_UNIT_IN = re.compile(r"\(([^()]{1,12})\)\s*$")


def _unit_in(name: str) -> str:
    found = _UNIT_IN.search(name)
    return found.group(1) if found else ""


def _value(name: str, cell: str, unit: str, year: int | None) -> tuple[Target, bool] | None:
    """The target of a cell such as 3.8, ≥1400, [12], 55左右, or None if it is empty."""
    if _EMPTY.match(cell):
        return None
    lang = "zh" if re.search(r"[\u4e00-\u9fff]", name + unit) else "en"
    name = _UNIT_IN.sub("", name).strip()
    cumulative = bool(_CUMULATIVE.search(cell) or _CUMULATIVE.search(name))
    inner = cell.strip(" []()【】〔〕")
    inner = _LIKE_YEAR.sub(r"\1.0", inner)
    found = targets.find(f"{name} {inner}", lang, year)
    whole = [f for f in found if f.start >= len(name)]
    if not whole:
        return None
    target = whole[-1].target
    scale, unit = _scale(unit) if unit and not target.unit else (1.0, target.unit)
    quantity = None if target.quantity is None else tidy(target.quantity * scale)
    upper = None if target.upper is None else tidy(target.upper * scale)
    operator = target.operator
    unit = f"{unit}/年" if unit == "%" and GROW_ZH.search(name) else unit
    unit = f"{unit} (5-year cumulative)" if cumulative and "%" in unit else unit
    return Target(name, operator, quantity, unit, year, None, upper), cumulative


def _year_of(head: Head, column: int) -> int:
    return next((year for at, year in head.years if at == column), 9999)


def _scale(unit: str) -> tuple[float, str]:
    base = base_unit(unit)
    return MULTIPLIERS.get(unit[: len(unit) - len(base)], 1.0), base


def _baseline(text: str, row: list[Cell], head: Head, column: int, unit: str) -> Baseline | None:
    for at, year in head.years:
        if at == column or at >= len(row) or year > _year_of(head, column):
            continue
        cell = plain(flat(text[slice(*row[at])])).strip()
        found = list(quantities.zh(cell)) or list(quantities.en(cell))
        if found and not _EMPTY.match(cell):
            return Baseline(tidy(found[0].value * _scale(unit)[0]), year)
    return None
