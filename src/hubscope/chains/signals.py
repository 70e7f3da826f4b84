"""The signals of the boards from a chain: who studies, patents, makes and depends on what."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from hubscope.chains.boards import SIGNALS, boards, specialisation, with_bounds
from hubscope.chains.grades import link_grades
from hubscope.chains.knockout import newest
from hubscope.chains.nearby import WITHIN, nearby
from hubscope.chains.quotients import FROM, above, quotients, wholes
from hubscope.chains.supply import concentration_table, holdings
from hubscope.sources.chain_tables import Chain

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
    Where these compare nothing, a location quotient stands for it (`quotients.quotients`); where no
    link says what places produce, stated supply shares do. Security is that of `home`. What the
    store's works and patents say stands before what the chain's links do.

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
    long += [_quotients(chain), _from_shares(chain, level, year)]
    long += [_security(chain, home, level, year)]
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
    """Values of one relation in whole years, without targets: place, segment, year, unit, value.

    Left out are what stands for everything, and places that hold others of the same unit and year:
    sums would count both twice.
    """
    links = pl.DataFrame(
        pl.from_arrow(chain.links.select([*_FIGURE, "value", "unit", "share", "evidence"]))
    )
    kinds = pl.DataFrame(pl.from_arrow(chain.nodes.select(["id", "kind"])))
    places = kinds.filter(pl.col("kind") == "place").select("id")
    whole = pl.col("dst").is_in(list(wholes(chain)))
    stated = (pl.col("rel") == rel) & pl.col("value").is_not_null()
    own = links.filter(stated & (pl.col("period") == "") & ~whole)
    own = own.join(link_grades(chain).filter(pl.col("grade") != "E"), on="evidence")
    own = _lowest(own.join(places, left_on="src", right_on="id"), above(chain))
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


_FIGURE = ("src", "dst", "rel", "year", "period")


def _lowest(own: pl.DataFrame, higher: Mapping[str, list[str]]) -> pl.DataFrame:
    """Rows of places that hold no other place of the same unit and year."""
    pairs = [(a, p) for p, places in higher.items() for a in places]
    kinds = {"holds": pl.String, "src": pl.String}
    held = pl.DataFrame(pairs, schema=kinds, orient="row")
    over = own.select("src", "unit", "year").unique().join(held, on="src")
    key = ["src", "unit", "year"]
    gone = over.select(pl.col("holds").alias("src"), "unit", "year").unique()
    return own.join(gone, on=key, how="anti", nulls_equal=True, maintain_order="left")


def _quotients(chain: Chain) -> pl.DataFrame:
    """Location quotients as signals; of a segment and year the one of the best evidence."""
    found = quotients(chain).drop_nulls("quotient").sort("grade", "unit", "period")
    value = pl.col("quotient").alias("rca")
    one = found.unique([*_KEY, "signal"], keep="first", maintain_order=True)
    parts = [
        _signal(p.select(*_KEY, value), n)
        for (n,), p in one.partition_by("signal", as_dict=True).items()
    ]
    return pl.concat(parts) if parts else _signal(_nothing(), "product")


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


def nearby_boards(
    chain: Chain,
    home: str,
    *,
    within: int = WITHIN,
    year: int | None = None,
    beside: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The boards of `home` whose signals are of nearby years, each with its own year.

    Args:
        chain: the chain.
        home: the place.
        within: years that a signal may lie from the board's.
        year: the year of the boards; of each segment the one that knows most unless given.
        beside: what the store says.

    Returns:
        As `nearby.nearby`.
    """
    seen = signals(chain, home, beside=beside)
    return nearby(seen.filter(pl.col("place") == home), within=within, year=year)
