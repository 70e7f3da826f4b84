"""Values of all indicators, from scratch or, after a small change, from what was kept.

Every sum is over units (works or authors), so a change is measured by taking out the units that it
touches as they were and putting them in as they are. All bootstrap draws follow from ids and sums
are exact (`kernels.poisson.GRAIN`), so the result is that of a measurement from scratch. Medians,
and what more than a fifth of all units changed in, are read again in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pyarrow as pa

from hubscope.indicators import fold, touched
from hubscope.indicators.citation_graph import disruption
from hubscope.indicators.fold import Sums, Value
from hubscope.indicators.kept import Kept
from hubscope.indicators.kernels.poisson import DRAWS
from hubscope.indicators.summing import Asked, distinct, finished, last_year, pieces, summed
from hubscope.indicators.works_measures import Measure
from hubscope.indicators.works_views import base_views, cover_views, mentions
from hubscope.store.kept import Facts, KeptEngine, facts, is_whole

MOST = 0.1
"""Share of the works up to which a change is measured as one."""

WHOLE = 0.2
"""Share of the units from which an indicator is read again in full."""

DRIVERS = {
    "work": ("hub_works", "placed", "authorships", "funders"),
    "author": ("present", "moves", "active", "placed", "authorships"),
}
"""Tables of which a query over works or authors needs only the touched rows."""

BY_INSTITUTION = ("members", "curated", "located")
"""Tables that may gain institutions which no earlier work names."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Values by indicator, and how they were made."""

    values: dict[str, list[Value]]
    touched: int | None
    """Works that changed; None where everything was measured from scratch."""
    whole: tuple[str, ...]
    """Indicators that were read again in full."""


def measure(
    engine: KeptEngine, kept: Kept, measures: Iterable[Measure], tables: Mapping[str, pa.Table]
) -> Measured:
    """Measure the works that `engine` shows, and keep what the next measurement can use.

    Args:
        engine: over the store whose views are kept.
        kept: the folder of the sums.
        measures: what is measured.
        tables: what stands beside the star: hubs, members, key fields, lists.
    """
    asked, now = distinct(measures), facts(engine.store)
    about = kept.about()
    context = _context(asked, tables)
    if about.get("context") == context and _fits(engine, tables, before := _facts(about)):
        changed = _change(engine, kept, asked, tables, (before, now, about))
        if changed is not None:
            return changed
        engine.show(now)
    return _scratch(engine, kept, asked, tables, {"context": context, **now.as_json()})


def _facts(about: Mapping[str, Any]) -> Facts:
    return Facts(tuple(about["parts"]), about["superseded"])


def _context(asked: Sequence[Asked], tables: Mapping[str, pa.Table]) -> str:
    """Hash of everything but the works that the kept sums follow from."""
    texts = [v.sql for v in (*base_views(), *cover_views())]
    texts += [f"{a.sql} {a.measures[0].settings}" for a in asked]
    rows = {n: t.to_pylist() for n, t in sorted(tables.items()) if n not in BY_INSTITUTION}
    return sha256(repr((DRAWS, texts, rows)).encode()).hexdigest()


def _fits(engine: KeptEngine, tables: Mapping[str, pa.Table], before: Facts) -> bool:
    """Whether the earlier works still stand, and known institutions are what they were."""
    if not is_whole(engine.store, before):
        return False
    same = "SELECT institution, type, country FROM institutions"
    differ = [f"SELECT institution FROM (TABLE kept.known_institutions EXCEPT {same}) AS gone"]
    for name in BY_INSTITUTION:
        engine.aside_table(f"given_{name}", tables[name])
        one, two = f"TABLE kept.{name}", f"TABLE temp.given_{name}"
        differ.append(
            f"SELECT institution FROM (({one} EXCEPT {two}) UNION ({two} EXCEPT {one})) AS other "
            "SEMI JOIN kept.known_institutions USING (institution)"
        )
    return not any(engine.rows(sql, "kept").num_rows for sql in differ)


def _scratch(
    engine: KeptEngine,
    kept: Kept,
    asked: Sequence[Asked],
    tables: Mapping[str, pa.Table],
    about: dict[str, Any],
) -> Measured:
    kept.distrust()
    for name, table in tables.items():
        engine.give(name, table)
    engine.define("known_institutions", "SELECT institution, type, country FROM institutions")
    for view in (*base_views(), *cover_views()):
        engine.define(view.name, view.sql)
    engine.give("disruption", disruption(engine))
    last = last_year(engine)
    found: dict[str, list[Value]] = {}
    for a in asked:
        for n, sql in enumerate(pieces(engine, a)):
            sums = summed(engine, a, sql)
            if not a.is_median:
                kept.write(a, n, sums)
            _finish(a, sums, last, found)
    kept.trust(about | {"years": _years(engine, "counted")})
    return Measured(found, None, tuple(sorted(found)))


def _years(engine: KeptEngine, counted: str) -> list[int]:
    found = engine.rows(f"SELECT DISTINCT year FROM {counted} ORDER BY year", "years")
    years: list[int] = found["year"].to_pylist()
    return years


def _finish(asked: Asked, sums: Sums, last: int, found: dict[str, list[Value]]) -> None:
    for m in asked.measures:
        found.setdefault(m.indicator.id, []).extend(finished(m, sums, last))


def _change(
    engine: KeptEngine,
    kept: Kept,
    asked: Sequence[Asked],
    tables: Mapping[str, pa.Table],
    states: tuple[Facts, Facts, Mapping[str, Any]],
) -> Measured | None:
    """The values after a change; None where it is too large for that."""
    before, now, about = states
    works = touched.find(engine, before, now)
    if works > MOST * engine.count("kept.counted"):
        engine.forget("near_before", "near_now")
        return None
    touched.renew(engine, before, now)
    if _years(engine, "new_counted") != about["years"]:
        return None
    touched.widen_authors(engine)
    engine.show(before)
    touched.widen_authors(engine)
    limits = _Limits(engine)
    parts = {a: limits.of(a) for a in asked}
    old = {a: list(_of_touched(engine, a, p, limits)) for a, p in parts.items() if p}
    limits.forget()
    kept.distrust()
    engine.show(now)
    for name, table in tables.items():
        engine.give(name, table)
    engine.define("known_institutions", "SELECT institution, type, country FROM institutions")
    touched.apply(engine)
    found: dict[str, list[Value]] = {}
    last = last_year(engine)
    for a in asked:
        was = old.pop(a, None)
        rows = None if was is None else _beside(was, engine, a, parts[a], limits)
        for sums in _renewed(engine, kept, a, rows):
            _finish(a, sums, last, found)
    limits.forget()
    kept.trust({**about, **now.as_json()})
    whole = (m.indicator.id for a in asked if not parts[a] for m in a.measures)
    return Measured(found, works, tuple(sorted(whole)))


def _renewed(
    engine: KeptEngine, kept: Kept, asked: Asked, rows: Iterator[tuple[pa.Table, pa.Table]] | None
) -> Iterator[Sums]:
    """The sums of each piece of a query after the change.

    Kept ones take the difference of the touched units' `rows` as they were and as they are; where
    there are no rows the query is read in full.
    """
    for n, sql in enumerate(pieces(engine, asked)):
        both = next(rows) if rows is not None else None
        before = kept.read(asked, n) if both is not None else None
        if before is not None and both is not None:
            yield kept.exchange(asked, n, before, fold.difference(*both, asked.name))
            continue
        whole = summed(engine, asked, sql)
        if not asked.is_median:
            kept.write(asked, n, whole)
        yield whole


def _beside(
    was: list[pa.Table], engine: KeptEngine, asked: Asked, part: str, limits: _Limits
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """The rows of the touched units as they were and as they are, of each piece of a query."""
    return zip(was, _of_touched(engine, asked, part, limits), strict=True)


def _of_touched(engine: KeptEngine, asked: Asked, part: str, limits: _Limits) -> Iterator[pa.Table]:
    """The rows of each piece of a query over the touched units alone."""
    instead = limits.tables(asked, part)
    texts = [touched.shadowed(sql, instead) for sql in pieces(engine, asked)]
    return (engine.rows(sql, asked.name) for sql in texts)


class _Limits:
    """The touched rows of the tables that queries run over, made once for all who need them."""

    def __init__(self, engine: KeptEngine) -> None:
        self.engine = engine
        self.counts = {"work": engine.count("kept.counted"), "author": _authors(engine)}
        self.sets: dict[frozenset[str], str] = {}
        self.made: dict[tuple[str, str], str] = {}

    def of(self, asked: Asked) -> str:
        """The table of the units of a query that are touched; "" where it is read in full."""
        unit = asked.measures[0].settings.resampled
        names = _follows(asked)
        if asked.is_median or not names:
            return ""
        if names not in self.sets:
            table = f"touched_{len(self.sets)}_units"
            each = (f"SELECT {unit} FROM touched_{n}" for n in sorted(names))
            self.engine.aside(table, " UNION ".join(each))
            few = self.engine.count(table) <= WHOLE * self.counts[unit]
            self.sets[names] = table if few else ""
        return self.sets[names]

    def tables(self, asked: Asked, part: str) -> dict[str, str]:
        """What to read instead of the tables that the query runs over."""
        unit = asked.measures[0].settings.resampled
        for table in DRIVERS[unit]:
            if mentions(asked.sql, table) and (part, table) not in self.made:
                name = touched.restricted(self.engine, [table], unit, part, f"of_{part}_")
                self.made[part, table] = name[table]
        return {t: name for (p, t), name in self.made.items() if p == part}

    def forget(self) -> None:
        """Drop the rows, which are then made from the tables as they are now."""
        self.engine.forget(*self.made.values())
        self.made = {}


def _authors(engine: KeptEngine) -> int:
    found = engine.rows("SELECT count(DISTINCT author) AS n FROM kept.active", "active")
    return int(found["n"][0].as_py())


def _follows(asked: Asked) -> frozenset[str]:
    """The sets of touched units that a query's rows follow from; empty where all may change."""
    unit = asked.measures[0].settings.resampled
    if not any(mentions(asked.sql, t) for t in DRIVERS[unit]) or mentions(asked.sql, "refs"):
        return frozenset()
    read = {v.name: v.key for v in base_views() if mentions(asked.sql, v.name)}
    if mentions(asked.sql, "disruption"):
        read["disruption"] = "whole"
    if unit == "author":
        covered = {v for view in touched.of_views("author") for v in touched.wholes()
                   if mentions(view.sql, v)}  # fmt: skip
        strange = {n for n, key in read.items() if key not in {"work", "author"}} - covered
        return frozenset() if strange else frozenset({"author"})
    if "author" in read.values():
        return frozenset()
    keys = {key for key in read.values() if key in {"citing", "cited"}}
    return frozenset({"work"} | keys | {n for n, key in read.items() if key == "whole"})
