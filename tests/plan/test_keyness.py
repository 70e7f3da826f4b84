"""What a plan stresses: log ratio and G2 by hand, intervals, words of both languages."""

import json
import math
from collections import Counter

import pytest
from typer.testing import CliRunner

from hubscope.cli.app import app
from hubscope.errors import UsageError
from hubscope.plan import read_text
from hubscope.plan.keyness import compare, difference, keyness, log_likelihood, words

QUANTUM = (
    "# 甲市规划\n\n"
    + "到2030年，量子信息研究取得突破，建设量子实验室。\n\n" * 8
    + "优化营商环境。\n"
)
HARBOUR = (
    "# 乙市规划\n\n" + "到2030年，港口吞吐能力提升，建设智慧码头。\n\n" * 8 + "优化营商环境。\n"
)


def plan(text):
    return read_text(text, name="x")


def test_g2_by_hand():
    # word 10 of 100 against 5 of 200: expected 5 and 10: 2*(10 ln 2 + 5 ln 0.5) = 10 ln 2
    assert log_likelihood(10, 5, 100, 200) == pytest.approx(10 * math.log(2))
    assert log_likelihood(5, 10, 100, 200) == pytest.approx(0)


def test_the_log_ratio_by_hand():
    mine = [Counter({"a": 3, "b": 7})]
    theirs = [Counter({"a": 1, "b": 9})]
    found = {s.word: s for s in compare(mine, theirs)}
    assert found["a"].log_ratio == pytest.approx(math.log2((3.5 / 11) / (1.5 / 11)))
    assert found["a"].rate == pytest.approx(3000)


def test_what_each_plan_stresses():
    found = keyness(plan(QUANTUM), [plan(HARBOUR)])
    more, less = difference(found, 12)
    assert "量子信息" in {s.word for s in more}
    assert {"港口", "码头"} & {s.word for s in less}
    shared = next(s for s in found if s.word == "营商环境")
    assert not shared.clear
    assert shared.lo <= shared.log_ratio <= shared.hi


def test_a_plan_against_itself_stresses_nothing():
    assert difference(keyness(plan(QUANTUM), [plan(QUANTUM)]), 9) == ([], [])


def test_a_burst_in_one_paragraph_is_less_sure_than_a_word_used_throughout():
    spread = [Counter({"w": 1, "x": 9}) for _ in range(10)]
    burst = [Counter({"w": 10, "x": 0}), *[Counter({"x": 10}) for _ in range(9)]]
    other = [Counter({"w": 1, "x": 19}) for _ in range(5)]
    wide = next(s for s in compare(burst, other) if s.word == "w")
    tight = next(s for s in compare(spread, other) if s.word == "w")
    assert wide.count == tight.count
    assert wide.hi - wide.lo > tight.hi - tight.lo


def test_the_same_seed_gives_the_same_intervals():
    assert keyness(plan(QUANTUM), [plan(HARBOUR)]) == keyness(plan(QUANTUM), [plan(HARBOUR)])


def test_words_keep_terms_whole_and_leave_out_small_words():
    assert words("推行揭榜挂帅，以及人工智能", "zh").count("揭榜挂帅") == 1
    assert words("The plan will build the laboratories", "en") == ["plan", "build", "laboratories"]


def test_plans_of_two_languages_are_not_compared():
    english = plan("# Plan\n\nBy 2030, R&D intensity will exceed 3.5% of GDP.\n")
    with pytest.raises(UsageError):
        keyness(plan(QUANTUM), [english])
    with pytest.raises(UsageError):
        keyness(plan(QUANTUM), [])


def test_the_verb(tmp_path):
    paths = [tmp_path / "a.md", tmp_path / "b.md"]
    for path, text in zip(paths, (QUANTUM, HARBOUR), strict=True):
        path.write_text(text, "utf-8")
    asked = ["plan", "words", str(paths[0]), "--against", str(paths[1])]
    run = CliRunner().invoke(app, asked, catch_exceptions=False)
    assert any(r.startswith("量子信息\t8\t0\t") for r in run.stdout.splitlines())
    rows = json.loads(CliRunner().invoke(app, [*asked, "--json"]).stdout)
    assert {r["clear"] for r in rows} == {True, False}
