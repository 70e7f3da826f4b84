"""Works in the store: whole or not at all, goes on after a kill, later releases over earlier."""

import gzip
import hashlib
import json
import subprocess
import sys
import time

import pytest

from hubscope.errors import BadDataError, HubscopeError
from hubscope.store import Store, works
from hubscope.store.works import is_stale, load, loaded, prune
from hubscope.store.works_views import connect_works

A = "https://openalex.org/"


def snapshot(folder, parts, deleted=()):
    """`parts`: date -> works as (number, year) pairs."""
    for date, rows in parts.items():
        at = folder / f"data/jsonl/works/updated_date={date}"
        at.mkdir(parents=True)
        lines = [
            json.dumps({"id": f"{A}W{n}", "publication_year": y, "referenced_works": [f"{A}W1"],
                        "authorships": [{"author": {"id": f"{A}A{n}"}}]})
            for n, y in rows
        ]  # fmt: skip
        (at / "part_0000.gz").write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    if deleted:
        names = "".join(f"{A}W{n}\n" for n in deleted)
        (folder / "data/jsonl/works/deleted_ids.csv").write_text("work_id\n" + names)
    return folder


def years(store):
    with connect_works(store) as engine:
        found = engine.execute("SELECT work, year FROM works ORDER BY work").fetchall()
        counted = engine.execute("SELECT count(DISTINCT work) FROM authorships").fetchone()
    assert counted == (len(found),)
    return dict(found)


def tree(root):
    found = sorted(f for f in root.rglob("*") if f.is_file())
    return {str(f.relative_to(root)): hashlib.sha256(f.read_bytes()).hexdigest() for f in found}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def test_a_duplicate_across_partitions_counts_once_and_is_set_aside(store, tmp_path):
    given = snapshot(
        tmp_path / "s", {"2026-01-01": [(1, 2001), (2, 2002)], "2026-02-01": [(2, 2012)]}
    )
    body = load(store, [given], vintage="2026-06-01")
    assert years(store) == {1: 2001, 2: 2012}
    assert body["works"] == 2
    assert body["rejects"] == {"duplicate: a later partition holds it": 1}
    rejects = store.table("works_rejects").to_pylist()
    assert [(r["file"][-38:], r["line"], r["work"]) for r in rejects] == [
        ("works/updated_date=2026-01-01/part_0000.gz"[-38:], 2, 2)
    ]


def test_an_update_replaces_and_a_withdrawn_work_goes(store, tmp_path):
    first = snapshot(tmp_path / "a", {"2026-01-01": [(1, 2001), (2, 2002), (3, 2003)]})
    load(store, [first], vintage="2026-03-01")
    later = snapshot(tmp_path / "b", {"2026-05-01": [(2, 2022), (4, 2004)]}, deleted=[3])
    body = load(store, [later], vintage="2026-06-01")
    assert years(store) == {1: 2001, 2: 2022, 4: 2004}
    assert body["vintage"] == "2026-06-01"
    assert body["rejects"] == {}
    why = store.table("works_superseded").to_pylist()
    assert sorted((r["work"], r["why"]) for r in why) == [(2, "updated"), (3, "deleted")]


def test_a_withdrawn_work_stays_withdrawn_until_the_source_updates_it(store, tmp_path):
    def add(name, parts, release, deleted=()):
        load(store, [snapshot(tmp_path / name, parts, deleted)], vintage=release)
        return years(store)

    add("a", {"2026-01-01": [(1, 2001), (3, 2003)]}, "2026-03-01")
    assert add("b", {"2026-04-01": [(2, 2002)]}, "2026-06-01", deleted=[3]) == {1: 2001, 2: 2002}
    # A later release without the list, and one that still carries the record as it was.
    assert add("c", {"2026-07-01": [(4, 2004)]}, "2026-08-01") == {1: 2001, 2: 2002, 4: 2004}
    assert 3 not in add("d", {"2026-05-30": [(3, 1903)]}, "2026-09-01")
    back = add("e", {"2026-09-02": [(3, 2013)]}, "2026-10-01")
    assert back == {1: 2001, 2: 2002, 3: 2013, 4: 2004}
    assert 3 not in add("f", {"2026-10-02": [(5, 2005)]}, "2026-11-01", deleted=[3])


def test_the_date_of_the_list_decides_where_it_names_one(store, tmp_path):
    first = snapshot(tmp_path / "a", {"2026-01-01": [(1, 2001), (3, 2003)]})
    (first / "deleted_ids.csv").write_text(f"work_id,deleted_date\n{A}W3,2026-02-10\n")
    load(store, [first], vintage="2026-06-01")
    assert years(store) == {1: 2001}
    load(store, [snapshot(tmp_path / "b", {"2026-02-10": [(3, 2004)]})], vintage="2026-09-01")
    assert years(store) == {1: 2001}
    load(store, [snapshot(tmp_path / "c", {"2026-02-11": [(3, 2005)]})], vintage="2026-09-02")
    assert years(store) == {1: 2001, 3: 2005}


def test_a_store_that_kept_no_dates_brings_nothing_back(store, tmp_path):
    load(store, [snapshot(tmp_path / "a", {"2026-01-01": [(1, 2001), (3, 2003)]}, deleted=[3])],
         vintage="2026-03-01")  # fmt: skip
    manifest = json.loads((store.root / "manifest.json").read_bytes())
    del manifest["artifacts"]["works_withdrawn"]
    (store.root / "manifest.json").write_text(json.dumps(manifest))
    load(store, [snapshot(tmp_path / "b", {"2026-02-01": [(3, 2004)]})], vintage="2026-06-01")
    assert years(store) == {1: 2001}


def test_loading_the_same_again_changes_nothing(store, tmp_path):
    given = snapshot(tmp_path / "s", {"2026-01-01": [(1, 2001)]})
    seen = []
    load(store, [given], vintage="2026-06-01", after=seen.append)
    load(store, [given], vintage="2026-06-01", after=seen.append)
    assert [s.reused for s in seen] == [False, True]
    assert years(store) == {1: 2001}


def test_a_damaged_file_leaves_the_store_as_it_was(store, tmp_path):
    load(store, [snapshot(tmp_path / "a", {"2026-01-01": [(1, 2001)]})], vintage="2026-03-01")
    bad = snapshot(tmp_path / "b", {"2026-05-01": [(9, 2009)] * 999})
    file = next(bad.rglob("*.gz"))
    file.write_bytes(file.read_bytes()[:60])
    with pytest.raises(BadDataError, match="is damaged"):
        load(store, [bad], vintage="2026-06-01")
    assert years(store) == {1: 2001}
    assert not list(store.root.rglob("*.aside"))


SLOW_LOAD = """
import sys, time
from pathlib import Path
from hubscope.sources.openalex.flat import flatten
from hubscope.store import Store, works
def slow(*args, **options):
    time.sleep(0.4)
    return flatten(*args, **options)
works.READERS['openalex'] = slow
works.load(Store(Path(sys.argv[1])), [Path(sys.argv[2])], vintage="2026-06-01", workers=1)
"""


def test_a_killed_load_goes_on_and_gives_the_same_bytes(tmp_path):
    given = snapshot(
        tmp_path / "s",
        {f"2026-01-{d:02}": [(d * 10 + k, 2000 + k) for k in range(9)] for d in range(1, 6)},
    )
    load(Store(tmp_path / "whole"), [given], vintage="2026-06-01")
    job = subprocess.Popen([sys.executable, "-c", SLOW_LOAD, tmp_path / "cut", given])
    deadline = time.monotonic() + 60
    while len(list((tmp_path / "cut").glob("works/*/part.json"))) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    job.kill()
    job.wait()
    assert not loaded(Store(tmp_path / "cut"))
    (tmp_path / "cut/works/.left.aside").mkdir()
    seen = []
    load(Store(tmp_path / "cut"), [given], vintage="2026-06-01", after=seen.append)
    assert any(s.reused for s in seen)
    assert tree(tmp_path / "cut") == tree(tmp_path / "whole")


def test_the_number_of_workers_changes_no_byte(tmp_path):
    given = snapshot(
        tmp_path / "s",
        {f"2026-01-{d:02}": [(d * 5 + k, 2000 + k) for k in range(9)] for d in range(1, 7)},
    )
    for workers in (1, 3):
        load(Store(tmp_path / str(workers)), [given], vintage="2026-06-01", workers=workers)
    assert tree(tmp_path / "1") == tree(tmp_path / "3")


def test_works_merged_into_others_go(store, tmp_path):
    given = snapshot(tmp_path / "s", {"2022-01-01": [(1, 2001), (2, 2002)]})
    merged = given / "data/merged_ids/works"
    merged.mkdir(parents=True)
    (merged / "2022-06-06.csv").write_text("merge_date,id,merge_into_id\n2022-06-06,W2,W1\n")
    load(store, [given], vintage="2022-07-01")
    assert years(store) == {1: 2001}


def test_pruning_removes_what_nothing_uses(store, tmp_path):
    load(store, [snapshot(tmp_path / "a", {"2026-01-01": [(1, 2001)]})], vintage="2026-06-01")
    (store.root / "works/feedfeedfeedfeed").mkdir()
    assert prune(store) == 1
    assert years(store) == {1: 2001}


def test_no_works_yet_is_said_with_the_verb_that_loads_them(store):
    with pytest.raises(HubscopeError, match="holds no works") as caught:
        connect_works(store)
    assert "store add openalex" in caught.value.hint


def test_a_damaged_part_description_is_said(store, tmp_path):
    given = snapshot(tmp_path / "a", {"2026-01-01": [(1, 2001)]})
    load(store, [given], vintage="2026-06-01")
    next(store.root.rglob("part.json")).write_text("{")
    with pytest.raises(BadDataError, match=r"part\.json is damaged"):
        load(store, [given], vintage="2026-06-01")


def test_a_quarterly_source_is_stale_after_its_successor():
    assert not is_stale("2026-06-01", "2026-09-01")
    assert is_stale("2026-06-01", "2026-11-01")


def test_the_time_left_follows_the_rate():
    step = works.Step("x", bytes_done=25, bytes_all=100, seconds=10.0, reused=False)
    assert step.seconds_left == pytest.approx(30.0)
