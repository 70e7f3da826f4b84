"""Conflicts of interest, each with its kind and source; a hard one bars the pair."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Expert:
    """What is known of a reviewer."""

    code: str
    name: str
    organisations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bidder:
    """What is known of who bids, and of whom the bid would serve."""

    code: str
    organisations: tuple[str, ...]
    people: tuple[str, ...]
    demander: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation that somebody gave: `other` is a bid's code, a person or an organisation."""

    reviewer: str
    other: str
    kind: str
    hard: bool
    source: str
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why one reviewer should not read one bid."""

    reviewer: str
    bid: str
    kind: str
    source: str
    hard: bool = True


def plain(name: str) -> str:
    """A name without spaces, case and punctuation."""
    return "".join(c for c in name.casefold() if c.isalnum())


def conflicts(
    experts: Sequence[Expert],
    bidders: Sequence[Bidder],
    ties: Iterable[Tie],
    now: datetime,
    wrote_with: Callable[[str], Iterable[str]] = lambda _name: (),
) -> list[Conflict]:
    """All conflicts between experts and bids.

    `wrote_with` gives the co-authors of a name, from the store's works where they are loaded. An
    expert who takes part in any bid of the call is barred from all bids of the same demander's
    need and flagged as a competitor: that also rules out that two bidders review each other.
    """
    by_reviewer: dict[str, list[Tie]] = {}
    for tie in ties:
        if tie.expires is None or tie.expires > now:
            by_reviewer.setdefault(tie.reviewer, []).append(tie)
    busy = {plain(n) for b in bidders for n in b.people}
    found: list[Conflict] = []
    for expert in experts:
        coauthors = {plain(n) for n in wrote_with(expert.name)}
        competes = plain(expert.name) in busy
        for bidder in bidders:
            found += _given(expert, bidder, by_reviewer.get(expert.code, ()))
            found += _seen(expert, bidder, coauthors, competes=competes)
    return found


def _given(expert: Expert, bidder: Bidder, ties: Iterable[Tie]) -> Iterator[Conflict]:
    names = {plain(n) for n in (*bidder.organisations, *bidder.people, bidder.demander)}
    for tie in ties:
        if tie.other == bidder.code or plain(tie.other) in names:
            yield Conflict(expert.code, bidder.code, tie.kind, tie.source, tie.hard)


def _seen(
    expert: Expert, bidder: Bidder, coauthors: set[str], *, competes: bool
) -> Iterator[Conflict]:
    people = {plain(n) for n in bidder.people}
    homes = {plain(o) for o in expert.organisations} - {""}
    if plain(expert.name) in people:
        yield Conflict(expert.code, bidder.code, "own_bid", "team")
    elif competes:
        yield Conflict(expert.code, bidder.code, "competitor", "team")
    if homes & {plain(o) for o in bidder.organisations}:
        yield Conflict(expert.code, bidder.code, "same_organisation", "affiliation")
    if plain(bidder.demander) in homes:
        yield Conflict(expert.code, bidder.code, "demander", "affiliation")
    if coauthors & people:
        yield Conflict(expert.code, bidder.code, "coauthor", "works")
