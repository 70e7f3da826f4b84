"""The map of a chain and, where it folds nodes away, a page for each view that unfolds them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from markupsafe import Markup

from hubscope.portal.chain_map import Mark, chain_map
from hubscope.portal.chain_view import ChainPages, ChainView, said
from hubscope.portal.observatory import Observatory
from hubscope.portal.sheet import Rows, Sheet
from hubscope.portal.view import View
from hubscope.words import say

MOST_NAMED = 3
"""Nodes that the heading of a view names."""


def drawing(c: ChainView, number: int) -> Markup:
    """The drawing of one view; 0 is the whole map."""
    shown = _layout(c.chain, number)
    label = str(c.t("map_label"))
    return chain_map(
        shown, partial(_mark, c, number), partial(_told, c), label, _headings(c, shown)
    )


def _headings(c: ChainView, shown: Mapping[str, Any]) -> list[tuple[float, str]]:
    """The names of the chains that each band is part of, and the row with which it begins.

    None on a map of ideas, which draws what its nodes are part of.
    """
    if not c.chain.has_inputs:
        return []
    band = {s["id"]: {s["id"]} for s in shown["spots"]}
    for a, b, _ in shown["links"]:
        if band[a] is not band[b]:
            band[a] |= band[b]
            band.update(dict.fromkeys(band[a], band[a]))
    row = {s["id"]: s["row"] for s in shown["spots"]}
    joiner = say(c.lang, "chains.page.name_joiner")
    bands = {id(ids): ids for ids in band.values()}
    found = [
        (min(row[i] for i in ids), joiner.join(_part_of(c, sorted(ids)))) for ids in bands.values()
    ]
    return sorted((r, n) for r, n in found if n)


def _part_of(c: ChainView, ids: list[str]) -> list[str]:
    """The names of what nodes are part of, each once."""
    onto = (
        x["dst"]
        for i in ids
        for x in c.chain.links_of.get(i, [])
        if x["rel"] == "part_of" and x["src"] == i
    )
    return [c.chain.node_name(o, c.lang) for o in dict.fromkeys(onto)][:MOST_NAMED]


def _layout(chain: ChainPages, number: int) -> Mapping[str, Any]:
    body = chain.body
    found: Mapping[str, Any] = body["views"][number - 1]["layout"] if number else body["map"]
    return found


def _view_path(chain: ChainPages, number: int) -> str:
    return f"{chain.path}/map-{number}" if number else f"{chain.path}/map"


def _mark(c: ChainView, number: int, spot: Mapping[str, Any]) -> Mark:
    if spot["folded"]:
        name = str(c.t("folded", n=len(spot["folded"])))
        return Mark(name, _unfolds(c, number, spot["id"]), "bundle")
    known = spot["id"] in c.chain.paged
    href = c.view.to(c.chain.node_path(spot["id"])) if known else ""
    return Mark(c.chain.node_name(spot["id"], c.lang), href, c.standing(spot["id"]))


def _unfolds(c: ChainView, number: int, bundle: str) -> str:
    """The page on which a bundle of a view is unfolded; where there is none, its node's."""
    for view in c.chain.body.get("views", []):
        if view["parent"] == number and bundle in view["bundles"]:
            return c.view.to(_view_path(c.chain, view["number"]))
    onto = bundle.removeprefix("+")
    return c.view.to(c.chain.node_path(onto)) if onto in c.chain.paged else ""


def _told(c: ChainView, src: str, dst: str) -> str:
    """What a line of the map says: its ends, who says so, and how surely."""
    names = f"{c.chain.node_name(src, c.lang)} \u2192 {c.chain.node_name(dst, c.lang)}"
    for link in c.chain.links_of.get(src, []):
        if link["dst"] == dst and link["rel"] in ("input_to", "variant_of"):
            e = c.chain.evidence[link["evidence"]]
            source = c.view.data_words(e["source"])
            return f"{names}: {source} ({c.word('status', e['status'])})"
    return names


def unfolded_sheet(chain: ChainPages, number: int) -> Sheet:
    """The page of one view below the whole map."""

    def title(view: View) -> str:
        part = say(view.lang, "chains.page.unfolded", n=number)
        return f"{chain.title(view.lang)} \u00b7 {part}"

    def about(view: View) -> str:
        onto = [b.removeprefix("+") for b in chain.body["views"][number - 1]["bundles"]]
        names = [chain.node_name(o, view.lang) for o in onto if o][:MOST_NAMED]
        joined = say(view.lang, "chains.page.name_joiner").join(names)
        return say(view.lang, "chains.page.unfolded_about", names=joined)

    def context(view: View) -> Mapping[str, Any]:
        c = ChainView(chain, view)
        parent = chain.body["views"][number - 1]["parent"]
        back = {"href": view.to(_view_path(chain, parent)), "name": c.t("unfolded_back")}
        return {"c": c, "drawing": drawing(c, number), "back": back}

    def rows(seen: Observatory, lang: str) -> Rows:
        inside = {s["id"] for s in _layout(chain, number)["spots"]}
        return [said(r, seen, lang) for r in chain.rows("exposures", lang) if r["item"] in inside]

    path = _view_path(chain, number)
    return Sheet(path, "chain_unfolded.html", "chains", title, about, context, rows)
