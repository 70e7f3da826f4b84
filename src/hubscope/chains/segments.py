"""Specialisation of places in technology segments, from the store's works and patents.

Science: a place's share of works in a segment over the world's share; patents: the same of
families. Which works and patents are of which segment is the concordance `segments.toml`: explicit,
versioned and shown. Denominators are all works and all families, so no value hangs on which
segments there are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import log
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from hubscope.chains.linkage import LEAST, text
from hubscope.errors import BadDataError
from hubscope.indicators import fold
from hubscope.indicators.fold import Sums
from hubscope.indicators.summing import packed, unpacked
from hubscope.store.dialect import Engine

RULES = {"science": ("topics", "subfields", "fields"), "patent": ("wipo", "cpc")}
"""By what works and patents are assigned to a segment."""

QUERIES = {"science": "segment_works", "patent": "segment_patents"}

FOUND = {
    "place": pl.String,
    "segment": pl.String,
    "year": pl.Int16,
    "signal": pl.String,
    "value": pl.Float64,
    "lo": pl.Float64,
    "hi": pl.Float64,
    "units": pl.Int64,
    "amount": pl.Float64,
    "whole": pl.Float64,
}
"""Columns of what is found: units are works or families that touch place and segment, amount and
whole their fractional sums in the segment and in all."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One technology segment and what is counted to it."""

    id: str
    codes: Mapping[str, tuple[str, ...]]
    """Codes or names by rule."""
    fit: str
    """close, or broad where one side holds more than the other."""


@cache
def version() -> str:
    """Of the concordance."""
    return str(_body()["version"])


@cache
def _body() -> dict[str, Any]:
    return tomllib.loads((files("hubscope") / "chains/segments.toml").read_text("utf-8"))


@cache
def segments() -> dict[str, Segment]:
    """The concordance by segment.

    Raises:
        BadDataError: if a code stands under two segments.
    """
    owner: dict[tuple[str, str], str] = {}
    found = {}
    for ident, body in _body().items():
        if ident == "version":
            continue
        codes = {r: tuple(map(str, body.get(r, ()))) for own in RULES.values() for r in own}
        for key in ((rule, code) for rule, own in codes.items() for code in own):
            if owner.setdefault(key, ident) != ident:
                raise BadDataError(f"segments.toml: {key} is of {owner[key]} and of {ident}")
        found[ident] = Segment(ident, {r: c for r, c in codes.items() if c}, body["fit"])
    return found


def table() -> pa.Table:
    """The concordance as queries see it: part (from 1), rule, name, code."""
    rows = [
        {"part": n, "rule": rule, "name": code, "code": int(code) if code.isdigit() else None}
        for n, segment in enumerate(segments().values(), 1)
        for rule, codes in segment.codes.items()
        for code in codes
    ]
    kinds = {"part": pa.int32(), "rule": pa.string(), "name": pa.string(), "code": pa.int32()}
    return pa.Table.from_pylist(rows, schema=pa.schema(list(kinds.items())))


def specialised(engine: Engine, signal: str, numbers: Mapping[str, int]) -> pl.DataFrame:
    """Specialisation of every place in every segment and year, with its interval.

    Args:
        engine: for science made ready by `works_views.prepare` with the query `segment_works`, for
            patent by `indicators.patents.prepare`.
        signal: science or patent.
        numbers: number of each hub in the engine.

    Returns:
        Columns of FOUND: the value is an RCA (1 is the world's share) with the middle 95 % of 200
        Poisson draws of works or families. Where a place has at least LEAST of them and none in the
        segment it is 0, up to the 97.5 % bound of a share of which none was seen. Places with
        fewer than LEAST in a year have no value.
    """
    engine.give("segments", table())
    name = QUERIES[signal]
    sums = fold.merge(unpacked(p) for p in engine.fold(text(name), f"{name}.sql", _partial))
    hubs = {n: hub for hub, n in numbers.items()}
    rows = [row for part in range(1, len(segments()) + 1) for row in _values(sums, part)]
    names = list(segments())
    made = [(hubs[h], names[part - 1], y, signal, *rest) for part, h, y, *rest in rows]
    return pl.DataFrame(made, schema=FOUND, orient="row").sort("place", "segment", "year")


def _partial(rows: pa.Table) -> pa.Table:
    return packed(fold.partial(rows, "segments"))


def _values(sums: Sums, part: int) -> list[tuple[Any, ...]]:
    """part, hub, year, value, lo, hi, units, amount and whole of every hub and year."""
    at = {
        (h, y): i
        for i, (h, y, p) in enumerate(zip(sums.hub, sums.year, sums.part, strict=True))
        if p == part
    }
    rows = []
    for i in np.flatnonzero((sums.part == 0) & (sums.hub > 0) & (sums.units >= LEAST)):
        hub, year = int(sums.hub[i]), int(sums.year[i])
        if (0, year) not in at:
            continue
        own = at.get((hub, year))
        world = sums.sums[at[0, year], 0] / _all(sums, year)
        whole = float(sums.sums[i, 0, 0])
        if own is None:
            rows.append(
                (part, hub, year, 0.0, 0.0, unseen(int(sums.units[i])) / world[0], 0, 0.0, whole)
            )
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            draws = sums.sums[own, 0] / sums.sums[i, 0] / world
        hubs, years, units = (np.array([v], np.int64) for v in (hub, year, sums.units[own]))
        (value,) = fold.with_intervals(hubs, years, units, draws[None, :])
        amount = float(sums.sums[own, 0, 0])
        rows.append((part, hub, year, value.value, value.lo, value.hi, value.units, amount, whole))
    return rows


def _all(sums: Sums, year: int) -> Any:
    """The world's works or families of a year, in every draw."""
    (i,) = np.flatnonzero((sums.part == 0) & (sums.hub == 0) & (sums.year == year))
    return sums.sums[i, 0]


def unseen(n: int) -> float:
    """The greatest share that none of n may hide with 97.5 %: 1 - 0.025^(1/n) (Clopper-Pearson)."""
    return float(-np.expm1(log(0.025) / n))
