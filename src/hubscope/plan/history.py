"""Several documents of one hub over time: what each target was, became, and is now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from hubscope.nouns import Element, Target
from hubscope.plan.link import likeness
from hubscope.plan.model import Plan
from hubscope.plan.quotes import quote_hash
from hubscope.plan.units import catalogue_value

Known = Callable[[Target], str]
"""The id of the catalogue's indicator that a target asks for, "" where there is none."""
ALIKE = 0.6
"""Likeness of two indicators' names, 0 to 1, from which they count as the same."""


@dataclass(frozen=True)
class Version:
    """One document in a hub's series."""

    id: str
    issued: str
    plan: Plan
    supersedes: tuple[str, ...] = ()
    implements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One target in the history of an indicator."""

    document: str
    issued: str
    element: Element
    relation: str
    """`first`; `restates` (same value and year), `revises` (same year, other value), `extends`
    (another year); `also` for a second year within one document."""
    score: float
    """Likeness of the indicator's words to those of the step before, 0 to 1."""
    in_force: bool


@dataclass(frozen=True, slots=True)
class Line:
    """The history of one indicator's targets through the documents, oldest first."""

    indicator: str
    unit: str
    steps: tuple[Step, ...]

    @property
    def state(self) -> str:
        """`in_force`, or `dropped` where only superseded documents ask for it."""
        return "in_force" if any(s.in_force for s in self.steps) else "dropped"


@dataclass
class _Open:
    unit: str
    known: set[str] = field(default_factory=set)
    """Indicators of the catalogue that its targets ask for."""
    steps: list[Step] = field(default_factory=list)

    def alike(self, target: Target, known: str) -> float:
        if known and self.known:
            return float(known in self.known)
        return max(likeness(_asked(s.element).indicator, target.indicator) for s in self.steps)


def history(versions: Iterable[Version], known: Known | None = None) -> list[Line]:
    """The targets of all documents, joined where they ask for the same indicator and unit.

    Documents are taken in the order of their issue. Targets of the same indicator of the catalogue
    are joined in whatever language they are; other names are compared by pairs of characters.

    Args:
        versions: the documents.
        known: tells which indicator of the catalogue a target asks for.
    """
    series = sorted(versions, key=lambda v: (v.issued, v.id))
    gone = {name for v in series for name in v.supersedes}
    lines: list[_Open] = []
    for version in series:
        for element in version.plan.of("target"):
            ident = known(_asked(element)) if known else ""
            _join(lines, version, element, ident, in_force=version.id not in gone)
    return [Line(_asked(o.steps[-1].element).indicator, o.unit, tuple(o.steps)) for o in lines]


def _asked(element: Element) -> Target:
    assert element.target is not None
    return element.target


def _join(
    lines: list[_Open], version: Version, element: Element, ident: str, *, in_force: bool
) -> None:
    target = _asked(element)
    unit = catalogue_value(1.0, target.unit, target.indicator)[1]
    near = [(o.alike(target, ident), -i) for i, o in enumerate(lines) if o.unit == unit]
    score, at = max(near, default=(0.0, 0))
    if score >= ALIKE:
        line = lines[-at]
        relation = _relation(line.steps, version, target)
    else:
        line, relation, score = _Open(unit), "first", 1.0
        lines.append(line)
    step = Step(version.id, version.issued, element, relation, score, in_force)
    line.steps.append(step)
    line.known |= {ident} - {""}


def _relation(before: Sequence[Step], version: Version, target: Target) -> str:
    if all(s.document == version.id for s in before):
        return "also"
    earlier = [_asked(s.element) for s in before if s.document != version.id]
    same_year = [t for t in earlier if t.year == target.year]
    if any(value(t) == value(target) for t in same_year):
        return "restates"
    return "revises" if same_year else "extends"


def value(target: Target) -> tuple[str, float | None, float | None]:
    """Operator and quantities in the catalogue's units, which two documents may write apart."""
    amounts = (target.quantity, target.upper)
    first, last = (
        None if a is None else round(catalogue_value(a, target.unit, target.indicator)[0], 9)
        for a in amounts
    )
    return target.operator, first, last


@dataclass(frozen=True, slots=True)
class Restated:
    """An element of a later document that says what one of an earlier document says."""

    document: str
    element: str
    earlier_document: str
    earlier_element: str
    score: float


def restated(versions: Iterable[Version]) -> list[Restated]:
    """Elements other than targets that come again in a later document, word for word or nearly."""
    known: list[tuple[str, Element]] = []
    found = []
    for version in sorted(versions, key=lambda v: (v.issued, v.id)):
        mine = [e for e in version.plan.elements if e.kind not in ("target", "plan")]
        for element in mine:
            best = max(((_same(e, element), d, e.id) for d, e in known), default=(0.0, "", ""))
            if best[0] >= ALIKE:
                found.append(Restated(version.id, element.id, best[1], best[2], best[0]))
        known += [(version.id, e) for e in mine]
    return found


def _same(a: Element, b: Element) -> float:
    if a.kind != b.kind:
        return 0.0
    if quote_hash(a.span.quote) == quote_hash(b.span.quote):
        return 1.0
    return likeness(a.span.quote, b.span.quote)


def as_tree(versions: Sequence[Version], known: Known | None = None) -> dict[str, Any]:
    """All documents as one JSON tree: documents under what they carry out, targets by indicator."""
    series = sorted(versions, key=lambda v: (v.issued, v.id))
    gone = {name: v.id for v in series for name in v.supersedes}
    again = {(r.document, r.element): r for r in restated(series)}
    return {
        "documents": [
            {
                "id": v.id,
                "issued": v.issued,
                "supersedes": list(v.supersedes),
                "implements": list(v.implements),
                "superseded_by": gone.get(v.id),
                "elements": _branch(v, None, again),
            }
            for v in series
        ],
        "targets": [line_json(line) for line in history(series, known)],
    }


def _branch(
    version: Version, parent: str | None, again: dict[tuple[str, str], Restated]
) -> list[dict[str, Any]]:
    rows = []
    for e in version.plan.children(parent):
        row: dict[str, Any] = {"id": e.id, "kind": e.kind, "quote": e.span.quote}
        if earlier := again.get((version.id, e.id)):
            row["restates"] = f"{earlier.earlier_document}#{earlier.earlier_element}"
            row["likeness"] = round(earlier.score, 3)
        rows.append(row | {"children": _branch(version, e.id, again)})
    return rows


def line_json(line: Line) -> dict[str, Any]:
    """One line of the history as JSON."""
    return {
        "indicator": line.indicator,
        "unit": line.unit,
        "state": line.state,
        "steps": [_step(s) for s in line.steps],
    }


def _step(s: Step) -> dict[str, Any]:
    target = _asked(s.element)
    return {
        "document": s.document,
        "issued": s.issued,
        "element": s.element.id,
        "relation": s.relation,
        "likeness": round(s.score, 3),
        "in_force": s.in_force,
        "operator": target.operator,
        "quantity": target.quantity,
        "upper": target.upper,
        "unit": target.unit,
        "year": target.year,
        "quote": s.element.span.quote,
    }
