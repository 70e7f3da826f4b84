"""What a place could strengthen, fill or extend 强链补链延链, from a chain's own figures."""

from __future__ import annotations

import numpy as np
import polars as pl

from hubscope.chains.knockout import newest
from hubscope.chains.lists import chain_work
from hubscope.chains.options import Landscape, landscape
from hubscope.chains.signals import counts
from hubscope.chains.supply import at_level, holdings
from hubscope.errors import HubscopeError
from hubscope.sources.chain_tables import Chain

FEWEST = 3
"""Fewer places or segments than this cannot be told apart by complexity."""

NEAR = 0.55
"""Proximity from which two segments are related (Hidalgo et al. 2007, 10.1126/science.1144581)."""

EMPTY: dict[str, pl.DataType | type[pl.DataType]] = {
    "kind": pl.String,
    "activity": pl.String,
    "rca": pl.Float64,
    "density": pl.Float64,
    "pci": pl.Float64,
    "beside": pl.List(pl.String),
}


def place_values(chain: Chain, *, level: str = "country", year: int | None = None) -> pl.DataFrame:
    """What places make, comparable: place, activity, value.

    Values of `produces` links in the unit and year that most places and segments share; where no
    unit is shared, the newest stated supply shares of `level`; where there are none either, what
    places own (patents) or publish (papers).
    """
    made = _shared(chain, "produces", year)
    if made is not None:
        return made
    rows = newest(holdings(chain, level), year)
    named = rows.filter(~pl.col("residual") & pl.col("share").is_not_null())
    shares = named.select(
        pl.col("holder").alias("place"),
        pl.col("item").alias("activity"),
        pl.col("share").alias("value"),
    ).unique(["place", "activity"], keep="first", maintain_order=True)
    if shares.height:
        return shares
    found = (_shared(chain, rel, year) for rel in ("owned", "authored"))
    return next((f for f in found if f is not None), shares)


def _shared(chain: Chain, rel: str, year: int | None) -> pl.DataFrame | None:
    """Values of one relation in the unit and year that most share; None where too few do."""
    made = counts(chain, rel)
    if year is not None:
        made = made.filter(pl.col("year") <= year)
    key = ["unit", "year"]
    shared = made.filter(
        (pl.col("place").n_unique().over(key) >= FEWEST)
        & (pl.col("segment").n_unique().over(key) >= FEWEST)
    )
    if not shared.height:
        return None
    most = shared.group_by(key).len().sort("len", "year", "unit").row(-1, named=True)
    own = shared.filter((pl.col("unit") == most["unit"]) & (pl.col("year") == most["year"]))
    return own.select("place", pl.col("segment").alias("activity"), "value")


def work_list(
    chain: Chain, home: str, *, level: str = "country", year: int | None = None
) -> pl.DataFrame:
    """`lists.chain_work` of `home`, or of the place of `level` that it lies in.

    In a chain that says of nothing what it goes into, segments that are often strong together
    (`related`) stand for what is beside and downstream.

    Returns:
        kind, activity, rca, density, pci, beside; empty where no figures of at least three places
        and three segments can be compared, or none of this place.
    """
    values = place_values(chain, level=level, year=year)
    place = home if home in values["place"] else at_level(chain, home, level)
    wide = min(values["place"].n_unique(), values["activity"].n_unique()) >= FEWEST
    if not wide or place not in values["place"]:
        return pl.DataFrame(schema=EMPTY)
    try:
        seen = landscape(values)
    except HubscopeError:  # fewer than three specialised places or segments: nothing to compare
        return pl.DataFrame(schema=EMPTY)
    found = chain_work(seen, place, steps(chain) or related(seen))
    known = ~pl.col("activity").is_in(_unstated(chain, place, level, year))
    return found.with_columns(pl.col("kind").cast(pl.String)).filter(
        known | (pl.col("kind") == "strengthen")
    )


def _unstated(chain: Chain, place: str, level: str, year: int | None) -> list[str]:
    """What `place` does hold although nobody says how much: not absent, so nothing to fill."""
    rows = newest(holdings(chain, level), year)
    own = rows.filter((pl.col("holder") == place) & pl.col("share").is_null())
    return own["item"].to_list()


def steps(chain: Chain) -> list[tuple[str, str]]:
    """Pairs of an input and what it goes into."""
    links = pl.DataFrame(pl.from_arrow(chain.links.select(["src", "dst", "rel"])))
    along = links.filter(pl.col("rel").is_in(["input_to", "variant_of"]))
    return list(along.select("src", "dst").iter_rows())


def related(seen: Landscape) -> list[tuple[str, str]]:
    """Pairs of segments, both ways, whose proximity is at least NEAR."""
    near = np.argwhere((seen.phi >= NEAR) & ~np.eye(len(seen.activities), dtype=bool))
    return [(seen.activities[a], seen.activities[b]) for a, b in near.tolist()]
