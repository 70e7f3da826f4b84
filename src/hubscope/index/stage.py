"""What travels from step to step: the rows kept, their values, and the weights so far."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from hubscope.errors import BadDataError, nearest
from hubscope.index.data import Data
from hubscope.index.framework import Framework
from hubscope.index.table import Array


@dataclass(frozen=True, eq=False)
class Stage:
    """The state between two steps.

    `values` is units x indicators, or draws x units x indicators where many versions of the data
    pass through the same steps at once.
    """

    data: Data
    framework: Framework
    rows: np.ndarray[Any, np.dtype[np.int64]]
    """Rows of the data still in."""
    values: Array
    weights: Mapping[str, float | Array] = field(default_factory=dict)
    """Share of each element in its group."""
    scores: Mapping[str, Array] = field(default_factory=dict)
    """Scores of each aggregate, once aggregated."""
    notes: tuple[str, ...] = ()
    """What the step did that a reader must know."""
    audit: Mapping[str, Any] = field(default_factory=dict)
    """Details of the step: points treated, lambda fitted, units removed."""

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Codes of the units still in."""
        return tuple(self.data.units[i] for i in self.rows)

    @cached_property
    def times(self) -> tuple[str, ...]:
        """Time of each row still in; empty when the data is no panel."""
        return tuple(self.data.time[i] for i in self.rows) if self.data.time else ()

    def with_values(self, values: Array, **changes: Any) -> Stage:
        """The stage after a step that changed the values."""
        return replace(self, values=values, **changes)

    def blocks(self, over: str) -> Iterator[Any]:
        """Row selections that a step works on one by one: all rows, or each time's rows."""
        if over not in {"all", "year", "unit"}:
            raise BadDataError(f"over = {over!r}", hint='over = "year" or "all"')
        if over == "all" or not self.times:
            yield slice(None)
            return
        labels = self.times if over == "year" else self.units
        for label in dict.fromkeys(labels):
            yield np.flatnonzero(np.array(labels) == label)

    def select(self, codes: Iterable[str] | None) -> list[int]:
        """Positions of the named indicators (all when None); unknown names are an error."""
        known = self.framework.indicators
        if codes is None:
            return list(range(len(known)))
        wanted = [codes] if isinstance(codes, str) else list(codes)
        unknown = [c for c in wanted if c not in known]
        if unknown:
            raise BadDataError(
                f"no indicators {', '.join(unknown)}", hint=nearest(unknown[0], known)
            )
        return [known.index(c) for c in wanted]


def start(data: Data, framework: Framework) -> Stage:
    """The stage before the first step."""
    return Stage(data, framework, np.arange(len(data)), data.values, framework.weights())
