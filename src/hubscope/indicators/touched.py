"""What a change of the works touches, and the shared views brought up to date with it.

A view says in its first line what its rows follow from. Rows by work are made again for the works
that changed, came or went; by citing and by cited also for their neighbours; by author for the
authors of changed works. Views by the whole (percentiles, rising topics, new pairs) are made again
in full and compared, and only works whose row differs count as touched; so it is with disruption,
of which `regraph` counts again what the change reaches.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hubscope.indicators import regraph
from hubscope.indicators.works_views import View, base_views, cover_views, mentions
from hubscope.store.kept import Facts, KeptEngine

FRESH = "fresh_"
OF_WORKS = ("works", "authorships", "refs", "topics", "funders")
SETS = ("work", "citing", "cited", "author")


def shadowed(sql: str, instead: Mapping[str, str]) -> str:
    """`sql` with some of its tables replaced by others."""
    used = {n: t for n, t in instead.items() if mentions(sql, n)}
    if not used:
        return sql
    head = ", ".join(f"{n} AS (SELECT * FROM {t})" for n, t in used.items())
    return f"WITH {head} SELECT * FROM (\n{sql}\n) AS shadowed"


def find(engine: KeptEngine, before: Facts, now: Facts) -> int:
    """Make `touched_work`, `touched_citing`, `touched_cited`, `touched_author`; works touched.

    `near_before` and `near_now`, the references that touched works have or get, are read once and
    stand until `regraph.renew` has used them.
    """
    engine.changed("touched_work", before, now)
    for facts, name in ((before, "before"), (now, "now")):
        engine.show(facts)
        engine.aside(f"near_{name}", _NEAR)
        for key, sql in _NEIGHBOURS.items():
            engine.aside(f"{key}_{name}", sql.format(near=f"near_{name}"))
    for key in _NEIGHBOURS:
        both = f"SELECT * FROM {key}_before UNION SELECT * FROM {key}_now"
        engine.aside(f"touched_{key}", both)
        engine.forget(f"{key}_before", f"{key}_now")
    return engine.count("touched_work")


_NEAR = (
    "SELECT work, cited FROM refs WHERE work IN (SELECT work FROM touched_work) "
    "OR cited IN (SELECT work FROM touched_work)"
)

_NEIGHBOURS = {
    "citing": "SELECT work FROM touched_work UNION "
    "SELECT near.work FROM {near} AS near JOIN touched_work ON touched_work.work = near.cited",
    "cited": "SELECT work FROM touched_work UNION SELECT near.cited AS work "
    "FROM {near} AS near JOIN touched_work ON touched_work.work = near.work",
    "author": "SELECT DISTINCT author FROM authorships "
    "JOIN touched_work ON touched_work.work = authorships.work WHERE author IS NOT NULL",
}


def of_views(key: str) -> list[View]:
    """The shared views whose rows follow from `key`."""
    return [v for v in (*base_views(), *cover_views()) if v.key == key]


def renew(engine: KeptEngine, before: Facts, now: Facts) -> None:
    """Make the changed rows of views by work, and all of the views by the whole, beside the kept.

    The engine shows `now`. Afterwards `touched_<view>` has the works whose row differs.
    """
    for table in ("works", "authorships"):
        engine.aside(FRESH + table, f"SELECT * FROM {table} SEMI JOIN touched_work USING (work)")
    fresh = {t: FRESH + t for t in ("works", "authorships")}
    for view in of_views("work"):
        engine.aside(FRESH + view.name, shadowed(view.sql, fresh))
        fresh[view.name] = FRESH + view.name
    kept = "SELECT * FROM kept.counted ANTI JOIN touched_work USING (work)"
    engine.aside("new_counted", f"{kept} UNION ALL BY NAME SELECT * FROM fresh_counted")
    new = {"counted": "new_counted"}
    for view in of_views("whole"):
        engine.aside(f"new_{view.name}", shadowed(view.sql, new))
        new[view.name] = f"new_{view.name}"
        engine.aside(
            f"touched_{view.name}",
            f"SELECT coalesce(old.work, new.work) AS work FROM kept.{view.name} AS old "
            f"FULL JOIN new_{view.name} AS new ON new.work = old.work "
            "WHERE old IS DISTINCT FROM new",
        )
    regraph.renew(engine, before, now)


def wholes() -> list[str]:
    """Names of the views by the whole: what else of them changed is found by comparing."""
    return [*(v.name for v in of_views("whole")), "disruption"]


def widen_authors(engine: KeptEngine) -> None:
    """Authors of works that entered or left the top are touched too; the engine shows any facts."""
    read = {v for view in of_views("author") for v in wholes() if mentions(view.sql, v)}
    for name in sorted(read):
        engine.aside(
            "more_authors",
            "SELECT author FROM touched_author UNION "
            f"SELECT author FROM authorships JOIN touched_{name} "
            f"ON touched_{name}.work = authorships.work WHERE author IS NOT NULL",
        )
        engine.aside("touched_author", "SELECT * FROM more_authors")
    engine.forget("more_authors")


def apply(engine: KeptEngine) -> None:
    """Bring every kept view up to date; the engine shows the new facts."""
    for view in of_views("work"):
        engine.replace(view.name, "work", "touched_work", FRESH + view.name)
    for view in of_views("whole"):
        engine.define(view.name, f"SELECT * FROM new_{view.name}")
    engine.replace("disruption", "work", "touched_disruption", "fresh_disruption")
    for key in ("citing", "cited"):
        for view in of_views(key):
            _again(engine, view, key)
    _authors_again(engine)
    fresh = (FRESH + v.name for v in (*base_views(), *cover_views()))
    engine.forget(*fresh, *(f"new_{n}" for n in wholes()))
    engine.forget("new_counted", *(FRESH + n for n in ("works", "authorships", "disruption")))


def _again(engine: KeptEngine, view: View, key: str) -> None:
    """Views over references are made again for works and their neighbours."""
    column = "cited" if key == "cited" else "work"
    refs = f"SELECT refs.* FROM refs JOIN touched_{key} ON touched_{key}.work = refs.{column}"
    engine.aside("touched_refs", refs)
    engine.aside(FRESH + view.name, shadowed(view.sql, {"refs": "touched_refs"}))
    engine.replace(view.name, "work", f"touched_{key}", FRESH + view.name)
    engine.forget("touched_refs")


def _authors_again(engine: KeptEngine) -> None:
    instead = restricted(engine, ("authorships", "placed"), "author", "touched_author", FRESH)
    for view in of_views("author"):
        engine.aside(FRESH + view.name, shadowed(view.sql, instead))
        instead[view.name] = FRESH + view.name
    for view in of_views("author"):
        engine.replace(view.name, "author", "touched_author", FRESH + view.name)


def restricted(
    engine: KeptEngine, tables: Iterable[str], column: str, touched: str, prefix: str
) -> dict[str, str]:
    """Rows of `tables` of what is touched, and the names under which they stand."""
    made = {}
    for table in tables:
        engine.aside(
            prefix + table,
            f"SELECT * FROM {table} SEMI JOIN {touched} USING ({column})",
        )
        made[table] = prefix + table
    return made
