"""CSV that no spreadsheet runs, and that reads back as it was."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubscope.portal.export import safe, to_csv

RUNS = ["=1+1", "+x", "-x", "@sum(a1)", "\tx", "=cmd|'/c calc'!A1", "- ", "\r=x", "\nx"]
WIDE = ["＝1+1", "＋x", "－x", "＠sum", "  =1+1", "\u3000＝x", "\u00a0=x", "\ufeff=x", "－5"]


@pytest.mark.parametrize("cell", [*RUNS, *WIDE])
def test_a_cell_that_would_run_gets_an_apostrophe(cell):
    assert safe(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell", ["-1.5", "+3", "-1e-7", " -2", "plain", "", "北京", "a=b", "'=x", "=", "-"]
)
def test_numbers_and_plain_text_stay(cell):
    assert safe(cell) == cell


def test_missing_is_empty_and_zero_is_zero():
    assert safe(None) == ""
    assert safe(0) == 0


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from("abc"), st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")))
        ),
        max_size=5,
    )
)
def test_rows_survive(rows):
    text = to_csv(rows).decode("utf-8-sig")
    back = list(csv.DictReader(io.StringIO(text)))
    assert len(back) == len(rows) or not all(rows)
    for row, got in zip(rows, back, strict=False):
        for key, value in row.items():
            assert got[key] in (value, "'" + value)


def test_excel_is_told_that_it_is_utf8():
    assert to_csv([{"a": "北京"}]).startswith(b"\xef\xbb\xbf")
