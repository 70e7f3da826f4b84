"""Combine elements into groups and groups into the index, up the tree.

Columns of a group are (units,) or (draws, units); weights are (draws, elements); scores come out as
(draws, units). Missing elements are dropped and the weights of the others rescaled; a unit without
any element has no score. Formulas: OECD/JRC Handbook (2008), pp. 102-116.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.benefit import bod
from hubscope.index.electre import electre
from hubscope.index.framework import Framework
from hubscope.index.mcdm import OUTSIDE
from hubscope.index.means import SEPARABLE, Column
from hubscope.index.options import METHODS
from hubscope.index.social import COMPARING
from hubscope.index.stage import Stage
from hubscope.index.table import Array

BLOCK = 400_000
"""Draws x units worked on at a time, so that the running sums stay in the processor's cache."""


@dataclass(frozen=True)
class Rule:
    """How the groups of one level are made."""

    method: str = "arithmetic"
    availability: float = 0.0
    """Share of a group's elements that a unit must have."""
    options: Mapping[str, Any] = field(default_factory=dict)


def rules(framework: Framework, options: Mapping[str, Any]) -> tuple[Rule, ...]:
    """One rule a level from 2 to the top; an option given as a list of that length is by level."""
    count = framework.top_level - 1
    named = [c for v in (options.get("bad", ()), *_by_code(options).values()) for c in v]
    absent = [c for c in named if c not in framework.by_code]
    if absent:
        raise BadDataError(
            f"aggregate: no elements {', '.join(absent)}",
            hint=nearest(absent[0], framework.by_code),
        )
    return tuple(_rule({k: _at(k, v, i, count) for k, v in options.items()}) for i in range(count))


def _at(name: str, value: Any, index: int, count: int) -> Any:
    if not isinstance(value, list | tuple) or name in {"order_weights", "bad"}:
        return value
    if len(value) != count:
        raise BadDataError(
            f"aggregate: {name} lists {len(value)} values for {count} levels",
            hint="give one value, or one a level from level 2 up",
        )
    return value[index]


def _rule(options: dict[str, Any]) -> Rule:
    method = str(options.pop("method", "arithmetic"))
    if method not in METHODS["aggregate"]:
        raise BadDataError(
            f"aggregate: unknown method {method!r}", hint=nearest(method, METHODS["aggregate"])
        )
    availability = float(options.pop("availability", 0.0))
    known = METHODS["aggregate"][method]
    read = {k: v for k, v in options.items() if k in known}
    if method != "electre" and any(isinstance(read.get(k), Mapping) for k in "pv"):
        raise BadDataError(f"aggregate {method}: a table of p or v", hint="only electre takes one")
    if method == "power" and not np.isfinite(read.get("p", 1.0)):
        raise BadDataError(f"aggregate power: p = {read['p']}", hint="a finite number")
    return Rule(method, availability, read)


COMBINE: dict[str, Callable[..., Array]] = {
    **SEPARABLE,
    **COMPARING,
    **OUTSIDE,
    "bod": bod,
    "electre": electre,
}


def combine(columns: Sequence[Column], weights: Array, rule: Rule) -> Array:
    """One group's scores, draws x units, with the level's availability threshold applied."""
    made = COMBINE[rule.method](columns, weights, **rule.options)
    if rule.availability > 0:
        present = sum((~np.isnan(c)).astype(float) for c in columns)
        made = np.where(present / len(columns) >= rule.availability, made, np.nan)
    return made


def positive_only(rule: Rule) -> bool:
    """Whether the rule has no meaning for values of zero or below."""
    if rule.method != "power":
        return rule.method in {"geometric", "harmonic"}
    p = float(rule.options.get("p", 1.0))
    return p <= 0 or p != int(p)


def check(columns: Sequence[Column], codes: Sequence[str], head: str, rule: Rule) -> None:
    """Raise BadDataError naming the elements of `head` that the rule cannot take."""
    if not positive_only(rule):
        return
    bad = [code for code, column in zip(codes, columns, strict=True) if (column <= 0).any()]
    if bad:
        raise BadDataError(
            f"aggregate {rule.method} of {head}: values of zero or below in {', '.join(bad)}",
            hint="normalise to a range above zero, for example minmax with low = 1",
        )


OTHERWISE = {"least": 0.0, "most": 1.0, "towards": 1.0, **dict.fromkeys("qpv", np.nan)}
"""Options that may be given by code, and what holds for elements that are not named."""


def _by_code(options: Mapping[str, Any]) -> dict[str, Mapping[str, float]]:
    return {k: v for k, v in options.items() if k in OTHERWISE and isinstance(v, Mapping)}


def placed(rule: Rule, below: Sequence[str]) -> Rule:
    """The rule with codes turned into places in this group: of bad outputs, limits, directions."""
    made: dict[str, Any] = {
        name: np.array([float(given.get(c, OTHERWISE[name])) for c in below])
        for name, given in _by_code(rule.options).items()
    }
    if "bad" in rule.options:
        made["bad"] = [i for i, code in enumerate(below) if code in rule.options["bad"]]
    return replace(rule, options={**rule.options, **made}) if made else rule


Emit = Callable[[str, Array], None]


def climb(
    x: Array,
    framework: Framework,
    weights: Mapping[str, Array],
    by_level: Sequence[Rule],
    emit: Emit,
) -> Array:
    """Scores of the index, draws x units, from values (draws x) units x indicators.

    `weights` holds (draws,) shares by code. `emit` is called with each group's code and scores,
    children before parents; only one branch of the tree is in memory at a time.
    """
    place = {c: i for i, c in enumerate(framework.indicators)}
    count = len(next(iter(weights.values())))

    def node(code: str) -> Array:
        if code in place:
            return x[..., place[code]]
        below = framework.children[code]
        if not below:
            made = np.full((count, x.shape[-2]), np.nan)
        else:
            rule = by_level[framework.by_code[code].level - 2]
            columns = [node(c) for c in below]
            shares = np.stack([weights[c] for c in below], axis=-1)
            check(columns, below, code, rule)
            made = _in_blocks(columns, shares, placed(rule, below), x.shape[-2])
        emit(code, made)
        return made

    return node(framework.top)


def _in_blocks(columns: Sequence[Column], shares: Array, rule: Rule, units: int) -> Array:
    step = max(1, BLOCK // max(units, 1))
    if len(shares) <= step:
        return combine(columns, shares, rule)
    return np.concatenate(
        [
            combine([c[s] if c.ndim == 2 else c for c in columns], shares[s], rule)
            for s in _slices(len(shares), step)
        ]
    )


def _slices(count: int, step: int) -> Iterator[slice]:
    for first in range(0, count, step):
        yield slice(first, first + step)


def aggregate(stage: Stage, **options: Any) -> Stage:
    """Scores of every group and the index, by one method or one a level."""
    made: dict[str, Array] = {}
    many = stage.values.ndim == 3
    count = len(stage.values) if many else 1
    weights = {
        c: np.broadcast_to(np.asarray(w, dtype=float), (count,)) for c, w in stage.weights.items()
    }
    climb(stage.values, stage.framework, weights, rules(stage.framework, options), made.__setitem__)
    ordered = {c: made[c] if many else made[c][0] for c in stage.framework.aggregates}
    unknown = {c: int(np.isnan(s).sum()) for c, s in ordered.items() if np.isnan(s).any()}
    notes = tuple(f"{c} is unknown for {n} units" for c, n in unknown.items())
    return replace(stage, scores=ordered, notes=notes, audit={})
