"""A definition of the two machines, read from its TOML file and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from hubscope.calls.refusal import BadTableError, Near
from hubscope.errors import BadDataError, nearest

CURRENT = "1"
"""The version that new calls are made with."""


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Move(_Frozen):
    """One way from a state to another (or to itself), and who may take it."""

    name: str
    from_: tuple[str, ...] = Field(alias="from")
    to: str = ""
    roles: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()
    """Roles that must all have signed before the state changes."""
    in_call: tuple[str, ...] = ()
    when_call: tuple[str, ...] = ()
    at: str = ""
    after: str = ""
    to_by_origin: Mapping[str, str] = {}
    """For the way back from an appeal: where to, by the state that was appealed from."""

    @property
    def automatic(self) -> bool:
        """Made by the clock or by the call, not by a person."""
        return bool(self.at or self.after or self.when_call)

    def target(self, state: str, origin: str = "") -> str:
        """The state after the move out of `state`."""
        return self.to_by_origin.get(origin, "") or self.to or state


class Machine(_Frozen):
    """States and the moves between them."""

    initial: str
    final: tuple[str, ...]
    states: tuple[str, ...]
    moves: tuple[Move, ...]

    def move(self, name: str, state: str) -> Move | None:
        """The person's move of this name out of `state`."""
        return next(
            (m for m in self.moves if m.name == name and state in m.from_ and not m.automatic), None
        )

    def named(self, name: str) -> tuple[Move, ...]:
        """Every person's move of this name."""
        return tuple(m for m in self.moves if m.name == name and not m.automatic)

    def automatic_from(self, state: str) -> tuple[Move, ...]:
        """The moves that need nobody."""
        return tuple(m for m in self.moves if m.automatic and state in m.from_)


class Definition(_Frozen):
    """Both machines in one version."""

    version: str
    roles: tuple[str, ...]
    call: Machine
    bid: Machine

    def machine_of(self, action: str) -> str:
        """Whose move `action` is: "call" or "bid"."""
        if self.call.named(action):
            return "call"
        if self.bid.named(action):
            return "bid"
        names = {m.name for m in (*self.call.moves, *self.bid.moves) if not m.automatic}
        raise BadTableError("no_action", action=action, hint=Near(action, names))


@cache
def definition(version: str = CURRENT) -> Definition:
    """The definition of this version, checked.

    Raises:
        BadDataError: where the version is unknown or the definition unsound.
    """
    folder = files("hubscope.calls.workflow") / "definitions"
    versions = {f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")}
    if version not in versions:
        raise BadDataError(f"no definition of version {version!r}", hint=nearest(version, versions))
    text = (folder / f"{version}.toml").read_text("utf-8")
    found = Definition.model_validate(tomllib.loads(text))
    faults = list(unsound(found))
    if faults:
        raise BadDataError(f"definition {version} is unsound: {'; '.join(faults)}")
    return found


def unsound(given: Definition) -> Iterable[str]:
    """What is wrong with a definition; nothing where it is sound."""
    for name, machine in (("call", given.call), ("bid", given.bid)):
        yield from (f"{name}: {fault}" for fault in _unknown_names(machine, given))
        yield from (f"{name}: {s} cannot be reached" for s in _unreached(machine))
        yield from (f"{name}: {s} may never end" for s in _endless(machine, given.call.final))


def _unknown_names(machine: Machine, given: Definition) -> Iterable[str]:
    for move in machine.moves:
        states = {*move.from_, *move.to_by_origin.values(), *([move.to] if move.to else [])}
        yield from (f"{move.name}: unknown state {s}" for s in states - set(machine.states))
        calls = {*move.in_call, *move.when_call}
        yield from (f"{move.name}: unknown call state {s}" for s in calls - set(given.call.states))
        roles = {*move.roles, *move.signatures}
        yield from (f"{move.name}: unknown role {r}" for r in roles - set(given.roles))
        if not move.automatic and not move.roles:
            yield f"{move.name}: nobody may make it"
        if set(move.from_) & set(machine.final):
            yield f"{move.name}: leaves a final state"


def _unreached(machine: Machine) -> set[str]:
    seen, edge = {machine.initial}, {machine.initial}
    while edge:
        edge = {
            t
            for m in machine.moves
            for s in edge & set(m.from_)
            for t in (m.target(s), *m.to_by_origin.values())
        } - seen
        seen |= edge
    return set(machine.states) - seen


def _endless(machine: Machine, call_ends: Iterable[str]) -> set[str]:
    """States from which the automatic moves alone do not always lead to a final state.

    A move bound to the call's state counts only where every end of the call opens one such move.
    """
    ends = set(machine.final)
    while True:
        more = {s for s in machine.states if s not in ends and _leaves(machine, s, call_ends, ends)}
        if not more:
            return set(machine.states) - ends
        ends |= more


def _leaves(machine: Machine, state: str, call_ends: Iterable[str], ends: set[str]) -> bool:
    moves = [m for m in machine.automatic_from(state) if m.target(state) in ends]
    by_clock = any(not m.when_call for m in moves)
    return by_clock or all(any(e in m.when_call for m in moves) for e in call_ends)
