"""The indicators that are computed from the works: each with how its rows are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from hubscope.errors import HubscopeError, nearest
from hubscope.indicators import fold
from hubscope.indicators.catalogue import definitions
from hubscope.nouns import Indicator


class WorksSettings(BaseModel):
    """The `[works]` table of a definition."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Literal[fold.KINDS]  # type: ignore[valid-type]
    resampled: Literal["work", "author"] = "work"
    scale: float = 1.0
    least: int = 1
    """Fewer works or authors than this give no value: aggregates of persons are of ten or more."""
    mature: int = 0
    """Years that must have passed since, so that citations have settled."""
    by_year: bool = False
    """Summed year by year: partners squared, in every draw, are much at once."""


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator that is computed from the works."""

    indicator: Indicator
    settings: WorksSettings
    sql: str


@cache
def measures() -> dict[str, Measure]:
    """The shipped indicators with a `[works]` table, by id."""
    return {
        i.id: Measure(i, WorksSettings.model_validate(more), sql)
        for i, more, sql in definitions()
        if more is not None
    }


def chosen(ids: Sequence[str] = ()) -> list[Measure]:
    """The measures called `ids`, or all."""
    every = measures()
    strange = [i for i in ids if i not in every]
    if strange:
        raise HubscopeError(
            f"no indicator from works is called {strange[0]}", hint=nearest(strange[0], every)
        )
    return [every[i] for i in ids or sorted(every)]
