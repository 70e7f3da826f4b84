"""The engine that reads the store for chains: DuckDB, or Spark where HUBSCOPE_ENGINE names it."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager

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
