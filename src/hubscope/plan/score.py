"""How well a reading agrees with a hand-made gold: spans by kind, targets, speakers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubscope.nouns import Element
from hubscope.plan.model import Plan
from hubscope.plan.units import catalogue_unit

Json = Mapping[str, Any]

ENOUGH = 0.8
"""Share of common characters from which two spans count as the same."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Counts of one kind: in the gold, found, and right."""

    gold: int
    found: int
    right: int

    @property
    def precision(self) -> float:
        """Share of what was found that is right."""
        return self.right / self.found if self.found else float(self.gold == 0)

    @property
    def recall(self) -> float:
        """Share of the gold that was found."""
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Scores:
    """The agreement of one reading with its gold."""

    exact: dict[str, Agreement]
    """By kind; the spans are equal."""
    overlap: dict[str, Agreement]
    """By kind; the spans share at least `ENOUGH` of their characters."""
    targets: Agreement
    """Operator, quantity, unit and year all equal, on an overlapping span."""
    false_targets: tuple[str, ...]
    """Quotes taken as targets that the gold calls facts, or that match none of its targets."""
    speakers: Agreement
    """Elements whose speaker the gold states (a name, or none)."""
    missed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Gold quotes without a counterpart, by kind."""
    extra: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Found quotes without a counterpart, by kind."""


def _share(a: tuple[int, int], b: tuple[int, int]) -> float:
    """Intersection over union of two spans."""
    common = min(a[1], b[1]) - max(a[0], b[0])
    return common / (max(a[1], b[1]) - min(a[0], b[0])) if common > 0 else 0.0


def _pairs(
    gold: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]], least: float
) -> dict[int, int]:
    """Gold index to found index, best overlaps first, each used once."""
    near = [
        (_share(g, f), i, j)
        for i, g in enumerate(gold)
        for j, f in enumerate(found)
        if f[0] < g[1] and g[0] < f[1]
    ]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for share, i, j in sorted(near, key=lambda n: (-n[0], n[1], n[2])):
        if share >= least and i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _spans(rows: Iterable[Json]) -> list[tuple[int, int]]:
    return [(int(r["start"]), int(r["end"])) for r in rows]


def _found(plan: Plan, kind: str, within: tuple[int, int]) -> list[Element]:
    first, last = within
    return [e for e in plan.of(kind) if e.span.start < last and e.span.end > first]


def _within(rows: Sequence[Json]) -> tuple[int, int]:
    """The part of the document that a gold annotates for a kind: nothing outside is known."""
    return min(int(r["start"]) for r in rows), max(int(r["end"]) for r in rows)


def score(gold: Json, plan: Plan) -> Scores:
    """Compare a reading with its gold.

    Args:
        gold: a gold file's JSON: `elements`, and `not_targets` where facts are listed.
        plan: the reading of the same document.
    """
    by_kind: dict[str, list[Json]] = {}
    for row in gold["elements"]:
        by_kind.setdefault(row["kind"], []).append(row)
    exact, overlap = {}, {}
    missed: dict[str, tuple[str, ...]] = {}
    extra: dict[str, tuple[str, ...]] = {}
    for kind, rows in by_kind.items():
        found = _found(plan, kind, _within(rows))
        spans = [(e.span.start, e.span.end) for e in found]
        same = _pairs(_spans(rows), spans, 1.0)
        near = _pairs(_spans(rows), spans, ENOUGH)
        exact[kind] = Agreement(len(rows), len(found), len(same))
        overlap[kind] = Agreement(len(rows), len(found), len(near))
        missed[kind] = tuple(r["quote"] for i, r in enumerate(rows) if i not in near)
        extra[kind] = tuple(
            e.span.quote for j, e in enumerate(found) if j not in set(near.values())
        )
    targets, false = _targets(by_kind.get("target", []), gold.get("not_targets", []), plan)
    speakers = _speakers(gold["elements"], plan)
    return Scores(exact, overlap, targets, false, speakers, missed, extra)


def _agrees(row: Json, element: Element) -> bool:
    target = element.target
    if target is None:
        return False
    quantity = row.get("quantity")
    same = target.quantity == quantity or (
        target.quantity is not None
        and quantity is not None
        and abs(target.quantity - quantity) <= 1e-9 * abs(quantity)
    )
    units = {catalogue_unit(str(row.get("unit") or "")), catalogue_unit(target.unit)}
    return (
        same
        and len(units) == 1
        and row.get("operator") == target.operator
        and row.get("year") == target.year
    )


def _targets(
    rows: Sequence[Json], facts: Sequence[Json], plan: Plan
) -> tuple[Agreement, tuple[str, ...]]:
    found = list(plan.of("target"))
    free = set(range(len(found)))
    right = 0
    for row in rows:
        span = (int(row["start"]), int(row["end"]))
        hit = next(
            (j for j in sorted(free) if _touches(span, found[j]) and _agrees(row, found[j])), None
        )
        if hit is not None:
            free.discard(hit)
            right += 1
    spans = [*_spans(rows)]
    false = [
        found[j].span.quote
        for j in sorted(free)
        if not any(_touches(s, found[j]) for s in spans)
        or any(_touches(s, found[j]) for s in _spans(facts))
    ]
    return Agreement(len(rows), len(found), right), tuple(false)


def _touches(span: tuple[int, int], element: Element) -> bool:
    return element.span.start < span[1] and span[0] < element.span.end


def _speakers(rows: Sequence[Json], plan: Plan) -> Agreement:
    stated = [r for r in rows if "speaker" in r]
    named = [e for e in plan.elements if e.speaker is not None]
    right = 0
    for row in stated:
        near = [
            e
            for e in plan.of(row["kind"])
            if _share((int(row["start"]), int(row["end"])), (e.span.start, e.span.end)) >= ENOUGH
        ]
        right += any(e.speaker == row["speaker"] for e in near)
    return Agreement(len(stated), len(named), right)
