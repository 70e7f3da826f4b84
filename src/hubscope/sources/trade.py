"""Trade between economies as CEPII's BACI and UN Comtrade lay it out: t, i, j, k, v, q.

t year, i exporter, j importer, k product, v thousand USD, q tons. A flow of value 0 is none, an
empty quantity is missing. The licence is the user's to state: neither source is shipped.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from hubscope.errors import BadDataError, HubscopeError, nearest
from hubscope.sources.raw import Fault, Raw, refuse

COLUMNS = ("t", "i", "j", "k", "v", "q")
COMTRADE = {
    "refYear": "t",
    "period": "t",
    "reporterISO": "i",
    "reporterCode": "i",
    "partnerISO": "j",
    "partnerCode": "j",
    "cmdCode": "k",
    "primaryValue": "v",
    "netWgt": "q",
}
"""Comtrade's own names for the same columns; its value is in USD, its weight in kilograms."""

_NUMBER = {"t": pl.Int16, "v": pl.Float64, "q": pl.Float64}
MOST_FAULTS = 20


def read_trade(path: Path) -> pl.DataFrame:
    """Trade rows of a CSV file, gzip or not, in one pass.

    Returns:
        t Int16, i, j, k text, v Float64 (thousand USD), q Float64 (tons, null where missing).

    Raises:
        BadDataError: naming columns that are missing and the first faulty lines.
    """
    if not path.is_file():
        raise HubscopeError(f"{path} does not exist", hint="check the name")
    return read_trade_bytes(Raw(path.name, path.read_bytes()))


def read_trade_bytes(raw: Raw) -> pl.DataFrame:
    """`read_trade` of bytes already read."""
    try:
        cells = pl.read_csv(io.BytesIO(raw.data), infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise BadDataError(f"{raw.name} is no CSV table: {error}") from error
    named, thousand = _renamed(cells, raw.name)
    refuse(check(named, raw.name))
    numbers = [_number(c).cast(kind).alias(c) for c, kind in _NUMBER.items()]
    rows = named.select("i", "j", "k").with_columns(named.select(numbers))
    scaled = rows.with_columns(pl.col("v") / thousand, pl.col("q") / thousand)
    return scaled.filter(pl.col("v") > 0).select(COLUMNS)


def _number(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars()
    return pl.when(~text.is_in(["", "NA"])).then(text)


def _renamed(cells: pl.DataFrame, name: str) -> tuple[pl.DataFrame, float]:
    """The table under BACI's names, and how many of its units make one of BACI's."""
    header = [c.strip() for c in cells.columns]
    cells = cells.rename(dict(zip(cells.columns, header, strict=True)))
    if set(COLUMNS) <= set(header):
        return cells.select(COLUMNS), 1.0
    first: dict[str, str] = {}
    for column in header:
        if column in COMTRADE:
            first.setdefault(COMTRADE[column], column)
    names = first or header
    missing = [c for c in COLUMNS if c not in names]
    if missing:
        hint = f"BACI has {','.join(COLUMNS)}; {nearest(missing[0], header)}"
        raise BadDataError(f"{name}:1: the columns {', '.join(missing)} are missing", hint=hint)
    return cells.select(pl.col(first[c]).alias(c) for c in COLUMNS), 1000.0


def check(cells: pl.DataFrame, file: str) -> list[Fault]:
    """The first faults of each kind: cells that are no numbers, trade with oneself, no codes."""
    wrong: Mapping[str, tuple[pl.Expr, str]] = {
        "t": (_number("t").cast(pl.Int16, strict=False).is_null(), "is no year"),
        "i": (pl.col("i") == "", "is empty"),
        "j": ((pl.col("j") == "") | (pl.col("i") == pl.col("j")), "is empty or the exporter"),
        "k": (pl.col("k") == "", "is empty"),
        "v": (~_good("v"), "is no value of 0 or more"),
        "q": (~(_good("q") | pl.col("q").str.strip_chars().is_in(["", "NA"])), "is no quantity"),
    }
    numbered = cells.with_row_index("line", offset=2)
    return [
        Fault(file, line, column, f"{cell!r} {what}")
        for column, (mask, what) in wrong.items()
        for line, cell in numbered.filter(mask).head(MOST_FAULTS).select("line", column).iter_rows()
    ]


def _good(column: str) -> pl.Expr:
    value = _number(column).cast(pl.Float64, strict=False)
    return (value.is_finite() & (value >= 0)).fill_null(value=False)


def exports(rows: pl.DataFrame, year: int) -> pl.DataFrame:
    """Exports by economy and product in one year: place, activity, value (thousand USD)."""
    return (
        rows.filter(pl.col("t") == year)
        .group_by("i", "k", maintain_order=True)
        .agg(pl.col("v").sum())
        .rename({"i": "place", "k": "activity", "v": "value"})
        .sort("place", "activity")
    )


def import_shares(rows: pl.DataFrame, importer: str, year: int) -> pl.DataFrame:
    """Where one economy's imports of each product come from: item, holder, share in percent."""
    own = rows.filter((pl.col("t") == year) & (pl.col("j") == importer))
    total = pl.col("v").sum().over("k")
    return (
        own.select(
            pl.col("k").alias("item"),
            pl.col("i").alias("holder"),
            (100 * pl.col("v") / total).alias("share"),
        )
        .group_by("item", "holder", maintain_order=True)
        .agg(pl.col("share").sum())
        .sort("item", "holder")
    )
