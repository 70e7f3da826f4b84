"""OpenAlex part files into the star: the real sample, both formats, both layouts, bad records."""

import gzip
import json
import os
import re
from pathlib import Path

import duckdb
import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubscope.errors import BadDataError, HubscopeError
from hubscope.sources.openalex.check import fault
from hubscope.sources.openalex.flat import flatten
from hubscope.sources.openalex.layout import Part, deleted_ids, parts, withdrawn
from hubscope.sources.openalex.pieces import pieces
from hubscope.sources.openalex.scan.compiled import SOURCES, kernel, stamp
from hubscope.sources.openalex.scan.rows import WIDTH
from hubscope.sources.openalex.scan.tokens import DEEPEST, structure
from hubscope.sources.star import STAR
from hubscope.sources.synthetic import World, as_json_lines, make

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("HUBSCOPE_SHARED", ROOT.parent / "shared"))
SAMPLE = SHARED / "data/bibliometrics/openalex_works.jsonl.gz"
needs_sample = pytest.mark.skipif(
    not SAMPLE.is_file(), reason="the recorded OpenAlex works are not beside this checkout"
)
A = "https://openalex.org/"


def work(number, **more):
    return {"id": f"{A}W{number}", "publication_year": 2020, "type": "article", **more}


def author(number, *affiliations, institutions=()):
    named = [
        {"id": f"{A}I{i}", "display_name": f"Inst {i}", "country_code": "cn", "type": "education",
         "ror": f"https://ror.org/{i:09}", "lineage": [f"{A}I{i}"]}
        for i in institutions
    ]  # fmt: skip
    return {
        "author": {"id": f"{A}A{number}"},
        "countries": [],
        "institutions": named,
        "affiliations": [{"institution_ids": [f"{A}I{i}" for i in a]} for a in affiliations],
    }


def run(tmp_path, lines, *, name="part_0000.gz", **options):
    path = tmp_path / name
    text = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    out = tmp_path / "out"
    out.mkdir()
    done = flatten(Part(path, name, ""), out, **options)
    return done, lambda sql: duckdb.connect().execute(sql.replace("@", f"{out}/")).fetchall()


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    out = tmp_path_factory.mktemp("sample")
    done = flatten(Part(SAMPLE, "sample", ""), out)
    return done, out


@needs_sample
def test_the_recorded_works_all_come_in(sample):
    done, _ = sample
    assert done.rows["works"] == 2643
    assert done.rows["institutions"] == 954
    assert done.rejects == {}


@needs_sample
def test_weights_and_the_unplaced_rest_sum_to_the_works(sample):
    _, out = sample
    every, unplaced, worst = (
        duckdb.connect()
        .execute(f"""
        SELECT sum(w), sum(u), max(abs(w - 1)) FROM (
            SELECT work, sum(weight) AS w,
                coalesce(sum(weight) FILTER (institution IS NULL), 0) AS u
            FROM '{out}/authorships.parquet' GROUP BY work)
    """)
        .fetchall()[0]
    )
    assert every == pytest.approx(2643, abs=1e-9)
    assert worst < 1e-12
    assert 0.30 < unplaced / every < 0.36  # a third of the sample's authorships name no institution


@needs_sample
def test_the_star_equals_a_plain_walk_over_the_recorded_works(sample):
    _, out = sample
    authors = refs = 0
    weights = {}
    for text in gzip.decompress(SAMPLE.read_bytes()).splitlines():
        record = json.loads(text)
        number = int(record["id"][22:])
        authors += len(record["authorships"])
        refs += len({r for r in record["referenced_works"] if r != record["id"]})
        for one in record["authorships"]:
            lists = [a["institution_ids"] for a in one["affiliations"]] or [
                [i["id"]] for i in one["institutions"]
            ]
            for ids in lists or [[]]:
                for i in ids or [None]:
                    key = (number, int(i[22:]) if i else None)
                    share = 1 / len(record["authorships"]) / max(len(lists), 1) / max(len(ids), 1)
                    weights[key] = weights.get(key, 0) + share
    found = (
        duckdb.connect()
        .execute(f"""
        SELECT work, institution, sum(weight) FROM '{out}/authorships.parquet' WHERE seq > 0
        GROUP BY ALL
    """)
        .fetchall()
    )
    assert {(w, i): v for w, i, v in found} == pytest.approx(weights)
    assert duckdb.connect().execute(f"SELECT count(*) FROM '{out}/references.parquet'").fetchall()[
        0
    ] == (refs,)
    assert duckdb.connect().execute(f"SELECT sum(n_authors) FROM '{out}/works.parquet'").fetchall()[
        0
    ] == (authors,)


@needs_sample
def test_every_table_has_its_written_schema_and_small_rows(sample):
    import pyarrow.parquet as pq

    _, out = sample
    for name, schema in STAR.items():
        found = pq.read_schema(out / f"{name}.parquet")
        assert [(f.name, f.type) for f in found] == [(f.name, f.type) for f in schema]
    facts = ("works", "authorships", "references")
    assert sum((out / f"{n}.parquet").stat().st_size for n in facts) / 2643 < 250


@needs_sample
def test_parquet_gives_the_same_rows_as_json_lines(sample, tmp_path):
    _, out = sample
    source, again = tmp_path / "part_0000.parquet", tmp_path / "again"
    again.mkdir()
    duckdb.connect().execute(
        f"COPY (SELECT * FROM read_json('{SAMPLE}', sample_size=-1)) TO '{source}'"
    )
    flatten(Part(source, source.name, ""), again)
    for name in STAR:
        one, two = (
            duckdb.connect().execute(f"SELECT * FROM '{f}/{name}.parquet'").fetchall()
            for f in (out, again)
        )
        assert one == two


@needs_sample
def test_the_bytes_do_not_depend_on_the_size_of_the_pieces(sample, tmp_path):
    _, out = sample
    flatten(Part(SAMPLE, "sample", ""), tmp_path, chunk=3 * 2**20)
    for name in STAR:
        assert (tmp_path / f"{name}.parquet").read_bytes() == (out / f"{name}.parquet").read_bytes()


BAD = [
    ('{"id": "half\n', "broken JSON"),
    ("[1, 2]\n", "not a record"),
    ({"publication_year": 2020}, "missing id"),
    ({"id": "https://openalex.org/A5", "publication_year": 2020}, "not a work id"),
    ({"id": f"{A}W5", "publication_year": None}, "missing year"),
    (work(6) | {"publication_year": 3015}, "year 3015"),
    (work(7) | {"publication_year": "soon"}, "wrong type: publication_year"),
    (work(8, authorships=[{}] * 5000), "5000 authors"),
    (work(9, cited_by_count=-1), "citation count out of range"),
    (work(10, authorships="nobody"), "wrong type: authorships"),
    (
        work(11, primary_topic={"id": f"{A}T1", "subfield": "x"}),
        "wrong type inside a nested column",
    ),
    (work(1), "duplicate in the same file"),
    ('{"id": "\xff"}\n', "not a work id"),
]


@pytest.mark.parametrize(("line", "reason"), BAD, ids=[r for _, r in BAD])
def test_a_bad_record_is_set_aside_with_its_line(tmp_path, line, reason):
    done, ask = run(tmp_path, [work(1), "\n", line, work(2)])
    assert done.rejects == {reason: 1}
    assert ask("SELECT line, reason FROM '@rejects.parquet'") == [(3, reason)]
    assert ask("SELECT work, line FROM '@works.parquet' ORDER BY line") == [(1, 1), (2, 4)]


def test_a_file_of_bad_records_only_is_an_empty_star(tmp_path):
    done, _ = run(tmp_path, ["{\n", "nonsense\n"])
    assert done.rows["works"] == 0
    assert done.rejects == {"broken JSON": 2}


def test_a_damaged_gzip_is_said(tmp_path):
    path = tmp_path / "part_0000.gz"
    path.write_bytes(gzip.compress(json.dumps(work(1)).encode() * 9999)[:400])
    with pytest.raises(BadDataError, match="is damaged after line 0"):
        flatten(Part(path, path.name, ""), tmp_path)


def test_weights_by_affiliation_then_institution(tmp_path):
    record = work(1, authorships=[author(1, [1], [1, 2], institutions=[1, 2]), author(2)])
    _, ask = run(tmp_path, [record])
    rows = ask("SELECT seq, institution, country, weight FROM '@authorships.parquet'")
    assert rows == [
        (1, 1, "CN", 1 / 2 / 2 + 1 / 2 / 2 / 2),
        (1, 2, "CN", 1 / 2 / 2 / 2),
        (2, None, None, 1 / 2),
    ]


def test_the_older_layout_reads_too(tmp_path):
    one = author(1, institutions=[1, 2])
    del one["affiliations"]
    old = work(
        1, authorships=[one], host_venue={"id": f"{A}S9"}, grants=[{"funder": f"{A}F7"}]
    )  # fmt: skip
    _, ask = run(tmp_path, [old], name="part_000.gz")
    assert ask("SELECT institution, weight FROM '@authorships.parquet'") == [(1, 0.5), (2, 0.5)]
    assert ask("SELECT source, xpac FROM '@works.parquet'") == [(9, False)]
    assert ask("SELECT funder FROM '@funders.parquet'") == [(7,)]


def test_a_work_without_authors_is_one_unplaced_row(tmp_path):
    _, ask = run(tmp_path, [work(1, authorships=[])])
    assert ask("SELECT seq, author, institution, weight FROM '@authorships.parquet'") == [
        (0, None, None, 1.0)
    ]


@pytest.mark.parametrize("folder", ["data/jsonl/works", "jsonl/works", "data/works", "works", "."])
def test_part_files_are_found_in_every_layout(tmp_path, folder):
    for date in ("2026-06-01", "2025-01-01"):
        at = tmp_path / folder / f"updated_date={date}"
        at.mkdir(parents=True)
        (at / "part_0000.gz").write_bytes(b"")
    (tmp_path / folder / "manifest.json").write_text("{}")
    assert [p.updated for p in parts(tmp_path)] == ["2025-01-01", "2026-06-01"]


def test_parquet_is_preferred_and_nothing_is_said(tmp_path):
    for kind in ("jsonl/works/part_0.gz", "parquet/works/part_0.parquet"):
        (tmp_path / "data" / kind).parent.mkdir(parents=True)
        (tmp_path / "data" / kind).write_bytes(b"")
    assert [p.is_parquet for p in parts(tmp_path)] == [True]
    with pytest.raises(HubscopeError, match="no part files of authors"):
        parts(tmp_path, "authors")


def test_deleted_ids_are_read(tmp_path):
    (tmp_path / "deleted_ids.csv").write_text(
        "id,deleted\nhttps://openalex.org/W12,2026\nW7,2026\n"
    )
    assert deleted_ids(tmp_path) == [7, 12]
    (tmp_path / "deleted_ids.csv").write_text(
        f"work_id,deleted_date\n{A}W12,2026-08-14\n{A}W7,\n{A}W12,2026-05-01\nno id,2026-01-01\n"
    )
    assert withdrawn(tmp_path) == {12: "2026-08-14", 7: ""}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"]), max_size=30), max_size=40),
       size=st.integers(1, 200), end=st.booleans())  # fmt: skip
def test_pieces_are_whole_lines_in_order(tmp_path, text, size, end):
    path = tmp_path / "x.jsonl"
    whole = "\n".join(text).encode() + (b"\n" if end and text else b"")
    path.write_bytes(whole)
    got = b""
    for piece in pieces(path, size=size):
        data = piece.text(0, piece.stop)
        assert data.endswith(b"\n")
        got += data
    assert got.rstrip(b"\n") == whole.rstrip(b"\n")


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    lines=st.lists(st.sampled_from([b"ab", b"", b"x" * 90, b"y" * 300]), min_size=1, max_size=12)
)
def test_a_line_beyond_all_measure_is_cut_and_the_next_is_whole(monkeypatch, tmp_path, lines):
    monkeypatch.setattr("hubscope.sources.openalex.pieces.MOST_LINE", 100)
    monkeypatch.setattr("hubscope.sources.openalex.pieces._STEP", 50)
    (tmp_path / "x.jsonl").write_bytes(b"".join(line + b"\n" for line in lines))
    got = []
    for piece in pieces(tmp_path / "x.jsonl", size=10):
        found = piece.text(0, piece.stop).split(b"\n")[:-1]
        got += [b"y" * 300] if piece.is_cut else found
    assert got == lines


@kernel
def tokens_of(buffer, stop, token, match, stack):
    return structure(buffer, np.int64(0), stop, token, match, stack)[0]


def accepts(line):
    """Whether the scanner takes `line` for one JSON object."""
    buffer = np.full(len(line) + WIDTH, 10, np.uint8)
    buffer[: len(line)] = np.frombuffer(line, np.uint8)
    token, match = np.empty((2, len(line) + 16), np.int64)
    return tokens_of(buffer, len(line), token, match, np.empty(DEEPEST, np.int64)) > 0


def test_a_kept_kernel_is_stale_when_any_file_it_is_made_of_changes(tmp_path):
    copies = [tmp_path / f.name for f in SOURCES]
    for file, copy in zip(SOURCES, copies, strict=True):
        copy.write_bytes(file.read_bytes())
    before = stamp(tuple(copies))
    assert before == stamp()
    for file in copies:
        text = file.read_bytes()
        file.write_bytes(text + b"#")
        assert stamp(tuple(copies)) != before
        file.write_bytes(text)


def test_every_compiled_function_of_the_scanner_is_kept_under_that_hash():
    from hubscope.sources.openalex.scan import lines, vectors

    found = [
        f for m in (lines, vectors) for f in vars(m).values() if getattr(f, "_cache", None)
        and f.py_func.__module__ == m.__name__ and not f.targetoptions.get("no_cpython_wrapper")
    ]  # fmt: skip
    assert len(found) >= 8
    assert {f._cache._impl.locator.get_source_stamp() for f in found} == {stamp()}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=70), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=30)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(value=st.dictionaries(st.text(max_size=9), JSON, max_size=5), ascii_only=st.booleans(),
       at=st.integers(0, 10**6), put=st.binary(max_size=2), cut=st.integers(0, 2))  # fmt: skip
def test_what_the_scanner_takes_is_json(value, ascii_only, at, put, cut):
    line = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    at %= len(line)
    for one in (line, line[:at] + put.replace(b"\n", b"") + line[at + cut :]):
        if accepts(one):
            assert isinstance(orjson.loads(one), dict)


@settings(max_examples=200, deadline=None)
@given(value=st.dictionaries(st.text("abc é中\t", max_size=9), JSON, max_size=5))
def test_the_scanner_takes_json_that_is_written_the_usual_way(value):
    line = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
    text = json.dumps(value, ensure_ascii=False)
    is_plain = not re.search(r"[eE]-?[+]?\d{3}|\d{19}|[\ud800-\udfff]", text)
    assert accepts(line) or not is_plain


def folder_bytes(folder):
    return {f.name: f.read_bytes() for f in folder.iterdir() if f.suffix == ".parquet"}


@pytest.mark.parametrize("odd", [
    lambda text: text.replace('"publication_year"', '"publication\\u005fyear"'),
    lambda text: text.replace('"type"', '"x": "\\ud83d\\ude00", "type"'),
])  # fmt: skip
def test_an_odd_but_good_line_changes_nothing(tmp_path, odd):
    world = [b.decode() for b in as_json_lines(make(World(works=60)))]
    done = []
    for name, lines in (("plain", world), ("odd", [*world[:30], odd(world[30]), *world[31:]])):
        (tmp_path / name).mkdir()
        done.append(run(tmp_path / name, lines, chunk=2**14)[0])
    assert done[0] == done[1]
    assert folder_bytes(tmp_path / "plain/out") == folder_bytes(tmp_path / "odd/out")


def test_what_is_too_much_to_hold_is_sorted_by_the_engine_to_the_same_bytes(tmp_path, monkeypatch):
    world = [b.decode() for b in as_json_lines(make(World(works=300)))]
    for name, most in (("held", 10**9), ("engine", 100)):
        monkeypatch.setattr("hubscope.sources.openalex.flat.MOST_HELD", most)
        (tmp_path / name).mkdir()
        run(tmp_path / name, world, chunk=2**14)
    assert folder_bytes(tmp_path / "held/out") == folder_bytes(tmp_path / "engine/out")


def test_a_rejected_line_leaves_no_institution_behind(tmp_path):
    lone = author(1, [77], institutions=[77])
    lines = [work(1), work(2, authorships=[lone], cited_by_count=-1), work(1, authorships=[lone])]
    done, _ = run(tmp_path, lines)
    assert done.rejects == {"citation count out of range": 1, "duplicate in the same file": 1}
    assert done.rows["institutions"] == done.rows["lineage"] == 0


@pytest.mark.parametrize("spoil", [
    {"id": f"{A}W0012"}, {"publication_year": 3015}, {"cited_by_count": -1}, {"id": f"{A}W1"},
    {"authorships": [author(1)] * 5000}, {"referenced_works": ["W5"]},
])  # fmt: skip
def test_odd_parquet_is_read_as_odd_lines_are(tmp_path, spoil):
    one = work(5, authorships=[author(1, [1], institutions=[1])], referenced_works=[f"{A}W1"])
    lines = [one | {"id": f"{A}W{n}"} for n in (1, 2)] + [one | spoil]
    (tmp_path / "json").mkdir()
    (tmp_path / "parquet").mkdir()
    done = run(tmp_path / "json", lines, name="part.jsonl")[0]
    source = tmp_path / "part.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT * FROM read_json('{tmp_path}/json/part.jsonl')) TO '{source}'"
    )
    again = flatten(Part(source, "part.jsonl", ""), tmp_path / "parquet")
    assert again == done
    spoilt = folder_bytes(tmp_path / "parquet")
    kept = folder_bytes(tmp_path / "json/out")
    del spoilt["rejects.parquet"], kept["rejects.parquet"]  # the start of a record differs
    assert spoilt == kept


def test_parquet_without_most_columns_is_read(tmp_path):
    source = tmp_path / "part.parquet"
    duckdb.connect().execute(f"COPY (SELECT '{A}W7' AS id, 2020 AS publication_year) TO '{source}'")
    done = flatten(Part(source, "p", ""), tmp_path)
    assert (done.rows["works"], done.rows["authorships"]) == (1, 1)


def test_parquet_takes_the_grants_of_works_without_funders(tmp_path):
    lines = [work(1, funders=[{"id": f"{A}F3"}], grants=[{"funder": f"{A}F9"}]),
             work(2, funders=[], grants=[{"funder": f"{A}F9"}, {"funder": f"{A}F8"}])]  # fmt: skip
    run(tmp_path, lines, name="part.jsonl")
    source = tmp_path / "part.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT * FROM read_json('{tmp_path}/part.jsonl')) TO '{source}'"
    )
    (tmp_path / "again").mkdir()
    flatten(Part(source, "p", ""), tmp_path / "again")
    assert folder_bytes(tmp_path / "again") == folder_bytes(tmp_path / "out")


def test_an_impact_with_many_digits_is_the_nearest_double(tmp_path):
    digits = ["0.1234567890123456789", "3e-5", "12.5", "1.7976931348623157", "0"]
    lines = [json.dumps(work(i + 1))[:-1] + f', "fwci": {d}}}\n' for i, d in enumerate(digits)]
    _, ask = run(tmp_path, lines)
    found = [f for (f,) in ask("SELECT fwci FROM '@works.parquet' ORDER BY work")]
    assert found == [float(d) for d in digits]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: (
    st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["id", "publication_year", "authorships", "topics", "author", "institutions"]), inner, max_size=4)),
    max_leaves=12))  # fmt: skip
def test_judging_a_record_never_fails(record):
    assert isinstance(fault(record), str)
