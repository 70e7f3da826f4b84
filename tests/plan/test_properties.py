"""Whatever the text, the reader does not crash, its offsets hold, and its time is linear."""

import itertools
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubscope.errors import BadDocumentError
from hubscope.plan import as_json, from_json, read_text
from hubscope.plan.numerals import arabic, chinese, english, number
from hubscope.plan.view import view

PIECES = [
    *("# 规划\n", "## 一、", "（一）", "1. ", "一是", "- ", "——", "| ", "\t", "|---|\n", "专栏1 "),
    *(
        "到2025年",
        "2020年，",
        "“十四五”末",
        "by 2030",
        "in March 2015",
        "达到",
        "超过",
        "由",
        "提高到",
    ),
    *(
        "3.8%",
        "1.2万亿元",
        "百分之十",
        "翻一番",
        "£1.7 billion",
        "at least ",
        "twenty",
        "double ",
        "六大工程",
    ),
    *(
        "目标",
        "原则",
        "工程",
        "保障措施",
        "Goals\n",
        "Action 1: ",
        "will ",
        "指标\t单位\t2025年\t2030年\n",
    ),
    *(
        "，",
        "。",
        "；",
        "：",
        "\n",
        "\n\n",
        " ",
        "”",
        "(",
        ")",
        "[12]",
        "责编：某",
        "来源：某网",
        "李萌指出，",
    ),
    *("\u3000", "\ufeff", "\r\n", "\x00", "😀", "𠀀", "\u2028", "---\n", "***", "<p>", "{{ x }}"),
]
TEXTS = st.one_of(st.text(), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


def read_or_none(text):
    try:
        return read_text(text, name="any")
    except BadDocumentError:
        return None


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_no_crash_and_offsets_hold(text):
    assert len(view(text)) == len(text)
    plan = read_or_none(text)
    if plan is None:
        return
    for element in plan.elements:
        for span in (element.span, *element.parts.values()):
            assert text[span.start : span.end] == span.quote
    ids = [e.id for e in plan.elements]
    assert len(ids) == len(set(ids))
    assert {e.parent for e in plan.elements} <= {None, *ids}
    assert all(0 <= r.start <= r.end <= len(text) for r in plan.regions)
    assert from_json(as_json(plan)) == plan


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_reading_twice_gives_the_same(text):
    assert read_or_none(text) == read_or_none(text)


@given(st.integers(0, 99_999_999))
def test_chinese_numerals_are_read(value):
    assert chinese(spell(value)) == value


def spell(value):
    digits = "零一二三四五六七八九"
    if value >= 10_000:
        rest = value % 10_000
        return (
            spell(value // 10_000)
            + "万"
            + (("零" if rest < 1000 else "") + spell(rest) if rest else "")
        )
    if value == 0:
        return "零"
    words, empty = "", False
    for name, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, value = divmod(value, size)
        if digit:
            words += ("零" if empty and words else "") + digits[digit] + name
        empty = not digit
    return words


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("一万亿", 1e12),
        ("二〇三五", 2035),
        ("十五", 15),
        ("两百", 200),
        ("三点五", 3.5),
        ("1,234.5", 1234.5),
        ("two hundred and sixty", 260),
        ("twenty-five", 25),
        ("five hundred thousand", 500_000),
    ],
)
def test_numbers_in_three_scripts(words, value):
    assert number(words) == value


def test_arabic_and_english_agree():
    assert arabic("260") == english("two hundred and sixty")


SHAPES = tomllib.loads((Path(__file__).parent / "shapes.toml").read_text("utf-8"))


@pytest.mark.parametrize("shape", SHAPES)
def test_work_grows_no_faster_than_length(shape):
    """Four times the text takes less than five times the calls; bench/plan.py times the same shapes."""
    small, large = (calls(SHAPES[shape], size) for size in (10_000, 40_000))
    assert large < 5 * small


def calls(piece, size):
    """Calls of Python and C functions in one reading: the same on every machine."""
    text = "# 规划\n\n## 三、建设\n\n" + piece * (size // len(piece))
    counter = itertools.count()
    sys.setprofile(lambda frame, event, argument: next(counter))
    try:
        read_or_none(text)
    finally:
        sys.setprofile(None)
    return next(counter)
