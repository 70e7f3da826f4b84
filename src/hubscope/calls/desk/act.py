"""The one way in which anything is done to a call: checked, done and written down, or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from hubscope.calls.base.database import Database
from hubscope.calls.base.ledger import Line, append, stamp
from hubscope.calls.base.models import Bid, Call, Person
from hubscope.calls.desk.case import Actor, Case, roles_of
from hubscope.calls.desk.guards import GUARDS
from hubscope.calls.desk.settle import settle
from hubscope.calls.desk.steps import STEPS
from hubscope.calls.post.whom import post
from hubscope.calls.problems import problems
from hubscope.calls.refusal import Near, RefusedError
from hubscope.calls.workflow import Definition, Machine, Move, definition


def act(
    database: Database,
    call: str,
    action: str,
    body: Mapping[str, Any] | None = None,
    *,
    actor: Actor,
    now: datetime,
    bid: str = "",
    version: int | None = None,
) -> dict[str, Any]:
    """Take one step and write it down; what the record keeps of it comes out.

    `version` is the version of the call or bid that the actor has seen: where somebody has changed
    it since, the step is refused.

    Raises:
        RefusedError: where role, state, deadline or a rule does not allow the step, or `body` is
            not what it asks for. Nothing is changed then.
    """
    try:
        with database.write() as session:
            case = open_case(session, call, bid, actor=actor, now=now)
            _seen(case, version)
            return step(case, action, body or {})
    except (StaleDataError, IntegrityError) as error:
        raise RefusedError("changed_meanwhile") from error


def step(case: Case, action: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Take one step inside a transaction that is open already."""
    rules = definition(case.call.definition)
    machine, thing = _machine(rules, action, case)
    move = machine.move(action, thing.state)
    if move is None:
        raise RefusedError("wrong_state", action=action, state=thing.state)
    _check_call_state(case, move)
    case.role = _role(case, move)
    case.body = _body(action, body)
    for name in move.guards:
        GUARDS[name](case)
    STEPS[action].run(case)
    return _conclude(case, move, thing)


def open_case(
    session: Session, call_id: str, bid: str = "", *, actor: Actor, now: datetime
) -> Case:
    """A call as it stands at `now`, ready for a step; the caller holds the right to write."""
    call = find_call(session, call_id)
    if actor.person is not None:
        # Read anew: what the sender's copy says of a person may be old, and must not be written.
        actor = Actor(session.get_one(Person, actor.person.id), actor.acts_as)
    settle(session, call, now)
    found = find_bid(session, call, bid) if bid else None
    return Case(session, call, actor, now, bid=found)


def find_call(session: Session, call_id: str) -> Call:
    """The call with this id.

    Raises:
        RefusedError: where there is none.
    """
    call = session.get(Call, call_id)
    if call is None:
        known = list(session.scalars(select(Call.id)))
        raise RefusedError("no_call", status=404, hint=Near(call_id, known), call=call_id)
    return call


def find_bid(session: Session, call: Call, code: str) -> Bid:
    """The bid of the call with this code.

    Raises:
        RefusedError: where there is none.
    """
    query = select(Bid).where(Bid.call_id == call.id, Bid.code == code)
    bid = session.scalars(query).first()
    if bid is None:
        raise RefusedError("no_bid", status=404, bid=code)
    return bid


def _seen(case: Case, version: int | None) -> None:
    thing = case.bid or case.call
    if version is not None and version != thing.version:
        raise RefusedError("changed_meanwhile")


def _machine(rules: Definition, action: str, case: Case) -> tuple[Machine, Call | Bid]:
    if rules.machine_of(action) == "call":
        return rules.call, case.call
    return rules.bid, case.its_bid


def _check_call_state(case: Case, move: Move) -> None:
    if move.in_call and case.call.state not in move.in_call:
        raise RefusedError("wrong_call_state", action=move.name, state=case.call.state)


def _role(case: Case, move: Move) -> str:
    """The role in which the actor takes the step: theirs, or for the operator the one chosen."""
    if case.actor.operator:
        asked = case.actor.acts_as or move.roles[0]
        if asked in move.roles:
            return asked
        raise RefusedError("no_role", status=403, action=move.name, roles=", ".join(move.roles))
    held = roles_of(case.session, case.call, case.actor, case.bid)
    signed = (case.bid.signatures.get(move.name, {}) if case.bid else {}).keys()
    mine = [r for r in move.roles if r in held]
    unsigned = [r for r in mine if r not in signed]
    if not mine:
        raise RefusedError("no_role", status=403, action=move.name, roles=", ".join(move.roles))
    return (unsigned or mine)[0]


def _body(action: str, body: Mapping[str, Any]) -> Any:
    try:
        return STEPS[action].body.model_validate(dict(body))
    except ValidationError as error:
        raise RefusedError("bad_body", status=422, problems=problems(error)) from None


def _conclude(case: Case, move: Move, thing: Call | Bid) -> dict[str, Any]:
    source, target = thing.state, _target(case, move, thing)
    if target != source:
        thing.state, thing.since = target, case.now
        if isinstance(thing, Call):
            thing.history = [*thing.history, [target, stamp(case.now)]]
    bid = case.bid.code if case.bid and isinstance(thing, Bid) else ""
    line = Line(
        case.actor.code, case.role, case.call.id, move.name, source, target, bid, case.noted
    )
    written = append(case.session, line, case.now)
    post(case, move.name, written)
    # Every step counts as a change, so that a second sending of one form finds a newer version.
    flag_modified(thing, "since")
    case.session.flush()
    return {"action": move.name, "from": source, "to": target, **case.noted}


def _target(case: Case, move: Move, thing: Call | Bid) -> str:
    if isinstance(thing, Call):
        return move.target(thing.state)
    if move.signatures and not _signed(case, move, thing):
        return thing.state
    return move.target(thing.state, thing.origin)


def _signed(case: Case, move: Move, bid: Bid) -> bool:
    """Add the signature; whether all are there now. All must sign the same words."""
    given = dict(bid.signatures.get(move.name, {}))
    words = (
        case.body.model_dump(mode="json") if case.body and move.name == "change_indicator" else {}
    )
    if any(s["words"] != words for s in given.values()):
        given = {}
    if case.role in given:
        raise RefusedError("signed_already", role=case.role)
    given[case.role] = {"by": case.actor.code, "at": stamp(case.now), "words": words}
    complete = set(move.signatures) <= set(given)
    bid.signatures = {**bid.signatures, move.name: {} if complete else given}
    case.note(signed=sorted(given), complete=complete)
    then = STEPS[move.name].then
    if complete and then is not None:
        then(case)
    return complete
