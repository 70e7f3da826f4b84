"""The chip supply chain of the Emerging Technology Observatory: inputs, sequence, providers.

The data are CC BY-NC 4.0: read from the user's own copy, never shipped with hubscope, and left out
of what is exported unless the user asks for it. Columns as of the release of August 2026.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from hubscope.errors import BadDataError, nearest
from hubscope.sources.cells import read_cells
from hubscope.sources.chain_tables import Chain, make_chain, make_evidence, make_link, make_node
from hubscope.sources.places import place_names, region_rows
from hubscope.sources.raw import Fault, Raw, raw, refuse

LICENCE = "CC BY-NC 4.0"
PRODUCER = "Emerging Technology Observatory, chip supply chain"
_CHART = tuple(f"market_share_chart_{c}" for c in ("global_market_size_info", "caption", "source"))
FILES: dict[str, tuple[str, ...]] = {
    "inputs": (
        "input_id",
        "input_name",
        "type",
        "stage_name",
        "stage_id",
        "description",
        "year",
        *_CHART,
    ),
    "stages": ("stage_id", "stage_name", "description", *_CHART),
    "providers": ("provider_name", "alias", "provider_id", "provider_type", "country"),
    "provision": (
        "provider_name",
        "provider_id",
        "provided_name",
        "provided_id",
        "share_provided",
        "year",
        "source",
    ),
    "sequence": (
        "input_name",
        "input_id",
        "goes_into_name",
        "goes_into_id",
        "is_type_of_name",
        "is_type_of_id",
    ),
}
"""Columns of each file."""

_KINDS = {"ultimate_output": "product"}


def read_folder(folder: Path, *, retrieved: str) -> Chain:
    """The chain of a folder with the five CSV files.

    Args:
        folder: holds inputs.csv, stages.csv, providers.csv, provision.csv, sequence.csv.
        retrieved: date on which the files were fetched, ISO 8601.

    Raises:
        BadDataError: naming every fault with its line.
    """
    missing = [f"{n}.csv" for n in FILES if not (folder / f"{n}.csv").is_file()]
    if missing:
        names = [f.name for f in folder.glob("*.csv")]
        raise BadDataError(f"{folder} lacks {', '.join(missing)}", hint=nearest(missing[0], names))
    sources = {name: raw(folder / f"{name}.csv") for name in FILES}
    cells, faults = _read(sources)
    refuse(faults)
    refuse(check(cells))
    return table(cells, retrieved)


def _read(sources: Mapping[str, Raw]) -> tuple[dict[str, pl.DataFrame], list[Fault]]:
    read = {name: read_cells(source, FILES[name]) for name, source in sources.items()}
    faults = [f for _, found in read.values() for f in found]
    return {name: frame for name, (frame, _) in read.items()}, faults


def check(cells: Mapping[str, pl.DataFrame]) -> list[Fault]:
    """Ids that no file defines, and shares that are no percentages."""
    provision, sequence = cells["provision"], cells["sequence"]
    inputs = cells["inputs"]["input_id"].to_list()
    made = [*inputs, *cells["stages"]["stage_id"].to_list()]
    faults = _lost(provision, "provision.csv", "provided_id", made)
    providers = cells["providers"]["provider_id"].to_list()
    faults += _lost(provision, "provision.csv", "provider_id", providers)
    for column in ("input_id", "goes_into_id", "is_type_of_id"):
        faults += _lost(sequence, "sequence.csv", column, inputs)
    share = pl.col("share_provided").cast(pl.Float64, strict=False)
    bad = (pl.col("share_provided") != "") & (share.is_null() | (share < 0) | (share > 100))
    return faults + [
        Fault("provision.csv", line, "share_provided", f"{cell!r} is no percentage")
        for line, cell in provision.filter(bad).select("line", "share_provided").iter_rows()
    ]


def _lost(frame: pl.DataFrame, file: str, column: str, valid: list[str]) -> list[Fault]:
    rows = frame.filter((pl.col(column) != "") & ~pl.col(column).is_in(valid))
    return [
        Fault(file, line, column, f"unknown id {cell!r}", nearest(cell, valid))
        for line, cell in rows.select("line", column).iter_rows()
    ]


def table(cells: Mapping[str, pl.DataFrame], retrieved: str) -> Chain:
    """The chain of checked cells; a provider's aliases stay with it, so it is joined once."""
    nodes = [*_input_nodes(cells), *_provider_nodes(cells["providers"])]
    countries = cells["providers"].filter(pl.col("provider_type") == "country")
    ids = _country_ids(countries)
    coded = {(ids[i], n) for i, n in countries.select("provider_id", "provider_name").rows()}
    regions, part_of, standard = region_rows(sorted(coded), retrieved)
    flow = make_evidence(
        source=PRODUCER,
        locator="sequence.csv",
        licence=LICENCE,
        status="published",
        retrieved=retrieved,
    )
    nodes += regions
    links = [*_sequence(cells["sequence"], flow["id"]), *part_of]
    evidence = [flow, standard]
    for row in cells["provision"].iter_rows(named=True):
        found = _provision_evidence(row, retrieved)
        evidence.append(found)
        holder = ids.get(row["provider_id"], row["provider_id"])
        links.append(_supply(row, holder, found["id"]))
    return make_chain(nodes, links, evidence)


def _input_nodes(cells: Mapping[str, pl.DataFrame]) -> Iterator[dict[str, Any]]:
    for row in cells["stages"].iter_rows(named=True):
        yield make_node(row["stage_id"], "stage", row["stage_name"], row["stage_name"])
    for row in cells["inputs"].iter_rows(named=True):
        ext = {"type": row["type"], "stage": row["stage_id"]}
        yield make_node(
            row["input_id"],
            _KINDS.get(row["type"], "input"),
            row["input_name"],
            row["input_name"],
            ext=json.dumps({k: v for k, v in ext.items() if v}, sort_keys=True),
        )


def _country_ids(countries: pl.DataFrame) -> dict[str, str]:
    """The id of each country: its code, so that chains of several sources share places."""
    rows = countries.select("provider_id", "provider_name").iter_rows()
    return {i: _slug(name) for i, name in rows}


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name)


def _provider_nodes(providers: pl.DataFrame) -> Iterator[dict[str, Any]]:
    grouped = providers.group_by("provider_id", maintain_order=True).agg(
        pl.col("provider_name", "provider_type", "country").first(), pl.col("alias")
    )
    ids = _country_ids(grouped.filter(pl.col("provider_type") == "country"))
    codes = set(ids.values())
    for row in grouped.iter_rows(named=True):
        name = row["provider_name"]
        aliases = [a for a in dict.fromkeys(row["alias"]) if a]
        residual = name.lower().startswith("various")
        if row["provider_type"] == "country":
            zh, en = place_names(name)
            ext = {"level": "country", "provider_id": row["provider_id"]} | (
                {"residual": True} if residual else {}
            )
            kind, place = "place", None
        else:
            zh = en = name
            ext = {"residual": True} if residual else {}
            home = _slug(row["country"])
            kind, place = "org", home if home in codes else None
        text = json.dumps(ext, sort_keys=True)
        ident = ids.get(row["provider_id"], row["provider_id"])
        yield make_node(ident, kind, zh, en, place=place, aliases=aliases, ext=text)


def _sequence(sequence: pl.DataFrame, evidence: str) -> Iterator[dict[str, Any]]:
    for row in sequence.iter_rows(named=True):
        for column, rel in (("goes_into_id", "input_to"), ("is_type_of_id", "variant_of")):
            if row[column]:
                yield make_link(row["input_id"], row[column], rel, evidence)


def _provision_evidence(row: Mapping[str, str], retrieved: str) -> dict[str, str]:
    return make_evidence(
        source=PRODUCER,
        locator=row["source"] or "provision.csv",
        licence=LICENCE,
        status="published",
        vintage=row["year"],
        retrieved=retrieved,
    )


def _supply(row: Mapping[str, str], holder: str, evidence: str) -> dict[str, Any]:
    share = float(row["share_provided"]) if row["share_provided"] else None
    year = int(row["year"]) if row["year"] else None
    return make_link(holder, row["provided_id"], "supplies", evidence, share=share, year=year)
