"""A plan's targets with their verdicts: what was asked, where it stands, how it may end."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from hubscope.nouns import Element, Verdict
from hubscope.portal.fan import Fan, fan
from hubscope.portal.view import View
from hubscope.progress.units import in_unit
from hubscope.words import typeset

SIGNS = {"met": "✓", "on_target": "✓", "behind": "△", "missed": "✕", "unknown": "？"}
ORDER = ("met", "on_target", "behind", "missed", "unknown")


def of(view: View, hub: str) -> dict[str, Any] | None:
    """The verdicts of `hub`: cards, and how many of each kind."""
    verdicts = [v for v in view.seen.verdicts if v.hub == hub]
    if not verdicts:
        return None
    pair = view.seen.plan_of(hub)
    kinds = [v.kind for v in verdicts]
    return {
        "hub": hub,
        "plan": pair.in_(view.lang).title if pair else "",
        "plan_link": view.to(f"plans/{pair.doc}") if pair else "",
        "cards": [card(view, v) for v in verdicts],
        "summary": summary(view, hub, verdicts),
        "tally": [
            {
                "kind": k,
                "sign": SIGNS[k],
                "word": view.word(f"nouns.verdict_kind.{k}"),
                "count": view.counted(kinds.count(k), "verdicts", "methods#verdicts"),
            }
            for k in ORDER
            if k in kinds
        ],
    }


def summary(view: View, hub: str, verdicts: list[Verdict]) -> Markup:
    """How many targets the plan sets and how many of them rest on figures."""
    with_data = sum(1 for v in verdicts if v.points)
    return view.t(
        "story.summary",
        hub=view.hub(hub),
        n=view.counted(len(verdicts), "verdicts", "methods#verdicts"),
        data=view.counted(with_data, "verdicts", "methods#verdicts"),
    )


def card(view: View, v: Verdict) -> dict[str, Any]:
    """One target as a card: name, verdict, latest, asked, reason, fan."""
    asked = view.asked(v)
    return {
        "anchor": anchor(v),
        "kind": v.kind,
        "sign": SIGNS[v.kind],
        "word": view.word(f"nouns.verdict_kind.{v.kind}"),
        "name": name(view, v, asked),
        "asked": view.target(asked) if asked else "",
        "year": asked.target.year if asked and asked.target else None,
        "latest": view.number(v.latest) if v.latest else None,
        "latest_year": v.latest.period or v.latest.year if v.latest else None,
        "latest_status": v.latest.status if v.latest and v.latest.status != "reported" else "",
        "probability": probability(view, v),
        "easy": v.easy,
        "met_year": v.met_year,
        "reason": view.reason(v),
        "fan": fan(picture(view, v, asked)) if v.points else None,
    }


def anchor(v: Verdict) -> str:
    """Where the card of a verdict stands on a page."""
    return f"verdict-{v.plan}-{v.target}"


def name(view: View, v: Verdict, asked: Element | None) -> Markup:
    """The indicator's name as a link, or the target's own words."""
    if v.indicator and v.indicator in view.seen.catalogue:
        return view.indicator_link(v.indicator)
    own = asked.target.indicator if asked and asked.target else ""
    return Markup.escape(own or v.target)


def probability(view: View, v: Verdict) -> Markup | None:
    """The chance that the target is reached, never shown as certain."""
    if v.probability is None or v.projection is None:
        return None
    p = v.probability
    text = "<1%" if p < 0.01 else ">99%" if p > 0.99 else typeset.percent(view.lang, p)
    return view.judged(text, v)


def wanted(asked: Element | None, unit: str) -> tuple[int, float] | None:
    """Year and value asked for, in the indicator's unit."""
    target = asked.target if asked else None
    if target is None or target.quantity is None or target.year is None:
        return None
    value = in_unit(target.quantity, target.unit, unit, target.indicator)
    return None if value is None else (target.year, value)


def picture(view: View, v: Verdict, asked: Element | None) -> Fan:
    """The fan of one verdict in the reader's language."""
    latest = v.points[-1]
    factor = typeset.SCALED.get((view.lang, latest.unit), 1)
    goal = wanted(asked, latest.unit)
    last = typeset.number(view.lang, latest.value * factor)
    about = "≈" if latest.status in ("approximate", "estimate") else ""
    year = goal[0] if goal else latest.year
    p = v.projection
    heading = view.seen.catalogue[v.indicator].name.in_(view.lang) if v.indicator else v.target
    return Fan(
        points=[
            (o.year, o.value, "approx" if o.status in ("approximate", "estimate") else "")
            for o in v.points
        ],
        goal=goal,
        projection=(year, p.lo, p.value, p.hi) if p and year > latest.year else None,
        first_text=typeset.number(view.lang, v.points[0].value * factor),
        latest_text=about + last,
        goal_text=str(view.t("fan.goal")),
        goal_value=typeset.number(view.lang, goal[1] * factor) if goal else "",
        title=str(view.t("fan.title", name=heading)),
        desc=description(view, v, asked),
        ident=f"fan-{anchor(v)}",
    )


def description(view: View, v: Verdict, asked: Element | None) -> str:
    """The fan in words for who cannot see it."""
    first, last = v.points[0], v.points[-1]
    said = view.t(
        "fan.desc",
        start=first.year,
        a=typeset.quantity(view.lang, first.value, first.unit),
        end=last.year,
        b=typeset.quantity(view.lang, last.value, last.unit),
    )
    if asked and asked.target and asked.target.quantity is not None:
        said += " " + view.t("fan.desc_goal", year=asked.target.year, n=view.target_text(asked))
    return str(said).strip()
