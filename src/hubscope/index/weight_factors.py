"""Factors that move weights: ranges, noise, Dirichlet draws, given sets, and elements left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.framework import Framework
from hubscope.index.recipe import Recipe
from hubscope.index.table import Array
from hubscope.index.weight import rescaled

Weights: TypeAlias = dict[str, Array]
"""Shares by code, one value a draw."""


@dataclass(frozen=True)
class WeightRange:
    """One element's share of its group, uniform between two shares.

    Its siblings fill the rest in their own proportion.
    """

    code: str
    low: float
    high: float
    name: str = ""

    @property
    def label(self) -> str:
        """Name of the factor in tables."""
        return self.name or f"weight.{self.code}"

    def dims(self, framework: Framework) -> int:
        """Uniform numbers a draw."""
        return int(bool(framework))

    def levels(self, framework: Framework) -> int | None:
        """Continuous."""
        return None if framework else 0

    def check(self, framework: Framework, recipe: Recipe) -> None:
        """Raise BadDataError for an unknown code or a share outside 0..1."""
        del recipe
        framework.require(self.code)
        if not 0 <= self.low <= self.high <= 1:
            raise BadDataError(f"factor {self.label}: shares run from 0 to 1, low before high")

    def reweigh(self, framework: Framework, weights: Weights, u: Array) -> Weights:
        """Shares after this factor."""
        share = self.low + u[:, 0] * (self.high - self.low)
        return set_share(framework, weights, self.code, share)


@dataclass(frozen=True)
class WeightNoise:
    """Every weight times 1 + e, e uniform in -size..size, at one level or at all.

    Shares are rescaled to one in each group.
    """

    size: float = 0.25
    level: int | None = None
    name: str = ""

    @property
    def label(self) -> str:
        """Name of the factor in tables."""
        return self.name or ("weights" if self.level is None else f"weights.{self.level}")

    def codes(self, framework: Framework) -> list[str]:
        """Elements whose weights move: those with siblings."""
        return [
            c
            for below in framework.children.values()
            if len(below) > 1
            for c in below
            if self.level in {None, framework.by_code[c].level}
        ]

    def dims(self, framework: Framework) -> int:
        """Uniform numbers a draw."""
        return len(self.codes(framework))

    def levels(self, framework: Framework) -> int | None:
        """Continuous."""
        return None if framework else 0

    def check(self, framework: Framework, recipe: Recipe) -> None:
        """Raise BadDataError for a size outside 0..1 or a level without groups."""
        del recipe
        if not 0 <= self.size <= 1:
            raise BadDataError(f"factor {self.label}: size {self.size} is not within 0..1")
        if not self.codes(framework):
            raise BadDataError(f"factor {self.label}: no group of two or more at that level")

    def reweigh(self, framework: Framework, weights: Weights, u: Array) -> Weights:
        """Shares after this factor."""
        made = dict(weights)
        for j, code in enumerate(self.codes(framework)):
            made[code] = weights[code] * (1 + self.size * (2 * u[:, j] - 1))
        return closed(framework, made)


@dataclass(frozen=True)
class Dirichlet:
    """Shares of a group (or of all) drawn from a Dirichlet distribution around the nominal ones.

    `concentration` is the sum of its parameters: large stays close. Without it every set of shares
    is equally likely.
    """

    groups: tuple[str, ...] = ()
    concentration: float | None = None
    name: str = ""

    @property
    def label(self) -> str:
        """Name of the factor in tables."""
        return self.name or ("dirichlet." + ",".join(self.groups) if self.groups else "dirichlet")

    def heads(self, framework: Framework) -> list[str]:
        """The groups whose shares are drawn."""
        return [
            h
            for h, c in framework.children.items()
            if len(c) > 1 and (not self.groups or h in self.groups)
        ]

    def dims(self, framework: Framework) -> int:
        """Uniform numbers a draw."""
        return sum(len(framework.children[h]) for h in self.heads(framework))

    def levels(self, framework: Framework) -> int | None:
        """Continuous."""
        return None if framework else 0

    def check(self, framework: Framework, recipe: Recipe) -> None:
        """Raise BadDataError for unknown groups or a concentration of zero or below."""
        del recipe
        for group in self.groups:
            if group not in framework.children:
                raise BadDataError(
                    f"factor {self.label}: no group {group}",
                    hint=nearest(group, framework.children),
                )
        if self.concentration is not None and self.concentration <= 0:
            raise BadDataError(f"factor {self.label}: concentration must be above zero")

    def reweigh(self, framework: Framework, weights: Weights, u: Array) -> Weights:
        """Shares after this factor."""
        made, first = dict(weights), 0
        for head in self.heads(framework):
            below = framework.children[head]
            part = u[:, first : first + len(below)]
            base = np.stack([weights[c] for c in below], axis=-1)
            shares = rescaled(_gamma(part, base, self.concentration))
            made |= {c: shares[:, j] for j, c in enumerate(below)}
            first += len(below)
        return made


@dataclass(frozen=True)
class WeightSets:
    """One of several complete sets of weights, each given for some or all codes."""

    sets: tuple[Mapping[str, float], ...]
    name: str = ""

    @property
    def label(self) -> str:
        """Name of the factor in tables."""
        return self.name or "weight_sets"

    def dims(self, framework: Framework) -> int:
        """Uniform numbers a draw."""
        return int(bool(framework))

    def levels(self, framework: Framework) -> int | None:
        """Number of sets."""
        return len(self.sets) if framework else None

    def check(self, framework: Framework, recipe: Recipe) -> None:
        """Raise BadDataError for unknown codes or no sets."""
        del recipe
        if not self.sets:
            raise BadDataError(f"factor {self.label} has no sets")
        for weights in self.sets:
            framework.reweight(dict(weights))

    def reweigh(self, framework: Framework, weights: Weights, u: Array) -> Weights:
        """Shares after this factor."""
        shares = [framework.reweight(dict(s)).weights() for s in self.sets]
        at = bin_of(u[:, 0], len(shares))
        return {c: np.array([s[c] for s in shares])[at] for c in weights}


@dataclass(frozen=True)
class LeaveOut:
    """At most one of the named elements (all indicators when none is named) left out."""

    codes: tuple[str, ...] = ()
    none_too: bool = True
    """Whether leaving nothing out is one of the alternatives."""
    name: str = ""

    @property
    def label(self) -> str:
        """Name of the factor in tables."""
        return self.name or "leave_out"

    def pool(self, framework: Framework) -> list[str]:
        """The alternatives; "" leaves nothing out."""
        return ([""] if self.none_too else []) + list(self.codes or framework.indicators)

    def dims(self, framework: Framework) -> int:
        """Uniform numbers a draw."""
        return int(bool(framework))

    def levels(self, framework: Framework) -> int | None:
        """Number of alternatives."""
        return len(self.pool(framework))

    def check(self, framework: Framework, recipe: Recipe) -> None:
        """Raise BadDataError for unknown codes."""
        del recipe
        for code in self.codes:
            framework.require(code)

    def reweigh(self, framework: Framework, weights: Weights, u: Array) -> Weights:
        """Shares after this factor; the left-out element's siblings share what it had."""
        pool = self.pool(framework)
        at = bin_of(u[:, 0], len(pool))
        made = dict(weights)
        for i, code in enumerate(pool):
            if code:
                made[code] = np.where(at == i, 0.0, made[code])
        return closed(framework, made)


def set_share(framework: Framework, weights: Weights, code: str, share: Array) -> Weights:
    """Weights with `code` at `share` of its group and its siblings scaled to the rest."""
    below = framework.children[framework.by_code[code].parent]
    others = [c for c in below if c != code]
    rest = sum((weights[c] for c in others), np.zeros_like(share))
    made = {**weights, code: share}
    for c in others:
        even = np.full_like(share, 1 / len(others))
        part = np.where(rest > 0, weights[c] / np.where(rest > 0, rest, 1), even)
        made[c] = part * (1 - share)
    return made


def closed(framework: Framework, weights: Weights) -> Weights:
    """Weights rescaled to one in every group that has any."""
    made = dict(weights)
    for below in framework.children.values():
        if below:
            total = sum((weights[c] for c in below), np.zeros(1))
            safe = np.where(total > 0, total, 1.0)
            made |= {c: weights[c] / safe for c in below}
    return made


def bin_of(u: Array, count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Equal bins of [0, 1), whatever part of it the sample happens to cover."""
    return np.minimum((u * count).astype(np.int64), count - 1)


def _gamma(u: Array, base: Array, concentration: float | None) -> Array:
    u = np.clip(u, 1e-12, 1 - 1e-12)
    if concentration is None:
        return np.asarray(-np.log(u))
    from scipy.special import gammaincinv

    shape = np.maximum(base * concentration, 1e-9)
    return np.asarray(np.maximum(np.asarray(gammaincinv(shape, u), dtype=float), 1e-300))
