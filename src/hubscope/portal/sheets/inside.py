"""Inside a hub: where those who came were before, in which fields it patents, what is unplaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from markupsafe import Markup

from hubscope.portal import charts
from hubscope.portal.found_rows import origin_name
from hubscope.portal.observatory import Observatory
from hubscope.portal.origins import Card, Row, rows
from hubscope.portal.sheet import Rows, Sheet
from hubscope.portal.view import View
from hubscope.words import say, typeset

Table = Mapping[str, Any]


def path(hub: str) -> str:
    """Where the page of a hub stands."""
    return f"hubs/{hub}/inside"


def inflow_of(seen: Observatory, hub: str) -> Table | None:
    """Who came to a hub; None where nothing of it may be shown."""
    return next((t for t in seen.inflow if t["hub"] == hub), None)


def fields_of(seen: Observatory, hub: str) -> Table | None:
    """A hub's patents by field; None where none has a field."""
    return next((t for t in seen.patent_fields if t["hub"] == hub), None)


def sheet(hub: str) -> Sheet:
    """The page inside one hub."""
    return Sheet(
        path(hub),
        "inside.html",
        "home",
        lambda v: v.word("found.inside.title", hub=v.hub(hub)),
        lambda v: str(v.word("found.inside.about", hub=v.hub(hub))),
        partial(_context, hub),
        partial(_rows, hub),
    )


def _context(hub: str, v: View) -> Mapping[str, Any]:
    moved, fields = inflow_of(v.seen, hub), fields_of(v.seen, hub)
    return {
        "back": v.hub_link(hub),
        "inflow": _inflow(v, moved) if moved else None,
        "fields": _fields(v, fields) if fields else None,
        "unplaced": _unplaced(v, hub),
    }


def _card(v: View, table: str, years: Table) -> Card:
    return Card(
        rows(
            [
                Row("made_by", say(v.lang, f"found.{table}.made")),
                Row("covers", f"{years['first']}\u2013{years['last']}"),
                Row("run", v.seen.run, code=True),
            ]
        )
    )


def _years(table: Table) -> dict[str, Markup]:
    return {k: Markup("<time>{}</time>").format(table[k]) for k in ("first", "last")}


def _inflow(v: View, table: Table) -> dict[str, Any]:
    card = _card(v, "inflow", table)
    most = charts.scale((o["persons"] for o in table["origins"]), ticks=3, zero=True)

    def n(value: int) -> Markup:
        return v.opened(typeset.number(v.lang, value), card)

    if table["persons"] is None:
        note = v.word("found.inflow.note_few", **_years(table))
    else:
        note = v.word(
            "found.inflow.note",
            persons=n(table["persons"]),
            hidden=n(table["hidden"]),
            **_years(table),
        )
    return {
        "note": note,
        "rows": [
            {
                "from": v.word(f"found.from.{o['kind']}"),
                "origin": v.hub_link(o["origin"]) if o["kind"] == "hub" else origin_name(o, v.lang),
                "persons": n(o["persons"]),
                "drawn": charts.bar(most, o["persons"]),
            }
            for o in table["origins"]
        ],
    }


def _fields(v: View, table: Table) -> dict[str, Any]:
    card = _card(v, "fields", table)
    axis = charts.scale((f["share"] for f in table["fields"]), ticks=3, zero=True)
    every = v.opened(typeset.number(v.lang, table["families"], 1), card)
    without = v.opened(typeset.percent(v.lang, table["without"], 1), card)
    note = v.word("found.fields.note", families=every, without=without, **_years(table))
    return {"note": note, "rows": [_field(v, f, axis, card) for f in _by_share(table["fields"])]}


def _by_share(fields: Iterable[Table]) -> list[Table]:
    return sorted(fields, key=lambda f: (-f["share"], f["field"]))


def _field(v: View, f: Table, axis: charts.Scale, card: Card) -> dict[str, Any]:
    special = f["specialisation"]
    return {
        "name": v.word(f"found.wipo.{f['field']}"),
        "families": v.opened(typeset.number(v.lang, f["families"], 1), card),
        "share": v.opened(typeset.percent(v.lang, f["share"], 1), card),
        "drawn": charts.bar(axis, f["share"]),
        "specialisation": v.word("portal.unknown")
        if special is None
        else v.opened(typeset.number(v.lang, special, 2), card),
    }


MOST_YEARS = 12
"""Years of which the page says what is unplaced; all are in its files."""


def _unplaced(v: View, hub: str) -> list[dict[str, Any]]:
    """A table for each kind of records: by year, how many and which part could not be placed."""
    made = []
    for kind in ("works", "patents"):
        own = [r for r in v.seen.unplaced if r["hub"] == hub and r["kind"] == kind]
        if own:
            rows = sorted(own, key=lambda r: -r["year"])[:MOST_YEARS]
            made.append({
                "id": kind,
                "caption": v.word(f"found.unplaced.{kind}"),
                "rows": [_year(v, r) for r in rows],
            })  # fmt: skip
    return made


def _year(v: View, r: Table) -> dict[str, Any]:
    made = Row("made_by", say(v.lang, "found.unplaced.made"))
    card = Card(rows([made, Row("covers", str(r["year"])), Row("run", v.seen.run, code=True)]))
    shares = {k: v.opened(typeset.percent(v.lang, r[k], 1), card) for k in ("unnamed", "unlocated")}
    number = v.opened(typeset.number(v.lang, r["records"]), card)
    return {"year": r["year"], "records": number} | shares


def _rows(hub: str, seen: Observatory, lang: str) -> Rows:
    """Both tables, one under the other."""
    moved, fields = inflow_of(seen, hub), fields_of(seen, hub)
    made: Rows = []
    if moved:
        made += [
            {
                **_base(hub, "inflow", moved, seen),
                "item": o["origin"],
                "name": origin_name(o, lang),
                "kind": o["kind"],
                "value": o["persons"],
            }
            for o in moved["origins"]
        ]
    if fields:
        made += [
            {
                **_base(hub, "fields", fields, seen),
                "item": f["field"],
                "name": say(lang, f"found.wipo.{f['field']}"),
                "kind": "field",
                "value": f["families"],
                "share": f["share"],
                "specialisation": f["specialisation"],
            }
            for f in fields["fields"]
        ]
    made += [
        {
            "hub": hub, "table": "unplaced", "first": r["year"], "last": r["year"], "run": seen.run,
            "item": r["kind"], "name": say(lang, f"found.kind.{r['kind']}"), "kind": "unplaced",
            "value": r["records"], "unnamed": r["unnamed"], "unlocated": r["unlocated"],
        }
        for r in seen.unplaced
        if r["hub"] == hub
    ]  # fmt: skip
    return made


def _base(hub: str, table: str, years: Table, seen: Observatory) -> dict[str, Any]:
    return {
        "hub": hub, "table": table, "first": years["first"], "last": years["last"], "run": seen.run,
    }  # fmt: skip
