"""How far a link may be trusted: the grade of its evidence and the spread that goes with it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from hubscope.sources.chain_tables import Chain


@dataclass(frozen=True, slots=True)
class Grade:
    """What a knock-out may vary about a share of this grade."""

    letter: str
    error: float
    """A stated share is off by at most this part of itself."""
    unlisted: float
    """At most this part of a stated share is held by providers that the source does not list."""


GRADES = {
    "published": Grade("A", 0.05, 0.05),
    "derived": Grade("B", 0.10, 0.10),
    "secondary": Grade("C", 0.20, 0.20),
    "estimated": Grade("D", 0.30, 0.30),
    "target": Grade("E", 1.0, 1.0),
}
"""Conventions, not measurements: they stand in docs/reference/chains.md and can be replaced."""


LETTERS = {g.letter: g for g in GRADES.values()}


def link_grades(chain: Chain) -> pl.DataFrame:
    """The letter of every evidence: evidence, grade."""
    evidence = pl.DataFrame(pl.from_arrow(chain.evidence.select(["id", "status"])))
    letters = {status: g.letter for status, g in GRADES.items()}
    grade = pl.col("status").replace_strict(letters, return_dtype=pl.String).alias("grade")
    return evidence.select(pl.col("id").alias("evidence"), grade)
