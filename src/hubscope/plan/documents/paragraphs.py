"""The lines of a PDF to paragraphs: broken lines joined, headings marked, tables in their place."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from hubscope.plan.documents.lines import Line, is_furniture
from hubscope.plan.documents.tables_pdf import Ruled

_LARGER = 1.08
"""How much larger than the body the type of a heading is."""
_STOPS = "。！？；：!?;:"
_MARK = re.compile(
    r"\s*(?:[-*•·●▪‣◆■○–—]\s*|[一二三四五六七八九十]{1,3}[、是]|第[一二三四五六七八九十\d]+[章节条部篇]|"
    r"[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}(?:\.\d{1,2}){0,3}[.、．)]?\s+\S|\d{1,2}[、．]|[①-⑳]|专栏|\|)"
)
_BULLET = re.compile(r"^[•‣●▪◆■○·–]\s*")
_NEAR = 2.5
"""Points by which the right edges of full lines differ."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The text, where each page starts in it, and the page furniture left out."""

    text: str
    pages: list[int]
    furniture: tuple[str, ...]


def joined(
    pages: list[list[Line]], running: frozenset[str], found: dict[int, list[Ruled]], body: float
) -> Joined:
    """One text of all pages; `found` gives the ruled tables by page."""
    levels = _levels(pages, body, running)
    margin = _margin(pages, body)
    writer = _Writer(body, levels, margin)
    left: Counter[str] = Counter()
    for n, page in enumerate(pages):
        writer.turn()
        waiting = sorted(found.get(n, []), key=lambda t: -t.top)
        for line in page:
            if is_furniture(line, running):
                left[re.sub(r"\d+", "#", line.words)] += 1
                continue
            middle = (line.bottom + line.top) / 2
            if any(t.bottom <= middle <= t.top for t in found.get(n, [])):
                continue
            while waiting and waiting[0].bottom > middle:
                writer.table(waiting.pop(0))
            writer.line(line)
        for table in waiting:
            writer.table(table)
    return Joined(writer.text(), writer.pages, tuple(sorted(left)))


def _levels(pages: list[list[Line]], body: float, running: frozenset[str]) -> dict[float, int]:
    """Heading level by type size, the largest first; the body has none."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            if line.size >= _LARGER * body and not is_furniture(line, running):
                sizes[line.size] += 1
    return {size: min(i, 6) for i, size in enumerate(sorted(sizes, reverse=True), 1)}


def _margin(pages: list[list[Line]], body: float) -> float:
    """The right edge that full lines of the body reach."""
    edges = sorted(x.right for page in pages for x in page if x.size == body)
    return edges[int(0.97 * (len(edges) - 1))] if edges else 0.0


class _Writer:
    """Puts lines one after the other and keeps where pages start."""

    def __init__(self, body: float, levels: dict[float, int], margin: float) -> None:
        self.body, self.levels, self.margin = body, levels, margin
        self.pieces: list[str] = []
        self.length = 0
        self.pages: list[int] = []
        self.last: Line | None = None

    def text(self) -> str:
        return "".join(self.pieces) + ("\n" if self.pieces else "")

    def put(self, piece: str) -> None:
        self.pieces.append(piece)
        self.length += len(piece)

    def turn(self) -> None:
        """A page starts; a line that goes on from the page before belongs to that one."""
        self.pages.append(self.length)

    def table(self, table: Ruled) -> None:
        self.put(("\n\n" if self.pieces else "") + "\n".join(table.rows) + "\n")
        self.last = None

    def line(self, line: Line) -> None:
        level = self.levels.get(line.size, 0)
        words = _BULLET.sub("- ", line.words)
        if self.last is not None and self.goes_on(self.last, line, level):
            self.put(_between(self.pieces[-1], words) + words)
        else:
            gap = self.gap(line, level)
            self.put(gap + (f"{'#' * level} " if level else "") + words)
        self.last = line

    def gap(self, line: Line, level: int) -> str:
        """What stands between a line and the one before: one line end, or an empty line."""
        if not self.pieces:
            return ""
        last = self.last
        if last is None or level or last.size in self.levels:
            return "\n\n"
        apart = last.bottom - line.top
        item = _MARK.match(line.words) and _MARK.match(last.words)
        wide = last.page == line.page and apart > 0.9 * self.body
        return "\n\n" if wide and not item else "\n"

    def goes_on(self, last: Line, line: Line, level: int) -> bool:
        """Whether a line is the rest of the paragraph, item or heading before it."""
        if last.size != line.size or _MARK.match(line.words):
            return False
        if level:
            return last.page == line.page and last.bottom - line.top < 0.8 * line.size
        full = last.right >= self.margin - _NEAR * self.body
        if not full:
            return False
        near = last.page != line.page or last.bottom - line.top < 1.2 * self.body
        indented = line.left > last.left + self.body and not _MARK.match(last.words)
        ended = last.words[-1] in _STOPS + "." and last.right < self.margin - self.body
        return near and not indented and not ended


def _between(before: str, words: str) -> str:
    """Latin words on two lines are parted by a space, Chinese characters by nothing."""
    a, b = before[-1:], words[:1]
    if a == "-" and b.islower() and before[-2:-1].isalpha():
        return ""
    both_han = not a.isascii() and not b.isascii()
    return "" if both_han or not a else " " if a.isascii() and b.isascii() else ""
