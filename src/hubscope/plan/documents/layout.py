"""What blank space says on a PDF page: tables without rules, and two columns read one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from hubscope.plan.documents.lines import Cell, Line
from hubscope.plan.documents.tables_pdf import Ruled

_COLUMNS = 3
"""Cells from which rows in a run are a table; two may be columns of running text."""
_ROWS = 3
_APART = 3.0
"""Type sizes that two rows of one table may stand apart."""
_PAIRED = 8
"""Lines in both columns from which a page counts as set in two."""


def unruled(page: list[Line]) -> list[Ruled]:
    """The tables of a page that no rule encloses: rows in a run with as many cells each."""
    found: list[Ruled] = []
    run: list[Line] = []
    for row in (*rows(page), None):
        if row is not None and len(row.cells) >= _COLUMNS and _goes_on(run, row):
            run.append(row)
            continue
        found += [_table(run)] if len(run) >= _ROWS else []
        run = [row] if row is not None and len(row.cells) >= _COLUMNS else []
    return found


def rows(page: list[Line]) -> Iterator[Line]:
    """The lines of a page, those that follow each other on one base line as one."""
    at: list[Line] = []
    for line in page:
        if at and not _level(at[-1], line):
            yield _one(at)
            at = []
        at.append(line)
    if at:
        yield _one(at)


def _level(a: Line, b: Line) -> bool:
    middle = (b.bottom + b.top) / 2
    return a.bottom - 1 <= middle <= a.top + 1 and b.left > a.right


def _one(pieces: list[Line]) -> Line:
    first = pieces[0]
    if len(pieces) == 1:
        return first
    return replace(
        first,
        words=" ".join(p.words for p in pieces),
        right=pieces[-1].right,
        bottom=min(p.bottom for p in pieces),
        top=max(p.top for p in pieces),
        cells=tuple(c for p in pieces for c in p.cells),
    )


def _goes_on(run: list[Line], row: Line) -> bool:
    if not run:
        return True
    last = run[-1]
    near = 0 <= last.bottom - row.top + row.size < _APART * row.size
    return near and len(row.cells) == len(last.cells)


def _table(run: list[Line]) -> Ruled:
    written = tuple(
        "| " + " | ".join(c.words.replace("|", "/") for c in row.cells) + " |" for row in run
    )
    return Ruled(written, run[-1].bottom, run[0].top)


def in_columns(page: list[Line]) -> list[Line]:
    """The lines of a page; where it is set in two columns row by row, the left column first.

    A line across both columns, such as a heading, parts what stands above it from what follows.
    """
    gutter = _gutter(page)
    if gutter is None:
        return page
    pieces = [p for line in page for p in _halves(line, gutter)]
    ordered: list[Line] = []
    for across, group in groupby(pieces, key=lambda p: p.left < gutter < p.right):
        part = list(group)
        if across:
            ordered += part
        else:
            ordered += [p for p in part if p.right <= gutter]
            ordered += [p for p in part if p.right > gutter]
    return ordered


def _gutter(page: list[Line]) -> float | None:
    """The middle of the blank stripe between two columns that stand line beside line."""
    pairs = [r for r in rows(page) if len(r.cells) == 2]
    if len(pairs) < _PAIRED or any(len(r.cells) > 2 for r in rows(page)):
        return None
    left = max(r.cells[0].right for r in pairs)
    right = min(r.cells[1].left for r in pairs)
    return (left + right) / 2 if left < right else None


def _halves(line: Line, gutter: float) -> list[Line]:
    """A line cut at the gutter, if it has words on both sides of it and none across."""
    sides: tuple[list[Cell], list[Cell]] = ([], [])
    for cell in line.cells:
        if cell.left < gutter < cell.right:
            return [line]
        sides[cell.left > gutter].append(cell)
    return [
        replace(
            line,
            words=" ".join(c.words for c in side),
            left=side[0].left,
            right=side[-1].right,
            cells=tuple(side),
        )
        for side in sides
        if side
    ]
