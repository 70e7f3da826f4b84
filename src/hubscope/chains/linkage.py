"""Basic research and industry: joint papers, patents that cite papers, lag and local share.

The queries stand in `queries/`, one file each, and read five views: `link_papers` (paper, year,
field), `link_parts` (paper, type, place), `link_patents` (patent, year, field, place), `link_pairs`
(patent, paper) and `link_window` (first, last). The views come from the store's works and patents
(`from_works`) or from plain tables (`from_tables`). A field without any paper or patent has no
share: it is missing, not 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from math import sqrt

import duckdb
import polars as pl
import pyarrow as pa

from hubscope.store.dialect import DuckEngine, Engine

ALWAYS = 0, 9999
"""A window that leaves no year out."""

LEAST = 10
"""Fewer papers or patents than this are too few to compare a share with those of others."""

Z = 1.6448536269514722
"""Of the middle 90 % of a normal distribution."""

Tables = Mapping[str, pl.DataFrame | pa.Table]

SCHEMAS = {
    "papers": pa.schema([("paper", pa.string()), ("year", pa.int32()), ("field", pa.string())]),
    "parts": pa.schema([("paper", pa.string()), ("type", pa.string()), ("place", pa.string())]),
    "patents": pa.schema(
        [
            ("patent", pa.string()),
            ("year", pa.int32()),
            ("field", pa.string()),
            ("place", pa.string()),
        ]
    ),
    "pairs": pa.schema([("patent", pa.string()), ("paper", pa.string())]),
}
"""The columns of each table; a place is empty where it is known to be none of those compared."""


@cache
def text(name: str) -> str:
    """The query in `queries/<name>.sql`."""
    return (files("hubscope") / f"chains/queries/{name}.sql").read_text("utf-8")


def from_works(engine: Engine, located: pa.Table, window: tuple[int, int] = ALWAYS) -> None:
    """Make the views of papers in an engine that `indicators.works_views.prepare` made ready.

    Args:
        engine: with the star's tables, `counted`, `key_works`, `members` and `hubs`.
        located: institutions whose place is known, in the column `institution`.
        window: first and last year looked at.
    """
    engine.give("located", located.select(["institution"]))
    for name in ("papers", "parts"):
        engine.define(f"link_{name}", text(name))
    give_window(engine, window)


def from_patents(engine: Engine, places: pa.Table) -> None:
    """Make the views of patents in an engine that `indicators.patents.prepare` has made ready.

    Args:
        engine: with the tables of patents, `counted_patents`, `key_patents`, `paper_citations`,
            `patent_members` and `hubs`.
        places: `patent_places`: place, and city and latitude, which tell whether it is known.
    """
    known = pl.DataFrame(pl.from_arrow(places)).filter(
        pl.col("city").is_not_null() | pl.col("latitude").is_not_null()
    )
    engine.give("located_places", known.select("place").to_arrow())
    for name in ("patents", "pairs"):
        engine.define(f"link_{name}", text(name))


def give_window(engine: Engine, window: tuple[int, int]) -> None:
    """Show the first and the last year looked at as `link_window`."""
    engine.give("link_window", pa.table({"first": [window[0]], "last": [window[1]]}))


def give_patents(engine: Engine, tables: Tables) -> None:
    """Show `patents` and `pairs` beside the works of `from_works`; none where they are missing."""
    pairs = pa.schema([("patent", pa.string()), ("paper", pa.int64())])
    _give(engine, {"patents": SCHEMAS["patents"], "pairs": pairs}, tables)


def _give(engine: Engine, schemas: Mapping[str, pa.Schema], tables: Tables) -> None:
    for name, schema in schemas.items():
        found = tables.get(name)
        rows = schema.empty_table() if found is None else _fit(found, schema)
        engine.give(f"link_{name}", rows)


def _fit(found: pl.DataFrame | pa.Table, schema: pa.Schema) -> pa.Table:
    table = found.to_arrow() if isinstance(found, pl.DataFrame) else found
    return table.select(schema.names).cast(schema)


def from_tables(tables: Tables, window: tuple[int, int] = ALWAYS) -> Engine:
    """DuckDB over plain tables, named and with columns as in SCHEMAS."""
    connection = duckdb.connect(":memory:")
    connection.execute("SET enable_external_access = false")
    connection.execute('CREATE TABLE "references" (work BIGINT)')
    return give_tables(DuckEngine(connection), tables, window)


def give_tables(engine: Engine, tables: Tables, window: tuple[int, int] = ALWAYS) -> Engine:
    """Show plain tables, named and with columns as in SCHEMAS, in any engine."""
    _give(engine, SCHEMAS, tables)
    give_window(engine, window)
    return engine


def joint_papers(engine: Engine) -> pl.DataFrame:
    """University-industry co-publications: joint papers with a company and a university.

    Returns:
        place, field, papers, typed (with an institution of known type), joint, share (of typed)
        with its Wilson interval share_lo, share_hi; within (company and university both of the
        place) and local (of joint).
    """
    found = _rows(engine, "joint")
    return _shares(found, "joint", "typed").with_columns(_part("within", "joint").alias("local"))


def citing_patents(engine: Engine) -> pl.DataFrame:
    """How far patents rest on science, and on science of the same place.

    A patent cites science where it cites any paper, whether or not the paper is at hand; lag and
    local share are of the papers whose year and place are known.

    Returns:
        place, field, patents, citing, share with share_lo and share_hi, lag (mean years from paper
        to patent over pairs), dated (pairs with both years), located (pairs whose paper's place is
        known), within (of them, written in the place), local.
    """
    found = _rows(engine, "citing")
    return _shares(found, "citing", "patents").with_columns(
        _part("within", "located").alias("local")
    )


def used_papers(engine: Engine) -> pl.DataFrame:
    """How much of a place's research industry takes up, and how much of that at home.

    Returns:
        place, field, papers, used (cited by a patent), share with share_lo and share_hi, lag (mean
        years to the first patent), located (pairs whose patent's place is known), within, local.
    """
    found = _rows(engine, "uptake")
    return _shares(found, "used", "papers").with_columns(_part("within", "located").alias("local"))


def together(engine: Engine) -> pl.DataFrame:
    """Joint papers and patents of every two places by year.

    Returns:
        src, dst (in the order of their ids), unit (papers, patents), year, value, src_size,
        dst_size (all that each end has of the unit in that year).
    """
    names = {"papers": "together", "patents": "invented_together"}
    parts = [
        _rows(engine, query).with_columns(pl.lit(unit).alias("unit"), pl.col("year").cast(pl.Int32))
        for unit, query in names.items()
    ]
    return pl.concat(parts).sort("unit", "src", "dst", "year")


def fields_of(engine: Engine) -> pl.DataFrame:
    """Papers of each place in each field: place, activity, value; what complementarity is made of.

    Fields of OpenAlex where the works have them, else all fields but "all".
    """
    found = _rows(engine, "joint").select(
        "place", pl.col("field").alias("activity"), pl.col("papers").alias("value")
    )
    own = found.filter(pl.col("activity").str.starts_with("field-"))
    return own if own.height else found.filter(pl.col("activity") != "all")


def years(engine: Engine) -> tuple[int, int] | None:
    """The first and the last year of the papers and patents looked at."""
    found = _rows(engine, "years").row(0)
    return (int(found[0]), int(found[1])) if found[0] is not None else None


def _rows(engine: Engine, name: str) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(engine.rows(text(name), f"{name}.sql")))


def _part(some: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(some) / pl.col(whole))


def _shares(found: pl.DataFrame, some: str, whole: str) -> pl.DataFrame:
    bounds = [wilson(k, n) for k, n in found.select(some, whole).iter_rows()]
    lo, hi = ([b[i] for b in bounds] for i in (0, 1))
    return found.with_columns(
        _part(some, whole).alias("share"),
        pl.Series("share_lo", lo, dtype=pl.Float64),
        pl.Series("share_hi", hi, dtype=pl.Float64),
    )


def wilson(k: int, n: int, z: float = Z) -> tuple[float | None, float | None]:
    """Wilson's interval of the share k of n (Wilson 1927, 10.1080/01621459.1927.10502953)."""
    if not n:
        return None, None
    p, zz = k / n, z * z
    middle = (p + zz / (2 * n)) / (1 + zz / n)
    half = z * sqrt(p * (1 - p) / n + zz / (4 * n * n)) / (1 + zz / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def gap_to_peers(
    found: pl.DataFrame, place: str, measure: str, *, of: str = "", least: int = LEAST
) -> pl.DataFrame:
    """`place` against the other places, field by field.

    Args:
        found: place, field, `measure` and `of`.
        place: the place looked at.
        measure: the column compared.
        of: the column that counts what the measure is made of; places with fewer than `least` are
            left out. Without it all count.
        least: as said.

    Returns:
        field, own, peers (median of the others that have a value), others (how many they are),
        best, best_place, gap (own minus peers); null where the place or all others have no value.
    """
    enough = found.filter(pl.col(of) >= least) if of else found
    own = enough.filter(pl.col("place") == place).select("field", pl.col(measure).alias("own"))
    others = enough.filter((pl.col("place") != place) & pl.col(measure).is_not_null())
    peers = others.group_by("field").agg(
        pl.col(measure).median().alias("peers"),
        pl.len().alias("others"),
        pl.col(measure).max().alias("best"),
        pl.col("place")
        .sort_by(measure, "place", descending=[True, False])
        .first()
        .alias("best_place"),
    )
    both = own.join(peers, on="field", how="full", coalesce=True)
    return both.with_columns((pl.col("own") - pl.col("peers")).alias("gap")).sort("field")
