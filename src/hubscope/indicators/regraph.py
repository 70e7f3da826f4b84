"""Disruption after a change of the works: only what the change can reach is counted again.

A work counts anew where its year or references among the counted works changed. Every other work's
counts are those kept, less what the changed works added to them, and with what they add now.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from hubscope.indicators.citation_graph import citation_graph, disruption, every_count, table
from hubscope.indicators.kernels.exchange import added
from hubscope.indicators.kernels.rows import Ints
from hubscope.store.kept import Facts, KeptEngine

MOST = 0.1
"""Share of the works up to which counts are exchanged; beyond it all are made again."""

COUNTS = ("n_i", "n_j", "n_k", "n_strong")


def renew(engine: KeptEngine, before: Facts, now: Facts) -> None:
    """Make `touched_disruption`, the works whose row differs, and `fresh_disruption`, their rows.

    The engine has what `touched.find` made, `kept.counted` and `new_counted`, and shows `now`
    before and afterwards.
    """
    _changed(engine)
    few = engine.count("changed_graph") <= MOST * engine.count("kept.counted")
    made = _exchanged(engine, before, now) if few else disruption(engine, "new_counted")
    engine.aside_table("made_disruption", made)
    old = "kept.disruption" if not few else "met_disruption"
    engine.aside(
        "touched_disruption",
        f"SELECT work FROM (TABLE {old} EXCEPT TABLE made_disruption) AS gone UNION "
        f"SELECT work FROM (TABLE made_disruption EXCEPT TABLE {old}) AS came",
    )
    fresh = "SELECT * FROM made_disruption SEMI JOIN touched_disruption USING (work)"
    engine.aside("fresh_disruption", fresh)
    engine.forget("changed_graph", "made_disruption", "met_disruption", "nodes_changed")


def _changed(engine: KeptEngine) -> None:
    """`changed_graph`: works whose year, being counted, or counted references changed."""
    engine.aside(
        "nodes_changed",
        "SELECT touched_work.work FROM touched_work "
        "LEFT JOIN kept.counted AS old ON old.work = touched_work.work "
        "LEFT JOIN new_counted AS new ON new.work = touched_work.work "
        "WHERE old.year IS DISTINCT FROM new.year",
    )
    for name in ("before", "now"):
        engine.aside(
            f"edges_{name}",
            f"SELECT work, cited FROM near_{name} WHERE work IN (SELECT work FROM touched_work) "
            "OR cited IN (SELECT work FROM nodes_changed)",
        )
    engine.aside(
        "changed_graph",
        "SELECT work FROM nodes_changed UNION "
        "SELECT work FROM (TABLE edges_before EXCEPT TABLE edges_now) AS gone UNION "
        "SELECT work FROM (TABLE edges_now EXCEPT TABLE edges_before) AS came UNION "
        "SELECT edges_before.work FROM edges_before SEMI JOIN nodes_changed "
        "ON nodes_changed.work = edges_before.cited UNION "
        "SELECT edges_now.work FROM edges_now SEMI JOIN nodes_changed "
        "ON nodes_changed.work = edges_now.cited",
    )
    engine.forget("edges_before", "edges_now", "near_before", "near_now")


def _exchanged(engine: KeptEngine, before: Facts, now: Facts) -> pa.Table:
    """The new rows of all works that the change reached; `met_disruption` has their kept rows."""
    _reach(engine, before, now)
    changed = engine.rows("SELECT work FROM changed_graph ORDER BY work", "changed_graph")
    works: Ints = changed["work"].to_numpy()
    parts = []
    for facts, counted, sign in ((before, "kept.counted", -1), (now, "new_counted", 1)):
        engine.show(facts)
        engine.aside(
            "near_refs", "SELECT * FROM refs SEMI JOIN reached ON reached.work = refs.cited"
        )
        ids, graph = citation_graph(engine, counted, "near_refs")
        at = np.flatnonzero(np.isin(ids, works))
        brought = added(graph, at)
        brought[at] = 0
        met = brought.any(axis=1)
        parts.append((ids[met], sign * brought[met]))
    engine.forget("reached", "near_refs")
    again = table(ids[at], every_count(graph, at), np.diff(graph.ref_start)[at] > 0)
    return pa.concat_tables([again, _others(engine, parts)])


def _reach(engine: KeptEngine, before: Facts, now: Facts) -> None:
    """`reached`: the changed works and all that they cite or cited."""
    for facts, name in ((before, "before"), (now, "now")):
        engine.show(facts)
        sql = "SELECT DISTINCT cited AS work FROM refs SEMI JOIN changed_graph USING (work)"
        engine.aside(f"reached_{name}", sql)
    engine.aside(
        "reached",
        "SELECT work FROM changed_graph UNION TABLE reached_before UNION TABLE reached_now",
    )
    engine.forget("reached_before", "reached_now")


def _others(engine: KeptEngine, parts: list[tuple[Ints, Ints]]) -> pa.Table:
    """Kept counts with what the changed works took away and brought; the engine shows `now`."""
    ids, place = np.unique(np.concatenate([p[0] for p in parts]), return_inverse=True)
    change = np.zeros((len(ids), 4), np.int64)
    np.add.at(change, place, np.concatenate([p[1] for p in parts]))
    ids, change = ids[change.any(axis=1)], change[change.any(axis=1)]
    engine.aside_table("met", pa.table({"work": ids}))
    engine.aside(
        "met_disruption",
        "SELECT * FROM kept.disruption WHERE work IN (SELECT work FROM met UNION ALL "
        "SELECT work FROM changed_graph)",
    )
    counts = ", ".join(f"coalesce(old.{n}, 0) AS {n}" for n in COUNTS)
    kept = engine.rows(
        f"SELECT met.work, {counts}, old.work IS NOT NULL OR citing.work IS NOT NULL AS has_refs "
        "FROM met LEFT JOIN kept.disruption AS old ON old.work = met.work LEFT JOIN ("
        "SELECT DISTINCT refs.work FROM refs SEMI JOIN met USING (work) "
        "SEMI JOIN new_counted ON new_counted.work = refs.cited"
        ") AS citing ON citing.work = met.work ORDER BY met.work",
        "disruption",
    )
    engine.forget("met")
    old = np.column_stack([kept[n].to_numpy() for n in COUNTS])
    return table(ids, old + change, kept["has_refs"].to_numpy(zero_copy_only=False))
