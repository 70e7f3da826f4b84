"""What the calls add to the catalogue, as rows of the figures' CSV contract, out of the record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubscope.calls.base.ledger import head, lines, unstamp
from hubscope.calls.base.models import Bid, Call, Need
from hubscope.calls.refusal import RefusedError

ISSUED, AWARDED, DUE, ACCEPTED = "calls_issued", "calls_awarded", "calls_due", "calls_accepted"


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one need: opened, first contract, its frozen limit, first acceptance."""

    opened: date
    signed: date | None = None
    due: date | None = None
    accepted: date | None = None


def count(fates: Iterable[Fate], today: date) -> Counter[tuple[str, int]]:
    """Needs by indicator and year; a contract whose limit has not passed is not due yet."""
    found: Counter[tuple[str, int]] = Counter()
    for fate in fates:
        found[ISSUED, fate.opened.year] += 1
        if fate.signed is None:
            continue
        found[AWARDED, fate.signed.year] += 1
        if fate.due is None or fate.due >= today:
            continue
        found[DUE, fate.due.year] += 1
        on_time = fate.accepted is not None and fate.accepted <= fate.due
        # A year in which nothing was on time has a zero, not a gap.
        found[ACCEPTED, fate.due.year] += int(on_time)
    return found


def figure_rows(
    session: Session, hub: str, now: datetime, *, producer: str, url: str
) -> list[dict[str, Any]]:
    """Rows of the figures' contract for all calls of the workspace together.

    Real and synthetic calls are never added up: synthetic ones count only where there are no
    others, and each row says so.

    Raises:
        RefusedError: where no call has been opened.
    """
    calls = [c for c in session.scalars(select(Call).order_by(Call.id)) if c.deadline is not None]
    real = [c for c in calls if not c.synthetic]
    if not calls:
        raise RefusedError("none_opened")
    told = lines(session)
    fates = [f for c in real or calls for f in fates_of(session, c, told)]
    number, last = head(session)
    note = f"record of {len(real or calls)} calls, line {number}, head {last[:16]}"
    today = now.date().isoformat()
    shared = {
        "status": "reported",
        "vintage": today,
        "period": "",
        "producer": producer,
        "url": url,
        "accessed": today,
        "licence": "facts only",
        "note": note if real else f"synthetic data; {note}",
    }
    return [
        {"hub": hub, "indicator": name, "year": year, "value": many, "unit": "count", **shared}
        for (name, year), many in sorted(count(fates, now.date()).items())
    ]


def fates_of(session: Session, call: Call, told: Iterable[Mapping[str, Any]]) -> Iterator[Fate]:
    """The fate of each need that the call opened."""
    opened = next(unstamp(at).date() for state, at in call.history if state == "open")
    query = select(Need).where(Need.call_id == call.id, Need.kept).order_by(Need.code)
    needs = {n.id: n for n in session.scalars(query)}
    bids = select(Bid).where(Bid.call_id == call.id)
    need_of = {b.code: b.need_id for b in session.scalars(bids)}
    mine = [x for x in told if x["call"] == call.id and x["bid"] and x["source"] != x["target"]]
    for key, need in needs.items():
        steps = [x for x in mine if need_of.get(x["bid"]) == key]
        signed = next((x for x in steps if x["target"] == "contracted"), None)
        accepted = next((x for x in steps if x["target"] == "accepted"), None)
        yield Fate(
            opened,
            _day(signed),
            _limit(need, signed),
            _day(accepted),
        )


def _day(line: Mapping[str, Any] | None) -> date | None:
    return None if line is None else unstamp(str(line["at"])).date()


def _limit(need: Need, signed: Mapping[str, Any] | None) -> date | None:
    """The limit on record at signature; contracts of older records have the need's, frozen too."""
    if signed is None:
        return None
    text = json.loads(signed["body"]).get("due") or need.body.get("due") or ""
    return date.fromisoformat(text) if text else None
