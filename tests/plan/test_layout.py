"""What a PDF shows by blank space alone: tables without rules, and two columns."""

import pytest
import typst

from hubscope.plan import read_plan
from hubscope.plan.documents.layout import in_columns, unruled
from hubscope.plan.documents.lines import Cell, Line
from hubscope.portal.fonts import chinese_fonts

HEAD = "= 甲市规划（2026—2030年）\n\n"
LEFT = (
    *("一、建设创新平台", "（一）加快建设实验室体系", "围绕重点领域统筹资源完善机制推动任务"),
    *("落实提升整体效能并强化协同攻关能力。", "（二）布局重大科技设施"),
    *("推进装置建设完善运行机制和开放共享，", "支撑前沿研究和产业创新协同发展水平。"),
    *("二、壮大创新主体", "（一）培育科技领军企业", "支持企业牵头组建联合体承担重大任务。"),
)
RIGHT = (
    *("（二）支持中小企业创新", "健全梯度培育体系扩大优惠政策覆盖面，"),
    *("强化融资服务推动大中小企业融通发展。", "三、集聚创新人才", "（一）引进海外高层次人才"),
    *("实施引才计划优化服务保障机制和环境，", "形成近悦远来的人才发展环境和品牌项。"),
    *("（二）完善人才评价制度", "推行代表作评价赋予用人单位更大自主。"),
    "建立以创新价值能力贡献为导向的体系。",
)


@pytest.fixture
def pdf(tmp_path):
    def made(body, page=""):
        fonts = chinese_fonts()
        source = f'#set text(font: ("{fonts.serif}",), size: 10pt)\n#set page(height: 20cm{page})\n'
        (tmp_path / "a.typ").write_text(source + HEAD + body, "utf-8")
        typst.compile(
            str(tmp_path / "a.typ"), output=str(tmp_path / "a.pdf"), font_paths=[str(fonts.folder)]
        )
        return read_plan(tmp_path / "a.pdf")

    return made


def measures(plan):
    return [e.span.quote for e in plan.of("programme", "measure")]


WANTED = [
    *("一、建设创新平台", "（一）加快建设实验室体系", "（二）布局重大科技设施"),
    *("二、壮大创新主体", "（一）培育科技领军企业", "（二）支持中小企业创新"),
    *("三、集聚创新人才", "（一）引进海外高层次人才", "（二）完善人才评价制度"),
]


def test_two_columns_set_row_by_row_are_read_one_after_the_other(pdf):
    cells = ",".join(f"[{a}],[{b}]" for a, b in zip(LEFT, RIGHT, strict=True))
    assert measures(pdf(f"#grid(columns: (1fr,1fr), gutter: 14pt, {cells})\n")) == WANTED


def test_two_columns_of_running_text_stay_in_order(pdf):
    body = "\n\n".join((*LEFT, *RIGHT))
    assert measures(pdf(body, ", columns: 2")) == WANTED


def test_a_table_without_rules_gives_its_targets(pdf):
    cells = "[指标],[2025年],[2030年],[研发投入强度（%）],[3.1],[4.0],[高新技术企业（家）],[5000],[≥9000]"
    plan = pdf(f"== 一、主要指标\n\n#grid(columns: (3fr,1fr,1fr), gutter: 6pt, {cells})\n")
    asked = [(e.target.operator, e.target.quantity, e.target.year) for e in plan.of("target")]
    assert asked == [("=", 4.0, 2030), (">=", 9000, 2030)]
    assert [e.target.baseline.quantity for e in plan.of("target")] == [3.1, 5000]


def line(top, *words):
    cells = tuple(Cell(w, 10 + 100 * i, 60 + 100 * i) for i, w in enumerate(words))
    return Line(" ".join(words), 0, cells[0].left, cells[-1].right, top - 10, top, 10, 800, cells)


def test_two_rows_and_two_cells_are_no_table():
    assert unruled([line(100, "a", "b", "c"), line(88, "d", "e", "f")]) == []
    assert unruled([line(t, "a", "b") for t in (100, 88, 76, 64)]) == []


def test_rows_far_apart_are_two_tables():
    page = [line(t, "a", "b", "c") for t in (300, 288, 276, 100, 88, 76)]
    assert [len(t.rows) for t in unruled(page)] == [3, 3]


def test_a_page_of_one_column_is_left_alone():
    page = [line(t, "words of running text") for t in range(300, 100, -12)]
    assert in_columns(page) == page
