"""What a report consists of, whatever it is written to: headings, paragraphs, tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from hubscope.index.report.marks import Drawing


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the title."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Text:
    """A paragraph; `kind` is "answer", "over" (above the title) or "note"."""

    text: str
    kind: str = ""


CellBlock: TypeAlias = str | Drawing


@dataclass(frozen=True)
class Table:
    """A table with a caption that says what it shows; its first column heads the rows."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[CellBlock, ...], ...]
    numeric: frozenset[int] = frozenset()
    """Columns set to the right."""
    depths: tuple[int, ...] = field(default=())
    """How far each row's head is moved in."""
    links: tuple[str, ...] = field(default=())
    """Where each row's head leads, in a page."""


Block: TypeAlias = Heading | Text | Table
