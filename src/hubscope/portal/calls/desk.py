"""What every route shares: database, clock, who is there, and refusing forms from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest
from urllib.parse import urlsplit

from fastapi import Request

from hubscope.calls.base.database import Database
from hubscope.calls.base.models import Person
from hubscope.calls.people import visitor
from hubscope.calls.refusal import RefusedError
from hubscope.words import LANGUAGES

COOKIE = "hubscope_visit"
BODY_MAX = 25_000_000
"""Bytes of a request; larger ones are refused before they are read."""
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Guest:
    """Who asks: a person with a session, or nobody in particular."""

    person: Person | None = None
    csrf: str = ""
    token: str = ""


def database_of(request: Request) -> Database:
    """The calls' database of this server."""
    found: Database = request.app.state.database
    return found


def now_of(request: Request) -> datetime:
    """This server's clock."""
    clock: Clock = request.app.state.clock
    return clock()


def guest_of(request: Request) -> Guest:
    """Who asks, by the cookie."""
    token = request.cookies.get(COOKIE, "")
    if not token:
        return Guest()
    with database_of(request).read() as session:
        found = visitor(session, token, now_of(request))
        if found is None:
            return Guest()
        session.expunge_all()
    return Guest(found[0], found[1].csrf, token)


def person_of(guest: Guest) -> Person:
    """The person who asks.

    Raises:
        RefusedError: where nobody has signed in.
    """
    if guest.person is None:
        raise RefusedError("sign_in", status=401)
    return guest.person


def is_secure(request: Request) -> bool:
    """Whether cookies go over https only: by the request, or by what the settings say in front."""
    url: str = request.app.state.settings.url
    return request.url.scheme == "https" or url.startswith("https:")


def place_of(request: Request) -> str:
    """Where a request comes from, for limits only; it is not kept for longer than these need."""
    from hashlib import sha256

    host = request.client.host if request.client else ""
    return sha256(f"{request.app.state.salt}{host}".encode()).hexdigest()[:32]


def same_site(request: Request) -> None:
    """Refuse a form that was sent from another site.

    Raises:
        RefusedError: where the browser names another origin.
    """
    origin = request.headers.get("origin", "")
    if origin and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise RefusedError("csrf", status=403)
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise RefusedError("csrf", status=403)


def check_csrf(guest: Guest, sent: str) -> None:
    """Refuse a form of a signed-in person that does not carry their session's token.

    Raises:
        RefusedError: where it does not.
    """
    if not guest.csrf or not compare_digest(guest.csrf.encode(), sent.encode()):
        raise RefusedError("csrf", status=403)


def language_of(lang: str) -> str:
    """The page's language.

    Raises:
        RefusedError: where there are no pages in it.
    """
    if lang not in LANGUAGES:
        raise RefusedError("no_call", status=404, call=lang)
    return lang
