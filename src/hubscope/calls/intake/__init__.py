"""Needs, bids, experts, ties and reviews from tables: all rows, or none and every bad one named."""

from hubscope.calls.intake.load import KINDS, load
from hubscope.calls.intake.sheet import read_sheet

__all__ = ["KINDS", "load", "read_sheet"]
