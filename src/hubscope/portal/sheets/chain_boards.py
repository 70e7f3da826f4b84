"""The boards of a chain: the newest of each segment, its course, and the concordance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from hubscope.nouns import Origin
from hubscope.portal.chain_course import Point, course
from hubscope.portal.chain_view import ChainView, said
from hubscope.portal.origins import Card, Row, rows
from hubscope.portal.sheets.chain_clusters import clusters
from hubscope.portal.sheets.chain_years import over_years, quotients
from hubscope.words import say, typeset

SIGNALS = ("science", "patent", "product", "security")
COUNTED = ("science", "patent")
"""Signals that the store's works and patents may give, with a range."""

HIGHEST = 4.0
"""Specialisation above which a course is cut off, so that the rest can be read."""


def lists(c: ChainView) -> Mapping[str, Any]:
    """What the page of boards shows."""
    found = c.chain.body.get("boards", [])
    shown = _shown(found, c.chain.body.get("nearby", []))
    ranged = [b for b in found if any(b.get(f"{s}_lo") is not None for s in COUNTED)]
    years = [b["year"] for b in ranged]
    ends = (min(years), max(years)) if len(set(years)) > 1 else None
    return {
        "boards": [_board(c, b, found, ends) for b in shown],
        "signals": [c.word("signal", s) for s in SIGNALS],
        "ends": [Markup("<time>{}</time>").format(y) for y in ends] if ends else [],
        "keys": {s: _key(c, s) for s in COUNTED},
        "earlier": len(found) > len(shown),
        "home": c.node(c.chain.body["home"]) if c.chain.body["home"] else "",
        "alone": any(len(b["lacking"]) == len(SIGNALS) for b in shown),
        "quotients": quotients(c),
        "over_years": over_years(c),
        "clusters": clusters(c),
        "concordance": [_mapping(c, m) for m in c.chain.body.get("concordance", [])],
        "version": Markup("<time>{}</time>").format(c.chain.body.get("version", "")),
    }


def _key(c: ChainView, signal: str) -> Markup:
    """The name of a signal behind the colour of its line."""
    mark = Markup('<span class="key {}" aria-hidden="true"></span> {}')
    return mark.format(signal, c.word("signal", signal))


def _shown(
    found: list[Mapping[str, Any]], nearby: list[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Of each segment the board of nearby years; the newest where it has no signal at all."""
    newest = {b["segment"]: b for b in sorted(found, key=lambda b: b["year"] or 0)}
    best = newest | {b["segment"]: b for b in nearby}
    order = ("long", "short", "even", "unknown")
    return sorted(
        best.values(), key=lambda b: (order.index(b["board"]), len(b["lacking"]), b["segment"])
    )


def _board(
    c: ChainView,
    b: Mapping[str, Any],
    found: list[Mapping[str, Any]],
    ends: tuple[int, int] | None,
) -> dict[str, Any]:
    own = [x for x in found if x["segment"] == b["segment"]]
    return {
        "segment": c.node(b["segment"]),
        "year": b["year"],
        "board": c.word("board", b["board"]),
        "kind": b["board"],
        "unsure": c.t("unsure") if b["board"] != "unknown" and _unsure(b, own) else "",
        "signals": [_signal(c, b, own, s) for s in SIGNALS],
        "course": _course(c, b["segment"], own, ends) if ends else "",
        "lacking": c.view.t("joiner").join(c.word("signal", m) for m in b["lacking"]),
    }


def _at(b: Mapping[str, Any], own: list[Mapping[str, Any]], signal: str) -> Mapping[str, Any]:
    """The row of the year from which a board has a signal: it holds the signal's range."""
    year = b.get(f"{signal}_year") or b["year"]
    return next((x for x in own if x["year"] == year), b)


def _unsure(b: Mapping[str, Any], own: list[Mapping[str, Any]]) -> bool:
    return any(_at(b, own, s).get("sure") is False for s in COUNTED if b[s] is not None)


def _signal(
    c: ChainView, b: Mapping[str, Any], own: list[Mapping[str, Any]], signal: str
) -> Markup:
    """A signal, with its range and count where the store gives it, and its year if another."""
    year, row = b.get(f"{signal}_year") or b["year"], _at(b, own, signal)
    value, lo, hi = b[signal], row.get(f"{signal}_lo"), row.get(f"{signal}_hi")
    if value is None or lo is None or hi is None:
        shown = c.made(value, f"signal_{signal}")
    else:
        number, spread = typeset.number(c.lang, value, 2), typeset.span(c.lang, lo, hi, 2)
        shown = c.view.opened(f"{number} ({spread})", _card(c, row, signal))
    if value is None or year == b["year"]:
        return shown
    return Markup("{} <time>{}</time>").format(shown, year)


def _card(c: ChainView, b: Mapping[str, Any], signal: str) -> Card:
    """The card of a specialisation: how it is made, of what, and how to see the rows."""
    e = said(c.chain.body["sources"][signal], c.view.seen, c.lang)
    segment = c.chain.body["segments"].get(b["segment"], b["segment"])
    option = "" if signal == "science" else " --signal patent"
    link = e["locator"] if e["locator"].startswith("http") else ""
    units = say(c.lang, f"chains.page.units_{signal}", n=f"{b[f'{signal}_units']:,}")
    return Card(
        rows(
            [
                Row("made_by", say(c.lang, f"chains.made.store_{signal}")),
                Row("inputs", units),
                Row("producer", e["source"], data=True),
                Row("url", e["locator"], link),
                Row("licence", e["licence"], data=True),
                Row("vintage", e["vintage"]),
                Row("note", e["note"], data=True),
                Row(
                    "query",
                    f"hubscope chain trace {b['place']} {segment} {b['year']}{option}",
                    code=True,
                ),
                Row("run", c.view.seen.run, code=True),
            ]
        ),
        (Origin(e["source"], link, e["retrieved"], licence=e["licence"]),),
    )


def _course(
    c: ChainView, segment: str, own: list[Mapping[str, Any]], ends: tuple[int, int]
) -> Markup:
    lines = {
        s: [
            Point(b["year"], b[s], b[f"{s}_lo"], b[f"{s}_hi"])
            for b in own
            if b[s] is not None and b.get(f"{s}_lo") is not None
        ]
        for s in COUNTED
    }
    if not any(lines.values()):
        return Markup("")
    name = c.chain.node_name(segment, c.lang)
    label = say(
        c.lang, "chains.page.course_label", name=name, first=str(ends[0]), last=str(ends[1])
    )
    return course(lines, years=ends, level=1.0, label=label, top=HIGHEST)


def _mapping(c: ChainView, m: Mapping[str, Any]) -> dict[str, Any]:
    """What counts to a segment: codes of works and of patents in words, and how well they fit."""
    joiner = c.view.t("joiner")
    told = {
        side: joiner.join(say(c.lang, f"chains_fields.{code}") for code in m[side])
        for side in ("works", "patents")
    }
    return {"segment": c.node(m["node"]), "fit": c.word("fit", m["fit"]), **told}
