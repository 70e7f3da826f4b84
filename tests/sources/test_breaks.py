"""Breaks of the source are said in both languages, and only where they are crossed."""

import pytest

from hubscope.sources.openalex.breaks import BREAKS, crossed
from hubscope.words import LANGUAGES, say


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_break_has_its_words(lang):
    assert all(say(lang, f"sources.breaks.{b}") for b in BREAKS)


def test_a_break_is_crossed_by_releases_on_both_sides():
    assert crossed(["2025-06-01", "2026-03-01"]) == ["2025-11-12", "2026-02-01"]
    assert crossed(["2025-11-12", "2025-12-01"]) == []
    assert crossed(["2025-11-11", "2025-11-12"]) == ["2025-11-12"]
    assert crossed([]) == []
