"""Tables beside the indicators, for each hub: inflow by origin, patents by technology field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from hubscope.errors import HubscopeError, UsageError, nearest
from hubscope.indicators import breakdowns
from hubscope.indicators.patents import prepare as prepare_patents
from hubscope.indicators.works_views import prepare as prepare_works
from hubscope.job.patents import patents_engine, patents_inputs, place_members
from hubscope.job.steps import Context, Step, artifact_hashes
from hubscope.job.works import members, works_engine, works_inputs
from hubscope.places.members import MEMBERS
from hubscope.store import patents, works
from hubscope.store.dialect import Engine
from hubscope.store.patents_views import require
from hubscope.store.publish import Store

WINDOW = 5
"""Years that the kept tables cover, up to the newest of the records."""

COVERAGE = {"works": "works_coverage", "patents": "patents_coverage"}
"""Artifacts of the step `measure` that say what could be placed."""

Table = dict[str, Any]


def _window(engine: Engine, view: str, first: int | None, last: int | None) -> tuple[int, int]:
    """The years that are asked for: by default the last five that the records have."""
    newest = engine.rows(f"SELECT max(year) AS year FROM {view}", view)["year"][0].as_py()
    end = last if last is not None else int(newest or 0)
    start = first if first is not None else end - WINDOW + 1
    if start > end:
        raise UsageError(f"the year {start} lies after {end}", hint="the earlier year first")
    return start, end


def _inflows(context: Context, first: int | None, last: int | None) -> list[Table]:
    sql = breakdowns.query("inflow_by_origin")
    with works_engine(context) as engine:
        hubs = context.workspace.hubs
        numbers = prepare_works(engine, members(context), hubs, queries=[sql])
        start, end = _window(engine, "counted", first, last)
        made = breakdowns.inflow(engine, numbers, start, end)
    return [_named(context, asdict(m)) | {"first": start, "last": end} for m in made]


def _named(context: Context, table: Table) -> Table:
    """The table with the name of each hub that people came from."""
    hubs = context.workspace.hubs
    for row in table["origins"]:
        if row["kind"] == "hub":
            row["name"] = {lang: hubs[row["origin"]].name.in_(lang) for lang in ("zh", "en")}
    return table


def _field_tables(context: Context, first: int | None, last: int | None) -> list[Table]:
    """None where no symbol has a field: then no table of WIPO's fields was loaded."""
    places = place_members(context)
    if not places.num_rows:
        return []
    inside = members(context) if works.loaded(context.store) else MEMBERS.empty_table()
    with patents_engine(context) as engine:
        numbers = prepare_patents(engine, inside, places, context.workspace.hubs)
        start, end = _window(engine, "families", first, last)
        made = breakdowns.patent_fields(engine, numbers, start, end)
    return [asdict(m) | {"first": start, "last": end} for m in made if m.fields]


def _of(tables: list[Table], hub: str, context: Context, why: str) -> Table:
    if hub not in context.workspace.hubs:
        raise UsageError(f"no hub is called {hub}", hint=nearest(hub, context.workspace.hubs))
    found = next((t for t in tables if t["hub"] == hub), None)
    if found is None:
        raise HubscopeError(f"there is no such table of {hub}", hint=why)
    return found


def inflow(
    context: Context, hub: str, *, first: int | None = None, last: int | None = None
) -> Table:
    """Where the authors who came to `hub` were active before.

    Raises:
        HubscopeError: if the store holds no works, or nobody is known to have come.
    """
    if not works.loaded(context.store):
        raise HubscopeError(
            f"the store {context.store.root} holds no works",
            hint="`hubscope store add openalex FOLDER`",
        )
    tables = _inflows(context, first, last)
    return _of(tables, hub, context, "nobody is known to have come: `hubscope hubs show`")


def patent_fields(
    context: Context, hub: str, *, first: int | None = None, last: int | None = None
) -> Table:
    """The families of `hub` by WIPO's technology field.

    Raises:
        HubscopeError: if the store holds no patents, or none of the hub's has a field.
    """
    require(context.store)
    tables = _field_tables(context, first, last)
    return _of(tables, hub, context, "load the patents with `--fields`, a table of WIPO's fields")


def coverage(store: Store) -> list[Table]:
    """What could not be placed of each hub's works and patents, by year; hub "world" is all.

    Each row has kind, hub, year, records, unnamed (share of the authorship or inventors that names
    no institution or place) and unlocated (share whose place has no known point), as the step
    `measure` counted them.
    """
    have = store.manifest().artifacts
    return [
        {
            "kind": kind,
            "hub": r["hub"],
            "year": r["year"],
            "records": r[kind],
            "unnamed": max(1 - r["placed"], 0.0),
            "unlocated": max(1 - r["located"], 0.0),
        }
        for kind, name in COVERAGE.items()
        if name in have
        for r in store.table(name).to_pylist()
    ]


def _inputs(context: Context) -> Mapping[str, str]:
    given = works_inputs(context) | patents_inputs(context)
    return given | (artifact_hashes(context, *COVERAGE.values()) if given else {})


def _make(context: Context) -> Mapping[str, object]:
    made: dict[str, object] = {}
    if works.loaded(context.store):
        made["inflow"] = _inflows(context, None, None)
    if patents.loaded(context.store):
        made["patent_fields_by_hub"] = _field_tables(context, None, None)
    if rows := coverage(context.store):
        made["unplaced"] = rows
    return made


BREAKDOWNS = Step("breakdowns", _inputs, _make)
"""Step: the tables that pages of hubs show beside the indicators."""
