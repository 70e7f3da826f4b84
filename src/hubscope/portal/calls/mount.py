"""The calls of a workspace under /calls of its server, or by themselves."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from starlette.responses import RedirectResponse

from hubscope.calls.base.database import Database, exists, open_database
from hubscope.words import LANGUAGES


def mount_calls(app: FastAPI, root: Path) -> None:
    """Mount the calls of the workspace in `root`; nothing where it has none."""
    app.state.calls, app.state.first = exists(root), ""
    if app.state.calls:
        from hubscope.portal.calls.app import calls_app

        inner = calls_app(open_database(root))
        app.mount("/calls", inner)
        app.state.first = inner.state.first


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


def _to_calls(lang: str = "") -> RedirectResponse:
    known = lang if lang in LANGUAGES else ""
    return RedirectResponse(f"/calls/{known}/" if known else "/calls/", 307)
