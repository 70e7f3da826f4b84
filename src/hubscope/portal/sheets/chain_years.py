"""Beside the boards: what their location quotients are made of, and each board year by year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from hubscope.portal.chain_view import ChainView

MOST_YEARS = 12
"""Years that the table of boards shows; all are in the files of the page."""

Row = Mapping[str, Any]


def quotients(c: ChainView) -> list[dict[str, Any]]:
    """Every location quotient of the home with its four parts, each opening its evidence."""
    return [_quotient(c, q) for q in c.chain.body.get("quotients", [])]


def _quotient(c: ChainView, q: Row) -> dict[str, Any]:
    figures = list(_figures(c, q))
    return {
        "segment": c.node(q["segment"]),
        "signal": c.word("signal", q["signal"]),
        "year": q["period"] or q["year"],
        "own": figures[0],
        "all": figures[1],
        "whole": c.node(q["whole"]),
        "size_year": q["size_year"],
        "size": figures[2],
        "of_size": figures[3],
        "quotient": c.made(q["quotient"], f"signal_{q['signal']}"),
        "grade": q["grade"],
    }


RELATIONS = {"science": "authored", "patent": "owned", "product": "produces"}


def _figures(c: ChainView, q: Row) -> Iterator[Markup]:
    """The four figures of a quotient as their links hold them."""
    wanted = (
        (q["place"], None, q["year"], q["period"], q["unit"], q["value"]),
        (q["of"], None, q["year"], q["period"], q["unit"], q["of_value"]),
        (q["place"], q["whole"], q["size_year"], "", None, q["size"]),
        (q["of"], q["whole"], q["size_year"], "", None, q["of_size"]),
    )
    for place, node, year, period, unit, value in wanted:
        found = (
            x
            for x in c.chain.links_of.get(place, [])
            if (x["src"], x["rel"], x["year"]) == (place, RELATIONS[q["signal"]], year)
            if x["value"] == value and (x["period"] or "") == period
            if node in (None, x["dst"]) and unit in (None, x["unit"])
        )
        yield c.figure(next(found))


def over_years(c: ChainView) -> dict[str, Any]:
    """The boards of every segment by year, where any has more than one."""
    found = c.chain.body.get("boards", [])
    years = sorted({b["year"] for b in found if b["year"]})[-MOST_YEARS:]
    boards = {(b["segment"], b["year"]): b for b in found}
    segments = dict.fromkeys(b["segment"] for b in found)
    if len(years) < 2:
        return {}
    rows = [
        {"segment": c.node(s), "boards": [_cell(c, boards.get((s, y))) for y in years]}
        for s in segments
    ]
    return {"years": years, "rows": rows}


def _cell(c: ChainView, board: Row | None) -> Markup:
    if board is None:
        return Markup("")
    shown = Markup('<span class="board {}">{}</span>')
    return shown.format(board["board"], c.word("board", board["board"]))
