"""A promise that a document makes twice is one element with a further span, in both languages."""

import pytest

from hubscope.plan import as_json, read_text
from hubscope.plan.model import from_json
from hubscope.plan.out.stratml import to_stratml
from hubscope.plan.out.stratml_read import from_stratml

ZH = """# 甲市科技创新规划（2026—2030年）

## 二、发展目标

到2030年，研发投入强度达到4%，高新技术企业突破8000家。

## 三、建设创新平台

- 建设覆盖全市的中试服务平台网络。
- 到2030年，高新技术企业突破8000家。

## 四、培育创新企业

- 建设覆盖全市的中试服务平台网络。
- 加强组织领导。

## 五、加强服务

- 加强组织领导。

## 六、主要指标

| 指标 | 单位 | 2025年 | 2030年 | 属性 |
|---|---|---|---|---|
| 全市研发投入强度 | % | 3.1 | 4 | 预期性 |
| 基础研究占比 | % | 8 | 4 | 预期性 |
"""
EN = """# Plan of Alpha (2026-2030)

## Goals

By 2030, R&D intensity will reach 4%.

## 3. Actions

### Action 1: Build platforms

- Open a shared service network for pilot production in every district.

### Action 2: Grow firms

- Open a shared service network for pilot production in every district.
- By 2030, R&D intensity will reach 4%.
- By 2030, the share of basic research will reach 4%.
"""


def quotes(plan, kind):
    return [e.span.quote for e in plan.of(kind)]


def test_targets_are_one_by_value_year_and_name():
    plan = read_text(ZH, name="zh.md")
    assert [(t.target.indicator, t.target.quantity) for t in plan.of("target")] == [
        ("研发投入强度", 4),
        ("高新技术企业", 8000),
        ("基础研究占比", 4),
    ]
    intensity = plan.of("target")[0]
    again = plan.details[intensity.id]["repeated_at"]
    assert [ZH[r["start"] : r["end"]] == r["quote"] for r in again] == [True]
    assert again[0]["quote"].startswith("| 全市研发投入强度")
    assert intensity.target.baseline.quantity == 3.1
    assert plan.details[intensity.id]["nature"] == "预期性"


def test_worded_promises_are_one_and_short_headings_stay_apart():
    plan = read_text(ZH, name="zh.md")
    measures = quotes(plan, "measure")
    assert sum("中试服务平台" in m for m in measures) == 1
    assert sum("加强组织领导" in m for m in measures) == 2


def test_the_same_holds_in_english():
    plan = read_text(EN, name="en.md")
    assert sum("shared service" in m for m in quotes(plan, "measure")) == 1
    assert [t.target.indicator for t in plan.of("target")] == [
        "R&D intensity",
        "share of basic research",
    ]


@pytest.mark.parametrize("text", [ZH, EN, ZH.replace("\n", "\r\n")])
def test_every_further_span_is_true_and_survives_json_and_stratml(text):
    plan = read_text(text, name="plan.md")
    spans = [s for facts in plan.details.values() for s in facts.get("repeated_at", ())]
    assert spans
    assert all(text[s["start"] : s["end"]] == s["quote"] for s in spans)
    assert as_json(from_json(as_json(plan))) == as_json(plan)
    assert as_json(from_stratml(to_stratml(plan))) == as_json(plan)


def test_spans_of_broken_lines_are_those_of_the_text_as_given():
    line = "建设覆盖全市的中试服务平台网络并向所有企业和科研单位开放共享其设备"
    broken = "\n".join([line[:20], line[20:]])
    body = "\n".join(
        f"围绕重点领域布局第{n}类创新平台并完善其服\n务体系。" for n in "一二三四五六七"
    )
    text = f"规划（2026—2030年）\n\n三、建设平台\n\n{body}\n\n（一）{broken}。\n\n四、培育企业\n\n（一）{broken}。\n"
    plan = read_text(text, name="broken.txt")
    spans = [s for facts in plan.details.values() for s in facts.get("repeated_at", ())]
    assert all(text[s["start"] : s["end"]] == s["quote"] for s in spans)
