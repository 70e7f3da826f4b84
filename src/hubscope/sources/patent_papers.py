"""Pairs of a patent and a paper it cites, as Reliance on Science publishes them.

Columns used: patent, oaid (the paper) and confscore (1 to 10); wherefound (front, body, both) and
self (whether the inventors cite themselves) where they exist. Releases from 2024 on are CC BY-NC,
those up to 2021 ODC-By (Marx and Fuegi 2020, 10.1002/smj.3145). The release of 2024 covers the
world to 2023 (`_pcs_oa.csv`), the next one US grants of 2015 to 2025 (`pcs_oa_uspto.csv`).
"""

from __future__ import annotations

import io

import polars as pl

from hubscope.errors import BadDataError, nearest
from hubscope.sources.patents.flatten import Layout
from hubscope.sources.patents.tables import sql_key, sql_number
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


_KEY = sql_key("left(patent, 2)", "substr(patent, 3)")
_PAPER = (
    "TRY_CAST(regexp_extract(oaid, '^(?:https://openalex\\.org/)?W?([0-9]{1,18})$', 1) AS BIGINT)"
)

LAYOUT = Layout(
    needed=NEEDED,
    optional=("wherefound", "reftype", "self"),
    delimiter=",",
    record="patent",
    fault=f"""
        CASE
        WHEN patent IS NULL OR NOT regexp_full_match({_KEY}, '[A-Z]{{2}}[A-Z]*[1-9][0-9]*')
            THEN 'not a patent number'
        WHEN {_PAPER} IS NULL THEN 'not an OpenAlex id'
        WHEN coalesce(TRY_CAST(confscore AS INTEGER), 0) NOT BETWEEN 1 AND 10
            THEN 'confidence is not 1 to 10'
        ELSE '' END
    """,
    inserts={
        "paper_links": f"""
            SELECT {sql_number(_KEY)} AS patent, {_PAPER} AS paper,
                CAST(confscore AS SMALLINT) AS confidence,
                CASE WHEN starts_with(lower(wherefound), 'front') THEN 'front'
                    WHEN starts_with(lower(wherefound), 'body') THEN 'body'
                    WHEN lower(wherefound) = 'both' THEN 'both' END AS found,
                reftype AS citer, lower("self") = 'self' AS own, left({_KEY}, 2) AS office, line
            FROM good
        """
    },
)
"""How the whole file becomes `paper_links`, pair by pair, each at its surest."""
