"""Step: the figures, and the lists, works and patents where there are any, into observations."""

from __future__ import annotations

from collections.abc import Mapping

from hubscope.indicators import measure, to_table
from hubscope.job.figures import catalogue, own_definitions
from hubscope.job.lists import list_inputs, observe_lists
from hubscope.job.patents import observe_patents, patents_inputs
from hubscope.job.steps import Context, Step, artifact_hashes
from hubscope.job.works import observe_works, works_inputs
from hubscope.store import connect


def _inputs(context: Context) -> Mapping[str, str]:
    given = artifact_hashes(context, "figures") | own_definitions(context)
    return given | works_inputs(context) | list_inputs(context) | patents_inputs(context)


def _make(context: Context) -> Mapping[str, object]:
    with connect(context.store, {"figures_table": "figures"}) as connection:
        found = measure(connection, catalogue(context))
    if list_inputs(context):
        found += observe_lists(context)
    beside: dict[str, object] = {}
    if works_inputs(context):
        observed, beside["works_coverage"] = observe_works(context)
        found += observed
    if patents_inputs(context):
        observed, beside["patents_coverage"] = observe_patents(context)
        found += observed
    return {"observations": to_table(found)} | beside


MEASURE = Step("measure", _inputs, _make)
