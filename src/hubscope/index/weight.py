"""Weights: each element's share of its group. They sum to one in every group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.framework import Framework
from hubscope.index.stage import Stage
from hubscope.index.table import Array


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
    shares, notes = {}, []
    for head in heads:
        below = framework.children[head]
        values, note = _shares(stage, head, method, options)
        shares |= dict(zip(below, rescaled(values).tolist(), strict=True))
        notes += [f"{head}: {note}"] if note else []
    return replace(stage, weights={**stage.weights, **shares}, notes=tuple(notes), audit=shares)


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
    raise BadDataError(
        f"weight: {method} is not a method", hint=nearest(method, ["equal", "given"])
    )
