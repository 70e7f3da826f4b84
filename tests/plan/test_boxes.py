"""Boxes of actions: their items become measures below the section in which the box stands."""

import pytest

from hubscope.plan.read import read_plan, read_text

ZH = """# 临河市科技创新规划

## 一、总体目标

到2030年，全市研发经费投入强度达到4.5%，建成具有区域影响力的科技创新中心。

## 二、强化基础研究

建设临河实验室，支持高校组建交叉学科团队。

专栏1 基础研究重点行动

1. 临河实验室建设行动。组建三个研究部，开放仪器共享平台。
2. 青年学者托举行动。到2028年，资助青年学者500名以上。

完善稳定支持机制，提高基础研究经费占比。

## 三、培育未来产业

布局一批中试平台，打造概念验证中心。

专栏2 未来产业培育工程
生物制造。建设发酵中试线，发展酶制剂。
商业航天：建设总装测试基地。
"""

EN = """# Linhe Strategy

## Priority 1: Basic research

We will support university teams.

Box 1: Actions for basic research

- Build three divisions of the Linhe Laboratory.
- Set up a rolling fund for early-career researchers.

We will improve stable funding for institutes.

## Priority 2: New industries

Box 2. What is an innovation district?

- A place where firms and laboratories share streets.
"""

BOX = (
    "专栏1 基础研究重点行动",
    "1. 临河实验室建设行动。组建三个研究部，开放仪器共享平台。",
    "2. 青年学者托举行动。设立滚动资助基金，支持青年学者自主选题。",
)
BEFORE = "建设临河实验室，支持高校组建交叉学科团队，提高基础研究经费占比，完善稳定支持的机制。"


def found(plan, *wanted):
    return [(e.kind, e.parent, e.span.quote) for e in plan.elements if e.kind in wanted]


def test_items_of_a_chinese_box_stand_below_the_box_and_it_below_its_section():
    plan = read_text(ZH, name="zh.md")
    assert found(plan, "action_box") == [
        ("action_box", "P2", "专栏1 基础研究重点行动"),
        ("action_box", "P3", "专栏2 未来产业培育工程"),
    ]
    assert [q for _, p, q in found(plan, "measure") if (p or "").startswith("BOX")] == [
        "1. 临河实验室建设行动",
        "2. 青年学者托举行动",
        "生物制造",
        "商业航天",
    ]
    assert [(e.parent, e.target.quantity) for e in plan.of("target")][1:] == [("BOX1.2", 500)]


def test_what_stands_behind_a_box_is_no_part_of_it():
    plan = read_text(ZH, name="zh.md")
    box = next(r for r in plan.regions if r.kind == "box")
    inside = plan.text[box.start : box.end]
    assert inside.startswith("专栏1")
    assert inside.endswith("500名以上。")
    behind = next(e for e in plan.elements if e.span.quote.startswith("完善稳定支持机制"))
    assert (behind.kind, behind.parent) == ("mechanism", "P2")


def test_an_english_box_of_actions_and_one_that_explains():
    plan = read_text(EN, name="en.md")
    assert found(plan, "action_box") == [("action_box", "P1", "Box 1: Actions for basic research")]
    assert [q for _, p, q in found(plan, "measure") if p == "BOX1"] == [
        "Build three divisions of the Linhe Laboratory",
        "Set up a rolling fund for early-career researchers",
    ]
    assert not any("share streets" in e.span.quote for e in plan.elements)


@pytest.mark.parametrize("heading", ["## 专栏1 重点行动", "### 专栏1 重点行动"])
def test_a_box_with_a_heading_of_its_own(heading):
    text = f"# 规划\n\n## 一、强化基础研究\n\n{BEFORE}\n\n{heading}\n\n1. 建设实验室。\n"
    plan = read_text(text, name="zh.md")
    assert found(plan, "action_box") == [("action_box", "P1", "专栏1 重点行动")]


def test_a_series_that_a_box_interrupts_goes_on_behind_it():
    text = (
        "# 规划\n\n## 一、重点任务\n\n### （一）强化基础研究\n\n1. 建设实验室。\n\n"
        "专栏1 重点行动\n\n（1）组建团队。\n（2）开放平台。\n\n2. 完善评价。\n"
    )
    plan = read_text(text, name="zh.md")
    boxed = [e.span.quote for e in plan.elements if (e.parent or "").startswith("BOX")]
    assert boxed == ["（1）组建团队", "（2）开放平台"]


def test_a_cell_that_draws_a_box_in_docx_and_html(tmp_path):
    from docx import Document

    made = Document()
    made.add_heading("临河市科技创新规划", 0)
    made.add_heading("一、强化基础研究", 1)
    made.add_paragraph(BEFORE)
    cell = made.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = BOX[0]
    for words in BOX[1:]:
        cell.add_paragraph(words)
    made.save(str(tmp_path / "a.docx"))
    inner = "".join(f"<p>{words}</p>" for words in BOX)
    (tmp_path / "a.html").write_text(
        f"<html><body><article><h1>临河市科技创新规划</h1><h2>一、强化基础研究</h2><p>{BEFORE}</p>"
        f"<table><tr><td>{inner}</td></tr></table></article></body></html>",
        encoding="utf-8",
    )
    for name in ("a.docx", "a.html"):
        plan = read_plan(tmp_path / name)
        assert found(plan, "action_box") == [("action_box", "P1", BOX[0])], name
        items = [q for _, p, q in found(plan, "measure") if p == "BOX1"]
        assert items == ["1. 临河实验室建设行动", "2. 青年学者托举行动"], name
