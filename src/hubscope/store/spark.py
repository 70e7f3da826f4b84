"""The same queries on Apache Spark, for more works than one machine holds (extra `spark`).

The one SQL text of each indicator is translated from DuckDB's dialect by sqlglot; sums and draws
are made where the rows are, by the same kernel, and only sums travel back. `engine = "spark"` runs
in this process's machine, `engine = "spark://host:7077"` on a cluster that sees the store's folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from shutil import which
from typing import Any

import pyarrow as pa

from hubscope.errors import EngineError, HubscopeError
from hubscope.sources.star import DIMENSIONS, FACTS
from hubscope.store.publish import Store
from hubscope.store.works import loaded
from hubscope.store.works_views import files

SUMS = "hub bigint, year bigint, part bigint, units bigint, sums array<double>"
"""What a fold gives."""

PIECE = 1_000_000
"""Rows that are summed together; fewer would send more sums than rows."""


def why_not() -> str:
    """Why Spark cannot run here; "" if it can."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed: pip install 'hubscope[spark]'"
    home = os.environ.get("JAVA_HOME")
    if not (which("java") or (home and os.access(f"{home}/bin/java", os.X_OK))):
        return "there is no Java: Spark 4 needs Java 17 or later"
    return ""


def session(master: str = "local[2]", *, memory: str = "2g", shuffles: int = 8) -> Any:
    """A Spark session on `master`; the worker processes use this Python.

    Raises:
        HubscopeError: saying what is missing.
    """
    if reason := why_not():
        raise HubscopeError(reason, hint='or use the default, engine = "duckdb"')
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return (
        SparkSession.builder.master(master)
        .appName("hubscope")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", memory)
        .config("spark.executor.memory", memory)
        .config("spark.sql.shuffle.partitions", shuffles)
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )


def translate(sql: str) -> str:
    """A query in DuckDB's dialect as Spark's."""
    import sqlglot

    return sqlglot.transpile(sql, read="duckdb", write="spark")[0]


class SparkEngine:
    """A Spark session over the works of a store, or over the tables it is given."""

    def __init__(self, spark: Any, store: Store | None) -> None:
        self.spark = spark
        if store is None:
            return
        body = loaded(store)
        if not body:
            raise HubscopeError(f"the store {store.root} holds no works")
        superseded = store.table("works_superseded")
        for table in FACTS:
            self._fact(store, table, superseded)
        for name in DIMENSIONS:
            self.give(name, store.table(f"works_{name}"))

    def _fact(self, store: Store, table: str, superseded: pa.Table) -> None:
        from pyspark.sql import functions as f

        frame = self.spark.read.parquet(*files(store, table))
        if superseded.num_rows:
            gone = self.spark.createDataFrame(superseded.select(["part", "work"]))
            part = f.element_at(f.split(f.col("_metadata.file_path"), "/"), -2)
            frame = frame.withColumn("part", part).join(gone, ["part", "work"], "left_anti")
            frame = frame.drop("part")
        frame.createOrReplaceTempView("refs" if table == "references" else table)

    def give(self, name: str, table: pa.Table) -> None:
        """Show `table` as `name`."""
        self.spark.createDataFrame(table).createOrReplaceTempView(name)

    def define(self, name: str, sql: str) -> None:
        """Compute `sql` once and show it as `name`."""
        frame = self._sql(sql, name).persist()
        frame.createOrReplaceTempView(name)

    def drop(self, name: str) -> None:
        """Forget what `give` or `define` made."""
        self.spark.catalog.dropTempView(name)

    def rows(self, sql: str, name: str) -> pa.Table:
        """The rows of `sql`, all brought here."""
        with _explained(name):
            table: pa.Table = self._sql(sql, name).toArrow()
        return table

    def fold(
        self,
        sql: str,
        name: str,
        fold: Callable[[pa.Table], pa.Table],
        *,
        by: Sequence[str] = (),
    ) -> list[pa.Table]:
        """`fold` of each piece of the rows, made where they are; equals in `by` in one."""

        def pieces(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            waiting: list[pa.RecordBatch] = []
            for batch in batches:
                waiting.append(batch)
                if sum(b.num_rows for b in waiting) >= PIECE:
                    yield from fold(pa.Table.from_batches(waiting)).to_batches()
                    waiting = []
            if sum(b.num_rows for b in waiting):
                yield from fold(pa.Table.from_batches(waiting)).to_batches()

        with _explained(name):
            frame = self._sql(sql, name)
            if by:
                table: pa.Table = frame.groupBy(*by).applyInArrow(fold, SUMS).toArrow()
            else:
                table = frame.mapInArrow(pieces, SUMS).toArrow()
        return [table]

    def _sql(self, sql: str, name: str) -> Any:
        with _explained(name):
            return self.spark.sql(translate(sql))


class _explained:  # noqa: N801 (reads as the verb it is)
    """Turn Spark's own errors into ours, with the query's name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from pyspark.errors import PySparkException

        if isinstance(error, PySparkException):
            first = str(error).strip().splitlines()[0]
            raise EngineError(
                f"{self.name}: {first}", hint="the query stands beside its .toml"
            ) from error
