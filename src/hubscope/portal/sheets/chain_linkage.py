"""Research and industry: joint papers, citing patents, used papers, each against the peers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from hubscope.portal import charts
from hubscope.portal.chain_course import Point, course
from hubscope.portal.observatory import Observatory
from hubscope.portal.origins import Card, Row, rows
from hubscope.portal.sheet import Rows, Sheet
from hubscope.portal.view import View
from hubscope.words import say, typeset, words

MEASURES = ("joint", "citing", "used")
COLUMNS = ("share", "lag", "local")
MOST_TIES = 40
"""Ties of the last year that the page lists; all are in its .csv and .json."""


def sheet() -> Sheet:
    """The page of linkage."""
    return Sheet(
        "chains/linkage",
        "chain_linkage.html",
        "chains",
        lambda v: v.word("chains.linkage.title"),
        lambda v: say(v.lang, "chains.linkage.about"),
        _context,
        _rows,
    )


def _context(v: View) -> Mapping[str, Any]:
    found = v.seen.linkage
    measures = [_measure(v, found, m) for m in MEASURES if found.get(m)]
    return {
        "measures": measures,
        "ties": _ties(v, found),
        "held": v.t("joiner").join(v.data_words(x) for x in found.get("held", [])),
        "focus": v.hub_link(v.seen.focus),
        "years": _years(v, found),
        "back": v.to("chains/index"),
    }


def _years(v: View, found: Mapping[str, Any]) -> Markup:
    if not found.get("years"):
        return Markup("")
    first, last = found["years"]
    return v.word("chains.linkage.years").format(
        *(Markup("<time>{}</time>").format(y) for y in (first, last))
    )


def _measure(v: View, found: Mapping[str, Any], measure: str) -> dict[str, Any]:
    """One table: a row for each field, with the gap to the median of the peers drawn."""
    gaps = {c: {r["field"]: r for r in found.get(f"{measure}_{c}", [])} for c in COLUMNS}
    shares = [x for r in gaps["share"].values() for x in (r["own"], r["peers"]) if x is not None]
    shares += [r[c] for r in found[measure] for c in ("share_lo", "share_hi") if r[c] is not None]
    axis = charts.scale(shares or [0.0, 1.0], ticks=3, zero=True)
    return {
        "id": measure,
        "title": v.word(f"chains.linkage.{measure}"),
        "about": v.word(f"chains.linkage.{measure}_about"),
        "ticks": charts.ticks(axis, [typeset.percent(v.lang, t) for t in axis.ticks]),
        "lag": measure != "joint",
        "rows": [_row(v, measure, r, gaps, axis) for r in _ordered(found[measure])],
    }


def _ordered(found: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """All fields first, then the key fields, then the others by what there is of them."""
    first = {"all": 0, "key": 1}
    size = "patents" if found and "patents" in found[0] else "papers"
    return sorted(found, key=lambda r: (first.get(r["field"].split("-")[0], 2), -r[size]))


def _row(
    v: View,
    measure: str,
    r: Mapping[str, Any],
    gaps: Mapping[str, Mapping[str, Mapping[str, Any]]],
    axis: charts.Scale,
) -> dict[str, Any]:
    card = _card(v, measure)
    share = gaps["share"].get(r["field"], {})
    local = gaps["local"].get(r["field"], {})
    own = r["share"]
    label = f"{field_name(r['field'], v.lang)}: {_percent(v.lang, own)}"
    drawn = (
        charts.interval(axis, r["share_lo"], own, r["share_hi"], kind="focus", label=label)
        if own is not None
        else Markup("")
    )
    size = "patents" if measure == "citing" else "papers"
    return {
        "field": field_name(r["field"], v.lang),
        "size": v.opened(typeset.number(v.lang, r[size]), card),
        "share": _shown(v, own, card),
        "drawn": drawn,
        "peers": _shown(v, share.get("peers"), card),
        "gap": _gap(v, share.get("gap"), card),
        "lag": _lag(v, r.get("lag"), card),
        "local": _shown(v, r["local"], card),
        "local_peers": _shown(v, local.get("peers"), card),
    }


def field_name(field: str, lang: str) -> str:
    """A field in words, or as the table names it."""
    return words(lang).get(f"chains_fields.{field}", field)


def _percent(lang: str, value: float | None) -> str:
    return typeset.percent(lang, value) if value is not None else say(lang, "portal.unknown")


def _unknown(v: View) -> Markup:
    return Markup('<span class="unknown">{}</span>').format(v.t("unknown"))


def _shown(v: View, value: float | None, card: Card) -> Markup:
    return _unknown(v) if value is None else v.opened(typeset.percent(v.lang, value), card)


def _gap(v: View, value: float | None, card: Card) -> Markup:
    if value is None:
        return _unknown(v)
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return v.opened(sign + typeset.number(v.lang, abs(value) * 100, 1), card)


def _lag(v: View, value: float | None, card: Card) -> Markup:
    return _unknown(v) if value is None else v.opened(typeset.number(v.lang, value, 1), card)


def _card(v: View, measure: str) -> Card:
    """How the numbers of one table were made, and of which release."""
    return Card(
        rows(
            [
                Row("made_by", say(v.lang, f"chains.linkage.{measure}_made")),
                Row("vintage", str(v.seen.linkage["from"])),
                Row("run", v.seen.run, code=True),
            ]
        )
    )


def _ties(v: View, found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The focus's ties of the last year of each unit, the strongest synergy first."""
    rows_ = found.get("ties", [])
    last = {u: max(r["year"] for r in rows_ if r["unit"] == u) for u in {r["unit"] for r in rows_}}
    now = [r for r in rows_ if r["year"] == last[r["unit"]]]
    order = sorted(now, key=lambda r: (r["unit"], -(r["residual"] or 0), -r["value"]))
    return [_tie(v, r, rows_) for r in order[:MOST_TIES]]


def _tie(v: View, r: Mapping[str, Any], every: list[Mapping[str, Any]]) -> dict[str, Any]:
    card = _card(v, "ties")
    other = r["dst"] if r["src"] == v.seen.focus else r["src"]
    same = [x for x in every if all(x[c] == r[c] for c in ("src", "dst", "unit"))]

    def made(value: float | None, digits: int = 2) -> Markup:
        if value is None:
            return _unknown(v)
        return v.opened(typeset.number(v.lang, value, digits), card)

    return {
        "other": v.hub_link(other),
        "unit": v.word(f"chains.linkage.unit_{r['unit']}"),
        "year": r["year"],
        "value": made(r["value"], 0),
        "salton": made(r["salton"], 3),
        "coordination": made(r["coordination"]),
        "complementarity": made(r["complementarity"]),
        "synergy": _synergy(v, r, card),
        "course": _course(v, other, same, every),
    }


def _synergy(v: View, r: Mapping[str, Any], card: Card) -> Markup:
    """The residual with its range."""
    value, lo, hi = (r.get(c) for c in ("residual", "residual_lo", "residual_hi"))
    if value is None or lo is None or hi is None:
        return _unknown(v)
    ends = {k: typeset.number(v.lang, x, 1) for k, x in (("lo", lo), ("hi", hi))}
    spread = say(v.lang, "chains.linkage.between", **ends)
    return v.opened(f"{typeset.number(v.lang, value, 1)} ({spread})", card)


def _course(
    v: View, other: str, same: list[Mapping[str, Any]], every: list[Mapping[str, Any]]
) -> Markup:
    """Synergy with one hub over the years; nought, what size and distance explain, is the line."""
    points = [
        Point(x["year"], x["residual"], x["residual_lo"], x["residual_hi"])
        for x in same
        if x.get("residual_lo") is not None
    ]
    years = [x["year"] for x in every]
    if len(points) < 2:
        return Markup("")
    first, last = min(years), max(years)
    label = say(
        v.lang, "chains.linkage.course_label", name=v.hub(other), first=str(first), last=str(last)
    )
    lines = {"science" if same[0]["unit"] == "papers" else "patent": points}
    return course(lines, years=(first, last), level=0.0, label=label)


def _rows(seen: Observatory, lang: str) -> Rows:
    """Every measure of the focus by field, with its gaps, and every tie."""
    found = seen.linkage
    out: Rows = []
    for measure in MEASURES:
        gaps = {c: {r["field"]: r for r in found.get(f"{measure}_{c}", [])} for c in COLUMNS}
        for r in found.get(measure, []):
            out.append(
                {
                    "part": measure,
                    **r,
                    "field_name": field_name(r["field"], lang),
                    **{f"{c}_peers": gaps[c].get(r["field"], {}).get("peers") for c in COLUMNS},
                    **{f"{c}_gap": gaps[c].get(r["field"], {}).get("gap") for c in COLUMNS},
                }
            )
    out += [{"part": "ties", **r} for r in found.get("ties", [])]
    return out
