"""Open a document of any form: plain text here, the others in a process of their own."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hubscope.errors import BadDocumentError
from hubscope.plan.documents import coding, forms

LARGEST = 20 * 2**20
"""Bytes of the largest text, Markdown or HTML file that is read."""
LARGEST_BINARY = 80 * 2**20
"""Bytes of the largest PDF or DOCX file that is read."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The words of a document; every offset the reader gives is one of `text`."""

    text: str
    form: str
    """One of text, html, pdf, docx."""
    pages: tuple[int, ...] = ()
    """Offset at which each page starts; empty where the form has no pages."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What the file itself says: title, published, publisher, encoding ..."""

    def page(self, at: int) -> int | None:
        """The page, from 1, that holds the offset `at`."""
        return bisect.bisect_right(self.pages, at) if self.pages else None


def open_document(path: Path) -> Opened:
    """The words of a text, Markdown, HTML, PDF or DOCX file.

    Raises:
        BadDocumentError: if the file is missing, too large, broken, locked by a password, a
            picture without words, of no form that is read, or hostile.
    """
    data = _bytes(path)
    form = forms.form(path, data)
    if form == "text":
        text, encoding = coding.decoded(path, data)
        return Opened(text, form, facts={} if encoding == "UTF-8" else {"encoding": encoding})
    if form == "html" and len(data) > LARGEST:
        raise _too_large(path, len(data), LARGEST)
    from hubscope.plan.documents.apart import apart

    return Opened(**apart(path, form))


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise BadDocumentError(f"{path} is a folder", hint="name the document itself")
    if not path.exists():
        raise BadDocumentError(f"{path} does not exist", hint="check the name of the file")
    try:
        size = path.stat().st_size
        most = LARGEST_BINARY if forms.packed(path) else LARGEST
        if size > most:
            raise _too_large(path, size, most)
        return path.read_bytes()
    except OSError as error:
        raise BadDocumentError(
            f"{path} cannot be read: {error.strerror}", hint="check its permissions"
        ) from error


def _too_large(path: Path, size: int, most: int) -> BadDocumentError:
    return BadDocumentError(
        f"{path} has {size / 2**20:.0f} MB; at most {most / 2**20:.0f} MB are read",
        hint="a plan is rarely above 1 MB of text: give it without pictures, or its text alone",
    )
