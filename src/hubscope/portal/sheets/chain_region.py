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
        "maps": [_flow_map(c, unit, flows, points, names) for unit in _units(flows, points)],
        "flows": [_flow(c, f) for f in flows[:MOST_ROWS]],
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
    return {"title": title, "year": year, "drawing": flow_map(points, names, arrows, label)}


KNOWN_UNITS = ("1e8 CNY", "contracts", "branches")


def _flow_text(c: ChainView, f: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return f"{names[f['src']]} → {names[f['dst']]} {c.quantity(f['value'], f['unit'])}"


def _flow(c: ChainView, f: Mapping[str, Any]) -> dict[str, Any]:
    found = next(
        x
        for x in c.chain.links_of[f["src"]]
        if x["rel"] == "flows_to"
        and (x["dst"], x["unit"], x["year"], x["period"]) == _flow_key(f)
        and x["value"] == f["value"]
        and c.chain.evidence[x["evidence"]]["vintage"] == f["vintage"]
    )
    return {
        "src": c.node(f["src"]),
        "dst": c.node(f["dst"]),
        "year": f["period"] or f["year"],
        "value": c.figure(found),
        "status": c.word("status", f["status"]),
        "vintage": f["vintage"],
        "current": f["current"],
    }


def _flow_key(f: Mapping[str, Any]) -> tuple[Any, ...]:
    return f["dst"], f["unit"], f["year"], f["period"]
