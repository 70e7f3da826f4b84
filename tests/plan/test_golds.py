"""Agreement with the hand-made golds; the bars are those the project set itself."""

import pytest

from hubscope.plan import read_plan
from hubscope.plan.score import score

GOLDS = [
    "01_seed_gmw_beijing",
    "02_zh_digital_economy_14fyp",
    "05_en_fds_2021_action_plan",
    "07_en_uk_gov_digital_strategy_2012",
    "s1_zh_synth_news_targets",
    "s3_zh_synth_table",
]
BARS = {
    "programme": 0.95,
    "force": 0.95,
    "commitment": 0.95,
    "principle": 0.95,
    "milestone": 0.95,
    "measure": 0.85,
    "target": 0.9,
}


@pytest.fixture(params=GOLDS)
def scores(request, gold, document):
    return score(gold(request.param), read_plan(document(f"{request.param}.txt")))


def test_each_kind_reaches_its_bar(scores):
    below = {k: a.f1 for k, a in scores.overlap.items() if a.f1 < BARS.get(k, 0.0)}
    assert below == {}


def test_targets_are_exact_and_no_fact_is_one(scores):
    assert scores.targets.recall >= 0.9
    assert scores.false_targets == ()


def test_speakers_are_exact(scores):
    assert scores.speakers.recall == 1.0


@pytest.mark.parametrize("name", GOLDS)
def test_offsets_hold(name, document):
    plan = read_plan(document(f"{name}.txt"))
    spans = [e.span for e in plan.elements] + [s for e in plan.elements for s in e.parts.values()]
    assert all(plan.text[s.start : s.end] == s.quote and s.quote for s in spans)
    ids = [e.id for e in plan.elements]
    assert len(ids) == len(set(ids))
    assert {e.parent for e in plan.elements} - {None} <= set(ids)


def test_the_score_sees_a_wrong_reading(gold, document):
    """A gold scored against another document's reading agrees on nothing."""
    other = score(gold("s1_zh_synth_news_targets"), read_plan(document("s3_zh_synth_table.txt")))
    assert other.targets.right == 0
    assert other.overlap["goal"].f1 == 0.0
    assert len(other.false_targets) == 5


def test_the_whole_article_of_a_government_page_is_kept(document, gold):
    name = "02_zh_digital_economy_14fyp"
    plan = read_plan(document(f"{name}.txt"))
    article = [r for r in plan.regions if r.kind == "article"]
    wanted = next(r for r in gold(name)["regions"] if r["kind"] == "article")
    assert article[0].start <= wanted["start"]
    assert article[-1].end >= wanted["end"] - 1
    assert plan.document["number"] == gold(name)["document"]["number"]
