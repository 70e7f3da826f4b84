"""Whole passages of our own: every kind of element with its span, every target with its value."""

import pytest

from .labelled import KINDS, agreement, passages
from .test_grammar import spelled

BARS = {"measure": 0.85, "target": 0.9}


@pytest.fixture(scope="module")
def found():
    return agreement(lambda t: spelled(t, detail=False))


@pytest.mark.parametrize("kind", KINDS)
def test_the_labelled_elements_are_found(found, kind):
    counts, missed, extra = found
    words = [x for x in (*missed, *extra) if f" {kind} " in x]
    assert counts[kind].f1 >= BARS.get(kind, 0.95), words


def test_the_marks_come_out_of_the_text_again():
    for name, text, labels in passages():
        assert "⟦" not in text
        assert "¦" not in text
        assert all(0 <= w.start < w.end <= len(text) for w in labels), name
