"""A hub: how strong, how sure, on target?"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from hubscope.nouns import FORCES, Observation
from hubscope.portal import charts, export
from hubscope.portal.scores import ForceScore, HubScore, Index
from hubscope.portal.sheet import Sheet
from hubscope.portal.sheets import home
from hubscope.portal.view import View
from hubscope.words import typeset

MOST_NUMBERS = 260
"""Observations a page of a hub shows in one table; all of them are in its .csv and .json."""


def sheet(hub: str) -> Sheet:
    """The page of one hub."""
    return Sheet(
        f"hubs/{hub}",
        "hub.html",
        "home",
        lambda v: v.hub(hub),
        lambda v: str(v.t("hub.about", hub=v.hub(hub))),
        partial(_context, hub),
        partial(export.hub_rows, hub=hub),
    )


def _context(hub: str, view: View) -> dict[str, Any]:
    index = view.seen.index
    row = index.of(hub) if index else None
    seen = view.seen.by_hub.get(hub, ())
    return {
        "hub": hub,
        "name": view.hub(hub),
        "row": headline(view, row, index) if row and index else None,
        "forces": [force(view, f, row, index) for f in FORCES] if row and index else [],
        "unknown": [f for f in FORCES if not (row and row.forces.get(f))],
        "story": home.told(view, hub),
        "own": table(view, seen, ("measure", "input")),
        "context": table(view, seen, ("context",)),
        "neighbours": neighbours(view, row, index) if row and index else None,
    }


def headline(view: View, row: HubScore, index: Index) -> dict[str, Any]:
    """Score, its range, rank, its range, ties, and how many indicators stand behind them."""
    digits = home.digits_of(index.hubs)
    lang = view.lang
    own = partial(view.indexed, hub=row.hub)
    return {
        "score": own(typeset.number(lang, row.score, digits), "score", "n big"),
        "interval": own(typeset.span(lang, row.lo, row.hi, digits), "interval"),
        "rank": own(str(row.rank), "rank"),
        "ranks": own(typeset.span(lang, row.rank_lo, row.rank_hi), "ranks"),
        "level": view.indexed(typeset.percent(lang, index.level), "draws"),
        "of": view.counted(len(index.hubs), "hubs_in_index"),
        "ties": [view.hub_link(t) for t in row.ties],
        "available": own(str(row.available), "available"),
        "indicators": own(str(row.indicators), "available"),
        "year": index.year,
        "sweep": sweep(view, row, index),
    }


def sweep(view: View, row: HubScore, index: Index) -> Any:
    """How far this hub's rank moves under the sweep of one weight."""
    ends = index.sweep.hubs.get(row.hub) if index.sweep else None
    if index.sweep is None or ends is None:
        return None
    return view.t(
        "hub.sweep",
        code=view.indicator_link(index.sweep.code),
        low=view.indexed(typeset.percent(view.lang, index.sweep.low), "sweep"),
        high=view.indexed(typeset.percent(view.lang, index.sweep.high), "sweep"),
        ranks=view.indexed(typeset.span(view.lang, *ends), "sweep"),
    )


def force(view: View, ident: str, row: HubScore, index: Index) -> dict[str, Any]:
    """One force as a strip with all peers as ticks; unknown where nothing measures it."""
    own = row.forces.get(ident)
    word = str(view.word(f"nouns.force_name.{ident}"))
    peers = [f.score for h in index.hubs if (f := h.forces.get(ident)) and h.hub != row.hub]
    cover = index.coverage.get(ident)
    base = {
        "id": ident,
        "name": word,
        "indicators": view.indexed(str(cover.indicators if cover else 0), "coverage"),
        "hubs": view.indexed(str(cover.hubs if cover else 0), "coverage"),
    }
    if own is None:
        label = str(view.t("hub.force_unknown_label", force=word))
        return base | {"known": False, "strip": charts.unknown_strip(label)}
    return base | _strip(view, row, ident, own, peers)


def _strip(
    view: View, row: HubScore, ident: str, own: ForceScore, peers: list[float]
) -> dict[str, Any]:
    word = str(view.word(f"nouns.force_name.{ident}"))
    axis = charts.scale([*peers, own.lo, own.hi], zero=True)
    digits = 1 if axis.high > 20 else 2
    lang = view.lang
    opened = partial(view.indexed, hub=row.hub, force=ident)
    label = view.t(
        "hub.force_label",
        force=word,
        score=typeset.number(lang, own.score, digits),
        interval=typeset.span(lang, own.lo, own.hi, digits),
        peers=len(peers),
    )
    return {
        "known": True,
        "strip": charts.strip(axis, peers, (own.lo, own.score, own.hi), ident, str(label)),
        "score": opened(typeset.number(lang, own.score, digits), "force"),
        "interval": opened(typeset.span(lang, own.lo, own.hi, digits), "force")
        if own.lo < own.hi
        else "",
    }


def table(view: View, seen: Iterable[Observation], roles: tuple[str, ...]) -> list[dict[str, Any]]:
    """Observations of these roles by indicator, the newest first, then all others."""
    groups: dict[str, list[Observation]] = {}
    for o in seen:
        indicator = view.seen.catalogue.get(o.indicator)
        if (indicator.role if indicator else "measure") in roles:
            groups.setdefault(o.indicator, []).append(o)
    most = earlier_shown(len(groups), sum(len(v) for v in groups.values()))
    return [_latest(view, k, newest(v), most) for k, v in groups.items()]


def earlier_shown(indicators: int, observations: int) -> int:
    """How many earlier values an indicator shows, so that the page keeps to its weight."""
    if observations <= MOST_NUMBERS:
        return observations
    return max(MOST_NUMBERS // indicators - 1, 0)


def _latest(view: View, indicator: str, found: list[Observation], most: int) -> dict[str, Any]:
    """The newest observation in full, and up to `most` others as years with their values."""
    first, *rest = found
    return observed(view, first) | {
        "indicator": view.indicator_link(indicator),
        "earlier": [
            {"year": o.period or o.year, "value": view.number(o, unit=False), "current": o.current}
            for o in rest[:most]
        ],
        "more": view.to(f"indicators/{indicator}#all") if rest[most:] else "",
    }


def newest(found: Iterable[Observation]) -> list[Observation]:
    """Newest year first; within a year the current vintage first."""
    return sorted(found, key=lambda o: (-o.year, o.period, not o.current, o.vintage))


def observed(view: View, o: Observation) -> dict[str, Any]:
    """One observation as a table row."""
    return {
        "hub": view.hub_link(o.hub),
        "year": o.period or o.year,
        "value": view.number(o),
        "status": view.word(f"nouns.status.{o.status}"),
        "vintage": o.vintage,
        "current": o.current,
        "note": view.data_words(o.note),
    }


def neighbours(view: View, row: HubScore, index: Index) -> dict[str, Any]:
    """The hubs before and after in the ranking."""
    ranked = [h.hub for h in index.ranked()]
    at = ranked.index(row.hub)
    return {
        "before": view.hub_link(ranked[at - 1]) if at else "",
        "after": view.hub_link(ranked[at + 1]) if at + 1 < len(ranked) else "",
    }
