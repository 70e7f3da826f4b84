"""Reports as files: a unit's page or document, and the list that leads to all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hubscope.index.report.blocks import Block, Heading, Table, Text
from hubscope.index.report.compose import compose, digits, title_of
from hubscope.index.report.document import document
from hubscope.index.report.gather import UnitReport
from hubscope.index.report.language import Language
from hubscope.index.report.page import page

DEFAULT = Language()


def html(report: UnitReport, language: Language = DEFAULT) -> str:
    """The report as one HTML document with everything inline."""
    return page(compose(report, language), _title(report), language.lang)


def docx(report: UnitReport, language: Language = DEFAULT) -> bytes:
    """The report as a Word document."""
    return document(compose(report, language), _title(report), language.lang)


def _title(report: UnitReport) -> str:
    when = f", {report.time}" if report.time else ""
    return f"{title_of(report)} · {report.top.name}{when}"


def list_of_units(
    reports: dict[str, UnitReport], language: Language = DEFAULT, *, title: str = ""
) -> str:
    """A page that leads to the reports by file name, the best rank first."""
    first = next(iter(reports.values()))
    order = sorted(reports, key=lambda name: np.nan_to_num(reports[name].top.rank, nan=np.inf))
    rows = tuple(_listed(reports[name], language) for name in order)
    heads = tuple(language.say(h) for h in ("unit", "rank", "range", "score", "range"))
    name = title or first.top.name
    blocks: list[Block] = [
        Text(language.say("all_units"), "over"),
        Heading(name, 1),
        Table("", heads, rows, frozenset({1, 2, 3, 4}), links=tuple(order)),
    ]
    return page(blocks, name, language.lang)


def _listed(report: UnitReport, language: Language) -> tuple[str, ...]:
    top, places = report.top, digits(report.top.others)
    none = language.say("none")
    return (
        title_of(report) + (f", {report.time}" if report.time else ""),
        none if np.isnan(top.rank) else language.number(top.rank, 0),
        language.span(top.rank_lo, top.rank_hi, 0),
        none if np.isnan(top.score) else language.number(top.score, places),
        language.span(top.lo, top.hi, places),
    )


def file_names(units: Sequence[str], suffix: str) -> list[str]:
    """A file name for every row that no other unit has and every system takes."""
    made: dict[str, str] = {}
    taken: set[str] = {"index"}
    for unit in dict.fromkeys(units):
        plain = plain_name(unit)
        name, more = plain, 2
        while name.lower() in taken:
            name, more = f"{plain}-{more}", more + 1
        taken.add(name.lower())
        made[unit] = f"{name}.{suffix}"
    return [made[u] for u in units]


def plain_name(text: str) -> str:
    """Letters and digits of any language, hyphens for the rest, sixty characters at most."""
    kept = "".join(c if c.isalnum() else "-" for c in text)
    return "-".join(p for p in kept.split("-") if p)[:60] or "unit"
