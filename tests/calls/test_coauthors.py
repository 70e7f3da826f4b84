"""Co-authorship from the store's works bars a pair; a name without its number is not guessed at."""

import gzip
import json

from hubscope.calls.desk.coauthors import coauthors, number_of
from hubscope.store import Store
from hubscope.store.works import load

AT = "https://openalex.org/"


def works(folder, rows):
    at = folder / "data/jsonl/works/updated_date=2026-01-01"
    at.mkdir(parents=True)
    lines = [
        json.dumps({
            "id": f"{AT}W{n}", "publication_year": year,
            "authorships": [{"author": {"id": f"{AT}A{a}"}} for a in authors],
        })
        for n, (year, authors) in enumerate(rows, 1)
    ]  # fmt: skip
    (at / "part_0000.gz").write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))
    return folder


def test_who_wrote_with_whom(fresh, tmp_path):
    root, now = fresh.db.root, fresh.now
    rows = [(2025, [50001, 50002]), (2010, [50001, 50003]), (2024, [50003, 59999])]
    load(Store(root / "store"), [works(tmp_path / "snap", rows)], vintage="2026-01-01")
    names = ["Chen Yi (A50001)", "He Wu (A50002)", "Gao San (A50003)", "No Number"]
    found = coauthors(root, names, now)
    assert set(found("Chen Yi (A50001)")) == {"He Wu (A50002)"}
    assert set(found("Gao San (A50003)")) == set()
    assert set(found("No Number")) == set()
    r = fresh.open()
    r.bid("Alpha", team="He Wu (A50002)")
    r.later(days=20)
    for name in names[:1] + names[2:]:
        r.do("add_reviewer", {"name": name, "organisations": name, "wrote": "converters"})
    r.do("screen", bid="B-001")
    r.do("assign")
    assert r.readers("B-001") == ["R-002", "R-003"]


def test_the_number_behind_a_name():
    assert number_of("Chen Yi (A5023888391)") == 5023888391
    assert number_of("Chen Yi") is None
