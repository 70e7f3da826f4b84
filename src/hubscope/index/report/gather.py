"""Everything a report says about one unit, as numbers: nothing is worded or drawn here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index.build import Build
from hubscope.index.profile import group_ranks, indicator_ranks, row_of, strengths
from hubscope.index.report.cells import Cell, cells
from hubscope.index.sensitivity import Sensitivity
from hubscope.index.sheets import Columns
from hubscope.index.table import Array
from hubscope.index.uncertainty import Interval, Uncertainty
from hubscope.index.weight import effective


@dataclass(frozen=True, eq=False)
class Line:
    """One element of the index for one unit; ends are NaN where no range was computed."""

    code: str
    name: str
    depth: int
    """0 for the index, one more for each level below it."""
    share: float
    """Weight in the index."""
    score: float
    lo: float
    hi: float
    rank: float
    rank_lo: float
    rank_hi: float
    others: Array
    """Scores of all units ranked with this one, its own among them."""
    available: int
    asked: int


@dataclass(frozen=True)
class Driver:
    """How far one factor moves the unit's rank: its Sobol' indices with their ends."""

    factor: str
    first: float
    total: float
    lo: float
    hi: float


@dataclass(frozen=True, eq=False)
class UnitReport:
    """What is known of one unit in an index."""

    build: Build
    unit: str
    name: str
    time: str
    lines: tuple[Line, ...]
    """The index and its groups from the top down."""
    chances: Array
    """Probability of each rank from 1 on; empty without draws."""
    tied: tuple[str, ...]
    """Units that rank above it in some of the draws within the range, and below it in others."""
    strong: Columns
    weak: Columns
    indicator_ranks: Array
    """Ranks of all units in every indicator, per denominator; units x indicators."""
    divided: Mapping[str, str]
    """Denominators by the code of the indicators that the recipe divides."""
    cells: tuple[Cell, ...]
    peers: Mapping[str, tuple[str, float, int]]
    """By group column: the unit's group, its rank in the index there, and how many are ranked."""
    drivers: tuple[Driver, ...] | None
    """From the factor that moves the rank most; None without an analysis, empty when none does."""
    ranges: Uncertainty | None
    found: Sensitivity | None

    @property
    def top(self) -> Line:
        """The line of the index itself."""
        return self.lines[0]

    @property
    def ranked(self) -> int:
        """Units with a rank in the index at this time."""
        return int((~np.isnan(self.top.others)).sum())


def unit_report(
    build: Build,
    unit: str,
    *,
    time: str = "",
    ranges: Uncertainty | None = None,
    found: Sensitivity | None = None,
    most: int = 5,
) -> UnitReport:
    """What a report tells of `unit`; of a panel the last year unless `time` names one.

    `ranges` (with `group_ranks` for those of the groups) and `found` belong to the same build.
    `most` strengths and weaknesses are told. Raises BadDataError for an unknown unit, or one that
    the recipe screens out.
    """
    time = time or _last_time(build, unit)
    at = row_of(build, unit, time)
    if build.framework.top not in build.scores:
        raise BadDataError("the recipe does not aggregate", hint='add [[step]] do = "aggregate"')
    same, sized = same_time(build, at), _denominated(build)
    labels = build.data.names
    own = build.last.rows[at]
    return UnitReport(
        build,
        unit,
        (labels[own] if labels else "") or unit,
        time,
        tuple(_lines(build, at, same, ranges)),
        _chances(ranges, at, len(same)),
        _tied(ranges, at, same),
        strengths(build, unit, _half(build, at, most), time, after=sized),
        strengths(build, unit, _half(build, at, most), time, after=sized, weakest=True),
        indicator_ranks(build, sized)[same],
        dict(build.after(sized).audit.get("divided", {})) if sized else {},
        cells(build, int(own)),
        _peers(build, at, same),
        None if found is None else _drivers(found, at),
        ranges,
        found,
    )


def _last_time(build: Build, unit: str) -> str:
    times = [t for u, t in zip(build.units, build.times, strict=False) if u == unit]
    return max(times, key=lambda t: (len(t), t), default="")


def same_time(build: Build, at: int) -> Array:
    """Rows of the units ranked together with row `at`."""
    if not build.times:
        return np.arange(len(build.units))
    return np.flatnonzero(np.array(build.times) == build.times[at])


def _half(build: Build, at: int, most: int) -> int:
    """So many strengths that no indicator is a strength and a weakness at once; one at least."""
    known = int((~np.isnan(build.data.values[build.last.rows[at]])).sum())
    return max(1, min(most, known // 2))


def _denominated(build: Build) -> str:
    """The last step that divides by size: strengths are told in what the index compares."""
    found = [s.label for s in build.recipe.steps if s.do == "denominate"]
    return found[-1] if found else ""


def _below(build: Build, code: str) -> Iterator[str]:
    """A group and the groups under it, each before its own."""
    yield code
    for child in build.framework.children[code]:
        if child in build.scores:
            yield from _below(build, child)


def _lines(build: Build, at: int, same: Array, ranges: Uncertainty | None) -> Iterator[Line]:
    framework, total = build.framework, effective(build.framework, build.weights)
    scores = ranges.scores if ranges else {}
    ranks = {**ranges.group_ranks, framework.top: ranges.rank} if ranges else {}
    for code in _below(build, framework.top):
        element = framework.by_code[code]
        yield Line(
            code,
            element.name or code,
            framework.top_level - element.level,
            total[code],
            float(build.scores[code][at]),
            *_ends(scores.get(code), at),
            float(build.ranks[code][at]),
            *_ends(ranks.get(code), at),
            np.asarray(build.scores[code])[same],
            int(build.available[code][at]),
            sum(c in framework.indicators for c in framework.leaves(code)),
        )


def _ends(interval: Interval | None, at: int) -> tuple[float, float]:
    return (np.nan, np.nan) if interval is None else (interval.lo[at], interval.hi[at])


def _chances(ranges: Uncertainty | None, at: int, units: int) -> Array:
    if ranges is None:
        return np.zeros(0)
    ranks = np.nan_to_num(ranges.rank_draws[:, at]).astype(np.int64)
    return np.asarray(np.bincount(ranks, minlength=units + 1)[1:] / ranges.draws)


def _tied(ranges: Uncertainty | None, at: int, same: Array) -> tuple[str, ...]:
    """Units whose order with this one is not settled at the level of the ranges, by their rank."""
    if ranges is None:
        return ()
    own, rest = ranges.rank_draws[:, [at]], ranges.rank_draws[:, same]
    both = np.maximum((~np.isnan(own) & ~np.isnan(rest)).sum(axis=0), 1)
    above = ((own < rest).sum(axis=0) + (own == rest).sum(axis=0) / 2) / both
    tail = (1 - ranges.level) / 2
    open_ = (above > tail) & (above < 1 - tail) & (same != at)
    rows = same[open_][np.argsort(ranges.nominal.rank[same[open_]], kind="stable")]
    return tuple(ranges.units[i] for i in rows)


def _peers(build: Build, at: int, same: Array) -> dict[str, tuple[str, float, int]]:
    made = {}
    for column in build.data.labels:
        table = group_ranks(build, column)
        groups = np.array(table[column])[same]
        own = str(table[column][at])
        if own:
            ranks = np.asarray(table[build.framework.top])
            known = ~np.isnan(ranks[same]) & (groups == own)
            made[column] = (own, float(ranks[at]), int(known.sum()))
    return made


def _drivers(found: Sensitivity, at: int) -> tuple[Driver, ...]:
    indices = found.units
    rows = zip(
        indices.factors,
        *(getattr(indices, k)[at] for k in ("first", "total", "total_lo", "total_hi")),
        strict=True,
    )
    made = [Driver(f, *map(float, values)) for f, *values in rows]
    known = [d for d in made if not np.isnan(d.total)]
    return tuple(sorted(known, key=lambda d: -d.total))
