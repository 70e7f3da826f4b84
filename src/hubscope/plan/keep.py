"""Promises of a paragraph and rows of a table to elements."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hubscope.nouns import Span, Target
from hubscope.plan import runs
from hubscope.plan.builder import Builder
from hubscope.plan.scope import Promise
from hubscope.plan.tables import Row


def add_goal(b: Builder, span: Span, year: int | None, parent: str | None, *, led: bool) -> str:
    """Add a goal: G2025 for the first of its year, G2025.1 ... for what comes under it."""
    if year is None:
        return b.add(f"G{b.count('G')}", "goal", parent or b.plan(span.start), span, rule="goal")
    top = f"G{year}"
    if top in b.ids and not led:
        return b.add(f"{top}.{b.count(top)}", "goal", top, span, horizon=year, rule="goal:item")
    if top in b.ids:
        return b.add(f"{top}.{b.count(top)}", "goal", top, span, horizon=year, rule="goal")
    return b.add(top, "goal", parent or b.plan(span.start), span, horizon=year, rule="goal")


def keep(b: Builder, made: Iterable[Promise], own: str | None) -> None:
    """Add each promise under the element `own`."""
    for p in made:
        _KEEPERS[p.kind](b, p, own)


def _keep_goal(b: Builder, p: Promise, own: str | None) -> None:
    top = add_goal(b, b.span(p.start, p.end), p.year, own, led=True)
    goal = b.elements[-1]
    if p.kind == "vision":
        b.elements[-1] = replace(goal, kind="vision")
    shared = runs.shared_subject(b, goal, p.subs[0]) if p.subs else 0
    for i, (start, end) in enumerate(p.subs):
        begin = start + (shared if i == 0 else 0)
        b.add(
            f"{top}.{b.count(top)}",
            "goal",
            top,
            b.span(begin, end),
            horizon=p.year,
            rule="goal:clause",
        )


_AFTER = 12
"""Characters behind a target in which its kind may stand in brackets."""
_NATURE = re.compile(r"\((预期性|约束性)")
_SUMMED = re.compile(r"累计|累积|\bcumulative(?:ly)?\b|\bin total\b", re.IGNORECASE)


def _nature(words: str) -> dict[str, Any]:
    """What a target's own words say of its kind: 预期性 or 约束性, and a sum over years."""
    nature = _NATURE.search(words)
    return {
        "nature": nature.group(1) if nature else None,
        "cumulative": True if _SUMMED.search(words) else None,
    }


def _keep_target(b: Builder, p: Promise, own: str | None) -> None:
    if p.found is None:
        return
    goal = f"G{p.year}"
    parent = own or (goal if goal in b.ids else b.plan(p.start))
    if parent == "PLAN" and goal in b.ids:
        parent = goal
    b.add(
        *(f"T{b.count('T')}", "target", parent, b.span(p.start, p.end)),
        horizon=p.year,
        target=p.found.target,
        details=_nature(b.text[p.start : p.end + _AFTER]),
        rule=f"target:{p.found.target.operator}",
        confidence=0.9 if p.found.bound else 0.7,
    )


def _keep_achieved(b: Builder, p: Promise, own: str | None) -> None:
    if p.found is None:
        return
    t = p.found.target
    facts = {"indicator": t.indicator, "quantity": t.quantity, "unit": t.unit, "year": p.year}
    b.add(
        f"H{b.count('H')}", "achieved", own, b.span(p.start, p.end), rule="achieved", details=facts
    )


def _keep_estimate(b: Builder, p: Promise, own: str | None) -> None:
    t: Target | None = p.found.target if p.found else None
    quantity = [t.quantity, t.upper] if t and t.upper else t.quantity if t else None
    facts = {"quantity": quantity, "unit": t.unit if t else None}
    b.add(
        f"E{b.count('E')}", "estimate", own, b.span(p.start, p.end), rule="estimate", details=facts
    )


def _keep_commitment(b: Builder, p: Promise, own: str | None) -> None:
    span = b.span(p.start, p.end)
    if runs.repeats(b, span, p.due):
        return
    b.add(
        *(f"D{b.count('D')}", "commitment", own, span),
        horizon=p.year,
        rule="commitment",
        details={"due": p.due, "due_kind": p.due_kind},
    )


def _keep_deadline(b: Builder, p: Promise, own: str | None) -> None:
    span = b.span(p.start, p.end)
    b.add(
        *(f"L{b.count('L')}", "deadline", own, span),
        horizon=p.year,
        rule="deadline",
        confidence=0.8,
        details={"due": p.due, "due_kind": p.due_kind},
    )


def _keep_call(b: Builder, p: Promise, own: str | None) -> None:
    b.add(f"C{b.count('C')}", "call", own, b.span(p.start, p.end), rule="call", confidence=0.8)


_KEEPERS = {
    "goal": _keep_goal,
    "vision": _keep_goal,
    "target": _keep_target,
    "achieved": _keep_achieved,
    "estimate": _keep_estimate,
    "deadline": _keep_deadline,
    "call": _keep_call,
    "commitment": _keep_commitment,
}


def keep_row(b: Builder, row: Row, n: int, own: str | None) -> None:
    """Add the n-th row of a table: a target, or a milestone."""
    span = b.span(row.start, row.end)
    if row.target is None:
        number = row.number or f"{re.sub(r'^[^0-9]+', '', own or '')}.{n}".strip(".")
        facts: dict[str, Any] = {"number": row.number, "due": row.due, "due_text": row.due_text}
        facts["responsible_or_scope"] = row.scope
        b.add(f"M{number}", "milestone", own, span, rule="milestone:table", details=facts)
        return
    goal = f"G{row.target.year}"
    parent = own or (goal if goal in b.ids else b.plan(span.start))
    b.add(
        *(f"T{b.count('T')}", "target", parent, span),
        horizon=row.target.year,
        target=row.target,
        rule="target:table",
        details={"nature": row.nature, "cumulative": row.cumulative or None},
    )
