"""A plan that is nothing but a title and a list of promises is read too."""

import pytest

from hubscope.plan import read_text


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("# Plan\n\n- By 2030, R&D spending of about 3 % of GDP.\n", [("≈", 3, "%", 2030)]),
        (
            "# Plan\n\n- R&D spending reaches 3 % of GDP by 2030.\n- Open 12 labs by 2030.\n",
            [(">=", 3, "%", 2030), ("=", 12, "labs", 2030)],
        ),
        (
            "# 规划\n\n- 到2030年，研发经费占GDP比重达到3%左右。\n- 天气很好。\n",
            [("≈", 3, "%", 2030)],
        ),
    ],
)
def test_items_of_a_list_without_a_telling_heading(text, wishes):
    plan = read_text(text, name="plan.md")
    assert plan.of("plan")
    found = [e.target for e in plan.of("target")]
    assert [(t.operator, t.quantity, t.unit, t.year) for t in found] == wishes
