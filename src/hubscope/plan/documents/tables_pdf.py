"""The ruled tables of a PDF's pages, as rows with bars and the box they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Ruled:
    """One table: its rows, and its upper and lower edge in points from the page's foot."""

    rows: tuple[str, ...]
    bottom: float
    top: float


def tables(path: Path, pages: list[int]) -> dict[int, list[Ruled]]:
    """The tables of the given pages (from 0), from the top down."""
    import pdfplumber

    found: dict[int, list[Ruled]] = {}
    with pdfplumber.open(path) as opened:
        for n in pages:
            page = opened.pages[n]
            made = [_table(t, float(page.height)) for t in page.find_tables()]
            found[n] = [t for t in made if t is not None]
            page.close()
    return found


def _table(table: Any, height: float) -> Ruled | None:
    rows = table.extract()
    wide = max((len(r) for r in rows), default=0)
    full = [[_cell(c) for c in row] for row in rows if any(row)]
    if len(full) < 2 or wide < 2:
        return None
    written = tuple("| " + " | ".join(row) + " |" for row in full)
    _, top, _, bottom = table.bbox
    return Ruled(written, height - float(bottom), height - float(top))


def _cell(words: str | None) -> str:
    """The words of a cell in one line; Chinese lines join without a space."""
    made = ""
    for row in (words or "").split("\n"):
        row = row.strip()  # noqa: PLW2901
        spaced = made and row and (made[-1].isascii() or row[0].isascii())
        made += (" " if spaced else "") + row
    return made.replace("|", "/")
