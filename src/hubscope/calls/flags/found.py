"""The flags of a call, from its rows: nothing is decided by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubscope.calls.base.models import Bid, Call, Need, Party
from hubscope.calls.desk.act import find_call
from hubscope.calls.flags.copies import Copy, Document, copies
from hubscope.calls.flags.related import Declared, Group, related

GONE = ("draft", "withdrawn")


def flags(session: Session, call_id: str, now: datetime) -> dict[str, Any]:
    """Groups of related bids, and bids that repeat others of this call or of earlier ones.

    Before the deadline there are none: sealed bids are not compared.

    Raises:
        RefusedError: where there is no such call.
    """
    call = find_call(session, call_id)
    if call.deadline is None or now < call.deadline:
        return {"related": [], "copies": []}
    bids = _bids(session, call)
    groups = related(d for b in bids for d in _declared(session, b))
    shown = [_group(g) for g in groups if any(x.startswith("B-") for x in g.bids)]
    earlier = _earlier(session, call, now)
    new = [_document(session, b, b.code) for b in bids]
    old = [_document(session, b, f"{b.call_id} {b.code}") for b in earlier]
    return {"related": shown, "copies": [_copy(c) for c in copies(new, old)]}


def _bids(session: Session, call: Call) -> list[Bid]:
    query = select(Bid).where(Bid.call_id == call.id, Bid.state.not_in(GONE)).order_by(Bid.code)
    return list(session.scalars(query))


def _earlier(session: Session, call: Call, now: datetime) -> list[Bid]:
    """Bids of other calls whose seal is broken."""
    query = select(Bid).join(Call, Call.id == Bid.call_id).where(Bid.call_id != call.id)
    query = query.where(Bid.state.not_in(GONE), Call.deadline <= now)
    return list(session.scalars(query.order_by(Bid.call_id, Bid.code)))


def _declared(session: Session, bid: Bid) -> Iterator[Declared]:
    """What a bid declares, and the demander of its need, who should be no relation."""
    party = session.get_one(Party, bid.id)
    need = session.get_one(Need, bid.need_id)
    yield Declared(bid.code, "lead", party.lead)
    yield Declared(bid.code, "leader", party.leader)
    yield from (Declared(bid.code, "team", str(name)) for name in party.team)
    yield from (Declared(bid.code, "related", str(name)) for name in party.related)
    yield from (Declared(bid.code, str(t["kind"]), str(t["what"])) for t in party.ties)
    yield Declared(need.code, "demander", need.organisation)


def _document(session: Session, bid: Bid, name: str) -> Document:
    """What a bid says; what its need says may be repeated."""
    need = session.get_one(Need, bid.need_id)
    said: Iterable[str] = (bid.title, bid.body.get("abstract", ""), bid.body.get("route", ""))
    known = (need.title, *(str(need.body.get(f, "")) for f in ("problem", "state_of_art")))
    return Document(name, "\n".join(said), "\n".join(known))


def _group(group: Group) -> dict[str, Any]:
    links = [{"what": x.what, "kinds": dict(x.kinds), "strong": x.strong} for x in group.links]
    return {"bids": list(group.bids), "strong": group.strong, "links": links}


def _copy(found: Copy) -> dict[str, Any]:
    return {
        "one": found.one,
        "other": found.other,
        "share": found.share,
        "resemblance": found.resemblance,
        "passages": [list(p) for p in found.passages],
    }
