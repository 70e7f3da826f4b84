"""Weights: each element's share of its group. They sum to one in every group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index import factorise, objective
from hubscope.index.aggregate import aggregate
from hubscope.index.framework import Framework
from hubscope.index.stage import Stage
from hubscope.index.table import Array

DATA_DRIVEN = {"pca", "factor", "entropy", "critic", "sd", "correlation"}
"""Methods that read weights off the data."""


def rescaled(weights: Array) -> Array:
    """Weights divided by their sum along the last axis."""
    return np.asarray(weights / np.sum(weights, axis=-1, keepdims=True))


def effective(framework: Framework, weights: Mapping[str, float | Array]) -> dict[str, float]:
    """Each element's weight in the index: the product of the shares from it up to the top."""
    made: dict[str, float] = {}
    for e in sorted(framework.tree, key=lambda e: -e.level):
        made[e.code] = float(weights[e.code]) * made.get(e.parent, 1.0)
    return made


def weight(
    stage: Stage,
    *,
    method: str = "given",
    level: int | None = None,
    groups: Sequence[str] | None = None,
    **options: Any,
) -> Stage:
    """Set the shares within groups: those named, those whose children stand at `level`, or all."""
    framework = stage.framework
    if method == "set":
        made = framework.reweight(dict(options.get("weights", {}))).weights()
        return replace(stage, weights={**stage.weights, **made}, notes=(), audit=dict(made))
    heads = _heads(framework, level, groups)
    if method == "given":
        shares = {c: framework.weights()[c] for h in heads for c in framework.children[h]}
        return replace(stage, weights={**stage.weights, **shares}, notes=(), audit=shares)
    if stage.values.ndim == 3 and method in DATA_DRIVEN:
        return _by_version(stage, {"method": method, "level": level, "groups": groups, **options})
    shares, notes = {}, []
    for head in heads:
        below = framework.children[head]
        values, note = _shares(stage, head, method, options)
        shares |= dict(zip(below, rescaled(values).tolist(), strict=True))
        notes += [f"{head}: {note}"] if note else []
    return replace(stage, weights={**stage.weights, **shares}, notes=tuple(notes), audit=shares)


def _by_version(stage: Stage, options: Mapping[str, Any]) -> Stage:
    """As weight, each version of the data by itself."""
    made = [weight(replace(stage, values=x), **options) for x in stage.values]
    stacked = {c: np.array([np.float64(m.weights[c]) for m in made]) for c in made[0].weights}
    return replace(stage, weights=stacked, notes=made[0].notes, audit=made[0].audit)


def _heads(framework: Framework, level: int | None, groups: Sequence[str] | None) -> list[str]:
    heads = [h for h in framework.aggregates if framework.children[h]]
    for group in groups or ():
        if group not in heads:
            raise BadDataError(f"weight: {group} is no group", hint=nearest(group, heads))
    if groups is not None:
        return list(groups)
    if level is None:
        return heads
    return [h for h in heads if framework.by_code[h].level == level + 1]


def _shares(stage: Stage, head: str, method: str, options: Mapping[str, Any]) -> tuple[Array, str]:
    below = stage.framework.children[head]
    if method == "equal" or len(below) == 1:
        return np.ones(len(below)), ""
    if method in {"ahp", "budget"}:
        values, note = _given_by_people(head, method, options)
    else:
        values, note = _from_data(_columns(stage, head), below, method, options)
    if len(values) != len(below) or not np.nansum(values) > 0:
        raise BadDataError(
            f"weight {method} of {head}: {len(values)} weights for {len(below)} elements, "
            f"sum {np.nansum(values):g}"
        )
    return values, note


def _given_by_people(head: str, method: str, options: Mapping[str, Any]) -> tuple[Array, str]:
    if method == "budget":
        return objective.budget(
            objective.of_group(options.get("allocations"), head, "allocations")
        ), ""
    table = objective.of_group(options.get("comparisons"), head, "comparisons")
    values, _, ratio = objective.ahp(table)
    return values, f"consistency ratio {ratio:.3f}" + (", above 0.1" if ratio > 0.1 else "")


def _from_data(
    x: Array, codes: Sequence[str], method: str, options: Mapping[str, Any]
) -> tuple[Array, str]:
    if method == "correlation":
        values, got = objective.by_correlation(x, options.get("targets"))
        return values, "correlation shares " + " ".join(f"{g:.3f}" for g in got)
    if method == "pca":
        values = factorise.first_component(x, squared=bool(options.get("squared", True)))
        back = [c for c, b in zip(codes, factorise.against(x), strict=True) if b]
        return values, f"against the first component: {', '.join(back)}" if back else ""
    if method == "factor":
        return factorise.factor_weights(
            x, float(options.get("eigenvalue", 1.0)), options.get("factors")
        ), ""
    how = {"entropy": objective.entropy, "critic": objective.critic, "sd": objective.deviation}
    return how[method](x), ""


def _columns(stage: Stage, head: str) -> Array:
    """Values of a group's elements; groups below it are arithmetic means with present weights."""
    x = stage.values if stage.values.ndim == 2 else stage.values[0]
    place = {c: i for i, c in enumerate(stage.framework.indicators)}
    below = stage.framework.children[head]
    if all(c in place for c in below):
        return x[:, [place[c] for c in below]]
    scores = aggregate(replace(stage, values=x)).scores
    return np.column_stack([x[:, place[c]] if c in place else scores[c] for c in below])
