"""HTML to Markdown: the article as trafilatura finds it, and what the page says of itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hubscope.errors import BadDocumentError
from hubscope.plan.documents.coding import declared
from hubscope.plan.documents.forms import BOXED
from hubscope.plan.documents.meta import stated

Read = tuple[str, list[int], dict[str, Any]]
_DEEP = 400
"""Depth of nesting from which a page is no document."""
_TAG = re.compile(
    r"<(/?)(?:div|span|table|ul|ol|li|b|i|font|blockquote|section)\b[^>]*>", re.IGNORECASE
)


def read(path: Path) -> Read:
    """Text, no pages, and title, publisher, published, url where the page states them."""
    source, encoding = declared(path, path.read_bytes())
    _check(source)
    found = article(source)
    if not found:
        raise BadDocumentError(
            "holds no article: nothing but furniture, scripts or frames was found",
            hint="save the page after it has loaded, or copy its words into a text file",
        )
    return (
        found,
        [],
        facts(source) | ({} if encoding.upper() == "UTF-8" else {"encoding": encoding}),
    )


def _check(source: str) -> None:
    depth = deepest = 0
    for tag in _TAG.finditer(source):
        depth = max(0, depth - 1) if tag.group(1) else depth + 1
        deepest = max(deepest, depth)
    if deepest > _DEEP:
        raise BadDocumentError(
            f"nests its tags {deepest} deep; at most {_DEEP} are read",
            hint="the page is damaged or hostile: copy its words into a text file",
        )


def article(source: str) -> str:
    """The article as Markdown: headings, lists with their numbers, tables with bars."""
    import trafilatura

    made = trafilatura.extract(
        _TABLE.sub(_unboxed, source),
        output_format="markdown",
        include_comments=False,
        include_links=False,
        include_images=False,
        include_tables=True,
        favor_recall=True,
        deduplicate=False,
    )
    return _tidy(made or "")


_TABLE = re.compile(r"<table\b[^>]*>((?:(?!</?table\b).)*)</table\s*>", re.IGNORECASE | re.DOTALL)
_CELLS = re.compile(r"</?(?:thead|tbody|tr|td|th)\b[^>]*>", re.IGNORECASE)


def _unboxed(table: re.Match[str]) -> str:
    """A table of one column that draws a box as the paragraphs in it; any other as it is."""
    inner = table.group(1)
    rows, columns = (len(re.findall(rf"<{t}\b", inner, re.IGNORECASE)) for t in ("tr", "t[dh]"))
    words = re.sub(r"<[^>]*>", " ", inner).strip()
    if rows != columns or not BOXED.match(words):
        return table.group()
    return "<div>" + _CELLS.sub("\n", inner) + "</div>"


def _tidy(text: str) -> str:
    """Without the escapes of Markdown and without runs of empty lines."""
    text = re.sub(r"\\([-#*_.\[\]()])", r"\1", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n" if text.strip() else ""


def facts(source: str) -> dict[str, Any]:
    """What the page states of its document: title, publisher, issuer, address, day, licence ...

    The tags of its head come first; trafilatura and htmldate fill in what they do not state.
    """
    from htmldate import find_date
    from trafilatura.metadata import extract_metadata

    seen = extract_metadata(source)
    made: dict[str, Any] = {}
    if seen:
        made = {"title": seen.title, "publisher": seen.sitename, "url": seen.url}
        made |= {"author": seen.author, "licence": seen.license}
    made["published"] = find_date(source, original_date=True, extensive_search=False)
    return {k: v for k, v in made.items() if v} | stated(source)
