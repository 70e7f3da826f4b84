"""Evidence as people left it: their decisions are applied anew after every reading."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from hubscope.nouns import Element
from hubscope.plan.evidence.decisions import LinkDecision, latest
from hubscope.plan.evidence.link import Evidence, Link, programme_above
from hubscope.plan.model import UNREVIEWED, Plan
from hubscope.plan.quotes import quote_hash
from hubscope.plan.reviewed import DISPUTED, near_quote

STATES = {"accept": "accepted", "edit": "edited", "add": "added"}
PERSON = "person"
"""Reason of a link that a person added or moved."""


class _Elements:
    """The elements of a plan by what decisions know them by."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.by_id = {e.id: e for e in plan.elements}
        self.keyed: dict[tuple[str, str], list[Element]] = defaultdict(list)
        for e in plan.elements:
            self.keyed[quote_hash(e.span.quote), e.kind].append(e)

    def find(self, hashed: str, kind: str, nth: int = 1, quote: str = "") -> Element | None:
        """By hash and kind, else by where the words of the sentence stand now."""
        same = self.keyed.get((hashed, kind), [])
        if len(same) >= nth:
            return same[nth - 1]
        return near_quote(self.plan, quote, kind) if quote else None

    def key(self, identity: str) -> tuple[str, str, int]:
        """Hash, kind and number of the element with this id."""
        e = self.by_id[identity]
        hashed = quote_hash(e.span.quote)
        return hashed, e.kind, self.keyed[hashed, e.kind].index(e) + 1


def confirmed(
    found: Iterable[Evidence], plan: Plan, decisions: Iterable[LinkDecision]
) -> list[Evidence]:
    """The evidence after the latest decision of each person.

    What two persons decide differently stays as the rule has it and is marked disputed.
    """
    elements = _Elements(plan)
    by_item: dict[str, list[LinkDecision]] = defaultdict(list)
    for d in latest(decisions):
        by_item[d.item].append(d)
    return [_settled(e, elements, by_item.get(quote_hash(e.item.words), [])) for e in found]


def _settled(e: Evidence, elements: _Elements, made: list[LinkDecision]) -> Evidence:
    if not made:
        return e
    links = {x.element: x for x in e.links}
    dropped = 0
    for group in _grouped(made):
        last = group[-1]
        if not last.element:
            if len({d.place for d in group}) == 1 and last.place:
                e = replace(e, scope=replace(e.scope, place=last.place, words=PERSON))
            continue
        at = elements.find(last.element, last.kind, last.nth, last.quote)
        if at is None:
            continue
        if len({_effect(d) for d in group}) > 1:
            if at.id in links:
                links[at.id] = replace(links[at.id], review=DISPUTED)
        elif last.verb == "reject":
            dropped += links.pop(at.id, None) is not None
        else:
            link = _kept(links.pop(at.id, None), at, last, elements)
            links[link.element] = link
    ordered = tuple(sorted(links.values(), key=lambda x: (-x.grade, x.element)))
    abstained = "" if ordered else "rejected" if dropped else e.abstained
    return replace(e, links=ordered, abstained=abstained, review=_state(ordered, dropped, e.review))


def _grouped(made: list[LinkDecision]) -> list[list[LinkDecision]]:
    groups: dict[tuple[str, str, str, int], list[LinkDecision]] = defaultdict(list)
    for d in made:
        groups[d.key].append(d)
    return [sorted(g, key=lambda d: d.on) for g in groups.values()]


def _effect(d: LinkDecision) -> tuple[str, int | None, str, str]:
    return "accept" if d.verb == "add" else d.verb, d.grade, d.to, d.to_kind


def _kept(link: Link | None, at: Element, d: LinkDecision, elements: _Elements) -> Link:
    """The link that an acceptance, a change or an addition leaves."""
    moved = elements.find(d.to, d.to_kind) if d.to else None
    target = moved or at
    if link is None or moved is not None:
        above = programme_above(target, elements.by_id)
        grade = link.grade if link else 1
        field = link.field if link else ""
        link = Link(target.id, above, field, grade, PERSON, d.words[:60], target.span.quote[:60])
    grade = link.grade if d.grade is None else d.grade
    return replace(link, grade=grade, review=STATES[d.verb])


def _state(links: tuple[Link, ...], dropped: int, before: str) -> str:
    """The state of an item by those of its links."""
    states = {x.review for x in links}
    if not links:
        return "rejected" if dropped else before
    if len(states) == 1:
        return states.pop()
    if DISPUTED in states:
        return DISPUTED
    return "partly" if UNREVIEWED in states else "edited"


def key_of(plan: Plan, identity: str) -> tuple[str, str, int]:
    """How decisions know the element with this id: hash, kind, and which of equals."""
    return _Elements(plan).key(identity)
