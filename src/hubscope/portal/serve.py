"""The pages and the data API over HTTP, from the same generator as the static site."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from hubscope import __version__
from hubscope.errors import HubscopeError, nearest
from hubscope.portal.answers import Problem
from hubscope.portal.calls.mount import mount_calls
from hubscope.portal.interface import NotFoundError, api
from hubscope.portal.observatory import Observatory
from hubscope.portal.review import Door, mount_review
from hubscope.portal.served import Served, Source, fixed, of_workspace
from hubscope.words import LANGUAGES

if TYPE_CHECKING:
    from hubscope.workspace import Workspace

CSP = (
    "default-src 'none'; img-src 'self'; style-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGE_CACHE = "public, max-age=60, must-revalidate"
STATIC_CACHE = "public, max-age=3600"
Next = Callable[[Request], Awaitable[Response]]


def create_app(shown: Observatory | Workspace, door: Door | None = None) -> FastAPI:
    """The server of one observatory, or of a workspace whose store it follows.

    With a `door`, the plans of a workspace can be reviewed under /review.
    """
    app = FastAPI(
        title="hubscope",
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.source = fixed(shown) if isinstance(shown, Observatory) else of_workspace(shown)
    app.include_router(api)
    if not isinstance(shown, Observatory):
        mount_calls(app, shown.root)
        if door is not None:
            mount_review(app, shown, door)
    app.add_api_route("/{path:path}", _file, methods=["GET", "HEAD"], include_in_schema=False)
    app.middleware("http")(_harden)
    app.exception_handler(HubscopeError)(_explain)
    app.exception_handler(RequestValidationError)(_explain_request)
    app.exception_handler(HTTPException)(_explain_http)
    return app


def run(
    workspace: Workspace,
    host: str = "127.0.0.1",
    port: int = 8000,
    door: Door | None = None,
    *,
    ready: Callable[[FastAPI], None] = lambda _app: None,
) -> None:
    """Serve `workspace` until interrupted; only this machine can reach it unless `host` says so.

    `ready` hears of the server right before it starts.
    """
    import uvicorn

    app = create_app(workspace, door)
    app.state.source.now()
    ready(app)
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)


def _file(path: str, request: Request) -> Response:
    """A page by its exact path: nothing is read from a disk, so nothing outside can be reached."""
    if path in LANGUAGES:
        return Response(status_code=308, headers={"Location": f"/{path}/"})
    source: Source = request.app.state.source
    files = source.now().files
    name = path + "index.html" if path in ("", "zh/", "en/") else path
    found = files.get(name)
    if found is None:
        asked_api = path.startswith("api/")
        hint = "see /api/v1/openapi.json" if asked_api else nearest(path[:80], files, most=2)
        raise NotFoundError(f"there is no page /{path[:200]}", hint=hint)
    return _answer(found, name, request)


def _answer(found: Served, name: str, request: Request) -> Response:
    packed = bool(found.packed) and _takes_gzip(request.headers.get("accept-encoding", ""))
    tag = f'"{found.tag}-gz"' if packed else f'"{found.tag}"'
    headers = {
        "ETag": tag,
        "Vary": "Accept-Encoding",
        "Cache-Control": STATIC_CACHE if name.startswith("static/") else PAGE_CACHE,
    }
    if _known(request, tag):
        return Response(status_code=304, headers=headers)
    body = found.packed if packed else found.body
    if packed:
        headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(body))
    sent = b"" if request.method == "HEAD" else body
    return Response(sent, headers=headers, media_type=found.media_type)


def _takes_gzip(accepted: str) -> bool:
    """Whether the header names gzip (or anything) with a weight above zero."""
    for part in accepted.lower().split(","):
        coding, _, weight = part.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _known(request: Request, tag: str) -> bool:
    """Whether the reader has these very bytes already."""
    given = request.headers.get("if-none-match", "")
    tags = {t.strip().removeprefix("W/") for t in given.split(",")}
    return tag in tags or "*" in tags


async def _harden(request: Request, following: Next) -> Response:
    """Security headers on every answer; API answers get a tag and a compressed form."""
    asked = request.method
    if asked == "HEAD" and request.url.path.startswith("/api/"):
        request.scope["method"] = "GET"  # its routes know GET only; the body is dropped below
    response = await following(request)
    request.scope["method"] = asked
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.url.path.startswith("/api/") and response.status_code == 200:
        return await _tagged(request, response)
    return response


async def _tagged(request: Request, response: Response) -> Response:
    from hubscope.portal.served import served
    from hubscope.portal.site import Page

    chunks = [chunk async for chunk in response.body_iterator]  # type: ignore[attr-defined]
    found = served(Page("api", "application/json", b"".join(chunks)))
    answer = _answer(found, "api", request)
    for name, value in HEADERS.items():
        answer.headers[name] = value
    return answer


def problem(status: int, title: str, detail: str, hint: str = "") -> Response:
    """An error by RFC 9457."""
    body = Problem(title=title, status=status, detail=detail, hint=hint)
    return Response(
        body.model_dump_json(), status_code=status, media_type="application/problem+json"
    )


async def _explain(request: Request, error: Exception) -> Response:
    """Something the reader can mend: what is wrong, and the nearest valid names."""
    del request
    assert isinstance(error, HubscopeError)
    missing = isinstance(error, NotFoundError)
    status, title = (404, "Not found") if missing else (503, "Not ready")
    return problem(status, title, error.what, error.hint)


async def _explain_request(request: Request, error: Exception) -> Response:
    """A parameter that is no number, too large, or no word that is known."""
    del request
    assert isinstance(error, RequestValidationError)
    told = "; ".join(
        f"{'.'.join(str(p) for p in e['loc'][1:])}: {e['msg']}" for e in error.errors()
    )
    return problem(422, "Not understood", told, "see /api/v1/openapi.json")


async def _explain_http(request: Request, error: Exception) -> Response:
    """What the framework refuses by itself, such as a method that is not allowed."""
    del request
    assert isinstance(error, HTTPException)
    response = problem(error.status_code, "Refused", str(error.detail))
    response.headers.update(error.headers or {})
    return response
