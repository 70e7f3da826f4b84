"""DuckDB over the works with its views kept in a file, and over an earlier state of the works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from hubscope.errors import EngineError
from hubscope.sources.star import FACTS
from hubscope.store.dialect import DuckEngine
from hubscope.store.files import make_folder
from hubscope.store.publish import Store
from hubscope.store.works import loaded
from hubscope.store.works_views import connect_works, listed

FOLDER = "measured"


@dataclass(frozen=True, slots=True)
class Facts:
    """One state of the works: the parts that count, and the table of rows that do not."""

    parts: tuple[str, ...]
    superseded: str

    def as_json(self) -> dict[str, Any]:
        """The state as JSON can hold it."""
        return asdict(self)


def facts(store: Store) -> Facts:
    """The current state."""
    parts = tuple(p["key"] for p in loaded(store)["parts"])
    return Facts(parts, store.manifest().artifacts["works_superseded"].file)


def is_whole(store: Store, state: Facts) -> bool:
    """Whether every file of an earlier state still stands."""
    parts = (store.root / "works" / key / "works.parquet" for key in state.parts)
    return (store.root / state.superseded).is_file() and all(p.is_file() for p in parts)


@contextmanager
def kept_engine(store: Store, *, memory: str) -> Iterator[KeptEngine]:
    """The engine whose views stay in the store's folder `measured`.

    Raises:
        EngineError: if another measurement holds the file.
    """
    import duckdb

    file = make_folder(store.root / FOLDER) / "views.duckdb"
    try:
        connection = connect_works(store, memory=memory, kept=file)
    except duckdb.Error as error:
        raise EngineError(
            f"{file} cannot be opened: {error}", hint=f"remove {file.parent} and measure again"
        ) from error
    with connection:
        yield KeptEngine(connection, store)


class KeptEngine(DuckEngine):
    """A DuckEngine that defines its tables in the attached database `kept`."""

    def __init__(self, connection: Any, store: Store) -> None:
        self.store = store
        super().__init__(connection)

    def define(self, name: str, sql: str) -> None:
        """Compute `sql` once and keep it as `name`."""
        self._run(f"CREATE OR REPLACE TABLE kept.main.{name} AS {sql}", name)

    def aside(self, name: str, sql: str) -> None:
        """Compute `sql` once, for this connection only."""
        self._run(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", name)

    def aside_table(self, name: str, table: pa.Table) -> None:
        """Show `table` for this connection only."""
        self.connection.register("_given", table)
        self.aside(name, "SELECT * FROM _given")
        self.connection.unregister("_given")

    def forget(self, *names: str) -> None:
        """Drop what was set aside."""
        for name in names:
            self._run(f"DROP TABLE IF EXISTS temp.main.{name}", name)

    def count(self, name: str) -> int:
        """Rows of a table."""
        return int(self.rows(f"SELECT count(*) AS n FROM {name}", name)["n"][0].as_py())

    def replace(self, name: str, column: str, touched: str, fresh: str) -> None:
        """Replace the rows of kept `name` that are touched by those of `fresh`."""
        self._run(
            f"DELETE FROM kept.main.{name} WHERE {column} IN (SELECT {column} FROM {touched})", name
        )
        self._run(f"INSERT INTO kept.main.{name} BY NAME SELECT * FROM {fresh}", name)

    def show(self, state: Facts) -> None:
        """Show the works, authorships, references ... of a state."""
        gone = str((self.store.root / state.superseded).resolve()).replace("'", "''")
        self._run(
            f"CREATE OR REPLACE TEMP VIEW superseded AS SELECT * FROM read_parquet('{gone}')", "x"
        )
        for table in FACTS:
            view = "refs" if table == "references" else table
            names = listed(self.store, state.parts, table)
            self._run(
                f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * EXCLUDE (part) FROM ("
                "SELECT * EXCLUDE (filename), split_part(filename, '/', -2) AS part "
                f"FROM read_parquet([{names}], filename = true)"
                ") ANTI JOIN superseded USING (part, work)",
                table,
            )

    def changed(self, name: str, before: Facts, now: Facts) -> None:
        """Set aside the works that count in only one of two states, or by another row."""
        old = str((self.store.root / before.superseded).resolve()).replace("'", "''")
        new = str((self.store.root / now.superseded).resolve()).replace("'", "''")
        only = sorted(set(before.parts) ^ set(now.parts))
        parts = listed(self.store, only, "works")
        in_parts = f"SELECT work FROM read_parquet([{parts}]) UNION " if only else ""
        one, two = (f"SELECT part, work FROM read_parquet('{f}')" for f in (old, new))
        self.aside(
            name,
            f"{in_parts}SELECT work FROM (({one}) EXCEPT ({two})) AS back "
            f"UNION SELECT work FROM (({two}) EXCEPT ({one})) AS gone",
        )


def kept_folder(store: Store) -> Path:
    """Where the kept views and sums stand."""
    return store.root / FOLDER
