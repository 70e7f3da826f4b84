"""Exposures: what makes an input a chokepoint, side by side, and only then an optional score."""

from __future__ import annotations

import polars as pl

from hubscope.chains.chokepoints import (
    articulation_points,
    dominated,
    dominators,
    minimum_cut,
    outputs_reached,
)
from hubscope.chains.graph import Graph
from hubscope.chains.knockout import Laboratory, knock_out, laboratory, newest
from hubscope.chains.supply import concentration_table, holdings
from hubscope.sources.chain_tables import Chain

MOST_LOSSES = 2000
"""Inputs above which the loss of every single one is not simulated."""


def exposures(
    chain: Chain,
    *,
    home: str = "",
    level: str = "country",
    year: int | None = None,
    draws: int = 1000,
    seed: int = 1,
    horizon: float = 12.0,
) -> pl.DataFrame:
    """Every input with the parts of its exposure side by side.

    Args:
        chain: the chain.
        home: the place to which others are foreign; without it the foreign share is missing.
        level: whose shares count.
        year: take the newest shares up to this year.
        draws: draws of each knock-out; 0 leaves knock-outs out.
        seed: of the draws.
        horizon: months that a knock-out looks at.

    Returns:
        item, year, named, missing, top, cr1, hhi, hhi_lo, hhi_hi, foreign, foreign_lo, foreign_hi,
        substitution_lo, substitution_hi (0 none to 1 perfect), reached (share of final outputs),
        dominated (inputs that reach the outputs only through it), articulation, strict, left_lo,
        left, left_hi (outputs left without it), grade (the worst evidence) and the sort key.
    """
    lab = laboratory(chain, level=level, year=year, horizon=horizon)
    table = concentration_table(chain, level, home)
    if not home:
        nothing = pl.lit(None, pl.Float64)
        table = table.with_columns(foreign=nothing, foreign_lo=nothing, foreign_hi=nothing)
    current = newest(holdings(chain, level), year)
    graded = current.group_by("item", "year").agg(pl.col("grade").max())
    own = graded.join(table, on=["item", "year"], how="left", nulls_equal=True)
    found = _structure(lab.graph, lab).join(own, on="item", how="left")
    if draws:
        found = found.join(_without_each(lab, draws, seed), on="item", how="left")
    return found.sort("reached", "hhi", "item", descending=[True, True, False], nulls_last=True)


def _structure(graph: Graph, lab: Laboratory) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "item": pl.Series(graph.ids, dtype=pl.String),
            "substitution_lo": lab.resilience.low,
            "substitution_hi": lab.resilience.high,
            "reached": outputs_reached(graph),
            "dominated": dominated(graph, dominators(graph)),
            "articulation": articulation_points(graph),
        }
    )


def _without_each(lab: Laboratory, draws: int, seed: int) -> pl.DataFrame:
    rows = [
        (ident, x.strict, x.lo, x.median, x.hi)
        for ident in lab.graph.ids[:MOST_LOSSES]
        for x in [knock_out(lab, [ident], draws=draws, seed=seed)]
    ]
    numbers = dict.fromkeys(("strict", "left_lo", "left", "left_hi"), pl.Float64)
    return pl.DataFrame(rows, schema={"item": pl.String, **numbers}, orient="row")


def score(found: pl.DataFrame) -> pl.DataFrame:
    """`found` with an optional score: foreign share x HHI x what cannot be substituted x reach.

    One number hides what it is made of: it only orders the list, and is missing where a part is.
    """
    hard = 1 - (pl.col("substitution_lo") + pl.col("substitution_hi")) / 2
    product = pl.col("foreign") * pl.col("hhi") * hard * pl.col("reached")
    return found.with_columns(product.alias("score")).sort(
        "score", "item", descending=[True, False], nulls_last=True
    )


def cuts(graph: Graph) -> dict[str, list[str]]:
    """For every final output the fewest inputs whose loss parts it from all raw inputs."""
    return {
        graph.ids[o]: [graph.ids[i] for i in minimum_cut(graph, int(o))]
        for o in graph.outputs()
        if graph.into.start[o] < graph.into.start[o + 1]
    }
