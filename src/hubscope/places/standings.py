"""What radius and minimum decide: every cluster's rank under every setting, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hubscope.places.clusters import (
    MINIMUM,
    RADIUS_KM,
    Clusters,
    cluster,
    find_clusters,
    mean_share,
)
from hubscope.places.density import Ints
from hubscope.places.sphere import Floats


@dataclass(frozen=True, slots=True)
class Setting:
    """One radius and minimum, and what comes of them."""

    radius_km: float
    minimum: float
    clusters: int
    share: float
    """Of the weight that lies in a cluster; of several kinds the mean."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a cluster's rank moves with the parameters."""

    name: str
    rank: int
    lowest: int | None
    highest: int | None
    lost: int
    """Settings in which its heaviest place belongs to no cluster."""
    ranks: tuple[int | None, ...] = ()
    """Its rank in each setting; None where it is lost."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The table: settings are its columns, clusters of the stated setting its rows."""

    settings: tuple[Setting, ...]
    standings: tuple[Standing, ...]


def sensitivity(
    lat: Floats,
    lon: Floats,
    weight: Floats,
    *,
    radii: Sequence[float] = (10.0, 13.0, 15.0, 20.0),
    minima: Sequence[float] = (2_000.0, 4_500.0, 9_000.0),
    radius_km: float = RADIUS_KM,
    minimum: float = MINIMUM,
    merge_km: float = 0.0,
    names: Sequence[str | None] = (),
    kinds: Mapping[str, Floats] | None = None,
    base: Clusters | None = None,
) -> Sensitivity:
    """Rank of each cluster under every radius and minimum, found again by its heaviest place.

    Args:
        lat: degrees north, shape (n,).
        lon: degrees east, shape (n,).
        weight: records at each point, shape (n,).
        radii: kilometres that are tried.
        minima: least weights that are tried, each with each radius.
        radius_km: the stated radius, whose clusters are the rows.
        minimum: the stated minimum.
        merge_km: the rule for neighbours, the same in every setting.
        names: as `find_clusters`.
        kinds: as `find_clusters`.
        base: what `find_clusters` gave for the stated setting, if it was asked already.
    """
    stated = base or find_clusters(
        lat, lon, weight,
        radius_km=radius_km, minimum=minimum, merge_km=merge_km, names=names, kinds=kinds,
    )  # fmt: skip
    share = mean_share(kinds or {"records": weight})
    pairs = [(r, m) for r in radii for m in minima]
    others = [
        cluster(lat, lon, weight, radius_km=r, minimum=m, merge_km=merge_km, rank_by=share)
        for r, m in pairs
    ]
    settings = tuple(
        _setting(*pair, labels, share) for pair, labels in zip(pairs, others, strict=True)
    )
    hearts = (_heart(stated.labels, c.number, weight) for c in stated.clusters)
    standings = tuple(
        _standing(c.name, c.number + 1, [int(labels[heart]) + 1 for labels in others])
        for c, heart in zip(stated.clusters, hearts, strict=True)
    )
    return Sensitivity(settings, standings)


def _setting(radius_km: float, minimum: float, labels: Ints, share: Floats) -> Setting:
    inside = float(share[labels >= 0].sum())
    return Setting(radius_km, minimum, int(labels.max(initial=-1)) + 1, inside)


def _heart(labels: Ints, number: int, weight: Floats) -> int:
    at = np.flatnonzero(labels == number)
    return int(at[np.argmax(weight[at])])


def _standing(name: str, rank: int, found: Sequence[int]) -> Standing:
    kept = [r for r in found if r > 0]
    return Standing(
        name,
        rank,
        max(kept, default=None),
        min(kept, default=None),
        len(found) - len(kept),
        tuple(r or None for r in found),
    )
