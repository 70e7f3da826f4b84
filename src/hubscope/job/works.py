"""The works of the store: loading them, placing their institutions, measuring their hubs."""

from __future__ import annotations

import csv
import gzip
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from hubscope.errors import BadDataError, HubscopeError, UsageError
from hubscope.job.steps import Context, artifact_hashes, hash_file, hash_value
from hubscope.nouns import Observation
from hubscope.places.gazetteer import by_gazetteer
from hubscope.sources import organisations, relations
from hubscope.sources.raw import Fault, refuse
from hubscope.sources.star import INSTITUTIONS
from hubscope.sources.star import SITES as SITES_SCHEMA
from hubscope.store.dialect import DuckEngine, Engine
from hubscope.store.entities import artifact, held, table_path
from hubscope.store.kept import kept_engine
from hubscope.store.publish import Store
from hubscope.store.works import loaded
from hubscope.store.works_views import connect_works

if TYPE_CHECKING:
    from hubscope.indicators.lineage import Lineage

PLACES = "places.toml"
SITES = "sites"
RELATIONS = "relations"
MEMORY = "4GB"
ENGINE = "HUBSCOPE_ENGINE"


def works_inputs(context: Context) -> dict[str, str]:
    """Name and hash of what the works' observations are made from; empty without works."""
    if not loaded(context.store):
        return {}
    rules = context.workspace.root / PLACES
    hubs = {h.id: asdict(h) for h in context.workspace.hubs.values()}
    found = artifact_hashes(context, "works", SITES, RELATIONS, "by_text", artifact("institutions"))
    found |= {"works hubs": hash_value(hubs)}
    return found | ({PLACES: hash_file(rules)} if rules.is_file() else {})


def add_institutions(context: Context, paths: Sequence[Path]) -> int:
    """Place the works' institutions by ROR dumps, OpenAlex institutions or a CSV of coordinates.

    The CSV has institution (the name), latitude and longitude. Later files correct earlier ones.
    Returns the number of institutions that now have a place.

    Raises:
        BadDataError: naming every faulty record; nothing is stored then.
    """
    store = context.store
    if not loaded(store):
        raise HubscopeError(
            "the store holds no works whose institutions could be placed",
            hint="`hubscope store add openalex FOLDER` first",
        )
    rows = []
    for path in paths:
        found, faults = _read(path)
        refuse(faults)
        rows += found
    before = store.table(SITES if SITES in store.manifest().artifacts else "works_sites")
    known = store.table("works_institutions")
    made = by_gazetteer(organisations.sites(known, rows, before), known)
    held = RELATIONS in store.manifest().artifacts
    related = relations.relations(known, rows, store.table(RELATIONS) if held else None)
    made = pa.concat_tables([made, relations.inherited(made, related)]).sort_by("institution")
    inputs = {p.name: hash_file(p) for p in paths} | artifact_hashes(context, "works")
    store.publish(SITES, hash_value(inputs), {SITES: made, RELATIONS: related}, inputs)
    return len(made)


def lineage_of(store: Store) -> pa.Table:
    """Institution and ancestor: as the works say, and as the relations of ROR do."""
    known = store.table("works_lineage")
    if RELATIONS not in store.manifest().artifacts:
        return known
    return relations.lineage(known, store.table(RELATIONS))


def _read(path: Path) -> tuple[list[organisations.Row], list[Fault]]:
    if ".csv" not in path.suffixes:
        return organisations.read(path)
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8-sig", newline="") as handle:
            return organisations.named_places(csv.DictReader(handle)), []
    except (OSError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadDataError(
            f"{path} is not a CSV of places: {error}",
            hint="its columns are institution, latitude, longitude",
        ) from error


def sites(context: Context) -> pa.Table:
    """The places of the works' institutions, as sources and the works themselves give them.

    Where those give none, as OpenAlex's own institutions do, if the store holds them.
    """
    from hubscope.job.affiliations import by_text, sites_of

    store = context.store
    table = store.table(SITES if SITES in store.manifest().artifacts else "works_sites")
    table = pa.concat_tables([table, _of_entities(context, table)])
    named = by_text(context)
    return table if named is None else pa.concat_tables([table, sites_of(named)])


def _of_entities(context: Context, placed: pa.Table) -> pa.Table:
    """Where institutions without a place are by `store add entities --kind institutions`."""
    if not held(context.store, "institutions"):
        return SITES_SCHEMA.empty_table()
    known = context.store.table("works_institutions")["institution"].to_pylist()
    lacking = sorted({*known} - {*placed["institution"].to_pylist()})
    found = pq.read_table(
        table_path(context.store, "institutions"),
        columns=SITES_SCHEMA.names,
        filters=[("institution", "in", lacking)] if lacking else [("institution", "<", 0)],
    )
    somewhere = pa.compute.or_(
        pa.compute.is_valid(found["city"]), pa.compute.is_valid(found["latitude"])
    )
    return by_gazetteer(found.filter(somewhere), INSTITUTIONS.empty_table())


def members(context: Context) -> pa.Table:
    """Which institution lies in which hub of the workspace."""
    from hubscope.places import assign, read_places

    known = context.store.table("works_institutions").to_pylist()
    rors = {r["ror"]: r["institution"] for r in known if r["ror"]}
    rules = read_places(context.workspace.root / PLACES, context.workspace.hubs)
    found = assign(sites(context), rors, rules)
    # By the city that an affiliation string names.
    how = ["text" if r["institution"] < 0 else r["how"] for r in found.to_pylist()]
    at = found.schema.get_field_index("how")
    return found.set_column(at, found.schema.field(at), pa.array(how, pa.string()))


@contextmanager
def works_engine(context: Context) -> Iterator[DuckEngine]:
    """DuckDB over the works of the store."""
    with connect_works(context.store, memory=MEMORY) as connection:
        engine = DuckEngine(connection)
        _read_strings(context, engine)
        yield engine


def _read_strings(context: Context, engine: Engine) -> None:
    """Let the queries see what affiliation strings placed, where any were read."""
    from hubscope.job.affiliations import by_text, use

    named = by_text(context)
    if named is not None:
        use(engine, named)


def _kept_or_not(context: Context) -> AbstractContextManager[DuckEngine]:
    """DuckDB that keeps its views, unless strings place works: they may change any work's row."""
    from hubscope.job.affiliations import by_text

    if by_text(context) is not None:
        return works_engine(context)
    return kept_engine(context.store, memory=MEMORY)


@contextmanager
def measuring_engine(context: Context) -> Iterator[Engine]:
    """The engine that `HUBSCOPE_ENGINE` names: duckdb (the default), spark, or spark://host:port.

    Raises:
        UsageError: if it names none of these.
    """
    name = os.environ.get(ENGINE, "duckdb")
    if name == "duckdb":
        with _kept_or_not(context) as engine:
            yield engine
    elif name == "spark" or name.startswith("spark://"):
        from hubscope.store.spark import SparkEngine, session

        spark = session("local[*]" if name == "spark" else name)
        try:
            over = SparkEngine(spark, context.store)
            _read_strings(context, over)
            yield over
        finally:
            spark.stop()
    else:
        raise UsageError(f"{ENGINE} is {name!r}", hint="duckdb, spark or spark://host:7077")


def observe_works(context: Context) -> tuple[list[Observation], pa.Table]:
    """Observations of every indicator from works, and the coverage of every hub and year."""
    from hubscope.indicators.works import measure_works
    from hubscope.job.lists import beside

    store = context.store
    with measuring_engine(context) as engine:
        made, covered = measure_works(
            engine,
            members(context),
            sites(context),
            context.workspace.hubs,
            vintage=loaded(store)["vintage"],
            sha256=store.manifest().artifacts["works"].sha256,
            releases=[p["vintage"] for p in loaded(store)["parts"]],
            sources=[p["source"] for p in loaded(store)["parts"]],
            addresses=[p.get("url", "") for p in loaded(store)["parts"]],
            licences=[p.get("licence", "") for p in loaded(store)["parts"]],
            beside=beside(context),
        )
    return made, pa.Table.from_pylist([asdict(c) for c in covered])


def trace(context: Context, hub: str, indicator: str, year: int, *, most: int = 50) -> Lineage:
    """The lineage of one value from works."""
    from hubscope.indicators.lineage import lineage
    from hubscope.indicators.works import chosen, prepare
    from hubscope.job.lists import beside

    queries = [m.sql for m in chosen([indicator])]
    with works_engine(context) as engine:
        hubs = context.workspace.hubs
        numbers = prepare(engine, members(context), hubs, beside(context), queries)
        return lineage(
            context.store, engine, numbers, hub=hub, indicator=indicator, year=year, most=most
        )
