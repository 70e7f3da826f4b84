"""Write down what the clock has done since anybody last looked; reading needs no such step."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hubscope.calls.base.ledger import Line, append, stamp, unstamp
from hubscope.calls.base.models import Bid, Call
from hubscope.calls.workflow import Parameters, Stand, definition, stand_bid, stand_call


def call_stand(call: Call, now: datetime) -> Stand:
    """Where the call stands at `now`."""
    machine = definition(call.definition).call
    parameters = Parameters.model_validate(call.parameters)
    dates = {"deadline": call.deadline}
    return stand_call(machine, call.state, call.since, dates, parameters, now=now)


def history(call: Call, now: datetime) -> list[tuple[str, datetime]]:
    """The call's states with their entries, those due by the clock included."""
    written = [(state, unstamp(at)) for state, at in call.history]
    return written + [(f.target, f.at) for f in call_stand(call, now).fired]


def bid_stand(call: Call, bid: Bid, now: datetime) -> Stand:
    """Where a bid stands at `now`."""
    machine = definition(call.definition).bid
    parameters = Parameters.model_validate(call.parameters)
    return stand_bid(machine, bid.state, bid.since, history(call, now), parameters, now=now)


def settle(session: Session, call: Call, now: datetime) -> None:
    """Write all moves that were due, in the order of time, under the name of the clock."""
    bids = list(session.scalars(select(Bid).where(Bid.call_id == call.id).order_by(Bid.code)))
    stands = [("", call, call_stand(call, now))]
    stands += [(b.code, b, bid_stand(call, b, now)) for b in bids]  # type: ignore[misc]
    due = [(f.at, code, f) for code, _, stand in stands for f in stand.fired]
    for at, code, fired in sorted(due, key=lambda d: (d[0], d[1])):
        line = Line("clock", "clock", call.id, fired.move, fired.source, fired.target, code)
        append(session, line, at)
    call.history = [*call.history, *([f.target, stamp(f.at)] for f in stands[0][2].fired)]
    for _, thing, stand in stands:
        if stand.fired:
            thing.state, thing.since = stand.state, stand.since
