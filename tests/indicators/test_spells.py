"""Mobility on real dated spells: the queries against a walk from spell to spell.

40,955 dated spells of authors at institutions stand for yearly affiliations: one row for each
author, year and institution. A hub is every institution that carries a city's name.
"""

import csv
import gzip
from collections import defaultdict
from itertools import pairwise

import pyarrow as pa
import pytest

from hubscope.indicators.works import prepare
from hubscope.indicators.works_measures import chosen
from hubscope.nouns import Hub, Words
from hubscope.sources.star import STAR
from hubscope.store import Store
from hubscope.store.dialect import DuckEngine
from hubscope.store.works import load_star
from hubscope.store.works_views import connect_works

FIRST, LAST = 2000, 2019
CITIES = ("London", "Lausanne", "Paris", "Boston", "Madrid")
IDS = ("oa_inflow", "oa_outflow", "oa_net_inflow", "oa_migrant_share")


@pytest.fixture(scope="module")
def spells(shared):
    """(author, institution, year) of every spell, and the name of each institution."""

    def rows(name):
        text = gzip.decompress((shared / f"data/bibliometrics/bbp_{name}.csv.gz").read_bytes())
        return csv.DictReader(text.decode().splitlines())

    names = {r["uid"]: r["name"] for r in rows("institutions")}
    found = set()
    for r in rows("author_affiliated_with_institution"):
        if r["start_date"]:
            last = min(int((r["end_date"] or "2019")[:4]), LAST)
            for year in range(max(int(r["start_date"][:4]), FIRST), last + 1):
                found.add((r["author_uid"], r["institution_uid"], year))
    return sorted(found), names


@pytest.fixture(scope="module")
def numbered(spells):
    found, names = spells
    authors = {a: n for n, a in enumerate(sorted({a for a, _, _ in found}), 1)}
    places = {i: n for n, i in enumerate(sorted({i for _, i, _ in found}), 1)}
    seats = [(authors[a], places[i], y) for a, i, y in found]
    hubs = {
        city.casefold(): {n for i, n in places.items() if city in names.get(i, "").split()}
        for city in CITIES
    }
    return seats, {h: inside for h, inside in hubs.items() if inside}


@pytest.fixture(scope="module")
def measured(numbered, tmp_path_factory):
    seats, hubs = numbered
    works = {k: n for n, k in enumerate(sorted({(a, y) for a, _, y in seats}), 1)}
    base = dict.fromkeys(("xpac", "paratext", "retracted", "core"), False)
    base |= {"type": "article", "cited": 0, "n_authors": 1, "n_refs": 0}
    rows = {
        "works": [base | {"work": n, "year": y, "line": n} for (_, y), n in works.items()],
        "authorships": [
            {"work": works[a, y], "year": y, "seq": 1, "author": a, "institution": i, "weight": 1.0}
            for a, i, y in seats
        ],
    }
    star = {n: pa.Table.from_pylist(rows.get(n, []), schema=s) for n, s in STAR.items()}
    store = Store(tmp_path_factory.mktemp("spells"))
    load_star(store, star, name="spells", vintage="2026-01-01")
    members = pa.table({
        "hub": [h for h, inside in hubs.items() for _ in inside],
        "institution": [i for inside in hubs.values() for i in inside],
    })  # fmt: skip
    known = {h: Hub(h, Words("甲", "A"), "XX") for h in hubs}
    with connect_works(store) as connection:
        engine = DuckEngine(connection)
        wanted = chosen(IDS)
        numbers = prepare(engine, members, known, None, [m.sql for m in wanted])
        tables = {m.indicator.id: engine.rows(m.sql, "x").to_pylist() for m in wanted}
    names = {n: h for h, n in numbers.items()}
    sums = {i: defaultdict(lambda: [0.0, 0.0]) for i in IDS}
    for ident, table in tables.items():
        for r in table:
            cell = sums[ident][names[r["hub"]], r["year"]]
            cell[0] += r["num"]
            cell[1] += r["den"] or 0
    return sums


@pytest.fixture(scope="module")
def walked(numbered):
    """(hub, year) -> arrived, left, stayed, arrived for good, from spell to spell."""
    seats, hubs = numbered
    at = defaultdict(lambda: defaultdict(set))
    for a, i, y in seats:
        at[a][y].add(i)
    found = defaultdict(lambda: [0, 0, 0, 0])
    for years in at.values():
        ordered = sorted(years)
        for before, year in pairwise(ordered):
            if before < year - 3:
                continue
            for hub, inside in hubs.items():
                was, now = bool(years[before] & inside), bool(years[year] & inside)
                cell = found[hub, year]
                cell[0] += now and not was
                cell[1] += was and not now
                cell[2] += was and now
                cell[3] += now and not was and not years[before] & years[year]
    return found


def test_arrivals_and_departures_are_those_of_the_spells(measured, walked):
    arrived = {k: float(v[0]) for k, v in walked.items() if v[0]}
    left = {k: float(v[1]) for k, v in walked.items() if v[1]}
    assert sum(arrived.values()) > 250
    assert {k: v[0] for k, v in measured["oa_inflow"].items()} == arrived
    assert {k: v[0] for k, v in measured["oa_outflow"].items()} == left


def test_net_inflow_is_over_all_who_were_or_are_there(measured, walked):
    for key, (arrived, left, stayed, _) in walked.items():
        if arrived + left + stayed:
            assert measured["oa_net_inflow"][key] == [arrived - left, arrived + left + stayed]


def test_migrants_keep_none_of_their_institutions(measured, walked):
    some = 0
    for key, (arrived, _, _, migrants) in walked.items():
        if arrived:
            assert measured["oa_migrant_share"][key] == [migrants, arrived]
            some += 0 < migrants < arrived
    assert some > 10
