"""The rows behind every page, as CSV that no spreadsheet mistakes for formulas, and as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

from hubscope.cells import safe
from hubscope.nouns import FORCES, Observation
from hubscope.portal.observatory import Observatory
from hubscope.portal.tree import PlanPair
from hubscope.words import typeset

Rows = list[dict[str, Any]]


def to_csv(rows: Rows) -> bytes:
    """The rows as CSV in UTF-8 with a byte order mark, so that spreadsheets read Chinese."""
    columns = list(dict.fromkeys(k for row in rows for k in row)) or ["empty"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe(row.get(c)) for c in columns] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def to_json(body: Mapping[str, Any]) -> bytes:
    """JSON with the keys in the order they were given; missing stays null."""
    return json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False).encode()


def observed(o: Observation, seen: Observatory, lang: str) -> dict[str, Any]:
    """One observation with everything its card says."""
    d = seen.catalogue.get(o.indicator)
    return {
        "hub": o.hub,
        "hub_name": seen.hub_name(o.hub, lang),
        "indicator": o.indicator,
        "indicator_name": d.name.in_(lang) if d else o.indicator,
        "role": d.role if d else "measure",
        "year": o.year,
        "period": o.period,
        "value": o.value,
        "lo": o.lo,
        "hi": o.hi,
        "unit": o.unit,
        "unit_words": typeset.unit_words(lang, o.unit),
        "status": o.status,
        "vintage": o.vintage,
        "current": o.current,
        "note": seen.data_words(o.note, lang),
        "producer": seen.data_words(o.origin.producer, lang),
        "url": o.origin.url,
        "accessed": o.origin.accessed,
        "licence": seen.data_words(o.origin.licence, lang),
        "citation": seen.data_words(o.origin.citation, lang),
        "file": o.origin.file,
        "line": o.origin.line,
        "sha256": o.origin.sha256,
        "run": seen.run,
    }


def observation_rows(seen: Observatory, lang: str, *, indicator: str = "") -> Rows:
    """All observations, or those of one indicator."""
    found: Iterable[Observation] = (
        seen.by_indicator.get(indicator, ()) if indicator else seen.observations
    )
    return [observed(o, seen, lang) for o in found]


def hub_rows(seen: Observatory, lang: str, *, hub: str) -> Rows:
    """All observations of one hub."""
    return [observed(o, seen, lang) for o in seen.by_hub.get(hub, ())]


def index_rows(seen: Observatory, lang: str) -> Rows:
    """The ranking: scores, ranges, ties, forces; an unknown force is empty."""
    if seen.index is None:
        return []
    return [
        {
            "hub": h.hub,
            "hub_name": seen.hub_name(h.hub, lang),
            "year": seen.index.year,
            "rank": h.rank,
            "rank_lo": h.rank_lo,
            "rank_hi": h.rank_hi,
            "score": h.score,
            "lo": h.lo,
            "hi": h.hi,
            "level": seen.index.level,
            "ties": list(h.ties),
            "available": h.available,
            "indicators": h.indicators,
            **{f: (s.score if (s := h.forces.get(f)) else None) for f in FORCES},
            "recipe": seen.index.recipe.hash,
            "run": seen.run,
        }
        for h in seen.index.ranked()
    ]


def plan_rows(seen: Observatory, lang: str, *, pair: PlanPair) -> Rows:
    """The elements of a plan in one language, targets with their verdicts."""
    return [
        {
            "doc": pair.doc,
            "id": e.id,
            "kind": e.kind,
            "parent": e.parent,
            "name": e.name,
            "quote": e.span.quote,
            "start": e.span.start,
            "end": e.span.end,
            "speaker": e.speaker,
            "horizon": e.horizon,
            "indicator": e.target.indicator if e.target else None,
            "operator": e.target.operator if e.target else None,
            "quantity": e.target.quantity if e.target else None,
            "unit": e.target.unit if e.target else None,
            "year": e.target.year if e.target else None,
            "review": pair.in_(lang).review(e.id),
            "verdict": v.kind if (v := seen.verdict(pair.doc, e.id)) else None,
            "run": seen.run,
        }
        for e in pair.in_(lang).elements
    ]


def all_plan_rows(seen: Observatory, lang: str) -> Rows:
    """The elements of every plan."""
    return [row for p in seen.plans.values() for row in plan_rows(seen, lang, pair=p)]


def verdict_rows(seen: Observatory, lang: str) -> Rows:
    """The verdicts with their numbers and reasons."""
    del lang
    return [
        {
            "plan": v.plan,
            "target": v.target,
            "hub": v.hub,
            "indicator": v.indicator,
            "verdict": v.kind,
            "latest": v.latest.value if v.latest else None,
            "latest_year": v.latest.year if v.latest else None,
            "gap": v.gap,
            "gap_share": v.gap_share,
            "projection": v.projection.value if v.projection else None,
            "projection_lo": v.projection.lo if v.projection else None,
            "projection_hi": v.projection.hi if v.projection else None,
            "probability": v.probability,
            "easy": v.easy,
            "met_year": v.met_year,
            "points": len(v.points),
            "reason": v.reason,
            "run": seen.run,
        }
        for v in seen.verdicts
    ]


def indicator_rows(seen: Observatory, lang: str) -> Rows:
    """The catalogue."""
    return [
        {
            "id": d.id,
            "code": d.code,
            "name": d.name.in_(lang),
            "definition": d.definition.in_(lang),
            "formula": seen.data_words(d.formula, lang),
            "unit": d.unit,
            "direction": d.direction,
            "force": d.force,
            "programmes": list(d.programmes),
            "role": d.role,
            "source": seen.data_words(d.source, lang),
            "caveat": d.caveat.in_(lang),
            "sql": d.sql,
            "observations": len(seen.by_indicator.get(d.id, ())),
        }
        for d in seen.catalogue.values()
    ]


def location_rows(seen: Observatory, lang: str) -> Rows:
    """The hubs and where they are."""
    del lang
    return [
        {
            "hub": h.id,
            "zh": h.name.zh,
            "en": h.name.en,
            "kind": h.kind,
            "latitude": h.latitude,
            "longitude": h.longitude,
            "part_of": h.part_of,
            "page": h.id in seen.shown_hubs,
        }
        for h in seen.hubs.values()
    ]


def method_rows(seen: Observatory, lang: str) -> Rows:
    """The recipe's steps, the coverage of each force, the sensitivity of ranks, the sweep."""
    del lang
    index = seen.index
    if index is None:
        return []
    rows: Rows = [{"part": "recipe", "item": s.get("do"), "setting": s} for s in index.recipe.steps]
    rows += [
        {"part": "coverage", "item": f, "indicators": c.indicators, "hubs": c.hubs}
        for f, c in index.coverage.items()
    ]
    rows += [
        {"part": "sensitivity", "item": s.factor, "first": s.first, "total": s.total}
        for s in index.sensitivity
    ]
    if index.sweep:
        rows += [
            {"part": "sweep", "item": h, "rank_lo": lo, "rank_hi": hi}
            for h, (lo, hi) in index.sweep.hubs.items()
        ]
    return rows


WHOLE = {
    "observations": observation_rows,
    "index": index_rows,
    "verdicts": verdict_rows,
    "plan": all_plan_rows,
    "hubs": location_rows,
    "catalogue": indicator_rows,
}
"""The whole data by the name of its file in the folder data/."""
