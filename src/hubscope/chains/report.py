"""Everything that pages, lists and files show of one chain, computed once."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

import polars as pl

from hubscope.chains import lists
from hubscope.chains.export import to_json_rows
from hubscope.chains.exposure import cuts, exposures
from hubscope.chains.graph import has_inputs, input_graph, mapping_graph
from hubscope.chains.knockout import laboratory, singles
from hubscope.chains.layout import layout
from hubscope.chains.licence import publishable
from hubscope.chains.load import Named
from hubscope.chains.quotients import quotients
from hubscope.chains.region import flows, places, vintages
from hubscope.chains.scenarios import matches
from hubscope.chains.signals import chain_boards, nearby_boards
from hubscope.chains.supply import at_level, concentration_table, holdings, members
from hubscope.chains.ties import chain_strength
from hubscope.chains.unfold import views
from hubscope.chains.work import place_values, work_list
from hubscope.sources.chain_rules import share_sums
from hubscope.sources.chain_tables import Chain

MOST_INPUTS = 5000
"""Inputs above which knock-outs are left to the command line."""


def report(
    named: Named, focus: str, *, draws: int = 1000, beside: pl.DataFrame | None = None
) -> dict[str, Any]:
    """One chain as JSON holds it: only what its licences let be published.

    Args:
        named: the chain.
        focus: the workspace's hub, home where the chain names none.
        draws: draws of each knock-out.
        beside: what the store says of the chain's segments and may be published.
    """
    chain, held = publishable(named.chain)
    home = _home(chain, named.settings.home or focus)
    graph = input_graph(chain) if has_inputs(chain) else mapping_graph(chain)
    whole = layout(graph)
    return {
        "name": named.name,
        "zh": named.settings.zh or named.name,
        "en": named.settings.en or named.name,
        "note": {"zh": named.settings.note_zh, "en": named.settings.note_en},
        "home": home,
        "held": held,
        "counts": _counts(chain),
        "nodes": chain.nodes.to_pylist(),
        "links": chain.links.to_pylist(),
        "evidence": chain.evidence.to_pylist(),
        "flags": [asdict(s) for s in share_sums(chain)],
        "map": asdict(whole),
        "views": [asdict(v) for v in views(graph, whole)],
        **{
            name: to_json_rows(t)
            for name, t in tables(chain, home, draws=draws, beside=beside).items()
        },
    }


def _home(chain: Chain, home: str) -> str:
    return home if home in chain.nodes["id"].to_pylist() else ""


def _counts(chain: Chain) -> dict[str, dict[str, int]]:
    return {
        "nodes": dict(sorted(Counter(chain.nodes["kind"].to_pylist()).items())),
        "links": dict(sorted(Counter(chain.links["rel"].to_pylist()).items())),
        "evidence": dict(sorted(Counter(chain.evidence["status"].to_pylist()).items())),
    }


def tables(
    chain: Chain, home: str = "", *, draws: int = 1000, beside: pl.DataFrame | None = None
) -> dict[str, pl.DataFrame]:
    """The tables of a chain by name, each useful as a file of its own.

    concentration (all levels), exposures, knockouts, flows, vintages, ties, matches, cuts, places;
    with a home also boards, nearby, quotients, work, gaps, partners, tools.

    Args:
        chain: the chain.
        home: the place whose boards and lists are made.
        draws: draws of each knock-out.
        beside: what the store says of the chain's segments.
    """
    graph = input_graph(chain)
    few = draws if graph.n <= MOST_INPUTS else 0
    exposed = exposures(chain, home=home, draws=few)
    found = flows(chain)
    made = {
        "concentration": _concentration(chain, home),
        "exposures": exposed,
        "knockouts": _knockouts(chain, few),
        "flows": found,
        "vintages": vintages(found),
        "ties": chain_strength(chain, found, place_values(chain)),
        "matches": matches(chain),
        "places": places(chain),
        "cuts": pl.DataFrame(
            [(o, c) for o, c in cuts(graph).items()] if graph.n <= MOST_INPUTS else [],
            schema={"output": pl.String, "cut": pl.List(pl.String)},
            orient="row",
        ),
    }
    if home:
        made["boards"] = chain_boards(chain, home, beside=beside)
        made["nearby"] = nearby_boards(chain, home, beside=beside)
        own = quotients(chain)
        made["quotients"] = own.filter(pl.col("place") == home)
        made["work"] = work_list(chain, home)
        made |= work_lists(chain, home, exposed)
    return made


def work_lists(chain: Chain, home: str, exposed: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The gap, partner and tool lists of `home`; what nobody has figures of is to be found out."""
    gaps = lists.gap_list(exposed)
    inside = members(chain, at_level(chain, home, "country"))
    rows = pl.concat([holdings(chain, level) for level in ("firm", "country")])
    partners = lists.partner_list(
        rows.unique(["item", "year", "holder"], keep="first", maintain_order=True), gaps, inside
    )
    near = partners.filter(pl.col("at_home")).select("item", "holder")
    sure = gaps.filter(pl.col("certainty") == "gap")["item"].to_list()
    open_ = exposed.filter(pl.col("item").is_in(sure) | pl.col("hhi").is_null())
    return {"gaps": gaps, "partners": partners, "tools": lists.tool_list(open_, near)}


def _concentration(chain: Chain, home: str) -> pl.DataFrame:
    found = []
    for level in ("country", "region", "firm"):
        own = home if home and level != "region" else ""
        part = concentration_table(chain, level, own).with_columns(level=pl.lit(level))
        found.append(part)
    return pl.concat(found, how="diagonal")


def _knockouts(chain: Chain, draws: int) -> pl.DataFrame:
    found = singles(laboratory(chain), draws=draws) if draws else []
    rows = [(x.lost[0], x.hit, x.strict, x.lo, x.median, x.hi) for x in found]
    schema = {
        "lost": pl.String,
        "hit": pl.Int64,
        **dict.fromkeys(("strict", "left_lo", "left", "left_hi"), pl.Float64),
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
