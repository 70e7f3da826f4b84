"""What a file is, by its first bytes; its name decides only between text and HTML."""

from __future__ import annotations

import re
from pathlib import Path

from hubscope.errors import BadDocumentError

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_NAMES = {".html": "html", ".htm": "html", ".xhtml": "html"}


def packed(path: Path) -> bool:
    """Whether the file starts like a PDF or a DOCX, which may be larger than a text."""
    with path.open("rb") as handle:
        head = handle.read(1024)
    return head.startswith(b"PK\x03\x04") or b"%PDF-" in head


def form(path: Path, data: bytes) -> str:
    """The form of a document: pdf, docx, html or text.

    Raises:
        BadDocumentError: for an old or locked Office file and other bytes that are no document.
    """
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return "docx"
    if data.startswith(_OLD_OFFICE):
        raise BadDocumentError(
            f"{path} is a binary file of old Office, or a DOCX locked by a password",
            hint="open it, take the password off, and save it as DOCX or PDF",
        )
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadDocumentError(
            f"{path} is no document but a binary file",
            hint="text, Markdown, HTML, PDF and DOCX are read",
        )
    if path.suffix.lower() in _NAMES or _HTML.search(data[:2048]):
        return "html"
    return "text"


BOXED = re.compile(r"专栏\s*[\d一二三四五六七八九十]|Box\s+\d")
"""How the words begin of a table of one column that only draws a frame around paragraphs."""
