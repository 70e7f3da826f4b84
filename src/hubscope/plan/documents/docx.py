"""DOCX to Markdown: headings by style, the numbers that Word counts, tables with bars."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubscope.errors import BadDocumentError
from hubscope.plan.documents.forms import BOXED

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    from hubscope.plan.documents.numbering import Numbering

Read = tuple[str, list[int], dict[str, Any]]
UNPACKED = 200 * 2**20
"""Bytes that a file may unpack to."""
_RATIO = 150
_PARTS = 5000
_HEADING = re.compile(r"(?:heading|标题)\s*(\d)$", re.IGNORECASE)


def read(path: Path) -> Read:
    """Text, no pages, and title, author and dates of the file's properties."""
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    _check(path)
    try:
        found = Document(str(path))
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BadDocumentError(
            f"is a zip archive but no DOCX: {str(error)[:120]}", hint="save it as DOCX again"
        ) from None
    text = "\n".join(_lines(found)).strip() + "\n"
    if not text.strip():
        raise BadDocumentError(
            "holds no words: its pages may be pictures, which need OCR",
            hint="recognise the text first (OCR), then read the result",
        )
    return text, [], _facts(found)


def _check(path: Path) -> None:
    """Refuse an archive that unpacks to far more than it is, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise BadDocumentError(
            "is broken: its archive cannot be read", hint="open it in Word and save it again"
        ) from None
    total = sum(p.file_size for p in parts)
    steep = any(
        p.file_size > 2**20 * 8 and p.file_size > _RATIO * max(p.compress_size, 1) for p in parts
    )
    if total > UNPACKED or steep or len(parts) > _PARTS:
        raise BadDocumentError(
            f"would unpack to {total / 2**20:.0f} MB in {len(parts)} parts: a zip bomb",
            hint="the file is damaged or hostile: copy its words into a text file",
        )
    if any(p.flag_bits & 1 for p in parts):
        raise BadDocumentError(
            "is locked by a password", hint="take the password off and save it again"
        )


def _facts(found: Document) -> dict[str, Any]:
    core = found.core_properties
    created = core.created.date().isoformat() if core.created else ""
    changed = core.modified.date().isoformat() if core.modified else ""
    made = {"title": core.title, "author": core.author, "created": created, "modified": changed}
    made |= {"stated_language": core.language, "issuer": _company(found)}
    return {k: v for k, v in made.items() if v and v != "python-docx"}


_COMPANY = re.compile(rb"<(?:\w+:)?Company>([^<]{1,200})</")


def _company(found: Document) -> str:
    """The company or office that the program names whose file it is."""
    parts = (p.blob for p in found.part.package.iter_parts() if p.partname == "/docProps/app.xml")
    named = next((_COMPANY.search(blob) for blob in parts), None)
    return html.unescape(named.group(1).decode("utf-8", "replace")).strip() if named else ""


def _lines(found: Document) -> Iterator[str]:
    from docx.table import Table

    from hubscope.plan.documents.numbering import Numbering

    numbers = Numbering(found)
    titled = any(_style(p) == "title" for p in found.paragraphs[:10])
    for block in found.iter_inner_content():
        if isinstance(block, Table):
            yield from ("", *(_boxed(block, numbers) or _rows(block)), "")
        else:
            yield from _paragraph(block, numbers.mark(block), titled)


def _style(paragraph: Paragraph) -> str:
    name = paragraph.style.name if paragraph.style is not None else ""
    return (name or "").lower()


def _paragraph(paragraph: Paragraph, mark: str, titled: bool) -> Iterator[str]:
    words = paragraph.text.replace("\t", " ").strip()
    if not words:
        return
    style = _style(paragraph)
    heading = _HEADING.match(style)
    if style in ("title", "文档标题"):
        yield from (f"# {words}", "")
    elif heading:
        sharps = "#" * (int(heading.group(1)) + titled)
        yield from ("", f"{sharps} {mark}{words}", "")
    elif mark:
        yield mark + words
    else:
        yield from (words, "")


def _boxed(table: Table, numbers: Numbering) -> list[str]:
    """The paragraphs of a table of one column that draws a box; none of any other table."""
    if len(table.columns) != 1 or not table.rows or not BOXED.match(table.cell(0, 0).text.strip()):
        return []
    inner = [p for row in table.rows for p in row.cells[0].paragraphs if p.text.strip()]
    return [numbers.mark(p) + " ".join(p.text.split()) for p in inner]


def _rows(table: Table) -> Iterator[str]:
    """The rows of a table with bars; a merged cell is given once, the others stay empty."""
    seen: set[object] = set()
    for row in table.rows:
        words = []
        for cell in row.cells:
            words.append("" if cell._tc in seen else " ".join(cell.text.split()))  # noqa: SLF001
            seen.add(cell._tc)  # noqa: SLF001
        if any(words):
            yield "| " + " | ".join(w.replace("|", "/") for w in words) + " |"
