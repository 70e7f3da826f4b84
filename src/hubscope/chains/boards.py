"""Boards 长板短板: per place, segment and year, what leads and what is short, and why.

Four signals stand side by side: science, patent and product specialisation (RCA of the place in the
segment) and input security (1 minus what comes from abroad, weighed by how concentrated it is). A
missing signal stays missing: it makes a board unknown, never short.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from hubscope.chains.complexity import Floats, rca
from hubscope.errors import BadDataError

SIGNALS = ("science", "patent", "product", "security")
STRONG = 1.0
"""RCA from which a place is specialised."""

SECURE = 0.6
"""Input security from which supply counts as secure: 1 - the EU's dependence threshold of 0.4."""

RISING = 0.5
"""RCA from which a segment is present though not yet a strength."""


def specialisation(values: pl.DataFrame) -> pl.DataFrame:
    """RCA of every place in every segment, year by year.

    Args:
        values: place, segment, year, value; a pair that is absent counts as 0 in sums but comes out
            missing.

    Returns:
        place, segment, year, rca.

    Raises:
        BadDataError: if a place, segment and year stand twice.
    """
    twice = values.group_by("place", "segment", "year").len().filter(pl.col("len") > 1)
    if twice.height:
        row = twice.row(0, named=True)
        raise BadDataError(f"{row['place']}, {row['segment']}, {row['year']} stands twice")
    ordered = values.sort("place", "segment", "year")
    total = pl.col("value").sum()
    expected = total.over("place", "year") * total.over("segment", "year") / total.over("year")
    advantage = pl.when(expected > 0).then(pl.col("value") / expected).alias("rca")
    return ordered.select("place", "segment", "year", advantage)


def input_security(holdings: pl.DataFrame, concentration: pl.DataFrame) -> pl.DataFrame:
    """1 - Σ over foreign holders of share x HHI of each segment's input.

    Args:
        holdings: item and foreign (share held abroad, 0 to 1; null where unknown).
        concentration: item and hhi.

    Returns:
        item, security from 0 (one foreign holder has all) to 1, null where a part is missing.
    """
    both = holdings.join(concentration, on="item", how="left")
    return both.select("item", (1 - pl.col("foreign") * pl.col("hhi")).alias("security"))


def boards(signals: pl.DataFrame) -> pl.DataFrame:
    """The board of every place, segment and year, with the reason.

    Long: every signal that is known is strong and at least two are. Short: knowledge (science,
    patents) is strong and nothing of making (product, security) is, or the reverse, or nothing is
    strong at all. Else even; unknown where fewer than two signals are known.

    Args:
        signals: place, segment, year and any of SIGNALS; null where missing.

    Returns:
        the same columns, board (long, short, even, unknown), strong, weak and lacking (names of
        signals).
    """
    have = signals.with_columns(
        pl.lit(None, pl.Float64).alias(s) for s in SIGNALS if s not in signals.columns
    )
    rows = [_board(row) for row in have.select(SIGNALS).iter_rows(named=True)]
    named = pl.DataFrame(
        rows, schema=["board", "strong", "weak", "lacking"], orient="row", infer_schema_length=None
    ).cast({"board": pl.String})
    kept = have.select("place", "segment", "year", *SIGNALS)
    return pl.concat([kept, named], how="horizontal").sort("place", "year", "segment")


def _board(row: dict[str, float | None]) -> tuple[str, list[str], list[str], list[str]]:
    strong = [s for s in SIGNALS if (v := row[s]) is not None and v >= _threshold(s)]
    weak = [s for s in SIGNALS if (v := row[s]) is not None and v < _threshold(s)]
    missing = [s for s in SIGNALS if row[s] is None]
    if len(strong) + len(weak) < 2:
        return "unknown", strong, weak, missing
    if not weak:
        return "long", strong, weak, missing
    knows, makes = {"science", "patent"}, {"product", "security"}
    split = any(
        one & set(strong) and other & set(weak) and not other & set(strong)
        for one, other in ((knows, makes), (makes, knows))
    )
    return "short" if split or not strong else "even", strong, weak, missing


BOUNDS = tuple(f"{s}_{c}" for s in ("science", "patent") for c in ("lo", "hi", "units"))
"""Bounds of the signals that rest on single works and patents, and how many of them."""


def with_bounds(found: pl.DataFrame, beside: pl.DataFrame | None) -> pl.DataFrame:
    """Boards with the bounds of what the store says, and whether the bounds leave them standing.

    Args:
        found: boards as `boards` gives them.
        beside: place, segment, year, signal, lo, hi, units; none where there is no store.

    Returns:
        `found` with BOUNDS and `sure`: every bounded signal lies with its whole range on one side
        of its threshold; null where no signal has bounds.
    """
    shown = found
    for signal in ("science", "patent"):
        names = {c: f"{signal}_{c}" for c in ("lo", "hi", "units")}
        if beside is None:
            kinds = zip(names.values(), (pl.Float64, pl.Float64, pl.Int64), strict=True)
            shown = shown.with_columns(pl.lit(None, kind).alias(n) for n, kind in kinds)
            continue
        own = beside.filter(pl.col("signal") == signal).rename(names)
        key = ["place", "segment", "year"]
        shown = shown.join(own.select(*key, *names.values()), on=key, how="left")
    clear = [
        (pl.col(f"{s}_lo") >= STRONG) | (pl.col(f"{s}_hi") < STRONG) for s in ("science", "patent")
    ]
    known = pl.any_horizontal(pl.col("science_lo", "patent_lo").is_not_null())
    sure = pl.all_horizontal(c.fill_null(value=True) for c in clear)
    return shown.with_columns(pl.when(known).then(sure).alias("sure"))


def _threshold(signal: str) -> float:
    return SECURE if signal == "security" else STRONG


def matrix(values: pl.DataFrame) -> tuple[list[str], list[str], Floats]:
    """Places, segments and RCA of a table of one year, 0 where a pair is absent."""
    names, segments = (sorted(values[c].unique().to_list()) for c in ("place", "segment"))
    x = np.zeros((len(names), len(segments)))
    for place, segment, value in values.select("place", "segment", "value").iter_rows():
        x[names.index(place), segments.index(segment)] = value
    return names, segments, rca(x)
