"""The review of plans by form, for the person at this machine: no script, one key, one session.

Who may: a request from this machine, to this machine's own name, with the cookie that the one-time
key gave. What is asked: every form carries the session's token. Until people can sign in here,
nothing else is enough.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from hmac import compare_digest
from ipaddress import ip_address
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hubscope.errors import HubscopeError, NotPermittedError, UsageError, nearest
from hubscope.plan.decisions import VERBS
from hubscope.plan.model import KINDS
from hubscope.plan.reviewing import Desk, desk
from hubscope.portal import review_evidence
from hubscope.portal.render import environment
from hubscope.words import LANGUAGES, say, words

if TYPE_CHECKING:
    from hubscope.workspace import Workspace

COOKIE = "hubscope_review"
BODY_MAX = 64 * 1024
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}
NAMES = ("127.0.0.1", "localhost", "::1")


@dataclass
class Door:
    """The one-time key, and the session that it opened."""

    by: str
    key: str = field(default_factory=lambda: token_urlsafe(24))
    session: str = ""
    csrf: str = ""

    def open(self, key: str) -> str:
        """The session for the right key, once; NotPermittedError otherwise."""
        if not self.key or not compare_digest(self.key.encode(), key.encode()):
            raise NotPermittedError(
                "this key is wrong or was used before", hint="start hubscope serve --review again"
            )
        self.key, self.session, self.csrf = "", token_urlsafe(24), token_urlsafe(24)
        return self.session

    def admits(self, cookie: str) -> bool:
        """Whether a cookie is the session's."""
        return bool(self.session) and compare_digest(self.session.encode(), cookie.encode())

    def ask(self, token: str) -> None:
        """Refuse a form that does not carry the session's token."""
        if not self.csrf or not compare_digest(self.csrf.encode(), token.encode()):
            raise NotPermittedError("this form is not of this session", hint="load the page again")


def loopback(host: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def mount_review(app: FastAPI, workspace: Workspace, door: Door) -> None:
    """Put the review of the workspace's plans under /review of its server."""
    room = _Room(workspace, door)
    add = app.add_api_route
    hidden: dict[str, Any] = {"include_in_schema": False}
    add("/review/open", room.enter, methods=["GET"], **hidden)
    add("/review/", room.documents, methods=["GET"], **hidden)
    add("/review/{doc}/evidence/{lang}", room.items, methods=["GET"], **hidden)
    add("/review/{doc}/evidence/{lang}", room.confirm, methods=["POST"], **hidden)
    add("/review/{doc}/{lang}", room.page, methods=["GET"], **hidden)
    add("/review/{doc}/{lang}", room.decide, methods=["POST"], **hidden)


class _Room:
    """The pages; each first asks who is there."""

    def __init__(self, workspace: Workspace, door: Door) -> None:
        self.workspace = workspace
        self.door = door

    def enter(self, request: Request, key: str = "") -> Response:
        try:
            _here(request)
            session = self.door.open(key)
        except NotPermittedError as error:
            return _said(403, error)
        answer = RedirectResponse("/review/", status_code=303, headers=HEADERS)
        answer.set_cookie(COOKIE, session, httponly=True, samesite="strict", path="/review")
        return answer

    def documents(self, request: Request) -> Response:
        try:
            self.check(request)
        except NotPermittedError as error:
            return _said(403, error)
        found = [
            (d.id, lang)
            for d in self.workspace.settings.plan
            for lang in ("zh", "en")
            if getattr(d, lang)
        ]
        docs = [d.id for d in self.workspace.settings.plan]
        items = docs if review_evidence.has_evidence(self.workspace) else []
        return _html("review_list.html", "zh", documents=found, items=items)

    def page(self, doc: str, lang: str, request: Request) -> Response:
        try:
            self.check(request)
            return self.shown(doc, lang)
        except NotPermittedError as error:
            return _said(403, error)

    def items(self, doc: str, lang: str, request: Request) -> Response:
        try:
            self.check(request)
            return self.shown_items(doc, lang)
        except NotPermittedError as error:
            return _said(403, error)

    async def confirm(self, doc: str, lang: str, request: Request) -> Response:
        try:
            form = await self.form(request)
            words = review_evidence.asked(form)
            review_evidence.items_desk(self.workspace, doc, self.door.by).decide(words)
        except NotPermittedError as error:
            return _said(413 if isinstance(error, _TooLargeError) else 403, error)
        except (HubscopeError, ValueError) as error:
            return self.shown_items(doc, lang, wrong=str(error), status=422)
        to = f"/review/{quote(doc)}/evidence/{quote(lang)}#i{quote(form.get('item', ''))}"
        return RedirectResponse(to, status_code=303, headers=HEADERS)

    def shown_items(self, doc: str, lang: str, *, wrong: str = "", status: int = 200) -> Response:
        if lang not in LANGUAGES:
            return _said(404, UsageError(f"there is no language {lang}"))
        try:
            at = review_evidence.items_desk(self.workspace, doc, self.door.by)
        except UsageError as error:
            return _said(404, error)
        values = {"doc": doc, "by": at.by, "csrf": self.door.csrf, "wrong": wrong}
        values |= review_evidence.context(at, lang)
        return _html("review_evidence.html", lang, status=status, **values)

    async def form(self, request: Request) -> dict[str, str]:
        """The fields of a form of this session; NotPermittedError for any other."""
        self.check(request)
        length = request.headers.get("content-length", "")
        if not length.isdigit() or int(length) > BODY_MAX:
            raise _TooLargeError("the form is too large")
        form = {k: str(v) for k, v in (await request.form()).items()}
        self.door.ask(form.get("csrf", ""))
        return form

    async def decide(self, doc: str, lang: str, request: Request) -> Response:
        try:
            form = await self.form(request)
            made = self.desk(doc, lang).decide(asked(form))
        except NotPermittedError as error:
            return _said(413 if isinstance(error, _TooLargeError) else 403, error)
        except (HubscopeError, ValueError) as error:
            return self.shown(doc, lang, wrong=str(error), status=422)
        to = f"/review/{doc}/{lang}#h{made.hash}"
        return RedirectResponse(to, status_code=303, headers=HEADERS)

    def check(self, request: Request) -> None:
        """Refuse who is not the person at this machine with the session's cookie."""
        _here(request)
        origin = request.headers.get("origin", "")
        if origin and origin.split("://")[-1] != request.headers.get("host", ""):
            raise NotPermittedError("this form comes from another site")
        if not self.door.admits(request.cookies.get(COOKIE, "")):
            raise NotPermittedError(
                "no review is open in this browser", hint="follow the address that serve printed"
            )

    def desk(self, doc: str, lang: str) -> Desk:
        known = {d.id: d for d in self.workspace.settings.plan}
        name = getattr(known.get(doc), lang, "") if lang in ("zh", "en") else ""
        if not name:
            raise UsageError(f"there is no plan {doc}/{lang}", hint=nearest(doc, known))
        return desk(self.workspace.input(name), self.door.by)

    def shown(self, doc: str, lang: str, *, wrong: str = "", status: int = 200) -> Response:
        try:
            at = self.desk(doc, lang)
        except UsageError as error:
            return _said(404, error)
        found = at.now()
        values = {"doc": doc, "by": at.by, "csrf": self.door.csrf, "wrong": wrong}
        return _html(
            "review.html",
            lang,
            status=status,
            rows=_rows(at, lang),
            stale=[d.quote for d in found.stale],
            verbs=VERBS[:-1],
            kinds=KINDS,
            **values,
        )


class _TooLargeError(NotPermittedError):
    """A form that is larger than any decision."""


def _here(request: Request) -> None:
    """Refuse another machine, and another name for this one (a page that rebinds its name)."""
    name = request.headers.get("host", "").rsplit(":", 1)[0].strip("[]")
    client = request.client.host if request.client else ""
    if not loopback(client) or name not in NAMES:
        raise NotPermittedError("a review is open to this machine only")


def asked(form: dict[str, str]) -> list[str]:
    """A form's fields as the words of a decision."""
    verb, more = form.get("verb", ""), form.get("words", "")
    if verb == "add":
        return ["add", form.get("kind", ""), form.get("quote", "").strip(), *shlex.split(more)]
    lines = [line.strip() for line in more.splitlines() if line.strip()]
    rest = lines if verb == "split" else [more] if verb == "reject" and more else shlex.split(more)
    return [form.get("id", ""), verb, *rest]


def _rows(at: Desk, lang: str) -> list[dict[str, Any]]:
    """The elements as they were read, with what became of each."""
    from hubscope.plan.quotes import quote_hash

    now = at.now().plan
    left = {e.id for e in now.elements}
    gone = say(lang, "plan.desk.gone")
    rows = []
    for e in at.plan.elements:
        state = str(now.details.get(e.id, {}).get("review", "unreviewed"))
        target = e.target
        rows.append(
            {
                "id": e.id,
                "hash": quote_hash(e.span.quote),
                "kind": words(lang).get(f"plan.kind.{e.kind}", e.kind),
                "quote": e.span.quote,
                "rule": e.rule,
                "confidence": f"{e.confidence:g}",
                "state": say(lang, f"plan.review.{state}") if e.id in left else gone,
                "open": state == "unreviewed" and e.id in left,
                "target": f"{target.indicator} {target.operator} {target.quantity} {target.unit}"
                f" {target.year or ''}"
                if target
                else "",
            }
        )
    return rows


def _html(template: str, lang: str, *, status: int = 200, **values: Any) -> Response:
    def t(key: str, **more: object) -> str:
        return say(lang, f"plan.desk.{key}", **more)

    body = environment().get_template(template).render(t=t, lang=lang, **values)
    return HTMLResponse(body, status_code=status, headers=HEADERS)


def _said(status: int, error: HubscopeError) -> Response:
    return Response(f"{error}\n", status_code=status, media_type="text/plain", headers=HEADERS)
