"""Files of bids over HTTP: kept for who may act on the bid, read by who may read it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from hubscope.calls.files import MEDIA, find, keep
from hubscope.calls.look import look
from hubscope.calls.refusal import RefusedError
from hubscope.portal.calls.desk import database_of, language_of, now_of
from hubscope.portal.calls.pages import seen_of
from hubscope.portal.calls.sent import File, GuestNow, Sent, checked, to

router = APIRouter(include_in_schema=False)


@router.post("/{lang}/c/{call}/b/{bid}/files")
def upload(
    request: Request, lang: str, call: str, bid: str, *, guest: GuestNow, sent: Sent
) -> Response:
    """Keep a file of a bid under the hash of its bytes; for who may act on the bid."""
    actor = checked(request, guest, sent)
    seen = seen_of(request, call, guest)
    found = next((b for b in seen.bids if b["code"] == bid), None)
    if found is None or not found["uploads"]:
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
    return to(request, f"/{language_of(lang)}/c/{call}/b/{bid}")


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
