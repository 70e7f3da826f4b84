"""How sure a portfolio is: how often each bid is in it when scores are drawn anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hubscope.calls.portfolio.choose import Flags, Floats, Limits, Pool, rows, solve

SURE = 0.95
"""A bid in at least this share of draws is safe; one in at most 1 - SURE is out."""


@dataclass(frozen=True, slots=True)
class Band:
    """Bids by how often they are included, (P,) each."""

    frequency: Floats
    safe: Flags
    contested: Flags


def inclusion(
    score: Floats, sd: Floats, pool: Pool, limits: Limits, *, draws: int, seed: int
) -> Floats:
    """Share of draws in which each bid is in the best portfolio, (P,).

    Scores are drawn around `score` with their standard errors; an unknown error counts as none.
    """
    rng = np.random.default_rng(seed)
    held, spread = rows(pool, limits), np.nan_to_num(sd)
    count = np.zeros(len(score))
    for _ in range(draws):
        drawn = np.maximum(score + spread * rng.standard_normal(len(score)), 0.0)
        count += solve(drawn, pool.cost, held, gap=1e-3).chosen
    return count / draws


def band(frequency: Floats, sure: float = SURE) -> Band:
    """Who is safe, and who is contested, at this share of draws."""
    safe = frequency >= sure
    return Band(frequency, safe, ~safe & (frequency > 1 - sure))
