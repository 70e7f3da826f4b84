"""The marks of numbered lists, which Word counts and does not store: 一、 （一） 1. • ."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_DIGITS = "〇一二三四五六七八九"
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def chinese(n: int) -> str:
    """A count from 1 to 99 in Chinese: 12 is 十二."""
    if not 0 < n < 100:
        return str(n)
    tens, ones = divmod(n, 10)
    head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return head + (_DIGITS[ones] if ones else "")


def _roman(n: int) -> str:
    made = ""
    for value, sign in _ROMAN:
        while n >= value:
            made, n = made + sign, n - value
    return made


def written(n: int, how: str) -> str:
    """A number as Word's number format `how` writes it."""
    if how.startswith(("chinese", "ideograph", "japaneseCounting", "taiwaneseCounting")):
        return chinese(n)
    if how.startswith("decimalEnclosedCircle"):
        return chr(0x2460 + n - 1) if 0 < n <= 20 else str(n)
    if how in ("lowerLetter", "upperLetter"):
        letter = chr(97 + (n - 1) % 26)
        return letter.upper() if how == "upperLetter" else letter
    if how in ("lowerRoman", "upperRoman"):
        return _roman(n).upper() if how == "upperRoman" else _roman(n)
    return str(n)


class Numbering:
    """Counts the lists of one document while its paragraphs go by."""

    def __init__(self, found: Document) -> None:
        self.levels = _levels(found)
        self.counts: dict[tuple[str, int], int] = {}

    def mark(self, paragraph: Paragraph) -> str:
        """The mark that stands before a paragraph, with a space; "" where it is in no list."""
        where = _place(paragraph)
        if where is None:
            return ""
        number, level = where
        formats = self.levels.get(number, {})
        if level not in formats:
            return "- "
        how, pattern, first = formats[level]
        if how == "none":
            return ""
        if how == "bullet":
            return "  " * level + "- "
        self.counts[number, level] = self.counts.get((number, level), first - 1) + 1
        for deeper in range(level + 1, 9):
            self.counts.pop((number, deeper), None)
        mark = re.sub(r"%(\d)", lambda m: self._part(number, formats, int(m[1]) - 1), pattern)
        return mark if mark.endswith(("、", "）", ")", " ")) and "." not in mark else mark + " "

    def _part(self, number: str, formats: dict[int, tuple[str, str, int]], level: int) -> str:
        how, _, first = formats.get(level, ("decimal", "", 1))
        return written(self.counts.get((number, level), first), how)


def _place(paragraph: Paragraph) -> tuple[str, int] | None:
    """The list and level of a paragraph, by itself or by its style."""
    from docx.oxml.ns import qn

    properties: list[Any] = [paragraph._p.pPr]  # noqa: SLF001
    style = paragraph.style
    while style is not None:
        properties.append(style.element.pPr)
        style = style.base_style
    for found in properties:
        numbered = found.numPr if found is not None else None
        if numbered is not None and numbered.numId is not None:
            level = numbered.find(qn("w:ilvl"))
            number = str(numbered.numId.val)
            return None if number == "0" else (number, int(level.val) if level is not None else 0)
    return None


def _levels(found: Document) -> dict[str, dict[int, tuple[str, str, int]]]:
    """By list: the format, pattern and first number of each level."""
    from docx.oxml.ns import qn

    try:
        root = found.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    shapes = {
        shape.get(qn("w:abstractNumId")): dict(_level(x) for x in shape.findall(qn("w:lvl")))
        for shape in root.findall(qn("w:abstractNum"))
    }
    return {
        number.get(qn("w:numId")): shapes.get(
            number.find(qn("w:abstractNumId")).get(qn("w:val")), {}
        )
        for number in root.findall(qn("w:num"))
    }


def _level(element: Any) -> tuple[int, tuple[str, str, int]]:
    from docx.oxml.ns import qn

    def value(name: str, default: str) -> str:
        found = element.find(qn(name))
        return default if found is None else str(found.get(qn("w:val"), default))

    first = value("w:start", "1")
    return int(element.get(qn("w:ilvl"))), (
        value("w:numFmt", "decimal"),
        value("w:lvlText", ""),
        int(first) if first.isdigit() else 1,
    )
