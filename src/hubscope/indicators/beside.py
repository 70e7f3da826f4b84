"""What stands beside the star for the queries: people of each hub, curated lists by institution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

YEARS = range(1950, 2101)
"""Years for which the people of a hub are carried from the nearest year that has a figure."""

PEOPLE = pa.schema([("hub", pa.int32()), ("year", pa.int32()), ("people", pa.float64())])
CURATED = pa.schema([("list", pa.string()), ("institution", pa.int64())])
PROGRAMME_FUNDERS = pa.schema([("funder", pa.int64()), ("country", pa.string())])
LISTED_ECONOMIES = pa.schema([("list", pa.string()), ("country", pa.string())])


@dataclass(frozen=True, slots=True)
class Beside:
    """Empty where nothing is known: the indicators that need it then have no value."""

    people: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    """Number of people by year of each hub, by its id."""
    curated: pa.Table = field(default_factory=CURATED.empty_table)
    """list and institution, each institution once a list, its children included."""
    programme_funders: pa.Table = field(default_factory=PROGRAMME_FUNDERS.empty_table)
    """Funders of national programmes with their economy."""
    economies: pa.Table = field(default_factory=LISTED_ECONOMIES.empty_table)
    """The economies that each list speaks of: a hub elsewhere has no value, not zero."""

    def tables(self, numbers: Mapping[str, int]) -> dict[str, pa.Table]:
        """The tables as the queries see them; hubs by their number."""
        known = ((numbers[h], years) for h, years in self.people.items() if h in numbers and years)
        rows = [row for hub, years in known for row in _each_year(hub, years)]
        return {
            "people": pa.Table.from_pylist(rows, schema=PEOPLE),
            "curated": self.curated,
            "programme_funders": self.programme_funders,
            "listed_economies": self.economies,
        }


def _each_year(hub: int, years: Mapping[int, float]) -> Iterable[dict[str, Any]]:
    """The figure of the year, else of the nearest year; of two equally near ones the earlier."""
    for year in YEARS:
        near = min(years, key=lambda y, at=year: (abs(y - at), y))  # type: ignore[misc]
        yield {"hub": hub, "year": year, "people": years[near]}
