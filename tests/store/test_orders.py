"""Releases in any order and any pieces give the same store as what stands in the end."""

import gzip
import json
from itertools import count

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hubscope.store import Store
from hubscope.store.entities import load as load_entities
from hubscope.store.entities import table_path
from hubscope.store.works import load, loaded
from hubscope.store.works_views import connect_works

A = "https://openalex.org/"
FACTS = {"works": "* EXCLUDE (line)", "authorships": "*", "references": "*"}
"""The line is of a file, and files differ."""

IDS = st.integers(1, 4)
DAYS = st.integers(1, 27)
CHUNK = st.tuples(
    st.dictionaries(DAYS, st.dictionaries(IDS, st.integers(2000, 2003), min_size=1), max_size=2),
    st.dictionaries(IDS, DAYS, max_size=2),
)
RELEASES = st.lists(st.lists(CHUNK, min_size=1, max_size=2), min_size=1, max_size=3)
"""Each release in pieces: years by work by day of its month, and the day works were withdrawn."""

QUICK = settings(
    max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)  # fmt: skip
"""An example loads up to a dozen stores: few, the same each time, and none made smaller."""


def work(number, year):
    people = [{"author": {"id": f"{A}A{year}"}}]
    return {"id": f"{A}W{number}", "publication_year": year, "authorships": people,
            "referenced_works": [f"{A}W{year}"]}  # fmt: skip


def author(number, year):
    return {"id": f"{A}A{number}", "works_count": year, "cited_by_count": 0}


def write(folder, kind, record, days, gone):
    """A snapshot of `days` (date to records' values by number)."""
    (folder / kind).mkdir(parents=True)
    for day, rows in days.items():
        at = folder / kind / f"updated_date={day}"
        at.mkdir()
        lines = [json.dumps(record(n, y) | {"updated_date": day}) for n, y in rows.items()]
        (at / "part_0000.gz").write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    if not days:
        (folder / kind / "part_none.jsonl").write_bytes(b"")
    letter = record(1, 1)["id"].removeprefix(A)[0]
    listed = "".join(f"{A}{letter}{n},{day}\n" for n, day in gone.items())
    (folder / kind / "deleted_ids.csv").write_text("id,deleted_date\n" + listed)
    return folder


def date(month, day):
    return f"2026-{month:02}-{day:02}"


def pieces(releases):
    """(release date, rows by date, date withdrawn by id) of every piece."""
    return [
        (date(month, 28), {date(month, d): rows for d, rows in days.items()},
         {n: date(month, d) for n, d in gone.items()})
        for month, chunks in enumerate(releases, 1) for days, gone in chunks
    ]  # fmt: skip


def standing(every, *, later_release):
    """What must stand in the end: the last version, unless withdrawn and not brought back since."""
    out = {}
    for release, _, gone in every:
        for n, day in gone.items():
            old = out.get(n, ("", ""))
            out[n] = (max(old[0], day), max(old[1], release))
    found = {}
    for release, days, _ in every:
        for day, rows in days.items():
            for n, year in rows.items():
                since, told = out.get(n, ("", ""))
                if day > since and (release > told or not later_release):
                    found.setdefault(n, []).append((day, year))
    return {n: max(v) for n, v in found.items()}


def tables(store):
    if not loaded(store):
        return {}
    with connect_works(store) as engine:
        return {
            t: engine.sql(f'SELECT {c} FROM "{t}" ORDER BY ALL').to_arrow_table()
            for t, c in FACTS.items()
        }


def without_ties(every):
    """Each id at most once a day: which of two records of one day is later nobody can say."""
    seen = set()
    kept = []
    for release, days, gone in every:
        new = {d: {n: y for n, y in rows.items() if (d, n) not in seen} for d, rows in days.items()}
        seen |= {(d, n) for d, rows in new.items() for n in rows}
        kept.append((release, {d: rows for d, rows in new.items() if rows}, gone))
    return kept


NUMBER = count()


@QUICK
@given(releases=RELEASES, data=st.data())
def test_works_in_any_order_and_pieces_are_what_stands_in_the_end(tmp_path, releases, data):
    every = without_ties(pieces(releases))
    root = tmp_path / str(next(NUMBER))
    folders = [
        (write(root / f"s{k}", "works", work, days, gone), release)
        for k, (release, days, gone) in enumerate(every)
    ]
    stores = [Store(root / n) for n in ("straight", "mixed", "final")]
    mixed = data.draw(st.permutations(folders))
    for store, order in zip(stores, (folders, mixed), strict=False):
        for folder, release in order:
            load(store, [folder], vintage=release, workers=1)
    days = {}
    for n, (day, year) in standing(every, later_release=True).items():
        days.setdefault(day, {})[n] = year
    load(stores[2], [write(root / "end", "works", work, days, {})], vintage="2026-12-01", workers=1)
    straight, other, final = (tables(s) for s in stores)
    assert straight == other == final
    bodies = [{k: v for k, v in loaded(s).items() if k != "previous"} for s in stores[:2]]
    assert bodies[0] == bodies[1]
    beside = ("works_superseded", "works_rejects", "works_withdrawn", "works_institutions")
    for name in beside:
        first, second = (s.manifest().artifacts[name].sha256 for s in stores[:2])
        assert first == second


@QUICK
@given(releases=RELEASES, data=st.data())
def test_authors_in_any_order_are_what_stands_in_the_end(tmp_path, releases, data):
    every = without_ties(pieces(releases))
    root = tmp_path / str(next(NUMBER))
    folders = [
        (write(root / f"s{k}", "authors", author, days, gone), release)
        for k, (release, days, gone) in enumerate(every)
    ]
    made = []
    for name, order in (("straight", folders), ("mixed", data.draw(st.permutations(folders)))):
        store = Store(root / name)
        for folder, release in order:
            load_entities(store, [folder], "authors", vintage=release)
        made.append(store)
    first, second = (table_path(s, "authors").read_bytes() for s in made)
    assert first == second
    days = {}
    for n, (day, year) in standing(every, later_release=False).items():
        days.setdefault(day, {})[n] = year
    final = Store(root / "final")
    load_entities(
        final, [write(root / "end", "authors", author, days, {})], "authors", vintage="2026-12-01"
    )
    assert table_path(final, "authors").read_bytes() == first
