"""Location quotients: how much more of a segment a place has than of everything.

RCA needs the figures of every place. Where sources give those of one place and of the place it lies
in, the quotient of shares says the same: LQ = (x / X) / (s / S), with x and X the figures of the
place and of what holds it in the segment, s and S their whole sizes (Isserman 1977,
10.1080/01944367708977758). The whole is a node marked `whole=true`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from hubscope.chains.grades import link_grades
from hubscope.sources.chain_tables import Chain

Row = Mapping[str, Any]
FROM = {"authored": "science", "owned": "patent", "produces": "product"}
"""The relation whose values make each signal."""

APART = 3
"""Years that a size may lie from the figure it is compared with."""

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "signal": pl.String,
    "place": pl.String,
    "segment": pl.String,
    "year": pl.Int16,
    "period": pl.String,
    "unit": pl.String,
    "value": pl.Float64,
    "of": pl.String,
    "of_value": pl.Float64,
    "whole": pl.String,
    "size_year": pl.Int16,
    "size": pl.Float64,
    "of_size": pl.Float64,
    "quotient": pl.Float64,
    "grade": pl.String,
}


def wholes(chain: Chain) -> set[str]:
    """The nodes that stand for everything a place makes, owns or writes."""
    nodes = zip(chain.nodes["id"].to_pylist(), chain.nodes["ext"].to_pylist(), strict=True)
    return {ident for ident, ext in nodes if json.loads(ext or "{}").get("whole") is True}


def above(chain: Chain) -> dict[str, list[str]]:
    """The places that each place lies in, the nearest first."""
    kinds = chain.nodes.select(["id", "kind", "place"]).to_pylist()
    up = {n["id"]: n["place"] for n in kinds if n["kind"] == "place" and n["place"]}
    return {place: list(_climb(place, up)) for place in up}


def _climb(place: str, up: Mapping[str, str]) -> Iterator[str]:
    seen = {place}
    while (place := up.get(place, "")) and place not in seen:
        seen.add(place)
        yield place


def quotients(chain: Chain) -> pl.DataFrame:
    """The location quotient of every figure whose parts are all stated.

    The place above is the nearest that has a figure of the same segment, unit, year and period. Of
    sizes that both places have in one unit and year the nearest in time counts, at most APART years
    away, the earlier of two.

    Returns:
        Columns of SCHEMA: what is divided by what, the quotient, and the worst grade of the four.
    """
    everything = wholes(chain)
    if not everything:
        return pl.DataFrame(schema=SCHEMA)
    rows = figures(chain)
    sizes = [r for r in rows if r["dst"] in everything and not r["period"]]
    own = [r for r in rows if r["dst"] not in everything]
    at = {_key(r, r["src"]): r for r in own}
    higher = above(chain)
    made = []
    onto = carried(chain)
    for row in own:
        over = (at[k] for p in higher.get(row["src"], ()) if (k := _key(row, p)) in at)
        top = next(over, None)
        if top and (both := _sizes(row, top, sizes)):
            made += [_quotient(row, s, top, *both) for s in onto.get(row["dst"], [row["dst"]])]
    table = pl.DataFrame(made, schema=SCHEMA, orient="row")
    return table.sort("signal", "place", "segment", "year", "period", "unit")


def carried(chain: Chain) -> dict[str, list[str]]:
    """The segments that each node wholly maps to."""
    onto: dict[str, list[str]] = {}
    for link in chain.links.select(["src", "dst", "rel", "share"]).to_pylist():
        if link["rel"] == "maps_to" and link["share"] in (None, 100.0):
            onto.setdefault(link["src"], []).append(link["dst"])
    return onto


def _key(row: Row, place: str) -> tuple[Any, ...]:
    return (place, *(row[c] for c in ("rel", "dst", "unit", "year", "period")))


def figures(chain: Chain) -> list[dict[str, Any]]:
    """Values of places by relation, no targets, the newest vintage of each."""
    columns = ["src", "dst", "rel", "year", "period", "value", "unit", "evidence"]
    links = pl.DataFrame(pl.from_arrow(chain.links.select(columns)))
    evidence = pl.DataFrame(pl.from_arrow(chain.evidence.select(["id", "vintage"])))
    places = pl.DataFrame(pl.from_arrow(chain.nodes.select(["id", "kind"])))
    places = places.filter(pl.col("kind") == "place").select(pl.col("id").alias("src"))
    known = links.filter(
        pl.col("rel").is_in(list(FROM))
        & pl.col("value").is_not_null()
        & pl.col("year").is_not_null()
    )
    graded = known.join(places, on="src").join(
        link_grades(chain).filter(pl.col("grade") != "E"), on="evidence"
    )
    dated = graded.join(evidence.rename({"id": "evidence"}), on="evidence").sort(
        "src", "dst", "rel", "year", "period", "unit", "vintage", "evidence"
    )
    key = ["src", "dst", "rel", "year", "period", "unit"]
    return dated.unique(key, keep="last", maintain_order=True).to_dicts()


def _sizes(row: Row, top: Row, sizes: list[dict[str, Any]]) -> tuple[Row, Row] | None:
    """The wholes of both places that lie nearest to the year of `row`."""
    same = ("rel", "dst", "unit", "year")
    theirs = {tuple(s[c] for c in same): s for s in sizes if s["src"] == top["src"]}
    pairs = [
        (s, theirs[k])
        for s in sizes
        if s["src"] == row["src"] and s["rel"] == row["rel"]
        if abs(s["year"] - row["year"]) <= APART and (k := tuple(s[c] for c in same)) in theirs
        if s["value"] > 0 and theirs[k]["value"] > 0
    ]
    return min(pairs, key=lambda p: (abs(p[0]["year"] - row["year"]), p[0]["year"]), default=None)


def _quotient(row: Row, segment: str, top: Row, size: Row, of_size: Row) -> tuple[Any, ...]:
    part = quotient(row["value"], top["value"], size["value"], of_size["value"])
    grade = max(r["grade"] for r in (row, top, size, of_size))
    said = (row["src"], segment, row["year"], row["period"], row["unit"], row["value"])
    sizes = (size["dst"], size["year"], size["value"], of_size["value"])
    return (FROM[row["rel"]], *said, top["src"], top["value"], *sizes, part, grade)


def quotient(x: float, whole: float, size: float, of_size: float) -> float | None:
    """(x / whole) / (size / of_size); none where nothing is there to be shared."""
    return (x / whole) / (size / of_size) if whole > 0 and size > 0 and of_size > 0 else None
