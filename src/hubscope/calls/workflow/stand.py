"""Where a call or a bid stands at a given time: computed when read, without any job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hubscope.calls.workflow.definition import Machine, Move
from hubscope.calls.workflow.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Fired:
    """One move that was due without anybody."""

    move: str
    source: str
    target: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stand:
    """A state, since when, and the moves that led there without being written down yet."""

    state: str
    since: datetime
    fired: tuple[Fired, ...] = ()


def stand_call(
    machine: Machine,
    state: str,
    since: datetime,
    dates: Mapping[str, datetime | None],
    parameters: Parameters,
    *,
    now: datetime,
) -> Stand:
    """Where a call stands at `now` that was in `state` at `since`; `dates` holds its deadline."""
    at = Stand(state, since)
    while due := _due_by_clock(machine, at, dates, parameters, now):
        at = _moved(at, *due)
    return at


def stand_bid(
    machine: Machine,
    state: str,
    since: datetime,
    call: Sequence[tuple[str, datetime]],
    parameters: Parameters,
    *,
    now: datetime,
) -> Stand:
    """Where a bid stands at `now`; `call` lists the call's states with their entries, oldest first.

    Of several moves that are due the earliest is taken first.
    """
    at = Stand(state, since)
    while True:
        due = [*_due_by_call(machine, at, call, now)]
        clock = _due_by_clock(machine, at, {}, parameters, now)
        if clock:
            due.append(clock)
        if not due:
            return at
        at = _moved(at, *min(due, key=lambda d: d[1]))


def _moved(at: Stand, move: Move, when: datetime) -> Stand:
    target = move.target(at.state)
    return Stand(target, when, (*at.fired, Fired(move.name, at.state, target, when)))


def _due_by_clock(
    machine: Machine,
    at: Stand,
    dates: Mapping[str, datetime | None],
    parameters: Parameters,
    now: datetime,
) -> tuple[Move, datetime] | None:
    due = []
    for move in machine.automatic_from(at.state):
        moment = dates.get(move.at) if move.at else None
        if move.after:
            moment = at.since + parameters.days(move.after)
        if moment is not None and moment <= now:
            due.append((move, max(moment, at.since)))
    return min(due, key=lambda d: d[1]) if due else None


def _due_by_call(
    machine: Machine, at: Stand, call: Sequence[tuple[str, datetime]], now: datetime
) -> list[tuple[Move, datetime]]:
    """Moves that the call's states open: from the later of the call's entry and the bid's own."""
    entered = [(s, max(t, at.since)) for s, t in _while_in(call, at.since) if t <= now]
    return [
        (move, when)
        for move in machine.automatic_from(at.state)
        if move.when_call
        for state, when in entered
        if state in move.when_call
    ]


def _while_in(call: Sequence[tuple[str, datetime]], since: datetime) -> list[tuple[str, datetime]]:
    """The call's state at `since` and all later ones."""
    before = [c for c in call if c[1] <= since]
    return [*before[-1:], *(c for c in call if c[1] > since)]
