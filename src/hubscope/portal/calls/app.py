"""The server of the calls, to be mounted under /calls or to run by itself."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from importlib.resources import files
from secrets import token_hex, token_urlsafe

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from hubscope import __version__
from hubscope.calls.base.database import Database
from hubscope.calls.base.models import Call
from hubscope.calls.people import has_staff
from hubscope.calls.refusal import RefusedError
from hubscope.calls.settings import read_settings
from hubscope.errors import HubscopeError
from hubscope.portal.calls import api, door, elsewhere, pages, papers, take
from hubscope.portal.calls.desk import BODY_MAX, Clock, guest_of, utc_now
from hubscope.portal.calls.draw import page
from hubscope.portal.calls.quick import fresh
from hubscope.words import LANGUAGES

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTTP_401, HTTP_404 = 401, 404
Next = Callable[[Request], Awaitable[Response]]


def calls_app(database: Database, clock: Clock = utc_now) -> FastAPI:
    """The pages and the API of the calls in `database`, by `clock`."""
    app = FastAPI(
        title="hubscope calls",
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.database, app.state.clock = database, clock
    app.state.salt, app.state.shelf = token_hex(16), OrderedDict()
    app.state.settings, app.state.providers = read_settings(database.root), {}
    app.state.first = "" if has_staff(database) else token_urlsafe(24)
    app.add_api_route("/style.css", _style, include_in_schema=False)
    for part in (
        api.router,
        pages.router,
        door.router,
        elsewhere.router,
        papers.router,
        take.router,
    ):
        app.include_router(part)
    app.middleware("http")(_harden)
    app.exception_handler(HubscopeError)(_explain)
    app.exception_handler(RequestValidationError)(_explain_form)
    app.exception_handler(HTTPException)(_explain_http)
    return app


def _style() -> Response:
    """The portal's look and what forms add to it."""
    static = files("hubscope.portal") / "static" / "style.css"
    own = files("hubscope.portal.calls") / "calls.css"
    text = static.read_text("utf-8") + own.read_text("utf-8")
    return Response(text, headers={"Cache-Control": "public, max-age=3600"}, media_type="text/css")


async def _harden(request: Request, following: Next) -> Response:
    """Refuse what is too large before reading it; put the safety headers on every answer."""
    length = request.headers.get("content-length", "0")
    chunked = "chunked" in request.headers.get("transfer-encoding", "").lower()
    if chunked or not length.isdigit() or int(length) > BODY_MAX:
        answer: Response = _problem(413, "Too large", "the request is too large or of no length")
    elif (drawn := fresh(request)) is not None:
        answer = drawn
    else:
        asked = request.method
        if asked == "HEAD":
            request.scope["method"] = "GET"  # the server leaves the body out
        answer = await following(request)
        request.scope["method"] = asked
        if asked == "POST":
            request.app.state.shelf.clear()
    for name, value in HEADERS.items():
        answer.headers[name] = value
    return answer


def _problem(status: int, title: str, detail: str) -> Response:
    body = api.Problem(title=title, status=status, detail=detail)
    return Response(
        body.model_dump_json(), status_code=status, media_type="application/problem+json"
    )


def _told(request: Request, status: int, title: str, error: HubscopeError | str) -> Response:
    """An error as a page where pages were asked for, else as a problem."""
    path = request.url.path.removeprefix(request.scope.get("root_path", ""))
    lang = path.split("/")[1] if path.count("/") > 1 else ""
    if lang not in LANGUAGES:
        return _problem(status, title, error if isinstance(error, str) else error.what)
    text = error.in_(lang) if isinstance(error, RefusedError) else str(error)
    marked = status != HTTP_404 and _of_synthetic(request, path)
    then = path if status == HTTP_401 and request.method == "GET" else ""
    shown = {"problem": text, "then": then, "synthetic": marked}
    return page(request, "problem.html", lang, guest_of(request), status, **shown)


def _of_synthetic(request: Request, path: str) -> bool:
    """Whether the address is a synthetic call's: such a mark stands on every page of it."""
    parts = path.split("/")
    if len(parts) < 4 or parts[2] != "c":
        return False
    with request.app.state.database.read() as session:
        call = session.get(Call, parts[3])
    return call is not None and call.synthetic


def _explain(request: Request, error: Exception) -> Response:
    assert isinstance(error, HubscopeError)
    status = error.status if isinstance(error, RefusedError) else 422
    return _told(request, status, "Refused", error)


def _explain_form(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    told = "; ".join(
        f"{'.'.join(str(p) for p in e['loc'][1:])}: {e['msg']}" for e in error.errors()
    )
    return _told(request, 422, "Not understood", told)


def _explain_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = _told(request, error.status_code, "Refused", str(error.detail))
    answer.headers.update(error.headers or {})
    return answer
