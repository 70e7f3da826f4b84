"""The pages that are read: the list, a call, its record, its files."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from hubscope.calls.base.ledger import head
from hubscope.calls.flags import flags
from hubscope.calls.look import Seen, look
from hubscope.calls.permissions import may_read
from hubscope.calls.record import export, export_rows
from hubscope.calls.refusal import RefusedError
from hubscope.calls.views import bids_to_explain, explain_bid, explain_pair, listed
from hubscope.portal.calls.desk import Guest, database_of, guest_of, language_of, now_of
from hubscope.portal.calls.draw import page
from hubscope.portal.calls.quick import kept

router = APIRouter(include_in_schema=False)
GuestNow = Annotated[Guest, Depends(guest_of)]


@router.get("/")
def root(request: Request) -> Response:
    """To the list, in the reader's language."""
    zh = request.headers.get("accept-language", "zh").lower().startswith("zh")
    return RedirectResponse(f"{request.scope.get('root_path', '')}/{'zh' if zh else 'en'}/", 307)


@router.get("/{lang}/")
def index(request: Request, lang: str, guest: GuestNow) -> Response:
    """All calls that the reader may know of."""
    language_of(lang)

    def draw() -> Response:
        now = now_of(request)
        with database_of(request).read() as session:
            calls = [c for c in listed(session, now) if _known(session, c, guest, now)]
        return page(request, "index.html", lang, guest, calls=calls)

    return kept(request, guest, draw)


def _known(session: object, call: dict[str, object], guest: Guest, now: object) -> bool:
    if call["state"] not in ("draft", "need_submitted", "vetted", "cancelled"):
        return True
    try:
        look(session, str(call["id"]), guest.person, now)  # type: ignore[arg-type]
    except RefusedError:
        return False
    return True


def seen_of(request: Request, call: str, guest: Guest) -> Seen:
    """The call as the reader sees it now."""
    with database_of(request).read() as session:
        return look(session, call, guest.person, now_of(request))


@router.get("/{lang}/c/{call}/")
def show(request: Request, lang: str, call: str, guest: GuestNow) -> Response:
    """One call: need, process, dates, decision, milestones, and what the reader may do."""
    language_of(lang)
    return kept(
        request,
        guest,
        lambda: page(request, "call.html", lang, guest, c=seen_of(request, call, guest)),
    )


@router.get("/{lang}/c/{call}/b/{bid}")
def show_bid(request: Request, lang: str, call: str, bid: str, guest: GuestNow) -> Response:
    """One bid, as far as the reader may see it."""
    seen = seen_of(request, call, guest)
    found = next((b for b in seen.bids if b["code"] == bid), None)
    if found is None:
        raise RefusedError("no_bid", status=404, bid=bid)
    return page(request, "bid.html", language_of(lang), guest, c=seen, b=found)


@router.get("/{lang}/c/{call}/record")
def record(request: Request, lang: str, call: str, guest: GuestNow) -> Response:
    """The call's lines of the record and the head of the chain."""
    seen = seen_of(request, call, guest)
    if not may_read("record", seen.roles, [s for s, _ in seen.history]):
        raise RefusedError("not_yours", status=403)
    with database_of(request).read() as session:
        inside = {"officer", "auditor"} & set(seen.roles)
        found = export(session, call, now_of(request), people=bool(inside))["record"]
        own = [line for line in found if line.get("call") == call]
        top = head(session)
    return page(request, "record.html", language_of(lang), guest, c=seen, lines=own, head=top)


@router.get("/{lang}/c/{call}/flags")
def show_flags(request: Request, lang: str, call: str, guest: GuestNow) -> Response:
    """Related bidders and repeated text, for who may know who bids."""
    seen = seen_of(request, call, guest)
    if not may_read("flags", seen.roles, [s for s, _ in seen.history]):
        raise RefusedError("not_yours", status=403)
    with database_of(request).read() as session:
        found = flags(session, call, now_of(request))
    codes = {b["code"] for b in seen.bids}
    return page(request, "flags.html", language_of(lang), guest, c=seen, flags=found, codes=codes)


@router.get("/{lang}/c/{call}/explain")
def show_why(
    request: Request,
    lang: str,
    call: str,
    *,
    guest: GuestNow,
    bid: str = "",
    reviewer: str = "",
) -> Response:
    """Why a pair was or was not made, for who may know both who bids and who reviews."""
    seen = seen_of(request, call, guest)
    if not seen.explain:
        raise RefusedError("not_yours", status=403)
    shown: dict[str, Any] = {"bid": bid, "reviewer": reviewer, "why": {}, "rows": [], "problem": ""}
    with database_of(request).read() as session:
        now = now_of(request)
        shown["bids"] = bids_to_explain(session, call, now)
        try:
            if bid:
                shown["rows"] = explain_bid(session, call, bid, now)
            if bid and reviewer:
                shown["why"] = explain_pair(session, call, bid, reviewer, now)
        except RefusedError as error:
            shown["problem"] = error.in_(language_of(lang))
    status = 404 if shown["problem"] else 200
    return page(request, "explain.html", language_of(lang), guest, status, c=seen, **shown)


@router.get("/{lang}/c/{call}/export.{kind}")
def download(request: Request, lang: str, call: str, kind: str, guest: GuestNow) -> Response:
    """What is public of the call as JSON, or its record as CSV; auditors get the people too."""
    language_of(lang)
    seen = seen_of(request, call, guest)
    if not may_read("record", seen.roles, [s for s, _ in seen.history]):
        raise RefusedError("not_yours", status=403)
    with database_of(request).read() as session:
        found = export(session, call, now_of(request), people="auditor" in seen.roles)
    if kind == "csv":
        return Response(
            export_rows([r for r in found["record"] if "body" in r]),
            media_type="text/csv; charset=utf-8",
        )
    if kind != "json":
        raise RefusedError("no_call", status=404, call=f"export.{kind}")
    text = json.dumps(found, ensure_ascii=False)
    return Response(text, media_type="application/json")
