"""Step: the figures into observations of every indicator."""

from __future__ import annotations

from collections.abc import Mapping

from hubscope.indicators import measure, to_table
from hubscope.job.figures import catalogue, own_definitions
from hubscope.job.steps import Context, Step, artifact_hashes
from hubscope.store import connect


def _inputs(context: Context) -> Mapping[str, str]:
    return artifact_hashes(context, "figures") | own_definitions(context)


def _make(context: Context) -> Mapping[str, object]:
    with connect(context.store, {"figures_table": "figures"}) as connection:
        return {"observations": to_table(measure(connection, catalogue(context)))}


MEASURE = Step("measure", _inputs, _make)
