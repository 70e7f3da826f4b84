"""Forms of plans that differ from the golds: chapters with contents, three-year actions, English priorities."""

import json

from hubscope.plan import read_plan, read_text
from hubscope.plan.golds import scored

CHAPTERS = """云江市“十五五”科技创新规划
目录
第一章 发展基础
第二章 总体要求
第一节 基本原则
第二节 发展目标
第三章 强化科技力量
第四章 保障措施
第一章 发展基础
“十四五”期间，全市研发投入强度由2.1%提高到2.9%，高新技术企业突破6000家。
第二章 总体要求
第一节 基本原则
——坚持创新核心地位。把科技创新摆在全局的核心位置。
——坚持人才引领。完善人才工作体系。
第二节 发展目标
到2030年，区域科技创新中心基本建成，创新能力显著增强。
——研发投入稳步增长。研发投入强度达到3.6%左右。
——企业主体地位凸显。高新技术企业达到1.2万家。
到2035年，建成具有全国影响力的科技创新中心。
专栏1 主要指标
序号	指标名称	单位	2025年基期值	2030年目标值	属性
1	技术合同成交额	亿元	980	2000	预期性
2	万元GDP能耗下降	%	—	[13.5]	约束性
第三章 强化科技力量
第一节 建设高能级平台
1.打造重大设施。建成先进光源装置。
2.优化实验室体系。到2027年，全国重点实验室达到8家。
第四章 保障措施
（一）加强组织领导。成立领导小组。
"""

ACTIONS = """首页 > 政务公开 > 政策文件
字号：【大 中 小】 打印
滨湖市建设科技创新中心三年行动方案（2024—2026年）
发布日期：2024-03-15 来源：市科技局
为深入实施创新驱动发展战略，加快建设科技创新中心，结合我市实际，制定本行动方案。
一、总体目标
到2026年，全市研发经费投入达到320亿元，占GDP比重超过3.2%；建成概念验证中心10个、中试基地15个。
二、重点任务
（一）实施创新平台提升行动
1.争创国家级平台。支持高校牵头建设前沿科学中心。（责任单位：市科技局）
2.建设新型研发机构。2025年底前新型研发机构达到50家。
（二）实施企业创新能力跃升行动
3.壮大科技企业群体。对首次认定的企业给予20万元奖励。
三、保障措施
（一）强化统筹。建立联席会议制度。
【打印本页】 【关闭窗口】
相关链接：解读
"""

PRIORITIES = """Northport Innovation Strategy 2024-2030

Contents
1. Where we are today ............ 4
2. Vision and objectives ............ 6
3. Our priorities ............ 8

1. Where we are today

The city has 12 research institutes. In 2023, firms spent £410 million on research.

2. Vision and objectives

Our vision is a city where every good idea finds its way to use.

By 2030, we will:
- raise R&D spending from 1.9% to 3% of gross value added;
- create at least 5,000 jobs in deep technology.

3. Our priorities

Priority 1: Build world-class places

3.1 Harbour Campus
We will open the Harbour Campus by September 2026.

Priority 2: Grow skills

Actions:
1. Launch a technician academy by December 2025.
2. Fund doctoral places each year.
"""


def kinds(plan, *wanted):
    return [(e.id, e.kind) for e in plan.elements if e.kind in wanted]


def asked(plan):
    return [
        (e.parent, e.target.operator, e.target.quantity, e.target.unit, e.target.year)
        for e in plan.of("target")
    ]


def test_chapters_are_programmes_and_contents_are_not_counted_twice():
    plan = read_text(CHAPTERS, name="chapters.txt")
    assert kinds(plan, "principle", "programme", "safeguard") == [
        ("R1", "principle"),
        ("R2", "principle"),
        ("P3", "programme"),
        ("P4", "safeguard"),
    ]
    assert [e.id for e in plan.of("measure")] == ["P3.1", "P3.1.1", "P3.1.2", "P4.1"]
    assert "table_of_contents" in {r.kind for r in plan.regions}


def test_targets_of_chapters_lists_and_boxes():
    plan = read_text(CHAPTERS, name="chapters.txt")
    assert asked(plan) == [
        ("G2030.1", "≈", 3.6, "%", 2030),
        ("G2030.2", ">=", 12000, "家", 2030),
        ("G2030", "=", 200_000_000_000, "元", 2030),
        ("G2030", "=", 13.5, "% (5-year cumulative)", 2030),
        ("P3.1.2", ">=", 8, "家", 2027),
    ]
    natures = [plan.details.get(e.id, {}).get("nature") for e in plan.of("target")]
    assert natures == [None, None, "预期性", "约束性", None]


def test_a_baseline_comes_from_the_fact_or_the_column_before():
    plan = read_text(CHAPTERS, name="chapters.txt")
    bases = [(b.quantity, b.year) if (b := e.target.baseline) else None for e in plan.of("target")]
    assert bases == [(2.9, 2025), (6000, 2025), (98_000_000_000, 2025), None, None]


def test_measures_numbered_across_sections():
    plan = read_text(ACTIONS, name="actions.txt")
    assert kinds(plan, "programme", "measure", "safeguard") == [
        ("P1", "programme"),
        ("P1.1", "measure"),
        ("P1.2", "measure"),
        ("P2", "programme"),
        ("P2.1", "measure"),
        ("SG", "safeguard"),
        ("SG.1", "measure"),
    ]
    assert asked(plan) == [
        ("PLAN", ">=", 32_000_000_000, "元", 2026),
        ("PLAN", ">", 3.2, "%", 2026),
        ("PLAN", "=", 10, "个", 2026),
        ("PLAN", "=", 15, "个", 2026),
        ("P1.2", ">=", 50, "家", 2025),
    ]
    assert plan.of("target")[1].target.indicator == "全市研发经费投入占GDP比重"
    assert plan.document["published"] == "2024-03-15"


def test_english_priorities_with_lists_and_due_dates():
    plan = read_text(PRIORITIES, name="northport.txt")
    assert kinds(plan, "vision", "programme", "measure") == [
        ("G1", "vision"),
        ("P1", "programme"),
        ("P1.1", "measure"),
        ("P2", "programme"),
        ("P2.1", "measure"),
        ("P2.2", "measure"),
    ]
    assert asked(plan) == [
        ("PLAN", "=", 3, "%", 2030),
        ("PLAN", ">=", 5000, "jobs", 2030),
    ]
    assert plan.details["P2.1"]["due"] == "2025-12"
    assert [plan.details[e.id]["due"] for e in plan.of("commitment")] == ["2026-09"]


def test_speakers_in_english_are_named_or_none():
    text = (
        "By 2030, 40 laboratories will open, the city says.\n\n"
        "Deputy Mayor Jane Moss said that by 2030 the city will have 100 incubators.\n\n"
        "## Actions\n\n1. Open the gates.\n"
    )
    plan = read_text(text, name="news.txt")
    assert [(a.speaker, a.role) for a in plan.attributions] == [("Jane Moss", "Deputy Mayor")]
    assert {e.speaker for e in plan.of("programme")} == {None}


PRESS = """当前位置：首页 > 新闻中心
月湖科学城怎么建？省科技厅详解
发布时间：2022-06-18 10:30 来源：月湖日报
字号：大 中 小
　　本报讯（记者 陈立）6月17日上午，省政府新闻办召开新闻发布会，介绍月湖科学城建设有关情况。
　　省科技厅党组书记、厅长何光表示，科学城建设重在汇聚资源、激发活力，要以建设大科学装置塑造策源力、以深化体制改革激发新活力、以开放合作打造辐射力。
　　月湖高新区管委会主任王岚介绍，根据《月湖科学城建设发展规划（2022—2035年）》，到2025年，科学城框架基本形成，研发投入强度达到12%；到2035年，建成世界一流科学城，成为全球创新网络的重要枢纽。
　　规划提出四个坚持：一是坚持面向前沿；二是坚持企业主体；三是坚持开放协同；四是坚持绿色低碳。
　　围绕“强基础、聚人才、育产业、优环境”，科学城将实施四大工程。
　　一是实施科学装置集群工程。加快建设脉冲强磁场装置，谋划布局生物医学成像设施，完善装置共享机制。
　　二是实施人才汇聚工程。引进一批顶尖科学家，建设国际人才社区。到2025年，集聚院士100名左右。
　　三是实施产业跃升工程。围绕光电子、生命健康，打造万亿级产业集群；推行“赛马”制度。
　　四是实施环境优化工程。优化营商环境，推进绿色低碳发展，切实解决企业融资难问题。
　　截至2021年底，月湖高新区企业总数突破10万家，高新技术企业4600家，同比增长30%。
　　何光说，下一步将抓紧出台配套政策。
责任编辑：周宁
相关新闻
月谷企业上半年营收增长15%
2022-06-17
"""


def test_a_press_report_on_another_plan():
    plan = read_text(PRESS, name="press.txt")
    assert kinds(plan, "force", "principle", "programme", "slogan_item") == [
        *((f"F{i}", "force") for i in (1, 2, 3)),
        *((f"R{i}", "principle") for i in (1, 2, 3, 4)),
        *((f"S{i}", "slogan_item") for i in (1, 2, 3, 4)),
        *((f"P{i}", "programme") for i in (1, 2, 3, 4)),
    ]
    assert [e.parts["means"].quote for e in plan.of("force")] == [
        "建设大科学装置",
        "深化体制改革",
        "开放合作",
    ]
    assert [e.id for e in plan.of("mechanism", "result")] == ["P1.3", "P3.2", "P4.3"]


def test_the_speakers_of_a_press_report_end_with_their_paragraphs():
    plan = read_text(PRESS, name="press.txt")
    speakers = {e.id: e.speaker for e in plan.elements}
    assert {speakers[i] for i in ("F1", "F2", "F3")} == {"何光"}
    assert {speakers[i] for i in ("G2025", "G2035", "T1")} == {"王岚"}
    assert {speakers[i] for i in ("R1", "S1", "P1", "P1.1", "T2")} == {None}


def test_the_numbers_of_a_press_report():
    plan = read_text(PRESS, name="press.txt")
    assert asked(plan) == [("G2025", ">=", 12, "%", 2025), ("P2", "≈", 100, "名", 2025)]
    assert [plan.details[e.id]["quantity"] for e in plan.of("achieved")] == [100_000, 4600, 30]


def test_principles_are_not_matched_to_programmes_by_their_number_alone():
    plan = read_text(PRESS, name="press.txt")
    assert plan.details["P1"] == {"slogan": "S1"}
    assert "R1" not in plan.details


def test_the_kind_of_a_target_and_a_sum_over_years_are_kept():
    text = "# 甲市规划（2026—2030年）\n\n## 目标\n\n- 到2030年，单位GDP能耗累计下降12%（约束性）。\n- 到2030年，研发投入强度达到4%（预期性），技术合同成交额突破500亿元。\n"
    plan = read_text(text, name="kinds.md")
    facts = [plan.details.get(e.id, {}) for e in plan.of("target")]
    assert [(f.get("nature"), f.get("cumulative")) for f in facts] == [
        ("约束性", True),
        ("预期性", None),
        (None, None),
    ]


def test_a_page_was_taken_no_earlier_than_its_last_lead(document):
    plan = read_plan(document("01_seed_gmw_beijing.txt"))
    assert plan.document["captured_after"] == "2025-12-24"


def test_a_gold_of_a_text_that_is_no_plan_can_be_scored(tmp_path):
    text = "2025年，全市研发经费投入达到420亿元，同比增长12.5%，投入强度达到3.5%，高新技术企业总数突破6000家。\n"
    (tmp_path / "facts.txt").write_text(text, "utf-8")
    gold = {"doc": "facts.txt", "elements": [], "not_targets": [{"start": 0, "end": len(text)}]}
    (tmp_path / "facts.gold.json").write_text(json.dumps(gold), "utf-8")
    found = scored(tmp_path / "facts.gold.json")
    assert (found.targets.found, found.false_targets) == (0, ())
