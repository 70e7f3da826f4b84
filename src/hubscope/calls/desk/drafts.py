"""What stands already of a need or a bid, as its form shows it to whoever may change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubscope.calls.base.models import Bid, Call, Need, Party, Person
from hubscope.calls.desk.act import find_bid, find_call
from hubscope.calls.desk.bodies import PARTY, ROWS
from hubscope.calls.desk.case import Actor, roles_of


def draft_of(
    session: Session, call_id: str, action: str, person: Person, *, bid: str = "", need: str = ""
) -> dict[str, str]:
    """The fields of the step's form as they stand, as text; none where they are not theirs.

    Raises:
        RefusedError: where there is no such call or bid.
    """
    call = find_call(session, call_id)
    if action == "edit_need" and need:
        return _need(session, call, Actor(person), need)
    if action == "edit_bid" and bid:
        return _bid(session, call, Actor(person), bid)
    return {"need": need} if need else {}


def _need(session: Session, call: Call, actor: Actor, code: str) -> dict[str, str]:
    if not roles_of(session, call, actor, None) & {"demander", "officer"}:
        return {}
    query = select(Need).where(Need.call_id == call.id, Need.code == code)
    row = session.scalars(query).first()
    if row is None:
        return {}
    return as_fields({**row.body, "organisation": row.organisation, "title": row.title})


def _bid(session: Session, call: Call, actor: Actor, code: str) -> dict[str, str]:
    row: Bid = find_bid(session, call, code)
    if "bidder" not in roles_of(session, call, actor, row):
        return {}
    party = session.get_one(Party, row.id)
    need = session.get_one(Need, row.need_id).code
    who = {name: getattr(party, name) for name in PARTY}
    return as_fields({**row.body, **who, "title": row.title, "cost": row.cost, "need": need})


def as_fields(body: Mapping[str, Any]) -> dict[str, str]:
    """A step's body as the text of its form's fields."""
    return {name: _text(name, value) for name, value in body.items() if value not in (None, "")}


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, list):
        return "\n".join(_row(ROWS[name], v) if isinstance(v, dict) else str(v) for v in value)
    return str(value)


def _row(parts: tuple[str, ...], row: Mapping[str, Any]) -> str:
    cells = ["" if row.get(p) is None else _text(p, row[p]) for p in parts]
    return " | ".join(cells).rstrip(" |")
