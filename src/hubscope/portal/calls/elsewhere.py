"""To an OpenID provider and back."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from hubscope.calls.oidc import LIFE, Provider, arrive, depart
from hubscope.calls.people import limit, open_visit
from hubscope.calls.refusal import RefusedError
from hubscope.portal.calls.desk import database_of, is_secure, language_of, now_of, place_of
from hubscope.portal.calls.door import with_cookie
from hubscope.portal.calls.sent import GuestNow, safe_next, to

router = APIRouter(include_in_schema=False)
COOKIE = "hubscope_knock"


def provider_of(request: Request, lang: str) -> Provider:
    """The provider that the settings name.

    Raises:
        RefusedError: where they name none.
    """
    settings = request.app.state.settings
    if settings.oidc is None:
        raise RefusedError("no_oidc", status=404)
    found: dict[str, Provider] = request.app.state.providers
    redirect = f"{settings.url}/{language_of(lang)}/oidc/back"
    return found.setdefault(lang, Provider(settings.oidc, redirect))


@router.get("/{lang}/oidc")
def go(request: Request, lang: str) -> Response:
    """To the provider."""
    provider = provider_of(request, lang)
    limit(database_of(request), f"oidc:{place_of(request)}", now_of(request), most=50)
    then = safe_next(request.query_params.get("next", ""), lang)
    sent = depart(database_of(request), provider, then, now_of(request))
    answer = RedirectResponse(sent.url, 303, {"Cache-Control": "no-store"})
    answer.set_cookie(
        COOKIE,
        sent.browser,
        max_age=int(LIFE.total_seconds()),
        path=request.scope.get("root_path", "") or "/",
        secure=is_secure(request),
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/{lang}/oidc/back")
def back(request: Request, lang: str, guest: GuestNow) -> Response:
    """From the provider: a session for who has been recognised."""
    person, then = arrive(
        database_of(request),
        provider_of(request, lang),
        dict(request.query_params),
        request.cookies.get(COOKIE, ""),
        person=guest.person,
        now=now_of(request),
        language=language_of(lang),
    )
    token, _ = open_visit(database_of(request), person, now_of(request))
    answer = with_cookie(request, to(request, safe_next(then, lang)), token)
    answer.delete_cookie(COOKIE, path=request.scope.get("root_path", "") or "/")
    return answer
