"""Country shares of the photovoltaic supply chain: one row a year, country and stage.

Columns year, country, share_pct, stage, source, as the PV_ICE baselines (NREL, BSD-3-Clause) are
commonly laid out. Those baselines hold later years constant or project them: rows after `until`
become estimates.
"""

from __future__ import annotations

import json
import re

import polars as pl

from hubscope.sources.cells import read_cells
from hubscope.sources.chain_tables import Chain, make_chain, make_evidence, make_link, make_node
from hubscope.sources.places import code_of, place_names, region_rows
from hubscope.sources.raw import Fault, Raw, refuse

COLUMNS = ("year", "country", "share_pct", "stage", "source")
LICENCE = "BSD-3-Clause"
PRODUCER = "National Renewable Energy Laboratory, PV_ICE baselines"
OUTPUT = "pv-module"
STAGES: dict[str, tuple[str, str, str, str]] = {
    "polysilicon/silicon": ("pv-silicon", "硅料", "Silicon", OUTPUT),
    "module": (OUTPUT, "光伏组件", "Module", ""),
    "glass": ("pv-glass", "光伏玻璃", "Glass", OUTPUT),
    "backsheet": ("pv-backsheet", "背板", "Backsheet", OUTPUT),
    "encapsulant": ("pv-encapsulant", "封装胶膜", "Encapsulant", OUTPUT),
    "aluminium frames": ("pv-frame", "铝边框", "Aluminium frame", OUTPUT),
    "copper": ("pv-copper", "铜", "Copper", OUTPUT),
    "silver": ("pv-silver", "银", "Silver", OUTPUT),
}
"""Id, names and what each stage goes into."""

RESIDUAL = "World"
"""The rest of the world: a holder that stands for many."""


def read_shares(raw: Raw, *, retrieved: str, until: int = 2021) -> Chain:
    """The chain of a file of shares.

    Raises:
        BadDataError: naming every unknown stage, bad year or share with its line.
    """
    cells, faults = read_cells(raw, COLUMNS)
    refuse(faults or check(cells, raw.name))
    return table(cells, retrieved, until)


def check(cells: pl.DataFrame, file: str) -> list[Fault]:
    """Unknown stages, and years and shares that are no numbers."""
    share = pl.col("share_pct").cast(pl.Float64, strict=False)
    wrong = {
        "stage": (~pl.col("stage").is_in(list(STAGES)), f"stages are {', '.join(STAGES)}"),
        "year": (~pl.col("year").str.contains(r"^(19|20)\d\d$"), "four digits"),
        "share_pct": (
            (pl.col("share_pct") != "") & (share.is_null() | (share < 0) | (share > 100)),
            "a percentage from 0 to 100, or empty",
        ),
    }
    return [
        Fault(file, line, column, f"{cell!r} cannot be read", hint)
        for column, (mask, hint) in wrong.items()
        for line, cell in cells.filter(mask).select("line", column).iter_rows()
    ]


def _slug(country: str) -> str:
    return code_of(country) or re.sub(r"[^A-Za-z0-9]", "-", country)


def table(cells: pl.DataFrame, retrieved: str, until: int = 2021) -> Chain:
    """The chain of checked cells."""
    stages = [s for s in STAGES if s in set(cells["stage"])]
    countries = sorted({_slug(c) for c in cells["country"]})
    nodes = [
        make_node(ident, "product" if ident == OUTPUT else "input", zh, en)
        for ident, zh, en, _ in (STAGES[s] for s in stages)
    ]
    for code in countries:
        ext: dict[str, object] = {"level": "country"}
        ext |= {"residual": True} if code == RESIDUAL else {}
        text = json.dumps(ext, sort_keys=True)
        nodes.append(make_node(code, "place", *place_names(code), ext=text))
    regions, part_of, standard = region_rows(((c, c) for c in countries), retrieved)
    shown = {s: _evidence(cells, s, retrieved) for s in ("published", "estimated")}
    links = [
        make_link(STAGES[s][0], STAGES[s][3], "input_to", shown["published"]["id"])
        for s in stages
        if STAGES[s][3]
    ]
    links += part_of
    for row in cells.select(COLUMNS).iter_rows(named=True):
        year = int(row["year"])
        grade = shown["published" if year <= until else "estimated"]["id"]
        share = float(row["share_pct"]) if row["share_pct"] else None
        to = STAGES[row["stage"]][0]
        links.append(
            make_link(_slug(row["country"]), to, "supplies", grade, year=year, share=share)
        )
    return make_chain([*nodes, *regions], links, [*shown.values(), standard])


def _evidence(cells: pl.DataFrame, status: str, retrieved: str) -> dict[str, str]:
    note = "" if status == "published" else "held constant or projected by the source"
    return make_evidence(
        source=PRODUCER,
        locator=cells["source"][0] if cells.height else "",
        licence=LICENCE,
        status=status,
        retrieved=retrieved,
        note=note,
    )
