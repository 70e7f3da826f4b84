"""The CSV contract of figures: what is wrong is named by file, line, column and with a hint."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubscope.errors import BadDataError, HubscopeError
from hubscope.sources import figures
from hubscope.sources.raw import Raw, raw, refuse

HEADER = ",".join(figures.COLUMNS)
GOOD = "beijing,rd_intensity,2024,6.58,%,reported,2025-09,,NBS,https://example.org/a,2026-11-23,,"
HUBS = {"beijing": object(), "shanghai": object()}
UNITS = {"rd_intensity": "%", "rd_expenditure": "1e8 CNY"}


def faults_of(*lines: str, header: str = HEADER) -> list[str]:
    rows, faults = figures.read(Raw("f.csv", "\n".join([header, *lines]).encode()))
    return [str(f) for f in faults + figures.check(rows, HUBS, UNITS)]


def changed(column: str, value: str) -> str:
    cells = GOOD.split(",")
    cells[figures.COLUMNS.index(column)] = value
    return ",".join(cells)


def test_a_good_row_has_no_fault():
    assert faults_of(GOOD) == []


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("hub", "bejing", "unknown hub 'bejing' (did you mean beijing?)"),
        ("indicator", "rd_intensty", "unknown indicator 'rd_intensty' (did you mean rd_intensity"),
        ("unit", "percent", "'percent' is not the unit of rd_intensity (it is '%')"),
        ("value", "about 6", "'about 6' is not a number"),
        ("value", "nan", "'nan' is not a number"),
        ("value", "inf", "'inf' is not a number"),
        ("value", "1e999", "'1e999' is not a number"),
        ("value", "=1+1", "'=1+1' is not a number"),
        ("value", "", "is empty"),
        ("year", "3015", "'3015' is not a year from 1900 to 2100"),
        ("year", "20x4", "'20x4' is not a year"),
        ("status", "guess", "unknown status 'guess'"),
        ("vintage", "soon", "'soon' is not a date"),
        ("vintage", "2025-13", "'2025-13' is not a date"),
        ("producer", "", "no observation without an origin: who published it?"),
        ("url", "", "no observation without an origin: where can it be read?"),
        ("url", "javascript:alert(1)", "not an http(s) address"),
        ("period", "a while", "is not a period"),
    ],
)
def test_a_bad_cell_is_named_with_line_column_and_hint(column, value, says):
    (fault,) = faults_of(GOOD, changed("year", "2023"), changed(column, value))[:1]
    assert fault.startswith(f"f.csv:4 [{column}]: ")
    assert says in fault


def test_the_same_key_twice_names_both_lines():
    (fault,) = faults_of(GOOD, changed("value", "6.6"))
    assert fault.startswith("f.csv:3 [vintage]: ")
    assert "f.csv:2" in fault


def test_another_vintage_of_the_same_year_is_kept_beside_the_first():
    assert faults_of(GOOD, changed("vintage", "2026-01")) == []


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (HEADER.replace("indicator", "indicater"), "[indicater]: unknown column (did you mean"),
        (HEADER.replace("url,", ""), "[url]: the column is missing"),
        (HEADER + ",hub", "[hub]: the column occurs twice"),
    ],
)
def test_a_wrong_header_is_said(header, says):
    assert any(says in f for f in faults_of(GOOD, header=header))


def test_too_many_cells_in_a_line():
    (fault,) = faults_of(GOOD + ",,one,more")
    assert "16 cells under 13 columns" in fault


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "f.csv:1: the file is empty"),
        (b"hub\n\xff\xfe", "f.csv:2: not UTF-8 text"),
        (b"hub,\0", "holds a NUL byte"),
        ((HEADER + '\n"beijing').encode(), "not valid CSV"),
    ],
)
def test_what_is_no_table_is_said(data, says):
    _, faults = figures.read(Raw("f.csv", data))
    assert says in str(faults[0])


def test_excel_s_byte_order_mark_and_line_ends_are_read():
    rows, faults = figures.read(Raw("f.csv", f"\ufeff{HEADER}\r\n{GOOD}\r\n\r\n".encode()))
    assert faults == []
    assert rows[0].cells["value"] == "6.58"


def test_equal_rows_in_any_order_give_equal_tables():
    lines = [GOOD, changed("year", "2023"), changed("year", "2022")]
    tables = []
    for order in (lines, lines[::-1]):
        rows, _ = figures.read(Raw("f.csv", "\n".join([HEADER, *order]).encode()))
        tables.append(figures.table(rows).drop_columns(["line", "sha256"]))
    assert tables[0].equals(tables[1])


def test_all_faults_come_in_one_error_and_a_long_list_is_cut():
    faults = [figures.Fault("f.csv", n, "year", "wrong") for n in range(25)]
    with pytest.raises(BadDataError, match=r"25 faults, nothing was stored") as caught:
        refuse(faults)
    assert "... and 5 more" in caught.value.what


def test_a_missing_file_a_folder_and_a_huge_file(tmp_path: Path):
    with pytest.raises(HubscopeError, match="does not exist"):
        raw(tmp_path / "no.csv")
    with pytest.raises(HubscopeError, match="is a folder"):
        raw(tmp_path)
    big = tmp_path / "big.csv"
    big.write_bytes(b"x" * 2048)
    with pytest.raises(BadDataError, match="at most"):
        raw(big, most_bytes=1024)


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_crash(data):
    rows, faults = figures.read(Raw("f.csv", data))
    figures.check(rows, HUBS, UNITS)
    assert isinstance(faults, list)


@given(st.lists(st.text(max_size=12), min_size=13, max_size=13))
def test_no_cells_make_the_check_crash(cells):
    row = figures.Row("f.csv", 2, "", dict(zip(figures.COLUMNS, cells, strict=True)))
    if not figures.check([row], HUBS, UNITS):
        assert figures.table([row]).num_rows == 1
