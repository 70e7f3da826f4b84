"""What to look at next: every open matter once, each with the way to its sentence."""

from dataclasses import replace

import pytest

from hubscope.portal.sheets import ahead, story
from hubscope.portal.view import View
from hubscope.words import words


def told(observatory, lang="en", **changes):
    view = View(replace(observatory, **changes), lang, "index")
    return [str(s) for s in ahead.sentences(view, observatory.focus)]


def test_open_matters_come_in_order_of_urgency(observatory):
    plain = [View(observatory, "en", "index").t("ahead.short", names="").striptags()[:10]]
    found = told(observatory)
    assert found[0].startswith(plain[0])
    assert "Basic research share" in found[0]
    assert [s.split(":")[0] for s in found] == [
        "Short of the target",
        "A figure is wanted",
        "The plan names no number, so nothing can settle it",
        "Nothing comparable between hubs is known yet for",
    ]


def test_each_name_leads_to_its_verdict(observatory):
    missed = next(v for v in observatory.verdicts if v.kind == "missed")
    assert f"#{story.anchor(missed)}" in told(observatory)[0]


def test_what_stands_well_is_not_listed(observatory):
    met = tuple(v for v in observatory.verdicts if v.kind in ("met", "on_target"))
    assert met
    assert told(observatory, verdicts=met, index=None) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_reason_for_not_knowing_has_a_kind_and_words(lang):
    reasons = {k for k in words("en") if k.startswith("progress.")}
    assert set(ahead.WANTS) <= reasons
    assert {f"portal.ahead.{k}" for k in ahead.ORDER} <= set(words(lang))
    assert set(ahead.WANTS.values()) | {"short", "forces"} == set(ahead.ORDER)
