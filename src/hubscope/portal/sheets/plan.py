"""A plan as a tree: goals, forces with their means, commitments, programmes, targets."""

from __future__ import annotations

from functools import partial
from typing import Any

from hubscope.nouns import Element
from hubscope.portal import export
from hubscope.portal.sheet import Sheet
from hubscope.portal.sheets import story
from hubscope.portal.tree import PARTS, Plan, PlanPair, force_of, programme_of
from hubscope.portal.view import View

STEPS = ("measure", "mechanism", "result", "task", "action")
APART = (
    "plan",
    "force",
    "principle",
    "commitment",
    "programme",
    "goal",
    "vision",
    "target",
    "slogan",
)


def sheet(pair: PlanPair) -> Sheet:
    """The page of one plan document."""
    return Sheet(
        f"plans/{pair.doc}",
        "plan.html",
        "plan",
        lambda v: pair.in_(v.lang).title,
        lambda v: str(v.t("plan.about", title=pair.in_(v.lang).title)),
        partial(_context, pair),
        partial(export.plan_rows, pair=pair),
    )


def _context(pair: PlanPair, view: View) -> dict[str, Any]:
    plan = pair.in_(view.lang)
    forces = plan.of_kind("force")
    programmes = plan.of_kind("programme")
    horizons = plan.of_kind("vision", "goal")
    top = [g for g in horizons if g.parent not in {h.id for h in horizons}]
    return {
        "plan": plan,
        "note": pair.note.in_(view.lang) if pair.note else "",
        "foreign": plan.lang != view.lang,
        "tag": "zh-CN" if plan.lang == "zh" else "en",
        "hub": view.hub_link(pair.hub) if pair.hub else "",
        "slogan": [node(view, plan, e) for e in plan.of_kind("slogan")],
        "goals": [node(view, plan, e) for e in top],
        "forces": [force(view, plan, e) for e in forces],
        "principles": [node(view, plan, e) for e in plan.of_kind("principle", "commitment")],
        "programmes": [programme(view, plan, e) for e in programmes],
        "targets": [target(view, plan, e) for e in plan.of_kind("target")],
        "others": [node(view, plan, e) for e in _others(plan)],
        "count": view.counted(len(plan.elements), "elements"),
    }


def _others(plan: Plan) -> list[Element]:
    """Elements that no section of the page shows: other kinds, at their highest level."""
    held = {e.id for e in plan.elements if e.kind in APART or e.kind.endswith("_set")}
    shown = {e.id for e in plan.elements if e.kind in APART}
    loose = [
        e
        for e in plan.elements
        if e.kind not in (*APART, "slogan_item") and not e.kind.endswith("_set")
    ]
    return [e for e in loose if e.parent is None or (e.parent in held and e.parent not in shown)]


def node(view: View, plan: Plan, e: Element) -> dict[str, Any]:
    """One element: its words, its sentence, its place, its parts and children."""
    own = [c for c in plan.under(e.id) if c.kind not in ("target", "programme", "force")]
    return {
        "id": e.id,
        "kind": e.kind,
        "kind_word": view.word(f"portal.kind.{e.kind}")
        if f"portal.kind.{e.kind}" in _known(view)
        else e.kind,
        "name": e.name or short(e),
        "named": bool(e.name),
        "quote": e.span.quote,
        "start": e.span.start,
        "end": e.span.end,
        "speaker": e.speaker or "",
        "horizon": e.horizon,
        "ordinal": e.ordinal,
        "rule": e.rule,
        "parts": {k: e.parts[k].quote if k in e.parts else "" for k in PARTS},
        "children": [node(view, plan, c) for c in own],
    }


def _known(view: View) -> dict[str, str]:
    from hubscope.words import words

    return words(view.lang)


def short(e: Element) -> str:
    """An element without a name goes by its sentence."""
    return e.span.quote.strip().strip("。.；;，,")


def force(view: View, plan: Plan, e: Element) -> dict[str, Any]:
    """A force with its means, its speaker, and the indicators that measure it."""
    ident = force_of(e, plan.elements)
    return node(view, plan, e) | {
        "force": ident,
        "word": view.word(f"nouns.force_name.{ident}") if ident else e.name,
        "means": e.parts["means"].quote if "means" in e.parts else "",
        "indicators": _measured(view, lambda i: i.force == ident),
    }


def programme(view: View, plan: Plan, e: Element) -> dict[str, Any]:
    """A programme with its measures and mechanisms, its indicators, targets and verdicts."""
    key = programme_of(e, plan.elements)
    serving = {i for i, d in view.seen.catalogue.items() if key in d.programmes}
    verdicts = [
        v for v in view.seen.verdicts if v.indicator in serving and plan.find(v.target) is not None
    ]
    return node(view, plan, e) | {
        "key": key,
        "word": view.word(f"nouns.programme_name.{key}") if key in _PROGRAMMES else e.name,
        "indicators": _measured(view, lambda i: key in i.programmes),
        "verdicts": [line(view, plan, v.target) for v in verdicts],
    }


_PROGRAMMES = ("P1", "P2", "P3", "P4", "P5", "P6")


def _measured(view: View, wanted: Any) -> list[dict[str, Any]]:
    """Indicators of the catalogue that serve, those with figures first."""
    found = [i for i in view.seen.shown_indicators if wanted(view.seen.catalogue[i])]
    return [
        {"link": view.indicator_link(i), "measured": i in view.seen.by_indicator} for i in found
    ]


def line(view: View, plan: Plan, ident: str) -> dict[str, Any]:
    """A target's verdict in one line."""
    verdict = view.seen.verdict_of[ident]
    asked = plan.find(ident)
    return {
        "id": ident,
        "kind": verdict.kind,
        "sign": story.SIGNS[verdict.kind],
        "word": view.word(f"nouns.verdict_kind.{verdict.kind}"),
        "name": story.name(view, verdict, asked),
        "asked": view.target(asked) if asked else "",
    }


def target(view: View, plan: Plan, e: Element) -> dict[str, Any]:
    """A target with its sentence, and its verdict where one was made."""
    verdict = view.seen.verdict_of.get(e.id)
    own = node(view, plan, e) | {"verdict": story.card(view, verdict) if verdict else None}
    if verdict is None:
        own["asked"] = view.target(e)
        own["indicator"] = e.target.indicator if e.target else ""
    return own
