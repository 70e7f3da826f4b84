"""Patents in the store: the same bytes after a kill, releases over releases, pruning, status."""

from pathlib import Path

import pytest

from hubscope.errors import HubscopeError
from hubscope.sources import synthetic_patent_files as files
from hubscope.sources import synthetic_patents
from hubscope.sources.synthetic import World, make
from hubscope.store import Store
from hubscope.store import patents as patents_store
from hubscope.store.patents import load, loaded, prune, stale
from hubscope.store.patents_views import connect_patents
from hubscope.store.works import load_star


@pytest.fixture(scope="module")
def world():
    small = World(works=400)
    star = make(small)
    patents = synthetic_patents.PatentWorld(families=200)
    return star, synthetic_patents.make(small, patents, star)


@pytest.fixture
def given(world, tmp_path):
    """A folder with a PatentsView release, publications.csv and pairs.csv."""
    _, made = world
    folder = tmp_path / "given"
    folder.mkdir()
    for name, lines in files.as_patentsview(made):
        (folder / name).write_bytes(b"".join(lines))
    (folder / "publications.csv").write_bytes(b"".join(files.as_publications(made)))
    (folder / "pairs.csv").write_bytes(b"".join(files.as_pairs(made)))
    return folder


def fill(store, given):
    load(store, [given], source="patentsview", vintage="2026-01-01")
    load(store, [given / "publications.csv"], source="publications", vintage="2026-02-01", url="x")
    return load(store, [given / "pairs.csv"], source="paper-links", vintage="2026-03-01")


def bytes_of(root: Path):
    return {str(f.relative_to(root)): f.read_bytes() for f in root.rglob("*") if f.is_file()}


def rows(store, sql):
    with connect_patents(store) as connection:
        return connection.execute(sql).fetchall()


def test_two_loads_give_the_same_bytes(given, tmp_path):
    one, two = Store(tmp_path / "one"), Store(tmp_path / "two")
    fill(one, given)
    fill(two, given)
    assert bytes_of(one.root) == bytes_of(two.root)


def test_a_load_that_was_killed_goes_on_and_gives_the_same_bytes(given, tmp_path, monkeypatch):
    whole, killed = Store(tmp_path / "whole"), Store(tmp_path / "killed")
    load(whole, [given], source="patentsview", vintage="2026-01-01")
    real, calls = patents_store.flatten, []

    def dies(part, *args, **more):
        calls.append(part.name)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(part, *args, **more)

    monkeypatch.setattr(patents_store, "flatten", dies)
    with pytest.raises(KeyboardInterrupt):
        load(killed, [given], source="patentsview", vintage="2026-01-01")
    assert loaded(killed) == {}
    steps = []
    load(killed, [given], source="patentsview", vintage="2026-01-01", after=steps.append)
    assert [s.reused for s in steps] == [True, True, False, False, False]
    assert bytes_of(killed.root) == bytes_of(whole.root)


def test_what_a_killed_process_left_is_swept(given, tmp_path):
    store = Store(tmp_path / "store")
    left = store.root / "patents" / ".0123.99.aside"
    left.mkdir(parents=True)
    (left / "piece.csv").write_bytes(b"half")
    fill(store, given)
    assert not left.exists()


def test_publications_stand_over_patentsview_because_they_know_families(given, world, tmp_path):
    store = Store(tmp_path)
    body = fill(store, given)
    made = world[1]["patents"].to_pylist()
    us = [p for p in made if p["office"] == "US"]
    assert (body["patents"], body["superseded"]) == (len(made), len(us))
    found = dict(rows(store, "SELECT patent, family FROM patents"))
    assert found == {p["patent"]: p["family"] for p in made}
    (total,) = rows(store, "SELECT count(*), sum(weight) FROM inventors")
    assert total[0] == world[1]["inventors"].num_rows
    assert total[1] == pytest.approx(len(made))


def test_a_release_replaces_the_one_before_and_old_states_stand_until_pruned(given, tmp_path):
    store = Store(tmp_path / "store")
    fill(store, given)
    pairs = (given / "pairs.csv").read_text().splitlines(keepends=True)
    (given / "pairs.csv").write_text("".join(pairs[: len(pairs) // 2]))
    body = load(store, [given / "pairs.csv"], source="paper-links", vintage="2026-06-01")
    assert body["links"] == len(pairs) // 2 - 1
    assert len(body["previous"]) == 3
    before = len(list((store.root / "patents").iterdir()))
    assert prune(store) == 1
    assert len(list((store.root / "patents").iterdir())) == before - 1
    assert rows(store, "SELECT count(*) FROM paper_links") == [(len(pairs) // 2 - 1,)]


def test_two_files_of_one_release_stand_side_by_side(given, tmp_path):
    store = Store(tmp_path / "store")
    header, *pairs = (given / "pairs.csv").read_text().splitlines(keepends=True)
    for n in (0, 1):
        file = given / f"half{n}.csv"
        file.write_text(header + "".join(pairs[n::2]))
        body = load(store, [file], source="paper-links", vintage="2026-03-01")
    assert body["links"] == len(pairs)


def test_an_older_release_is_refused(given, tmp_path):
    store = Store(tmp_path)
    fill(store, given)
    with pytest.raises(HubscopeError, match="2025-01-01 is older"):
        load(store, [given], source="patentsview", vintage="2025-01-01")


def test_old_releases_are_told(given, tmp_path):
    store = Store(tmp_path)
    fill(store, given)
    assert stale(store, "2026-04-01") == {}
    assert stale(store, "2027-01-01") == {
        "patentsview": "2026-01-01",
        "publications": "2026-02-01",
    }


def test_a_damaged_file_publishes_nothing(given, tmp_path):
    store = Store(tmp_path / "store")
    (given / "bad.csv.gz").write_bytes(b"\x1f\x8b broken")
    with pytest.raises(HubscopeError, match="damaged"):
        load(store, [given / "bad.csv.gz"], source="publications", vintage="2026-01-01")
    assert loaded(store) == {}


def test_pairs_alone_can_be_loaded_and_works_stand_beside(given, world, tmp_path):
    store = Store(tmp_path)
    body = load(store, [given / "pairs.csv"], source="paper-links", vintage="2026-03-01")
    assert (body["patents"], body["links_held"]) == (0, 0)
    load_star(store, world[0], name="star", vintage="2026-01-01")
    cited = "SELECT count(*) FROM paper_links JOIN works ON works.work = paper_links.paper"
    ((count,),) = rows(store, cited)
    assert count == body["links"]


def test_rejects_of_all_files_stand_in_one_table(given, tmp_path):
    store = Store(tmp_path / "store")
    text = (given / "publications.csv").read_bytes()
    (given / "publications.csv").write_bytes(text + b"NOTHING,2020-01-01,,,,,,,,\n")
    body = fill(store, given)
    assert body["rejects"] == {"not a publication number": 1}
    (row,) = store.table("patents_rejects").to_pylist()
    assert (row["file"], row["record"]) == ("publications.csv", "NOTHING")
    assert row["line"] == text.count(b"\n") + 1
