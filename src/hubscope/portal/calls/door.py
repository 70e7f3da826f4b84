"""Coming in and going out: signing in, joining, the first officer."""

from __future__ import annotations

from hmac import compare_digest
from typing import Any

from fastapi import APIRouter, Request, Response

from hubscope.calls.people import add_person, has_staff, limit, sign_in, sign_out
from hubscope.calls.refusal import RefusedError
from hubscope.portal.calls.desk import (
    COOKIE,
    Guest,
    check_csrf,
    database_of,
    is_secure,
    language_of,
    now_of,
    place_of,
)
from hubscope.portal.calls.draw import page
from hubscope.portal.calls.sent import GuestNow, Sent, safe_next, texts, to

router = APIRouter(include_in_schema=False)


def _door(request: Request, lang: str, guest: Guest, status: int = 200, **values: Any) -> Response:
    """The page with both forms: to sign in, and to join."""
    oidc = request.app.state.settings.oidc
    house = getattr(oidc, lang, "") if oidc else ""
    shown = {"problem": "", "then": "", "key": "", "given": {}, "house": house, **values}
    return page(request, "sign_in.html", language_of(lang), guest, status, **shown)


@router.get("/{lang}/sign-in")
def sign_in_form(request: Request, lang: str, guest: GuestNow) -> Response:
    """The form to sign in, and the one to join."""
    return _door(request, lang, guest, then=request.query_params.get("next", ""))


@router.post("/{lang}/sign-in")
def sign_in_now(request: Request, lang: str, guest: GuestNow, sent: Sent) -> Response:
    """Open a session."""
    text = texts(sent)
    try:
        token, _ = sign_in(
            database_of(request),
            text.get("email", ""),
            text.get("password", ""),
            place=place_of(request),
            now=now_of(request),
        )
    except RefusedError as error:
        told = error.in_(language_of(lang))
        then = text.get("next", "")
        return _door(request, lang, guest, error.status, problem=told, then=then, given=text)
    return with_cookie(request, to(request, safe_next(text.get("next", ""), lang)), token)


def with_cookie(request: Request, answer: Response, token: str) -> Response:
    """The answer with the cookie of a new session."""
    answer.set_cookie(
        COOKIE,
        token,
        max_age=12 * 3600,
        path=request.scope.get("root_path", "") or "/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
    return answer


@router.post("/{lang}/join")
def join(request: Request, lang: str, guest: GuestNow, sent: Sent) -> Response:
    """Make an account: calls have no threshold, anybody may bid."""
    text = texts(sent)
    key = text.get("key", "")
    try:
        limit(database_of(request), f"join:{place_of(request)}", now_of(request))
        add_person(
            database_of(request),
            text.get("email", ""),
            text.get("name", ""),
            text.get("password", ""),
            organisation=text.get("organisation", ""),
            staff=_opens(request, key) if key else False,
            language=language_of(lang),
        )
    except RefusedError as error:
        told = error.in_(language_of(lang))
        then = text.get("next", "")
        shown = {"problem": told, "then": then, "key": key, "given": text}
        return _door(request, lang, guest, error.status, **shown)
    return sign_in_now(request, lang, guest, sent)


@router.get("/{lang}/first")
def first(request: Request, lang: str, guest: GuestNow, key: str = "") -> Response:
    """The first officer's way in, by the link that the server printed when it started."""
    _opens(request, key)
    return _door(request, lang, guest, key=key)


def _opens(request: Request, key: str) -> bool:
    """Whether the key makes the first officer: only this server's, and only while there is none.

    Raises:
        RefusedError: where it does not.
    """
    mine: str = request.app.state.first
    database = database_of(request)
    if not mine or not compare_digest(mine.encode(), key.encode()) or has_staff(database):
        raise RefusedError("no_first", status=403)
    return True


@router.post("/{lang}/sign-out")
def sign_out_now(request: Request, lang: str, guest: GuestNow, sent: Sent) -> Response:
    """End the session."""
    check_csrf(guest, str(sent.get("csrf", "")))
    sign_out(database_of(request), guest.token)
    return to(request, f"/{language_of(lang)}/")
