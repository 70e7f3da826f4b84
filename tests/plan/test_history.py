"""Documents over time: targets joined, restated, revised, extended, dropped."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from hubscope.cli.app import app
from hubscope.errors import BadDataError
from hubscope.plan import read_text
from hubscope.plan.history import Version, as_tree, history, restated
from hubscope.workspace import open_workspace

FIRST = "# 云湖市规划\n\n到2025年，全社会研发经费投入强度达到3.2%，技术合同成交额超过500亿元，新增独角兽企业10家。\n"
SECOND = "# 云湖市新规划\n\n到2025年，研发经费投入强度达到3.5%，技术合同成交额超过0.05万亿元。到2030年，研发经费投入强度达到4%。\n"


def series(**facts):
    return [
        Version("old", "2021-01", read_text(FIRST, name="old")),
        Version("new", "2023-05", read_text(SECOND, name="new"), **facts),
    ]


def told(lines):
    return {
        line.indicator: [(s.document, s.relation, s.in_force) for s in line.steps] for line in lines
    }


def test_targets_are_joined_and_their_change_is_named():
    found = told(history(series()))
    assert found["研发经费投入强度"] == [
        ("old", "first", True),
        ("new", "revises", True),
        ("new", "extends", True),
    ]
    assert found["技术合同成交额"] == [("old", "first", True), ("new", "restates", True)]


def test_what_a_superseded_document_alone_asks_for_is_dropped():
    lines = history(series(supersedes=("old",)))
    states = {line.indicator: line.state for line in lines}
    assert states["技术合同成交额"] == "in_force"
    assert [s for name, s in states.items() if "独角兽" in name] == ["dropped"]


def test_other_units_and_other_indicators_are_not_joined():
    a = read_text("到2025年，研发经费投入强度达到3.2%。", name="a")
    b = read_text("到2025年，研发经费投入超过3.2亿元。到2025年，森林覆盖率达到45%。", name="b")
    lines = history([Version("a", "2021", a), Version("b", "2022", b)])
    assert [len(line.steps) for line in lines] == [1, 1, 1]


def test_the_order_of_documents_is_that_of_their_issue():
    assert history(reversed(series())) == history(series())


def test_measures_that_come_again_are_linked():
    text = "# 规划\n\n## 一、六大工程\n\n### （一）平台工程\n\n- 建设湖畔综合性国家科学中心。\n- 培育新型研发机构。\n"
    later = text.replace("培育", "大力培育一批").replace("湖畔", "云湖湖畔")
    both = [
        Version("a", "2021", read_text(text, name="a")),
        Version("b", "2023", read_text(later, name="b")),
    ]
    found = {(r.element, r.earlier_element) for r in restated(both)}
    ids = [e.id for e in both[0].plan.of("measure")]
    assert len(ids) == 2
    assert {(i, i) for i in ids} <= found
    rows = json.dumps(as_tree(both), ensure_ascii=False)
    assert f'"restates": "a#{ids[0]}"' in rows


@pytest.fixture
def workspace(beijing, tmp_path):
    folder = tmp_path / "ws"
    shutil.copytree(beijing, folder)
    (folder / "plan" / "second.md").write_text(
        "# 北京新规划\n\n到2025年，技术合同成交额超过9000亿元。\n", "utf-8"
    )
    return folder


def add(folder, more):
    text = (folder / "hubscope.toml").read_text("utf-8")
    extra = '[[plan]]\nid = "second"\nhub = "beijing"\nissued = "2024-01"\nzh = "plan/second.md"\n'
    (folder / "hubscope.toml").write_text(text + extra + more, "utf-8")


def test_the_verb_shows_the_line_of_a_target(workspace):
    add(workspace, 'supersedes = ["beijing-action-plan"]\n')
    run = CliRunner().invoke(app, ["plan", "history", "-w", str(workspace)], catch_exceptions=False)
    rows = [r.split("\t") for r in run.stdout.splitlines() if r.startswith("技术合同成交额")]
    assert [(r[1], r[3]) for r in rows] == [
        ("beijing-action-plan", "> 8e+11 元"),
        ("second", "> 9e+11 元"),
    ]
    made = CliRunner().invoke(app, ["plan", "history", "-w", str(workspace), "--json"])
    tree = json.loads(made.stdout)
    assert tree["documents"][0]["superseded_by"] == "second"


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('supersedes = ["beijing-acton-plan"]\n', "unknown plan"),
        ('implements = ["second"]\n', "unknown plan"),
        ('issued_before = ""\n', "issued_before"),
    ],
)
def test_a_wrong_relation_is_refused(workspace, more, says):
    add(workspace, more)
    with pytest.raises(BadDataError, match=says):
        open_workspace(workspace)


def test_targets_of_two_languages_are_one_line_where_the_catalogue_knows_them():
    zh = read_text(
        "# 甲市规划（2021—2025年）\n\n## 目标\n\n- 到2025年，研发经费投入强度达到3%。\n",
        name="zh.md",
    )
    en = read_text(
        "# Plan of A (2026-2030)\n\n## Goals\n\n- By 2030, R&D intensity will reach 4%.\n",
        name="en.md",
    )
    two = [Version("first", "2021", zh), Version("second", "2026", en)]
    apart, joined = history(two), history(two, lambda _: "rd_intensity")
    assert [len(line.steps) for line in apart] == [1, 1]
    assert [[s.relation for s in line.steps] for line in joined] == [["first", "extends"]]
