"""DuckDB over the store's Parquet files, closed to the network and to every other folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from hubscope.errors import EngineError
from hubscope.store.publish import Store


def connect(
    store: Store, views: Mapping[str, str], *, memory: str = "4GB", kept: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB whose SQL reads the named artifacts and nothing else.

    Args:
        store: the store to read.
        views: artifact by the name of the view that shows it.
        memory: the most memory the engine may take, in DuckDB's words.
        kept: a database file of the store in which tables are made; in memory by default.
    """
    connection = duckdb.connect(":memory:")
    connection.execute(f"SET memory_limit = '{memory}'")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET allowed_directories = [$1]", [str(store.root.resolve()) + "/"])
    connection.execute("SET enable_external_access = false")
    if kept is not None:
        connection.execute(f"ATTACH '{str(kept.resolve()).replace(chr(39), 2 * chr(39))}' AS kept")
        connection.execute("USE kept")
    for view, artifact in views.items():
        file = str(store.path(artifact).resolve()).replace("'", "''")
        connection.execute(f"CREATE TEMP VIEW \"{view}\" AS SELECT * FROM read_parquet('{file}')")
    connection.execute("SET lock_configuration = true")
    return connection


def query(connection: duckdb.DuckDBPyConnection, sql: str, *, name: str) -> list[dict[str, object]]:
    """Rows of `sql` as dictionaries; a failure names the query and keeps the engine's words.

    Raises:
        EngineError: if the engine refuses the query, or it is anything but one SELECT (the
            definitions of a workspace are not trusted to write).
    """
    try:
        _refuse_all_but_select(sql, name)
        result = connection.execute(sql)
        columns = [c[0] for c in result.description]
        return [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
    except duckdb.Error as error:
        raise EngineError(f"{name}: {error}", hint="the query stands beside its .toml") from error


def _refuse_all_but_select(sql: str, name: str) -> None:
    kinds = [s.type for s in duckdb.extract_statements(sql)]
    if kinds != [duckdb.StatementType.SELECT]:
        said = ", ".join(k.name for k in kinds) or "nothing"
        raise EngineError(f"{name} holds {said}", hint="a definition is one SELECT")
