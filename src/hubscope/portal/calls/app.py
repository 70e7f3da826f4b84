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
from hubscope.calls.problems import Problem, Problems
from hubscope.calls.refusal import BadTableError, RefusedError
from hubscope.calls.settings import read_settings
from hubscope.errors import HubscopeError
from hubscope.portal.calls import api, door, elsewhere, pages, papers, take
from hubscope.portal.calls.desk import BODY_MAX, Clock, guest_of, utc_now
from hubscope.portal.calls.draw import page
from hubscope.portal.calls.quick import fresh
from hubscope.words import LANGUAGES
from hubscope.words.faults import fault_words

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
PLAIN = {400: "no_form", 404: "no_page", 405: "no_method"}
"""What the framework refuses by itself, and the words for it."""
Next = Callable[[Request], Awaitable[Response]]


def calls_app(database: Database, clock: Clock = utc_now, first: str = "") -> FastAPI:
    """The pages and the API of the calls in `database`, by `clock`.

    `first` is the key of the first officer's link where one has been told already.
    """
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
    app.state.first = "" if has_staff(database) else first or token_urlsafe(24)
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
        answer = _told(request, 413, "Too large", RefusedError("too_long", status=413))
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
    text = _in_words(lang, error)
    marked = status != HTTP_404 and _of_synthetic(request, path)
    then = path if status == HTTP_401 and request.method == "GET" else ""
    shown = {"problem": text, "then": then, "synthetic": marked}
    return page(request, "problem.html", lang, guest_of(request), status, **shown)


def _in_words(lang: str, error: HubscopeError | str) -> str:
    """What an error says, with its hint, in the reader's language."""
    if isinstance(error, RefusedError | BadTableError):
        return error.in_(lang)
    if isinstance(error, HubscopeError):
        return fault_words(lang, str(error))
    return error


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
    found = Problems(
        Problem(
            ".".join(str(p) for p in e["loc"][1:]), str(e["type"]), dict(e.get("ctx", {})), e["msg"]
        )
        for e in error.errors()
    )
    refused = RefusedError("bad_body", status=422, problems=found)
    return _told(request, 422, "Not understood", refused)


def _explain_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    known = PLAIN.get(error.status_code)
    told = RefusedError(known, status=error.status_code) if known else str(error.detail)
    answer = _told(request, error.status_code, "Refused", told)
    answer.headers.update(error.headers or {})
    return answer
