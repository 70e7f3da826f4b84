"""The pages that change something: signing in, steps, tables, files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from hubscope.calls.desk.act import act
from hubscope.calls.desk.batch import assign_all
from hubscope.calls.desk.bodies import ParametersIn
from hubscope.calls.desk.case import Actor
from hubscope.calls.desk.fields import Body
from hubscope.calls.desk.new import new_call
from hubscope.calls.desk.steps import STEPS
from hubscope.calls.files import MEDIA, find, keep
from hubscope.calls.intake import KINDS, load, read_sheet
from hubscope.calls.look import look
from hubscope.calls.people import add_person, limit, sign_in, sign_out
from hubscope.calls.refusal import RefusedError
from hubscope.errors import BadDataError
from hubscope.portal.calls.desk import (
    BODY_MAX,
    COOKIE,
    Guest,
    check_csrf,
    database_of,
    guest_of,
    language_of,
    now_of,
    person_of,
    place_of,
    same_site,
)
from hubscope.portal.calls.draw import page
from hubscope.portal.calls.forms import body_from, fields_of
from hubscope.portal.calls.pages import seen_of

router = APIRouter(include_in_schema=False)
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


def _texts(sent: Mapping[str, Any]) -> dict[str, str]:
    return {k: v for k, v in sent.items() if isinstance(v, str)}


def _to(request: Request, path: str) -> Response:
    return RedirectResponse(f"{request.scope.get('root_path', '')}{path}", 303)


def _checked(request: Request, guest: Guest, sent: Mapping[str, Any]) -> Actor:
    """The signed-in actor of a form that is really theirs."""
    person = person_of(guest)
    check_csrf(guest, str(sent.get("csrf", "")))
    limit(database_of(request), f"step:{person.id}", now_of(request), most=STEPS_MAX)
    return Actor(person)


@router.get("/{lang}/sign-in")
def sign_in_form(request: Request, lang: str, guest: GuestNow) -> Response:
    """The form to sign in, and the one to join."""
    return page(request, "sign_in.html", language_of(lang), guest, problem="")


@router.post("/{lang}/sign-in")
def sign_in_now(request: Request, lang: str, guest: GuestNow, sent: Sent) -> Response:
    """Open a session."""
    text = _texts(sent)
    try:
        token, _ = sign_in(
            database_of(request),
            text.get("email", ""),
            text.get("password", ""),
            place=place_of(request),
            now=now_of(request),
        )
    except RefusedError as error:
        words = error.in_(language_of(lang))
        return page(request, "sign_in.html", lang, guest, error.status, problem=words)
    return _with_cookie(request, _to(request, f"/{lang}/"), token)


def _with_cookie(request: Request, answer: Response, token: str) -> Response:
    answer.set_cookie(
        COOKIE,
        token,
        max_age=12 * 3600,
        path=request.scope.get("root_path", "") or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return answer


@router.post("/{lang}/join")
def join(request: Request, lang: str, guest: GuestNow, sent: Sent) -> Response:
    """Make an account: calls have no threshold, anybody may bid."""
    text = _texts(sent)
    try:
        limit(database_of(request), f"join:{place_of(request)}", now_of(request))
        add_person(
            database_of(request),
            text.get("email", ""),
            text.get("name", ""),
            text.get("password", ""),
            organisation=text.get("organisation", ""),
        )
    except RefusedError as error:
        words = error.in_(language_of(lang))
        return page(request, "sign_in.html", lang, guest, error.status, problem=words)
    return sign_in_now(request, lang, guest, sent)


@router.post("/{lang}/sign-out")
def sign_out_now(request: Request, lang: str, guest: GuestNow, sent: Sent) -> Response:
    """End the session."""
    check_csrf(guest, str(sent.get("csrf", "")))
    sign_out(database_of(request), guest.token)
    return _to(request, f"/{language_of(lang)}/")


@router.get("/{lang}/new")
def new_form(request: Request, lang: str, guest: GuestNow) -> Response:
    """The form of a new call; for officers."""
    if not person_of(guest).staff:
        raise RefusedError("not_staff", status=403)
    return _form(request, lang, guest, "new", ParametersIn)


@router.post("/{lang}/new")
def new_now(request: Request, lang: str, guest: GuestNow, sent: Sent) -> Response:
    """Make a call."""
    actor = _checked(request, guest, sent)
    text = _texts(sent)
    try:
        changes = _changes(text.get("parameters", ""))
        about = body_from(ParametersIn, text)
        made = new_call(
            database_of(request), about, actor=actor, now=now_of(request), parameters=changes
        )
    except RefusedError as error:
        return _form(request, lang, guest, "new", ParametersIn, given=text, error=error)
    return _to(request, f"/{language_of(lang)}/c/{made}/")


def _changes(text: str) -> dict[str, str]:
    pairs = [line.partition("=") for line in text.splitlines() if line.strip()]
    return {name.strip(): value.strip() for name, _, value in pairs}


def _form(
    request: Request,
    lang: str,
    guest: Guest,
    action: str,
    body: type[Body],
    *,
    call: str = "",
    bid: str = "",
    given: Mapping[str, str] | None = None,
    error: RefusedError | None = None,
) -> Response:
    """A form, with what was wrong when it was sent."""
    version = (given or {}).get("version", "")
    if call and not version:
        version = _version(request, call, bid, guest)
    return page(
        request,
        "form.html",
        language_of(lang),
        guest,
        error.status if error else 200,
        action=action,
        fields=fields_of(body, lang, given),
        call=call,
        bid=bid,
        version=version,
        problem=error.in_(lang) if error else "",
    )


def _version(request: Request, call: str, bid: str, guest: Guest) -> str:
    seen = seen_of(request, call, guest)
    found = next((b for b in seen.bids if b["code"] == bid), None)
    return str(found["version"] if found else seen.version)


@router.get("/{lang}/c/{call}/do/{action}")
def step_form(
    request: Request, lang: str, call: str, action: str, *, guest: GuestNow, bid: str = ""
) -> Response:
    """The form of a step."""
    person_of(guest)
    if action not in STEPS:
        raise RefusedError("not_yours", status=404)
    return _form(request, lang, guest, action, STEPS[action].body, call=call, bid=bid)


@router.post("/{lang}/c/{call}/do/{action}")
def step_now(
    request: Request, lang: str, call: str, action: str, *, guest: GuestNow, sent: Sent
) -> Response:
    """Take a step."""
    actor, text = _checked(request, guest, sent), _texts(sent)
    if action not in STEPS:
        raise RefusedError("not_yours", status=404)
    body, bid = STEPS[action].body, text.get("bid", "")
    try:
        seen = int(text["version"]) if text.get("version", "").isdigit() else None
        made = act(
            database_of(request),
            call,
            action,
            body_from(body, text),
            actor=actor,
            now=now_of(request),
            bid=bid,
            version=seen,
        )
    except RefusedError as error:
        if error.status in (401, 403, 404):
            raise
        return _form(
            request, lang, guest, action, body, call=call, bid=bid, given=text, error=error
        )
    bid = bid or str(made.get("bid", ""))
    return _to(request, f"/{language_of(lang)}/c/{call}/" + (f"b/{bid}" if bid else ""))


@router.post("/{lang}/c/{call}/assign-all")
def assign_now(request: Request, lang: str, call: str, guest: GuestNow, sent: Sent) -> Response:
    """Screen, assign and start all reviews at once."""
    actor = _checked(request, guest, sent)
    assign_all(database_of(request), call, actor=actor, now=now_of(request))
    return _to(request, f"/{language_of(lang)}/c/{call}/")


@router.get("/{lang}/c/{call}/import")
def import_form(request: Request, lang: str, call: str, guest: GuestNow) -> Response:
    """The form that takes a table."""
    person_of(guest)
    seen = seen_of(request, call, guest)
    return page(
        request, "import.html", language_of(lang), guest, c=seen, kinds=list(KINDS), problem=""
    )


@router.post("/{lang}/c/{call}/import")
def import_now(request: Request, lang: str, call: str, guest: GuestNow, sent: Sent) -> Response:
    """Take a table: all rows, or none with every bad one named."""
    actor = _checked(request, guest, sent)
    kind, file = str(sent.get("kind", "")), sent.get("file")
    problem = ""
    if isinstance(file, File):
        try:
            rows = read_sheet(file.name, file.data)
            now = now_of(request)
            load(database_of(request), call, kind, rows, actor=actor, now=now)
        except BadDataError as error:
            problem = error.what
    else:
        problem = RefusedError("bad_file", kinds=".csv, .xlsx").in_(language_of(lang))
    if problem:
        seen = seen_of(request, call, guest)
        return page(
            request, "import.html", lang, guest, 422, c=seen, kinds=list(KINDS), problem=problem
        )
    return _to(request, f"/{language_of(lang)}/c/{call}/")


@router.post("/{lang}/c/{call}/b/{bid}/files")
def upload(
    request: Request, lang: str, call: str, bid: str, *, guest: GuestNow, sent: Sent
) -> Response:
    """Keep a file of a bid under the hash of its bytes; for who may act on the bid."""
    actor = _checked(request, guest, sent)
    seen = seen_of(request, call, guest)
    found = next((b for b in seen.bids if b["code"] == bid), None)
    if found is None or not (found["mine"] or {"assessor", "officer"} & set(seen.roles)):
        raise RefusedError("not_yours", status=403)
    file = sent.get("file")
    if not isinstance(file, File):
        raise RefusedError("bad_file", status=422, kinds=", ".join(sorted(MEDIA)))
    keep(
        database_of(request),
        file.name,
        file.data,
        call=call,
        bid=bid,
        person=actor.person,
    )
    return _to(request, f"/{language_of(lang)}/c/{call}/b/{bid}")


@router.get("/{lang}/c/{call}/b/{bid}/files/{sha256}")
def read_file(
    request: Request, lang: str, call: str, bid: str, *, sha256: str, guest: GuestNow
) -> Response:
    """A file of a bid, for who may read the bid; always as a download."""
    language_of(lang)
    with database_of(request).read() as session:
        seen = look(session, call, guest.person, now_of(request))
        row = next((b for b in seen.bids if b["code"] == bid), None)
        known = {f["sha256"]: f for f in row["files"]} if row else {}
        if sha256 not in known:
            raise RefusedError("no_bid", status=404, bid=bid)
    data, media = find(database_of(request), sha256, known[sha256]["name"])
    return Response(data, headers={"Content-Disposition": "attachment"}, media_type=media)
