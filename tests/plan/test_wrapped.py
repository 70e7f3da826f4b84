"""Text broken into lines of one width reads like the same text unbroken; offsets hold in both."""

import textwrap

import pytest

from hubscope.plan import read_text
from hubscope.plan.wrapped import unwrap

PLAN = """云江市科技创新规划（2026—2030年）
一、发展目标
到2030年，全市基本建成区域科技创新中心，创新体系更加健全。其中，全社会研发经费投入强度达到百分之三点六左右，高新技术企业突破一万二千家，技术合同成交额由2025年的980亿元提高到2000亿元以上，科技进步贡献率达到68%。
二、加快建设高能级创新平台
（一）打造重大科技基础设施集群。建成先进光源和深空观测装置，面向国内外科研团队开放共享，支持高校院所围绕装置组织前沿研究，形成一批原创成果和关键技术。
（二）优化实验室体系。到2028年，全国重点实验室达到八家以上，省级实验室达到六十家，新型研发机构达到一百五十家，形成梯次衔接、协同高效的实验室体系。
三、保障措施
（一）加强组织领导。建立部门协同、上下联动的工作机制，定期调度重点任务，及时解决规划实施中遇到的困难和问题，确保各项任务落到实处。
"""


def broken(text, width):
    rows = []
    for row in text.splitlines():
        rows += [row[i : i + width] for i in range(0, len(row), width)]
    return "\n".join(rows) + "\n"


def shape(plan):
    rows = []
    for e in plan.elements:
        t = e.target
        asked = (t.operator, t.quantity, t.unit, t.year, t.indicator) if t else None
        rows.append((e.id, e.kind, e.parent, e.horizon, e.span.quote.replace("\n", ""), asked))
    return rows


@pytest.mark.parametrize("width", [24, 32, 38])
def test_broken_lines_change_nothing(width):
    whole = read_text(PLAN, name="whole.txt")
    text = broken(PLAN, width)
    plan = read_text(text, name="broken.txt")
    assert shape(plan) == shape(whole)
    assert all(text[e.span.start : e.span.end] == e.span.quote for e in plan.elements)
    assert plan.document["sha256"] != whole.document["sha256"]


def test_the_plan_itself_holds_its_targets():
    asked = [(e.target.operator, e.target.quantity) for e in read_text(PLAN, name="w").of("target")]
    assert asked == [
        *(("≈", 3.6), (">", 12000), (">=", 200_000_000_000), (">=", 68)),
        *((">=", 8), (">=", 60), (">=", 150)),
    ]


def test_text_that_is_not_broken_is_left_alone():
    assert unwrap(PLAN) == (PLAN, None)
    english = "\n".join(textwrap.wrap("By 2030 the city will be a centre of science. " * 20, 40))
    plan = read_text(f"## Goals\n\n{english}\n\n## Actions\n\n1. Build.\n", name="e.md")
    assert plan.of("goal")[0].span.quote.startswith("By 2030")


def test_broken_lines_of_another_system_change_nothing():
    text = broken(PLAN, 32).replace("\n", "\r\n")
    plan = read_text(text, name="crlf.txt")
    plain = [(i, k, p, h, q.replace("\r", ""), a) for i, k, p, h, q, a in shape(plan)]
    assert plain == shape(read_text(PLAN, name="whole.txt"))
    assert all(text[e.span.start : e.span.end] == e.span.quote for e in plan.elements)
