"""Flows between places, one figure a row: technology contracts, branches, joint papers.

Columns year, metric, origin, destination, value, unit, status, source_kind, source_url, note;
`year` may be a year, 2014-2020 or 2025Q1. Two figures of one flow and year are both kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from hubscope.errors import nearest
from hubscope.sources.cells import read_cells
from hubscope.sources.chain_tables import Chain, make_chain, make_evidence, make_link
from hubscope.sources.raw import Fault, Raw, refuse

COLUMNS = (
    "year",
    "metric",
    "origin",
    "destination",
    "value",
    "unit",
    "status",
    "source_kind",
    "source_url",
    "note",
)
STATUS = {
    "published": "published",
    "published-rounded": "published",
    "published-secondary": "secondary",
    "secondary": "secondary",
    "derived": "derived",
    "estimated": "estimated",
    "expected": "target",
    "target": "target",
}


def read_flows(raw: Raw, places: Mapping[str, str], *, retrieved: str) -> Chain:
    """The flows as flows_to links; rows whose origin or destination is no place are left out.

    Args:
        raw: the file.
        places: id of the node of each name that the file uses for a place.
        retrieved: date on which the file was read.

    Raises:
        BadDataError: naming every faulty row.
    """
    cells, faults = read_cells(raw, COLUMNS, ("source_kind", "note"))
    refuse(faults or check(cells, raw.name))
    links, evidence = [], []
    for row in cells.iter_rows(named=True):
        src, dst = places.get(row["origin"]), places.get(row["destination"])
        if src is None or dst is None or src == dst:
            continue
        found = make_evidence(
            source=row["source_kind"],
            locator=row["source_url"],
            licence="facts only",
            status=STATUS[row["status"]],
            retrieved=retrieved,
            note=row["note"],
        )
        evidence.append(found)
        year, period = split_period(row["year"])
        more = {"year": year, "period": period, "value": float(row["value"])}
        links.append(make_link(src, dst, "flows_to", found["id"], unit=row["unit"], **more))
    return make_chain([], links, evidence)


def split_period(text: str) -> tuple[int, str]:
    """The last year of a period, and the period where it is more or less than that year."""
    year = int(re.findall(r"\d{4}", text)[-1])
    return year, "" if text == str(year) else text


def check(cells: pl.DataFrame, file: str) -> list[Fault]:
    """Years, values and statuses that cannot be read."""
    value = pl.col("value").cast(pl.Float64, strict=False)
    period = r"^\d{4}(-\d{4}|Q[1-4])?$"
    wrong = {
        "year": (~pl.col("year").str.contains(period), "like 2023, 2014-2020 or 2025Q1"),
        "value": (value.is_null() | ~value.is_finite(), "digits and a point only"),
    }
    faults = [
        Fault(file, line, column, f"{cell!r} cannot be read", hint)
        for column, (mask, hint) in wrong.items()
        for line, cell in cells.filter(mask).select("line", column).iter_rows()
    ]
    odd = cells.filter(~pl.col("status").is_in(list(STATUS)))
    return faults + [
        Fault(file, line, "status", f"unknown status {cell!r}", nearest(cell, STATUS))
        for line, cell in odd.select("line", "status").iter_rows()
    ]
