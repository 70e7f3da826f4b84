"""The engine that reads the store for chains: DuckDB, or Spark where HUBSCOPE_ENGINE names it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from hubscope.chains import linkage
from hubscope.errors import UsageError
from hubscope.job.patents import measuring_patents
from hubscope.job.steps import Context
from hubscope.job.works import ENGINE, measuring_engine, works_engine
from hubscope.store.dialect import Engine


def works_reader(context: Context) -> AbstractContextManager[Engine]:
    """An engine over the store's works that keeps nothing of what is defined in it."""
    if os.environ.get(ENGINE, "duckdb") == "duckdb":
        return works_engine(context)
    return measuring_engine(context)


def patents_reader(context: Context) -> AbstractContextManager[Engine]:
    """An engine over the store's patents and works that keeps nothing of what is defined in it."""
    return measuring_patents(context)


@contextmanager
def tables_reader(tables: linkage.Tables, window: tuple[int, int]) -> Iterator[Engine]:
    """An engine over the plain tables of linkage alone.

    Raises:
        UsageError: if `HUBSCOPE_ENGINE` names neither DuckDB nor Spark.
    """
    name = os.environ.get(ENGINE, "duckdb")
    if name == "duckdb":
        yield linkage.from_tables(tables, window)
        return
    if name != "spark" and not name.startswith("spark://"):
        raise UsageError(f"{ENGINE} is {name!r}", hint="duckdb, spark or spark://host:7077")
    from hubscope.store.spark import SparkEngine, session

    spark = session("local[*]" if name == "spark" else name)
    try:
        yield linkage.give_tables(SparkEngine(spark, None), tables, window)
    finally:
        spark.stop()
