"""The region of a chain: flows between places, drawn and listed with their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubscope.portal.chain_map import Arrow, flow_map
from hubscope.portal.chain_view import ChainView
from hubscope.words import say

MOST_ROWS = 120
"""Flows the page lists; the rest are in its .csv and .json."""


def region(c: ChainView) -> Mapping[str, Any]:
    """What the page of flows shows: a drawing for each unit, and every figure."""
    flows = c.chain.body["flows"]
    points = {p["id"]: (p["latitude"], p["longitude"]) for p in c.chain.body["places"]}
    names = {p: c.chain.node_name(p, c.lang) for p in points}
    return {
        "maps": [
            _flow_map(c, unit, flows, points, names, ident=f"to{i}")
            for i, unit in enumerate(_units(flows, points))
        ],
        "ties": [_tie(c, t) for t in _sized(c)[:MOST_ROWS]],
        "flows": [_flow(c, f) for f in flows[:MOST_ROWS]],
    }


STRENGTHS = ("outflow", "salton", "coupling", "development", "coordination", "complementarity")


def _sized(c: ChainView) -> list[Mapping[str, Any]]:
    """Ties of which at least one strength is known, the newest first."""
    found = [t for t in c.chain.body["ties"] if any(t[s] is not None for s in STRENGTHS)]
    return sorted(found, key=lambda t: (t["unit"], -(t["year"] or 0), t["src"], t["dst"]))


def _tie(c: ChainView, t: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "src": c.node(t["src"]),
        "dst": c.node(t["dst"]),
        "year": t["year"],
        "value": c.figure(_link(c, t)),
        "outflow": c.share(t["outflow"], "outflow"),
        "numbers": [c.made(t[s], s, 3 if s == "salton" else 2) for s in STRENGTHS[1:]],
    }


def _units(flows: list[Mapping[str, Any]], points: Mapping[str, Any]) -> list[str]:
    drawn = [f["unit"] for f in flows if f["src"] in points and f["dst"] in points]
    return list(dict.fromkeys(drawn))


def _flow_map(
    c: ChainView,
    unit: str,
    flows: list[Mapping[str, Any]],
    points: Mapping[str, tuple[float, float]],
    names: Mapping[str, str],
    *,
    ident: str,
) -> Mapping[str, Any]:
    """The full year that tells most flows of one unit apart, the newest of them."""
    own = [f for f in flows if f["unit"] == unit and f["current"] and not f["period"]]
    whole = [f for f in own if f["src"] in points and f["dst"] in points]
    years = [f["year"] for f in whole]
    year = max(years, key=lambda y: (years.count(y), y))
    chosen = [f for f in whole if f["year"] == year]
    arrows = [
        Arrow(f["src"], f["dst"], f["value"], c.quantity(f["value"], f["unit"])) for f in chosen
    ]
    title = say(c.lang, f"chains.unit_name.{unit}") if unit in KNOWN_UNITS else unit
    label = f"{title} {year}: " + "; ".join(_flow_text(c, f, names) for f in chosen)
    drawing = flow_map(points, names, arrows, label=label, ident=ident)
    return {"title": title, "year": year, "drawing": drawing}


KNOWN_UNITS = ("1e8 CNY", "contracts", "branches")


def _flow_text(c: ChainView, f: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return f"{names[f['src']]} → {names[f['dst']]} {c.quantity(f['value'], f['unit'])}"


def _flow(c: ChainView, f: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "src": c.node(f["src"]),
        "dst": c.node(f["dst"]),
        "year": f["period"] or f["year"],
        "value": c.figure(_link(c, f)),
        "status": c.word("status", f["status"]),
        "vintage": f["vintage"],
        "current": f["current"],
    }


def _link(c: ChainView, f: Mapping[str, Any]) -> Mapping[str, Any]:
    """The link that a flow, or the strength of one, was read from."""
    key = f["dst"], f["unit"], f["year"], f.get("period", ""), f["value"]
    return next(
        x
        for x in c.chain.links_of[f["src"]]
        if x["rel"] == "flows_to"
        and (x["dst"], x["unit"], x["year"], x["period"], x["value"]) == key
        and f.get("vintage") in (None, c.chain.evidence[x["evidence"]]["vintage"])
    )
