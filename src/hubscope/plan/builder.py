"""Collects the elements of a plan; ids are counted from the text alone, never random."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hubscope.nouns import Element, Span
from hubscope.plan.horizons import Clock
from hubscope.plan.view import trim


@dataclass
class Builder:
    """Collects elements while the tree is walked; ids are counted, never random."""

    text: str
    raw: str
    lang: str
    now: int | None
    clock: Clock = field(default_factory=Clock)
    elements: list[Element] = field(default_factory=list)
    details: dict[str, dict[str, Any]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    kinds: dict[str, list[Element]] = field(default_factory=dict)
    """The elements by the kind they were added with."""

    def span(self, start: int, end: int) -> Span:
        """The trimmed span with its unmodified words."""
        start, end = trim(self.raw, start, end)
        return Span(start, end, self.raw[start:end])

    def count(self, name: str) -> int:
        """The next number of a series."""
        self.counts[name] = self.counts.get(name, 0) + 1
        return self.counts[name]

    def unique(self, identity: str) -> str:
        """`identity`, or with a letter, later a number, where it is taken."""
        name = identity
        while name in self.ids:
            n = self.count(f"again:{identity}")
            name = f"{identity}{chr(96 + n)}" if n <= 26 else f"{identity}-{n}"
        self.ids.add(name)
        return name

    def add(self, identity: str, kind: str, parent: str | None, span: Span, **facts: Any) -> str:
        """Add an element and return its id."""
        details = {k: v for k, v in facts.pop("details", {}).items() if v not in (None, "")}
        identity = self.unique(identity)
        element = Element(identity, kind, parent, span, **facts)
        self.elements.append(element)
        self.kinds.setdefault(kind, []).append(element)
        if details:
            self.details[identity] = details
        return identity

    def plan(self, at: int) -> str | None:
        """PLAN, if the document has named the plan before `at`."""
        named = self.kinds.get("plan", [])
        return "PLAN" if named and named[0].span.start <= at else None
