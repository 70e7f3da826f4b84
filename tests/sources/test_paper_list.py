"""Lists of conference papers into the star: the real list, alignment, bad rows."""

import csv
import os
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from hubscope.errors import BadDataError
from hubscope.sources import paper_list
from hubscope.sources.openalex.layout import Part
from hubscope.sources.paper_list import COLUMNS, fault, flatten, known_countries, paper

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("HUBSCOPE_SHARED", ROOT.parent / "shared"))
LIST = SHARED / "data/bibliometrics/conference_papers.parquet"
needs_list = pytest.mark.skipif(
    not LIST.is_file(), reason="the recorded conference papers are not beside this checkout"
)


def row(**more):
    base = dict.fromkeys(COLUMNS, "") | {"venue_year": "icml2020", "id": "p1", "title": "T"}
    return base | {"authors": "Ann;Bo", "gs_citation": 3} | more


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    out = tmp_path_factory.mktemp("papers")
    return flatten(Part(LIST, LIST.name, ""), out), out


@needs_list
def test_the_whole_list_comes_in_and_its_weights_sum_to_the_papers(whole):
    done, out = whole
    assert done.rows["works"] + sum(done.rejects.values()) == 87_728
    assert done.rows["works"] > 87_000
    every, placed = (
        duckdb.connect()
        .execute(f"""
        SELECT sum(weight), sum(weight) FILTER (institution IS NOT NULL)
        FROM '{out}/authorships.parquet'
    """)
        .fetchall()[0]
    )
    assert every == pytest.approx(done.rows["works"], rel=1e-9)
    assert placed / every > 0.85


@needs_list
def test_counts_by_country_and_year_equal_a_walk_over_the_list(whole):
    """First authors of 2019 with one aligned country each, counted straight from the list."""
    _, out = whole
    codes = paper_list.countries()
    counts = {"US": 0, "CN": 0}
    for record in pq.read_table(LIST, columns=list(COLUMNS)).to_pylist():
        if record["venue_year"] != "icml2019" or fault(record):
            continue
        index = (record["aff_country_unique_index"] or "").split(";")
        named = (record["aff_unique_index"] or "").split(";")
        if len(index) != len(named) or [i.count("+") for i in index] != [
            i.count("+") for i in named
        ]:
            continue
        if len(named) != len(record["authors"].split(";")) or not index[0].isdecimal():
            continue
        code = codes.get((record["aff_country_unique"] or "").split(";")[int(index[0])])
        if code in counts and (record["aff_unique_norm"] or "").split(";")[int(named[0])]:
            counts[code] += 1
    found = dict(duckdb.connect().execute(f"""
        SELECT country, count(DISTINCT work) FROM '{out}/authorships.parquet'
        JOIN '{out}/works.parquet' USING (work, year)
        WHERE seq = 1 AND source = {paper_list.number("icml")} AND year = 2019
          AND country IN ('US', 'CN')
        GROUP BY country
    """).fetchall())  # fmt: skip
    assert counts["US"] > 200
    for code, least in counts.items():
        assert found[code] >= least  # aligned ones at least; institutions known elsewhere add more


def test_one_affiliation_each():
    one = paper(1, row(aff_unique_index="0;1", aff_unique_norm="MIT;Tsinghua University",
                       aff_country_unique_index="0;1", aff_country_unique="United States;China"))  # fmt: skip
    assert one.slots == ((("MIT", "", "US"),), (("Tsinghua University", "", "CN"),))
    assert (one.year, one.venue, one.cited) == (2020, "icml", 3)


def test_authors_repeated_after_the_list_count_once():
    one = paper(1, row(authors="Ann;Bo;Ann;Bo", aff_unique_index="0;0", aff_unique_norm="MIT"))
    assert one.authors == ("Ann", "Bo")
    assert [len(s) for s in one.slots] == [1, 1]


def test_an_index_that_leaves_authors_out_is_not_used():
    one = paper(1, row(aff_unique_index="0;1", aff_unique_norm="MIT;X",
                       aff_country_unique_index="0", aff_country_unique="United States"))  # fmt: skip
    assert one.slots == ((("MIT", "", ""),), (("X", "", ""),))
    three = paper(1, row(authors="A;B;C", aff_unique_index="0;1", aff_unique_norm="MIT;X"))
    assert three.slots == ((), (), ())
    same = paper(1, row(authors="A;B;C", aff_unique_index="0", aff_unique_norm="MIT"))
    assert same.slots == ((("MIT", "", ""),),) * 3


def test_a_country_is_lent_only_where_mentions_agree():
    def at(country):
        return paper(1, row(authors="A", aff_unique_index="0", aff_unique_norm="Google",
                            aff_country_unique_index="0", aff_country_unique=country))  # fmt: skip

    assert known_countries([at("Japan")] * 9 + [at("United States")]) == {"Google": "JP"}
    assert known_countries([at("Japan")] * 8 + [at("United States")] * 2) == {}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"id": "", "title": None}, "neither id nor title"),
        ({"venue_year": "icml"}, "no year in venue_year"),
        ({"gs_citation": "many"}, "citation count is not a number"),
        ({"authors": " ; "}, "no authors"),
        ({"gs_citation": -1}, ""),
    ],
)
def test_a_faulty_row_says_why(more, reason):
    assert fault(row(**more)) == reason


def test_csv_reads_like_parquet_and_rejects_have_lines(tmp_path):
    path = tmp_path / "list.csv"
    with path.open("w", newline="") as handle:
        out = csv.DictWriter(handle, COLUMNS)
        out.writeheader()
        out.writerows([row(), row(), row(id="p2", authors="")])
    done = flatten(Part(path, "list.csv", ""), tmp_path)
    assert done.rejects == {"duplicate in the same file": 1, "no authors": 1}
    found = (
        duckdb.connect()
        .execute(f"SELECT line, reason FROM '{tmp_path}/rejects.parquet'")
        .fetchall()
    )
    assert found == [(3, "duplicate in the same file"), (4, "no authors")]


def test_a_list_without_its_columns_is_said(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("venue_year,id,titel\nicml2020,1,x\n")
    with pytest.raises(BadDataError, match="lacks the columns title, authors"):
        flatten(Part(path, "list.csv", ""), tmp_path)
    path.write_bytes(b"\x00\xff\n1,2\n")
    with pytest.raises(BadDataError):
        flatten(Part(path, "list.csv", ""), tmp_path)
