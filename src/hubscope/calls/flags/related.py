"""Related bidders: a graph of bids and of what they declare, cut into its connected parts.

Names of organisations and persons are one kind of node, whichever side names them, so that a lead
that is another bid's owner ties the two. Telephone numbers, accounts, addresses and e-mails are
kinds of their own. Partners are left out: an institute may rightly take part in several bids.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

NAMES = frozenset(["lead", "leader", "team", "related", "owner", "officer", "demander"])
"""Kinds whose values are names: they meet in one space."""
DIGITS = frozenset(["phone", "account"])
STRONG = frozenset(["account", "phone", "email"])
"""What two independent bidders do not share by chance."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One thing that a bid, or a need's demander, declares."""

    bid: str
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Link:
    """One thing that several share: how it is written, and by which kinds each one names it."""

    what: str
    kinds: Mapping[str, tuple[str, ...]]
    strong: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Bids that hang together, and what ties them; `bids` in the order of their codes."""

    bids: tuple[str, ...]
    links: tuple[Link, ...]

    @property
    def strong(self) -> bool:
        """Whether something ties them that is not shared by chance."""
        return any(link.strong for link in self.links)


def related(declared: Iterable[Declared]) -> list[Group]:
    """The connected parts with two members or more, the strongly tied first."""
    given = [d for d in declared if key(d.kind, d.what)[1]]
    shared: dict[tuple[str, str], list[Declared]] = defaultdict(list)
    for one in given:
        shared[key(one.kind, one.what)].append(one)
    links = {k: d for k, d in shared.items() if _ties(d)}
    groups = [
        Group(tuple(sorted(bids)), tuple(_link(k[0], links[k]) for k in sorted(keys)))
        for bids, keys in _parts(links)
    ]
    return sorted(groups, key=lambda g: (not g.strong, g.bids))


def _ties(declared: Sequence[Declared]) -> bool:
    """Whether it says more than that one applicant leads several bids, which the caps see to."""
    return len({d.bid for d in declared}) > 1 and any(d.kind != "lead" for d in declared)


def key(kind: str, what: str) -> tuple[str, str]:
    """The node that a value stands for: its space, and its spelling without what does not count."""
    if kind in DIGITS:
        digits = "".join(c for c in what if c.isdecimal())
        return kind, digits[-11:] if kind == "phone" else digits
    if kind == "email":
        return kind, what.strip().casefold()
    plain = "".join(c for c in what.casefold() if c.isalnum())
    return ("name" if kind in NAMES else kind), plain


def _parts(
    links: Mapping[tuple[str, str], Sequence[Declared]],
) -> list[tuple[set[str], set[tuple[str, str]]]]:
    """Bids and links of each connected part."""
    bids = sorted({d.bid for ds in links.values() for d in ds})
    keys = sorted(links)
    if not keys:
        return []
    at = {b: i for i, b in enumerate(bids)}
    ends = [(at[d.bid], len(bids) + j) for j, k in enumerate(keys) for d in links[k]]
    rows, columns = np.array(ends).T
    size = len(bids) + len(keys)
    graph = coo_array((np.ones(len(ends)), (rows, columns)), shape=(size, size))
    many, part = connected_components(graph, directed=False)
    found: list[tuple[set[str], set[tuple[str, str]]]] = [(set(), set()) for _ in range(many)]
    for i, bid in enumerate(bids):
        found[part[i]][0].add(bid)
    for j, k in enumerate(keys):
        found[part[len(bids) + j]][1].add(k)
    return found


def _link(space: str, declared: Sequence[Declared]) -> Link:
    kinds: dict[str, set[str]] = defaultdict(set)
    for one in declared:
        kinds[one.bid].add(one.kind)
    return Link(
        declared[0].what,
        {bid: tuple(sorted(k)) for bid, k in sorted(kinds.items())},
        space in STRONG,
    )
