"""The indicators that are computed from patents: each with how its rows are put together."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import pyarrow as pa

from hubscope.errors import HubscopeError, nearest
from hubscope.indicators import fold
from hubscope.indicators.catalogue import definitions
from hubscope.indicators.works_measures import Measure, WorksSettings

LAG = "lag"
"""The kind that `survival.lag` puts together."""


class PatentsSettings(WorksSettings):
    """The `[patents]` table of a definition."""

    kind: Literal[(*fold.KINDS, "lag")]  # type: ignore[valid-type]
    resampled: Literal["patent", "family", "work"] = "patent"  # type: ignore[assignment]
    until: Literal["patents", "links"] = "patents"
    """What must reach to a year, `mature` years on: the patents, or the pairs with papers."""


@cache
def measures() -> dict[str, Measure]:
    """The shipped indicators with a `[patents]` table, by id."""
    return {
        i.id: Measure(i, PatentsSettings.model_validate(more), sql)
        for i, more, sql in definitions("patents")
        if more is not None
    }


def chosen(ids: Sequence[str] = ()) -> list[Measure]:
    """The measures called `ids`, or all."""
    every = measures()
    strange = [i for i in ids if i not in every]
    if strange:
        raise HubscopeError(
            f"no indicator from patents is called {strange[0]}", hint=nearest(strange[0], every)
        )
    return [every[i] for i in ids or sorted(every)]


@cache
def cpc_sets() -> dict[str, Any]:
    """The published sets: `version`, and for each key technology its prefixes of symbols."""
    text = (files("hubscope") / "indicators/cpc_sets.toml").read_text("utf-8")
    return tomllib.loads(text)


def cpc_table() -> pa.Table:
    """The sets as the queries see them: name and prefix."""
    rows = [
        {"name": name, "prefix": prefix}
        for name, rules in cpc_sets().items()
        if name != "version"
        for prefix in rules["prefixes"]
    ]
    return pa.Table.from_pylist(rows)
