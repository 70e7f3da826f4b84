"""Who wrote with whom, from the store's works.

The works hold authors as OpenAlex numbers and never by name, so a person is looked up by the number
that the call gives behind the name: "Chen Yi (A5023888391)". Names alone are not guessed at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from hubscope.store import Store
from hubscope.store.works import loaded
from hubscope.store.works_views import connect_works

YEARS = 4
"""Works of this and so many earlier years count; 48 months is NSF's usual figure."""
_NUMBER = re.compile(r"\bA(\d{4,})\b")


def number_of(name: str) -> int | None:
    """The OpenAlex number of an author behind a name, where it is given."""
    found = _NUMBER.search(name)
    return int(found[1]) if found else None


def coauthors(root: Path, names: Iterable[str], now: datetime) -> Callable[[str], Iterable[str]]:
    """For a name the other names that share a recent work with it, of those given.

    `root` is the workspace; without works in its store nobody has co-authors.
    """
    known = {n: i for n in names if (i := number_of(n)) is not None}
    store = Store(root / "store")
    if len(known) < 2 or not loaded(store):
        return lambda _name: ()
    by_number: dict[int, list[str]] = defaultdict(list)
    for name, number in known.items():
        by_number[number].append(name)
    together: dict[str, set[str]] = defaultdict(set)
    for one, other in _pairs(store, list(by_number), now.year - YEARS):
        for name in by_number[one]:
            together[name].update(by_number[other])
    return lambda name: together.get(name, ())


def _pairs(store: Store, numbers: list[int], since: int) -> list[tuple[int, int]]:
    with connect_works(store, memory="512MB") as engine:
        return engine.execute(
            """
            SELECT DISTINCT a.author, b.author
            FROM authorships AS a JOIN authorships AS b USING (work)
            WHERE a.author <> b.author AND a.year >= ?
              AND list_contains(?, a.author) AND list_contains(?, b.author)
            """,
            [since, numbers, numbers],
        ).fetchall()
