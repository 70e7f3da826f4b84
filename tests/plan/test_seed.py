"""The press report: page furniture out, five forces, six principles, six programmes, no target."""

import pytest

from hubscope.plan import as_json, from_json, read_plan

SEED = "01_seed_gmw_beijing"


@pytest.fixture
def plan(document):
    return read_plan(document(f"{SEED}.txt"))


def spans(elements, *kinds):
    return [(e["id"], e["kind"], e["start"], e["end"]) for e in elements if e["kind"] in kinds]


@pytest.mark.parametrize(
    "kinds",
    [
        ("force", "force_set"),
        ("goal", "vision"),
        ("principle", "requirement_set"),
        ("slogan", "slogan_item"),
        ("programme", "programme_set"),
        ("measure", "result", "mechanism"),
    ],
)
def test_ids_and_spans_are_those_of_the_gold(plan, gold, kinds):
    assert spans(as_json(plan)["elements"], *kinds) == spans(gold(SEED)["elements"], *kinds)


def test_every_quote_is_the_text_between_its_offsets(plan):
    for element in plan.elements:
        for span in (element.span, *element.parts.values()):
            assert plan.text[span.start : span.end] == span.quote


def test_speakers_are_named_ones_and_never_carried_over(plan, gold):
    for row in gold(SEED)["elements"]:
        if "speaker" in row:
            assert plan.get(row["id"]).speaker == row["speaker"]
    assert {e.speaker for e in plan.of("principle", "programme", "measure", "mechanism")} == {None}


def test_means_footing_and_more_are_those_of_the_gold(plan, gold):
    for row in gold(SEED)["elements"]:
        for part in ("means", "footing", "more"):
            if part in row:
                assert plan.get(row["id"]).parts[part].quote == row[part]["quote"]


def test_principles_slogan_and_programmes_are_aligned(plan, gold):
    for row in gold(SEED)["elements"]:
        for key in ("programme", "principle", "slogan"):
            if key in row:
                assert plan.details[row["id"]][key] == row[key]


def test_there_is_no_target_and_the_horizons_are_two(plan):
    assert plan.of("target") == ()
    assert {e.horizon for e in plan.elements} == {None, 2025, 2035}


def test_page_furniture_and_recommended_reading_are_no_article(plan, gold):
    article = [r for r in plan.regions if r.kind == "article"]
    expected = [(r["start"], r["end"]) for r in gold(SEED)["regions"] if r["kind"] == "article"]
    assert [(r.start, r.end) for r in article] == expected
    reading = [r for r in plan.regions if r.kind == "recommended_reading"]
    assert reading[0].start == 1620
    facts = gold(SEED)["document"]
    for key in ("title", "publisher", "published", "editor"):
        assert plan.document[key] == facts[key]


def test_json_gives_the_same_plan_back(plan):
    assert from_json(as_json(plan)) == plan
