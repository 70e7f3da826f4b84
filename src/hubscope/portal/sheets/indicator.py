"""Indicators: the list, and one page each with definition, query, vintages and sources."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any

from hubscope.nouns import FORCES, Indicator, Observation
from hubscope.portal import charts, export
from hubscope.portal.sheet import Sheet
from hubscope.portal.sheets.hub import newest, observed
from hubscope.portal.view import View
from hubscope.words import typeset

MOSTLY = 0.6
"""Share of the best covered year's hubs that a later year must cover to be shown instead."""
FEWEST_COMPARED = 3
MOST_ROWS = 240
"""Rows a page shows; the rest are in its .csv and .json."""


def listing() -> Sheet:
    """All indicators by force."""
    return Sheet(
        "indicators/index",
        "indicators.html",
        "indicators",
        lambda v: v.t("indicators.title"),
        lambda v: str(v.t("indicators.about")),
        _listing,
        export.indicator_rows,
    )


def _listing(view: View) -> dict[str, Any]:
    catalogue = view.seen.catalogue
    rest = [i for i in view.seen.shown_indicators if catalogue[i].force not in FORCES]
    groups = [
        {
            "id": f,
            "name": view.word(f"nouns.force_name.{f}"),
            "rows": [_line(view, i) for i in view.seen.shown_indicators if catalogue[i].force == f],
        }
        for f in FORCES
    ]
    groups.append(
        {
            "id": "none",
            "name": view.t("indicators.no_force"),
            "rows": [_line(view, i) for i in rest],
        }
    )
    measured = sum(1 for i in catalogue if i in view.seen.by_indicator)
    return {
        "groups": [g for g in groups if g["rows"]],
        "total": view.counted(len(catalogue), "catalogue"),
        "measured": view.counted(measured, "catalogue"),
    }


def _line(view: View, ident: str) -> dict[str, Any]:
    d = view.seen.catalogue[ident]
    found = view.seen.by_indicator.get(ident, ())
    years = [o.year for o in found]
    return {
        "link": view.indicator_link(ident),
        "definition": d.definition.in_(view.lang),
        "role": view.t(f"role.{d.role}"),
        "unit": typeset.unit_words(view.lang, d.unit),
        "direction": view.t(f"direction.{DIRECTION[d.direction]}"),
        "programmes": d.programmes,
        "hubs": view.counted(len({o.hub for o in found}), "hubs_with_data", f"indicators/{ident}"),
        "years": _years(years),
    }


def _years(years: list[int]) -> str:
    if not years:
        return ""
    return f"{min(years)}–{max(years)}" if min(years) < max(years) else str(years[0])


DIRECTION = {"+": "more", "-": "less", "neutral": "neutral"}


def sheet(d: Indicator) -> Sheet:
    """The page of one indicator."""
    return Sheet(
        f"indicators/{d.id}",
        "indicator.html",
        "indicators",
        lambda v: d.name.in_(v.lang),
        lambda v: d.definition.in_(v.lang),
        partial(_context, d),
        partial(export.observation_rows, indicator=d.id),
    )


def _context(d: Indicator, view: View) -> dict[str, Any]:
    found = view.seen.by_indicator.get(d.id, ())
    order = sorted({o.hub for o in found}, key=lambda h: (h != view.seen.focus, view.hub(h)))
    rows = [o for hub in order for o in newest(o for o in found if o.hub == hub)]
    return {
        "d": d,
        "definition": d.definition.in_(view.lang),
        "caveat": d.caveat.in_(view.lang),
        "formula": view.data_words(d.formula),
        "source": view.data_words(d.source),
        "unit": typeset.unit_words(view.lang, d.unit),
        "direction": view.t(f"direction.{DIRECTION[d.direction]}"),
        "force": view.word(f"nouns.force_name.{d.force}") if d.force in FORCES else "",
        "programmes": [view.word(f"nouns.programme_name.{p}") for p in d.programmes],
        "role": view.t(f"role.{d.role}"),
        "latest": latest(view, found),
        "rows": [observed(view, o) for o in rows[:MOST_ROWS]],
        "cut": max(len(rows) - MOST_ROWS, 0),
        "targets": [
            {"id": v.target, "hub": view.hub_link(v.hub), "asked": view.target(asked)}
            for v in view.seen.verdicts
            if v.indicator == d.id and (asked := view.asked(v))
        ],
    }


def latest(view: View, found: tuple[Observation, ...]) -> dict[str, Any] | None:
    """The last year that covers most hubs, current vintages, as drawn rows from high to low."""
    current = [o for o in found if o.current and not o.period] or [o for o in found if o.current]
    hubs = Counter(year for year, _ in {(o.year, o.hub) for o in current})
    if max(hubs.values(), default=0) < FEWEST_COMPARED:
        return None
    year = max(y for y in hubs if hubs[y] >= max(FEWEST_COMPARED, MOSTLY * max(hubs.values())))
    ranks = all(o.unit == "rank" for o in current)
    rows = sorted((o for o in current if o.year == year), key=lambda o: o.value, reverse=not ranks)
    axis = charts.scale([o.value for o in rows], zero=True)
    return {
        "year": year,
        "ranks": ranks,
        "rows": [
            {
                "hub": view.hub_link(o.hub),
                "focus": o.hub == view.seen.focus,
                "value": view.number(o),
                "cell": charts.bar(axis, o.value, kind="focus" if o.hub == view.seen.focus else ""),
            }
            for o in rows[:60]
        ],
    }
