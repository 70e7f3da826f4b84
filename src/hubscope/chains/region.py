"""How the places of a region work together: flows, Salton, complementarity, coupling, vintages."""

from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt
import polars as pl

from hubscope.chains.gravity import Gravity, gravity, kilometres
from hubscope.errors import HubscopeError
from hubscope.sources.chain_tables import Chain

Floats = npt.NDArray[np.float64]


def flows(chain: Chain) -> pl.DataFrame:
    """Every flow between two nodes with its evidence, the newest vintage of a year marked.

    Returns:
        src, dst, year, period, value, unit, status, vintage, source, locator, licence, note,
        current, revisions (how many figures there are of this flow, unit and period).
    """
    links = pl.DataFrame(pl.from_arrow(chain.links))
    evidence = pl.DataFrame(pl.from_arrow(chain.evidence)).rename({"id": "evidence"})
    key = ["src", "dst", "unit", "year", "period"]
    return (
        links.filter((pl.col("rel") == "flows_to") & pl.col("value").is_not_null())
        .join(evidence, on="evidence")
        .with_columns(rank=pl.col("status").replace_strict(_TRUST, return_dtype=pl.Int8))
        .sort(*key, "vintage", "rank")
        .with_columns(pl.len().over(key).alias("revisions"))
        .with_columns(current=pl.int_range(1, pl.len() + 1).over(key) == pl.col("revisions"))
        .select(
            *key,
            "value",
            "status",
            "vintage",
            "source",
            "locator",
            "licence",
            "note",
            "current",
            "revisions",
        )
        .sort(*key, "vintage", "status", "value")
    )


_TRUST = {"target": 0, "estimated": 1, "secondary": 2, "derived": 3, "published": 4}
"""Which of two figures of one vintage stands first; the other is kept beside it."""


def vintages(found: pl.DataFrame) -> pl.DataFrame:
    """Flows of which there are several figures: what each says and by how much it differs.

    Returns:
        src, dst, unit, year, period, vintage, status, value, first (the oldest figure) and change
        (value over first, minus 1).
    """
    key = ["src", "dst", "unit", "year", "period"]
    first = pl.col("value").sort_by("vintage", "status").first().over(key)
    several = found.filter(pl.col("revisions") > 1)
    return several.with_columns(first.alias("first")).select(
        *key,
        "vintage",
        "status",
        "value",
        "first",
        (pl.col("value") / pl.col("first") - 1).alias("change"),
    )


def salton(joint: Floats, size: Floats) -> Floats:
    """Salton's cosine, joint / √(size_i size_j): co-publications against all publications.

    Args:
        joint: counts of what two places do together, shape (n, n), symmetric.
        size: all that each place does, shape (n,).
    """
    root = np.sqrt(np.outer(size, size))
    found = np.divide(joint, root, out=np.full(joint.shape, np.nan), where=root > 0)
    np.fill_diagonal(found, np.nan)
    return np.asarray(found)


def complementarity(m: Floats) -> Floats:
    """The share of what place i lacks that place j has: high where j can fill i's gaps.

    Args:
        m: 1 where a place is specialised, else 0, shape (places, activities).
    """
    lacks = 1 - m
    missing = lacks.sum(1, keepdims=True)
    found = np.divide(
        lacks @ m.T, missing, out=np.full((m.shape[0],) * 2, np.nan), where=missing > 0
    )
    np.fill_diagonal(found, np.nan)
    return np.asarray(found)


def coupling(systems: Floats, weights: Floats | None = None) -> tuple[Floats, Floats, Floats]:
    """Coupling C, level T and coordination D 耦合协调度 of several subsystems.

    C = n (ΠU)^(1/n) / ΣU, T = ΣaU, D = √(C T). Common in Chinese regional studies though its theory
    is thin: D is high only where all U are high and alike. Always shown next to the raw values.

    Args:
        systems: scores from 0 to 1, shape (places, subsystems).
        weights: of the subsystems, summing to 1; equal unless given.
    """
    if ((systems < 0) | (systems > 1)).any():
        raise HubscopeError("coupling: a score lies outside 0 and 1", hint="normalise it first")
    n = systems.shape[1]
    weights = np.full(n, 1 / n) if weights is None else weights
    total = systems.sum(1)
    mean = np.prod(systems, axis=1) ** (1 / n)
    c = np.divide(n * mean, total, out=np.zeros(total.size), where=total > 0)
    t = systems @ weights
    return c, t, np.sqrt(c * t)


def places(chain: Chain) -> pl.DataFrame:
    """Places with a point: id, latitude, longitude and, where stated, size."""
    rows = []
    for node in chain.nodes.filter(_is_place(chain)).to_pylist():
        ext = json.loads(node["ext"])
        if "latitude" in ext and "longitude" in ext:
            rows.append((node["id"], ext["latitude"], ext["longitude"], ext.get("size")))
    names = {"id": pl.String, "latitude": pl.Float64, "longitude": pl.Float64, "size": pl.Float64}
    return pl.DataFrame(rows, schema=names, orient="row")


def _is_place(chain: Chain) -> object:
    import pyarrow.compute as pc

    return pc.equal(chain.nodes["kind"], "place")


COUNTS = ("papers", "patents", "contracts", "branches", "items")
"""Units whose flows are counts of single events; all others are amounts."""


def synergy(
    found: pl.DataFrame,
    where: pl.DataFrame,
    sizes: pl.DataFrame,
    *,
    unit: str,
    year: int | None = None,
) -> tuple[pl.DataFrame, Gravity]:
    """What flows between places beyond what their sizes and distance let expect.

    Args:
        found: flows as `flows` gives them.
        where: places as `places` gives them.
        sizes: id and size (population, output, papers) of each place.
        unit: of the flows that are looked at.
        year: of the flows; all years in one model, each with an effect of its own, unless given.

    Returns:
        src, dst, year, value, expected, residual with its range residual_lo and residual_hi,
        distance; of each year the greatest synergy first, the newest year first; and the model.
        Pairs without a figure are left out: a flow that nobody counted is not zero.
    """
    now = found.filter((pl.col("unit") == unit) & (pl.col("period") == "") & pl.col("current"))
    now = now if year is None else now.filter(pl.col("year") == year)
    sized = where.drop("size").join(sizes, on="id")
    number = {ident: i for i, ident in enumerate(sized["id"])}
    now = now.filter(pl.col("src").is_in(list(number)) & pl.col("dst").is_in(list(number)))
    if not now.height:
        raise HubscopeError(
            f"no flow of {year or 'any year'} in {unit!r} has the size of both its places",
            hint="give places latitude, longitude and size in the column ext of nodes.csv",
        )
    i, j = (np.array([number[x] for x in now[c]], np.int64) for c in ("src", "dst"))
    far = kilometres(sized["latitude"].to_numpy(), sized["longitude"].to_numpy())[i, j]
    size, flow = sized["size"].to_numpy(), now["value"].to_numpy()
    pair = np.minimum(i, j) * sized.height + np.maximum(i, j)
    years = now["year"].to_numpy().astype(np.int64)
    model = gravity(flow, size[i], size[j], far, years=years, clusters=pair)
    lo, hi = model.synergy_range(flow, counted=unit in COUNTS)
    table = now.select("src", "dst", "year", "value").with_columns(
        expected=pl.Series(model.expected),
        residual=pl.Series(model.residual),
        residual_lo=pl.Series(lo),
        residual_hi=pl.Series(hi),
        distance=pl.Series(far),
    )
    return table.sort("year", "residual", descending=True), model
