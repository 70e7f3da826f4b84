"""Chains that several tests use."""

from pathlib import Path

import pytest

from hubscope.sources.chains import read_pair
from hubscope.sources.eto import read_folder
from hubscope.sources.raw import raw

GOOD = Path(__file__).parent / "good_pair"


@pytest.fixture(scope="session")
def small():
    """A chain of three inputs, two countries, a residual and a firm."""
    return read_pair(raw(GOOD / "nodes.csv"), raw(GOOD / "links.csv"))


@pytest.fixture(scope="session")
def eto(shared):
    """The chip supply chain."""
    return read_folder(shared / "data" / "chains" / "eto_chip", retrieved="2026-11-23")
