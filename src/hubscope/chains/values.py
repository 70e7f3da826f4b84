"""A table of what places make, for complexity: plain, or trade as BACI and Comtrade lay it out."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl

from hubscope.errors import BadDataError, HubscopeError
from hubscope.sources.raw import raw
from hubscope.sources.trade import exports, read_trade

PLAIN = ("place", "activity", "value")


def read_values(path: Path, year: int | None = None) -> pl.DataFrame:
    """place, activity, value of a CSV file, gzip or not.

    A plain file has three columns: place, activity and value in this order, whatever they are
    called. A trade file has t, i, j, k, v, q or Comtrade's names; its exports of `year`, or of its
    last year, are summed.

    Raises:
        BadDataError: if a value is no number, with its line.
    """
    if not path.is_file():
        raise HubscopeError(f"{path} does not exist", hint="check the name")
    data = raw(path).data
    text = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    head = text.split(b"\n", 1)[0].decode("utf-8-sig", "replace").strip().split(",")
    if len(head) != len(PLAIN):
        rows = read_trade(path)
        return exports(rows, year or max(rows["t"].to_list(), default=0))
    cells = pl.read_csv(text, infer_schema=False).fill_null("")
    named = cells.rename(dict(zip(cells.columns, PLAIN, strict=True)))
    value = pl.col("value").cast(pl.Float64, strict=False)
    bad = named.with_row_index("line", offset=2).filter(value.is_null() | ~value.is_finite())
    if bad.height:
        row = bad.row(0, named=True)
        raise BadDataError(f"{path.name}:{row['line']} [{head[2]}]: {row['value']!r} is no number")
    return named.with_columns(value)
