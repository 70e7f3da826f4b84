"""How strong the tie of two places is, beside the raw figure: Salton, coupling, complementarity.

A flow says little without the size of both ends. The size of a place in a unit is its flow to a
node marked `everywhere` (all its technology contracts), or all its papers where the flow is papers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import combinations

import numpy as np
import polars as pl

from hubscope.chains.gravity import gravity, kilometres
from hubscope.chains.region import complementarity, coupling, salton
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
        as `strength`, with distance (km), expected, and residual with its range residual_lo and
        residual_hi, of one gravity model a unit over all years; null without points or where there
        are too few pairs.
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
    "residual_lo": pl.Float64,
    "residual_hi": pl.Float64,
}


def _expected(found: pl.DataFrame, sizes: pl.DataFrame, hubs: Mapping[str, Hub]) -> pl.DataFrame:
    """One gravity model a unit over all years and pairs of hubs with a point, zeros too."""
    parts = []
    for (unit,), own in found.group_by("unit", maintain_order=True):
        sized = sizes.filter(pl.col("unit") == unit)
        pairs = pl.concat(
            [_pairs(own, sized, hubs, year) for year in sorted(own["year"].unique().to_list())]
        )
        parts.append(_model(pairs).with_columns(pl.lit(str(unit)).alias("unit")))
    kinds = {c: _EXPECTED[c] for c in _EXPECTED}
    made = [p.select(list(kinds)).cast(kinds) for p in parts]  # type: ignore[arg-type]
    return pl.concat(made) if made else pl.DataFrame(schema=_EXPECTED)


def _pairs(
    own: pl.DataFrame, sized: pl.DataFrame, hubs: Mapping[str, Hub], year: int
) -> pl.DataFrame:
    """Every pair of hubs that are apart and have a size in `year`, with what they do together."""
    size = dict(sized.filter(pl.col("year") == year).select("place", "total").iter_rows())
    names = sorted(p for p in size if p in hubs and hubs[p].latitude is not None)
    now = own.filter(pl.col("year") == year).select("src", "dst", "value")
    value = {(a, b): v for a, b, v in now.iter_rows()}
    at = {p: i for i, p in enumerate(names)}
    lat, lon = (np.array([getattr(hubs[p], c) for p in names], np.float64) for c in _POINT)
    far = kilometres(lat, lon)
    rows = [
        (
            a,
            b,
            year,
            float(far[at[a], at[b]]),
            float(size[a]),
            float(size[b]),
            float(hubs[a].economy == hubs[b].economy),
            float(value.get((a, b), 0)),
        )
        for a, b in combinations(names, 2)
        if _apart(hubs, a, b) and far[at[a], at[b]] >= NEAREST_KM
    ]
    texts, numbers = ("src", "dst"), ("distance", "one", "other", "same", "flow")
    schema = (
        dict.fromkeys(texts, pl.String) | {"year": pl.Int32} | dict.fromkeys(numbers, pl.Float64)
    )
    return pl.DataFrame(rows, schema=schema, orient="row")


def _model(pairs: pl.DataFrame) -> pl.DataFrame:
    """`pairs` with expected, residual and its range; no rows where no model can be fitted.

    Which end of a pair is the origin says nothing, so each stands in both directions; a pair is one
    cluster over all years.
    """
    number = pl.struct("src", "dst").rank("dense").alias("pair")
    both = pairs.with_columns(number)
    twice = pl.concat([both, both.rename({"one": "other", "other": "one"}).select(both.columns)])
    columns = {c: twice[c].to_numpy() for c in twice.columns if c not in ("src", "dst")}
    mixed = twice["same"].n_unique() > 1
    try:
        model = gravity(
            columns["flow"],
            columns["one"],
            columns["other"],
            columns["distance"],
            columns["same"] if mixed else None,
            years=columns["year"].astype(np.int64),
            clusters=columns["pair"].astype(np.int64),
        )
    except HubscopeError:
        return pl.DataFrame(schema=_EXPECTED)
    lo, hi = model.synergy_range(columns["flow"], counted=True)
    made = {
        "expected": model.expected,
        "residual": model.residual,
        "residual_lo": lo,
        "residual_hi": hi,
    }
    return both.with_columns(pl.Series(c, v[: both.height]) for c, v in made.items())


NEAREST_KM = 5.0
"""Hubs with nearly the same middle are two outlines of one place."""

_POINT = ("latitude", "longitude")
