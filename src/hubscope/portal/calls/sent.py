"""What every sent form shares: its fields and files, who sent it, and where it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from hubscope.calls.desk.case import Actor
from hubscope.calls.people import limit
from hubscope.portal.calls.desk import (
    BODY_MAX,
    Guest,
    check_csrf,
    database_of,
    guest_of,
    now_of,
    person_of,
    same_site,
)

GuestNow = Annotated[Guest, Depends(guest_of)]
STEPS_MAX = 600
"""Steps one person may try in a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that was sent, under the name that its sender gave it."""

    name: str
    data: bytes


async def sent_form(request: Request) -> dict[str, Any]:
    """The fields of a sent form; files stay files."""
    same_site(request)
    found: dict[str, Any] = {}
    async with request.form(max_files=1, max_fields=100, max_part_size=400_000) as form:
        for name, value in form.items():
            found[name] = await _opened(value)
    return found


async def _opened(value: str | UploadFile) -> str | File:
    if isinstance(value, str):
        return value
    return File(value.filename or "", await value.read(BODY_MAX))


Sent = Annotated[dict[str, Any], Depends(sent_form)]


def texts(sent: Mapping[str, Any]) -> dict[str, str]:
    """The fields that are no files."""
    return {k: v for k, v in sent.items() if isinstance(v, str)}


def to(request: Request, path: str) -> Response:
    """A way on to a page of this server, to be read anew."""
    return RedirectResponse(f"{request.scope.get('root_path', '')}{path}", 303)


def checked(request: Request, guest: Guest, sent: Mapping[str, Any]) -> Actor:
    """The signed-in actor of a form that is really theirs."""
    person = person_of(guest)
    check_csrf(guest, str(sent.get("csrf", "")))
    limit(database_of(request), f"step:{person.id}", now_of(request), most=STEPS_MAX)
    return Actor(person)


def safe_next(asked: str, lang: str) -> str:
    """The page of this server that was asked for before signing in, else the list."""
    parts = urlsplit(asked)
    plain = asked.isascii() and asked.isprintable() and "\\" not in asked
    if plain and not parts.scheme and not parts.netloc and asked.startswith(f"/{lang}/"):
        return asked
    return f"/{lang}/"
