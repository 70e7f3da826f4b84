"""The signals of the boards from a chain: who studies, patents, makes and depends on what."""

from __future__ import annotations

import polars as pl

from hubscope.chains.boards import SIGNALS, boards, specialisation, with_bounds
from hubscope.chains.grades import link_grades
from hubscope.chains.knockout import newest
from hubscope.chains.supply import concentration_table, holdings
from hubscope.sources.chain_tables import Chain

FROM = {"authored": "science", "owned": "patent", "produces": "product"}
"""The relation whose values make each signal."""

_KEY = ["place", "segment", "year"]
_SAID = ("year", "signal", "value")


def signals(
    chain: Chain,
    home: str,
    *,
    level: str = "country",
    year: int | None = None,
    beside: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The four signals of every place and segment that the chain says anything about.

    Science, patent and product are RCAs over the values of `authored`, `owned` and `produces`
    links of places, each unit for itself, carried to segments by `maps_to` (a part by its share).
    Where no link says what places produce, stated supply shares stand for it. Security is that of
    `home`. What the store's works and patents say stands before what the chain's links do.

    Args:
        chain: the chain.
        home: the place whose input security is meant.
        level: whose shares count.
        year: take the newest shares up to this year.
        beside: place, segment (a node), year, signal, value: as `segment_chain.signals_of` gives.

    Returns:
        place, segment, year and one column for each of boards.SIGNALS.
    """
    long = [] if beside is None else [beside.select("place", "segment", *_SAID)]
    long += [_advantage(counts(chain, rel), name) for rel, name in FROM.items()]
    long += [_from_shares(chain, level, year), _security(chain, home, level, year)]
    shown = pl.concat(long).unique([*_KEY, "signal"], keep="first", maintain_order=True)
    if not shown.height:
        empty = dict.fromkeys(SIGNALS, pl.Float64)
        return pl.DataFrame(
            schema={"place": pl.String, "segment": pl.String, "year": pl.Int16, **empty}
        )
    wide = shown.pivot("signal", index=_KEY, values="value")
    missing = [pl.lit(None, pl.Float64).alias(s) for s in SIGNALS if s not in wide.columns]
    return wide.with_columns(missing).select(*_KEY, *SIGNALS).sort(*_KEY)


def counts(chain: Chain, rel: str) -> pl.DataFrame:
    """Values of one relation, without targets: place, segment, year, unit, value."""
    links = pl.DataFrame(
        pl.from_arrow(
            chain.links.select(["src", "dst", "rel", "year", "value", "unit", "share", "evidence"])
        )
    )
    kinds = pl.DataFrame(pl.from_arrow(chain.nodes.select(["id", "kind"])))
    places = kinds.filter(pl.col("kind") == "place").select("id")
    own = links.filter((pl.col("rel") == rel) & pl.col("value").is_not_null())
    own = own.join(link_grades(chain).filter(pl.col("grade") != "E"), on="evidence")
    own = own.join(places, left_on="src", right_on="id")
    maps = links.filter(pl.col("rel") == "maps_to").select(
        pl.col("src").alias("dst"),
        pl.col("dst").alias("to"),
        (pl.col("share").fill_null(100.0) / 100).alias("part"),
    )
    carried = own.join(maps, on="dst", how="left").with_columns(
        pl.coalesce("to", "dst").alias("segment"),
        (pl.col("value") * pl.col("part").fill_null(1.0)).alias("value"),
    )
    key = [pl.col("src").alias("place"), "segment", "year", "unit"]
    return (
        carried.group_by(key, maintain_order=True)
        .agg(pl.col("value").sum())
        .sort("place", "segment", "year", "unit")
    )


def _advantage(values: pl.DataFrame, name: str) -> pl.DataFrame:
    """RCA by unit; a unit that only one place or one segment has compares nothing: left out."""
    compared = values.filter(
        (pl.col("place").n_unique().over("unit", "year") > 1)
        & (pl.col("segment").n_unique().over("unit", "year") > 1)
    )
    parts = [specialisation(part.drop("unit")) for part in compared.partition_by("unit")]
    return _signal(pl.concat(parts) if parts else _nothing(), name)


def _nothing() -> pl.DataFrame:
    return pl.DataFrame(
        schema={"place": pl.String, "segment": pl.String, "year": pl.Int16, "rca": pl.Float64}
    )


def _signal(found: pl.DataFrame, name: str) -> pl.DataFrame:
    year = pl.col("year").cast(pl.Int16)
    return found.select(
        "place", "segment", year, pl.lit(name).alias("signal"), pl.col("rca").alias("value")
    )


def _from_shares(chain: Chain, level: str, year: int | None) -> pl.DataFrame:
    rows = newest(holdings(chain, level), year)
    named = rows.filter(~pl.col("residual") & pl.col("share").is_not_null())
    values = named.select(
        pl.col("holder").alias("place"),
        pl.col("item").alias("segment"),
        "year",
        pl.col("share").alias("value"),
    )
    return _signal(
        specialisation(values.unique(_KEY, keep="first", maintain_order=True)), "product"
    )


def _security(chain: Chain, home: str, level: str, year: int | None) -> pl.DataFrame:
    table = newest(
        concentration_table(chain, level, home).with_columns(pl.col("total").alias("share")), year
    )
    secure = (1 - pl.col("foreign") * pl.col("hhi")).alias("rca")
    found = table.select(
        pl.lit(home).alias("place"), pl.col("item").alias("segment"), "year", secure
    )
    return _signal(found.drop_nulls("rca"), "security")


def chain_boards(
    chain: Chain,
    home: str,
    *,
    level: str = "country",
    year: int | None = None,
    beside: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The boards of `home`: what its segments' signals say, and which are missing.

    Segments that the place only makes, without a figure to compare, are unknown rather than short.

    Args:
        chain: the chain.
        home: the place.
        level: whose shares count.
        year: take the newest shares up to this year.
        beside: what the store says, with the bounds lo and hi and the number of units.

    Returns:
        As `boards.boards`, with `boards.BOUNDS` of what the store says, and `sure`.
    """
    seen = signals(chain, home, level=level, year=year, beside=beside)
    found = seen.filter(pl.col("place") == home)
    made = counts(chain, "produces").filter(pl.col("place") == home)
    last = made.group_by("place", "segment").agg(pl.col("year").max())
    alone = last.join(found, on="segment", how="anti").with_columns(
        pl.lit(None, pl.Float64).alias(s) for s in SIGNALS
    )
    both = pl.concat([found, alone.select(found.columns).cast(found.schema)])
    return with_bounds(boards(both), beside)
