"""A plan as a tree: goals, forces with their means, commitments, programmes, targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hubscope.nouns import PROGRAMMES, Element, Indicator, Verdict
from hubscope.plan.model import UNREVIEWED
from hubscope.portal import export
from hubscope.portal.sheet import Sheet
from hubscope.portal.sheets import source, story
from hubscope.portal.tree import PARTS, Plan, PlanPair, force_of, programme_of
from hubscope.portal.view import View
from hubscope.words import words

SECTIONS = ("force", "programme", "target")
"""Kinds that have a section of their own wherever they stand in the tree."""
Node = dict[str, Any]


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
    tree = Tree(view, pair, plan)
    left = sum(plan.review(e.id) == UNREVIEWED for e in plan.elements)
    return {
        "plan": plan,
        "note": pair.note.in_(view.lang) if pair.note else "",
        "foreign": plan.lang != view.lang,
        "evidence": view.to(f"evidence/{pair.doc}") if view.seen.evidence.get(pair.doc) else "",
        "words": view.to(f"plans/{pair.doc}/words") if view.seen.plan_words.get(pair.doc) else "",
        "series": view.to(f"hubs/{pair.hub}/plans") if pair.hub in view.seen.plan_history else "",
        "tag": "zh-CN" if plan.lang == "zh" else "en",
        "hub": view.hub_link(pair.hub) if pair.hub else "",
        "count": view.counted(len(plan.elements), "elements"),
        "unreviewed": view.counted(left, "elements") if left else "",
        "goals": tree.section("vision", "goal"),
        "forces": [tree.force(e) for e in plan.of_kind("force")],
        "principles": tree.section("principle", "commitment"),
        "programmes": [tree.programme(e) for e in plan.of_kind("programme")],
        "targets": [tree.target(e) for e in plan.of_kind("target")],
        "slogan": tree.section("slogan"),
        "others": tree.rest(),
    }


@dataclass
class Tree:
    """One plan on its page: every element is shown once, below the first that holds it."""

    view: View
    pair: PlanPair
    plan: Plan
    shown: set[str] = field(default_factory=set)

    def section(self, *kinds: str) -> list[Node]:
        """The elements of these kinds, each with what it holds."""
        return [self.node(e) for e in self.plan.of_kind(*kinds) if e.id not in self.shown]

    def rest(self) -> list[Node]:
        """Elements that no section has shown, from the top down; the sets hold only others."""
        left = (e for e in self.plan.elements if e.kind != "plan" and not e.kind.endswith("_set"))
        return [self.node(e) for e in left if e.id not in self.shown]

    def node(self, e: Element) -> Node:
        """One element: its words, its sentence, its place, its parts and what it holds."""
        self.shown.add(e.id)
        return {
            "id": e.id,
            "kind": e.kind,
            "kind_word": words(self.view.lang).get(f"portal.kind.{e.kind}", e.kind),
            "name": e.name or short(e),
            "named": bool(e.name),
            "quote": e.span.quote,
            "start": e.span.start,
            "end": e.span.end,
            "source": source.link(self.view, self.pair, e),
            "leaf": source.leaf(self.plan, e),
            "again": [{"start": a, "end": z} for a, z in self.plan.repeats.get(e.id, ())],
            "speaker": e.speaker or "",
            "horizon": e.horizon,
            "rule": e.rule,
            "review": self.view.word(f"plan.review.{self.plan.review(e.id)}"),
            "parts": {k: e.parts[k].quote if k in e.parts else "" for k in PARTS},
            "children": [
                self.node(c)
                for c in self.plan.under(e.id)
                if c.kind not in SECTIONS and c.id not in self.shown
            ],
        }

    def force(self, e: Element) -> Node:
        """A force with its means, its speaker, and the indicators that measure it."""
        ident = force_of(e, self.plan.elements)
        return self.node(e) | {
            "force": ident,
            "word": self.view.word(f"nouns.force_name.{ident}") if ident else e.name,
            "means": e.parts["means"].quote if "means" in e.parts else "",
            "indicators": self.measured(lambda i: i.force == ident),
        }

    def programme(self, e: Element) -> Node:
        """A programme with its measures and mechanisms, its indicators, targets and verdicts."""
        key = programme_of(e, self.plan.elements)
        known = self.view.seen.catalogue
        verdicts = [
            v
            for v in self.view.seen.verdicts
            if v.plan == self.plan.doc and v.indicator and key in known[v.indicator].programmes
        ]
        return self.node(e) | {
            "key": key,
            "word": self.view.word(f"nouns.programme_name.{key}") if key in PROGRAMMES else e.name,
            "indicators": self.measured(lambda i: key in i.programmes),
            "verdicts": [self.line(v) for v in verdicts],
        }

    def measured(self, wanted: Callable[[Indicator], bool]) -> list[Node]:
        """Indicators of the catalogue that serve, those with figures first."""
        seen = self.view.seen
        return [
            {"link": self.view.indicator_link(i), "measured": i in seen.by_indicator}
            for i in seen.shown_indicators
            if wanted(seen.catalogue[i])
        ]

    def line(self, verdict: Verdict) -> Node:
        """A target's verdict in one line."""
        asked = self.plan.find(verdict.target)
        return {
            "anchor": story.anchor(verdict),
            "kind": verdict.kind,
            "sign": story.SIGNS[verdict.kind],
            "word": self.view.word(f"nouns.verdict_kind.{verdict.kind}"),
            "name": story.name(self.view, verdict, asked),
            "asked": self.view.target(asked) if asked else "",
        }

    def target(self, e: Element) -> Node:
        """A target with its sentence, and its verdict where one was made."""
        verdict = self.view.seen.verdict(self.plan.doc, e.id)
        return self.node(e) | {
            "verdict": story.card(self.view, verdict) if verdict else None,
            "asked": self.view.target(e),
            "indicator": e.target.indicator if e.target else "",
        }


def short(e: Element) -> str:
    """An element without a name goes by its sentence."""
    return e.span.quote.strip().lstrip("#").strip().strip("。.；;，,")
