"""The works' tables as views of an engine: `works`, `authorships`, `references`, ..."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from hubscope.errors import HubscopeError
from hubscope.sources.star import DIMENSIONS, FACTS
from hubscope.store.engine import connect
from hubscope.store.publish import Store
from hubscope.store.works import loaded


def connect_works(
    store: Store, *, memory: str = "4GB", kept: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """A DuckDB closed to the network with every table of the star as a view.

    Rows that a later release replaced or withdrew are left out of every view. Tables are made in
    the database file `kept` where one is given.
    """
    body = loaded(store)
    if not body:
        raise HubscopeError(
            f"the store {store.root} holds no works", hint="`hubscope store add openalex FOLDER`"
        )
    names = {n: f"works_{n}" for n in [*DIMENSIONS, "superseded", "rejects"]}
    connection = connect(store, names, memory=memory, kept=kept)
    for table in FACTS:
        connection.execute(_view(store, body, table))
    return connection


def files(store: Store, table: str) -> list[str]:
    """The Parquet files of one table of the star, oldest part first."""
    folder = (store.root / "works").resolve()
    return [str(folder / p["key"] / f"{table}.parquet") for p in loaded(store)["parts"]]


def listed(store: Store, parts: Iterable[str], table: str) -> str:
    """The files of one table in some parts, as DuckDB lists them."""
    folder = (store.root / "works").resolve()
    names = (str(folder / key / f"{table}.parquet").replace("'", "''") for key in parts)
    return ", ".join(f"'{n}'" for n in names)


def _view(store: Store, body: dict[str, Any], table: str) -> str:
    names = listed(store, (p["key"] for p in body["parts"]), table)
    if not body["superseded"]:
        return f'CREATE TEMP VIEW "{table}" AS SELECT * FROM read_parquet([{names}])'
    return f"""
        CREATE TEMP VIEW "{table}" AS
        SELECT * EXCLUDE (part) FROM (
            SELECT * EXCLUDE (filename), split_part(filename, '/', -2) AS part
            FROM read_parquet([{names}], filename = true)
        ) ANTI JOIN superseded USING (part, work)
    """
