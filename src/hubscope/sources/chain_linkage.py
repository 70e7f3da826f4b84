"""A city's own tables of papers, patents and the papers that patents cite: `linkage/*.csv`.

papers.csv has one row for each paper, field and affiliation; patents.csv one for each patent, field
and place; pairs.csv one for each patent and paper it cites. A place is an id of the workspace's
hubs, `elsewhere` where it is known to be none of them, or empty where nobody knows.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from hubscope.errors import nearest
from hubscope.sources.cells import read_cells
from hubscope.sources.raw import Fault, Raw, refuse

ELSEWHERE = "elsewhere"
TYPES = (
    "education",
    "company",
    "facility",
    "government",
    "healthcare",
    "nonprofit",
    "funder",
    "archive",
    "other",
)
"""Kinds of institutions in the words of ROR; empty where the kind is not known."""

PAPERS = ("paper", "year", "field", "type", "place")
PATENTS = ("patent", "year", "field", "place")
PAIRS = ("patent", "paper")
YEARS = 1800, 2100


def read_papers(raw: Raw, places: Collection[str]) -> dict[str, pl.DataFrame]:
    """papers.csv as the tables `papers` (paper, year, field) and `parts` (paper, type, place).

    Raises:
        BadDataError: naming every faulty line.
    """
    cells, faults = read_cells(raw, PAPERS, ("type", "place", "field"))
    faults += _check(cells, raw.name, "paper", places) if not faults else []
    if not faults:
        odd = cells.filter((pl.col("type") != "") & ~pl.col("type").is_in(TYPES))
        faults = [
            Fault(raw.name, line, "type", f"unknown kind {cell!r}", nearest(cell, TYPES))
            for line, cell in odd.select("line", "type").iter_rows()
        ]
    refuse(faults)
    fields = cells.select("paper", _year(), "field")
    whole = fields.with_columns(pl.lit("all").alias("field"))
    kind = pl.when(pl.col("type") != "").then(pl.col("type")).alias("type")
    return {
        "papers": pl.concat([whole, fields.filter(pl.col("field") != "")]).unique().sort(pl.all()),
        "parts": cells.select("paper", kind, _place()).unique().sort(pl.all()),
    }


def read_patents(raw: Raw, places: Collection[str]) -> pl.DataFrame:
    """patents.csv as patent, year, field, place; each patent once more under the field "all".

    Raises:
        BadDataError: naming every faulty line.
    """
    cells, faults = read_cells(raw, PATENTS, ("field", "place"))
    refuse(faults or _check(cells, raw.name, "patent", places))
    fields = cells.select("patent", _year(), "field", _place())
    whole = fields.with_columns(pl.lit("all").alias("field"))
    return pl.concat([whole, fields.filter(pl.col("field") != "")]).unique().sort(pl.all())


def read_paper_pairs(raw: Raw) -> pl.DataFrame:
    """pairs.csv with the columns patent and paper.

    Raises:
        BadDataError: naming every faulty line.
    """
    cells, faults = read_cells(raw, PAIRS)
    empty = cells.filter((pl.col("patent") == "") | (pl.col("paper") == ""))
    faults += [Fault(raw.name, n, "", "a patent without its paper") for n in empty["line"]]
    refuse(faults)
    return cells.select(PAIRS).unique().sort(pl.all())


def _year() -> pl.Expr:
    return pl.col("year").cast(pl.Int32, strict=False)


def _place() -> pl.Expr:
    place = pl.col("place")
    known = pl.when(place == ELSEWHERE).then(pl.lit("")).otherwise(place)
    return pl.when(place != "").then(known).alias("place")


def _check(cells: pl.DataFrame, file: str, ident: str, places: Collection[str]) -> list[Fault]:
    """Missing ids, years that cannot be read or differ for one id, places that are no hub."""
    year, names = _year(), [*places, ELSEWHERE]
    nameless = cells.filter(pl.col(ident) == "")
    odd = cells.filter(year.is_null() | ~year.is_between(*YEARS))
    strange = cells.filter((pl.col("place") != "") & ~pl.col("place").is_in(names))
    several = cells.filter(pl.col("year") != pl.col("year").first().over(ident))
    return [
        *(Fault(file, n, ident, "the id is missing") for n in nameless["line"]),
        *(
            Fault(file, n, "year", f"{cell!r} is no year", "like 2023")
            for n, cell in odd.select("line", "year").iter_rows()
        ),
        *(
            Fault(file, n, "place", f"no hub {cell!r}", nearest(cell, names))
            for n, cell in strange.select("line", "place").iter_rows()
        ),
        *(
            Fault(file, n, "year", f"{name} has another year above", "one year for each")
            for n, name in several.select("line", ident).iter_rows()
        ),
    ]
