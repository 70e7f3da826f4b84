"""The report of a unit in words: numbers from gather.py, words from a language, blocks out."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from hubscope.index.report.blocks import Block, Heading, Table, Text
from hubscope.index.report.cells import Cell
from hubscope.index.report.gather import Line, UnitReport
from hubscope.index.report.language import Language
from hubscope.index.report.marks import Drawing, bar, strip
from hubscope.index.report.method import change, drivers, method
from hubscope.index.sheets import Columns
from hubscope.index.table import Array

MOST_NAMES = 12
MOST_RANKS = 15
LEAST_CHANCE = 0.005
"""Ranks told one by one: at most so many, each taken in at least this share of the draws."""


def compose(report: UnitReport, language: Language) -> list[Block]:
    """The blocks of a report, from the answer down to how it was made."""
    return [
        *_opening(report, language),
        *_scores(report, language),
        *_chances(report, language),
        *_sides(report, language),
        *_cells(report, language),
        *_peers(report, language),
        *drivers(report, language),
        *change(report, language),
        *method(report, language),
    ]


def digits(values: Array) -> int:
    """Decimals that tell scores of such a spread apart."""
    known = values[~np.isnan(values)]
    spread = float(np.ptp(known)) if len(known) else 0.0
    return 2 if spread == 0 else min(max(2 - math.floor(math.log10(spread)), 0), 6)


def title_of(report: UnitReport) -> str:
    """The unit's name, and its code where that says something else."""
    return report.name if report.name == report.unit else f"{report.name} ({report.unit})"


def _opening(report: UnitReport, language: Language) -> Iterator[Block]:
    key = "over_time" if report.time else "over"
    yield Text(language.say(key, index=report.top.name, time=report.time), "over")
    yield Heading(title_of(report), 1)
    top, places = report.top, digits(report.top.others)
    if math.isnan(top.score):
        yield Text(language.say("no_score"), "answer")
        return
    said = {
        "rank": language.number(top.rank, 0),
        "ranked": language.number(report.ranked, 0),
        "score": language.number(top.score, places),
        "ranks": language.span(top.rank_lo, top.rank_hi, 0),
        "scores": language.span(top.lo, top.hi, places),
    }
    yield Text(language.say("answer_range" if report.ranges else "answer", **said), "answer")
    yield from _sure(report, language)
    if report.build.scale is not None:
        low, high = (language.number(end, 0) for end in report.build.scale)
        yield Text(language.say("scale", low=low, high=high), "note")


def _sure(report: UnitReport, language: Language) -> Iterator[Block]:
    ranges = report.ranges
    if ranges is None:
        yield Text(language.say("no_range"))
        return
    shown, more = report.tied[:MOST_NAMES], len(report.tied) - MOST_NAMES
    key = "tied_more" if more > 0 else "tied" if shown else "tied_none"
    tail = language.percent((1 - ranges.level) / 2)
    names = _names(report)
    units = language.joined([names.get(u, u) for u in shown])
    yield Text(language.say(key, units=units, more=more, tail=tail))
    yield Text(
        language.say(
            "answer_how",
            level=language.percent(ranges.level),
            draws=language.number(ranges.draws, 0),
            factors=len(ranges.factors),
        ),
        "note",
    )


def _names(report: UnitReport) -> dict[str, str]:
    data = report.build.data
    return {u: n or u for u, n in zip(data.units, data.names, strict=False)}


def _scores(report: UnitReport, language: Language) -> Iterator[Block]:
    yield Heading(language.say("scores"))
    heads = ("element", "score", "range", "rank", "range", "drawn", "weight", "data")
    yield Table(
        language.say("legend"),
        tuple(language.say(h) for h in heads),
        tuple(_score_row(line, language) for line in report.lines),
        frozenset({1, 2, 3, 4, 6, 7}),
        tuple(line.depth for line in report.lines),
    )


def _score_row(line: Line, language: Language) -> tuple[str | Drawing, ...]:
    places, count = digits(line.others), int((~np.isnan(line.others)).sum())
    score = _number(language, line.score, places)
    label = language.say("drawn_label", name=line.name, score=score, count=count)
    rank = _number(language, line.rank, 0)
    return (
        line.name,
        score,
        language.span(line.lo, line.hi, places),
        f"{rank} {language.say('of', count=count)}" if rank else language.say("none"),
        language.span(line.rank_lo, line.rank_hi, 0),
        strip(line.others, line.score, line.lo, line.hi, label),
        language.percent(line.share),
        language.say("data_count", available=line.available, asked=line.asked),
    )


def _number(language: Language, value: float, places: int) -> str:
    return "" if math.isnan(value) else language.number(value, places)


def _chances(report: UnitReport, language: Language) -> Iterator[Block]:
    shares = report.chances
    often = np.flatnonzero(shares >= LEAST_CHANCE)
    often = np.sort(often[np.argsort(-shares[often], kind="stable")][:MOST_RANKS])
    if len(often) < 2:
        return
    yield Heading(language.say("chances"))
    rows = []
    for i in often:
        rank, share = language.number(float(i + 1), 0), language.percent(float(shares[i]))
        label = language.say("chance_label", rank=rank, share=share)
        rows.append((rank, share, bar(shares[i] / shares.max(), np.nan, np.nan, label)))
    head = (language.say("rank"), language.say("share_of_draws"), "")
    yield Table("", head, tuple(rows), frozenset({1}))
    rest = 1 - float(shares[often].sum())
    if rest >= LEAST_CHANCE:
        yield Text(language.say("chances_rest", share=language.percent(rest)), "note")


def _sides(report: UnitReport, language: Language) -> Iterator[Block]:
    for key, table in (("strong", report.strong), ("weak", report.weak)):
        if table["code"]:
            yield Heading(language.say(key))
            yield _side(report, language, table, language.say(f"{key}_note"))


def _side(report: UnitReport, language: Language, table: Columns, caption: str) -> Table:
    framework, ranks = report.build.framework, report.indicator_ranks
    rows = []
    for i, code in enumerate(table["code"]):
        known = ranks[:, framework.indicators.index(code)]
        count = int((~np.isnan(known)).sum())
        own = float(table["rank"][i])
        name, rank = table["name"][i] or code, language.number(own, 0)
        place = f"{rank} {language.say('of', count=count)}"
        group = framework.by_code.get(table["group"][i])
        rows.append(
            (
                name,
                _value(report, language, code, float(table["value"][i])),
                place,
                strip(-known, -own, np.nan, np.nan, f"{name}: {place}"),
                group.name or group.code if group else "",
            )
        )
    heads = ("indicator", "value", "rank", "drawn", "group")
    return Table(caption, tuple(language.say(h) for h in heads), tuple(rows), frozenset({2}))


def _value(report: UnitReport, language: Language, code: str, value: float) -> str:
    known = report.build.framework.by_code
    shown = language.quantity(value, known[code].unit)
    if code not in report.divided:
        return shown
    by = known.get(report.divided[code])
    name = (by.name if by else "") or report.divided[code]
    return language.say("per", value=shown, denominator=name)


def _cells(report: UnitReport, language: Language) -> Iterator[Block]:
    yield Heading(language.say("cells"))
    count = len(report.build.framework.indicators)
    if not report.cells:
        yield Text(language.say("cells_none", count=count))
        return
    kinds = [c.kind for c in report.cells]
    told = {k: kinds.count(k) for k in ("missing", "imputed", "winsorised")}
    heads = ("indicator", "state", "given", "used")
    yield Table(
        language.say("cells_note", count=count, **told),
        tuple(language.say(h) for h in heads),
        tuple(_cell_row(report, language, c) for c in report.cells),
        frozenset({2, 3}),
    )


def _cell_row(report: UnitReport, language: Language, cell: Cell) -> tuple[str, ...]:
    element = report.build.framework.by_code[cell.code]
    unit = element.unit if cell.raw else ""

    def shown(value: float) -> str:
        return language.say("none") if math.isnan(value) else language.quantity(value, unit)

    how = language.words.get(f"how_{cell.how}", cell.how)
    state = language.say(f"kind_{cell.kind}", how=how)
    return element.name or cell.code, state, shown(cell.was), shown(cell.value)


def _peers(report: UnitReport, language: Language) -> Iterator[Block]:
    rows = []
    for column, (group, rank, count) in report.peers.items():
        element = report.build.framework.by_code.get(column)
        place = f"{_number(language, rank, 0)} {language.say('of', count=count)}".strip()
        rows.append(((element.name if element else "") or column, group, place))
    if rows:
        yield Heading(language.say("peers"))
        heads = ("peers_column", "peers_group", "peers_rank")
        yield Table("", tuple(language.say(h) for h in heads), tuple(rows), frozenset({2}))
