"""What reading a plan gives: a frozen Plan, and the same as JSON in the shape of the golds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hubscope.errors import BadDocumentError
from hubscope.nouns import Baseline, Element, Span, Target

Json = dict[str, Any]

KINDS = (
    *("plan", "vision", "goal", "principle", "commitment", "force", "slogan", "slogan_item"),
    *("programme", "measure", "result", "mechanism", "milestone", "deadline", "target"),
    *("estimate", "achieved", "safeguard", "call"),
    *("force_set", "requirement_set", "programme_set", "action_box"),
)
"""Every kind an element can have; the sets hold the elements of one enumeration together."""
UNREVIEWED = "unreviewed"
"""State of an element that no person has looked at; the others are in `review`."""


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of the document: article, title, dateline, boilerplate, recommended_reading ..."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Attribution:
    """Words that the document puts into the mouth of a named speaker."""

    id: str
    speaker: str
    role: str
    verb: str
    speaker_span: Span
    span: Span
    covers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """One document read as a plan; offsets are code points of `text`, which is unmodified."""

    name: str
    text: str
    document: Mapping[str, Any]
    """What the document says of itself: title, publisher, published, number, sha256 ..."""
    regions: tuple[Region, ...]
    attributions: tuple[Attribution, ...]
    elements: tuple[Element, ...]
    details: Mapping[str, Json] = field(default_factory=dict)
    """Further facts by element id: due, due_text, nature, magnitude, aligned elements ..."""

    def of(self, *kinds: str) -> tuple[Element, ...]:
        """The elements of `kinds`, in document order."""
        return tuple(e for e in self.elements if e.kind in kinds)

    def get(self, identity: str) -> Element:
        """The element called `identity`; KeyError if there is none."""
        for element in self.elements:
            if element.id == identity:
                return element
        raise KeyError(identity)

    def children(self, identity: str | None) -> tuple[Element, ...]:
        """The elements directly under `identity` (None: the roots)."""
        return tuple(e for e in self.elements if e.parent == identity)


def _span(span: Span) -> Json:
    return {"start": span.start, "end": span.end, "quote": span.quote}


def _target(target: Target, details: Json) -> Json:
    base = target.baseline
    row: Json = {
        "indicator": target.indicator,
        "operator": target.operator,
        "quantity": target.quantity,
        "unit": target.unit,
        "year": target.year,
        "baseline": {"quantity": base.quantity, "year": base.year} if base else None,
    }
    if base and "baseline" in details:
        row["baseline"] |= details["baseline"]
    if target.upper is not None:
        row["upper"] = target.upper
    return row


def _element(element: Element, details: Json) -> Json:
    row: Json = {"id": element.id, "kind": element.kind, "parent": element.parent}
    row |= _span(element.span)
    row |= {"speaker": element.speaker, "horizon": element.horizon}
    row |= {k: v for k, v in (("name", element.name), ("ordinal", element.ordinal)) if v}
    row |= {part: _span(span) for part, span in element.parts.items()}
    if element.target:
        row |= _target(element.target, details)
    row |= {k: v for k, v in details.items() if k != "baseline"}
    row |= {"rule": element.rule, "confidence": element.confidence}
    return row | {"review": details.get("review", UNREVIEWED)}


def as_json(plan: Plan) -> Json:
    """The plan as one JSON object: document, regions, attributions, elements."""
    attributions = [
        {
            "id": a.id,
            "speaker": a.speaker,
            "role": a.role,
            "verb": a.verb,
            "speaker_span": _span(a.speaker_span),
            **_span(a.span),
            "covers": list(a.covers),
        }
        for a in plan.attributions
    ]
    return {
        "doc": plan.name,
        "chars": len(plan.text),
        "offsets": "code points of the unmodified text, end exclusive",
        "document": dict(plan.document),
        "regions": [
            {"kind": r.kind, "start": r.start, "end": r.end, "quote": plan.text[r.start : r.end]}
            for r in plan.regions
        ],
        "attributions": attributions,
        "elements": [_element(e, plan.details.get(e.id, {})) for e in plan.elements],
        "text": plan.text,
    }


_OWN = frozenset(
    (
        *("id", "kind", "parent", "start", "end", "quote", "speaker", "horizon", "name"),
        *("ordinal", "rule", "confidence", "means", "footing", "more"),
    )
)
_ASKED = frozenset(("indicator", "operator", "quantity", "unit", "year", "baseline", "upper"))


def _read_span(row: Json) -> Span:
    return Span(int(row["start"]), int(row["end"]), str(row["quote"]))


def _read_target(row: Json) -> Target | None:
    if row["kind"] != "target":
        return None
    base = row.get("baseline")
    baseline = Baseline(base["quantity"], base.get("year")) if base else None
    return Target(
        row["indicator"],
        row["operator"],
        row["quantity"],
        row["unit"] or "",
        row["year"],
        baseline,
        row.get("upper"),
    )


def _read_element(row: Json) -> Element:
    return Element(
        row["id"],
        row["kind"],
        row.get("parent"),
        _read_span(row),
        name=row.get("name", ""),
        ordinal=row.get("ordinal"),
        speaker=row.get("speaker"),
        horizon=row.get("horizon"),
        target=_read_target(row),
        parts={k: _read_span(row[k]) for k in ("means", "footing", "more") if k in row},
        rule=row.get("rule", ""),
        confidence=row.get("confidence", 1.0),
    )


def _read_details(row: Json) -> Json:
    mine = _OWN | _ASKED if row["kind"] == "target" else _OWN
    details = {k: v for k, v in row.items() if k not in mine}
    if details.get("review") == UNREVIEWED:
        del details["review"]
    base = (row.get("baseline") or {}) if row["kind"] == "target" else {}
    if more := {k: v for k, v in base.items() if k not in ("quantity", "year")}:
        details["baseline"] = more
    return details


def from_json(data: Json) -> Plan:
    """The plan that `as_json` wrote; BadDocumentError names the field that is missing."""
    try:
        attributions = tuple(
            Attribution(
                a["id"],
                a["speaker"],
                a["role"],
                a["verb"],
                _read_span(a["speaker_span"]),
                _read_span(a),
                tuple(a["covers"]),
            )
            for a in data["attributions"]
        )
        return Plan(
            data["doc"],
            data["text"],
            data["document"],
            tuple(Region(r["kind"], r["start"], r["end"]) for r in data["regions"]),
            attributions,
            tuple(_read_element(row) for row in data["elements"]),
            {row["id"]: d for row in data["elements"] if (d := _read_details(row))},
        )
    except (KeyError, TypeError) as error:
        raise BadDocumentError(
            f"this JSON is no plan: {error!s} is missing or has the wrong type",
            hint="use what `hubscope plan read FILE --json` prints, unchanged",
        ) from error
