"""Step: specialisation of the hubs in technology segments, from the store's works and patents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from hubscope.chains import segments
from hubscope.chains.export import to_json_rows
from hubscope.chains.linkage import text
from hubscope.chains.load import UNSTATED
from hubscope.indicators import patents as patent_indicators
from hubscope.indicators.key_fields import topic_map
from hubscope.indicators.patents_measures import cpc_sets
from hubscope.indicators.works import LICENCE, URL
from hubscope.indicators.works_views import prepare
from hubscope.job.engines import patents_reader, works_reader
from hubscope.job.patents import patents_inputs, place_members
from hubscope.job.steps import Context, Step
from hubscope.job.works import members, works_inputs
from hubscope.places.members import MEMBERS
from hubscope.store import patents, works
from hubscope.store.dialect import Engine

TRACE = "hubscope chain trace PLACE SEGMENT YEAR"
"""The command that shows the rows under one value."""


def prepare_science(context: Context, engine: Engine) -> dict[str, int]:
    """Make the views that the works' query reads; the number of each hub."""
    query = [text(segments.QUERIES["science"])]
    return prepare(engine, members(context), context.workspace.hubs, queries=query)


def prepare_patents(context: Context, engine: Engine) -> dict[str, int]:
    """Make the views that the patents' query reads; the number of each hub."""
    known = members(context) if works.loaded(context.store) else MEMBERS.empty_table()
    places = place_members(context)
    return patent_indicators.prepare(engine, known, places, context.workspace.hubs)


def found_in_store(context: Context) -> dict[str, Any]:
    """Specialisation of all hubs in all segments, and the evidence of each signal.

    Returns:
        version (of the concordance), rows (columns of `segments.FOUND`) and sources by signal;
        no rows where the store holds neither works nor patents.
    """
    rows, sources = [], {}
    if body := works.loaded(context.store):
        with works_reader(context) as engine:
            numbers = prepare_science(context, engine)
            rows.append(segments.specialised(engine, "science", numbers))
        sources["science"] = works_evidence(body)
    if (body := patents.loaded(context.store)) and place_members(context).num_rows:
        with patents_reader(context) as engine:
            numbers = prepare_patents(context, engine)
            rows.append(segments.specialised(engine, "patent", numbers))
        sources["patent"] = patents_evidence(body)
    every = pl.concat(rows) if rows else pl.DataFrame(schema=segments.FOUND)
    return {"version": segments.version(), "rows": to_json_rows(every), "sources": sources}


def works_evidence(body: Mapping[str, Any]) -> dict[str, str]:
    """The evidence of what is counted in works: the release, its licence, the map, the command."""
    usual = (URL, LICENCE) if {p["source"] for p in body["parts"]} == {"openalex"} else ("", "")
    note = f"topic map {topic_map()['version']}"
    return _evidence("OpenAlex works" if usual[0] else "works", body, body["parts"], note, usual)


def patents_evidence(body: Mapping[str, Any]) -> dict[str, str]:
    """The evidence of what is counted in patents; pairs with papers are no part of it."""
    parts = [p for p in body["parts"] if not p["source"].endswith("-links")]
    return _evidence("patents", body, parts, f"CPC sets {cpc_sets()['version']}", ("", ""))


def _evidence(
    what: str,
    body: Mapping[str, Any],
    parts: Sequence[Mapping[str, Any]],
    note: str,
    usual: tuple[str, str],
) -> dict[str, str]:
    urls = sorted({p.get("url", "") for p in parts} - {""}) or [usual[0]]
    licences = sorted({p.get("licence", "") or usual[1] or UNSTATED for p in parts})
    made_up = all(p["source"].startswith("synthetic") for p in parts)
    return {
        "source": f"{'made-up ' if made_up else ''}{what}, release {body['vintage']}",
        "locator": urls[0] or TRACE,
        "licence": " AND ".join(licences),
        "vintage": str(body["vintage"]),
        "retrieved": str(body["vintage"]),
        "note": f"{note}; concordance of segments {segments.version()}; traced by `{TRACE}`",
    }


def table(body: Mapping[str, Any]) -> pl.DataFrame:
    """The rows of `found_in_store` as a table."""
    return pl.DataFrame(body["rows"], schema=segments.FOUND, orient="row")


def _inputs(context: Context) -> Mapping[str, str]:
    version = {"segments": segments.version()} if works_inputs(context) else {}
    return works_inputs(context) | patents_inputs(context) | version


SEGMENTS = Step("segments", _inputs, lambda context: {"segments": found_in_store(context)})
