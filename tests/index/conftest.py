"""Small data for the index tests."""

from __future__ import annotations

import pytest

from hubscope.index import Framework, Recipe


@pytest.fixture
def toy():
    """Six units, two groups of two indicators, one of them empty above nothing."""
    return {
        "unit": ["a", "b", "c", "d", "e", "f"],
        "w": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        "x": [3.0, 1.0, 2.0, 6.0, 5.0, 4.0],
        "y": [2.0, 9.0, 4.0, 3.0, 7.0, 5.0],
        "z": [8.0, 1.0, 3.0, 2.0, 9.0, 4.0],
    }


@pytest.fixture
def tree():
    return Framework.read(
        {
            "code": ["w", "x", "y", "z", "first", "second", "top"],
            "level": [1, 1, 1, 1, 2, 2, 3],
            "parent": ["first", "first", "second", "second", "top", "top", ""],
            "direction": [1, 1, 1, -1, 1, 1, 1],
            "weight": [1, 3, 1, 1, 2, 1, 1],
        }
    )


@pytest.fixture
def plain():
    return Recipe.of({"do": "normalise", "low": 1, "high": 100}, {"do": "aggregate"})
