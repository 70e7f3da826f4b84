"""Scenarios matched to who could answer them, each match with its reason and evidence."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from hubscope.sources.chain_tables import Chain

CAN = {"supplies": 1.0, "produces": 1.0, "answers": 1.0, "owned": 0.7, "authored": 0.4}
"""How near to an answer a relation is: a maker before an owner of patents before an author."""

NEAR = {"maps_to": 0.8, "variant_of": 0.8, "part_of": 0.7, "input_to": 0.5}
"""How much of a need one step along the chain still meets."""


def matches(chain: Chain) -> pl.DataFrame:
    """Who could answer what a scenario or call needs.

    A provider matches a need directly, or one step along the chain: a variant of it, what maps to
    it, a part, an input. The strength is a convention for sorting (CAN x NEAR x the link's share
    of a mapping), the reason says which links carry it.

    Returns:
        scenario, need, provider, via (the node it makes, owns or studies), relation, step (direct
        or the relation in between), strength (0 to 1), same_place, evidence (of the provider's
        link). The strongest first; needs nobody meets have a null provider.
    """
    links = pl.DataFrame(pl.from_arrow(chain.links)).select(
        "src", "dst", "rel", "evidence", "share"
    )
    nodes = pl.DataFrame(pl.from_arrow(chain.nodes.select(["id", "kind", "place"])))
    itself = pl.when(pl.col("kind") == "place").then("id").otherwise("place")
    place = dict(nodes.select("id", itself.alias("place")).iter_rows())
    kind = dict(nodes.select("id", "kind").iter_rows())
    makers: dict[str, list[tuple[str, str, str]]] = {}
    for src, dst, rel, evidence, _ in links.filter(pl.col("rel").is_in(list(CAN))).iter_rows():
        if kind.get(src) in ("org", "place"):
            makers.setdefault(dst, []).append((src, rel, evidence))
    steps = _steps(links)
    rows: list[tuple[object, ...]] = []
    for scenario, need, *_ in links.filter(pl.col("rel") == "needs").iter_rows():
        here = _where(scenario, place)
        found = list(_answers(need, makers, steps))
        for who, via, rel, step, strength, evidence in found:
            near = _where(who, place) == here
            rows.append((scenario, need, who, via, rel, step, strength, near, evidence))
        if not found:
            rows.append((scenario, need, *[None] * 7))
    return _table(rows)


def _where(ident: str, place: dict[str, str | None]) -> str:
    return place.get(ident) or ident


def _steps(links: pl.DataFrame) -> dict[str, list[tuple[str, str, float]]]:
    """What lies one step from each node: node, relation, weight."""
    found: dict[str, list[tuple[str, str, float]]] = {}
    near = links.filter(pl.col("rel").is_in(list(NEAR)))
    for src, dst, rel, _, share in near.iter_rows():
        part = NEAR[rel] * (1.0 if share is None else share / 100)
        found.setdefault(dst, []).append((src, rel, part))
        if rel == "maps_to":
            found.setdefault(src, []).append((dst, rel, part))
    return found


def _answers(
    need: str,
    makers: dict[str, list[tuple[str, str, str]]],
    steps: dict[str, list[tuple[str, str, float]]],
) -> Iterator[tuple[str, str, str, str, float, str]]:
    """Provider, via, relation, step, strength and evidence of every match of one need."""
    for provider, rel, evidence in makers.get(need, ()):
        yield provider, need, rel, "direct", CAN[rel], evidence
    for via, step, part in steps.get(need, ()):
        for provider, rel, evidence in makers.get(via, ()):
            yield provider, via, rel, step, CAN[rel] * part, evidence


def _table(rows: list[tuple[object, ...]]) -> pl.DataFrame:
    schema = {
        "scenario": pl.String,
        "need": pl.String,
        "provider": pl.String,
        "via": pl.String,
        "relation": pl.String,
        "step": pl.String,
        "strength": pl.Float64,
        "same_place": pl.Boolean,
        "evidence": pl.String,
    }
    best = pl.DataFrame(rows, schema=schema, orient="row").sort(
        "scenario",
        "need",
        "strength",
        "provider",
        descending=[False, False, True, False],
        nulls_last=True,
    )
    return best.unique(["scenario", "need", "provider"], keep="first", maintain_order=True)
