"""Documents of other forms: the same elements as the text, pages, tables, dates, furniture."""

import importlib.util
import re
from pathlib import Path

import pytest

from hubscope.plan import as_json, read_plan, read_text

_spec = importlib.util.spec_from_file_location("making", Path(__file__).with_name("making.py"))
making = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(making)

HARBOUR = Path(__file__).parent / "twins"
SHIPPED = Path(__file__).resolve().parents[2] / "examples" / "beijing" / "plan"
PLANS = [SHIPPED / "beijing.zh.md", SHIPPED / "beijing.en.md"]
TABLE = """# 云湖市创新规划（2024—2028年）

## 一、主要指标

| 序号 | 指标 | 2023年 | 2028年 | 单位 | 属性 |
|---|---|---|---|---|---|
| 1 | 研发经费投入强度 | 2.8 | 3.6 | % | 预期性 |
| 2 | 高新技术企业数量 | 1200 | ≥2000 | 家 | 预期性 |

## 二、重点任务

- 建设湖畔实验室。
- 培育新型研发机构。
"""


def same(words):
    """Words without white space and marks; typesetters curl an apostrophe."""
    return re.sub(r"\s|^#+|^\W*|\W+$", "", words.replace("’", "'"))


def core(plan):
    """What makes two readings the same: ids, kinds, tree, words, targets."""
    return [
        (e.id, e.kind, e.parent, same(e.span.quote), e.horizon, e.target, e.speaker)
        for e in plan.elements
    ]


def holds(plan):
    spans = [s for e in plan.elements for s in (e.span, *e.parts.values())]
    return all(plan.text[s.start : s.end] == s.quote for s in spans)


@pytest.mark.parametrize("source", PLANS, ids=lambda p: p.name)
def test_a_docx_of_the_shipped_plan_gives_the_same_elements(source, tmp_path):
    path = tmp_path / "plan.docx"
    making.docx(source.read_text("utf-8"), path)
    plan = read_plan(path)
    assert core(plan) == core(read_plan(source))
    assert holds(plan)
    assert plan.document["form"] == "docx"


@pytest.mark.parametrize("source", PLANS, ids=lambda p: p.name)
def test_a_pdf_of_the_shipped_plan_gives_the_same_elements(source, tmp_path):
    path = tmp_path / "plan.pdf"
    making.pdf(source.read_text("utf-8"), path, source.name.split(".")[1])
    plan = read_plan(path)
    assert core(plan) == core(read_plan(source))
    assert holds(plan)
    pages = [plan.details[e.id]["page"] for e in plan.elements]
    assert pages == sorted(pages)
    assert pages[0] == 1
    assert pages[-1] == plan.document["page_count"] > 2
    assert "一份规划 · A plan" in plan.document["page_furniture"]


@pytest.mark.parametrize("source", PLANS, ids=lambda p: p.name)
def test_a_page_of_the_shipped_plan_gives_the_same_elements(source, tmp_path):
    path = tmp_path / "plan.html"
    path.write_text(making.page(source.read_text("utf-8")), "utf-8")
    plan = read_plan(path)
    assert core(plan) == core(read_plan(source))
    assert plan.document["published"] == "2024-03-05"
    assert plan.document["publisher"] == "云湖日报"
    for furniture in ("首页", "推荐阅读", "版权所有", "alert"):
        assert furniture not in plan.text


@pytest.mark.parametrize("form", ["docx", "pdf", "html"])
def test_tables_of_indicators_are_read_in_every_form(form, tmp_path):
    path = tmp_path / f"plan.{form}"
    if form == "html":
        path.write_text(making.page(TABLE), "utf-8")
    else:
        getattr(making, form)(TABLE, path)
    wanted = [e.target for e in read_text(TABLE, name="table").of("target")]
    assert [t.quantity for t in wanted] == [3.6, 2000.0]
    assert [e.target for e in read_plan(path).of("target")] == wanted


def test_traditional_characters_are_read_in_place():
    simple = SHIPPED.joinpath("beijing.zh.md").read_text("utf-8")
    from opencc import OpenCC

    table = {ord(c): t for c in set(simple) if len(t := OpenCC("s2t").convert(c)) == 1}
    text = simple.translate(table)
    assert text != simple
    plan, plain = read_text(text, name="t"), read_text(simple, name="s")
    assert [(e.id, e.span.start, e.span.end) for e in plan.elements] == [
        (e.id, e.span.start, e.span.end) for e in plain.elements
    ]
    assert holds(plan)
    assert "國際" in plan.get("G2025").span.quote


@pytest.mark.parametrize("code", ["gb18030", "utf-16", "utf-8-sig"])
def test_encodings_are_detected(code, tmp_path):
    text = SHIPPED.joinpath("beijing.zh.md").read_text("utf-8")
    path = tmp_path / "plan.txt"
    path.write_bytes(text.encode(code))
    plan = read_plan(path)
    assert core(plan) == core(read_text(text, name="x"))
    known = {"gb18030": "GB18030", "utf-16": "UTF-16"}
    assert plan.document.get("encoding") == known.get(code)


def test_big5_is_detected(tmp_path):
    path = tmp_path / "plan.txt"
    path.write_bytes("到2030年，建成國際科技創新中心，研發經費投入強度達到3.5%。".encode("big5"))
    plan = read_plan(path)
    assert plan.document["encoding"] == "BIG5"
    assert plan.of("target")[0].target.quantity == 3.5


def test_a_text_decoded_wrongly_is_mended_in_a_view_with_offsets_of_the_text_as_given():
    sound = "到2030年，建成国际科技创新中心，研发经费投入强度达到3.5%。"
    broken = sound.encode().decode("latin-1")
    plan = read_text(broken, name="broken")
    assert plan.text == broken
    assert holds(plan)
    assert plan.of("target")[0].target == read_text(sound, name="sound").of("target")[0].target
    assert plan.document["repaired"] == "mojibake"


def test_json_carries_the_page(tmp_path):
    path = tmp_path / "plan.pdf"
    making.pdf(TABLE, path)
    rows = as_json(read_plan(path))["elements"]
    assert {r["page"] for r in rows} == {1}
