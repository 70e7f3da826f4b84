"""A plan as JSON-LD: schema.org for the document, Web Annotation selectors for every sentence."""

from __future__ import annotations

import json
from typing import Any

from hubscope.nouns import Element, Span, Target
from hubscope.plan.model import Plan

TERMS = "https://github.com/hubscope/hubscope/blob/main/docs/reference/plan-formats.md#"
"""Where the project's own terms are described."""
CONTEXT: dict[str, Any] = {
    "@version": 1.1,
    "@vocab": TERMS,
    "schema": "http://schema.org/",
    "oa": "http://www.w3.org/ns/oa#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "name": "schema:name",
    "inLanguage": "schema:inLanguage",
    "publisher": "schema:publisher",
    "datePublished": "schema:datePublished",
    "hasPart": {"@id": "schema:hasPart", "@type": "@id", "@container": "@list"},
    "isPartOf": {"@id": "schema:isPartOf", "@type": "@id"},
    "selector": "oa:hasSelector",
    "exact": "oa:exact",
    "start": {"@id": "oa:start", "@type": "xsd:nonNegativeInteger"},
    "end": {"@id": "oa:end", "@type": "xsd:nonNegativeInteger"},
    "source": {"@id": "oa:hasSource", "@type": "@id"},
    "baseline": {"@id": "baseline"},
}


def to_jsonld(plan: Plan) -> bytes:
    """One document with its elements; ids are made from the document's hash."""
    base = f"urn:sha256:{plan.document.get('sha256', '')}"
    about = {
        "name": plan.document.get("title"),
        "inLanguage": plan.document.get("language"),
        "publisher": plan.document.get("publisher"),
        "datePublished": plan.document.get("published"),
    }
    made = {
        "@context": CONTEXT,
        "@id": base,
        "@type": "schema:DigitalDocument",
        **{k: v for k, v in about.items() if v},
        "hasPart": [_element(plan, e, base) for e in plan.elements],
    }
    return json.dumps(made, ensure_ascii=False, indent=1).encode() + b"\n"


def _element(plan: Plan, e: Element, base: str) -> dict[str, Any]:
    facts = plan.details.get(e.id, {})
    row: dict[str, Any] = {
        "@id": f"{base}#{e.id}",
        "@type": e.kind.title().replace("_", ""),
        "name": e.name or None,
        "isPartOf": f"{base}#{e.parent}" if e.parent else base,
        "selector": _selectors(e.span),
        "speaker": e.speaker,
        "horizon": _year(e.horizon),
        "rule": e.rule,
        "confidence": e.confidence,
        "review": facts.get("review", "unreviewed"),
        "page": facts.get("page"),
        "target": _target(e.target) if e.target else None,
    }
    return {k: v for k, v in row.items() if v is not None}


def _selectors(span: Span) -> list[dict[str, Any]]:
    return [
        {"@type": "oa:TextQuoteSelector", "exact": span.quote},
        {"@type": "oa:TextPositionSelector", "start": span.start, "end": span.end},
    ]


def _year(year: int | None) -> dict[str, str] | None:
    return {"@value": str(year), "@type": "xsd:gYear"} if year else None


def _target(t: Target) -> dict[str, Any]:
    base = t.baseline
    row = {
        "indicator": t.indicator,
        "operator": t.operator,
        "quantity": t.quantity,
        "upper": t.upper,
        "unit": t.unit or None,
        "year": _year(t.year),
        "baseline": {"quantity": base.quantity, "year": _year(base.year)} if base else None,
    }
    return {k: v for k, v in row.items() if v is not None}
