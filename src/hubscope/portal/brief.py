"""Two printed pages in each language: who leads and how surely, and where the plan stands."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import unescape
from importlib.resources import files
from typing import Any

from hubscope.errors import HubscopeError
from hubscope.nouns import FORCES, Verdict
from hubscope.portal import cards, charts, paint
from hubscope.portal.fan import HEIGHT, WIDTH, fan
from hubscope.portal.fonts import Fonts, chinese_fonts
from hubscope.portal.observatory import Observatory
from hubscope.portal.scores import HubScore, Index
from hubscope.portal.sheets import ahead, home, story
from hubscope.portal.view import View
from hubscope.words import say, typeset

MOST_HUBS, MOST_TARGETS, MOST_FANS, MOST_SOURCES = 35, 8, 4, 9
CELL = 600
_TAG = re.compile(r"<[^>]+>")


def brief(seen: Observatory, lang: str) -> bytes:
    """The brief as PDF: A4, two pages, fonts embedded, the same bytes for the same data.

    Raises:
        HubscopeError: if no Chinese font is found or the type cannot be set.
    """
    import typst

    fonts = chinese_fonts()
    view = View(seen, lang, "brief")
    images: dict[str, bytes] = {}
    body = _body(view, fonts, images)
    template = (files("hubscope.portal") / "templates" / "brief.typ").read_bytes()
    parts = {
        "main.typ": template,
        "brief.json": json.dumps(body, ensure_ascii=False, sort_keys=True).encode(),
        **images,
    }
    try:
        made = typst.compile(  # type: ignore[call-overload]  # its stubs know no dict
            parts,
            font_paths=[str(fonts.folder)],
            ignore_system_fonts=True,
            format="pdf",
            timestamp=_stamp(seen),
        )
    except (RuntimeError, typst.TypstError) as error:
        raise HubscopeError(f"the {lang} brief could not be set: {error}") from error
    return bytes(made)


def _day(seen: Observatory) -> str:
    """The day on which the newest source was read: the date of the data, not of the run."""
    return max((o.origin.accessed for o in seen.observations), default="2000-01-01")


def _stamp(seen: Observatory) -> int:
    return int(datetime.fromisoformat(_day(seen)).replace(tzinfo=UTC).timestamp())


def _body(view: View, fonts: Fonts, images: dict[str, bytes]) -> dict[str, Any]:
    seen, lang = view.seen, view.lang
    targets = [v for v in seen.verdicts if v.hub == seen.focus]
    return {
        "lang": lang,
        "sans": fonts.sans,
        "serif": fonts.serif,
        "day": _day(seen),
        "site": seen.name.in_(lang),
        "question": say(lang, "portal.home.question"),
        "subtitle": say(lang, "portal.brief.subtitle", year=seen.index.year if seen.index else ""),
        "answer": [plain(s) for s in home.answer(view, seen.index)] if seen.index else [],
        "ranking": _ranking(view, seen.index, images) if seen.index else None,
        "targets_title": say(lang, "portal.brief.targets", hub=view.hub(seen.focus)),
        "columns": say(lang, "portal.brief.columns").split("|"),
        "targets": [_target(view, v) for v in targets[:MOST_TARGETS]],
        "ahead_title": say(lang, "portal.ahead.title"),
        "ahead": [plain(s) for s in ahead.sentences(view, seen.focus)],
        "fans": _fans(view, targets, fonts, images),
        "method_title": say(lang, "portal.brief.method"),
        "method": _method(view, seen.index) if seen.index else [],
        "sources_title": say(lang, "portal.brief.sources"),
        "sources": _sources(view, targets),
        "run": say(lang, "portal.brief.run", run=seen.run),
        "page": say(lang, "portal.brief.page"),
    }


def plain(text: str) -> str:
    """A sentence of the pages without its buttons and links."""
    return unescape(_TAG.sub("", str(text)))


def _ranking(view: View, index: Index, images: dict[str, bytes]) -> dict[str, Any]:
    ranked = index.ranked()
    axis = charts.scale((end for h in ranked for end in (h.lo, h.hi)), zero=True)
    digits = home.digits_of(ranked)
    shown = _chosen(ranked, view.seen.focus)
    return {
        "title": say(view.lang, "portal.brief.ranking"),
        "note": say(
            view.lang,
            "portal.brief.ranking_note",
            level=typeset.percent(view.lang, index.level),
            draws=typeset.number(view.lang, index.draws),
        ),
        "ticks": [
            {"at": axis.at(t) / 100, "text": typeset.number(view.lang, t)} for t in axis.ticks
        ],
        "rows": [_row(view, h, axis, digits, images) for h in shown],
    }


def _chosen(ranked: list[HubScore], focus: str) -> list[HubScore]:
    """As many hubs as a page holds, always with the hub in focus."""
    first = ranked[:MOST_HUBS]
    own = [h for h in ranked[MOST_HUBS:] if h.hub == focus]
    return [*first[: MOST_HUBS - len(own)], *own]


def _row(
    view: View, h: HubScore, axis: charts.Scale, digits: int, images: dict[str, bytes]
) -> dict[str, Any]:
    kind = "focus" if h.hub == view.seen.focus else ""
    name = f"cell-{h.hub}.svg"
    images[name] = paint.cell(charts.interval(axis, h.lo, h.score, h.hi, kind=kind), CELL)
    return {
        "rank": str(h.rank),
        "name": view.hub(h.hub),
        "focus": bool(kind),
        "cell": name,
        "score": typeset.number(view.lang, h.score, digits),
        "ranks": typeset.span(view.lang, h.rank_lo, h.rank_hi),
    }


def _target(view: View, v: Verdict) -> dict[str, str]:
    shown = story.card(view, v)
    latest = ""
    if v.latest:
        about = "≈" if v.latest.status in ("approximate", "estimate") else ""
        latest = about + typeset.quantity(view.lang, v.latest.value, v.latest.unit)
        latest += f" ({v.latest.period or v.latest.year})"
    return {
        "name": plain(shown["name"]),
        "asked": plain(shown["asked"]),
        "latest": latest or "—",
        "verdict": plain(shown["word"]),
        "kind": v.kind,
        "easy": say(view.lang, "portal.story.easy") if v.easy else "",
        "chance": plain(shown["probability"]) if shown["probability"] else "—",
        "reason": plain(shown["reason"]),
    }


def _fans(
    view: View, targets: list[Verdict], fonts: Fonts, images: dict[str, bytes]
) -> list[dict[str, str]]:
    """Fans of the targets that have both a number and figures."""
    made = []
    for v in targets:
        asked = view.asked(v)
        if not v.points or story.wanted(asked, v.points[-1].unit) is None:
            continue
        name = f"fan-{v.target}.svg"
        drawn = fan(story.picture(view, v, asked))
        images[name] = paint.picture(drawn, WIDTH, HEIGHT, fonts.sans)
        unit = typeset.unit_words(view.lang, v.points[-1].unit)
        made.append({"file": name, "name": plain(story.name(view, v, asked)), "unit": unit})
    return made[:MOST_FANS]


def _method(view: View, index: Index) -> list[str]:
    lang = view.lang
    unknown = [
        say(lang, f"nouns.force_name.{f}")
        for f in FORCES
        if not (index.coverage.get(f) and index.coverage[f].indicators)
    ]
    told = [
        say(
            lang,
            "portal.brief.method_text",
            recipe=index.recipe.hash[:12],
            steps=cards.steps_in_words(index, lang),
        )
    ]
    if unknown:
        names = typeset.listed(lang, unknown)
        told.append(say(lang, "portal.brief.unknown", forces=names))
    return told


def _sources(view: View, targets: list[Verdict]) -> list[dict[str, str]]:
    """The sources of the figures shown, each once."""
    own = [p.origin for v in targets for p in v.points]
    index = [
        o.origin
        for o in view.seen.by_hub.get(view.seen.focus, ())
        if view.seen.index and view.seen.index.sweep and o.indicator == view.seen.index.sweep.code
    ]
    found = list(dict.fromkeys((view.seen.producer(o), o.url) for o in [*index, *own]))
    shown = [{"producer": view.data_words(p), "url": u} for p, u in found[:MOST_SOURCES]]
    if len(found) > MOST_SOURCES:
        shown.append({"producer": say(view.lang, "portal.brief.more_sources"), "url": ""})
    return shown
