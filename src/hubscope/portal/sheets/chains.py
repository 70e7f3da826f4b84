"""Chains: the list of them, and for each its map, its boards and lists, its region, its nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from markupsafe import Markup

from hubscope.portal.chain_map import Arrow, Mark, chain_map, flow_map
from hubscope.portal.chain_view import ChainPages, ChainView, said
from hubscope.portal.observatory import Observatory
from hubscope.portal.sheet import Rows, Sheet
from hubscope.portal.view import View
from hubscope.words import say

MOST_ROWS = 120
"""Rows a table on a page shows; the rest are in its .csv and .json."""

MOST_NODES = 600
"""Nodes with a page of their own."""

LISTS = ("boards", "gaps", "partners", "tools", "matches")


def chains_of(seen: Observatory) -> list[ChainPages]:
    """The chains of an observatory that have a link to show."""
    return [ChainPages(body) for body in seen.chains if body["links"]]


def sheets(seen: Observatory) -> Iterator[Sheet]:
    """Every page about chains; none where there is no chain."""
    found = chains_of(seen)
    if found:
        yield Sheet(
            "chains/index",
            "chains.html",
            "chains",
            lambda v: v.word("chains.page.title"),
            lambda v: say(v.lang, "chains.page.about"),
            partial(_index, found),
            lambda _seen, lang: [_summary(c, lang) for c in found],
        )
    for chain in found:
        yield from _of(chain)


def _of(chain: ChainPages) -> Iterator[Sheet]:
    yield _sheet(chain, "map", "chain_map.html", _map, "exposures")
    yield _sheet(chain, "lists", "chain_lists.html", _lists, "boards")
    for name in LISTS[1:]:
        if chain.body.get(name):
            yield _sheet(chain, name, "chain_list.html", partial(_one_list, name), name)
    if chain.body["flows"]:
        yield _sheet(chain, "region", "chain_region.html", _region, "flows")
    for ident in list(chain.nodes)[:MOST_NODES]:
        yield _node_sheet(chain, ident)


Make = Callable[[ChainView], Mapping[str, Any]]


def _sheet(chain: ChainPages, name: str, template: str, make: Make, table: str) -> Sheet:
    def title(view: View) -> str:
        return f"{chain.title(view.lang)} · {say(view.lang, f'chains.page.{name}')}"

    def context(view: View) -> Mapping[str, Any]:
        shown = ChainView(chain, view)
        return {"c": shown, "tabs": _tabs(shown, name), **make(shown)}

    def about(view: View) -> str:
        return say(view.lang, f"chains.page.{name}_about")

    def found(seen: Observatory, lang: str) -> Rows:
        return [said(row, seen, lang) for row in chain.rows(table, lang)]

    return Sheet(f"{chain.path}/{name}", template, "chains", title, about, context, found)


def _tabs(c: ChainView, here: str) -> list[dict[str, Any]]:
    names = ["map", *(n for n in ("lists", *LISTS[1:]) if n == "lists" or c.chain.body.get(n))]
    names += ["region"] if c.chain.body["flows"] else []
    return [
        {"name": c.t(n), "href": c.view.to(f"{c.chain.path}/{n}"), "here": n == here} for n in names
    ]


def _summary(chain: ChainPages, lang: str) -> dict[str, Any]:
    counts = chain.body["counts"]
    return {
        "chain": chain.name,
        "name": chain.title(lang),
        "nodes": sum(counts["nodes"].values()),
        "links": sum(counts["links"].values()),
        "evidence": sum(counts["evidence"].values()),
        "flags": len(chain.body["flags"]),
        "held": sum(chain.body["held"].values()),
    }


def _index(found: list[ChainPages], view: View) -> Mapping[str, Any]:
    rows = []
    for chain in found:
        c = ChainView(chain, view)
        counts = _summary(chain, view.lang)
        link = Markup('<a href="{}">{}</a>').format(
            view.to(f"{chain.path}/map"), chain.title(view.lang)
        )
        numbers = [c.count(counts[k]) for k in ("nodes", "links", "evidence", "flags")]
        rows.append({"link": link, "numbers": numbers})
    return {"rows": rows, "c": ChainView(found[0], view)}


def _map(c: ChainView) -> Mapping[str, Any]:
    exposed = c.chain.body["exposures"]
    return {
        "drawing": chain_map(c.chain.body["map"], partial(_mark, c), str(c.t("map_label"))),
        "exposures": [_exposure(c, r) for r in exposed[:MOST_ROWS]],
        "more": max(len(exposed) - MOST_ROWS, 0),
        "knockouts": [_knockout(c, r) for r in c.chain.body["knockouts"][:20]],
        "flags": [_flag(c, f) for f in c.chain.body["flags"]],
        "held": c.chain.body["held"],
        "home": c.node(c.chain.body["home"]) if c.chain.body["home"] else "",
    }


def _mark(c: ChainView, spot: Mapping[str, Any]) -> Mark:
    if spot["folded"]:
        name = str(c.t("folded", n=len(spot["folded"])))
        return Mark(name, "", "bundle")
    return Mark(
        c.chain.node_name(spot["id"], c.lang),
        c.view.to(c.chain.node_path(spot["id"])),
        c.standing(spot["id"]),
    )


def _exposure(c: ChainView, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "item": c.node(row["item"]),
        "standing": c.standing(row["item"]),
        "year": row["year"],
        "foreign": c.share(row["foreign"], "foreign"),
        "hhi": c.made(row["hhi"], "hhi"),
        "range": c.between(row["hhi_lo"], row["hhi_hi"], "hhi"),
        "substitution": c.between(row["substitution_lo"], row["substitution_hi"], "substitution"),
        "reached": c.share(row["reached"], "reached"),
        "dominated": c.count(row["dominated"]),
        "left": c.between(row.get("left_lo"), row.get("left_hi"), "left"),
        "grade": row["grade"] or "",
    }


def _knockout(c: ChainView, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "lost": c.node(row["lost"]),
        "hit": c.count(row["hit"]),
        "strict": c.made(row["strict"], "strict"),
        "left": c.between(row["left_lo"], row["left_hi"], "left"),
    }


def _flag(c: ChainView, flag: Mapping[str, Any]) -> Markup:
    total = c.made(flag["total"], "share_sum", 1)
    return c.t("flag", item=c.node(flag["item"]), year=flag["year"], total=total)


def _lists(c: ChainView) -> Mapping[str, Any]:
    boards = c.chain.body.get("boards", [])
    return {
        "boards": [
            {
                "segment": c.node(b["segment"]),
                "year": b["year"],
                "board": c.word("board", b["board"]),
                "kind": b["board"],
                "signals": [c.made(b[s], f"signal_{s}") for s in SIGNALS],
                "missing": c.view.t("joiner").join(c.word("signal", m) for m in b["missing"]),
            }
            for b in boards
        ],
        "signals": [c.word("signal", s) for s in SIGNALS],
        "home": c.node(c.chain.body["home"]) if c.chain.body["home"] else "",
    }


SIGNALS = ("science", "patent", "product", "security")


def _one_list(name: str, c: ChainView) -> Mapping[str, Any]:
    found = c.chain.body[name]
    heads, line = {
        "gaps": (("item", "certainty", "foreign", "hhi", "top", "grade"), _gap),
        "partners": (("item", "holder", "at_home", "share"), _partner),
        "tools": (("item", "tool", "reason"), _tool),
        "matches": (("scenario", "need", "provider", "via", "strength"), _match),
    }[name]
    return {
        "name": name,
        "heads": [c.view.word(f"chains.column.{h}") for h in heads],
        "rows": [line(c, r) for r in found[:MOST_ROWS]],
        "more": max(len(found) - MOST_ROWS, 0),
    }


def _gap(c: ChainView, r: Mapping[str, Any]) -> list[Any]:
    foreign = c.between(r["foreign_lo"], r["foreign_hi"], "foreign")
    hhi = c.between(r["hhi_lo"], r["hhi_hi"], "hhi")
    certainty = c.word("certainty", r["certainty"])
    return [c.node(r["item"]), certainty, foreign, hhi, c.node(r["top"]), r["grade"]]


def _partner(c: ChainView, r: Mapping[str, Any]) -> list[Any]:
    link = next(
        x
        for x in c.chain.links_of[r["holder"]]
        if x["dst"] == r["item"] and x["rel"] == "supplies" and x["year"] == r["year"]
    )
    home = c.view.word("chains.page.yes" if r["at_home"] else "chains.page.no")
    return [c.node(r["item"]), c.node(r["holder"]), home, c.figure(link)]


def _tool(c: ChainView, r: Mapping[str, Any]) -> list[Any]:
    return [c.node(r["item"]), c.word("tool", r["tool"]), c.word("why", r["reason"])]


def _match(c: ChainView, r: Mapping[str, Any]) -> list[Any]:
    names = [c.node(r[k]) for k in ("scenario", "need", "provider", "via")]
    if r["evidence"] is None:
        return [*names, c.unknown()]
    shown = c.view.opened(f"{r['strength']:.2f}", c.evidence_card(r["evidence"]))
    return [*names, shown]


def _region(c: ChainView) -> Mapping[str, Any]:
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


def _node_sheet(chain: ChainPages, ident: str) -> Sheet:
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
        "exposure": _exposure(c, exposed) if exposed else None,
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
