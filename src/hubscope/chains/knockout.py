"""Knock-outs of places, firms and inputs, one by one and in pairs, each as a range."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl

from hubscope.chains.cascade import Floats, Loss, Resilience, cascade, outage, substitution
from hubscope.chains.grades import LETTERS
from hubscope.chains.graph import Graph, input_graph
from hubscope.chains.supply import holdings, members
from hubscope.errors import HubscopeError, nearest
from hubscope.sources.chain_tables import Chain

USUAL_ELASTICITY = (0.0, 1.0)
"""Where a node states no elasticity of substitution: anything from none to Cobb-Douglas."""

HOLDS = 0.9
"""Share of the draws that a range holds."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of the final outputs after a shock; 1 is all of them."""

    lost: tuple[str, ...]
    strict: float
    """Without substitution, stocks or doubt: the scarcest input decides everything."""
    lo: float
    median: float
    hi: float
    hit: int
    """Inputs that the shock takes some supply from."""
    nodes: Floats
    """Mean left at each node of the graph."""


@dataclass(frozen=True, slots=True)
class Laboratory:
    """A chain made ready for shocks at one level and year."""

    chain: Chain
    graph: Graph
    level: str
    rows: pl.DataFrame
    """Holders in the newest year: item, year, holder, share ... as `holdings` gives, and node."""
    resilience: Resilience


def newest(rows: pl.DataFrame, year: int | None = None) -> pl.DataFrame:
    """Of every item the rows of its newest year with a share, at most `year`."""
    dated = (
        rows if year is None else rows.filter((pl.col("year") <= year) | pl.col("year").is_null())
    )
    last = dated.group_by("item").agg(
        pl.col("year").filter(pl.col("share").is_not_null()).max().alias("shared"),
        pl.col("year").max().alias("any"),
    )
    chosen = last.select("item", pl.coalesce("shared", "any").alias("year"))
    return dated.join(chosen, on=["item", "year"], how="semi", nulls_equal=True)


def laboratory(
    chain: Chain,
    *,
    level: str = "country",
    year: int | None = None,
    horizon: float = 12.0,
    elasticity: tuple[float, float] | None = None,
) -> Laboratory:
    """A chain ready for shocks.

    Args:
        chain: the chain.
        level: country, region, province, city or firm: whose loss is looked at.
        year: take the newest shares up to this year; the newest of all unless given.
        horizon: months looked at.
        elasticity: bounds of substitution for every node; each node's own `elasticity`, else
            USUAL_ELASTICITY, unless given.
    """
    graph = input_graph(chain)
    number = {ident: i for i, ident in enumerate(graph.ids)}
    node = pl.col("item").replace_strict(number, default=None, return_dtype=pl.Int64)
    rows = newest(holdings(chain, level), year).with_columns(node.alias("node"))
    rows = rows.filter(pl.col("node").is_not_null())
    return Laboratory(chain, graph, level, rows, _resilience(chain, graph, horizon, elasticity))


def _resilience(
    chain: Chain, graph: Graph, horizon: float, elasticity: tuple[float, float] | None
) -> Resilience:
    ids, ext = chain.nodes["id"].to_pylist(), chain.nodes["ext"].to_pylist()
    stated = {i: json.loads(e) for i, e in zip(ids, ext, strict=True) if e != "{}"}
    own = [stated.get(i, {}) for i in graph.ids]
    low, high = elasticity or USUAL_ELASTICITY

    def bound(usual: float) -> Floats:
        found = [usual if elasticity else e.get("elasticity", usual) for e in own]
        return substitution(np.array(found, np.float64))

    recovery = np.array([e.get("recovery_months", horizon) for e in own], np.float64)
    stock = np.array([e.get("stock_months", 0.0) for e in own], np.float64)
    return Resilience(bound(low), bound(high), outage(recovery, stock, horizon))


def losses(lab: Laboratory, lost: Iterable[str], part: float = 1.0) -> Loss:
    """What the loss of holders, places or nodes takes from every node.

    Args:
        lab: the chain.
        lost: ids of holders, of places in which holders lie, or of nodes of the input graph.
        part: which part of them is lost, 0 to 1.

    Raises:
        HubscopeError: if one of them holds nothing at this level and is no node.
    """
    holders, nodes = _whom(lab, lost)
    n = lab.graph.n
    rows = lab.rows.with_columns(
        pl.col("share").sum().over("item").alias("total"),
        pl.col("share").is_null().alias("unknown"),
    )
    found = rows.filter(pl.col("holder").is_in(list(holders)))
    stated, gone, gap = np.zeros(n, np.bool_), np.zeros(n), np.zeros(n)
    error, unlisted = np.zeros(n), np.zeros(n)
    stated[rows.filter(~pl.col("unknown"))["node"].to_numpy()] = True
    for row in found.iter_rows(named=True):
        at, grade = row["node"], LETTERS[row["grade"] or "E"]
        if row["unknown"]:
            gap[at] = max(1 - row["total"] / 100, 0.0) if row["total"] else 1.0
            continue
        gone[at] += row["share"] / max(row["total"], 1e-12)
        error[at], unlisted[at] = max(error[at], grade.error), max(unlisted[at], grade.unlisted)
    at_nodes = np.array(sorted(nodes), np.int64)
    stated[at_nodes], gone[at_nodes] = True, 1.0
    error[at_nodes], unlisted[at_nodes], gap[at_nodes] = 0.0, 0.0, 0.0
    stated |= gap > 0
    stated[_classes(lab.graph, nodes)] = False
    return Loss(stated, np.clip(gone, 0, 1) * part, gap * part, error, unlisted)


def _classes(graph: Graph, nodes: set[int]) -> list[int]:
    """The classes above `nodes`: their own shares say nothing of a variant that is lost."""
    up: dict[int, list[int]] = {}
    for src, dst in zip(graph.src[graph.variant], graph.dst[graph.variant], strict=True):
        up.setdefault(int(src), []).append(int(dst))
    queue = sorted(nodes)
    for at in queue:
        queue += [c for c in up.get(at, ()) if c not in queue]
    return [c for c in queue if c not in nodes]


def _whom(lab: Laboratory, lost: Iterable[str]) -> tuple[set[str], set[int]]:
    """The holders that `lost` names or contains, and the nodes."""
    known = set(lab.rows["holder"].to_list())
    number = {ident: i for i, ident in enumerate(lab.graph.ids)}
    places = _places(lab.chain)
    holders: set[str] = set()
    nodes: set[int] = set()
    for ident in lost:
        inside = {ident} & known or (
            members(lab.chain, ident) & known if ident in places else set()
        )
        if ident in number:
            nodes.add(number[ident])
        elif inside:
            holders |= inside
        else:
            valid = [*known, *number] if len(known) + len(number) < 20_000 else []
            raise HubscopeError(
                f"{ident!r} holds nothing at the level {lab.level} and is no input",
                hint=nearest(ident, valid) if valid else "",
            )
    return holders, nodes


def _places(chain: Chain) -> set[str]:
    kinds = zip(chain.nodes["id"].to_pylist(), chain.nodes["kind"].to_pylist(), strict=True)
    return {ident for ident, kind in kinds if kind == "place"}


def knock_out(
    lab: Laboratory, lost: Sequence[str], *, part: float = 1.0, draws: int = 1000, seed: int = 1
) -> Left:
    """What is left of the final outputs without `lost`, as a range over what is not known.

    The range holds the middle 90 % of the draws over substitution and evidence. `strict` is the
    same loss taken at its word; where it lies outside the range one data gap may have decided it.
    """
    loss = losses(lab, lost, part)
    left, nodes = cascade(lab.graph, loss, lab.resilience, draws=draws, seed=seed)
    zero = np.zeros(lab.graph.n)
    plain = Loss(loss.stated, loss.lost, zero, zero, zero)
    strict, _ = cascade(
        lab.graph, plain, Resilience(zero, zero, np.ones(lab.graph.n)), draws=1, seed=seed
    )
    tail = (1 - HOLDS) / 2
    lo, median, hi = np.quantile(left, [tail, 0.5, 1 - tail])
    hit = int(((loss.lost > 0) | (loss.gap > 0)).sum())
    return Left(tuple(lost), float(strict[0]), float(lo), float(median), float(hi), hit, nodes)


def singles(lab: Laboratory, *, draws: int = 1000, seed: int = 1) -> list[Left]:
    """The loss of every named holder alone, the hardest first."""
    named = lab.rows.filter(~pl.col("residual"))["holder"].unique().sort().to_list()
    found = [knock_out(lab, [h], draws=draws, seed=seed) for h in named]
    return sorted(found, key=lambda x: (x.median, x.lost))


def pairs(
    lab: Laboratory, alone: Sequence[Left], *, most: int = 20, draws: int = 1000, seed: int = 1
) -> list[Left]:
    """The loss of every two of the `most` hardest single losses, the hardest first."""
    chosen = [x.lost[0] for x in alone[:most]]
    both = [knock_out(lab, two, draws=draws, seed=seed) for two in combinations(chosen, 2)]
    return sorted(both, key=lambda x: (x.median, x.lost))
