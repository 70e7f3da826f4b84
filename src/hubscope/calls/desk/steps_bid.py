"""Bids from draft to decision: the bidder's steps and the officer's."""

from __future__ import annotations

from hashlib import sha256
from secrets import token_hex
from typing import Any

from sqlalchemy import func, select

from hubscope.calls.base.contents import content_hash, hash_of
from hubscope.calls.base.models import Bid, Party
from hubscope.calls.desk.bodies import PARTY, BidIn, ReasonIn
from hubscope.calls.desk.case import Case
from hubscope.calls.desk.kinds import EXPLAINED, PLAIN, Step, body_of


def _fingerprint(given: BidIn) -> str:
    text = "".join(c for c in given.title + given.abstract + given.route if c.isalnum())
    return sha256(text.casefold().encode()).hexdigest()


def _content(given: BidIn) -> dict[str, Any]:
    body = given.model_dump(mode="json", exclude={*PARTY, "need", "title", "cost"})
    return {**body, "fingerprint": _fingerprint(given)}


def _add_bid(case: Case) -> None:
    given: BidIn = body_of(case)
    need = case.need_of(given.need)
    last = case.session.scalar(select(func.count(Bid.id)).where(Bid.call_id == case.call.id)) or 0
    bid = Bid(
        call_id=case.call.id,
        need_id=need.id,
        code=f"B-{last + 1:03d}",
        state="draft",
        since=case.now,
        title=given.title,
        body=_content(given),
        cost=given.cost,
        signatures={},
    )
    case.session.add(bid)
    case.session.flush()
    party = Party(bid_id=bid.id, owner_id=case.actor.person.id if case.actor.person else None)
    case.session.add(party)
    party.nonce = token_hex(16)
    _fill(party, given)
    case.session.flush()
    case.note(bid=bid.code, need=need.code, content=_said(bid, party), who=_who(party))


def _fill(party: Party, given: BidIn) -> None:
    for name, value in given.model_dump(mode="json", include=set(PARTY)).items():
        setattr(party, name, value or "" if name == "breach" else value)


def _said(bid: Bid, party: Party) -> str:
    return content_hash(bid.title, bid.cost, bid.body, party.nonce)


def _who(party: Party) -> str:
    """The hash of who bids: the record can show later that nobody was put in their place."""
    return hash_of({name: getattr(party, name) for name in (*PARTY, "nonce")})


def _edit_bid(case: Case) -> None:
    given: BidIn = body_of(case)
    bid = case.its_bid
    bid.need_id = case.need_of(given.need).id
    bid.title, bid.cost, bid.body = given.title, given.cost, _content(given)
    _fill(case.party, given)
    case.note(content=_said(bid, case.party), who=_who(case.party))


def _submit(case: Case) -> None:
    case.its_bid.submitted = case.now
    content = _said(case.its_bid, case.party)
    case.note(content=content, who=_who(case.party), need=case.need.code)


def _recommend(case: Case) -> None:
    case.party.recommender = case.actor.code


def _reject(case: Case) -> None:
    case.note(reason=body_of(case).reason)


def _appeal(case: Case) -> None:
    case.its_bid.origin = case.its_bid.state
    case.its_bid.appeals += 1
    _reject(case)


BID_STEPS: dict[str, Step] = {
    "add_bid": Step(BidIn, _add_bid),
    "edit_bid": Step(BidIn, _edit_bid),
    "submit": Step(run=_submit),
    "recommend": Step(run=_recommend),
    "withdraw": PLAIN,
    "screen": PLAIN,
    "ineligible": EXPLAINED,
    "question_score": EXPLAINED,
    "select": PLAIN,
    "reject": EXPLAINED,
    "appeal": Step(ReasonIn, _appeal),
    "uphold": EXPLAINED,
    "overturn": EXPLAINED,
}
