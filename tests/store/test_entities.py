"""Authors, topics and institutions: both layouts and formats, deltas equal to a load from scratch."""

import gzip
import json

import duckdb
import pyarrow.parquet as pq
import pytest

from hubscope.errors import BadDataError, UsageError
from hubscope.store import Store
from hubscope.store.entities import held, load, prune, table_path

A = "https://openalex.org/"


def author(n, updated, works=1, last=(), **more):
    return {"id": f"{A}A{n}", "orcid": None, "works_count": works, "cited_by_count": 2,
            "last_known_institutions": [{"id": f"{A}I{i}"} for i in last],
            "updated_date": updated, **more}  # fmt: skip


def institution(n, city="Beijing", **more):
    return {"id": f"{A}I{n}", "ror": "https://ror.org/0abc", "display_name": f"Inst {n}",
            "type": "education", "country_code": "CN", "lineage": [f"{A}I{n}", f"{A}I1"],
            "geo": {"city": city, "geonames_city_id": "1816670", "region": None,
                    "latitude": 39.9, "longitude": 116.4}, "updated_date": "2026-01-01", **more}  # fmt: skip


def topic(n, name):
    return {"id": f"{A}T{n}", "display_name": name, "updated_date": "2026-01-01T00:00:00",
            "subfield": {"id": f"{A}subfields/1702", "display_name": "AI"},
            "field": {"id": f"{A}fields/17", "display_name": "CS"},
            "domain": {"id": f"{A}domains/3", "display_name": "Physical"}}  # fmt: skip


def snapshot(folder, kind, days, *, where="data/jsonl/", gone=(), merged=()):
    for day, rows in days.items():
        at = folder / f"{where}{kind}/updated_date={day}"
        at.mkdir(parents=True)
        lines = "".join(r if isinstance(r, str) else json.dumps(r) + "\n" for r in rows)
        (at / "part_0000.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))
    if gone:
        (folder / f"{where}{kind}/deleted_ids.csv").write_text(
            "id,deleted_date\n" + "".join(f"{A}{g}\n" for g in gone)
        )
    if merged:
        at = folder / f"data/merged_ids/{kind}"
        at.mkdir(parents=True)
        rows = "".join(f"2022-06-06,{old},{new}\n" for old, new in merged)
        (at / "2022-06-06.csv.gz").write_bytes(
            gzip.compress(("merge_date,id,merge_into_id\n" + rows).encode())
        )
    return folder


def rows(store, kind):
    return {next(iter(r.values())): r for r in pq.read_table(table_path(store, kind)).to_pylist()}


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def test_the_record_with_the_latest_date_stands_wherever_it_is(store, tmp_path):
    days = {"2026-01-01": [author(1, "2026-03-01", works=9), author(2, "2026-01-01", last=[5, 6])],
            "2026-02-01": [author(1, "2026-02-01", works=3)]}  # fmt: skip
    body = load(store, [snapshot(tmp_path / "s", "authors", days)], "authors", vintage="2026-06-01")
    assert (body["rows"], body["vintage"], body["rejects"]) == (2, "2026-06-01", {})
    found = rows(store, "authors")
    assert found[1]["works"] == 9
    assert found[2] == {"author": 2, "updated": "2026-01-01", "orcid": False, "institutions": [5, 6],
                        "works": 1, "cited": 2}  # fmt: skip


def test_deltas_give_the_bytes_of_a_load_from_scratch(tmp_path):
    first = snapshot(
        tmp_path / "a", "authors", {"2026-01-01": [author(n, "2026-01-01") for n in range(1, 40)]}
    )
    later = snapshot(tmp_path / "b", "authors", gone=["A7,2026-06-01", "W8,2026-06-01"], days={
        "2026-05-01": [author(3, "2026-05-01", works=5), author(50, "2026-05-01"), "{broken\n"]})  # fmt: skip
    last = snapshot(tmp_path / "c", "authors", {"2026-08-01": [author(7, "2026-08-01")]})
    whole, steps = Store(tmp_path / "whole"), Store(tmp_path / "steps")
    load(whole, [first, later, last], "authors", vintage="2026-09-01")
    for given, vintage in ((first, "2026-03-01"), (later, "2026-06-01"), (last, "2026-09-01")):
        load(steps, [given], "authors", vintage=vintage)
    assert table_path(whole, "authors").read_bytes() == table_path(steps, "authors").read_bytes()
    assert sorted(rows(whole, "authors")) == [*range(1, 40), 50]
    for one in (whole, steps):
        assert held(one, "authors")["rejects"] == {"broken JSON": 1}
        assert [
            (r["line"], r["start"]) for r in one.table("openalex_authors_rejects").to_pylist()
        ] == [(3, "{broken")]
    assert prune(steps) == 2
    assert len(rows(steps, "authors")) == 40


def test_a_withdrawn_author_stays_withdrawn_until_the_source_updates_it(store, tmp_path):
    def add(name, day, numbers, release, gone=()):
        days = {day: [author(n, day) for n in numbers]}
        load(
            store,
            [snapshot(tmp_path / name, "authors", days, gone=gone)],
            "authors",
            vintage=release,
        )
        return sorted(rows(store, "authors"))

    add("a", "2026-01-01", [1, 3], "2026-03-01")
    assert add("b", "2026-04-01", [2], "2026-06-01", gone=["A3"]) == [1, 2]
    # A later release without the list that still carries the record as it was.
    assert add("c", "2026-05-30", [3], "2026-09-01") == [1, 2]
    assert add("d", "2026-09-02", [3], "2026-10-01") == [1, 2, 3]
    # An older release that comes late brings nothing back.
    assert add("e", "2026-10-02", [4], "2026-11-01", gone=["A1,2026-10-20"]) == [2, 3, 4]
    assert add("f", "2026-02-01", [1, 2], "2026-03-15") == [2, 3, 4]


def test_the_older_layout_and_its_merged_ids(store, tmp_path):
    old = author(1, "2022-01-01", last_known_institution={"id": f"{A}I4"})
    del old["last_known_institutions"]
    given = snapshot(tmp_path / "s", "authors", {"2022-01-01": [old, author(2, "2022-01-01")]},
                     where="data/", merged=[("A2", "A1")])  # fmt: skip
    load(store, [given], "authors", vintage="2022-06-01")
    assert {k: r["institutions"] for k, r in rows(store, "authors").items()} == {1: [4]}


def test_institutions_and_topics_have_their_columns(store, tmp_path):
    load(store, [snapshot(tmp_path / "i", "institutions", {"2026-01-01": [institution(3)]})],
         "institutions", vintage="2026-06-01")  # fmt: skip
    load(store, [snapshot(tmp_path / "t", "topics", {"2026-01-01": [topic(9, "Chips")]})],
         "topics", vintage="2026-06-01")  # fmt: skip
    assert rows(store, "institutions")[3] == {
        "institution": 3, "updated": "2026-01-01", "ror": "0abc", "name": "Inst 3", "type": "education",
        "country": "CN", "city": "Beijing", "region": None, "geonames": 1816670, "latitude": 39.9,
        "longitude": 116.4, "lineage": [3, 1]}  # fmt: skip
    assert rows(store, "topics")[9] == {
        "topic": 9, "updated": "2026-01-01", "name": "Chips", "subfield": 1702, "subfield_name": "AI",
        "field": 17, "field_name": "CS", "domain": 3, "domain_name": "Physical"}  # fmt: skip


def test_parquet_gives_the_same_bytes_as_json_lines(tmp_path):
    days = {"2026-01-01": [institution(3), institution(4, city=None)]}
    json_lines = snapshot(tmp_path / "j", "institutions", days)
    source = next(json_lines.rglob("*.gz"))
    at = tmp_path / "p/data/parquet/institutions/updated_date=2026-01-01"
    at.mkdir(parents=True)
    duckdb.sql(f"COPY (SELECT * FROM read_json('{source}', format='newline_delimited', "
               f"columns={{id:'VARCHAR',ror:'VARCHAR',display_name:'VARCHAR',type:'VARCHAR',country_code:'VARCHAR',"
               f"lineage:'VARCHAR[]',updated_date:'VARCHAR',geo:'STRUCT(city VARCHAR, geonames_city_id VARCHAR, "
               f"region VARCHAR, latitude DOUBLE, longitude DOUBLE)'}})) TO '{at}/part_0000.parquet'")  # fmt: skip
    stores = [Store(tmp_path / n) for n in ("one", "two")]
    for one, given in zip(stores, (json_lines, tmp_path / "p"), strict=True):
        load(one, [given], "institutions", vintage="2026-06-01")
    first, second = (table_path(s, "institutions").read_bytes() for s in stores)
    assert first == second


@pytest.mark.parametrize(("record", "reason"), [
    ({"id": None}, "missing id"),
    ({"id": f"{A}A3"}, "not an id of I"),
    (institution(3, display_name=5), "wrong type: name"),
    (institution(3, geo={"latitude": 95.0, "longitude": 0.0}), "coordinates are off the globe"),
    (institution(3, geo="there"), "wrong type"),
    (institution(3, lineage=["/I"]), "not an id of I"),
    ("[1]\n", "not a record"),
])  # fmt: skip
def test_a_bad_record_is_set_aside(store, tmp_path, record, reason):
    days = {"2026-01-01": [institution(1), record]}
    body = load(
        store,
        [snapshot(tmp_path / "s", "institutions", days)],
        "institutions",
        vintage="2026-06-01",
    )
    assert (body["rows"], body["rejects"]) == (1, {reason: 1})


def test_a_damaged_file_leaves_the_table_as_it_was(store, tmp_path):
    load(
        store,
        [snapshot(tmp_path / "a", "topics", {"2026-01-01": [topic(1, "x")]})],
        "topics",
        vintage="2026-03-01",
    )
    bad = snapshot(tmp_path / "b", "topics", {"2026-02-01": [topic(n, "y") for n in range(2, 900)]})
    file = next(bad.rglob("*.gz"))
    file.write_bytes(file.read_bytes()[:90])
    with pytest.raises(BadDataError, match="is damaged"):
        load(store, [bad], "topics", vintage="2026-06-01")
    assert sorted(rows(store, "topics")) == [1]
    assert not list(store.root.rglob("*.aside"))


def test_a_kind_that_is_none_is_said(store, tmp_path):
    with pytest.raises(UsageError, match="'autors'"):
        load(store, [tmp_path], "autors", vintage="2026-06-01")
    with pytest.raises(UsageError, match="holds no topics"):
        table_path(store, "topics")


def test_the_recorded_authors_come_in(store, shared):
    body = load(
        store,
        [shared / "data/bibliometrics/openalex_authors.jsonl.gz"],
        "authors",
        vintage="2026-06-01",
    )
    assert (body["rows"], body["rejects"]) == (58, {})
    first = rows(store, "authors")[5002041459]
    assert (first["institutions"], first["orcid"], first["works"]) == ([4210143841], True, 12)
