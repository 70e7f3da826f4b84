"""Patents from files: what is read, what is set aside, and that nothing is lost or stops a load."""

import gzip
import zipfile
from io import BytesIO

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubscope.errors import BadDataError, HubscopeError
from hubscope.sources import patent_papers, synthetic_patents
from hubscope.sources import synthetic_patent_files as files
from hubscope.sources.concordance import normal_symbol, read_fields
from hubscope.sources.openalex.layout import Part
from hubscope.sources.paper_list import number
from hubscope.sources.patents import delimited, patentsview, publications
from hubscope.sources.patents.flatten import flatten, sql_symbol
from hubscope.sources.patents.tables import patent_key, sql_key, sql_number
from hubscope.sources.raw import raw
from hubscope.sources.synthetic import World, make

HEADER = "publication,published,inventors,family,filed,applicants,cpc,ipc,cites,withdrawn\n"
GOOD = 'WO2020123456A1,2020-06-18,"p1|Ann|Beijing||CN|39.9|116.4;|Bo|Lyon||FR",77,,,G06N3/08,,,\n'


@pytest.fixture
def read(tmp_path):
    """Rows of a table of a file given as text, and the rejects."""
    count = 0

    def flat(text, layout=publications.LAYOUT, name="p.csv", **more):
        nonlocal count
        count += 1
        path, out = tmp_path / f"{count}-{name}", tmp_path / f"out{count}"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        out.mkdir()
        done = flatten(Part(path, name, ""), out, layout, **more)
        tables = {n: pq.read_table(out / f"{n}.parquet").to_pylist() for n in done.rows}
        assert {n: len(t) for n, t in tables.items()} == done.rows
        return tables, [(r["line"], r["reason"]) for r in tables["patent_rejects"]]

    return flat


SPELLINGS = [
    ("us", "11,426,570 B2", "US11426570"),
    ("US", "us-11426570-b2"[3:], "US11426570"),
    ("US", "0011426570", "US11426570"),
    ("US", "RE029093E1", "USRE29093"),
    ("US", "D0345393S1", "USD345393"),
    ("WO", "2020/123456 A1", "WO2020123456"),
    ("CN", "101234567A", "CN101234567"),
]


@pytest.mark.parametrize(("office", "written", "key"), SPELLINGS)
def test_spellings_of_one_patent_are_one_key(office, written, key):
    assert patent_key(office, written) == key


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["us", "WO", "cn"]), st.text("0123456789ABDE -/,.x", max_size=14))
def test_keys_and_ids_in_sql_equal_those_in_python(office, written):
    sql = f"SELECT {sql_key('$1', '$2')}, {sql_number(sql_key('$1', '$2'))}"
    key = patent_key(office, written)
    assert duckdb.execute(sql, [office, written]).fetchone() == (key, number(key))


@pytest.mark.parametrize(
    "symbol", ["G06N 3/08", "a61k  0008/00", "H01L", "Y02E10/50", "C07D 401", "H04L9/0852"]
)
def test_symbols_in_sql_equal_those_of_the_concordance(symbol):
    assert duckdb.execute(f"SELECT {sql_symbol('$1')}", [symbol]).fetchone() == (
        normal_symbol(symbol),
    )


@pytest.mark.parametrize("symbol", ["Z06N3/08", "G6N3/08", "nonsense", "G06N3/08;", "G06N/"])
def test_what_is_no_symbol_is_none(symbol):
    assert duckdb.execute(f"SELECT {sql_symbol('$1')}", [symbol]).fetchone() == (None,)


def test_a_publication_is_read_in_full(read):
    tables, rejects = read(HEADER + GOOD)
    assert rejects == []
    (patent,), people = tables["patents"], tables["inventors"]
    assert (patent["key"], patent["office"], patent["kind"], patent["year"]) == (
        "WO2020123456", "WO", "A1", 2020,
    )  # fmt: skip
    assert (patent["family"], patent["line"], patent["invention"]) == (77, 2, True)
    assert [(i["seq"], i["weight"]) for i in people] == [(1, 0.5), (2, 0.5)]
    assert people[0]["inventor"] == number("p1")
    assert people[1]["inventor"] is None
    places = {r["place"]: r for r in tables["patent_places"]}
    beijing, lyon = (places[i["place"]] for i in people)
    assert (beijing["city"], beijing["country"], beijing["latitude"]) == ("Beijing", "CN", 39.9)
    assert (lyon["city"], lyon["country"], lyon["latitude"]) == ("Lyon", "FR", None)
    assert [f["symbol"] for f in tables["patent_fields"]] == ["G06N3/08"]


BAD = [
    (",2020-06-18,,,,,,,,\n", "missing publication"),
    ("NOTHING,2020-06-18,,,,,,,,\n", "not a publication number"),
    ("US1B2,,,,,,,,,\n", "missing day of publication"),
    ("US1B2,3015-01-01,,,,,,,,\n", "year 3015"),
    ("US1B2,1066-10-14,,,,,,,,\n", "year 1066"),
    ("US1B2,yesterday,,,,,,,,\n", "day of publication is no date"),
    ("US1B2,2020-02-30,,,,,,,,\n", "day of publication is no date"),
    ("US1B2,2020-06-18,,,soon,,,,,\n", "day of filing is no date"),
    ("US1B2,2020-06-18,a|b|c|d|CN|99|0,,,,,,,\n", "coordinates are off the globe"),
    ("US1B2,2020-06-18,a|b|c|d|CN|east|0,,,,,,,\n", "coordinates are off the globe"),
    ("US1B2,2020-06-18,a|b|c|d|e|1|2|3,,,,,,,\n", "an inventor of more than 7 parts"),
    (f"US1B2,2020-06-18,{';'.join('a|b' for _ in range(1000))},,,,,,,\n", "1000 inventors or more"),
    ("US1B2,2020-06-18,,,,,,,,maybe\n", "withdrawn is neither 0 nor 1"),
    ("US1B2,2020-06-18\n", "2 cells under 10 columns"),
    ('US1B2,2020-06-18,"open,,,,,,,\n', "a quote is never closed"),
]


@pytest.mark.parametrize(("line", "reason"), BAD)
def test_a_bad_record_is_set_aside_with_its_line_and_the_others_are_read(read, line, reason):
    tables, rejects = read(HEADER + GOOD + line + GOOD.replace("123456", "999999"))
    assert rejects == [(3, reason)]
    assert {(p["key"], p["line"]) for p in tables["patents"]} == {
        ("WO2020123456", 2), ("WO2020999999", 4),
    }  # fmt: skip


def test_bytes_that_are_no_text_and_long_records_are_set_aside(read):
    long = b"US2B2,2020-01-01," + b"x" * (delimited.MOST_RECORD + 5) + b",,,,,,,\n"
    tables, rejects = read(
        HEADER.encode() + b"US1B2,2020-01-01,\xff\xfe,,,,,,,\n" + long + GOOD.encode()
    )
    assert rejects == [(2, "not UTF-8 text"), (3, "longer than 1 MB")]
    assert len(tables["patents"]) == 1


def test_a_line_without_end_does_not_fill_the_memory(read):
    endless = b"x" * (4 * delimited.MOST_RECORD)
    tables, rejects = read(
        HEADER.encode() + endless + b"\n" + GOOD.encode(), chunk=delimited.MOST_RECORD
    )
    assert [line for line, _ in rejects] == [2]
    assert [p["line"] for p in tables["patents"]] == [3]


def test_a_title_over_two_lines_is_one_record(read):
    two = 'US1B2,2020-01-01,"p|Ann\nB",,,,,,,\n'
    tables, rejects = read(HEADER + two + GOOD)
    assert rejects == []
    assert sorted(p["line"] for p in tables["patents"]) == [2, 4]


@pytest.mark.parametrize("chunk", [64, 200, 1000, 10_000])
def test_the_size_of_the_pieces_changes_nothing(read, chunk):
    lines = [GOOD.replace("123456", f"{100000 + n}") for n in range(30)]
    lines[7] = 'US1B2,2020-01-01,"p|Ann\nB",,,,,,,\n'
    lines[9] = 'US1B2,2020-01-01,"open,,,,,,,\n'
    text = HEADER + "".join(lines)
    assert read(text, chunk=chunk) == read(text)


def test_the_first_of_a_publication_that_stands_twice_counts(read):
    tables, rejects = read(HEADER + GOOD + GOOD.replace("|Bo|", "|Cy|"))
    assert rejects == [(3, "duplicate in the same file")]
    assert len(tables["patents"]) == 1
    assert sum(i["weight"] for i in tables["inventors"]) == 1


def test_a_stray_symbol_is_set_aside_and_its_patent_stays(read):
    tables, rejects = read(HEADER + GOOD.replace("G06N3/08", "G06N3/08;N/A;G06N3/08"))
    assert rejects == [(2, "not a classification symbol")]
    assert [f["symbol"] for f in tables["patent_fields"]] == ["G06N3/08"]


def test_utility_models_designs_and_plants_are_no_inventions(read):
    made = [("CN1U", False), ("CN2B", True), ("USD3S1", False), ("EP4A1", True), ("JP5", True)]
    text = "".join(f"{key},2020-01-01,,,,,,,,\n" for key, _ in made)
    tables, _ = read(HEADER + text)
    found = {p["key"] + (p["kind"] or ""): p["invention"] for p in tables["patents"]}
    assert found == dict(made)


def test_a_missing_column_is_named(read):
    with pytest.raises(BadDataError, match="the column inventors is missing"):
        read("publication,published\nUS1B2,2020-01-01\n")


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_a_file_that_is_cut_off_is_damaged_as_a_whole(read, kind):
    with pytest.raises(BadDataError, match="damaged"):
        read(packed((HEADER + GOOD * 200).encode(), kind)[:-40], name=f"p.csv.{kind}")


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_packed_files_are_read(read, kind):
    tables, rejects = read(packed((HEADER + GOOD).encode(), kind), name=f"p.csv.{kind}")
    assert (len(tables["patents"]), rejects) == (1, [])


def packed(text, kind):
    if kind == "gz":
        return gzip.compress(text, mtime=0)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("p.csv", text)
    return buffer.getvalue()


PAIRS = "reftype,confscore,oaid,patent,wherefound\n"


def test_pairs_are_read_in_all_their_spellings(read):
    text = (
        "app,10,3066,us-10494607-b2,frontonly\n"
        "exm,4,W77,us-re39456-e,both\n"
        "app,3,https://openalex.org/W9,wo-2013012345-a1,bodyonly\n"
    )
    tables, rejects = read(PAIRS + text, patent_papers.LAYOUT)
    assert rejects == []
    found = {(r["patent"], r["paper"], r["confidence"], r["found"]) for r in tables["paper_links"]}
    assert found == {
        (number("US10494607"), 3066, 10, "front"),
        (number("USRE39456"), 77, 4, "both"),
        (number("WO2013012345"), 9, 3, "body"),
    }


def test_a_pair_that_stands_twice_counts_once_at_its_surest(read):
    text = "app,3,5,us-1-b2,front\napp,9,5,us-1-b1,body\n"
    tables, _ = read(PAIRS + text, patent_papers.LAYOUT)
    assert [(r["confidence"], r["found"]) for r in tables["paper_links"]] == [(9, "body")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("app,11,5,us-1-b2,front\n", "confidence is not 1 to 10"),
        ("app,x,5,us-1-b2,front\n", "confidence is not 1 to 10"),
        ("app,9,five,us-1-b2,front\n", "not an OpenAlex id"),
        ("app,9,5,,front\n", "not a patent number"),
    ],
)
def test_a_bad_pair_is_set_aside(read, line, reason):
    tables, rejects = read(PAIRS + line + "app,9,5,us-1-b2,front\n", patent_papers.LAYOUT)
    assert rejects == [(2, reason)]
    assert len(tables["paper_links"]) == 1


@pytest.fixture(scope="module")
def world():
    small = World(works=600)
    star = make(small)
    return synthetic_patents.make(small, synthetic_patents.PatentWorld(families=400), star)


def test_made_patents_come_back_from_their_files_as_they_were(read, world):
    tables, rejects = read(b"".join(files.as_publications(world)))
    pairs, _ = read(b"".join(files.as_pairs(world)), patent_papers.LAYOUT)
    assert rejects == []
    assert pairs["paper_links"] == world["paper_links"].to_pylist()
    for name in ("patents", "inventors", "patent_fields", "patent_citations"):
        lines = [r | {"line": 0} if "line" in r else r for r in tables[name]]
        assert lines == world[name].to_pylist(), name
    places = {r["place"]: r for r in world["patent_places"].to_pylist()}
    assert all(places[r["place"]] == r for r in tables["patent_places"])


def test_patentsview_says_of_us_patents_what_the_other_file_says(read, world, tmp_path):
    for name, lines in files.as_patentsview(world):
        (tmp_path / name).write_bytes(b"".join(lines))
    found = patentsview.tables(tmp_path)
    assert list(found) == list(patentsview.TABLES)
    first = tmp_path / "first"
    first.mkdir()
    flatten(found["g_patent"], first, patentsview.PATENT)
    known = [first / "patents.parquet"]
    us = {p["patent"]: p for p in world["patents"].to_pylist() if p["office"] == "US"}
    for name, table in (
        ("g_inventor_disambiguated", "inventors"),
        ("g_cpc_current", "patent_fields"),
    ):
        tables, rejects = read(
            (tmp_path / f"{name}.tsv").read_bytes(), patentsview.TABLES[name], known=known
        )
        drop = ("place",)
        expected = [r for r in world[table].to_pylist() if r["patent"] in us]
        assert rejects == []
        assert [{k: v for k, v in r.items() if k not in drop} for r in tables[table]] == [
            {k: v for k, v in r.items() if k not in drop} for r in expected
        ]
    stored = pq.read_table(known[0]).to_pylist()
    assert {(p["key"], p["published"], p["invention"], p["withdrawn"]) for p in stored} == {
        (p["key"], p["published"], p["invention"], p["withdrawn"]) for p in us.values()
    }


def test_inventors_of_unknown_patents_and_repeated_ones_are_set_aside(read, tmp_path):
    patents = "patent_id\tpatent_type\tpatent_date\n5\tutility\t2020-01-01\n"
    (tmp_path / "g_patent.tsv").write_text(patents)
    out = tmp_path / "known"
    out.mkdir()
    flatten(Part(tmp_path / "g_patent.tsv", "g_patent.tsv", ""), out, patentsview.PATENT)
    text = (
        "patent_id\tinventor_sequence\tinventor_id\tlocation_id\n"
        "5\t0\ta\tx\n6\t0\tb\tx\n5\t0\tc\tx\n5\t-1\td\tx\n5\t1\te\t\n"
    )
    tables, rejects = read(text, patentsview.INVENTOR, known=[out / "patents.parquet"])
    assert rejects == [
        (3, "of a patent that the release does not hold"),
        (4, "duplicate in the same file"),
        (5, "inventor_sequence is no place in a list"),
    ]
    assert [(i["seq"], i["year"], i["weight"]) for i in tables["inventors"]] == [
        (1, 2020, 0.5), (2, 2020, 0.5),
    ]  # fmt: skip
    assert [i["place"] is None for i in tables["inventors"]] == [False, True]


def test_a_folder_without_patents_is_named(tmp_path):
    with pytest.raises(HubscopeError, match="holds no g_patent"):
        patentsview.tables(tmp_path)


def test_symbols_get_their_technology_field(read, shared):
    fields = read_fields(raw(shared / "data" / "chains" / "wipo_ipc35.csv"))
    tables, _ = read(
        HEADER + GOOD.replace("G06N3/08", "G06N3/08;H01L21/02;Y02E10/50"), fields=fields
    )
    found = {f["symbol"]: f["field"] for f in tables["patent_fields"]}
    assert found == {
        "G06N3/08": fields.field("G06N 3/08"), "H01L21/02": 8, "Y02E10/50": None,
    }  # fmt: skip


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(CELL, min_size=1, max_size=12), max_size=8), st.integers(40, 400))
def test_no_text_stops_a_load_and_every_line_is_counted(read, rows, chunk):
    text = HEADER + GOOD + "".join(",".join(cells) + "\n" for cells in rows)
    tables, rejects = read(text, chunk=chunk)
    lines = {line for line, _ in rejects} | {p["line"] for p in tables["patents"]}
    assert 2 in lines
    assert lines <= set(range(2, text.count("\n") + 2))
