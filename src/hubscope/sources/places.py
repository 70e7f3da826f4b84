"""Economies by their ISO 3166 alpha-3 code: names in both languages and the UN region.

Names are those in use in China and at the United Nations; the regions follow the UN's M49 list,
Africa and Oceania taken whole.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from hubscope.sources.chain_tables import make_evidence, make_link, make_node

REGIONS = {
    "africa": ("非洲", "Africa"),
    "central-america": ("中美洲", "Central America"),
    "central-asia": ("中亚", "Central Asia"),
    "eastern-asia": ("东亚", "Eastern Asia"),
    "eastern-europe": ("东欧", "Eastern Europe"),
    "europe": ("欧洲（未分国别）", "Europe, not by country"),
    "northern-america": ("北美", "Northern America"),
    "northern-europe": ("北欧", "Northern Europe"),
    "oceania": ("大洋洲", "Oceania"),
    "south-america": ("南美", "South America"),
    "south-eastern-asia": ("东南亚", "South-eastern Asia"),
    "southern-asia": ("南亚", "Southern Asia"),
    "southern-europe": ("南欧", "Southern Europe"),
    "western-asia": ("西亚", "Western Asia"),
    "western-europe": ("西欧", "Western Europe"),
}
OTHERS = {"Various countries": "多个国家", "World": "全球"}


@cache
def economies() -> dict[str, dict[str, str]]:
    """Rows of economies.csv by code."""
    text = (files("hubscope.sources") / "economies.csv").read_text("utf-8")
    return {row["code"]: row for row in csv.DictReader(text.splitlines())}


def place_names(code: str) -> tuple[str, str]:
    """The names of `code` in Chinese and English; an unknown code names itself."""
    row = economies().get(code)
    return (row["zh"], row["en"]) if row else (OTHERS.get(code, code), code)


def code_of(name: str) -> str | None:
    """The code of an economy named in English, by its code or in a source's own way."""
    for code, row in economies().items():
        if name in (code, row["en"], row["also"]):
            return code
    return None


def region_rows(
    places: Iterable[tuple[str, str]], retrieved: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, str]]:
    """Region nodes, part_of links and their evidence for `places`, pairs of node id and code."""
    evidence = make_evidence(
        source="United Nations Statistics Division, M49",
        locator="https://unstats.un.org/unsd/methodology/m49/",
        licence="facts only",
        status="published",
        retrieved=retrieved,
        note="Africa and Oceania are taken whole",
    )
    known = [(ident, economies()[code]["region"]) for ident, code in places if code in economies()]
    level = json.dumps({"level": "region"})
    nodes = [
        make_node(f"region-{r}", "place", *REGIONS[r], ext=level)
        for r in sorted({r for _, r in known})
    ]
    links = [make_link(i, f"region-{r}", "part_of", evidence["id"]) for i, r in known]
    return nodes, links, evidence
