"""The same steps as JSON, described by OpenAPI."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Path, Request
from pydantic import BaseModel

from hubscope.calls.base.ledger import head, verify
from hubscope.calls.desk.act import act
from hubscope.calls.desk.case import Actor
from hubscope.calls.people import limit
from hubscope.calls.permissions import may_read
from hubscope.calls.record import export
from hubscope.calls.refusal import RefusedError
from hubscope.calls.views import listed
from hubscope.portal.calls.desk import (
    Guest,
    check_csrf,
    database_of,
    guest_of,
    now_of,
    person_of,
    same_site,
)
from hubscope.portal.calls.pages import seen_of
from hubscope.portal.calls.sent import STEPS_MAX


class Problem(BaseModel):
    """An error, by RFC 9457."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class StepIn(BaseModel):
    """What a step is given."""

    body: dict[str, Any] = {}
    bid: str = ""
    version: int | None = None


ERRORS: dict[int | str, dict[str, Any]] = {
    s: {"model": Problem} for s in (401, 403, 404, 409, 413, 422, 429)
}
router = APIRouter(prefix="/api/v1", responses=ERRORS)
GuestNow = Annotated[Guest, Depends(guest_of)]
CallId = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,58}$")]
PUBLIC = ("open", "reviewing", "negotiating", "announced", "running", "closed", "no_award")


@router.get("/calls")
def list_calls(request: Request) -> list[dict[str, Any]]:
    """Every call that is public, with its state now."""
    with database_of(request).read() as session:
        return [c for c in listed(session, now_of(request)) if c["state"] in PUBLIC]


@router.get("/calls/{call}")
def show_call(request: Request, call: CallId, guest: GuestNow) -> dict[str, Any]:
    """What is public of a call now."""
    seen_of(request, call, guest)
    with database_of(request).read() as session:
        found = export(session, call, now_of(request))
    return {k: v for k, v in found.items() if k != "record"}


@router.get("/calls/{call}/record")
def show_record(request: Request, call: CallId, guest: GuestNow) -> dict[str, Any]:
    """The record with the head of its chain; lines that are not public yet are sealed."""
    seen = seen_of(request, call, guest)
    if not may_read("record", seen.roles, [s for s, _ in seen.history]):
        raise RefusedError("not_yours", status=403)
    with database_of(request).read() as session:
        chain = export(session, call, now_of(request))["record"]
        number, last = head(session)
    return {"lines": chain, "number": number, "head": last, "intact": verify(chain).intact}


@router.post("/calls/{call}/steps/{action}")
def take_step(
    request: Request,
    call: CallId,
    action: Annotated[str, Path(pattern=r"^[a-z_]{2,40}$")],
    *,
    guest: GuestNow,
    sent: Annotated[StepIn, Body()],
    x_csrf_token: Annotated[str, Header()] = "",
) -> dict[str, Any]:
    """Take a step; needs a session and its token in X-CSRF-Token."""
    same_site(request)
    person = person_of(guest)
    check_csrf(guest, x_csrf_token)
    limit(database_of(request), f"step:{person.id}", now_of(request), most=STEPS_MAX)
    return act(
        database_of(request),
        call,
        action,
        sent.body,
        actor=Actor(person),
        now=now_of(request),
        bid=sent.bid,
        version=sent.version,
    )
