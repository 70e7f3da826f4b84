"""Evidence confirmed by people: kept beside the plan, applied after every reading, disputed apart."""

from dataclasses import replace

import pytest
from typer.testing import CliRunner

from hubscope.cli.app import app
from hubscope.errors import BadDataError, UsageError
from hubscope.job.plan import PLAN
from hubscope.job.steps import Context
from hubscope.plan import read_plan
from hubscope.plan.evidence import Item, evidence
from hubscope.plan.evidence.confirmed import confirmed
from hubscope.plan.evidence.decisions import evidence_file, load
from hubscope.plan.evidence.desk import evidence_desk
from hubscope.plan.quotes import quote_hash
from hubscope.store import Store
from hubscope.workspace import open_workspace

LEAD = "清华大学团队在量子计算机上实现上百个量子比特的纠缠，成果发表。"
PLAN_TEXT = (
    "# 甲市规划\n\n## 重点任务\n\n### 任务1：攻关\n\n- 攻克量子计算关键技术\n- 建设{more}数据中心\n"
)


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "plan.md"
    found.write_text(PLAN_TEXT.format(more=""), "utf-8")
    return found


def desk(path, by="林岚"):
    return evidence_desk([Item(LEAD), Item("某地举行灯会。")], path, by)


def of(at, kind):
    return next(e.id for e in at.plan.elements if kind in e.span.quote and e.kind == "measure")


def test_an_accepted_link_stays_accepted_and_the_rest_is_marked_so(path):
    at = desk(path)
    assert [e.review for e in at.now()] == ["unreviewed", "unreviewed"]
    at.decide(["#1", "accept"])
    again = desk(path).now()
    assert again[0].review == "accepted"
    assert {x.review for x in again[0].links} == {"accepted"}
    assert again[1].review == "unreviewed"


def test_a_rejected_link_is_gone_and_says_who_took_it_out(path):
    desk(path).decide(["#1", "reject", "another", "city"])
    found = desk(path).now()[0]
    assert (found.links, found.abstained, found.review, found.grade) == (
        (),
        "rejected",
        "rejected",
        0,
    )
    assert load(evidence_file(path))[0].reason == "another city"


def test_grade_element_and_place_can_be_changed_and_a_link_added(path):
    at = desk(path)
    quantum, centre = of(at, "量子"), of(at, "数据中心")
    at.decide(["#1", "edit", quantum, "grade=1"])
    at.decide(["#1", "edit", "place=hefei"])
    at.decide(["#2", "add", centre, "grade=2"])
    first, second = desk(path).now()
    assert (first.grade, first.scope.place, first.review) == (1, "hefei", "edited")
    assert [(x.element, x.grade, x.review) for x in second.links] == [(centre, 2, "added")]
    at.decide(["#1", "edit", quantum, f"element={centre}"])
    assert centre in {x.element for x in desk(path).now()[0].links}
    assert quantum not in {x.element for x in desk(path).now()[0].links}


def test_decisions_survive_other_words_around_and_a_changed_edge(path):
    at = desk(path)
    at.decide(["#2", "add", of(at, "数据中心")])
    path.write_text(PLAN_TEXT.format(more="").replace("# 甲市", "前言。\n\n# 甲市"), "utf-8")
    assert desk(path).now()[1].links
    path.write_text(PLAN_TEXT.format(more="新"), "utf-8")
    assert not desk(path).now()[1].links


def test_two_people_who_differ_leave_the_rule_and_are_told(path):
    desk(path, "甲").decide(["#1", "accept"])
    desk(path, "乙").decide(["#1", "reject"])
    found = desk(path).now()[0]
    assert found.review == "disputed"
    assert found.links


def test_the_last_word_of_one_person_counts_and_the_file_is_stable(path):
    at = desk(path)
    at.decide(["#1", "accept"])
    made = at.decisions[-1]
    later = replace(made, verb="reject", on="2999-01-01T00:00:00Z")
    found = confirmed(at.found, at.plan, [later, made])
    assert found[0].review == "rejected"
    before = evidence_file(path).read_bytes()
    at.decide(["#1", "accept"])
    assert evidence_file(path).read_bytes().count(b"[[decision]]") == before.count(b"[[decision]]")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["#1"], "ITEM VERB"),
        (["#9", "accept"], "no item"),
        (["#1", "acept"], "ITEM VERB"),
        (["#2", "accept"], "no link"),
        (["#1", "edit", "grade=2"], "needs an element"),
        (["#1", "edit", "place=atlantis"], "no place"),
        (["#2", "add", "P9.9"], "cannot set"),
    ],
)
def test_what_is_no_decision_is_told_and_nothing_is_written(path, words, told):
    with pytest.raises(UsageError, match=told):
        desk(path).decide(words)
    assert not evidence_file(path).exists()


def test_a_broken_file_names_its_table(path):
    evidence_file(path).write_text('version = 1\n[[decision]]\nitem = "x"\n', "utf-8")
    with pytest.raises(BadDataError, match="decision 1, item"):
        desk(path)


def test_the_terminal_decides_and_the_site_shows_it(beijing, tmp_path):
    import shutil

    folder = shutil.copytree(beijing, tmp_path / "ws")
    plan, items = folder / "plan" / "beijing.zh.md", folder / "evidence" / "items.jsonl"
    base = ["plan", "confirm", str(items), "--plan", str(plan), "--by", "林岚"]
    shown = CliRunner().invoke(app, [*base, "list"])
    assert shown.exit_code == 0
    assert CliRunner().invoke(app, base, input="#1 accept\n").exit_code == 0
    made = PLAN.make(Context(open_workspace(folder), Store(tmp_path / "store")))
    rows = made["evidence"]["beijing-action-plan"]
    assert [r["review"] for r in rows].count("accepted") == 1
    assert evidence_file(plan).name in PLAN.inputs(
        Context(open_workspace(folder), Store(tmp_path / "store"))
    )


def test_the_same_evidence_without_decisions_is_unchanged(path):
    plan = read_plan(path)
    found = evidence([Item(LEAD)], plan)
    assert confirmed(found, plan, []) == found
    assert len(quote_hash(found[0].item.words)) == 16
