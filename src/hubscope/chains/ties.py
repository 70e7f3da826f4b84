"""How strong the tie of two places is, beside the raw figure: Salton, coupling, complementarity.

A flow says little without the size of both ends. The size of a place in a unit is its flow to a
node marked `everywhere` (all its technology contracts), or all its papers where the flow is papers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from hubscope.chains.gravity import gravity, kilometres
from hubscope.chains.region import Floats, complementarity, coupling, salton
from hubscope.errors import HubscopeError
from hubscope.nouns import Hub
from hubscope.sources.chain_tables import Chain

MEASURES = ("outflow", "salton", "coupling", "development", "coordination", "complementarity")


def strength(
    found: pl.DataFrame, totals: pl.DataFrame, lacks: Mapping[tuple[str, str], float] | None = None
) -> pl.DataFrame:
    """Flows with the size of both ends and what follows from them; null where a size is missing.

    Args:
        found: src, dst, unit, year, value; each pair, unit and year once.
        totals: place, unit, year, total.
        lacks: complementarity by pair (the share of what src lacks that dst has).

    Returns:
        src, dst, unit, year, value, src_total, dst_total, outflow (value over all that src sends),
        salton (value / √(src_total x dst_total)), coupling, development and coordination of the two
        sizes (each over the largest of that unit and year; `region.coupling`), complementarity.
    """
    sized = found.select("src", "dst", "unit", "year", "value")
    for end in ("src", "dst"):
        own = totals.rename({"place": end, "total": f"{end}_total"})
        sized = sized.join(own, on=[end, "unit", "year"], how="left")
    largest = totals.group_by("unit", "year").agg(pl.col("total").max().alias("largest"))
    rows = sized.join(largest, on=["unit", "year"], how="left")
    made = [_measures(row, lacks or {}) for row in rows.iter_rows(named=True)]
    measures = pl.DataFrame(made, schema=dict.fromkeys(MEASURES, pl.Float64), orient="row")
    return pl.concat([rows.drop("largest"), measures], how="horizontal")


def _measures(
    row: Mapping[str, object], lacks: Mapping[tuple[str, str], float]
) -> tuple[float | None, ...]:
    value, a, b, largest = (row[c] for c in ("value", "src_total", "dst_total", "largest"))
    filled = lacks.get((str(row["src"]), str(row["dst"])))
    out = float(value) / float(a) if value is not None and a else None  # type: ignore[arg-type]
    if value is None or not a or not b or not largest:
        return out, None, None, None, None, filled
    sizes = np.array([a, b], np.float64)
    joint = np.array([[0.0, value], [value, 0.0]], np.float64)
    c, t, d = coupling((sizes / float(largest))[None, :])  # type: ignore[arg-type]
    return out, float(salton(joint, sizes)[0, 1]), float(c[0]), float(t[0]), float(d[0]), filled


def chain_totals(chain: Chain, found: pl.DataFrame) -> pl.DataFrame:
    """What each place sends in all: its current flow to a node with `everywhere`, by unit and year.

    Args:
        chain: the chain.
        found: its flows as `region.flows` gives them.
    """
    ends = {n["id"] for n in chain.nodes.to_pylist() if json.loads(n["ext"]).get("everywhere")}
    whole = found.filter(
        pl.col("dst").is_in(list(ends)) & pl.col("current") & (pl.col("period") == "")
    )
    return whole.select(
        pl.col("src").alias("place"), "unit", "year", pl.col("value").alias("total")
    )


def chain_strength(
    chain: Chain, found: pl.DataFrame, values: pl.DataFrame | None = None
) -> pl.DataFrame:
    """`strength` of a chain's own flows of full years, the newest figure of each; all places.

    Args:
        chain: the chain.
        found: its flows.
        values: place, activity, value of what places make, for complementarity.
    """
    totals = chain_totals(chain, found)
    ends = {n["id"] for n in chain.nodes.to_pylist() if json.loads(n["ext"]).get("everywhere")}
    own = found.filter(
        pl.col("current") & (pl.col("period") == "") & ~pl.col("dst").is_in(list(ends))
    )
    lacks = fills(values) if values is not None and values.height else {}
    return strength(own, totals, lacks)


def fills(values: pl.DataFrame) -> dict[tuple[str, str], float]:
    """Complementarity of every two places: what the first lacks and the second has.

    Args:
        values: place, activity, value; specialised is an RCA of 1 or more.
    """
    from hubscope.chains.boards import matrix

    names, _, advantage = matrix(values.rename({"activity": "segment"}))
    found = complementarity((advantage >= 1).astype(np.float64))
    return {
        (a, b): float(found[i, j])
        for i, a in enumerate(names)
        for j, b in enumerate(names)
        if i != j and np.isfinite(found[i, j])
    }


def ties(
    joint: pl.DataFrame, hubs: Mapping[str, Hub], values: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Joint papers or patents of every two hubs, with their strength and the synergy beyond size.

    A hub and the region that holds it are not two places: left out.

    Args:
        joint: src, dst, year, value, src_size, dst_size, unit.
        hubs: the hubs by id, for where they are.
        values: place, activity, value, for complementarity.

    Returns:
        as `strength`, with distance (km), expected and residual of the gravity model of each unit's
        last year; null in other years, without points, or where there are too few pairs.
    """
    apart = [_apart(hubs, a, b) for a, b in joint.select("src", "dst").iter_rows()]
    found = joint.filter(pl.Series(apart, dtype=pl.Boolean))
    sizes = pl.concat(
        [
            found.select(
                pl.col(end).alias("place"), "unit", "year", pl.col(f"{end}_size").alias("total")
            )
            for end in ("src", "dst")
        ]
    ).unique()
    table = strength(found, sizes, fills(values) if values is not None and values.height else {})
    return table.join(_expected(found, sizes, hubs), on=["src", "dst", "unit", "year"], how="left")


def _apart(hubs: Mapping[str, Hub], a: str, b: str) -> bool:
    return not (
        a in hubs and b in hubs and (hubs[a].part_of == b or hubs[b].part_of == a or a == b)
    )


_EXPECTED = {
    "src": pl.String,
    "dst": pl.String,
    "unit": pl.String,
    "year": pl.Int32,
    "distance": pl.Float64,
    "expected": pl.Float64,
    "residual": pl.Float64,
}


def _expected(found: pl.DataFrame, sizes: pl.DataFrame, hubs: Mapping[str, Hub]) -> pl.DataFrame:
    """The gravity model of each unit's last year over all pairs of hubs with a point, zeros too."""
    parts = []
    for (unit,), own in found.group_by("unit", maintain_order=True):
        year = own["year"].max()
        now = own.filter(pl.col("year") == year)
        size = dict(sizes.filter((pl.col("unit") == unit) & (pl.col("year") == year))
                    .select("place", "total").iter_rows())  # fmt: skip
        names = sorted(p for p in size if p in hubs and hubs[p].latitude is not None)
        value = {(a, b): v for a, b, v in now.select("src", "dst", "value").iter_rows()}
        parts.append(
            _model(unit=str(unit), year=year, names=names, size=size, value=value, hubs=hubs)
        )
    return pl.concat(parts) if parts else pl.DataFrame(schema=_EXPECTED)


def _model(
    *,
    unit: str,
    year: object,
    names: Sequence[str],
    size: Mapping[str, float],
    value: Mapping[tuple[str, str], float],
    hubs: Mapping[str, Hub],
) -> pl.DataFrame:
    at = {p: i for i, p in enumerate(names)}
    lat, lon = (np.array([getattr(hubs[p], c) for p in names], np.float64) for c in _POINT)
    far = kilometres(lat, lon)
    pairs = [
        (a, b)
        for a in names
        for b in names
        if a < b and _apart(hubs, a, b) and far[at[a], at[b]] >= NEAREST_KM
    ]
    km: Floats = np.array([far[at[a], at[b]] for a, b in pairs])
    same = np.array([float(hubs[a].economy == hubs[b].economy) for a, b in pairs])
    flow = np.array([float(value.get(p, 0)) for p in pairs])
    one, other = (np.array([float(size[p[k]]) for p in pairs]) for k in (0, 1))
    try:
        model = gravity(
            np.tile(flow, 2),
            np.concatenate([one, other]),
            np.concatenate([other, one]),
            np.tile(km, 2),
            np.tile(same, 2) if 0 < same.sum() < same.size else None,
        )
    except HubscopeError:
        return pl.DataFrame(schema=_EXPECTED)
    rows = [
        (a, b, unit, year, float(km[i]), float(model.expected[i]), float(model.residual[i]))
        for i, (a, b) in enumerate(pairs)
    ]
    return pl.DataFrame(rows, schema=_EXPECTED, orient="row")


NEAREST_KM = 5.0
"""Hubs with nearly the same middle are two outlines of one place."""

_POINT = ("latitude", "longitude")
