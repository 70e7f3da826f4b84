"""A plan as a tree of elements, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hubscope.nouns import FORCES, Baseline, Element, Span, Target, Words

PARTS = ("means", "footing", "more")


@dataclass(frozen=True)
class Plan:
    """One language of one plan document."""

    doc: str
    lang: str
    title: str
    publisher: str
    published: str
    elements: tuple[Element, ...]

    def find(self, ident: str) -> Element | None:
        """The element with this id."""
        return next((e for e in self.elements if e.id == ident), None)

    def of_kind(self, *kinds: str) -> tuple[Element, ...]:
        """The elements of these kinds, in document order."""
        return tuple(e for e in self.elements if e.kind in kinds)

    def under(self, parent: str, *kinds: str) -> tuple[Element, ...]:
        """The children of `parent`, of these kinds or of any."""
        return tuple(
            e for e in self.elements if e.parent == parent and (not kinds or e.kind in kinds)
        )


@dataclass(frozen=True)
class PlanPair:
    """A plan document in the languages it exists in, paired by element id."""

    doc: str
    hub: str
    versions: Mapping[str, Plan] = field(default_factory=dict)
    note: Words | None = None
    """What a reader must know of the document, in the workspace's words."""

    def in_(self, lang: str) -> Plan:
        """The version in `lang`, or the one that exists."""
        return self.versions.get(lang) or next(iter(self.versions.values()))


def read_plan(doc: str, lang: str, body: Mapping[str, Any]) -> Plan:
    """The plan JSON (shape of the golds) as elements."""
    about = body.get("document", {})
    return Plan(
        doc,
        lang,
        str(about.get("title") or doc),
        str(about.get("publisher") or ""),
        str(about.get("published") or about.get("issued") or ""),
        tuple(_element(e) for e in body.get("elements", [])),
    )


def _element(row: Mapping[str, Any]) -> Element:
    return Element(
        id=row["id"],
        kind=row["kind"],
        parent=row.get("parent"),
        span=_span(row),
        name=row.get("name") or "",
        ordinal=row.get("ordinal"),
        speaker=row.get("speaker"),
        horizon=row.get("horizon"),
        target=_target(row) if row["kind"] == "target" else None,
        parts={p: _span(row[p]) for p in PARTS if isinstance(row.get(p), Mapping)},
        rule=row.get("rule", ""),
        confidence=row.get("confidence", 1.0),
    )


def _span(row: Mapping[str, Any]) -> Span:
    return Span(row["start"], row["end"], row["quote"])


def _target(row: Mapping[str, Any]) -> Target:
    base = row.get("baseline")
    return Target(
        row.get("indicator") or "",
        row.get("operator") or "=",
        row.get("quantity"),
        row.get("unit") or "",
        row.get("year"),
        Baseline(base["quantity"], base.get("year")) if base else None,
        row.get("upper"),
    )


def force_of(element: Element, siblings: Iterable[Element]) -> str:
    """Which of the five forces a `force` element is: by its place among its siblings."""
    order = [e.id for e in siblings if e.kind == "force"]
    place = order.index(element.id)
    return FORCES[place] if place < len(FORCES) else ""


def programme_of(element: Element, siblings: Iterable[Element]) -> str:
    """The programme's key, P1 to P6: its ordinal in the plan, or its place."""
    order = [e.id for e in siblings if e.kind == "programme"]
    return f"P{element.ordinal or order.index(element.id) + 1}"
