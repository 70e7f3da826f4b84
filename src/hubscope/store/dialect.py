"""What an engine is to hubscope: tables in, views by one SQL text, Arrow out. DuckDB is here.

Queries are written in DuckDB's dialect; another engine translates them. Decimals are cast to
double in the queries, because engines round decimal division differently.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import duckdb
import pyarrow as pa

from hubscope.errors import EngineError
from hubscope.sources.star import FACTS


class Engine(Protocol):
    """An engine with the star's tables as views: works, authorships, refs, topics, funders ..."""

    def give(self, name: str, table: pa.Table) -> None:
        """Show `table` as `name`."""

    def define(self, name: str, sql: str) -> None:
        """Compute `sql` once and show it as `name`."""

    def rows(self, sql: str, name: str) -> pa.Table:
        """The rows of `sql`; an error names `name`."""

    def fold(
        self,
        sql: str,
        name: str,
        fold: Callable[[pa.Table], pa.Table],
        *,
        by: Sequence[str] = (),
    ) -> list[pa.Table]:
        """`fold` of the rows, in as many parts as the engine likes, all where the rows are.

        Rows that are equal in the columns `by` come together.
        """

    def drop(self, name: str) -> None:
        """Forget what `give` or `define` made."""


class DuckEngine:
    """DuckDB over a connection that has the star's tables."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.connection.execute('CREATE OR REPLACE TEMP VIEW refs AS SELECT * FROM "references"')

    def give(self, name: str, table: pa.Table) -> None:
        """Show `table` as `name`."""
        self.connection.register("_given", table)
        self.define(name, "SELECT * FROM _given")
        self.connection.unregister("_given")

    def define(self, name: str, sql: str) -> None:
        """Compute `sql` once and show it as `name`."""
        self._run(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", name)

    def drop(self, name: str) -> None:
        """Forget what `give` or `define` made."""
        self.connection.execute(f"DROP TABLE IF EXISTS {name}")

    def rows(self, sql: str, name: str) -> pa.Table:
        """The rows of `sql`; an error names `name` and keeps the engine's words."""
        try:
            table: pa.Table = self.connection.sql(sql).to_arrow_table()
        except duckdb.Error as error:
            raise _failed(name, error) from error
        return table

    def fold(
        self,
        sql: str,
        name: str,
        fold: Callable[[pa.Table], pa.Table],
        *,
        by: Sequence[str] = (),  # noqa: ARG002 (all rows come together)
    ) -> list[pa.Table]:
        """`fold` of all rows, in this process."""
        return [fold(self.rows(sql, name))]

    def _run(self, sql: str, name: str) -> None:
        try:
            self.connection.execute(sql)
        except duckdb.Error as error:
            raise _failed(name, error) from error


def _failed(name: str, error: Exception) -> EngineError:
    return EngineError(f"{name}: {error}", hint="the query stands beside its .toml")


STAR_VIEWS = tuple(n if n != "references" else "refs" for n in FACTS)
"""Names under which queries see the star: `references` is a word of SQL."""
