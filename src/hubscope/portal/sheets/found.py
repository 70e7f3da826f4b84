"""Hubs found by density: which there are, how large, where, and what the settings decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from hubscope.portal import charts, map  # noqa: A004
from hubscope.portal.found_rows import cluster_rows, economy_name
from hubscope.portal.observatory import Observatory
from hubscope.portal.origins import Card, Row, rows
from hubscope.portal.sheet import Rows, Sheet
from hubscope.portal.view import View
from hubscope.words import say, typeset

PATH = "hubs/found"
MOST_ROWS = 100
"""Hubs that the page lists; all of them are in its files."""

MOST_STANDINGS = 40
"""Hubs whose ranks under every setting the page lists."""


def sheet() -> Sheet:
    """The page of the hubs that the data show."""
    return Sheet(
        PATH,
        "found.html",
        "home",
        lambda v: v.word("found.page.title"),
        lambda v: say(v.lang, "found.page.about"),
        _context,
        _rows,
    )


def _rows(seen: Observatory, lang: str) -> Rows:
    del lang
    return [row | {"run": seen.run} for row in cluster_rows(seen.found)]


def _context(v: View) -> Mapping[str, Any]:
    found, card = v.seen.found, _card(v, "made")
    clusters = found["clusters"]
    most = max((c["share"] for c in clusters), default=1.0)
    axis = charts.scale([most], ticks=3, zero=True)
    return {
        "sentences": _sentences(v, card),
        "unplaced": [_unplaced(v, k, card) for k in found["kinds"]],
        "kinds": [v.word(f"found.page.{k['kind']}") for k in found["kinds"]],
        "axis": charts.ticks(axis, [typeset.percent(v.lang, t, 1) for t in axis.ticks]),
        "clusters": [_cluster(v, c, axis, card) for c in clusters[:MOST_ROWS]],
        "more": _more(v, len(clusters), card),
        "map": _map(clusters),
        **_sensitivity(v),
        "workbook": v.to(PATH, ".xlsx"),
    }


def _card(v: View, made: str) -> Card:
    """How the hubs were found: method, settings, releases, run."""
    found = v.seen.found
    said = found["settings"]
    names = {"radius": "km", "minimum": "", "merge": "km"}
    settings = [f"{k} {typeset.number(v.lang, said[k])} {u}".strip() for k, u in names.items()]
    kinds = [(v.word(f"found.page.{k['kind']}"), k["release"]) for k in found["kinds"]]
    releases = [f"{kind} {release}" for kind, release in kinds]
    return Card(
        rows(
            [
                Row("made_by", say(v.lang, f"found.page.{made}")),
                Row("inputs", " · ".join(settings), code=True),
                Row("vintage", " · ".join(releases)),
                Row("run", v.seen.run, code=True),
            ]
        )
    )


def _sentences(v: View, card: Card) -> list[Markup]:
    """What a hub is here, how neighbours are treated, how it is ranked, which years, how much."""
    found = v.seen.found
    said = found["settings"]

    def n(value: float) -> Markup:
        return v.opened(typeset.number(v.lang, value), card)

    merged = "merged" if said["merge"] else "unmerged"
    made = [
        v.word("found.page.lead", minimum=n(said["minimum"]), radius=n(said["radius"])),
        v.word(f"found.page.{merged}", merge=n(said["merge"]) if said["merge"] else ""),
        v.word("found.page.ranked_both" if len(found["kinds"]) > 1 else "found.page.ranked_one"),
    ]
    if said["first"] is not None and said["last"] is not None:
        years = {k: Markup("<time>{}</time>").format(said[k]) for k in ("first", "last")}
        made.append(v.word("found.page.years", **years))
    if not found["clusters"]:
        return [*made, v.word("found.page.none")]
    share = v.opened(typeset.percent(v.lang, found["inside"]), card)
    return [*made, v.word("found.page.inside", count=n(len(found["clusters"])), share=share)]


def _unplaced(v: View, kind: Mapping[str, Any], card: Card) -> Markup:
    share = v.opened(typeset.percent(v.lang, kind["unplaced"], 1), card)
    return v.word(f"found.page.unplaced_{kind['kind']}", share=share)


def _cluster(v: View, c: Mapping[str, Any], axis: charts.Scale, card: Card) -> dict[str, Any]:
    def n(value: float | None, digits: int | None = None) -> Markup:
        if value is None:
            return v.word("portal.unknown")
        return v.opened(typeset.number(v.lang, value, digits), card)

    countries = [economy_name(code, v.lang) for code in c["country"].split("/") if code]
    cities = [
        Markup("<span data-words>{}</span> {}").format(
            name, v.opened(typeset.percent(v.lang, share), card)
        )
        for name, share in c["cities"][:3]
    ]
    return {
        "rank": n(c["number"] + 1),
        "name": c["name"],
        "country": v.t("joiner").join(countries),
        "share": v.opened(typeset.percent(v.lang, c["share"], 1), card),
        "drawn": charts.bar(axis, c["share"]),
        "parts": [n(p["weight"], 0) for p in c["parts"]],
        "per_head": n(None if c["per_head"] is None else 1000 * c["per_head"], 2),
        "cities": v.t("joiner").join(cities),
    }


def _more(v: View, count: int, card: Card) -> Markup:
    if count <= MOST_ROWS:
        return Markup("")
    shown, every = (v.opened(str(n), card) for n in (MOST_ROWS, count))
    return v.word("found.page.more", shown=shown, all=every)


def _map(clusters: list[Mapping[str, Any]]) -> dict[str, Any]:
    """A point for each hub on the picture, the largest first, so that none hides a smaller one."""
    most = max((c["share"] for c in clusters), default=1.0)
    spots = []
    for c in clusters:
        x, y = map.place(c["longitude"], c["latitude"])
        if not 0 <= y <= map.height():
            continue  # the picture ends before the far south
        radius = f"{2.5 + 11 * (c['share'] / most) ** 0.5:.1f}"
        spots.append({"x": f"{x:.1f}", "y": f"{y:.1f}", "r": radius, "name": c["name"]})
    return {"spots": spots, "width": map.WIDTH, "height": map.height()}


def _sensitivity(v: View) -> dict[str, Any]:
    """A column for each setting, a row for each hub, and how many each setting finds."""
    found, card = v.seen.found["sensitivity"], _card(v, "made_sensitivity")

    def n(value: float) -> Markup:
        return v.opened(typeset.number(v.lang, value), card)

    return {
        "settings": [(n(s["radius_km"]), n(s["minimum"])) for s in found["settings"]],
        "standings": [
            {
                "name": s["name"],
                "rank": n(s["rank"]),
                "ranks": [Markup("\u2013") if r is None else n(r) for r in s["ranks"]],
            }
            for s in found["standings"][:MOST_STANDINGS]
        ],
        "counts": [n(s["clusters"]) for s in found["settings"]],
        "shares": [v.opened(typeset.percent(v.lang, s["share"]), card) for s in found["settings"]],
    }
