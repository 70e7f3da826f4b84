"""The views that the queries of all indicators share, over the star of an engine."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyarrow as pa

from hubscope.indicators.beside import Beside
from hubscope.indicators.citation_graph import disruption
from hubscope.indicators.key_fields import key_fields
from hubscope.nouns import Hub
from hubscope.store.dialect import Engine


@dataclass(frozen=True, slots=True)
class View:
    """A shared view: its name, its text, and what its rows belong to."""

    name: str
    key: str
    """What a row follows from, as its first line says: the `work` or the `author` itself; a work
    and what it is `citing`; a work and what it is `cited` by; or the `whole` of the works."""
    sql: str


@cache
def base_views() -> tuple[View, ...]:
    """The views that all queries share, in the order in which they are made."""
    return _views("base")


@cache
def cover_views() -> tuple[View, ...]:
    """The views that coverage reads beside them; they need the table `located`."""
    return _views("cover")


def _views(folder: str) -> tuple[View, ...]:
    at = files("hubscope") / "indicators" / folder
    found = sorted(f.name for f in at.iterdir() if f.name.endswith(".sql"))
    return tuple(_view(n, (at / n).read_text("utf-8")) for n in found)


def _view(file: str, text: str) -> View:
    said, rest = text.split("\n", 1)
    key = said.removeprefix("-- ").removeprefix("By ").rstrip(".").lower()
    return View(file.split("_", 1)[1].removesuffix(".sql"), key, rest)


def read_by(*queries: str) -> list[View]:
    """The shared views that queries read, directly or through others, in order."""
    wanted: set[str] = set()
    for view in reversed(base_views()):
        readers = [*queries, *(v.sql for v in base_views() if v.name in wanted)]
        if any(mentions(sql, view.name) for sql in readers):
            wanted.add(view.name)
    return [v for v in base_views() if v.name in wanted]


def mentions(sql: str, name: str) -> bool:
    """Whether a query reads the table or view `name`."""
    return re.search(rf"\b(FROM|JOIN)\s+{name}\b", sql) is not None


def hub_numbers(hubs: Iterable[str]) -> dict[str, int]:
    """The number of each hub in the queries: from 1 in the order of ids; 0 is the world."""
    return {hub: n for n, hub in enumerate(sorted(hubs), 1)}


def prepare(
    engine: Engine,
    members: pa.Table,
    hubs: Mapping[str, Hub],
    beside: Beside | None = None,
    queries: Sequence[str] | None = None,
) -> dict[str, int]:
    """Make the shared views in `engine`; the number of each hub in them.

    Args:
        engine: with the star's tables, `institutions` and `topic_tree`.
        members: hub and institution.
        hubs: the hubs by id; their economy and region (`part_of`) decide what is abroad or near.
        beside: people of the hubs and curated lists; none by default.
        queries: the views that these read are made; all where it is None.
    """
    numbers, tables = beside_the_star(engine, members, hubs, beside)
    for name, table in tables.items():
        engine.give(name, table)
    for view in base_views() if queries is None else read_by(*queries, _ALWAYS):
        engine.define(view.name, view.sql)
    if queries is None or any(mentions(q, "disruption") for q in queries):
        engine.give("disruption", disruption(engine))
    return numbers


def beside_the_star(
    engine: Engine, members: pa.Table, hubs: Mapping[str, Hub], beside: Beside | None = None
) -> tuple[dict[str, int], dict[str, pa.Table]]:
    """The number of each hub, and the tables that the queries read beside the star, by name."""
    numbers = hub_numbers({*members["hub"].to_pylist()} & set(hubs))
    tree = engine.rows("SELECT * FROM topic_tree", "topic_tree")
    tables = {
        "hubs": hub_table(hubs, numbers),
        "members": member_table(members, numbers),
        "key_fields": key_fields(tree),
    }
    return numbers, tables | (beside or Beside()).tables(numbers)


_ALWAYS = "FROM counted JOIN hub_works"


def hub_table(hubs: Mapping[str, Hub], numbers: Mapping[str, int]) -> pa.Table:
    """The hubs by number, with what decides what is abroad (economy) and near (region)."""
    regions = {r: n for n, r in enumerate(sorted({h.part_of for h in hubs.values()} - {""}), 1)}
    rows = [
        {
            "hub": number,
            "id": hub,
            "country": hubs[hub].economy if len(hubs[hub].economy) == 2 else None,
            "region": regions.get(hubs[hub].part_of),
        }
        for hub, number in numbers.items()
    ]
    types = [("hub", pa.int32()), ("id", pa.string()), ("country", pa.string())]
    return pa.Table.from_pylist(rows, schema=pa.schema([*types, ("region", pa.int32())]))


def member_table(
    members: pa.Table, numbers: Mapping[str, int], of: str = "institution"
) -> pa.Table:
    """Which institution (or what else `of` names) lies in which hub, by the hub's number."""
    rows = [
        {"hub": numbers[r["hub"]], of: r["institution"]}
        for r in members.to_pylist()
        if r["hub"] in numbers
    ]
    types = [("hub", pa.int32()), (of, pa.int64())]
    return pa.Table.from_pylist(rows, schema=pa.schema(types))
