"""Which choice moves the ranking: first-order and total Sobol' indices, sampled or exact.

Saltelli et al. (2010), Computer Physics Communications 181; Jansen (1999); Handbook pp. 121-131.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.build import Build, Custom
from hubscope.index.design import Setup, index_draws, setup, small_enough
from hubscope.index.factors import Factor
from hubscope.index.framework import Framework
from hubscope.index.recipe import Recipe
from hubscope.index.sequence import sobol
from hubscope.index.sheets import Columns
from hubscope.index.table import Array

MOST_EXACT = 1_000_000
MOST_CELLS = 100_000_000
"""Combinations x units up to which every one is computed."""
"""Combinations of a discrete design up to which every one is computed."""
CHUNK = 2_000_000
"""Draws x units evaluated at a time."""


@dataclass(frozen=True, eq=False)
class Indices:
    """Sobol' indices; outputs x factors. NaN where the output never varies."""

    outputs: tuple[str, ...]
    factors: tuple[str, ...]
    first: Array
    total: Array
    first_lo: Array
    first_hi: Array
    total_lo: Array
    total_hi: Array
    variance: Array
    """Variance of each output."""

    def columns(self) -> Columns:
        """One row an output and factor."""
        rows = len(self.outputs), len(self.factors)
        made: Columns = {
            "output": np.repeat(self.outputs, rows[1]).tolist(),
            "factor": list(self.factors) * rows[0],
        }
        for name in ("first", "first_lo", "first_hi", "total", "total_lo", "total_hi"):
            made[name] = getattr(self, name).ravel()
        return made


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """What the ranking is most sensitive to."""

    nominal: Build
    factors: tuple[Factor, ...]
    runs: int
    exact: bool
    """Whether every combination was computed; intervals then have no width."""
    level: float
    shift: Indices
    """Of the mean absolute rank shift against the nominal index: one output."""
    units: Indices
    """Of each unit's rank."""
    pairs: Indices
    """Of the difference in score between the units of each pair asked for."""
    mean_shift: float
    """Mean of the mean absolute rank shift over the design."""


def outputs(nominal: Build, scores: Array, ranks: Array, pairs: Sequence[tuple[str, str]]) -> Array:
    """Mean absolute rank shift, every unit's rank, every pair's difference; draws x outputs.

    A unit without a rank in some draw has no indices: its output is NaN there.
    """
    known = ~np.isnan(ranks)
    gaps = np.where(known, np.abs(ranks - nominal.rank), 0.0)
    count = (known & ~np.isnan(nominal.rank)).sum(axis=1)
    shift = np.nansum(gaps, axis=1) / np.maximum(count, 1)
    place = {u: i for i, u in enumerate(nominal.units)}
    gap = [scores[:, place[a]] - scores[:, place[b]] for a, b in pairs]
    return np.column_stack([shift, ranks, *gap])


def _evaluated(prepared: Setup, u: Array, pairs: Sequence[tuple[str, str]]) -> Array:
    small_enough(len(u), len(prepared.nominal.units))
    step = max(1, CHUNK // max(len(prepared.nominal.units), 1))
    parts = []
    for first in range(0, len(u), step):
        scores, ranks = index_draws(prepared, u[first : first + step])
        parts.append(outputs(prepared.nominal, scores, ranks, pairs))
    return np.concatenate(parts)


def estimate(
    ya: Array, yb: Array, yab: Array, yba: Array | None = None, counts: Array | None = None
) -> tuple[Array, Array, Array]:
    """First-order and total indices and the variance, from A, B, and each with one factor swapped.

    `ya`, `yb` are points x outputs; `yab` (A with B's factor) and `yba` (B with A's) are factors x
    points x outputs; `counts` (samples x points) are bootstrap multiplicities, one sample of ones
    when not given. Numerators are Saltelli's Y_B (Y_AB - Y_A) with Y centred and Jansen's
    (Y_A - Y_AB)^2 / 2, averaged with their mirror images when `yba` is given. First and total come
    out as samples x factors x outputs, the variance as samples x outputs.
    """
    c = np.ones((1, len(ya))) if counts is None else counts
    centre = (ya.mean(axis=0) + yb.mean(axis=0)) / 2
    ya, yb, yab = ya - centre, yb - centre, yab - centre
    sides, blocks = [(ya, yb, yab)], [ya, yb]
    if yba is not None:
        yba = yba - centre
        sides, blocks = [*sides, (yb, ya, yba)], [*blocks, *yab, *yba]
    n = c.sum(axis=1, keepdims=True)
    mean = c @ np.mean(blocks, axis=0) / n
    variance = c @ np.mean(np.square(blocks), axis=0) / n - mean**2
    safe = np.where(variance > 1e-300, variance, np.nan)[:, None, :] * n[..., None]
    first = sum(np.stack([c @ (q * (y - p)) for y in ys], axis=1) for p, q, ys in sides)
    total = sum(np.stack([c @ (p - y) ** 2 / 2 for y in ys], axis=1) for p, _, ys in sides)
    own = safe if yba is None else _own_variance(c, mean, (ya, yb, yab, yba)) * n[..., None]
    return first / len(sides) / safe, total / len(sides) / own, variance


def _own_variance(c: Array, mean: Array, blocks: tuple[Array, Array, Array, Array]) -> Array:
    """Variance over the four blocks that a factor's total index uses; samples x factors x outputs.

    It errs with the numerator, so their ratio errs less (the idea of Janon et al. 2014).
    """
    ya, yb, yab, yba = blocks
    squares = (ya**2 + yb**2 + yab**2 + yba**2) / 4
    made = np.stack([c @ s for s in squares], axis=1) / c.sum(axis=1)[:, None, None]
    made = made - mean[:, None, :] ** 2
    return np.where(made > 1e-300, made, np.nan)


def sampled(
    prepared: Setup,
    n: int,
    pairs: Sequence[tuple[str, str]],
    *,
    bootstrap: int,
    level: float,
) -> tuple[Array, ...]:
    """Indices and their interval ends from n (2 d + 2) runs; eight arrays, outputs first.

    Both matrices take each other's factor in turn: twice the pairs of n (d + 2) runs.
    """
    dims, d = sum(prepared.dims), len(prepared.dims)
    u = sobol(2 * dims, n, prepared.seed)
    a, b = u[:, :dims], _apart(u[:, :dims], u[:, dims:], prepared)
    runs = [a, b, *_swapped(a, b, prepared.dims), *_swapped(b, a, prepared.dims)]
    y = _evaluated(prepared, np.concatenate(runs), pairs).reshape(2 * d + 2, n, -1)
    blocks = (y[0], y[1], y[2 : d + 2], y[d + 2 :])
    s, t, variance = estimate(*blocks)
    ends = _bootstrap(blocks, (s[0], t[0]), samples=bootstrap, level=level, seed=prepared.seed)
    mean = (y[0].mean(axis=0) + y[1].mean(axis=0)) / 2
    return s[0].T, t[0].T, *ends, variance[0], mean


def _apart(a: Array, b: Array, prepared: Setup) -> Array:
    """`b`, its points shuffled where a factor would hardly change when it takes its number there.

    Of few points in many dimensions some pairs of dimensions lie on a diagonal of squares: one
    number is in the upper half whenever the other is, or never.
    """
    firsts = np.cumsum([0, *prepared.dims[:-1]])
    single = [i for i, width in zip(firsts, prepared.dims, strict=True) if width == 1]
    together = np.mean((a[:, single] < 0.5) == (b[:, single] < 0.5), axis=0)
    if (np.abs(together - 0.5) <= 0.4).all():
        return b
    return b[np.random.default_rng([prepared.seed, 5]).permutation(len(b))]


def _swapped(a: Array, b: Array, widths: Sequence[int]) -> list[Array]:
    """For each factor `a` with the columns of `b`."""
    made, first = [], 0
    for width in widths:
        mixed = a.copy()
        mixed[:, first : first + width] = b[:, first : first + width]
        made.append(mixed)
        first += width
    return made


def _bootstrap(
    blocks: tuple[Array, Array, Array, Array],
    point: tuple[Array, Array],
    *,
    samples: int,
    level: float,
    seed: int,
) -> tuple[Array, Array, Array, Array]:
    """Percentile ends of both indices, resampling points; the variance is recomputed as well."""
    rng = np.random.default_rng([seed, 7])
    n = len(blocks[0])
    counts = rng.multinomial(n, np.full(n, 1 / n), size=samples).astype(float)
    s, t, _ = estimate(*blocks, counts)
    tails = [(1 - level) / 2, (1 + level) / 2]
    made = []
    for draws, at in ((s, point[0]), (t, point[1])):
        lo, hi = np.quantile(draws, tails, axis=0)
        made += [np.fmin(lo, at).T, np.fmax(hi, at).T]
    return made[0], made[1], made[2], made[3]


def grid(levels: Sequence[int]) -> Array:
    """Every combination of alternatives as points of the design; the last factor runs fastest."""
    axes = [(np.arange(count) + 0.5) / count for count in levels]
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(levels))


def enumerated(y: Array, levels: Sequence[int]) -> tuple[Array, Array, Array]:
    """Exact indices from all combinations (combinations x outputs); outputs x factors.

    S = Var(E[Y | x_i]) / Var(Y), ST = 1 - Var(E[Y | all but x_i]) / Var(Y).
    """
    table = y.reshape(*levels, -1)
    d = len(levels)
    variance = y.var(axis=0)
    safe = np.where(variance > 1e-300, variance, np.nan)
    first, total = [], []
    for i in range(d):
        others = tuple(j for j in range(d) if j != i)
        first.append(table.mean(axis=others).var(axis=0) / safe)
        rest = table.mean(axis=i).reshape(-1, y.shape[1])
        total.append(1 - rest.var(axis=0) / safe)
    return np.stack(first, axis=1), np.stack(total, axis=1), variance


def combinations(framework: Framework, factors: Sequence[Factor]) -> int | None:
    """Number of combinations of a discrete design, None when a factor is continuous."""
    levels = [f.levels(framework) for f in factors]
    return None if None in levels or not levels else int(np.prod([n or 1 for n in levels]))


def sensitivity(
    data: object,
    framework: Framework,
    recipe: Recipe,
    factors: Sequence[Factor],
    *,
    n: int = 512,
    seed: int = 1,
    level: float = 0.9,
    bootstrap: int = 1000,
    method: Literal["auto", "sobol", "exact"] = "auto",
    pairs: Sequence[tuple[str, str]] = (),
    custom: Custom | None = None,
) -> Sensitivity:
    """Sobol' indices of the mean rank shift, of every unit's rank, and of pairs' score gaps.

    "auto" computes every combination when the design is discrete and has at most a million of
    them, and otherwise n (2 d + 2) runs at the points of a scrambled Sobol' sequence, n best a
    power of two, with bootstrap intervals at `level`.
    """
    prepared = setup(data, framework, recipe, factors, seed=seed, custom=custom)
    _check(prepared, pairs, n)
    count = combinations(framework, factors)
    most = min(MOST_EXACT, MOST_CELLS // max(len(prepared.nominal.units), 1))
    exact = method == "exact" or (method == "auto" and count is not None and count <= most)
    if exact and (count is None or count > most):
        raise BadDataError(
            "the design cannot be enumerated: "
            + ("a factor is continuous" if count is None else f"{count} combinations"),
            hint='method = "sobol"',
        )
    if exact:
        levels = [f.levels(framework) or 1 for f in factors]
        y = _evaluated(prepared, grid(levels), pairs)
        s, t, variance = enumerated(y, levels)
        made: tuple[Array, ...] = (s, t, s, s, t, t, variance, y.mean(axis=0))
        runs = len(y)
    else:
        made = sampled(prepared, n, pairs, bootstrap=bootstrap, level=level)
        runs = n * (2 * len(factors) + 2)
    return _told(prepared, made, pairs, runs=runs, exact=exact, level=level)


def _told(
    prepared: Setup,
    made: tuple[Array, ...],
    pairs: Sequence[tuple[str, str]],
    *,
    runs: int,
    exact: bool,
    level: float,
) -> Sensitivity:
    units, labels = prepared.nominal.units, tuple(f.label for f in prepared.factors)

    def part(rows: slice, names: Sequence[str]) -> Indices:
        s, t, s_lo, s_hi, t_lo, t_hi, variance, _ = (m[rows] for m in made)
        return Indices(tuple(names), labels, s, t, s_lo, s_hi, t_lo, t_hi, variance)

    end = 1 + len(units)
    return Sensitivity(
        prepared.nominal,
        prepared.factors,
        runs,
        exact,
        level,
        part(slice(0, 1), ["mean rank shift"]),
        part(slice(1, end), units),
        part(slice(end, None), [f"{a} - {b}" for a, b in pairs]),
        float(made[-1][0]),
    )


def _check(prepared: Setup, pairs: Sequence[tuple[str, str]], n: int) -> None:
    if not prepared.factors or n < 2:
        raise BadDataError("sensitivity needs at least one factor and two points")
    for unit in {u for pair in pairs for u in pair}:
        if unit not in prepared.nominal.units:
            raise BadDataError(f"no unit {unit}", hint=nearest(unit, prepared.nominal.units))
