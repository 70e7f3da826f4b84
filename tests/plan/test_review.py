"""Review: decisions beside the document, kept through a new reading, merged by git, compared."""

import json
import subprocess
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from hubscope.cli.app import app
from hubscope.errors import BadDataError, UsageError
from hubscope.plan import as_json, read_plan
from hubscope.plan.agreement import agreement, alpha, kappa
from hubscope.plan.decisions import Decision, load, review_file, save
from hubscope.plan.reviewed import applied, read_reviewed
from hubscope.plan.reviewing import desk

TEXT = """# 云湖市规划

## 一、目标

到2030年，研发经费投入强度达到3.5%，技术合同成交额超过500亿元。

## 二、六大工程

### （一）平台工程

- 建设湖畔实验室，培育新型研发机构。
- 引进海外人才。
- 建设湖畔实验室一期。

### （二）生态工程

- 优化营商环境。
"""


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "plan.md"
    found.write_text(TEXT, "utf-8")
    return found


def run(path, *words, by="林岚", stdin=None):
    return CliRunner().invoke(
        app, ["plan", "review", str(path), *words, "--by", by], input=stdin, catch_exceptions=False
    )


def states(path):
    return {e["id"]: e["review"] for e in as_json(read_reviewed(path))["elements"]}


def of(path, words):
    return next(e for e in read_plan(path).elements if e.span.quote.startswith(words))


def test_nothing_is_reviewed_at_first(path):
    assert set(states(path).values()) == {"unreviewed"}


def test_accept_and_reject_and_edit_and_split_and_merge_and_add(path):
    ids = {w: of(path, w).id for w in ("引进", "建设湖畔实验室，", "建设湖畔实验室一期", "优化")}
    target = of(path, "研发经费投入强度").id
    lines = [
        f"decide {target} edit operator='>=' quantity=3.6",
        f"{ids['引进']} reject 不是本市的举措",
        f"{ids['优化']} accept",
        f"{ids['建设湖畔实验室，']} split 建设湖畔实验室 培育新型研发机构",
        f"{ids['建设湖畔实验室一期']} merge {ids['建设湖畔实验室，']}",
        "add deadline 到2030年 horizon=2030",
    ]
    assert run(path, stdin="\n".join(lines) + "\n").exit_code == 0
    plan = read_reviewed(path)
    assert plan.get(target).target.quantity == 3.6
    assert plan.details[target]["review"] == "edited"
    assert plan.details[target]["reviewers"] == ["林岚"]
    assert ids["引进"] not in {e.id for e in plan.elements}
    assert plan.details[ids["优化"]]["review"] == "accepted"
    first = ids["建设湖畔实验室，"]
    assert plan.get(first).span.quote == "建设湖畔实验室"
    assert plan.get(f"{first}-2").span.quote == "培育新型研发机构"
    assert plan.details[first]["also"][0]["quote"] == "建设湖畔实验室一期"
    added = plan.of("deadline")[0]
    assert (added.horizon, added.rule) == (2030, "person")
    for e in plan.elements:
        assert plan.text[e.span.start : e.span.end] == e.span.quote


def test_decisions_survive_a_text_that_grew_and_a_reader_that_learnt(path):
    target = of(path, "研发经费投入强度")
    run(path, target.id, "edit", "quantity=9")
    run(path, of(path, "优化").id, "accept")
    path.write_text("# 云湖市规划\n\n序言一段，说明背景。\n" + TEXT.split("\n", 1)[1], "utf-8")
    plan = read_plan(path)
    renamed = tuple(replace(e, id=f"N{i}") for i, e in enumerate(plan.elements))
    renamed = tuple(replace(e, parent=None, rule="better") for e in renamed)
    better = replace(plan, elements=renamed, details={})
    found = applied(better, load(review_file(path)))
    asked = [e.target for e in found.plan.of("target")]
    assert 9.0 in [t.quantity for t in asked]
    kept = [e for e in found.plan.elements if found.plan.details.get(e.id, {}).get("review")]
    assert len(kept) == 2
    assert found.stale == ()


def test_what_a_person_kept_stays_even_if_the_reader_drops_it(path):
    measure = of(path, "优化")
    run(path, measure.id, "accept")
    plan = read_plan(path)
    less = replace(plan, elements=tuple(e for e in plan.elements if e.id != measure.id))
    found = applied(less, load(review_file(path))).plan
    back = [e for e in found.elements if e.span.quote == measure.span.quote]
    assert [(e.kind, found.details[e.id]["review"]) for e in back] == [("measure", "accepted")]


def test_a_moved_edge_is_still_the_same_sentence(path):
    measure = of(path, "建设湖畔实验室，")
    run(path, measure.id, "accept")
    plan = read_plan(path)
    shorter = replace(measure.span, end=measure.span.end - 1, quote=measure.span.quote[:-1])
    moved = tuple(replace(e, span=shorter) if e.id == measure.id else e for e in plan.elements)
    found = applied(replace(plan, elements=moved), load(review_file(path))).plan
    assert found.details[measure.id]["review"] == "accepted"


def test_a_decision_on_words_that_are_gone_is_stale_and_told(path):
    run(path, of(path, "优化").id, "accept")
    path.write_text(TEXT.replace("优化营商环境", "改善办事流程"), "utf-8")
    found = applied(read_plan(path), load(review_file(path)))
    assert [d.quote for d in found.stale] == ["优化营商环境"]
    assert "1 decisions" in run(path, "list").stderr or "1项决定" in run(path, "list").stderr


def test_the_later_decision_of_a_person_counts_and_two_who_differ_dispute(path):
    measure = of(path, "优化").id
    a = Decision(*_key(path, measure), "reject", "甲", "2026-01-01T00:00:00Z", "优化营商环境")
    later = replace(a, verb="accept", on="2026-01-02T00:00:00Z")
    other = replace(a, by="乙", on="2026-01-03T00:00:00Z")
    plan = read_plan(path)
    assert applied(plan, [later, a]).plan.details[measure]["review"] == "accepted"
    found = applied(plan, [a, later, other])
    assert found.disputed == (measure,)
    assert found.plan.details[measure]["review"] == "disputed"
    assert found.plan.get(measure) == plan.get(measure)
    gone = applied(plan, [a, replace(other, verb="reject")]).plan
    assert measure not in {e.id for e in gone.elements}


def _key(path, identity):
    from hubscope.plan.quotes import quote_hash

    e = read_plan(path).get(identity)
    return quote_hash(e.span.quote), e.kind


def test_one_sentence_with_two_targets_takes_two_decisions(tmp_path):
    path = tmp_path / "two.md"
    path.write_text("到2025年，行政村通宽带比例、农村学校联网比例分别超过95%和90%。\n", "utf-8")
    plan = read_plan(path)
    first, second = plan.of("target")
    assert first.span == second.span
    run(path, second.id, "reject")
    left = read_reviewed(path).of("target")
    assert [t.target.quantity for t in left] == [first.target.quantity]


def git(folder, *words):
    asked = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words]
    return subprocess.run(asked, cwd=folder, capture_output=True, text=True, check=False)


def test_git_merges_the_decisions_of_two_branches(path):
    folder = path.parent
    measures = sorted(read_plan(path).of("measure"), key=lambda e: _key(path, e.id))
    run(path, measures[1].id, "accept")
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "a"]):
        assert git(folder, *words).returncode == 0
    git(folder, "checkout", "-qb", "other")
    run(path, measures[-1].id, "accept", by="乙")
    git(folder, "commit", "-qam", "b")
    git(folder, "checkout", "-q", "main")
    run(path, measures[0].id, "reject", by="甲")
    git(folder, "commit", "-qam", "c")
    assert git(folder, "merge", "-q", "other", "-m", "m").returncode == 0
    assert {d.by for d in load(review_file(path))} == {"林岚", "甲", "乙"}


def test_the_file_is_the_same_whatever_the_order(tmp_path):
    made = [
        Decision(f"{n:016x}", "measure", "accept", by, "2026-01-01T00:00:00Z", f'说"{n}"\n\\')
        for n in range(5)
        for by in "ab"
    ]
    one, two = tmp_path / "1", tmp_path / "2"
    save(one, made)
    save(two, reversed(made))
    assert one.read_bytes() == two.read_bytes()
    assert load(one) == made


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("version = 2\n", "version 2"),
        ("version = 1\n<<<<<<< HEAD\n", "line 2 holds a conflict"),
        ("version = 1\n[[decision]]\nhash = 'x'\n", "decision 1, hash"),
        ("nonsense", "not valid TOML"),
    ],
)
def test_a_broken_file_is_named(path, text, says):
    review_file(path).write_text(text, "utf-8")
    with pytest.raises(BadDataError, match=says):
        read_reviewed(path)


@pytest.mark.parametrize(
    "words",
    [
        ["P1", "acept"],
        ["nothing", "accept"],
        ["P1", "edit"],
        ["P1", "edit", "colour=red"],
        ["P1", "edit", "horizon=soon"],
        ["P1", "merge", "P1"],
        ["P1", "split", "a", "b"],
        ["add", "wish", "到2030年"],
        ["add", "goal", "不在文中"],
    ],
)
def test_a_wrong_decision_is_refused_and_nothing_is_written(path, words):
    with pytest.raises(UsageError):
        desk(path, "甲").decide(words)
    assert not review_file(path).exists()


def test_a_review_needs_a_name(path):
    with pytest.raises(UsageError, match="needs a name"):
        desk(path, " ")


def test_a_pipe_lists_what_is_left(path):
    run(path, of(path, "优化").id, "accept")
    rows = [r.split("\t") for r in run(path, "list", "unreviewed").stdout.splitlines()]
    assert rows[0] == ["id", "kind", "review", "confidence", "quote"]
    assert "优化营商环境" not in {r[4] for r in rows}
    shown = json.loads(run(path, "show", of(path, "优化").id).stdout)
    assert shown["review"] == "accepted"


def test_kappa_by_hand():
    # 2x2 table of Cohen's form: yes/yes 20, yes/no 5, no/yes 10, no/no 15: po 0.7, pe 0.5
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([("y", "y")] * 3) is None
    assert kappa([]) is None


def test_alpha_by_hand():
    # Krippendorff 2011, B: two observers, binary, 10 units, no missing data: alpha 0.095
    meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert alpha(list(zip(map(str, meg), map(str, owen), strict=True))) == pytest.approx(
        0.095, abs=5e-4
    )
    assert alpha([("a", "a"), ("a", "a")]) is None
    assert alpha([("a", "a"), ("b", "b")]) == 1.0


def test_agreement_of_two_reviewers_through_the_verb(path):
    for n, measure in enumerate(read_plan(path).of("measure")):
        run(path, measure.id, "accept", by="甲")
        run(path, measure.id, "reject" if n == 0 else "accept", by="乙")
    found = agreement(load(review_file(path)))
    assert (found.units, found.pairs[0].both, found.pairs[0].observed) == (4, 4, 0.75)
    rows = [r.split("\t") for r in run(path, "agreement").stdout.splitlines()]
    assert rows[1] == ["乙", "甲", "4", "0.750", "0.000"]
    assert rows[2][0] == "alpha"
