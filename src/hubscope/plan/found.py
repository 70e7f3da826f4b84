"""A target found in a clause, with the place of its number and what binds it."""

from __future__ import annotations

from dataclasses import dataclass

from hubscope.nouns import Target


@dataclass(frozen=True, slots=True)
class Found:
    """A target in a clause: `start:end` of the quantity, nature of the number."""

    target: Target
    start: int
    end: int
    lead: str
    """The words of the clause before the number, which tell whether it stands alone."""
    bound: bool
    """True where words of an operator bind the number; bare numbers need a target's context."""
