"""From rows of works or authors to values with intervals: the last step of every indicator.

A query gives one row for each (hub, year, unit), and partner where there is one: `num` and `den`.
Here they are summed as they are and in 200 Poisson draws, and put together by the indicator's kind:

    sum             sum of num
    ratio           sum of num / sum of den
    world_share     sum of num / the world's sum of num (hub 0)
    specialisation  ratio / the world's ratio
    lead            sum of num / the largest sum of num of another hub
    median          median of num, weighted by den
    entropy         exp of the entropy of the partners' sums of num
    pagerank        PageRank in the network of the partners' sums of num, damping 0.85
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from hubscope.errors import EngineError
from hubscope.indicators.kernels.entropy import entropies
from hubscope.indicators.kernels.poisson import DRAWS, medians, sums
from hubscope.indicators.kernels.rows import Floats, Ints, dense, starts
from hubscope.indicators.kernels.unequal import unequal

KINDS = (
    "sum",
    "ratio",
    "world_share",
    "specialisation",
    "lead",
    "median",
    "entropy",
    "pagerank",
)
LEVEL = 0.95
DAMPING = 0.85
ROUNDS = 200
"""Most rounds of the power method; it ends before where nothing changes any more."""

COLUMNS = ("hub", "year", "unit", "num", "den")
PARTNERED = ("entropy", "pagerank")


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums of num and den by group; `sums[:, :, 0]` is the value, the rest the draws."""

    hub: Ints
    year: Ints
    part: Ints
    units: Ints
    """Rows that went in."""
    sums: Floats


@dataclass(frozen=True, slots=True)
class Value:
    """One indicator of one hub and year."""

    hub: int
    year: int
    value: float
    lo: float
    hi: float
    units: int
    """Works or authors it rests on."""


def columns(table: pa.Table, name: str) -> tuple[Ints, Ints, Ints, Ints, Floats, Floats]:
    """hub, year, part, unit, num, den as arrays; absent num and den are NaN, absent part is 0."""
    missing = [c for c in COLUMNS if c not in table.column_names]
    if missing:
        raise EngineError(
            f"{name} returns {', '.join(table.column_names)}",
            hint=f"it must return {', '.join(COLUMNS)} (and part where there are partners)",
        )

    def whole(column: str) -> Ints:
        if column not in table.column_names:
            return np.zeros(table.num_rows, np.int64)
        found: Ints = table[column].to_numpy().astype(np.int64, copy=False)
        return found

    num, den = (table[c].to_numpy().astype(np.float64, copy=False) for c in ("num", "den"))
    return whole("hub"), whole("year"), whole("part"), whole("unit"), num, den


def partial(table: pa.Table, name: str, number: int = DRAWS) -> Sums:
    """Sums over any part of an indicator's rows."""
    hub, year, part, unit, num, den = columns(table, name)
    hubs, years, parts, group = dense(hub, year, part)
    acc = sums(group, unit, num, den, len(hubs), number)
    return Sums(hubs, years, parts, np.bincount(group, minlength=len(hubs)), acc)


def difference(old: pa.Table, new: pa.Table, name: str, number: int = DRAWS) -> Sums:
    """What the sums of `new` have more than those of `old`: rows that both have are not summed."""
    before, after = columns(old, name), columns(new, name)
    gone, came = unequal(*([c.view(np.int64) for c in rows] for rows in (before, after)))
    hub, year, part, unit = (
        np.concatenate([a[gone], b[came]]) for a, b in zip(before[:4], after[:4], strict=True)
    )
    num, den = (
        np.concatenate([a[gone], b[came]]) for a, b in zip(before[4:], after[4:], strict=True)
    )
    sign = np.repeat([-1.0, 1.0], [gone.sum(), came.sum()])
    hubs, years, parts, group = dense(hub, year, part)
    acc = sums(group, unit, num * sign, den * sign, len(hubs), number)
    units = np.rint(np.bincount(group, sign, minlength=len(hubs))).astype(np.int64)
    return Sums(hubs, years, parts, units, acc)


def merge(parts: Iterable[Sums]) -> Sums:
    """Several partial sums as one, sorted by hub, year and partner."""
    every = list(parts)
    if not every:
        none = np.empty(0, np.int64)
        return Sums(none, none, none, none, np.empty((0, 2, DRAWS + 1)))
    code = np.concatenate([(s.hub << 40) | (s.year << 24) | s.part for s in every])
    # One piece may itself hold several sums of a group, where an engine made it of many.
    if len(every) == 1 and bool(np.all(code[1:] > code[:-1])):
        return every[0]
    keys, place = np.unique(code, return_inverse=True)
    acc = np.zeros((len(keys), *every[0].sums.shape[1:]))
    np.add.at(acc, place, np.concatenate([s.sums for s in every]))
    units = np.bincount(place, np.concatenate([s.units for s in every]), len(keys))
    return Sums(keys >> 40, (keys >> 24) & 0xFFFF, keys & 0xFFFFFF, units.astype(np.int64), acc)


def finish(kind: str, found: Sums, scale: float = 1.0) -> list[Value]:
    """Values and intervals by `kind`; a hub and year without a denominator has none."""
    hub, year, units, draws = _PUT_TOGETHER[kind](found)
    return with_intervals(hub, year, units, draws * scale)


def median(table: pa.Table, name: str, number: int = DRAWS) -> Sums:
    """The kind `median`, which no partial sums can give: `table` has all rows of its hubs.

    Medians and their draws stand where other kinds have num; absent where there is no weight.
    """
    hub, year, _, unit, num, den = columns(table, name)
    hubs, years, parts, group = dense(hub, year, np.zeros_like(hub))
    found = medians(group, unit, num, np.nan_to_num(den), len(hubs), number)
    return Sums(hubs, years, parts, np.bincount(group, minlength=len(hubs)), found[:, None, :])


def with_intervals(hub: Ints, year: Ints, units: Ints, draws: Floats) -> list[Value]:
    """Values with the interval of their draws; the world and what is not known has none."""
    whole = np.where(np.isfinite(draws), draws, np.nan)
    lo, hi = _bounds(np.sort(whole[:, 1:], axis=1))
    known = (hub != 0) & np.isfinite(whole[:, 0]) & np.isfinite(lo)
    columns = (hub, year, whole[:, 0], lo, hi, units)
    return [
        Value(h, y, steady(v), steady(a), steady(b), n)
        for h, y, v, a, b, n in zip(*(c[known].tolist() for c in columns), strict=True)
    ]


def _bounds(ranked: Floats) -> tuple[Floats, Floats]:
    """The interval in each row of sorted draws, the unknown ones last, as np.percentile has it."""
    known = np.isfinite(ranked).sum(axis=1)
    rows, tail = np.arange(len(ranked)), (1 - LEVEL) / 2

    def at(share: float) -> Floats:
        place = share * np.maximum(known - 1, 0)
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(known - 1, 0))
        low, high = ranked[rows, below], ranked[rows, above]
        found: Floats = low + (high - low) * (place - below)
        return found

    return at(tail), at(1 - tail)


def steady(value: float) -> float:
    """Twelve digits: what the order of summing, which threads decide, cannot change."""
    return float(f"{value:.12g}")


Table = tuple[Ints, Ints, Ints, Floats]


def _divide(a: Floats, b: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(b != 0, a / b, np.nan)


def _sum(s: Sums) -> Table:
    return s.hub, s.year, s.units, s.sums[:, 0]


def _den(whole: Floats) -> Floats:
    """The denominators; sums that are kept without any have none."""
    return whole[:, 1] if whole.shape[1] > 1 else np.zeros_like(whole[:, 0])


def _ratio(s: Sums) -> Table:
    return s.hub, s.year, s.units, _divide(s.sums[:, 0], _den(s.sums))


def _world(s: Sums) -> Floats:
    """The world's sums of each row's year; NaN where it has none."""
    by_year = {int(y): row for h, y, row in zip(s.hub, s.year, s.sums, strict=True) if h == 0}
    none = np.full(s.sums.shape[1:], np.nan)
    rows = [by_year.get(int(y), none) for y in s.year]
    return np.array(rows).reshape(len(rows), *s.sums.shape[1:])


def _world_share(s: Sums) -> Table:
    return s.hub, s.year, s.units, _divide(s.sums[:, 0], _world(s)[:, 0])


def _specialisation(s: Sums) -> Table:
    world = _world(s)
    own, all_ = _divide(s.sums[:, 0], _den(s.sums)), _divide(world[:, 0], _den(world))
    return s.hub, s.year, s.units, _divide(own, all_)


def _lead(s: Sums) -> Table:
    out = np.full(s.sums[:, 0].shape, np.nan)
    for y in np.unique(s.year):
        rows = np.flatnonzero((s.year == y) & (s.hub > 0))
        if len(rows) > 1:
            own = s.sums[rows, 0]
            second, first = np.partition(own, -2, axis=0)[-2:]
            out[rows] = _divide(own, np.where(own == first, second, first))
    return s.hub, s.year, s.units, out


def _by_hub(s: Sums) -> tuple[Ints, Ints, Ints, Ints]:
    """Distinct (hub, year) of rows that have partners, the place of each row, and their units."""
    keys, place = np.unique((s.hub << 16) | s.year, return_inverse=True)
    units = np.bincount(place, s.units, len(keys)).astype(np.int64)
    return keys >> 16, keys & 0xFFFF, units, place


def _entropy(s: Sums) -> Table:
    hub, year, units, place = _by_hub(s)
    found = entropies(starts(place, len(hub)), s.sums)
    # Drawing loses rare partners, so every draw is too low: they are moved to centre on the value.
    drawn = np.isfinite(found[:, 1:])
    mean = np.where(drawn, found[:, 1:], 0.0).sum(axis=1) / np.maximum(drawn.sum(axis=1), 1)
    found[:, 1:] += found[:, :1] - mean[:, None]
    return hub, year, units, np.exp(found)


def _pagerank(s: Sums) -> Table:
    hub, year, units, _ = _by_hub(s)
    out = np.full((len(hub), s.sums.shape[2]), np.nan)
    for y in np.unique(year):
        at, rows = np.flatnonzero(year == y), np.flatnonzero(s.year == y)
        size = len(at)
        one = np.searchsorted(hub[at], s.hub[rows])
        two = np.searchsorted(hub[at], s.part[rows])
        for k in range(s.sums.shape[2]):
            links = np.zeros((size, size))
            links[two, one] = s.sums[rows, 0, k]
            out[at, k] = pagerank(links)
    return hub, year, units, out


def pagerank(links: Floats) -> Floats:
    """PageRank of each node (Page, Brin, Motwani and Winograd 1999); `links[to, from]` >= 0.

    A node without links spreads its rank over all nodes. The ranks sum to 1.
    """
    size = len(links)
    total = links.sum(axis=0)
    flow = _divide(links, total[None, :])
    flow[:, total == 0] = 1.0 / size
    rank = np.full(size, 1.0 / size)
    for _ in range(ROUNDS):
        old, rank = rank, DAMPING * (flow @ rank) + (1 - DAMPING) / size
        if abs(rank - old).max() < 1e-15:
            break
    return rank


_PUT_TOGETHER: dict[str, Callable[[Sums], Table]] = {
    "sum": _sum,
    "ratio": _ratio,
    "world_share": _world_share,
    "specialisation": _specialisation,
    "lead": _lead,
    "entropy": _entropy,
    "pagerank": _pagerank,
    "median": _sum,
}
