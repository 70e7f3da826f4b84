"""Rules that hold between the links of a chain, whatever source it came from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from hubscope.sources.chain_tables import Chain

Ints = npt.NDArray[np.int64]
TOLERANCE = 2.0
"""Percentage points by which the shares of one input may miss 100."""

INPUT_RELS = ("input_to", "variant_of")
"""The relations that make the input graph, which has no cycle."""


@dataclass(frozen=True, slots=True)
class ShareSum:
    """The shares of one input at one level in one year, where they do not sum to 100."""

    item: str
    level: str
    year: int | None
    total: float
    missing: int
    """Providers without a share; a sum below 100 is then no fault."""


def codes(*columns: pl.Series) -> tuple[list[str], list[Ints]]:
    """The distinct texts of all columns, sorted, and each column as their positions."""
    names = pl.concat([c.rename("id") for c in columns]).unique().sort()
    kind = pl.Enum(names)
    return names.to_list(), [
        c.cast(kind).to_physical().to_numpy().astype(np.int64) for c in columns
    ]


def find_cycle(src: Ints, dst: Ints, n: int) -> list[int] | None:
    """One cycle of the graph as node numbers in order, or None if it has none.

    A self-loop is a cycle of one node. Strongly connected components find where to look; the walk
    then stays inside one component, where every node has a successor.
    """
    loops = np.flatnonzero(src == dst)
    if loops.size:
        return [int(src[loops[0]])]
    if not src.size:
        return None
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graph = csr_array((np.ones(src.size, np.int8), (src, dst)), shape=(n, n))
    count, of = connected_components(graph, directed=True, connection="strong")
    if count == n:
        return None
    inside = of[src] == of[dst]
    after = dict(zip(src[inside].tolist(), dst[inside].tolist(), strict=True))
    return _walk(after)


def _walk(after: dict[int, int]) -> list[int]:
    at = next(iter(after))
    seen: dict[int, int] = {}
    path: list[int] = []
    while at not in seen:
        seen[at] = len(path)
        path.append(at)
        at = after[at]
    return path[seen[at] :]


def provider_levels(nodes: pl.DataFrame) -> pl.DataFrame:
    """Each node's `id`, `level` (firm, or its place's size) and whether it is a residual.

    Args:
        nodes: columns id, kind and ext (a JSON object as text).
    """
    level = pl.col("ext").str.json_path_match("$.level")
    return nodes.select(
        "id",
        pl.when(pl.col("kind") == "org")
        .then(pl.lit("firm"))
        .otherwise(level.fill_null("country"))
        .alias("level"),
        (pl.col("ext").str.json_path_match("$.residual") == "true")
        .fill_null(value=False)
        .alias("residual"),
    )


def supplies(chain: Chain) -> pl.DataFrame:
    """Who supplies what: item, holder, level, residual, year, share, lo, hi, evidence."""
    nodes = pl.DataFrame(pl.from_arrow(chain.nodes.select(["id", "kind", "ext"])))
    columns = ["src", "dst", "rel", "year", "share", "lo", "hi", "evidence"]
    links = pl.DataFrame(pl.from_arrow(chain.links.select(columns)))
    return (
        links.filter(pl.col("rel") == "supplies")
        .join(
            provider_levels(nodes),
            left_on="src",
            right_on="id",
            how="left",
            maintain_order="left",
        )
        .rename({"src": "holder", "dst": "item"})
        .drop("rel")
    )


def share_sums(chain: Chain, tolerance: float = TOLERANCE) -> list[ShareSum]:
    """Every input, level and year whose shares sum to more or less than 100 within `tolerance`."""
    sums = (
        supplies(chain)
        .group_by("item", "level", "year")
        .agg(
            pl.col("share").sum().alias("total"),
            pl.col("share").is_null().sum().alias("missing"),
            pl.len().alias("n"),
        )
        .filter(pl.col("missing") < pl.col("n"))
        .sort("item", "level", "year")
    )
    total, missing = pl.col("total"), pl.col("missing")
    off = sums.filter((total > 100 + tolerance) | ((total < 100 - tolerance) & (missing == 0)))
    return [
        ShareSum(r["item"], r["level"], r["year"], r["total"], r["missing"])
        for r in off.iter_rows(named=True)
    ]
