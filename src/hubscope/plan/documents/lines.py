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
    for i in range(count + 1):
        code = raw.FPDFText_GetUnicode(text, i) if i < count else 10
        if code in (10, 13):
            if places:
                found.append(_line(text, characters, places, number, height))
            characters, places = [], []
        elif code in (2, 0xFFFE, 0xAD):
            continue
        elif code:
            characters.append(chr(code))
            if not chr(code).isspace():
                places.append(i)
    text.close()
    return _rows([x for x in found if x.words])


def _line(text: object, characters: list[str], places: list[int], n: int, height: float) -> Line:
    from pypdfium2 import raw

    words = "".join(characters).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    first, last = _box(text, places[0]), _box(text, places[-1])
    middle = places[len(places) // 2]
    size = round(raw.FPDFText_GetFontSize(text, middle), 1)
    bottom, top = min(first[1], last[1]), max(first[3], last[3])
    return Line(words.strip(), n, first[0], last[2], bottom, top, size, height)


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
