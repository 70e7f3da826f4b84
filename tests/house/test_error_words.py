"""Errors that an analyst meets first are said in Chinese too."""

import ast
import re
from pathlib import Path

import pytest

import hubscope
from hubscope.errors import nearest
from hubscope.words.faults import fault_words
from hubscope.words.phrases import read_phrases

SOURCE = Path(hubscope.__file__).parent
CALLS = [
    p for part in ("calls/**/*.py", "cli/call*.py", "portal/calls/*.py") for p in SOURCE.glob(part)
]
INDEX = [
    p for part in ("index/*.py", "index/report/*.py", "cli/index*.py") for p in SOURCE.glob(part)
]
HAN = re.compile(r"[\u4e00-\u9fff]")
FIRST_MET = (
    "workspace.py",
    "sources/raw.py",
    "sources/figures.py",
    "job/examples.py",
    "job/figures.py",
    "job/ranking.py",
    "cli/serve.py",
    "indicators/catalogue.py",
    "indicators/compute.py",
    "plan/read.py",
    "plan/documents/forms.py",
    "plan/documents/opened.py",
    "store/files.py",
    "store/publish.py",
    *sorted(p.relative_to(SOURCE).as_posix() for p in (*INDEX, *CALLS)),
)


def _sentence(node):
    """The text of a literal, each of its places filled with a word that nothing knows."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp):
        return (_sentence(node.left) or "xyz") + (_sentence(node.right) or "xyz")
    if isinstance(node, ast.JoinedStr):
        return "".join(
            v.value if isinstance(v, ast.Constant) else _filler(ast.unparse(v)) for v in node.values
        )
    return None


def _filler(place):
    return "12" if "line" in place else "2 faults" if place == "{count}" else "xyz"


def said(file):
    """Every message and hint that the errors and faults of `file` hold as literals."""
    for node in ast.walk(ast.parse((SOURCE / file).read_text("utf-8"))):
        name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        # What Pydantic is told has its words by kind, under calls.invalid.
        if (name.endswith("Error") and name != "PydanticCustomError") or name == "Fault":
            given = [*node.args, *(k.value for k in node.keywords if k.arg == "hint")]
            texts = [t for a in given if (t := _sentence(a))]
            yield from (t for t in texts if re.search(r"[a-z]{2} [a-z]{2}", t))


@pytest.mark.parametrize("file", FIRST_MET)
def test_each_message_and_hint_has_chinese(file):
    found = {line for t in said(file) for line in t.splitlines() if re.search("[a-z]{3} ", line)}
    bare = {line for line in found if not HAN.search(fault_words("zh", line))}
    assert bare == set()


def test_messages_are_found_at_all():
    assert sum(len(list(said(f))) for f in FIRST_MET) > 60


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("a.toml: focuss: no such field", "a.toml：focuss：没有这一项"),
        (
            "2 faults, nothing was stored:\n  f/a.csv:3 [hub]: unknown hub 'x' (did you mean y?)",
            "有 2 处错误，没有存入任何数据：\n  f/a.csv 第 3 行〔hub〕：没有 'x' 这个中心（是否想写 y？）",
        ),
        (
            "  f/a.csv:4: 5 cells under 12 columns (quote a cell that holds a comma)",
            "  f/a.csv 第 4 行：有 5 格，而表头只有 12 列（含逗号的格要加引号）",
        ),
        (
            "the framework has 2 faults: the code a is used twice; b is its own ancestor (a cycle)",
            "指标体系表有 2 处错误：代码 a 用了两次；b 成了自己的上级（循环）",
        ),
        (
            "column x, row 1 (line 2 of a file): 'two' is no number",
            "x 列第 1 行（文件第 2 行）：'two' 不是数",
        ),
        ("i/f.csv: unknown indicator a", "i/f.csv：没有 a 这项指标"),
        ("words that nobody wrote down", "words that nobody wrote down"),
    ],
)
def test_errors_are_said_line_by_line(english, chinese):
    assert fault_words("zh", english) == chinese
    assert fault_words("en", english) == english


def test_nearest_names_are_said_whatever_their_number():
    known = ["alpha", "alphas", "alphabet", "beta", *(f"x{n}" for n in range(20))]
    for got in ("alpha", "betta", "nothing like it"):
        assert HAN.search(fault_words("zh", nearest(got, known)))
    assert fault_words("zh", nearest("a", [])) == "还没有定义任何一个"


def test_a_very_long_line_is_left_alone():
    assert fault_words("zh", "x: " * 2000) == "x: " * 2000


def test_every_sentence_is_reached_before_a_more_general_one():
    """A sentence with its own places filled is said in its own words."""
    table = read_phrases(SOURCE / "words" / "errors.toml")["zh"]
    for sentence, words in table.items():
        filled, wanted = (re.sub(r"{line}", "7", t) for t in (sentence, words))
        filled, wanted = (re.sub(r"{\w+}", "Q", t) for t in (filled, wanted))
        assert fault_words("zh", filled) == wanted, sentence
