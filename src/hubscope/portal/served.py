"""The site in memory: each page with its compressed twin and its tag, reloaded when data change."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from hubscope.portal.observatory import Observatory, load
from hubscope.portal.site import Page, pages

if TYPE_CHECKING:
    from hubscope.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Served:
    """One page ready to be sent."""

    media_type: str
    body: bytes
    packed: bytes
    """The same bytes by gzip; empty where that saves nothing."""
    tag: str
    """Strong entity tag of the plain bytes; the packed ones have a tag of their own."""


def served(page: Page) -> Served:
    """A page with its compressed twin, made once."""
    packed = gzip.compress(page.body, 6, mtime=0)
    tag = sha256(page.body).hexdigest()[:20]
    return Served(page.media_type, page.body, packed if len(packed) < len(page.body) else b"", tag)


@dataclass(frozen=True)
class Shown:
    """What is being served: the data and all pages made from them."""

    seen: Observatory
    files: dict[str, Served]


def shown(seen: Observatory, found: Iterable[Page] | None = None) -> Shown:
    """All pages of `seen` in memory."""
    return Shown(seen, {p.path: served(p) for p in (found or pages(seen))})


class Source:
    """Where the server takes its pages from; asks `state` whether the data have changed."""

    def __init__(self, read: Callable[[], Observatory], state: Callable[[], object]) -> None:
        self._read = read
        self._state = state
        self._lock = Lock()
        self._seen_state: object = None
        self._shown: Shown | None = None

    def now(self) -> Shown:
        """The pages of the current data; made anew after the store has published."""
        state = self._state()
        with self._lock:
            if self._shown is None or state != self._seen_state:
                self._shown = shown(self._read())
                self._seen_state = state
            return self._shown


def fixed(seen: Observatory) -> Source:
    """A source that never changes."""
    return Source(lambda: seen, lambda: "")


def of_workspace(workspace: Workspace) -> Source:
    """A source that follows the store of `workspace`."""
    from hubscope.calls.base.database import exists
    from hubscope.portal.calls.mount import calls_link
    from hubscope.store import Store

    store = Store(workspace.store)

    def read() -> Observatory:
        return replace(load(workspace, store), calls=calls_link(workspace.root, served="/calls"))

    def state() -> object:
        """What the pages rest on: the manifest's file, and whether there are calls."""
        file = workspace.store / "manifest.json"
        try:
            stat = file.stat()
        except FileNotFoundError:
            return None
        return (stat.st_mtime_ns, stat.st_size, stat.st_ino, exists(workspace.root))

    return Source(read, state)
