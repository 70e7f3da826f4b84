"""A report as a Word document, by python-docx; drawings are pictures with alternative text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from hubscope.index.report.blocks import Block, CellBlock, Heading, Table, Text
from hubscope.index.report.marks import Drawing, png

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML cannot hold."""
FONTS = {"zh": "Microsoft YaHei", "en": "Calibri"}
TAGS = {"zh": "zh-CN", "en": "en-GB"}
PICTURE_CM, SHEET_CM = 2.8, 17.8
LONG_CM, LONGEST = 3.7, 30
"""Columns up to that width are never squeezed; a text counts up to so many characters."""
CJK = 0x2E80
"""Where the characters of double width begin."""
INK, SOFT = (0x17, 0x1D, 0x26), (0x59, 0x61, 0x6D)


def document(blocks: Sequence[Block], title: str, lang: str) -> bytes:
    """The blocks as a .docx file, A4, with real headings and header rows that repeat."""
    from docx import Document

    made = Document()
    _set_up(made, title, lang)
    for block in blocks:
        _add(made, block)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def _set_up(made: Any, title: str, lang: str) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.6)
    section.top_margin = section.bottom_margin = Cm(2)
    about, now = made.core_properties, datetime.now(UTC)
    about.title, about.author, about.comments, about.language = _clean(title), "", "", TAGS[lang]
    about.created = about.modified = now
    for name in ("Normal", "Title", "Heading 1", "Caption"):
        style = made.styles[name]
        style.font.name, style.font.color.rgb = FONTS["en"], RGBColor(*INK)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in [k for k in fonts.attrib if k.endswith("Theme")]:
            del fonts.attrib[key]
        fonts.set(qn("w:eastAsia"), FONTS["zh"])
        fonts.set(qn("w:hAnsi"), FONTS["en"])
    made.styles["Normal"].font.size = Pt(10)


def _clean(text: str) -> str:
    return UNPRINTABLE.sub("\ufffd", text)


def _add(made: Any, block: Block) -> None:
    if isinstance(block, Heading):
        made.add_heading(_clean(block.text), level=block.level - 1)
    elif isinstance(block, Text):
        _paragraph(made, block.text, block.kind)
    else:
        _table(made, block)


def _paragraph(made: Any, text: str, kind: str) -> None:
    from docx.shared import Pt, RGBColor

    run = made.add_paragraph().add_run(_clean(text))
    if kind == "answer":
        run.font.size = Pt(13)
    elif kind:
        run.font.color.rgb = RGBColor(*SOFT)


def _table(made: Any, table: Table) -> None:
    from docx.shared import Cm, Pt

    if table.caption:
        _paragraph(made, table.caption, "note")
    grid = made.add_table(rows=1 + len(table.rows), cols=len(table.head))
    _ruled(grid)
    _spaced(grid, table)
    for j, text in enumerate(table.head):
        _fill(grid.rows[0].cells[j], text, right=j in table.numeric, bold=True)
    for i, row in enumerate(table.rows):
        cells = grid.rows[i + 1].cells
        for j, cell in enumerate(row):
            _fill(cells[j], cell, right=j in table.numeric)
        if table.depths:
            cells[0].paragraphs[0].paragraph_format.left_indent = Cm(0.3 * table.depths[i])
    _together(grid)
    made.add_paragraph().paragraph_format.space_after = Pt(0)


def _fill(cell: Any, content: CellBlock, *, right: bool, bold: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    line = cell.paragraphs[0]
    line.paragraph_format.space_after = Pt(0)
    if isinstance(content, Drawing):
        picture = line.add_run().add_picture(BytesIO(png(content)), width=Cm(PICTURE_CM))
        picture._inline.docPr.set("descr", _clean(content.label))  # noqa: SLF001  # no public way
        return
    run = line.add_run(_clean(content))
    run.font.size, run.font.bold = Pt(8.5), bold
    if right:
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _spaced(grid: Any, table: Table) -> None:
    """Columns as wide as their pictures or short texts; those of long texts share the rest."""
    from docx.shared import Cm

    columns = list(zip(table.head, *table.rows, strict=True))
    wanted = [
        PICTURE_CM + 0.6 if any(isinstance(c, Drawing) for c in cells) else _wish(cells)
        for cells in columns
    ]
    long = sum(w for w in wanted if w > LONG_CM)
    room = max(SHEET_CM - sum(wanted) + long, 1.0)
    grid.autofit = False
    for column, wish in zip(grid.columns, wanted, strict=True):
        width = Cm(min(wish, room * wish / long) if wish > LONG_CM else wish)
        column.width = width
        for cell in column.cells:
            cell.width = width


def _wish(cells: Sequence[CellBlock]) -> float:
    """Width in cm of the longest text at 8.5 points, Chinese characters counted twice."""
    most = max(sum(1 + (ord(c) > CJK) for c in str(text)) for text in cells)
    return min(most, LONGEST) * 0.16 + 0.55


def _ruled(grid: Any) -> None:
    """Thin lines between rows and none between columns."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for key, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "C9C4B8")):
            line.set(qn(f"w:{key}"), value)
        borders.append(line)
    grid._tbl.tblPr.append(borders)  # noqa: SLF001  # no public way


def _together(grid: Any) -> None:
    """The first row repeats on every page, and no row breaks across two."""
    from docx.oxml import OxmlElement

    for number, row in enumerate(grid.rows):
        about = row._tr.get_or_add_trPr()  # noqa: SLF001  # no public way
        about.append(OxmlElement("w:cantSplit"))
        if number == 0:
            about.append(OxmlElement("w:tblHeader"))
