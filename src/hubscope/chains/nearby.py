"""Boards whose signals come from different years: each from its year nearest to the board's.

Sources seldom give science, patents, products and supply of one year. The years stand beside the
values, and a board whose signals lie far apart is not made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from hubscope.chains.boards import SIGNALS, boards

WITHIN = 3
"""Years that a signal may lie from the year of its board."""

YEARS = tuple(f"{s}_year" for s in SIGNALS)


def nearby(signals: pl.DataFrame, *, within: int = WITHIN, year: int | None = None) -> pl.DataFrame:
    """One board for each place and segment, of the year around which most signals are known.

    Of years that have as many signals the one whose signals lie closest together counts, and of
    those the newest. A signal is of its year nearest to the board's, the earlier of two.

    Args:
        signals: place, segment, year and SIGNALS, one row a year.
        within: years that a signal may lie from the board's.
        year: the year of the board; whichever is best unless given.

    Returns:
        As `boards.boards`, with the year of every signal (YEARS) and `span`, the years from the
        first to the last of them.
    """
    kinds = {"place": pl.String, "segment": pl.String, "year": pl.Int16}
    values = dict.fromkeys(SIGNALS, pl.Float64)
    years = dict.fromkeys(YEARS, pl.Int16)
    rows = [
        _best(part.to_dicts(), within, year)
        for part in signals.drop_nulls("year").partition_by("place", "segment", maintain_order=True)
    ]
    found = [r for r in rows if r is not None]
    schema = {**kinds, **values, **years, "span": pl.Int16}
    table = pl.DataFrame(found, schema=schema, orient="row")
    judged = boards(table.select(*kinds, *SIGNALS))
    own = table.select("place", "segment", *YEARS, "span")
    return judged.join(own, on=["place", "segment"], how="left", maintain_order="left")


def _best(
    rows: Sequence[Mapping[str, Any]], within: int, year: int | None
) -> tuple[Any, ...] | None:
    """The row of one place and segment that knows most."""
    wanted = sorted({r["year"] for r in rows}) if year is None else [year]
    made = [_around(rows, y, within) for y in wanted]
    known = [m for m in made if m[-1] is not None]
    if not known:
        return made[-1] if made and year is None else None
    return max(known, key=lambda m: (sum(v is not None for v in m[3:7]), -m[-1], m[2]))


def _around(rows: Sequence[Mapping[str, Any]], year: int, within: int) -> tuple[Any, ...]:
    """place, segment, year, the signals nearest to it, their years and the span."""
    values, years = [], []
    for signal in SIGNALS:
        there = [
            (abs(r["year"] - year), r["year"], r[signal])
            for r in rows
            if r[signal] is not None and abs(r["year"] - year) <= within
        ]
        best = min(there, default=(0, None, None))
        years.append(best[1])
        values.append(best[2])
    seen = [y for y in years if y is not None]
    span = max(seen) - min(seen) if seen else None
    return (rows[0]["place"], rows[0]["segment"], year, *values, *years, span)
