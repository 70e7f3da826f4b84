"""One unit at a time: its scores and ranks, what it is strong and weak in, its peers."""

from __future__ import annotations

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.build import Build
from hubscope.index.ranks import rank_down
from hubscope.index.sheets import Columns
from hubscope.index.table import Array


def row_of(build: Build, unit: str, time: str = "") -> int:
    """Position of a unit (at a time) in the build."""
    for i, name in enumerate(build.units):
        if name == unit and (not time or build.times[i] == time):
            return i
    raise BadDataError(f"no unit {unit} {time}".rstrip(), hint=nearest(unit, build.units))


def summary(build: Build, unit: str, time: str = "") -> Columns:
    """Score and rank of a unit in the index and every group, from the top down."""
    at = row_of(build, unit, time)
    codes = list(build.codes)
    return {
        "code": codes,
        "name": [build.framework.by_code[c].name for c in codes],
        "score": np.array([build.scores[c][at] for c in codes]),
        "rank": np.array([build.ranks[c][at] for c in codes]),
    }


def indicator_ranks(build: Build, after: str = "") -> Array:
    """Ranks of units in every indicator, in its direction; units x indicators.

    As the data stand, or as they are `after` the step of that name, which fills no gap here: a
    value that the data lack has no rank.
    """
    rows, given = build.last.rows, build.data.values[build.last.rows]
    x = given
    if after:
        stage = build.after(after)
        x = np.where(np.isnan(given), np.nan, stage.values[np.searchsorted(stage.rows, rows)])
    return rank_down((x * build.framework.column("direction")).T, list(build.last.blocks("year"))).T


def strengths(
    build: Build,
    unit: str,
    count: int = 5,
    time: str = "",
    *,
    weakest: bool = False,
    after: str = "",
) -> Columns:
    """The indicators in which a unit ranks best (or worst), with its value and group.

    Ranks are those of `indicator_ranks`, values those of the data.

    Indicators of which a unit has no value are neither. Ties keep the framework's order, or its
    reverse.
    """
    at = row_of(build, unit, time)
    ranks = indicator_ranks(build, after)[at]
    known = np.flatnonzero(~np.isnan(ranks))
    best_first = known[np.argsort(ranks[known], kind="stable")]
    order = best_first[-count:][::-1] if weakest else best_first[:count]
    elements = [build.framework.by_code[build.framework.indicators[i]] for i in order]
    values = build.data.values[build.last.rows[at]]
    return {
        "code": [e.code for e in elements],
        "name": [e.name for e in elements],
        "group": [e.parent for e in elements],
        "rank": ranks[order],
        "value": values[order],
        "unit": [e.unit for e in elements],
    }


def group_ranks(build: Build, column: str) -> Columns:
    """Ranks of units among those of their own group and year, for the index and every group."""
    labels = build.data.group(column)
    own = np.array([labels[i] for i in build.last.rows])
    times = np.array(build.times or ("",) * len(own))
    keys = dict.fromkeys(zip(own.tolist(), times.tolist(), strict=True))
    blocks = [np.flatnonzero((own == g) & (times == t)) for g, t in keys if g]
    made: Columns = {"unit": list(build.units), column: own.tolist()}
    return made | {c: rank_down(s, blocks) for c, s in build.scores.items()}
