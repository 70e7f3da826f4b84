"""Chains: the list of them, and for each its map, its boards and lists, its region, its nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from markupsafe import Markup

from hubscope.portal.chain_files import links_to_files
from hubscope.portal.chain_view import ChainPages, ChainView, said
from hubscope.portal.observatory import Observatory
from hubscope.portal.sheet import Rows, Sheet
from hubscope.portal.sheets import chain_linkage
from hubscope.portal.sheets.chain_boards import lists
from hubscope.portal.sheets.chain_maps import drawing, unfolded_sheet
from hubscope.portal.sheets.chain_node import node_sheet
from hubscope.portal.sheets.chain_region import region
from hubscope.portal.view import View
from hubscope.words import say

MOST_ROWS = 120
"""Rows a table on a page shows; the rest are in its .csv and .json."""

LISTS = ("boards", "work", "gaps", "partners", "tools", "matches")


def chains_of(seen: Observatory) -> list[ChainPages]:
    """The chains of an observatory that have a link to show."""
    return [ChainPages(body) for body in seen.chains if body["links"]]


def sheets(seen: Observatory) -> Iterator[Sheet]:
    """Every page about chains; none where there is no chain."""
    yield from main_sheets(seen)
    for chain in chains_of(seen):
        for ident in chain.nodes:
            if ident in chain.paged:
                yield node_sheet(chain, ident)


def main_sheets(seen: Observatory) -> Iterator[Sheet]:
    """Every page about chains but those of single nodes."""
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
        yield chain_linkage.sheet()
    for chain in found:
        yield from _of(chain)


def _of(chain: ChainPages) -> Iterator[Sheet]:
    yield _sheet(chain, "map", "chain_map.html", _map, "exposures")
    for number, _ in enumerate(chain.body.get("views", []), 1):
        yield unfolded_sheet(chain, number)
    yield _sheet(chain, "lists", "chain_lists.html", lists, "boards")
    for name in LISTS[1:]:
        if chain.body.get(name):
            yield _sheet(chain, name, "chain_list.html", partial(_one_list, name), name)
    if chain.body["flows"]:
        yield _sheet(chain, "region", "chain_region.html", region, "flows")


Make = Callable[[ChainView], Mapping[str, Any]]


def _sheet(chain: ChainPages, name: str, template: str, make: Make, table: str) -> Sheet:
    def title(view: View) -> str:
        return f"{chain.title(view.lang)} · {say(view.lang, f'chains.page.{name}')}"

    def context(view: View) -> Mapping[str, Any]:
        shown = ChainView(chain, view)
        whole = links_to_files(chain, view)
        return {"c": shown, "tabs": _tabs(shown, name), "whole": whole, **make(shown)}

    def about(view: View) -> str:
        ideas = "_ideas" if name == "map" and not chain.has_inputs else ""
        return say(view.lang, f"chains.page.{name}_about{ideas}")

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
    linkage = Markup('<a href="{}">{}</a>').format(
        view.to("chains/linkage"), view.word("chains.linkage.title")
    )
    return {"rows": rows, "c": ChainView(found[0], view), "linkage": linkage}


def _map(c: ChainView) -> Mapping[str, Any]:
    exposed = c.chain.body["exposures"]
    return {
        "drawing": drawing(c, 0),
        "exposures": [c.exposed(r) for r in exposed[:MOST_ROWS]],
        "more": max(len(exposed) - MOST_ROWS, 0),
        "shared": any(r["hhi_hi"] is not None or r["grade"] for r in exposed),
        "knockouts": [_knockout(c, r) for r in c.chain.body["knockouts"][:20]],
        "flags": [_flag(c, f) for f in c.chain.body["flags"]],
        "held": c.chain.body["held"],
        "note": c.chain.body["note"][c.lang],
        "home": c.node(c.chain.body["home"]) if c.chain.body["home"] else "",
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
    year = Markup("<time>{}</time>").format(flag["year"])
    return c.t("flag", item=c.node(flag["item"]), year=year, total=total)


def _one_list(name: str, c: ChainView) -> Mapping[str, Any]:
    found = c.chain.body[name]
    heads, line = {
        "work": (("kind", "activity", "rca", "density", "pci", "beside"), _work),
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


def _work(c: ChainView, r: Mapping[str, Any]) -> list[Any]:
    beside = c.view.t("joiner").join(c.node(n) for n in r["beside"])
    numbers = [c.made(r[k], k) for k in ("rca", "density", "pci")]
    return [c.word("work", r["kind"]), c.node(r["activity"]), *numbers, beside]


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
