"""Pairs of a patent and a paper it cites, as Reliance on Science publishes them.

Columns used: patent, oaid (the paper) and confscore (1 to 10); wherefound (front, body, both) and
self (whether the inventors cite themselves) where they exist. Releases from 2024 on are CC BY-NC,
those up to 2021 ODC-By (Marx and Fuegi 2020, 10.1002/smj.3145).
"""

from __future__ import annotations

import io

import polars as pl

from hubscope.errors import BadDataError, nearest
from hubscope.sources.raw import Fault, Raw, refuse

NEEDED = ("patent", "oaid", "confscore")
SURE = 4
"""The least confidence that counts unless the caller says otherwise."""


def read_pairs(raw: Raw, *, least: int = SURE) -> pl.DataFrame:
    """Pairs with a confidence of `least` or more: patent, paper, confidence, where, own.

    Raises:
        BadDataError: if a column is missing or a confidence is none, with its line.
    """
    cells = pl.read_csv(io.BytesIO(raw.data), infer_schema=False).fill_null("")
    missing = [c for c in NEEDED if c not in cells.columns]
    if missing:
        raise BadDataError(
            f"{raw.name}:1: the column {missing[0]} is missing",
            hint=nearest(missing[0], cells.columns),
        )
    confidence = pl.col("confscore").cast(pl.Int16, strict=False)
    wrong = confidence.is_null() | (confidence < 1) | (confidence > 10)
    bad = cells.with_row_index("line", offset=2).filter(wrong)
    refuse(
        [
            Fault(raw.name, line, "confscore", f"{cell!r} is no confidence", "from 1 to 10")
            for line, cell in bad.select("line", "confscore").iter_rows()
        ]
    )
    return (
        cells.select(
            "patent",
            pl.col("oaid").alias("paper"),
            confidence.alias("confidence"),
            _or_empty(cells, "wherefound").alias("where"),
            (_or_empty(cells, "self") == "self").alias("own"),
        )
        .filter(pl.col("confidence") >= least)
        .unique()
        .sort("patent", "paper")
    )


def _or_empty(cells: pl.DataFrame, column: str) -> pl.Expr:
    return pl.col(column) if column in cells.columns else pl.lit("")
