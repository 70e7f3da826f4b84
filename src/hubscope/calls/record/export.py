"""A call as one JSON document and as tables; who people are is left out by rule."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubscope.calls.base.contents import content_hash, is_content
from hubscope.calls.base.ledger import lines, sealed, stamp
from hubscope.calls.base.models import Bid, Call, Milestone, Need, Party, Review, Reviewer
from hubscope.calls.desk.act import find_call
from hubscope.calls.desk.case import ACTIVE
from hubscope.calls.desk.guards import need_score
from hubscope.calls.desk.settle import bid_stand, call_stand, history
from hubscope.cells import safe

FORMAT = 2
DECIDED = ("announced", "running", "closed", "no_award")
"""States in which the decision and its inputs are public."""
SCORED = frozenset(["review", "user_view", "decide"])
"""Steps whose lines hold scores."""
INSIDE = frozenset(
    ["add_bid", "add_reviewer", "add_relation", "assign", "calibrate", "decide", "give_role"]
)
"""Steps of a call whose lines stay sealed until it is decided; none changes its state."""


def export(
    session: Session, call_id: str, now: datetime, *, people: bool = False
) -> dict[str, Any]:
    """Everything about a call that is public at `now`, with the whole record.

    With `people` also who bids and who reviews: for auditors, never for publication.

    Raises:
        RefusedError: where there is no such call.
    """
    call = find_call(session, call_id)
    state = call_stand(call, now).state
    open_now = state in DECIDED or people
    query = select(Bid).where(Bid.call_id == call.id, Bid.state != "draft").order_by(Bid.code)
    bids = list(session.scalars(query)) if _unsealed(call, now) else []
    chain = lines(session)
    sent = _submitted(chain, call)
    return {
        "format": FORMAT,
        "exported": stamp(now),
        "call": _call(call, now, state, decided=open_now),
        "needs": [_need(n) for n in _rows(session, Need, call.id)],
        "bids": [_bid(session, call, b, now, sent, people=people) for b in bids]
        if open_now
        else [],
        "reviews": _reviews(session, call) if open_now and _scores(call, people=people) else [],
        "milestones": [m for b in bids for m in _milestones(session, b)] if open_now else [],
        "decision": _decision(call, people=people) if open_now else {},
        **({"people": _people(session, call, bids)} if people else {}),
        "record": [
            line if people or _open(line, call, decided=open_now) else sealed(line)
            for line in chain
        ],
    }


def _open(line: Mapping[str, Any], call: Call, *, decided: bool) -> bool:
    """Whether a line may be read: never another call's, bids and marks only once decided."""
    if line["call"] != call.id or (line["action"] in SCORED and not _scores(call, people=False)):
        return False
    return decided or (line["bid"] == "" and line["action"] not in INSIDE)


def _decision(call: Call, *, people: bool) -> dict[str, Any]:
    """The decision; its inputs and scores only where the call publishes scores."""
    if _scores(call, people=people):
        return call.decision
    hidden = ("inputs", "worth", "frequency", "value")
    return {k: v for k, v in call.decision.items() if k not in hidden}


def _unsealed(call: Call, now: datetime) -> bool:
    return call.deadline is not None and now >= call.deadline


def _scores(call: Call, *, people: bool) -> bool:
    return people or bool(call.parameters.get("show_scores"))


def _rows(session: Session, table: Any, call_id: str) -> list[Any]:
    return list(session.scalars(select(table).where(table.call_id == call_id).order_by(table.id)))


def _call(call: Call, now: datetime, state: str, *, decided: bool) -> dict[str, Any]:
    return {
        "id": call.id,
        "definition": call.definition,
        "family": call.family,
        "title": call.title,
        "payer": call.payer,
        "synthetic": call.synthetic,
        "state": state,
        "history": [[s, stamp(t)] for s, t in history(call, now)],
        "deadline": stamp(call.deadline) if call.deadline else None,
        "budget": call.budget,
        "parameters": call.parameters,
        "limits": call.limits,
        "commitment": call.commitment,
        "secret": call.secret if decided and call.decision else "",
    }


def _need(need: Need) -> dict[str, Any]:
    body = {k: v for k, v in need.body.items() if k not in ("contact", "code", "title")}
    if body.get("confidentiality") == "internal":
        body = {k: body[k] for k in ("due", "budget", "confidentiality")}
    return {
        "code": need.code,
        "title": need.title,
        "organisation": need.organisation,
        "score": round(need_score(need.scores), 3) if need.scores else None,
        "kept": need.kept,
        **body,
    }


def _submitted(chain: Sequence[Mapping[str, Any]], call: Call) -> dict[str, str]:
    """The hash that the record kept of each bid when it was handed in."""
    mine = (x for x in chain if x["call"] == call.id and x["action"] == "submit")
    return {x["bid"]: json.loads(x["body"])["content"] for x in mine}


def _bid(
    session: Session, call: Call, bid: Bid, now: datetime, sent: Mapping[str, str], *, people: bool
) -> dict[str, Any]:
    """A bid without who bids; title and lead organisation of a selected one are in the notice.

    What it says is its bidder's: the public is given the salted hash that the record keeps, and
    those who get the people also the text and the salt, to hash it themselves.
    """
    stand = bid_stand(call, bid, now)
    party = session.get_one(Party, bid.id)
    won = stand.state in ACTIVE
    said: dict[str, Any] = {
        "title": bid.title,
        "cost": bid.cost,
        "body": bid.body,
        "salt": party.nonce,
    }
    text = {"body": bid.body, "salt": party.nonce} if people else {}
    kept = sent.get(bid.code, "")
    return {
        "code": bid.code,
        "need": session.get_one(Need, bid.need_id).code,
        "state": stand.state,
        "title": bid.title if won or people else "",
        "cost": bid.cost,
        "lead": party.lead if won else "",
        "partners": party.partners if won else [],
        "content": kept if is_content(said, kept) else content_hash(**said),
        **text,
    }


def _reviews(session: Session, call: Call) -> list[dict[str, Any]]:
    """Marks by codes; comments and names stay inside."""
    bids = {b.id: b.code for b in _rows(session, Bid, call.id)}
    people = {r.id: r.code for r in _rows(session, Reviewer, call.id)}
    return [
        {"bid": bids[r.bid_id], "reviewer": people[r.reviewer_id], "score": r.score, **r.marks}
        for r in _rows(session, Review, call.id)
        if r.score is not None and not r.conflict
    ]


def _milestones(session: Session, bid: Bid) -> list[dict[str, Any]]:
    query = select(Milestone).where(Milestone.bid_id == bid.id).order_by(Milestone.number)
    return [
        {
            "bid": bid.code,
            "number": m.number,
            **m.body,
            "tranche": m.tranche,
            "value": m.report.get("value"),
            "tester": m.report.get("organisation", ""),
            "user_content": m.opinion.get("content"),
            "passed": m.passed,
            "paid": m.paid,
        }
        for m in session.scalars(query)
    ]


def _people(session: Session, call: Call, bids: Sequence[Bid]) -> dict[str, Any]:
    names = ("lead", "leader", "partners", "team", "related", "breach", "region", "young")
    parties = [(b.code, session.get_one(Party, b.id)) for b in bids]
    return {
        "parties": [{"bid": c, **{n: getattr(p, n) for n in names}} for c, p in parties],
        "reviewers": [
            {"code": r.code, "name": r.name, "organisations": r.organisations}
            for r in _rows(session, Reviewer, call.id)
        ],
    }


def export_rows(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV that no spreadsheet takes for a formula."""
    names = list(dict.fromkeys(k for r in rows for k in r))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([safe(row.get(n)) for n in names] for row in rows)
    return out.getvalue()
