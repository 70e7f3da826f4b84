"""The pages that change something: new calls, steps, tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from hubscope.calls.desk.act import act
from hubscope.calls.desk.batch import assign_all, carry_out
from hubscope.calls.desk.bodies import ParametersIn
from hubscope.calls.desk.drafts import draft_of
from hubscope.calls.desk.new import new_call
from hubscope.calls.desk.steps import STEPS
from hubscope.calls.intake import KINDS, load, read_sheet
from hubscope.calls.look import Seen
from hubscope.calls.refusal import BadTableError, RefusedError
from hubscope.portal.calls.choices import choices_of
from hubscope.portal.calls.desk import Guest, database_of, language_of, now_of, person_of
from hubscope.portal.calls.draw import page
from hubscope.portal.calls.forms import body_from, fields_of
from hubscope.portal.calls.pages import seen_of
from hubscope.portal.calls.rules import limits_from, limits_of, parameters_from, parameters_of
from hubscope.portal.calls.sent import File, GuestNow, Sent, checked, texts, to

router = APIRouter(include_in_schema=False)


@router.get("/{lang}/new")
def new_form(request: Request, lang: str, guest: GuestNow) -> Response:
    """The form of a new call; for officers."""
    if not person_of(guest).staff:
        raise RefusedError("not_staff", status=403)
    return _new(request, lang, guest, {})


def _new(
    request: Request,
    lang: str,
    guest: Guest,
    given: Mapping[str, str],
    error: RefusedError | None = None,
) -> Response:
    """The form with the call's rules and limits, what is left empty set by the preset."""
    return page(
        request,
        "form.html",
        language_of(lang),
        guest,
        error.status if error else 200,
        action="new",
        fields=fields_of(ParametersIn, lang, given),
        more=[("rules", parameters_of(lang, given)), ("limits", limits_of(lang, given))],
        call="",
        bid="",
        version="",
        problem=error.in_(lang) if error else "",
    )


@router.post("/{lang}/new")
def new_now(request: Request, lang: str, guest: GuestNow, sent: Sent) -> Response:
    """Make a call."""
    actor = checked(request, guest, sent)
    text = texts(sent)
    try:
        made = new_call(
            database_of(request),
            body_from(ParametersIn, text),
            actor=actor,
            now=now_of(request),
            parameters=parameters_from(text),
            limits=limits_from(text),
        )
    except RefusedError as error:
        return _new(request, lang, guest, text, error)
    return to(request, f"/{language_of(lang)}/c/{made}/?done=new")


def _form(
    request: Request,
    lang: str,
    guest: Guest,
    action: str,
    *,
    call: str,
    bid: str = "",
    given: Mapping[str, str],
    error: RefusedError | None = None,
) -> Response:
    """The form of a step, with what was wrong when it was sent."""
    seen = seen_of(request, call, guest)
    row = next((b for b in seen.bids if b["code"] == bid), None)
    choices = choices_of(seen, row, lang)
    return page(
        request,
        "form.html",
        language_of(lang),
        guest,
        error.status if error else 200,
        action=action,
        fields=fields_of(STEPS[action].body, lang, given, choices),
        more=[],
        c=seen,
        call=call,
        bid=bid,
        version=given.get("version", "") or _version(seen, row),
        problem=error.in_(lang) if error else "",
    )


def _version(seen: Seen, row: Mapping[str, Any] | None) -> str:
    return str(row["version"] if row else seen.version)


@router.get("/{lang}/c/{call}/do/{action}")
def step_form(
    request: Request,
    lang: str,
    call: str,
    action: str,
    *,
    guest: GuestNow,
    bid: str = "",
    need: str = "",
) -> Response:
    """The form of a step; what is to be changed stands in it already."""
    person = person_of(guest)
    if action not in STEPS:
        raise RefusedError("not_yours", status=404)
    with database_of(request).read() as session:
        given = draft_of(session, call, action, person, bid=bid, need=need)
    return _form(request, lang, guest, action, call=call, bid=bid, given=given)


@router.post("/{lang}/c/{call}/do/{action}")
def step_now(
    request: Request, lang: str, call: str, action: str, *, guest: GuestNow, sent: Sent
) -> Response:
    """Take a step."""
    actor, text = checked(request, guest, sent), texts(sent)
    if action not in STEPS:
        raise RefusedError("not_yours", status=404)
    bid = text.get("bid", "")
    try:
        made = act(
            database_of(request),
            call,
            action,
            body_from(STEPS[action].body, text),
            actor=actor,
            now=now_of(request),
            bid=bid,
            version=int(text["version"]) if text.get("version", "").isdigit() else None,
        )
    except RefusedError as error:
        if error.status in (401, 403, 404):
            raise
        return _form(request, lang, guest, action, call=call, bid=bid, given=text, error=error)
    return _after(request, lang, call, action, bid or str(made.get("bid", "")))


def _after(request: Request, lang: str, call: str, action: str, bid: str = "") -> Response:
    """Back to the bid or the call, which say what was done."""
    there = f"/{language_of(lang)}/c/{call}/" + (f"b/{bid}" if bid else "")
    return to(request, f"{there}?done={action}")


@router.post("/{lang}/c/{call}/assign-all")
def assign_now(request: Request, lang: str, call: str, guest: GuestNow, sent: Sent) -> Response:
    """Screen, assign and start all reviews at once."""
    actor = checked(request, guest, sent)
    assign_all(
        database_of(request),
        call,
        actor=actor,
        now=now_of(request),
        method=str(sent.get("method", "rule")),
    )
    return _after(request, lang, call, "assign")


@router.post("/{lang}/c/{call}/carry-out")
def carry_out_now(request: Request, lang: str, call: str, guest: GuestNow, sent: Sent) -> Response:
    """Select the bids that the decision names, and none of the others."""
    actor = checked(request, guest, sent)
    reason = str(sent.get("reason", ""))
    carry_out(database_of(request), call, reason, actor=actor, now=now_of(request))
    return _after(request, lang, call, "select")


@router.get("/{lang}/c/{call}/import")
def import_form(request: Request, lang: str, call: str, guest: GuestNow) -> Response:
    """The form that takes a table."""
    person_of(guest)
    return _import(request, lang, call, guest)


def _import(request: Request, lang: str, call: str, guest: Guest, problem: str = "") -> Response:
    status = 422 if problem else 200
    seen = seen_of(request, call, guest)
    columns = {kind: list(STEPS[action].body.model_fields) for kind, action in KINDS.items()}
    shown = {"kinds": list(KINDS), "columns": columns, "problem": problem}
    return page(request, "import.html", language_of(lang), guest, status, c=seen, **shown)


@router.post("/{lang}/c/{call}/import")
def import_now(request: Request, lang: str, call: str, guest: GuestNow, sent: Sent) -> Response:
    """Take a table: all rows, or none with every bad one named."""
    actor = checked(request, guest, sent)
    kind, file = str(sent.get("kind", "")), sent.get("file")
    if not isinstance(file, File):
        problem = RefusedError("bad_file", kinds=".csv, .xlsx").in_(language_of(lang))
        return _import(request, lang, call, guest, problem)
    try:
        rows = read_sheet(file.name, file.data)
        load(database_of(request), call, kind, rows, actor=actor, now=now_of(request))
    except BadTableError as error:
        return _import(request, lang, call, guest, error.in_(language_of(lang)))
    return to(request, f"/{language_of(lang)}/c/{call}/?done=import")
