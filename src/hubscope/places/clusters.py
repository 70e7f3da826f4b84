"""Hubs found rather than named: density clusters of places, merged and called by their cities.

The stated defaults, 15 km and 4,500 records of 7.9 million, are those WIPO is said to use since
2018; they were not seen in its own text (reference: Global Innovation Index, Appendix IV). They
are parameters, and `standings.sensitivity` shows what they decide.

Records of several kinds (works, patents) start a cluster together, by their sum; they rank it by
the mean of its shares of each kind, so that the kind with more records does not decide alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hubscope.errors import UsageError
from hubscope.places.cities import City, largest_near
from hubscope.places.density import Ints, dbscan
from hubscope.places.sphere import Floats, distance_km

RADIUS_KM = 15.0
MINIMUM = 4_500.0
NAME_SHARE = 0.15
"""A city with this share of a cluster's weight stands in its name, up to three."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a cluster holds of one kind of records."""

    kind: str
    weight: float
    share: float
    """Of all records of the kind that have a place."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster, the largest share first in every list."""

    number: int
    name: str
    country: str
    """ISO alpha-2 codes of its places, joined by "/" from the heaviest down."""
    latitude: float
    longitude: float
    weight: float
    share: float
    """Of all the weight that was given; of several kinds the mean of their shares."""
    places: int
    cities: tuple[tuple[str, float], ...]
    """City and its share of the cluster, heaviest first."""
    per_head: float | None
    """Weight for each of the people of the cities it holds; None where none is known."""
    population: int | None = None
    """People of those cities, as GeoNames has them."""
    parts: tuple[Part, ...] = ()
    joined: int = 1
    """Density clusters that the rule for neighbours made into this one."""


@dataclass(frozen=True, slots=True)
class Clusters:
    """What was found: the clusters and the label of every point, -1 for noise."""

    clusters: tuple[Cluster, ...]
    labels: Ints


def check(lat: Floats, lon: Floats, weight: Floats, radius_km: float, minimum: float) -> None:
    """Refuse what has no meaning: a radius that is not above 0, points off the globe."""
    if not 0 < radius_km <= 2000:
        raise UsageError(f"a radius of {radius_km:g} km", hint="it must be above 0, at most 2,000")
    if not minimum > 0:
        raise UsageError(f"a minimum of {minimum:g}", hint="it must be above 0")
    good = np.isfinite(lat) & np.isfinite(lon) & (abs(lat) <= 90) & (abs(lon) <= 360)
    good &= np.isfinite(weight) & (weight >= 0)
    if not good.all():
        at = int(np.flatnonzero(~good)[0])
        raise UsageError(
            f"point {at} is at {lat[at]:g}, {lon[at]:g} with weight {weight[at]:g}",
            hint="latitude -90..90, longitude -180..180, a weight of 0 or more",
        )


def cluster(
    lat: Floats,
    lon: Floats,
    weight: Floats,
    *,
    radius_km: float = RADIUS_KM,
    minimum: float = MINIMUM,
    merge_km: float = 0.0,
    rank_by: Floats | None = None,
) -> Ints:
    """Label of each point, -1 for noise, clusters numbered from the heaviest down.

    Args:
        lat: degrees north, shape (n,).
        lon: degrees east, shape (n,).
        weight: records at each point, shape (n,).
        radius_km: of two records that are neighbours.
        minimum: weight within the radius that starts a cluster.
        merge_km: clusters whose weighted centres are at most this far apart become one, and so on
            from cluster to cluster; 0 merges none.
        rank_by: what numbers the clusters where it is not `weight`, shape (n,).
    """
    check(lat, lon, weight, radius_km, minimum)
    labels = merge(lat, lon, weight, dbscan(lat, lon, weight, radius_km, minimum), merge_km)
    return by_weight(labels, weight if rank_by is None else rank_by)


def by_weight(labels: Ints, weight: Floats) -> Ints:
    """The labels numbered anew, from the cluster with the largest sum of `weight` down."""
    count = int(labels.max(initial=-1)) + 1
    sums = np.bincount(labels[labels >= 0], weight[labels >= 0], count)
    rank = np.empty(count + 1, np.int64)
    rank[np.argsort(-sums, kind="stable")] = np.arange(count)
    rank[count] = -1
    return rank[labels]


def _centres(lat: Floats, lon: Floats, weight: Floats, labels: Ints) -> tuple[Floats, Floats]:
    """Weighted centre of each cluster, by the mean of vectors (so the date line is no edge)."""
    inside = labels >= 0
    a, b, w, k = np.radians(lat[inside]), np.radians(lon[inside]), weight[inside], labels[inside]
    axes = (np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a))
    x, y, z = (np.bincount(k, w * axis) for axis in axes)
    return np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))


def merge(lat: Floats, lon: Floats, weight: Floats, labels: Ints, merge_km: float) -> Ints:
    """The labels with those of clusters whose weighted centres lie near made one."""
    if merge_km <= 0 or labels.max(initial=-1) < 1:
        return labels
    from scipy.sparse.csgraph import connected_components

    la, lo = _centres(lat, lon, weight, labels)
    near = distance_km(la[:, None], lo[:, None], la[None], lo[None]) <= merge_km
    joined = connected_components(near, directed=False)[1].astype(np.int64)
    return np.where(labels >= 0, joined[labels], -1)


def find_clusters(
    lat: Floats,
    lon: Floats,
    weight: Floats,
    *,
    radius_km: float = RADIUS_KM,
    minimum: float = MINIMUM,
    merge_km: float = 0.0,
    names: Sequence[str | None] = (),
    kinds: Mapping[str, Floats] | None = None,
) -> Clusters:
    """Clusters with their names, centres, shares and weight per head; arguments as `cluster`.

    Args:
        lat: degrees north, shape (n,).
        lon: degrees east, shape (n,).
        weight: records at each point, shape (n,).
        radius_km: of two records that are neighbours.
        minimum: weight within the radius that starts a cluster.
        merge_km: centres at most this far apart become one cluster.
        names: what the sources call each point's city: used where no city of 15,000 is near.
        kinds: the parts of `weight` by kind of record, shape (n,) each.
    """
    check(lat, lon, weight, radius_km, minimum)
    each = kinds or {"records": weight}
    share = mean_share(each)
    dense = dbscan(lat, lon, weight, radius_km, minimum)
    labels = by_weight(merge(lat, lon, weight, dense, merge_km), share)
    count = int(labels.max(initial=-1)) + 1
    if not count:
        return Clusters((), labels)
    la, lo = _centres(lat, lon, weight, labels)
    made = []
    held = largest_near(lat, lon, names=names)
    order = np.argsort(labels, kind="stable")
    edges = np.searchsorted(labels[order], np.arange(count + 1))
    for k in range(count):
        at = order[edges[k] : edges[k + 1]]
        weighted = [(held[i], float(weight[i])) for i in at.tolist()]
        parts = tuple(_part(kind, w, at) for kind, w in each.items())
        one = _describe(k, (la[k], lo[k]), weighted, float(share[at].sum()))
        made.append(replace(one, parts=parts, joined=len(np.unique(dense[at]))))
    return Clusters(tuple(made), labels)


def mean_share(kinds: Mapping[str, Floats]) -> Floats:
    """Each point's mean share of the kinds that have any weight, shape (n,); it sums to 1."""
    known = [w / w.sum() for w in kinds.values() if w.sum() > 0]
    empty: Floats = np.zeros(len(next(iter(kinds.values()))))
    return np.asarray(sum(known, start=empty) / max(len(known), 1))


def _part(kind: str, weight: Floats, at: Ints) -> Part:
    own, total = float(weight[at].sum()), float(weight.sum())
    return Part(kind, own, own / total if total else 0.0)


def _describe(
    number: int,
    centre: tuple[float, float],
    weighted: Sequence[tuple[City, float]],
    share: float,
) -> Cluster:
    own = float(np.sum([w for _, w in weighted]))
    sums: dict[City, float] = {}
    for city, w in weighted:
        sums[city] = sums.get(city, 0.0) + w
    ranked = sorted(sums.items(), key=lambda s: (-s[1], s[0].id))
    named = [c.name for c, w in ranked[:3] if w >= NAME_SHARE * own] or [ranked[0][0].name]
    countries = dict.fromkeys(c.country for c, w in ranked if c.country and w >= 0.01 * own)
    people = sum(c.population for c in sums)
    return Cluster(
        number=number,
        name="–".join(named),
        country="/".join(countries),
        latitude=float(centre[0]),
        longitude=float(centre[1]),
        weight=own,
        share=share,
        places=len(weighted),
        cities=tuple((c.name, w / own) for c, w in ranked[:10]),
        per_head=own / people if people else None,
        population=people or None,
    )
