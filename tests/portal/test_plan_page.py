"""The plan page of documents that nobody wrote for us: each can be read and shown."""

import re
from dataclasses import replace

import pytest
from markupsafe import escape

from hubscope.plan import as_json, read_plan
from hubscope.portal.observatory import read_plans
from hubscope.portal.sheets import plan as plan_sheet
from hubscope.portal.site import written
from hubscope.workspace import PlanDocument

DOCUMENTS = (
    "01_seed_gmw_beijing",
    "02_zh_digital_economy_14fyp",
    "05_en_fds_2021_action_plan",
    "s1_zh_synth_news_targets",
    "s3_zh_synth_table",
)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_any_plan_can_be_shown_in_both_languages(name, shared, observatory):
    read = read_plan(shared / "documents" / f"{name}.txt")
    document = PlanDocument(id="some-plan", hub="beijing", issued="2021")
    lang = "en" if "_en_" in name else "zh"
    pairs = read_plans({"some-plan": {lang: as_json(read)}}, [document])
    seen = replace(observatory, plans=pairs, verdicts=())
    for shown in ("zh", "en"):
        page = next(written(plan_sheet.sheet(pairs["some-plan"]), seen, shown))
        text = page.body.decode()
        ids = re.findall(r' id="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        for element in read.elements:
            if element.kind != "plan" and not element.kind.endswith("_set"):
                assert f'id="{element.id}"' in text
                assert str(escape(element.span.quote)) in text
        assert ("这一语言" in text or "no version in this language" in text) is (shown != lang)


def test_the_seed_names_its_speaker(shared, observatory):
    read = read_plan(shared / "documents" / "01_seed_gmw_beijing.txt")
    document = PlanDocument(id="seed", hub="beijing", issued="2021")
    pairs = read_plans({"seed": {"zh": as_json(read)}}, [document])
    seen = replace(observatory, plans=pairs, verdicts=())
    text = next(written(plan_sheet.sheet(pairs["seed"]), seen, "zh")).body.decode()
    assert text.count("讲话人： 李萌") >= 5
    assert "布局国家战略科技力量" in text
