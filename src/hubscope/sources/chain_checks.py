"""Every fault of a plain chain, each with its line: cells, ids, units, repeated links, cycles."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import reduce

import numpy as np
import polars as pl

from hubscope.errors import nearest
from hubscope.sources.chain_ext import parse_ext
from hubscope.sources.chain_rules import INPUT_RELS, codes, find_cycle
from hubscope.sources.chain_tables import KINDS, LEVELS, RELS, STATUSES
from hubscope.sources.raw import Fault

_ID = r"^[A-Za-z0-9][A-Za-z0-9_.:\-]{0,79}$"
_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?$"
_YEAR = r"^(19|20)\d\d$"
_DATE = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"
_MONTH = "(0[1-9]|1[0-2])"
_PERIOD = rf"^(\d{{4}}-\d{{4}}|\d{{4}}Q[1-4]|\d{{4}}-{_MONTH}/\d{{4}}-{_MONTH})?$"
_MADE = ("tech", "product", "input", "stage", "industry")
ENDS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "input_to": (_MADE, _MADE),
    "variant_of": (_MADE, _MADE),
    "supplies": (("org", "place"), _MADE),
    "produces": (("org", "place", "industry"), (*_MADE, "scenario")),
    "cites": (("paper", "patent"), ("paper", "patent")),
    "authored": (("org", "place"), ("paper", "topic")),
    "owned": (("org", "place"), ("patent", "tech")),
    "maps_to": (("topic", "tech", "patent", "paper", "product"), ("tech", *_MADE)),
    "located_in": (("org", "place", "industry", "call", "scenario"), ("place",)),
    "flows_to": (("place", "org"), ("place", "org")),
    "needs": (("scenario", "call"), ("tech", "product", "input", "topic")),
    "answers": (("org", "place", "call"), ("scenario", "call")),
}
"""Kinds from which and to which a relation may go; part_of joins any two."""

SCALES = {
    "CNY": ("CNY", 1.0),
    "1e4 CNY": ("CNY", 1e4),
    "1e8 CNY": ("CNY", 1e8),
    "USD": ("USD", 1.0),
    "1e3 USD": ("USD", 1e3),
    "1e6 USD": ("USD", 1e6),
    "t": ("t", 1.0),
    "kg": ("t", 1e-3),
}
"""Units that measure the same thing; a chain uses one of each kind, or sums would mix them."""

MOST_NAMES = 20_000
"""Ids among which the nearest one is sought for a hint."""


def known_ids(nodes: pl.DataFrame) -> dict[str, str]:
    """The id of every node by its id and by each of its aliases."""
    known = {ident: ident for ident in nodes["id"].to_list()}
    named = nodes.filter(pl.col("aliases") != "")
    for ident, aliases in zip(named["id"].to_list(), named["aliases"].to_list(), strict=True):
        for alias in (a.strip() for a in aliases.split("|")):
            known.setdefault(alias, ident)
    return known


def _found(
    frame: pl.DataFrame, file: str, column: str, wrong: pl.Expr, what: str, *, hint: str = ""
) -> list[Fault]:
    """One fault a row where `wrong` holds; `{}` in `what` is the cell."""
    rows = frame.filter(wrong.fill_null(value=False)).select("line", pl.col(column).alias("cell"))
    return [
        Fault(file, line, column, what.format(repr(cell)), hint) for line, cell in rows.iter_rows()
    ]


def _empty(frame: pl.DataFrame, file: str, columns: tuple[str, ...]) -> list[Fault]:
    return [f for c in columns for f in _found(frame, file, c, pl.col(c) == "", "is empty")]


def _bad(column: str, pattern: str) -> pl.Expr:
    return (pl.col(column) != "") & ~pl.col(column).str.contains(pattern)


def _unknown(
    frame: pl.DataFrame, file: str, column: str, valid: tuple[str, ...], noun: str
) -> list[Fault]:
    rows = frame.filter((pl.col(column) != "") & ~pl.col(column).is_in(valid))
    return [
        Fault(file, line, column, f"unknown {noun} {cell!r}", nearest(cell, valid))
        for line, cell in rows.select("line", column).iter_rows()
    ]


def _twice(frame: pl.DataFrame, file: str, column: str, key: tuple[str, ...]) -> list[Fault]:
    """Rows with the key of an earlier one; hashes find the few that need comparing."""
    first = pl.col("line").first().over(key)
    alike = frame.select(pl.struct(key).hash()).to_series().is_duplicated()
    own = frame.filter(alike).select("line", *key).with_columns(first.alias("first"))
    rows = own.filter(pl.col("first") != pl.col("line"))
    what = f"the same {', '.join(key)} as line {{}}"
    return [
        Fault(file, line, column, what.format(before))
        for line, before in rows.select("line", "first").iter_rows()
    ]


def check_nodes(nodes: pl.DataFrame, file: str) -> list[Fault]:
    """Every fault of meaning of the nodes."""
    faults = _empty(nodes, file, ("id", "kind", "zh", "en"))
    faults += _found(
        nodes, file, "id", _bad("id", _ID), "{} is no id", hint="letters, digits, _.:-"
    )
    faults += _twice(nodes.filter(pl.col("id") != ""), file, "id", ("id",))
    faults += _unknown(nodes, file, "kind", KINDS, "kind")
    for column in ("valid_from", "valid_to"):
        faults += _found(nodes, file, column, _bad(column, _YEAR), "{} is no year")
    ended = pl.col("valid_to").cast(pl.Int32, strict=False) < pl.col("valid_from").cast(
        pl.Int32, strict=False
    )
    faults += _found(nodes, file, "valid_to", ended, "{} lies before valid_from")
    faults += _alias_faults(nodes, file)
    faults += _place_faults(nodes, nodes, file)
    return faults + _ext_faults(nodes, file)


def _alias_faults(nodes: pl.DataFrame, file: str) -> list[Fault]:
    owner = {ident: ident for ident in nodes["id"].to_list()}
    faults = []
    named = nodes.filter(pl.col("aliases") != "").select("line", "id", "aliases")
    for line, ident, aliases in named.iter_rows():
        for alias in filter(None, (a.strip() for a in aliases.split("|"))):
            other = owner.setdefault(alias, ident)
            if other != ident:
                faults.append(Fault(file, line, "aliases", f"{alias!r} already names {other}"))
    return faults


def _place_faults(frame: pl.DataFrame, nodes: pl.DataFrame, file: str) -> list[Fault]:
    places = nodes.filter(pl.col("kind") == "place")
    known = [k for k in known_ids(places) if k]
    rows = frame.filter((pl.col("place") != "") & ~pl.col("place").is_in(known))
    return [
        Fault(file, line, "place", f"{cell!r} is no node of the kind place", _near(cell, known))
        for line, cell in rows.select("line", "place").iter_rows()
    ]


def _near(got: str, known: list[str]) -> str:
    return nearest(got, known) if len(known) <= MOST_NAMES else "no node has this id"


def _ext_faults(nodes: pl.DataFrame, file: str) -> list[Fault]:
    faults = []
    filled = nodes.filter(pl.col("ext") != "").select("line", "ext")
    for line, text in filled.iter_rows():
        try:
            found = parse_ext(text)
        except (ValueError, json.JSONDecodeError):
            hint = "a JSON object, or `level=city; latitude=39.9`"
            faults.append(Fault(file, line, "ext", f"{text!r} cannot be read", hint))
            continue
        faults += [Fault(file, line, "ext", *wrong) for wrong in _ext_wrong(found)]
    return faults


RANGES = {
    "latitude": (-90.0, 90.0),
    "longitude": (-180.0, 180.0),
    "elasticity": (0.0, math.inf),
    "recovery_months": (0.0, math.inf),
    "stock_months": (0.0, math.inf),
}
"""Attributes that are computed with, and the range of each."""


def _ext_wrong(found: Mapping[str, object]) -> list[tuple[str, str]]:
    wrong = []
    level = found.get("level", "country")
    if level not in LEVELS:
        wrong.append((f"unknown level {level!r}", nearest(str(level), LEVELS)))
    for key, (lo, hi) in RANGES.items():
        value = found.get(key, max(lo, 0.0))
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if not (good and lo <= value <= hi):  # type: ignore[operator]
            wrong.append((f"{key} is {value!r}", f"a number from {lo:g} to {hi:g}"))
    return wrong


def check_links(links: pl.DataFrame, nodes: pl.DataFrame, file: str) -> list[Fault]:
    """Every fault of meaning of the links, whose aliases are already resolved."""
    must = ("src", "dst", "rel", "source", "locator", "licence", "status", "vintage", "retrieved")
    faults = _empty(links, file, must)
    faults += _unknown(links, file, "rel", RELS, "relation")
    faults += _unknown(links, file, "status", STATUSES, "status")
    faults += _found(links, file, "year", _bad("year", _YEAR), "{} is no year from 1900 to 2099")
    hint = "like 2014-2020, 2025Q1 or 2024-01/2024-11"
    faults += _found(links, file, "period", _bad("period", _PERIOD), "{} is no period", hint=hint)
    for column in ("vintage", "retrieved"):
        hint = "YYYY, YYYY-MM or YYYY-MM-DD"
        faults += _found(links, file, column, _bad(column, _DATE), "{} is no date", hint=hint)
    faults += _end_faults(links, nodes, file)
    faults += _place_faults(links, nodes, file)
    faults += _number_faults(links, file)
    faults += _unit_faults(links, file)
    key = ("src", "dst", "rel", "year", "period", "place", "unit", "source", "vintage")
    faults += _twice(links, file, "src", key)
    return faults + _cycle_faults(links, file)


def _end_faults(links: pl.DataFrame, nodes: pl.DataFrame, file: str) -> list[Fault]:
    kinds = nodes.select("id", "kind").unique("id", keep="first")
    known = nodes["id"].to_list() if nodes.height <= MOST_NAMES else []
    seen = links.select("line", "rel", "src", "dst")
    faults: list[Fault] = []
    for end in ("src", "dst"):
        right = kinds.rename({"id": end, "kind": f"{end}_kind"})
        seen = seen.join(right, on=end, how="left", maintain_order="left")
        lost = seen.filter((pl.col(end) != "") & pl.col(f"{end}_kind").is_null())
        faults += [
            Fault(file, line, end, f"unknown node {cell!r}", _near(cell, known) if known else "")
            for line, cell in lost.select("line", end).iter_rows()
        ]
    loop = (pl.col("src") == pl.col("dst")) & (pl.col("src") != "")
    faults += _found(links, file, "dst", loop, "{} is linked to itself")
    present = set(seen["rel"].unique())
    for rel, ends in ((r, e) for r, e in ENDS.items() if r in present):
        one = seen.filter(pl.col("rel") == rel)
        for end, kinds_of in zip(("src", "dst"), ends, strict=True):
            wrong = one.filter(~pl.col(f"{end}_kind").is_in(kinds_of))
            faults += [
                Fault(file, line, end, f"{rel} cannot have a {kind} here", " or ".join(kinds_of))
                for line, kind in wrong.select("line", f"{end}_kind").iter_rows()
            ]
    return faults


def _number_faults(links: pl.DataFrame, file: str) -> list[Fault]:
    faults: list[Fault] = []
    hint = "digits and a point only; leave a missing value empty"
    numeric = ("value", "share", "lo", "hi")
    for column in numeric:
        faults += _found(links, file, column, _bad(column, _NUMBER), "{} is no number", hint=hint)
    value, share, lo, hi = (pl.col(c).cast(pl.Float64, strict=False) for c in numeric)
    outside = (share < 0) | (share > 100)
    faults += _found(links, file, "share", outside, "{} % is no share", hint="from 0 to 100")
    faults += _found(links, file, "hi", lo > hi, "{} lies below lo")
    middle = pl.coalesce(share, value)
    beyond = (middle < lo) | (middle > hi)
    faults += _found(links, file, "lo", beyond, "the value lies outside lo and hi")
    bounded = (pl.col("share") != "") | ((pl.col("value") == "") & (pl.col("rel") == "supplies"))
    wide = bounded & ((lo < 0) | (hi > 100))
    return faults + _found(links, file, "hi", wide, "{}: a share lies between 0 and 100")


def _unit_faults(links: pl.DataFrame, file: str) -> list[Fault]:
    value, unit = pl.col("value"), pl.col("unit")
    faults = _found(links, file, "unit", (value != "") & (unit == ""), "a value needs its unit")
    faults += _found(links, file, "value", (value == "") & (unit != ""), "a unit without a value")
    used = links.filter(unit != "").group_by("rel", "unit").agg(pl.col("line").min()).sort("line")
    first: dict[tuple[str, str], str] = {}
    for rel, name, line in used.iter_rows():
        kind = SCALES.get(name, (name, 1.0))[0]
        other = first.setdefault((rel, kind), name)
        if other != name:
            what = f"mixed units: {name!r} where {rel} has {other!r} before"
            faults.append(Fault(file, line, "unit", what, f"convert to {other!r}"))
    return faults


def _cycle_faults(links: pl.DataFrame, file: str) -> list[Fault]:
    loop = pl.col("src") == pl.col("dst")
    graph = links.filter(pl.col("rel").is_in(INPUT_RELS) & ~loop)
    names, (src, dst) = codes(graph["src"], graph["dst"])
    cycle = find_cycle(src, dst, len(names))
    if cycle is None:
        return []
    steps = zip(cycle, [*cycle[1:], cycle[0]], strict=True)
    on = reduce(np.logical_or, ((src == a) & (dst == b) for a, b in steps))
    line = int(graph["line"].to_numpy()[on].min())
    shown = " -> ".join(names[i] for i in [*cycle, cycle[0]])
    hint = "an input cannot need itself: remove one of these links"
    return [Fault(file, line, "rel", f"a cycle: {shown}", hint)]
