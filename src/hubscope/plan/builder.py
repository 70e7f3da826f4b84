"""Collects the elements of a plan; ids are counted from the text alone, never random."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hubscope.nouns import Element, Span
from hubscope.plan.view import trim


@dataclass
class Builder:
    """Collects elements while the tree is walked; ids are counted, never random."""

    text: str
    raw: str
    lang: str
    now: int | None
    elements: list[Element] = field(default_factory=list)
    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)

    def span(self, start: int, end: int) -> Span:
        """The trimmed span with its unmodified words."""
        start, end = trim(self.raw, start, end)
        return Span(start, end, self.raw[start:end])

    def count(self, name: str) -> int:
        """The next number of a series."""
        self.counts[name] = self.counts.get(name, 0) + 1
        return self.counts[name]

    def unique(self, identity: str) -> str:
        """`identity`, or with a letter where it is taken."""
        name, n = identity, 0
        while name in self.ids:
            n += 1
            name = f"{identity}{chr(96 + n)}" if n <= 26 else f"{identity}-{n}"
        self.ids.add(name)
        return name

    def add(self, identity: str, kind: str, parent: str | None, span: Span, **facts: Any) -> str:
        """Add an element and return its id."""
        details = {k: v for k, v in facts.pop("details", {}).items() if v not in (None, "")}
        identity = self.unique(identity)
        self.elements.append(Element(identity, kind, parent, span, **facts))
        if details:
            self.details[identity] = details
        return identity

    def plan(self, at: int) -> str | None:
        """PLAN, if the document has named the plan before `at`."""
        found = next((e for e in self.elements if e.id == "PLAN"), None)
        return "PLAN" if found and found.span.start <= at else None
