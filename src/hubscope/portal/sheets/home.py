"""Home: which hubs lead, and how sure are we?"""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from hubscope.nouns import FORCES
from hubscope.portal import charts, export, map  # noqa: A004
from hubscope.portal.scores import HubScore, Index
from hubscope.portal.sheet import Sheet
from hubscope.portal.sheets import ahead, story
from hubscope.portal.view import View
from hubscope.words import typeset

MOST_RANKED = 150
"""Hubs the first page shows; all of them are in its .csv and .json."""


def sheet() -> Sheet:
    """The first page of each language."""
    return Sheet(
        "index",
        "home.html",
        "home",
        lambda v: v.t("home.question"),
        lambda v: str(v.t("home.about")),
        _context,
        export.index_rows,
    )


def _context(view: View) -> dict[str, Any]:
    index = view.seen.index
    return {
        "answer": answer(view, index) if index else [],
        "table": table(view, index) if index else None,
        "map": world(view, index) if index else None,
        "others": [view.hub_link(h) for h in view.seen.shown_hubs if not index or not index.of(h)],
        "story": told(view, view.seen.focus),
        "index": index,
    }


def told(view: View, hub: str) -> dict[str, Any] | None:
    """The story of a hub's targets, with what they leave open."""
    own = story.of(view, hub)
    return own | {"ahead": ahead.sentences(view, hub)} if own else None


def answer(view: View, index: Index) -> list[Markup]:
    """The answer in sentences, each number opening its origin."""
    found = [_leader(view, index), _focus(view, index), _grounds(view, index), _swing(view, index)]
    return [s for s in found if s]


def _leader(view: View, index: Index) -> Markup:
    first, *rest = index.ranked()
    key = "first_alone" if first.rank_hi == 1 else "first_shared"
    tied = typeset.listed(view.lang, [view.hub(h) for h in first.ties]) if first.ties else ""
    return view.t(
        f"home.{key}",
        hub=view.hub_link(first.hub),
        level=view.indexed(typeset.percent(view.lang, index.level), "draws"),
        ties=tied or (view.hub(rest[0].hub) if rest else ""),
    )


def _focus(view: View, index: Index) -> Markup:
    row = index.of(view.seen.focus)
    if row is None:
        return view.t("home.focus_absent", hub=view.hub_link(view.seen.focus))
    key = "focus_tied" if row.ties else "focus_alone"
    return view.t(
        f"home.{key}",
        hub=view.hub_link(row.hub),
        rank=view.indexed(str(row.rank), "rank"),
        ranks=view.indexed(typeset.span(view.lang, row.rank_lo, row.rank_hi), "ranks"),
        ties=typeset.listed(view.lang, [view.hub(h) for h in row.ties]) if row.ties else "",
    )


def _grounds(view: View, index: Index) -> Markup:
    known = [f for f in FORCES if index.coverage.get(f) and index.coverage[f].indicators]
    total = sum(index.coverage[f].indicators for f in known)
    return view.t(
        "home.grounds",
        n=view.counted(total, "indicators_in_index"),
        k=view.counted(len(known), "forces_covered"),
        hubs=view.counted(len(index.hubs), "hubs_in_index"),
        year=Markup("<time>{}</time>").format(index.year),
    )


def _swing(view: View, index: Index) -> Markup:
    sweep = index.sweep
    if sweep is None:
        return Markup()
    values = {
        "code": view.indicator_link(sweep.code),
        "low": view.indexed(typeset.percent(view.lang, sweep.low), "sweep"),
        "high": view.indexed(typeset.percent(view.lang, sweep.high), "sweep"),
        "span": view.indexed(typeset.number(view.lang, sweep.median_span), "sweep"),
    }
    ends = sweep.hubs.get(view.seen.focus)
    if ends is None:
        return view.t("home.swing", **values)
    return view.t(
        "home.swing_focus",
        **values,
        hub=view.hub(view.seen.focus),
        ranks=view.indexed(typeset.span(view.lang, *ends), "sweep"),
    )


def table(view: View, index: Index) -> dict[str, Any]:
    """The ranking as rows with drawn cells and their two axes."""
    ranked = index.ranked()
    scores = charts.scale((end for h in ranked for end in (h.lo, h.hi)), zero=True)
    ranks = rank_axis(len(ranked))
    digits = digits_of(ranked)
    return {
        "score_axis": charts.ticks(scores, [typeset.number(view.lang, t) for t in scores.ticks]),
        "rank_axis": charts.ticks(ranks, [str(t) for t in ranks.ticks]),
        "rows": [_row(view, h, scores, ranks, digits) for h in shown(ranked, view.seen.focus)],
        "cut": len(ranked) > MOST_RANKED,
    }


def rank_axis(hubs: int) -> charts.Scale:
    """Ranks from first to last, with a tick at every ten that keeps clear of the ends."""
    inner = (r for r in range(10, hubs, 10) if r < hubs * 0.82)
    return charts.Scale(1, max(hubs, 2), (1, *inner, max(hubs, 2)))


def shown(ranked: list[HubScore], focus: str) -> list[HubScore]:
    """The first of the ranking, as many as a page holds, and always the hub in focus."""
    return [h for n, h in enumerate(ranked) if n < MOST_RANKED or h.hub == focus]


def digits_of(ranked: list[HubScore]) -> int:
    """Decimals for scores: enough to tell apart what spreads over few units."""
    spread = max(h.score for h in ranked) - min(h.score for h in ranked)
    return 1 if spread > 20 else 2 if spread > 0.5 else 3


def _row(
    view: View, h: HubScore, scores: charts.Scale, ranks: charts.Scale, digits: int
) -> dict[str, Any]:
    kind = "focus" if h.hub == view.seen.focus else ""
    interval = typeset.span(view.lang, h.lo, h.hi, digits)
    return {
        "hub": h.hub,
        "focus": bool(kind),
        "name": view.hub_link(h.hub),
        "rank": view.indexed(str(h.rank), "rank"),
        "score": view.indexed(typeset.number(view.lang, h.score, digits), "score", hub=h.hub),
        "cell": charts.interval(scores, h.lo, h.score, h.hi, kind=kind, label=interval),
        "ranks": view.indexed(typeset.span(view.lang, h.rank_lo, h.rank_hi), "ranks"),
        "rank_cell": charts.rank_range(ranks, h.rank_lo, h.rank, h.rank_hi, kind=kind),
        "ties": ties(view, h),
    }


def ties(view: View, h: HubScore) -> Markup:
    """Whom the hub cannot be told from: names while they are few, then how many."""
    if not h.ties:
        return Markup("")
    if len(h.ties) <= 2:
        return Markup.escape(typeset.listed(view.lang, [view.hub(t) for t in h.ties]))
    return view.t("home.ties_many", n=view.indexed(str(len(h.ties)), "ties"))


def world(view: View, index: Index) -> dict[str, Any]:
    """The hubs with a place, as points of the map; larger scores are larger points."""
    most = max(h.score for h in index.hubs) or 1
    spots = []
    for h in reversed(index.ranked()):
        hub = view.seen.hubs.get(h.hub)
        if hub is None or hub.latitude is None or hub.longitude is None:
            continue
        x, y = map.place(hub.longitude, hub.latitude)
        spots.append(
            {
                "x": f"{x:.1f}",
                "y": f"{y:.1f}",
                "r": f"{3 + 11 * (max(h.score, 0) / most) ** 0.5:.1f}",
                "name": view.hub(h.hub),
                "href": view.to(f"hubs/{h.hub}"),
                "focus": h.hub == view.seen.focus,
            }
        )
    return {"spots": spots, "width": map.WIDTH, "height": map.height()}
