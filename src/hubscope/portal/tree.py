"""A plan as a tree of elements, in one language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hubscope.nouns import FORCES, Element, Words
from hubscope.plan import from_json
from hubscope.plan.model import UNREVIEWED, Region

PARTS = ("means", "footing", "more")


@dataclass(frozen=True)
class Plan:
    """One language of one plan document."""

    doc: str
    lang: str
    title: str
    publisher: str
    elements: tuple[Element, ...]
    reviews: Mapping[str, str] = field(default_factory=dict)
    """State of the elements that people have looked at; the others are unreviewed."""
    text: str = ""
    """The words of the document, as stored; spans count its code points."""
    regions: tuple[Region, ...] = ()
    pages: tuple[int, ...] = ()
    """Offset at which each page of a PDF starts."""
    stated: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What the document states of itself: fact to value and origin (text, page or file)."""
    repeats: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """Where in the text an element is said again, by its id."""

    def find(self, ident: str) -> Element | None:
        """The element with this id."""
        return next((e for e in self.elements if e.id == ident), None)

    def review(self, ident: str) -> str:
        """What people made of an element: unreviewed, accepted, edited, added or disputed."""
        return self.reviews.get(ident, UNREVIEWED)

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
    licence: str = ""
    full_text: bool = False
    """Whether the licence lets the site carry the whole text."""

    def in_(self, lang: str) -> Plan:
        """The version in `lang`, or the one that exists."""
        return self.versions.get(lang) or next(iter(self.versions.values()))


def read_version(doc: str, lang: str, body: Mapping[str, Any]) -> Plan:
    """One language of a plan from its JSON.

    Raises:
        BadDocumentError: where the JSON is no plan.
    """
    read = from_json(dict(body))
    about = read.document
    return Plan(
        doc,
        lang,
        str(about.get("title") or _first_line(read.text) or doc),
        str(about.get("publisher") or ""),
        read.elements,
        {k: str(v["review"]) for k, v in read.details.items() if "review" in v},
        read.text,
        read.regions,
        tuple(map(int, about.get("page_starts", ()))),
        {k: (str(about[k]), str(o)) for k, o in about.get("origins", {}).items() if k in about},
        {
            k: tuple((int(s["start"]), int(s["end"])) for s in v["repeated_at"])
            for k, v in read.details.items()
            if "repeated_at" in v
        },
    )


def _first_line(text: str) -> str:
    """What a document without a stated title calls itself: its first line."""
    lines = (line.strip().lstrip("#").strip() for line in text.splitlines())
    return next((line for line in lines if line), "")


def force_of(element: Element, siblings: Iterable[Element]) -> str:
    """Which of the five forces a `force` element is: by its place among its siblings."""
    order = [e.id for e in siblings if e.kind == "force"]
    place = order.index(element.id)
    return FORCES[place] if place < len(FORCES) else ""


def programme_of(element: Element, siblings: Iterable[Element]) -> str:
    """The programme's key, P1 to P6: its ordinal in the plan, or its place."""
    order = [e.id for e in siblings if e.kind == "programme"]
    return f"P{element.ordinal or order.index(element.id) + 1}"
