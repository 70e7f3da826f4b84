"""The lines of PDF pages with their place and type size, and those that run over every page."""

from __future__ import annotations

import re
from collections import Counter
from ctypes import c_double
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

_EDGE = 0.12
"""Share of a page's height, at top and bottom, in which running heads and numbers stand."""
_NUMBER = re.compile(r"^[\s\-–—·.|/第页共Page of]*(?:\d{1,4}|[ivxlc]{1,6})[\s\-–—·.|/第页共of\d]*$")


_WIDE = 1.6
"""Type sizes of blank space from which two words of a line stand in different cells."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Words of a line between two wide blanks, with their left and right edge."""

    words: str
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its words, page from 0, box in points from the lower left, and type size."""

    words: str
    page: int
    left: float
    right: float
    bottom: float
    top: float
    size: float
    height: float
    """Height of the page."""
    cells: tuple[Cell, ...] = ()
    """Its words cut at wide blanks; one cell for running text."""

    @property
    def edge(self) -> bool:
        """Whether it stands where running heads and page numbers do."""
        return self.top < _EDGE * self.height or self.bottom > (1 - _EDGE) * self.height


def lines(page: PdfPage, number: int) -> list[Line]:
    """The lines of a page in the order of its text."""
    from pypdfium2 import raw

    text = page.get_textpage()
    height = page.get_height()
    count = text.count_chars()
    found: list[Line] = []
    characters: list[str] = []
    places: list[int] = []
    spaced = False
    for i in range(count + 1):
        code = raw.FPDFText_GetUnicode(text, i) if i < count else 10
        if code in (10, 13):
            if places:
                found.append(_line(text, characters, places, number, height))
            characters, places, spaced = [], [], False
        elif code in (2, 0xFFFE, 0xAD):
            continue
        elif code:
            if places and spaced and not chr(code).isspace():
                spaced = False
                before, here = _box(text, places[-1]), _box(text, i)
                if here[0] - before[2] > _WIDE * _size(text, i):
                    characters.append("\t")
            spaced = spaced or chr(code).isspace()
            characters.append(chr(code))
            if not chr(code).isspace():
                places.append(i)
    text.close()
    return _rows([x for x in found if x.words])


def _line(text: object, characters: list[str], places: list[int], n: int, height: float) -> Line:
    words = "".join(characters).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    first, last = _box(text, places[0]), _box(text, places[-1])
    size = round(_size(text, places[len(places) // 2]), 1)
    bottom, top = min(first[1], last[1]), max(first[3], last[3])
    cells = _cells(text, characters, places)
    plain = re.sub(r"\s*\t\s*", " ", words.strip()) if len(cells) > 1 else words.strip()
    return Line(plain, n, first[0], last[2], bottom, top, size, height, cells)


def _cells(text: object, characters: list[str], places: list[int]) -> tuple[Cell, ...]:
    """The words between the tabs that stand for wide blanks, with their edges."""
    found, at = [], 0
    for piece in "".join(characters).split("\t"):
        size = sum(not c.isspace() for c in piece)
        if size and at + size <= len(places):
            left, right = _box(text, places[at]), _box(text, places[at + size - 1])
            found.append(Cell(piece.strip(), left[0], right[2]))
        at += size
    return tuple(found)


def _size(text: object, i: int) -> float:
    from pypdfium2 import raw

    return float(raw.FPDFText_GetFontSize(text, i))


def _box(text: object, i: int) -> tuple[float, float, float, float]:
    from pypdfium2 import raw

    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    raw.FPDFText_GetCharBox(text, i, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def _rows(found: list[Line]) -> list[Line]:
    """Pieces on one base line that follow each other are one line (a mark and its words)."""
    made: list[Line] = []
    for line in found:
        last = made[-1] if made else None
        if last and _beside(last, line):
            gap = "" if last.words.endswith(" ") else " "
            made[-1] = Line(
                last.words + gap + line.words,
                *(line.page, last.left, line.right),
                *(min(last.bottom, line.bottom), max(last.top, line.top)),
                *(line.size, line.height),
                cells=(*last.cells, *line.cells),
            )
        else:
            made.append(line)
    return made


def _beside(a: Line, b: Line) -> bool:
    middle = (b.bottom + b.top) / 2
    return a.bottom - 1 <= middle <= a.top + 1 and -1 <= b.left - a.right <= 3 * max(b.size, 8)


def size_of_body(pages: list[list[Line]]) -> float:
    """The type size that most characters have."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.words)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _shape(words: str) -> str:
    return re.sub(r"\d+|(?<![a-z])[ivxlc]{1,6}(?![a-z])", "#", words.lower())


def furniture(pages: list[list[Line]]) -> frozenset[str]:
    """Shapes of the lines at page edges that come on a third of the pages, and page numbers."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(x.words) for x in page if x.edge})
    often = max(3, len(pages) // 3)
    return frozenset(shape for shape, n in seen.items() if n >= often)


def is_furniture(line: Line, running: frozenset[str]) -> bool:
    """Whether a line is a running head or a page number."""
    return line.edge and (_shape(line.words) in running or bool(_NUMBER.match(line.words)))
