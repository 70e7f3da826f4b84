"""The calls of a workspace under /calls of its server, or by themselves."""

from __future__ import annotations

from pathlib import Path
from secrets import compare_digest, token_urlsafe
from threading import Lock
from urllib.parse import parse_qs

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.types import Receive, Scope, Send

from hubscope.calls.base.database import Database, exists, open_database
from hubscope.words import LANGUAGES


def mount_calls(app: FastAPI, root: Path) -> None:
    """Mount the calls of the workspace in `root`; where it has none, what waits for the first."""
    app.state.calls = exists(root)
    if app.state.calls:
        from hubscope.portal.calls.app import calls_app

        inner = calls_app(open_database(root))
        app.mount("/calls", inner)
        app.state.first = inner.state.first
    else:
        waiting = Waiting(root)
        app.mount("/calls", waiting)
        app.state.first = waiting.key


class Waiting:
    """A workspace without calls: it stays as it is until the first officer's link is opened.

    Then, or once a command has made calls, their pages stand here without a new start.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.key = token_urlsafe(24)
        self.inner: FastAPI | None = None
        self._lock = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by the calls' pages where there are any now; else there is no such page."""
        if self.inner is None and (self._asked(scope) or exists(self.root)):
            self.inner = await run_in_threadpool(self._open)
        if self.inner is None:
            raise HTTPException(404, "this workspace has no calls yet")
        await self.inner(scope, receive, send)

    def _asked(self, scope: Scope) -> bool:
        """Whether this is the first officer's link, with its key."""
        if scope["type"] != "http" or not scope["path"].endswith("/first"):
            return False
        given = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0]
        return compare_digest(given.encode(), self.key.encode())

    def _open(self) -> FastAPI:
        from hubscope.portal.calls.app import calls_app

        with self._lock:
            return self.inner or calls_app(open_database(self.root), first=self.key)


def calls_alone(database: Database) -> FastAPI:
    """A server of the calls and nothing else, under the same addresses."""
    from hubscope.portal.calls.app import calls_app

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    inner = calls_app(database)
    app.mount("/calls", inner)
    app.state.calls, app.state.first = True, inner.state.first
    app.add_api_route("/{lang}", _to_calls, include_in_schema=False)
    app.add_api_route("/{lang}/", _to_calls, include_in_schema=False)
    app.add_api_route("/", _to_calls, include_in_schema=False)
    return app


def first_key(app: FastAPI) -> str:
    """The key of the first officer's link; empty where there is an officer already."""
    found: str = app.state.first
    return found


def calls_link(root: Path, served: str = "") -> str:
    """Where a site's readers find the calls of the workspace in `root`; empty where nowhere.

    Beside the pages of a server that is `served`; a static site can only lead to the address that
    `calls.toml` gives.
    """
    from hubscope.calls.settings import read_settings

    if not exists(root):
        return ""
    return served or read_settings(root).url


def _to_calls(lang: str = "") -> RedirectResponse:
    known = lang if lang in LANGUAGES else ""
    return RedirectResponse(f"/calls/{known}/" if known else "/calls/", 307)
