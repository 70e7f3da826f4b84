"""Pages by cursor, each kept as it came under its hash before it means anything.

A list stands in a folder of its own: `query.json` (what was asked, when first), and for each page
`page-000000-<hash>.gz`, put there by one rename. The last page says where the next begins, so a
run that was killed asks for nothing twice; a page whose bytes no longer have their hash is asked
for again, with all after it.
"""

from __future__ import annotations

import gzip
import json
import re
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from hubscope.errors import BadDataError, HubscopeError
from hubscope.sources.openalex_api.asked import PER_PAGE, Query
from hubscope.sources.openalex_api.client import Client, PassingError, plain

START = "*"
MOST_CURSOR = 4096
ABOUT = "query.json"
_PAGE = re.compile(r"page-(\d{6})-([0-9a-f]{16})\.gz")

Keep = Callable[[Path, bytes], None]
"""Puts bytes at a path by one rename."""


@dataclass(frozen=True, slots=True)
class Page:
    """What one page says."""

    results: list[Any]
    after: str | None
    """Cursor of the next page; None on the last."""
    count: int
    """Records of the whole list, as the source counts them."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a list is."""

    done: int
    """Records that are here."""
    count: int
    fetched: int
    """Records of this run."""
    seconds: float
    """Of this run."""

    @property
    def rate(self) -> float:
        """Records a second in this run."""
        return self.fetched / max(self.seconds, 1e-6)

    @property
    def seconds_left(self) -> float:
        """Time left at the rate so far."""
        return max(self.count - self.done, 0) / max(self.rate, 1e-6)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one list may bring."""

    records: int = 200_000
    bytes: int = 4 * 2**30


def read_page(body: bytes) -> Page:
    """What a page says.

    Raises:
        PassingError: if it is no page.
    """
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise PassingError(f"no JSON: {plain(body, 60)}") from None
    results = said.get("results") if isinstance(said, dict) else None
    about = said.get("meta") if isinstance(said, dict) else None
    if not isinstance(results, list) or not isinstance(about, dict):
        raise PassingError(f"no page of results: {plain(body, 60)}")
    after, count = about.get("next_cursor"), about.get("count")
    if after is not None and not (isinstance(after, str) and 0 < len(after) <= MOST_CURSOR):
        raise PassingError("a page without a usable cursor")
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise PassingError("a page that does not say how many records there are")
    return Page(results, after if results else None, count)


def begin(folder: Path, query: Query, today: str, keep: Keep) -> str:
    """Make the folder of a list, or find it; the day on which it was first asked for."""
    about = folder / ABOUT
    if about.is_file():
        try:
            said = json.loads(about.read_bytes())
            if said["query"] == query.text:
                return str(said["began"])
        except (ValueError, KeyError, TypeError):
            pass
        raise BadDataError(f"{about} is damaged", hint=f"remove {folder} and fetch again")
    folder.mkdir(parents=True, exist_ok=True)
    body = {"entity": query.entity, "query": query.text, "began": today}
    keep(about, json.dumps(body, sort_keys=True).encode())
    return today


def bodies(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """The pages that stand in order and whole, up to the first that is missing or damaged."""
    found = sorted(
        (m[1], m[2], f) for f in folder.glob("page-*.gz") if (m := _PAGE.fullmatch(f.name))
    )
    for nth, (number, digest, file) in enumerate(found):
        if int(number) != nth or (body := _whole(file, digest)) is None:
            return
        yield file, body


def _whole(file: Path, digest: str) -> bytes | None:
    try:
        body = gzip.decompress(file.read_bytes())
    except (OSError, EOFError, zlib.error):
        return None
    return body if sha256(body).hexdigest()[:16] == digest else None


def _sweep(folder: Path, good: list[Path]) -> None:
    """Remove the pages after the last good one: their cursor no longer follows from anything."""
    for file in folder.glob("page-*.gz"):
        if file not in good:
            file.unlink(missing_ok=True)


def fetch(
    folder: Path,
    query: Query,
    client: Client,
    keep: Keep,
    *,
    limits: Limits | None = None,
    after: Callable[[Progress], None] = lambda _progress: None,
) -> Progress:
    """Bring the list of `query` into `folder`, from where it stands to its end.

    Raises:
        HubscopeError: if the list is longer than `limits` allows, the source repeats a cursor,
            refuses or keeps failing. What is there stays and is gone on from.
    """
    limits = limits or Limits()
    files: list[Path] = []
    used: set[str | None] = {START}
    size, done, count = 0, 0, 0
    cursor: str | None = START
    for file, body in bodies(folder):
        page = read_page(body)
        files.append(file)
        size, done, count = size + len(body), done + len(page.results), page.count
        cursor = page.after
        used.add(cursor)
    _sweep(folder, files)
    began, before = time.perf_counter(), done
    while cursor is not None:
        body = client.get(query.entity, _paged(query, cursor), lambda b: void(read_page(b)))
        page = read_page(body)
        size, done, count = size + len(body), done + len(page.results), page.count
        _check(page, done, size, used, limits)
        digest = sha256(body).hexdigest()[:16]
        file = folder / f"page-{len(files):06d}-{digest}.gz"
        keep(file, gzip.compress(body, 6, mtime=0))
        files.append(file)
        cursor = page.after
        used.add(cursor)
        spent = time.perf_counter() - began
        if page.results:
            after(Progress(done, count, done - before, spent))
    return Progress(done, count, done - before, time.perf_counter() - began)


def void(_value: object) -> None:
    """Drop a value: a check is made for its errors."""


def _paged(query: Query, cursor: str) -> str:
    return f"{query.text}&per_page={PER_PAGE}&cursor={quote(cursor, safe='*')}"


def _check(page: Page, done: int, size: int, used: set[str | None], limits: Limits) -> None:
    long = max(page.count, done)
    if long > limits.records:
        raise HubscopeError(
            f"the list has {long:,} records; at most {limits.records:,} are asked for",
            hint="narrow it down by years or field, or allow more with --most; "
            "for millions load the snapshot",
        )
    if size > limits.bytes:
        raise HubscopeError(
            f"the list brings more than {limits.bytes / 2**20:,.0f} MB",
            hint="allow more with --most-mb; what was fetched is kept",
        )
    if page.after is not None and page.after in used:
        raise HubscopeError(
            "the source gives the same cursor twice: its pages would never end",
            hint="run the same command again later; what was fetched is kept",
        )
