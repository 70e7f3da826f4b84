"""The reference pages name every move, parameter, permission and column that there is."""

from pathlib import Path

import pytest

from hubscope.calls.desk.steps import STEPS
from hubscope.calls.intake import KINDS
from hubscope.calls.permissions import table
from hubscope.calls.workflow import Parameters, definition, presets
from hubscope.words import say

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"en": "calls.md", "zh": "calls.zh-CN.md"}


@pytest.mark.parametrize("lang", PAGES)
def test_the_reference_is_complete(lang):
    page = (ROOT / "docs" / "reference" / PAGES[lang]).read_text("utf-8")
    lines = page.splitlines()
    rules = definition()
    for move in (*rules.call.moves, *rules.bid.moves):
        words = say(lang, f"calls.action.{move.name}")
        sources = [say(lang, f"calls.state.{s}") for s in move.from_]
        rows = [x for x in lines if x.startswith(f"| {words} | `{move.name}` |")]
        assert any(all(s in row for s in sources) for row in rows), move.name
    for name in Parameters.model_fields:
        assert f"| `{name}` |" in page
    assert all(f" {family} " in page for family in presets())
    for part in table():
        assert f"| `{part}` |" in page
    for kind, action in KINDS.items():
        row = [x for x in lines if x.startswith(f"| `{kind}` | ")][-1]
        assert all(f"`{column}`" in row for column in STEPS[action].body.model_fields)
