"""The patents of the store: placing their inventors in hubs, measuring the hubs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from hubscope.errors import UsageError
from hubscope.job.steps import Context, artifact_hashes, hash_file, hash_value
from hubscope.job.works import ENGINE, MEMORY, PLACES, members, works_inputs
from hubscope.nouns import Observation
from hubscope.places.members import MEMBERS
from hubscope.store import works
from hubscope.store.dialect import DuckEngine, Engine
from hubscope.store.patents import loaded
from hubscope.store.patents_views import connect_patents

if TYPE_CHECKING:
    from hubscope.indicators.lineage import Lineage


def patents_inputs(context: Context) -> dict[str, str]:
    """Name and hash of what the patents' observations are made from; empty without patents."""
    if not loaded(context.store):
        return {}
    rules = context.workspace.root / PLACES
    hubs = {h.id: asdict(h) for h in context.workspace.hubs.values()}
    found = artifact_hashes(context, "patents") | {"patents hubs": hash_value(hubs)}
    found |= {PLACES: hash_file(rules)} if rules.is_file() else {}
    return found | works_inputs(context)


def place_members(context: Context) -> pa.Table:
    """Which place of inventors lies in which hub; the place is called institution, as in works."""
    from hubscope.places import assign, read_places

    table = context.store.table("patents_places")
    named = table.rename_columns(["institution", *table.column_names[1:]])
    rules = read_places(context.workspace.root / PLACES, context.workspace.hubs)
    return assign(named, {}, [replace(r, institutions=frozenset()) for r in rules])


def _institutions(context: Context) -> pa.Table:
    return members(context) if works.loaded(context.store) else MEMBERS.empty_table()


@contextmanager
def patents_engine(context: Context) -> Iterator[DuckEngine]:
    """DuckDB over the patents of the store and its works."""
    with connect_patents(context.store, memory=MEMORY) as connection:
        yield DuckEngine(connection)


@contextmanager
def measuring_patents(context: Context) -> Iterator[Engine]:
    """The engine that `HUBSCOPE_ENGINE` names: duckdb (the default), spark, or spark://host:port."""
    name = os.environ.get(ENGINE, "duckdb")
    if name == "duckdb":
        with patents_engine(context) as engine:
            yield engine
    elif name == "spark" or name.startswith("spark://"):
        from hubscope.store.patents_spark import SparkPatents
        from hubscope.store.spark import session

        spark = session("local[*]" if name == "spark" else name)
        try:
            yield SparkPatents(spark, context.store)
        finally:
            spark.stop()
    else:
        raise UsageError(f"{ENGINE} is {name!r}", hint="duckdb, spark or spark://host:7077")


def observe_patents(context: Context) -> tuple[list[Observation], pa.Table]:
    """Observations of every indicator from patents, and the coverage of every hub and year.

    Nothing where no inventor lives in a hub: what is loaded may be pairs only.
    """
    from hubscope.indicators.patents import measure_patents

    store, body, places = context.store, loaded(context.store), place_members(context)
    if not places.num_rows:
        return [], pa.table({"hub": pa.array([], pa.string())})
    with measuring_patents(context) as engine:
        made, covered = measure_patents(
            engine,
            _institutions(context),
            places,
            context.workspace.hubs,
            vintage=body["vintage"],
            sha256=store.manifest().artifacts["patents"].sha256,
            parts=body["parts"],
        )
    return made, pa.Table.from_pylist([asdict(c) for c in covered])


def trace(context: Context, hub: str, indicator: str, year: int, *, most: int = 50) -> Lineage:
    """The lineage of one value from patents."""
    from hubscope.indicators.patents import prepare
    from hubscope.indicators.patents_lineage import lineage

    with patents_engine(context) as engine:
        numbers = prepare(
            engine, _institutions(context), place_members(context), context.workspace.hubs
        )
        return lineage(
            context.store, engine, numbers, hub=hub, indicator=indicator, year=year, most=most
        )
