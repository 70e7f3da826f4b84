"""The end of a report: what moves the rank, what moved the score over time, how it was made."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from hubscope.index.factors import Choice, DataError, Factor, Range
from hubscope.index.means import SEPARABLE
from hubscope.index.panel import decompose
from hubscope.index.report.blocks import Block, Heading, Table, Text
from hubscope.index.report.gather import UnitReport
from hubscope.index.report.language import Language
from hubscope.index.report.marks import bar
from hubscope.index.weight_factors import Dirichlet, LeaveOut, WeightNoise, WeightRange, WeightSets

MOST_MOVERS = 8
SHORT = 12
"""Characters of a hash that are shown."""


def drivers(report: UnitReport, language: Language) -> Iterator[Block]:
    """The factors by how far they move the unit's rank."""
    if report.drivers is None or report.found is None:
        return
    yield Heading(language.say("drivers"))
    if not report.drivers:
        yield Text(language.say("drivers_none"))
        return
    words = {f.label: factor_words(report, language, f) for f in report.found.factors}
    rows = []
    for d in report.drivers:
        name, total = words[d.factor], language.number(d.total, 2)
        label = language.say("driver_label", factor=name, total=total)
        drawn = bar(d.total, d.lo, d.hi, label)
        rows.append((name, total, language.span(d.lo, d.hi, 2), language.number(d.first, 2), drawn))
    heads = ("factor", "total", "range", "first")
    yield Table(
        language.say("driver_first", factor=rows[0][0]),
        (*(language.say(h) for h in heads), ""),
        tuple(rows),
        frozenset({1, 2, 3}),
    )


def factor_words(report: UnitReport, language: Language, factor: Factor) -> str:
    """A factor as a reader would call it; one with a name of its own keeps it."""
    if isinstance(factor, Choice) and factor.values and _imputed(factor.values[0]):
        return language.say("factor_imputed")
    return factor.name or TOLD[type(factor)](report, language, factor)


def _imputed(value: object) -> bool:
    """Whether a choice is one among several draws of multiple imputation."""
    return isinstance(value, dict) and value.get("method") == "multiple"


def _option(_report: UnitReport, language: Language, f: Choice | Range) -> str:
    step = language.words.get(f"step_{f.step}", f.step)
    option = language.words.get(f"option_{f.option}", f.option)
    return language.say("factor_option", step=step, option=option) if option else step


def _share(report: UnitReport, language: Language, f: WeightRange) -> str:
    return language.say("factor_share", name=report.build.framework.by_code[f.code].name or f.code)


def _noise(_report: UnitReport, language: Language, f: WeightNoise) -> str:
    if f.level is None:
        return language.say("factor_noise")
    return language.say("factor_noise_level", level=f.level)


TOLD: dict[type, Callable[..., str]] = {
    Choice: _option,
    Range: _option,
    WeightRange: _share,
    WeightNoise: _noise,
    Dirichlet: lambda _r, v, _f: v.say("factor_dirichlet"),
    WeightSets: lambda _r, v, _f: v.say("factor_sets"),
    LeaveOut: lambda _r, v, _f: v.say("factor_left_out"),
    DataError: lambda _r, v, _f: v.say("factor_errors"),
}
"""How each kind of factor is called."""


def change(report: UnitReport, language: Language) -> Iterator[Block]:
    """What moved a panel's score since the time before, where means are taken and both are known.

    Scores that compare units with each other have no path from one year to the next.
    """
    before = _time_before(report)
    if not before or not _by_means(report):
        return
    moved = decompose(report.build, report.unit, before, report.time)
    if math.isnan(moved.start) or math.isnan(moved.end):
        return
    order = np.argsort(-np.abs(moved.contributions), kind="stable")[:MOST_MOVERS]
    names = report.build.framework.by_code
    rows = tuple(
        (names[c].name or c, language.number(float(moved.contributions[i]), 2))
        for i in order
        if moved.contributions[i] and (c := moved.indicators[i])
    )
    yield Heading(language.say("change", time=before))
    start, end = language.number(moved.start, 2), language.number(moved.end, 2)
    note = language.say("change_note", start=start, end=end)
    heads = language.say("indicator"), language.say("points")
    yield Table(note, heads, rows, frozenset({1})) if rows else Text(note)


def _time_before(report: UnitReport) -> str:
    build = report.build
    times = [t for u, t in zip(build.units, build.times, strict=False) if u == report.unit]
    earlier = [t for t in times if (len(t), t) < (len(report.time), report.time)]
    return max(earlier, key=lambda t: (len(t), t), default="")


def _by_means(report: UnitReport) -> bool:
    used = [s.options.get("method", "arithmetic") for s in report.build.recipe.steps
            if s.do == "aggregate"]  # fmt: skip
    named = [m for u in used for m in (u if isinstance(u, list | tuple) else [u])]
    return all(m in SEPARABLE for m in named)


def method(report: UnitReport, language: Language) -> Iterator[Block]:
    """The recipe's steps as they ran, and the hashes by which the index is known again."""
    build = report.build
    yield Heading(language.say("method"))
    rows = tuple(
        (
            language.words.get(f"step_{e.do}", e.do),
            "; ".join(f"{k} = {_plain(v)}" for k, v in e.options.items()),
            language.number(e.units, 0),
        )
        for e in build.log
    )
    heads = tuple(language.say(h) for h in ("step", "options", "units_kept"))
    yield Table("", heads, rows, frozenset({2}))
    said = [
        language.say(
            "hashes", recipe=build.recipe.hash[:SHORT], data=build.data.fingerprint[:SHORT]
        )
    ]
    if report.ranges is not None:
        said.append(language.say("seed", seed=report.ranges.seed))
    yield Text(" ".join(said), "note")


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        return ", ".join(f"{k} {_plain(v)}" for k, v in value.items())
    return str(value)
