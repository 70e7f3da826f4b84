"""PDF to Markdown: lines by their place on the page, headings by their type size, ruled tables."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubscope.errors import BadDocumentError
from hubscope.plan.documents.layout import in_columns, unruled
from hubscope.plan.documents.lines import Line, furniture, lines, size_of_body
from hubscope.plan.documents.paragraphs import Joined, joined

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

Read = tuple[str, list[int], dict[str, Any]]
MOST_PAGES = 1000
_RULES = 4
"""Drawn paths from which a page may hold a ruled table."""
_SCANNED = 0.5
"""Share of pages without words from which a document counts as scanned."""


def read(path: Path) -> Read:
    """Text, the offset of each page's start, and title and dates of the file's properties."""
    found = _opened(path)
    count = len(found)
    if count > MOST_PAGES:
        raise BadDocumentError(
            f"has {count} pages; at most {MOST_PAGES} are read",
            hint="give the pages that hold the plan",
        )
    pages, ruled = [], []
    for n in range(count):
        page = found[n]
        pages.append(in_columns(lines(page, n)))
        if _is_ruled(page):
            ruled.append(n)
        page.close()
    _words(pages)
    made = _text(path, pages, ruled)
    facts = _facts(found) | {"page_count": count}
    if made.furniture:
        facts["page_furniture"] = list(made.furniture)
    return made.text, made.pages, facts


def _opened(path: Path) -> PdfDocument:
    import pypdfium2 as pdfium

    try:
        return pdfium.PdfDocument(str(path))
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise BadDocumentError(
                "is locked by a password", hint="print it to a PDF without one"
            ) from None
        raise BadDocumentError(
            "is a broken PDF: it cannot be opened", hint="print it to a new PDF"
        ) from None


def _words(pages: list[list[Line]]) -> None:
    """Refuse a document whose pages are pictures."""
    bare = sum(sum(len(x.words) for x in page) < 10 for page in pages)
    if not pages or bare > _SCANNED * len(pages):
        raise BadDocumentError(
            f"needs OCR: {bare} of its {len(pages)} pages hold pictures and no words",
            hint="recognise the text first (OCR), then read the result",
        )


def _is_ruled(page: PdfPage) -> bool:
    from pypdfium2 import raw

    drawn = page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=2)
    return len(list(islice(drawn, _RULES))) == _RULES


def _text(path: Path, pages: list[list[Line]], ruled: list[int]) -> Joined:
    from hubscope.plan.documents.tables_pdf import tables

    running = furniture(pages)
    found = tables(path, ruled) if ruled else {}
    for n, page in enumerate(pages):
        if not found.get(n) and (more := unruled(page)):
            found[n] = more
    return joined(pages, running, found, size_of_body(pages))


def _facts(found: PdfDocument) -> dict[str, Any]:
    said = found.get_metadata_dict(skip_empty=True)
    made = {"title": said.get("Title"), "author": said.get("Author")}
    for name, key in (("created", "CreationDate"), ("modified", "ModDate")):
        day = said.get(key, "").removeprefix("D:")[:8]
        if len(day) == 8 and day.isdigit():
            made[name] = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    made["stated_language"] = _language(found)
    return {k: v for k, v in made.items() if v}


_LONGEST_TAG = 80


def _language(found: PdfDocument) -> str:
    """The language tag of the document's catalogue, "" where it has none."""
    import ctypes

    from pypdfium2 import raw

    room = ctypes.create_string_buffer(2 * _LONGEST_TAG)
    size = raw.FPDFCatalog_GetLanguage(
        found, ctypes.cast(room, ctypes.POINTER(raw.FPDF_WCHAR)), len(room)
    )
    tag = room.raw[: min(size, len(room))].decode("utf-16-le", "replace")
    return tag.split("\0")[0].strip()
