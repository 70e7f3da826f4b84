"""Complexity of a long table, and what a place could diversify into."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from hubscope.chains.complexity import (
    Complexity,
    Deviation,
    Floats,
    complexity,
    density,
    gain,
    outlook,
    proximity,
    rca,
)
from hubscope.errors import BadDataError, HubscopeError, nearest

SHAKY = 0.02
"""A gap between the second and third eigenvalue below this flags an order not to be relied on."""


@dataclass(frozen=True, slots=True)
class Landscape:
    """Places and activities with all that is computed of them."""

    places: tuple[str, ...]
    activities: tuple[str, ...]
    advantage: Floats
    m: Floats
    phi: Floats
    dense: Floats
    outcome: Complexity
    left_out: tuple[str, ...]
    """Places below the floor."""
    floor: float

    @property
    def shaky(self) -> bool:
        """Whether the spectral gap is too small for the order to be relied on."""
        return self.outcome.gap < SHAKY

    def place_rows(self) -> pl.DataFrame:
        """place, eci, rank, diversity, coi; the most complex first."""
        o = self.outcome
        frame = pl.DataFrame(
            {
                "place": self.places,
                "eci": o.eci,
                "diversity": o.diversity.astype(np.int64),
                "coi": outlook(self.m, self.dense, o.pci),
            }
        )
        ranked = frame.with_columns(pl.col("eci").fill_nan(None))
        rank = pl.col("eci").rank("min", descending=True).cast(pl.Int64).alias("rank")
        return ranked.with_columns(rank).sort("rank", "place", nulls_last=True)

    def activity_rows(self) -> pl.DataFrame:
        """activity, pci, ubiquity; the most complex first."""
        frame = pl.DataFrame(
            {
                "activity": self.activities,
                "pci": self.outcome.pci,
                "ubiquity": self.outcome.ubiquity.astype(np.int64),
            }
        )
        return frame.with_columns(pl.col("pci").fill_nan(None)).sort(
            "pci", descending=True, nulls_last=True
        )


def landscape(
    values: pl.DataFrame,
    *,
    floor: float = 0.0,
    deviation: Deviation = "population",
    neighbours: int | None = None,
) -> Landscape:
    """Complexity of a long table.

    Args:
        values: place, activity, value (0 or more), each pair once.
        floor: places whose values sum to less are put aside: a handful of goods makes tiny
            territories look complex.
        deviation: which standard deviation standardises ECI and PCI.
        neighbours: count the density over the k nearest activities only.

    Raises:
        BadDataError: if a pair stands twice or a value is negative.
    """
    _check(values)
    size = values.group_by("place").agg(pl.col("value").sum())
    small = size.filter(pl.col("value") < floor)["place"].to_list()
    kept = values.filter(~pl.col("place").is_in(small) & (pl.col("value") > 0))
    places, activities = (sorted(kept[c].unique().to_list()) for c in ("place", "activity"))
    x = np.zeros((len(places), len(activities)))
    row, column = (
        kept[c].cast(pl.Enum(names)).to_physical().to_numpy()
        for c, names in (("place", places), ("activity", activities))
    )
    x[row, column] = kept["value"].to_numpy()
    advantage = rca(x)
    m = (advantage >= 1).astype(np.float64)
    phi = proximity(m)
    dense = density(m, phi, nearest=neighbours)
    outcome = complexity(m, deviation=deviation)
    names = tuple(places), tuple(activities)
    return Landscape(*names, advantage, m, phi, dense, outcome, tuple(sorted(small)), floor)


def _check(values: pl.DataFrame) -> None:
    if not values.height:
        raise BadDataError("the table of values is empty", hint="place, activity, value")
    negative = values.filter(pl.col("value") < 0)
    if negative.height:
        row = negative.row(0, named=True)
        raise BadDataError(f"{row['place']}, {row['activity']}: {row['value']} is negative")
    twice = values.group_by("place", "activity").len().filter(pl.col("len") > 1)
    if twice.height:
        row = twice.row(0, named=True)
        raise BadDataError(f"{row['place']}, {row['activity']} stands {row['len']} times")


def options(found: Landscape, place: str) -> pl.DataFrame:
    """What `place` is not yet specialised in, the nearest and most complex first.

    Density is how near an activity is, complexity how much it asks for; high density with high
    complexity is the quadrant of low risk and high benefit (Balland et al. 2019,
    10.1080/00343404.2018.1437900). Medians over these options divide the quadrants.

    Returns:
        activity, rca, density, pci, gain, quadrant (low_risk_high_benefit, high_risk_high_benefit,
        low_risk_low_benefit, high_risk_low_benefit).

    Raises:
        HubscopeError: if the landscape has no such place.
    """
    if place not in found.places:
        raise HubscopeError(f"no place {place!r} in this table", hint=nearest(place, found.places))
    row = found.places.index(place)
    opened = gain(found.m[row : row + 1], found.phi, found.outcome.pci)[0]
    frame = pl.DataFrame(
        {
            "activity": found.activities,
            "rca": found.advantage[row],
            "density": found.dense[row],
            "pci": found.outcome.pci,
            "gain": opened,
            "has": found.m[row] > 0,
        }
    )
    away = frame.filter(~pl.col("has") & pl.col("pci").is_not_nan()).drop("has")
    near = pl.col("density") >= pl.col("density").median()
    hard = pl.col("pci") >= pl.col("pci").median()
    risk = pl.when(near).then(pl.lit("low_risk")).otherwise(pl.lit("high_risk"))
    benefit = pl.when(hard).then(pl.lit("high_benefit")).otherwise(pl.lit("low_benefit"))
    quadrant = pl.concat_str(risk, benefit, separator="_").alias("quadrant")
    first = (pl.col("quadrant") == "low_risk_high_benefit").alias("first")
    return (
        away.with_columns(quadrant)
        .with_columns(first)
        .sort("first", "density", "pci", "activity", descending=[True, True, True, False])
        .drop("first")
    )
