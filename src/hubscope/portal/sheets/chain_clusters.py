"""What a chain's home makes, segment by segment: the latest figure beside what was asked for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from hubscope.portal.chain_view import ChainView
from hubscope.words import typeset

Link = Mapping[str, Any]


def clusters(c: ChainView) -> list[dict[str, Any]]:
    """Segments with figures or targets of the home: the latest of each, and the share reached."""
    made = [
        x
        for x in c.chain.links_of.get(c.chain.body["home"], [])
        if x["rel"] == "produces" and x["value"] is not None and x["src"] == c.chain.body["home"]
        if not x["period"] and not _whole(c, x["dst"])
    ]
    segments = dict.fromkeys(x["dst"] for x in made)
    return [_row(c, s, [x for x in made if x["dst"] == s]) for s in segments]


def _whole(c: ChainView, node: str) -> bool:
    """Whether a node stands for everything, not for a segment."""
    return json.loads(c.chain.nodes[node]["ext"] or "{}").get("whole") is True


def _row(c: ChainView, segment: str, every: list[Link]) -> dict[str, Any]:
    units = Counter(x["unit"] for x in every)
    asked_in = {x["unit"] for x in every if c.chain.evidence[x["evidence"]]["status"] == "target"}
    unit = max(units, key=lambda u: (u in asked_in, u.endswith("CNY"), units[u]))
    links = [x for x in every if x["unit"] == unit]
    asked = [x for x in links if c.chain.evidence[x["evidence"]]["status"] == "target"]
    known = [x for x in links if x not in asked]
    latest = max(known, key=lambda x: x["year"] or 0, default=None)
    goals = sorted(asked, key=lambda x: x["year"] or 0)
    goal = next((g for g in goals if latest and g["unit"] == latest["unit"]), None)
    first = goal or (goals[0] if goals else None)
    return {
        "segment": c.node(segment),
        "latest": c.figure(latest) if latest else c.unknown(),
        "latest_year": latest["year"] if latest else "",
        "asked": c.figure(first) if first else c.unknown(),
        "asked_year": first["year"] if first else "",
        "reached": _reached(c, latest, goal),
        "met": _met(c, known, goal),
    }


def _reached(c: ChainView, latest: Link | None, goal: Link | None) -> Markup:
    """How much of the target the latest figure is."""
    if latest is None or goal is None or not goal["value"]:
        return c.unknown()
    text = typeset.percent(c.lang, latest["value"] / goal["value"])
    return c.view.opened(text, c.made_card("reached_target"))


def _met(c: ChainView, known: list[Link], goal: Link | None) -> Markup:
    """The first year in which the target was met, where it was."""
    years = [x["year"] for x in known if goal and x["year"] and x["value"] >= goal["value"]]
    if not years:
        return Markup("")
    return c.t("met_in", year=Markup("<time>{}</time>").format(min(years)))
