"""The index as the store holds it, checked on the way in; nothing here is computed."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class ForceScore(_Part):
    """One force of one hub; a force without data is None in the index, never zero."""

    score: float
    lo: float
    hi: float
    available: int
    indicators: int


class HubScore(_Part):
    """One hub's score with its range, its rank with its range, and whom it cannot be told from."""

    hub: str
    score: float
    lo: float
    hi: float
    rank: int
    rank_lo: int
    rank_hi: int
    ties: tuple[str, ...] = ()
    available: int
    indicators: int
    forces: dict[str, ForceScore | None]


class Coverage(_Part):
    """How many indicators feed a force, and for how many hubs."""

    indicators: int
    hubs: int
    codes: tuple[str, ...] = ()


class Sensitivity(_Part):
    """How much of the spread of ranks one factor explains, alone and with all others."""

    factor: str
    first: float
    total: float


class Sweep(_Part):
    """How far ranks move when one indicator's weight runs from `low` to `high`."""

    code: str
    low: float
    high: float
    median_span: float
    hubs: dict[str, tuple[int, int]]


class Recipe(_Part):
    """The steps that make the index and the factors that are drawn at random."""

    hash: str
    steps: list[dict[str, Any]]
    factors: list[Any] = []


class Index(_Part):
    """One year's index of all hubs."""

    year: int
    level: float
    draws: int
    seed: int
    recipe: Recipe
    hubs: list[HubScore]
    coverage: dict[str, Coverage]
    inputs: dict[str, dict[str, int]] = {}
    """The year of the observation taken, by hub and indicator."""
    sensitivity: list[Sensitivity] = []
    sweep: Sweep | None = None

    def of(self, hub: str) -> HubScore | None:
        """The row of `hub`, or None where the index does not cover it."""
        return next((h for h in self.hubs if h.hub == hub), None)

    def ranked(self) -> list[HubScore]:
        """The hubs by rank, ties by name of the id."""
        return sorted(self.hubs, key=lambda h: (h.rank, h.hub))
