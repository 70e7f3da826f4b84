"""Parts that have not what the source's manifest says are named, and so is what did not come."""

import gzip
import json

import pytest

from hubscope.cli.store_works import show_works
from hubscope.errors import BadDataError
from hubscope.store import Store
from hubscope.store import entities as store_entities
from hubscope.store.works import load, loaded

A = "https://openalex.org/"
S3 = "s3://openalex/data"


def part(folder, kind, day, numbers, nth=0):
    """A part file of records that say little; its size."""
    at = folder / kind / f"updated_date={day}"
    at.mkdir(parents=True, exist_ok=True)
    letter = kind[0].upper()
    lines = [json.dumps({"id": f"{A}{letter}{n}", "publication_year": 2020}) for n in numbers]
    file = at / f"part_{nth:04}.gz"
    file.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))
    return file.stat().st_size


def entry(kind, day, records, size, *, nth=0, where="jsonl/"):
    url = f"{S3}/{where}{kind}/updated_date={day}/part_{nth:04}.gz"
    return {"url": url, "meta": {"record_count": records, "content_length": size}}


def manifest_2026(folder, **files):
    """All entities of one format in one file."""
    body = {"entities": [{"entity": k, "files": v} for k, v in files.items()]}
    (folder / "manifest.json").write_text(json.dumps(body))


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


def test_short_parts_of_the_new_layout_are_named(store, tmp_path):
    at = tmp_path / "s/data/jsonl"
    good = part(at, "works", "2026-01-01", [1, 2])
    part(at, "works", "2026-01-02", [3])
    part(at, "works", "2026-01-03", [4])
    manifest_2026(at, works=[
        entry("works", "2026-01-01", 2, good), entry("works", "2026-01-02", 9, good),
        entry("works", "2026-01-03", 1, 7), entry("works", "2026-01-04", 5, good),
    ], authors=[entry("authors", "2026-01-01", 5, 5)])  # fmt: skip
    body = load(store, [tmp_path / "s"], vintage="2026-06-01")
    rejects = store.table("works_rejects").to_pylist()
    assert [(r["file"][-28:-8], r["line"], r["reason"], r["start"].split(",")[0]) for r in rejects] == [
        ("date=2026-01-02/part", 0, "the manifest says another number of records", "9 records in the manifest"),
        ("date=2026-01-03/part", 0, "the manifest says another number of bytes", "7 bytes in the manifest"),
    ]  # fmt: skip
    assert body["works"] == 4
    assert body["missing"] == ["updated_date=2026-01-04/part_0000.gz"]
    # What was cut short is fetched again: nothing is left to say.
    whole = {d: part(at, "works", d, n) for d, n in
             {"2026-01-02": range(3, 12), "2026-01-03": [14], "2026-01-04": [15]}.items()}  # fmt: skip
    manifest_2026(at, works=[
        entry("works", d, {"2026-01-02": 9}.get(d, 1), s) for d, s in whole.items()
    ])  # fmt: skip
    body = load(store, [tmp_path / "s"], vintage="2026-06-01")
    assert body["missing"] == []
    assert "the manifest says another number of records" not in body["rejects"]


def test_set_aside_records_count_as_come(store, tmp_path):
    at = tmp_path / "s/data"
    size = part(at, "works", "2022-01-01", [1, 1, 0])
    (at / "works/manifest").write_text(
        json.dumps({"entries": [entry("works", "2022-01-01", 3, size, where="")]})
    )
    body = load(store, [tmp_path / "s"], vintage="2022-06-01")
    assert body["rejects"] == {"duplicate in the same file": 1, "not a work id": 1}
    assert loaded(store)["parts"][0]["told"] == {"records": 3, "bytes": size}


def test_one_partition_knows_the_manifest_above_it_and_misses_nothing(store, tmp_path):
    at = tmp_path / "s/data"
    part(at, "works", "2022-01-01", [1])
    (at / "works/manifest").write_text(json.dumps({"entries": [
        entry("works", "2022-01-01", 3, 5, where=""), entry("works", "2022-02-01", 3, 5, where=""),
    ]}))  # fmt: skip
    body = load(store, [at / "works/updated_date=2022-01-01"], vintage="2022-06-01")
    assert body["rejects"] == {"the manifest says another number of records": 1}
    assert body["missing"] == []


def test_authors_are_checked_too(store, tmp_path):
    at = tmp_path / "s/data/jsonl"
    size = part(at, "authors", "2026-01-01", [1, 2])
    manifest_2026(at, authors=[
        entry("authors", "2026-01-01", 3, size), entry("authors", "2026-02-01", 3, size),
    ])  # fmt: skip
    body = store_entities.load(store, [tmp_path / "s"], "authors", vintage="2026-06-01")
    assert body["rejects"] == {"the manifest says another number of records": 1}
    assert body["missing"] == ["updated_date=2026-02-01/part_0000.gz"]


@pytest.mark.parametrize("text", ["[]", '{"entities": 5}', '{"entries": [{"url": 3}, 4, {}]}'])
def test_a_manifest_of_another_shape_tells_nothing(store, tmp_path, text):
    part(tmp_path / "s/data/jsonl", "works", "2026-01-01", [1])
    (tmp_path / "s/data/jsonl/manifest.json").write_text(text)
    assert load(store, [tmp_path / "s"], vintage="2026-06-01")["rejects"] == {}


def test_a_damaged_manifest_is_said(store, tmp_path):
    part(tmp_path / "s/data/jsonl", "works", "2026-01-01", [1])
    (tmp_path / "s/data/jsonl/manifest.json").write_text("{")
    with pytest.raises(BadDataError, match="is not JSON"):
        load(store, [tmp_path / "s"], vintage="2026-06-01")


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ["9 records in the manifest, 1 in the file", "another number of records", "lists, 1 did not come"]),
    ("zh", ["清单记 9 条，文件有 1 条", "记录数与来源清单不符", "works 文件有 1 个不在此处"]),
])  # fmt: skip
def test_the_status_names_them(tmp_path, capsys, monkeypatch, lang, words):
    at = tmp_path / "s/data/jsonl"
    size = part(at, "works", "2026-01-01", [1])
    manifest_2026(at, works=[
        entry("works", "2026-01-01", 9, size), entry("works", "2026-01-04", 5, size),
    ])  # fmt: skip
    monkeypatch.setenv("HUBSCOPE_LANG", lang)
    show_works(load(Store(tmp_path / "store"), [tmp_path / "s"], vintage="2026-06-01"))
    said = capsys.readouterr()
    assert [w for w in words if w not in said.out + said.err] == []
    assert "updated_date=2026-01-01/part_0000.gz" in said.err
    assert "updated_date=2026-01-04/part_0000.gz" in said.err
