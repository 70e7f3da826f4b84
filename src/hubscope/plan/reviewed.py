"""A plan with what people decided about it: applied anew after every reading."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hubscope.nouns import Element, Span, Target
from hubscope.plan.decisions import Decision, latest, load, review_file
from hubscope.plan.model import Plan
from hubscope.plan.quotes import quote_hash
from hubscope.plan.read import read_plan

STATES = {"accept": "accepted", "edit": "edited", "add": "added", "split": "edited"}
DISPUTED = "disputed"
ENOUGH = 0.8
"""Share of characters in common from which a sentence with new edges is still the same."""
_NUMBERS = ("quantity", "upper")
_WHOLE = ("horizon", "year")


@dataclass(frozen=True)
class Reviewed:
    """A plan as its reviewers left it."""

    plan: Plan
    stale: tuple[Decision, ...] = ()
    """Decisions on words that the document does not hold any more."""
    disputed: tuple[str, ...] = ()
    """Elements on which the reviewers differ; they stay as they were read."""


def read_reviewed(path: Path) -> Plan:
    """The plan in a document, with the decisions in the file beside it."""
    return applied(read_plan(path), load(review_file(path))).plan


def keys(plan: Plan) -> dict[tuple[str, str, int], Element]:
    """The elements by what decisions know them by: quote hash, kind, and which of equals."""
    counts: dict[tuple[str, str], int] = defaultdict(int)
    found = {}
    for element in plan.elements:
        name = (quote_hash(element.span.quote), element.kind)
        counts[name] += 1
        found[*name, counts[name]] = element
    return found


def applied(plan: Plan, decisions: Iterable[Decision]) -> Reviewed:
    """The plan after the latest decision of each reviewer; where they differ, it stays as read."""
    by_key: dict[tuple[str, str, int], list[Decision]] = defaultdict(list)
    for decision in latest(decisions):
        by_key[decision.key].append(decision)
    work = _Work(plan)
    for group in by_key.values():
        work.settle(group)
    return work.result()


def _effect(d: Decision) -> tuple[Any, ...]:
    return d.verb, d.into, d.pieces, d.parent, tuple(sorted(d.set.items()))


class _Work:
    """The elements while decisions are applied."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.known = keys(plan)
        self.elements = {e.id: e for e in plan.elements}
        self.details = {k: dict(v) for k, v in plan.details.items()}
        self.stale: list[Decision] = []
        self.disputed: list[str] = []

    def settle(self, group: list[Decision]) -> None:
        first = group[0]
        element = self.find(first)
        if element is None:
            self.lost(group)
        elif len({_effect(d) for d in group}) > 1:
            self.disputed.append(element.id)
            self.mark(element.id, DISPUTED, group)
        else:
            getattr(self, first.verb)(element, group[-1])
            if element.id in self.elements:
                self.mark(element.id, STATES.get(first.verb, "accepted"), group)

    def find(self, d: Decision) -> Element | None:
        """The element a decision is about: by hash and kind, else by where its words stand."""
        found = self.known.get(d.key)
        if found is not None or d.verb == "add":
            return found
        near = near_quote(self.plan, d.quote, d.kind)
        return self.elements.get(near.id) if near else None

    def place(self, quote: str) -> tuple[int, int] | None:
        at = self.plan.text.find(quote)
        return (at, at + len(quote)) if quote and at >= 0 else None

    def lost(self, group: list[Decision]) -> None:
        """A sentence that the reader no longer takes for an element: what people kept stays."""
        d = group[-1]
        place = self.place(d.quote)
        if place is None:
            self.stale += group
        elif d.verb in ("accept", "edit", "add"):
            element = self.new(d, place, d.kind)
            if d.set:
                self.edit(element, d)
            self.mark(element.id, STATES[d.verb], group)

    def new(self, d: Decision, place: tuple[int, int], kind: str) -> Element:
        """A new element at a place; its id is made from the hash of its words."""
        start, end = place
        quote = self.plan.text[start:end]
        identity = f"X{quote_hash(quote)[:8]}"
        while identity in self.elements:
            identity += "x"
        parent = next((e.id for k, e in self.known.items() if d.parent and k[0] == d.parent), None)
        element = Element(identity, kind, parent, Span(start, end, quote), rule="person")
        self.elements[identity] = element
        return element

    def mark(self, identity: str, state: str, group: list[Decision]) -> None:
        facts = self.details.setdefault(identity, {})
        facts["review"] = state
        facts["reviewers"] = sorted({d.by for d in group})

    def accept(self, element: Element, d: Decision) -> None:
        del element, d

    add = accept

    def edit(self, element: Element, d: Decision) -> None:
        self.elements[element.id] = edited(element, d.set, self.plan.text)

    def reject(self, element: Element, d: Decision) -> None:
        """Out with it; what stood under it stands under what it stood under."""
        del d
        self.drop(element, element.parent)

    def drop(self, element: Element, heir: str | None) -> None:
        del self.elements[element.id]
        for identity, other in self.elements.items():
            if other.parent == element.id:
                self.elements[identity] = replace(other, parent=heir)

    def merge(self, element: Element, d: Decision) -> None:
        """A repeated promise: it goes, and the element it repeats remembers where it stood."""
        kept = next((e for k, e in self.known.items() if k[0] == d.into), None)
        if kept is None or kept.id == element.id or kept.id not in self.elements:
            self.stale.append(d)
            return
        also = self.details.setdefault(kept.id, {}).setdefault("also", [])
        span = element.span
        also.append({"start": span.start, "end": span.end, "quote": span.quote})
        self.drop(element, kept.id)

    def split(self, element: Element, d: Decision) -> None:
        """The first piece keeps the id, the others follow it."""
        at = element.span.start
        pieces = []
        for piece in d.pieces:
            start = self.plan.text.find(piece, at, element.span.end)
            if start < 0:
                self.stale.append(d)
                return
            pieces.append((start, at := start + len(piece)))
        for n, (start, end) in enumerate(pieces):
            span = Span(start, end, self.plan.text[start:end])
            identity = element.id if n == 0 else f"{element.id}-{n + 1}"
            self.elements[identity] = replace(element, id=identity, span=span, parts={})
            self.mark(identity, "edited", [d])

    def result(self) -> Reviewed:
        ordered = sorted(self.elements.values(), key=lambda e: (e.span.start, -e.span.end))
        details = {k: v for k, v in self.details.items() if k in self.elements}
        plan = replace(self.plan, elements=tuple(ordered), details=details)
        return Reviewed(_rooted(plan), tuple(self.stale), tuple(self.disputed))


def near_quote(plan: Plan, quote: str, kind: str) -> Element | None:
    """The element of a kind that stands where these words stand in the text, if nearly as long."""
    at = plan.text.find(quote) if quote else -1
    if at < 0:
        return None
    place = (at, at + len(quote))
    near = [(_share(place, (e.span.start, e.span.end)), e.id) for e in plan.of(kind)]
    share, identity = max(near, default=(0.0, ""))
    return plan.get(identity) if share >= ENOUGH else None


def _rooted(plan: Plan) -> Plan:
    """Attributions cover only what is still there."""
    ids = {e.id for e in plan.elements}
    said = tuple(
        replace(a, covers=tuple(c for c in a.covers if c in ids)) for a in plan.attributions
    )
    return replace(plan, attributions=said)


def _share(a: tuple[int, int] | None, b: tuple[int, int]) -> float:
    if a is None:
        return 0.0
    common = min(a[1], b[1]) - max(a[0], b[0])
    return common / (max(a[1], b[1]) - min(a[0], b[0])) if common > 0 else 0.0


def edited(element: Element, values: dict[str, Any], text: str) -> Element:
    """The element with new values; a new quote moves its span where the text holds it."""
    plain = {k: _typed(k, v) for k, v in values.items() if k != "quote"}
    own = {k: v for k, v in plain.items() if k in ("kind", "name", "speaker", "horizon")}
    asked = {k: v for k, v in plain.items() if k not in own}
    made = replace(element, **own)
    if quote := values.get("quote"):
        near = text.find(str(quote), max(0, element.span.start - len(str(quote))))
        at = near if near >= 0 else text.find(str(quote))
        if at >= 0:
            made = replace(made, span=Span(at, at + len(str(quote)), str(quote)))
    if made.kind != "target":
        return replace(made, target=None)
    before = made.target or Target("", "=", None, "", made.horizon)
    return replace(made, target=replace(before, **asked))


def _typed(name: str, value: Any) -> Any:
    """A value as the element holds it; an empty one is missing."""
    if name in (*_NUMBERS, *_WHOLE, "speaker") and value == "":
        return None
    with contextlib.suppress(TypeError, ValueError):
        return float(value) if name in _NUMBERS else int(value) if name in _WHOLE else str(value)
    return value
