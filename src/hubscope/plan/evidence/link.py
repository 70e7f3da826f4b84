"""Items to the elements they bear on: by field, graded by how directly, with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from hubscope.nouns import Element
from hubscope.plan.evidence.items import Item
from hubscope.plan.evidence.scope import Scope, scope
from hubscope.plan.evidence.taxonomy import Hit, fields, taxonomy
from hubscope.plan.model import Plan

LINKED = ("programme", "measure", "mechanism", "result", "force", "principle", "goal", "target")
"""Kinds that evidence is linked to."""
_RESULT = re.compile(
    r"实现|突破|首次|首例|研制|演示|取得[^。]{0,6}进展|发现|发表|攻克|成果|领先|研发出|"
    r"\b(?:achiev\w+|demonstrat\w+|breakthrough\w*|first|discover\w+|develop\w+|realis\w+|realiz\w+)\b",
    re.IGNORECASE,
)
_RESEARCH = re.compile(
    r"突破|攻关|制高点|攻克|短板|研发|技术引领|抢先|优势|产研|研究|原创|"
    r"\b(?:lead|breakthrough|research|overcome|master|weak\w*|frontier|strengths?|develop\w*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """One item on one element."""

    element: str
    programme: str
    """The programme above the element, "" where there is none."""
    field: str
    grade: int
    """2: a result in the very field of a measure that asks for research; 1: bears on it."""
    reason: str
    """Key of the sentence under `plan.evidence.reason`."""
    item_words: str
    element_words: str
    review: str = "unreviewed"
    """What a person made of it: unreviewed, accepted, edited, added or disputed."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one item is evidence of, and whose."""

    item: Item
    fields: tuple[Hit, ...]
    links: tuple[Link, ...]
    scope: Scope
    abstained: str
    """Why there is no link: `no_field`, `no_element`; "" where there is one."""
    review: str = "unreviewed"

    @property
    def grade(self) -> int:
        """The best grade of its links, 0 where there is none."""
        return max((link.grade for link in self.links), default=0)

    def counts_for(self, hub: str) -> bool:
        """Whether it is evidence for the plan of `hub`: it bears on an element and it is theirs."""
        return self.grade > 0 and self.scope.within(hub)


def evidence(items: Iterable[Item], plan: Plan) -> list[Evidence]:
    """Each item with its fields, the elements of the plan it bears on, and its scope.

    Field and scope are separate tests; an item without a known field, or whose field the plan does
    not name, is left unlinked with the reason.
    """
    known = _by_field(plan)
    return [_evidence(item, known) for item in items]


@dataclass(frozen=True, slots=True)
class _Named:
    element: Element
    programme: str
    hit: Hit


def _by_field(plan: Plan) -> dict[str, list[_Named]]:
    """The elements by the fields their own words name."""
    parents = {e.id: e for e in plan.elements}
    found: dict[str, list[_Named]] = {}
    for element in plan.of(*LINKED):
        for hit in fields(element.span.quote):
            found.setdefault(hit.field, []).append(
                _Named(element, programme_above(element, parents), hit)
            )
    return found


def programme_above(element: Element, parents: dict[str, Element]) -> str:
    """The id of the programme that an element is or stands under, "" where there is none."""
    at: Element | None = element
    while at is not None and at.kind != "programme":
        at = parents.get(at.parent or "")
    return at.id if at else ""


def _evidence(item: Item, known: dict[str, list[_Named]]) -> Evidence:
    hits = tuple(fields(item.words))
    links = _links(item, hits, known)
    abstained = "" if links else "no_element" if hits else "no_field"
    return Evidence(item, hits, links, scope(item.words), abstained)


def _links(item: Item, hits: Iterable[Hit], known: dict[str, list[_Named]]) -> tuple[Link, ...]:
    """The best link to each element, strongest first; broad kinds only where nothing closer is."""
    best: dict[str, Link] = {}
    for hit in hits:
        for named, near in _candidates(hit.field, known):
            link = _link(item, hit, named, near=near)
            if link.element not in best or best[link.element].grade < link.grade:
                best[link.element] = link
    close = [x for x in best.values() if x.programme]
    return tuple(sorted(close or best.values(), key=lambda x: (-x.grade, x.element)))


def _candidates(field: str, known: dict[str, list[_Named]]) -> list[tuple[_Named, bool]]:
    """The elements of the field itself, and of fields that it stands near to."""
    own = [(n, False) for n in known.get(field, [])]
    wider = [f.id for f in taxonomy().values() if field in f.near]
    return own + [(n, True) for name in wider for n in known.get(name, [])]


def _link(item: Item, hit: Hit, named: _Named, *, near: bool) -> Link:
    technical = taxonomy()[hit.field].sort == "technology"
    asks = bool(_RESEARCH.search(named.element.span.quote)) and named.element.kind != "programme"
    told = bool(_RESULT.search(item.words))
    if near:
        grade, reason = 1, "near"
    elif not technical:
        grade, reason = 1, "system"
    elif asks and told:
        grade, reason = 2, "direct"
    else:
        grade, reason = 1, "field"
    words = (hit.words, named.hit.words)
    return Link(named.element.id, named.programme, hit.field, grade, reason, *words)
