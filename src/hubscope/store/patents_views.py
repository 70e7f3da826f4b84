"""The tables of patents as views of an engine, beside those of the works."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from hubscope.errors import HubscopeError
from hubscope.sources.patents.tables import PATENT_FACTS, PATENT_PLACES
from hubscope.sources.star import STAR
from hubscope.store import works
from hubscope.store.engine import connect
from hubscope.store.patents import NAME, loaded
from hubscope.store.patents_assemble import files
from hubscope.store.publish import Store
from hubscope.store.works_views import connect_works

PATENT_VIEWS = (*PATENT_FACTS, "patent_places")


def require(store: Store) -> dict[str, object]:
    """What `loaded` says.

    Raises:
        HubscopeError: if the store holds no patents.
    """
    body = loaded(store)
    if not body:
        raise HubscopeError(
            f"the store {store.root} holds no patents",
            hint="`hubscope store add patentsview FOLDER` or `hubscope store add publications CSV`",
        )
    return body


def connect_patents(store: Store, *, memory: str = "4GB") -> duckdb.DuckDBPyConnection:
    """A DuckDB closed to the network with every table of patents and of the works as a view.

    Rows of a patent that a later release replaced are left out. Where the store holds no works
    their views are there and empty.
    """
    require(store)
    if works.loaded(store):
        connection = connect_works(store, memory=memory)
    else:
        connection = connect(store, {}, memory=memory)
        for name, schema in STAR.items():
            _empty(connection, name, schema)
    connection.register("_gone", superseded(store))
    connection.execute("CREATE TABLE patents_gone AS SELECT * FROM _gone")
    connection.unregister("_gone")
    for table, schema in (PATENT_FACTS | {"patent_places": PATENT_PLACES}).items():
        _show(connection, store, table, schema)
    return connection


def _empty(connection: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema) -> None:
    connection.register("_none", schema.empty_table())
    connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM _none')
    connection.unregister("_none")


def _quoted(names: list[str]) -> str:
    return ", ".join("'" + n.replace("'", "''") + "'" for n in names)


def fact_files(store: Store, table: str) -> list[str]:
    """The Parquet files of one table of patents, oldest part first."""
    return files((store.root / NAME).resolve(), loaded(store)["parts"], table)


def places_file(store: Store) -> str:
    """The Parquet file of the places."""
    return str(store.path("patents_places").resolve())


def superseded(store: Store) -> pa.Table:
    """Patents by the key of each part whose rows of them do not count: part, patent."""
    gone = store.table("patents_superseded")
    if not gone.num_rows:
        return pa.table({"part": pa.array([], pa.string()), "patent": pa.array([], pa.int64())})
    by_release: dict[str, list[str]] = {}
    for part in loaded(store)["parts"]:
        by_release.setdefault(part["release"], []).append(part["key"])
    rows = [
        {"part": key, "patent": r["patent"]}
        for r in gone.to_pylist()
        for key in by_release[r["release"]]
    ]
    return pa.Table.from_pylist(rows)


def _show(
    connection: duckdb.DuckDBPyConnection, store: Store, table: str, schema: pa.Schema
) -> None:
    found = [places_file(store)] if table == "patent_places" else fact_files(store, table)
    if not found:
        _empty(connection, table, schema)
        return
    replaced = table not in ("patent_places", "paper_links") and loaded(store)["superseded"]
    if not replaced:
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet([{_quoted(found)}])")
        return
    connection.execute(f"""
        CREATE VIEW {table} AS
        SELECT * EXCLUDE (part) FROM (
            SELECT * EXCLUDE (filename), split_part(filename, '/', -2) AS part
            FROM read_parquet([{_quoted(found)}], filename = true)
        ) ANTI JOIN patents_gone USING (part, patent)
    """)
