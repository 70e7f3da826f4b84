"""The page of one node of a chain: its exposure, and every link with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubscope.portal.chain_view import ChainPages, ChainView, said
from hubscope.portal.sheet import Sheet
from hubscope.portal.view import View
from hubscope.words import say

MOST_ROWS = 120
"""Links a table lists; the rest are in the page's .csv and .json."""


def node_sheet(chain: ChainPages, ident: str) -> Sheet:
    """The page of the node `ident`."""

    def context(view: View) -> Mapping[str, Any]:
        return _node(ChainView(chain, view), ident)

    return Sheet(
        chain.node_path(ident),
        "chain_node.html",
        "chains",
        lambda v: chain.node_name(ident, v.lang),
        lambda v: say(v.lang, "chains.page.node_about", name=chain.node_name(ident, v.lang)),
        context,
        lambda seen, lang: [
            said(_link_row(chain, x, lang), seen, lang) for x in chain.links_of.get(ident, [])
        ],
    )


def _link_row(chain: ChainPages, link: Mapping[str, Any], lang: str) -> dict[str, Any]:
    ends = {f"{e}_name": chain.node_name(link[e], lang) for e in ("src", "dst")}
    evidence = {k: v for k, v in chain.evidence[link["evidence"]].items() if k != "id"}
    return {**link, **ends, **evidence}


def _node(c: ChainView, ident: str) -> Mapping[str, Any]:
    node, links = c.chain.nodes[ident], c.chain.links_of.get(ident, [])
    groups: dict[tuple[str, bool], list[Mapping[str, Any]]] = {}
    for link in links:
        groups.setdefault((link["rel"], link["dst"] == ident), []).append(link)
    exposed = c.chain.exposure.get(ident)
    return {
        "c": c,
        "kind": c.word("kind", node["kind"]),
        "back": {
            "href": c.view.to(f"{c.chain.path}/map"),
            "name": c.chain.title(c.lang),
        },
        "place": c.node(node["place"]) if node["place"] else "",
        "exposure": c.exposed(exposed) if exposed else None,
        "groups": [_group(c, rel, found, to_here=here) for (rel, here), found in groups.items()],
    }


def _group(
    c: ChainView, rel: str, links: list[Mapping[str, Any]], *, to_here: bool
) -> dict[str, Any]:
    other = "src" if to_here else "dst"
    order = sorted(links, key=lambda x: (-(x["year"] or 0), -(x["share"] or x["value"] or 0)))
    return {
        "title": c.view.word(f"chains.page.{'from' if to_here else 'to'}_{rel}"),
        "rows": [
            {
                "other": c.node(x[other]),
                "year": x["period"] or x["year"] or "",
                "figure": c.figure(x),
                "status": c.word("status", c.chain.evidence[x["evidence"]]["status"]),
            }
            for x in order[:MOST_ROWS]
        ],
        "more": max(len(order) - MOST_ROWS, 0),
    }
