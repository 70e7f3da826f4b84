"""Tables beside the indicators: where arrivals come from, in which fields a hub patents.

A person is never told from a group of fewer than `LEAST`, neither directly nor as what is left when
the groups shown are taken from their sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hubscope.store.dialect import Engine

LEAST = 10
"""Persons of the smallest group that is shown."""

KINDS = {1: "economy", 2: "hub"}


@dataclass(frozen=True, slots=True)
class Origin:
    """A group of persons who came from one place."""

    kind: str
    """economy (ISO 3166 alpha-2) or hub."""
    origin: str
    persons: int


@dataclass(frozen=True, slots=True)
class Inflow:
    """Who came to a hub within some years."""

    hub: str
    persons: int | None
    """None where they are fewer than `LEAST`."""
    origins: tuple[Origin, ...]
    """The largest first, economies before hubs."""
    hidden: int
    """Origins that are not shown, because their groups are small or would tell a small one."""


@dataclass(frozen=True, slots=True)
class FieldShare:
    """A hub's families in one of WIPO's fields."""

    field: int
    families: float
    """Fractional: by inventors in the hub and by fields of the family."""
    share: float
    """Of the hub's families that have a field."""
    specialisation: float | None
    """That share over the world's (1 is the world's); None where the world has none."""


@dataclass(frozen=True, slots=True)
class FieldTable:
    """A hub's families by field."""

    hub: str
    families: float
    without: float
    """Share of them whose symbols have no field."""
    fields: tuple[FieldShare, ...]


@cache
def query(name: str) -> str:
    """The text of `tables/<name>.sql`, with places for `first` and `last`."""
    return (files("hubscope") / f"indicators/tables/{name}.sql").read_text("utf-8")


def shown(groups: Sequence[Origin], least: int = LEAST) -> tuple[list[Origin], int]:
    """The groups that may be shown, and how many are not.

    Groups below `least` are left out. Where what is left out is a single group, or persons who in
    all are fewer than `least`, the smallest group shown is left out with it, so that nobody finds
    them by subtraction.
    """
    ranked = sorted(groups, key=lambda g: (-g.persons, g.origin))
    kept = [g for g in ranked if g.persons >= least]
    hidden = ranked[len(kept) :]
    while kept and hidden and (len(hidden) == 1 or sum(g.persons for g in hidden) < least):
        hidden.append(kept.pop())
    return kept, len(hidden)


def inflow(engine: Engine, numbers: Mapping[str, int], first: int, last: int) -> list[Inflow]:
    """Inflow by origin of every hub in the years `first` to `last`.

    Args:
        engine: with the views `counted`, `placed` and `active` (works_views.prepare).
        numbers: what `prepare` gave.
        first: first year of arrival.
        last: last year of arrival.
    """
    sql = query("inflow_by_origin").format(first=int(first), last=int(last))
    names = {n: hub for hub, n in numbers.items()}
    found: dict[str, list[tuple[int, Origin]]] = {}
    for r in engine.rows(sql, "inflow by origin").to_pylist():
        origin = names[int(r["origin"])] if r["kind"] == 2 else r["origin"]
        one = Origin(KINDS.get(r["kind"], ""), origin, int(r["persons"]))
        found.setdefault(names[r["hub"]], []).append((r["kind"], one))
    return [_inflow(hub, rows) for hub, rows in sorted(found.items())]


def _inflow(hub: str, rows: Sequence[tuple[int, Origin]]) -> Inflow:
    total = next(o.persons for kind, o in rows if kind == 0)
    origins: list[Origin] = []
    hidden = 0
    for wanted in KINDS:
        kept, left = shown([o for kind, o in rows if kind == wanted])
        origins += kept
        hidden += left
    return Inflow(hub, total if total >= LEAST else None, tuple(origins), hidden)


def patent_fields(
    engine: Engine, numbers: Mapping[str, int], first: int, last: int
) -> list[FieldTable]:
    """Families by WIPO's field of every hub in the years `first` to `last`; hub "world" is all.

    Args:
        engine: made ready by `patents.prepare`.
        numbers: what it gave.
        first: first year of first publication.
        last: last year of it.
    """
    sql = query("patents_by_field").format(first=int(first), last=int(last))
    names = {n: hub for hub, n in numbers.items()} | {0: "world"}
    sums: dict[str, dict[int, float]] = {}
    for r in engine.rows(sql, "patents by field").to_pylist():
        sums.setdefault(names[r["hub"]], {})[int(r["field"])] = float(r["families"])
    world = _shares(sums.get("world", {}))
    return [_table(hub, own, world) for hub, own in sorted(sums.items())]


def _shares(sums: Mapping[int, float]) -> dict[int, float]:
    """Share of each field in what has a field."""
    total = sum(v for f, v in sums.items() if f)
    return {f: v / total for f, v in sums.items() if f and total > 0}


def _table(hub: str, own: Mapping[int, float], world: Mapping[int, float]) -> FieldTable:
    shares, every = _shares(own), sum(own.values())
    fields = [
        FieldShare(f, own[f], share, share / world[f] if world.get(f) else None)
        for f, share in sorted(shares.items())
    ]
    return FieldTable(hub, every, own.get(0, 0.0) / every if every else 0.0, tuple(fields))
