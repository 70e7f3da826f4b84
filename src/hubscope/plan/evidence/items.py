"""Items of news from a page's reading list, RSS, Atom, JSON lines or CSV; copies are one item."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from hubscope.errors import BadDataError
from hubscope.plan.documents import open_document
from hubscope.plan.quotes import bare_words
from hubscope.plan.regions import regions
from hubscope.plan.view import view

ALIKE = 0.7
"""Share of common character triples from which two items are copies of one."""
MOST = 20_000
"""Items that one file may hold."""
_STAMP = re.compile(r"((?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})(?:\s+\d{1,2}:\d{2})?$")
_FIELDS = {
    "text": ("text", "summary", "description", "abstract", "content", "正文", "摘要", "内容"),
    "title": ("title", "headline", "标题"),
    "url": ("url", "link", "网址", "链接"),
    "published": ("published", "date", "pubdate", "updated", "日期", "时间"),
    "source": ("source", "publisher", "来源"),
    "note": ("note", "备注"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One item of news."""

    text: str
    title: str = ""
    url: str = ""
    published: str = ""
    """ISO date, where the item states one."""
    source: str = ""
    note: str = ""
    line: int = 0
    """Line or number of the item in its file."""
    copies: tuple[str, ...] = ()
    """Where copies of it stood: address, else line."""

    @property
    def words(self) -> str:
        """Title and text."""
        return f"{self.title}\n{self.text}" if self.title else self.text


def read_items(path: Path) -> list[Item]:
    """The items in a file; copies and syndicated versions are joined.

    Raises:
        BadDataError: with the line that is no item, or where there is none.
        BadDocumentError: if the file cannot be opened.
    """
    if path.suffix.lower() in (".xml", ".rss", ".atom"):
        found = list(_feed(path))
    elif path.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        found = list(_json_lines(path))
    elif path.suffix.lower() == ".csv":
        found = list(_csv(path))
    else:
        found = list(_page(path))
    if not found:
        raise BadDataError(
            f"{path} holds no items",
            hint="RSS, Atom, JSON lines or CSV with `text`, or a page with related reading",
        )
    if len(found) > MOST:
        raise BadDataError(f"{path} holds {len(found)} items; at most {MOST} are read")
    return unique(found)


def _page(path: Path) -> Iterator[Item]:
    """The leads of a page's related reading, each followed by its time stamp."""
    text = (
        _whole_page(path) if path.suffix.lower() in (".html", ".htm") else open_document(path).text
    )
    seen = view(text)
    for region in regions(seen)[0]:
        if region.kind != "recommended_reading":
            continue
        lead = ""
        first = seen.count("\n", 0, region.start) + 1
        for number, row in enumerate(text[region.start : region.end].split("\n"), first):
            words = row.strip()
            stamp = _STAMP.match(words)
            if stamp and lead:
                yield Item(lead, published=_day(stamp.group(1)), line=number - 1)
                lead = ""
            elif words and not stamp:
                lead = words


def _whole_page(path: Path) -> str:
    """All words of an HTML page, a line for each block, as its reading list is no article."""
    from lxml import html

    from hubscope.plan.documents.coding import declared

    open_document(path)
    source, _ = declared(path, path.read_bytes())
    tree = html.fromstring(source.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
    for hidden in list(tree.iter("script", "style", "noscript", "template")):
        hidden.drop_tree()
    for block in tree.iter("p", "li", "div", "h1", "h2", "h3", "h4", "time", "br", "tr", "span"):
        block.tail = "\n" + (block.tail or "")
    return "\n".join(row.strip() for row in tree.text_content().splitlines() if row.strip())


def _feed(path: Path) -> Iterator[Item]:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, parse

    try:
        root = parse(path).getroot()
    except DefusedXmlException:
        raise BadDataError(
            f"{path} holds entities, which can grow without end; it is not read",
            hint="save the feed again from its own address",
        ) from None
    except (ParseError, OSError) as error:
        raise BadDataError(f"{path} is no feed: {error}", hint="RSS and Atom are read") from None
    nodes = [n for n in root.iter() if _local(n.tag) in ("item", "entry")]
    for number, node in enumerate(nodes, 1):
        yield _entry(node, number)


def _local(tag: object) -> str:
    return str(tag).rsplit("}", 1)[-1]


def _entry(node: Any, number: int) -> Item:
    said: dict[str, str] = {}
    for child in node:
        name = _local(child.tag)
        words = " ".join(re.sub(r"<[^>]+>", " ", child.text or "").split())
        if name == "link":
            words = words or child.get("href", "")
        said.setdefault(name, words)
    text = said.get("description") or said.get("summary") or said.get("content") or ""
    day = (
        said.get("pubDate") or said.get("published") or said.get("updated") or said.get("date", "")
    )
    return Item(text, said.get("title", ""), said.get("link", ""), _day(day), line=number)


def _json_lines(path: Path) -> Iterator[Item]:
    text = open_document(path).text
    rows = json.loads(text) if text.lstrip().startswith("[") else None
    if isinstance(rows, list):
        yield from (_from_row(path, row, n) for n, row in enumerate(rows, 1))
        return
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise BadDataError(f"{path}, line {number}: no JSON: {error}") from None
            yield _from_row(path, row, number)


def _csv(path: Path) -> Iterator[Item]:
    rows = csv.DictReader(io.StringIO(open_document(path).text.lstrip("\ufeff")))
    for number, row in enumerate(rows, 2):
        yield _from_row(path, row, number)


def _from_row(path: Path, row: object, number: int) -> Item:
    if not isinstance(row, dict):
        raise BadDataError(f"{path}, line {number}: an item is an object with `text`")
    plain = {str(k).strip().lower(): str(v) for k, v in row.items() if k and v is not None}
    said = {f: next((plain[n] for n in names if n in plain), "") for f, names in _FIELDS.items()}
    if not said["text"] and not said["title"]:
        raise BadDataError(
            f"{path}, line {number}: the item has neither text nor title",
            hint=f"known columns are {', '.join(n for names in _FIELDS.values() for n in names)}",
        )
    words = (said["text"], said["title"], said["url"], _day(said["published"]))
    return Item(*words, said["source"], said["note"], number)


def _day(words: str) -> str:
    """A date as ISO, "" where there is none."""
    words = words.strip()
    if found := re.match(r"((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})", words):
        return f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
    try:
        return parsedate_to_datetime(words).date().isoformat()
    except (TypeError, ValueError):
        pass
    try:
        return datetime.fromisoformat(words).date().isoformat()
    except ValueError:
        return ""


def unique(items: Iterable[Item]) -> list[Item]:
    """The items without copies; the first of equals stays and names the others."""
    kept: list[Item] = []
    known: list[frozenset[str]] = []
    by_gram: dict[str, list[int]] = {}
    for item in items:
        grams = _grams(item)
        at = _same(grams, known, by_gram)
        if at is None:
            for gram in grams:
                by_gram.setdefault(gram, []).append(len(kept))
            kept.append(item)
            known.append(grams)
        else:
            where = item.url or f"line {item.line}"
            kept[at] = replace(kept[at], copies=(*kept[at].copies, where))
    return kept


def _grams(item: Item) -> frozenset[str]:
    words = bare_words(item.text or item.title)
    return frozenset(words[i : i + 3] for i in range(max(1, len(words) - 2)))


def _same(
    grams: frozenset[str], known: list[frozenset[str]], by_gram: dict[str, list[int]]
) -> int | None:
    """The earlier item that shares enough triples, looked for only among those that share any."""
    shared: dict[int, int] = {}
    for gram in grams:
        for at in by_gram.get(gram, ()):
            shared[at] = shared.get(at, 0) + 1
    near = [(n / len(grams | known[at]), -at) for at, n in shared.items()]
    share, at = max(near, default=(0.0, 0))
    return -at if share >= ALIKE else None
