"""What may be published of a chain: a licence is checked before anything is shown or exported."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from hubscope.sources.chain_tables import Chain

OPEN = (
    "facts only",
    "own work",
    "public domain",
    "CC0",
    "CC0 1.0",
    "CC0-1.0",
    "CC BY 3.0",
    "CC-BY-3.0",
    "CC BY 4.0",
    "CC-BY-4.0",
    "CC BY-SA 4.0",
    "CC-BY-SA-4.0",
    "ODC-By",
    "ODC-By-1.0",
    "ODbL",
    "ODbL-1.0",
    "PDDL",
    "PDDL-1.0",
    "MIT",
    "BSD-3-Clause",
    "Apache-2.0",
)
"""Licences under which a chain may be published with its source; any other one may not."""


def may_publish(licence: str) -> bool:
    """Whether data under `licence` may stand on public pages and in exported files.

    Of several licences, joined by " AND ", each must allow it.
    """
    return all(one in OPEN for one in licence.split(" AND "))


def publishable(chain: Chain) -> tuple[Chain, dict[str, int]]:
    """The part of a chain that may be published, and how many links each licence keeps back.

    Nodes stay where a link that may be published names them, or as the place of such a node.
    """
    licences = dict(
        zip(chain.evidence["id"].to_pylist(), chain.evidence["licence"].to_pylist(), strict=True)
    )
    good = pa.array([i for i, text in licences.items() if may_publish(text)], pa.string())
    keep = pc.is_in(chain.links["evidence"], value_set=good)
    links, rest = chain.links.filter(keep), chain.links.filter(pc.invert(keep))
    held: dict[str, int] = {}
    for ident in rest["evidence"].to_pylist():
        held[licences[ident]] = held.get(licences[ident], 0) + 1
    named = _named(links)
    where = zip(chain.nodes["id"].to_pylist(), chain.nodes["place"].to_pylist(), strict=True)
    named |= {place for ident, place in where if ident in named and place}
    kept = pa.array(sorted(named), pa.string())
    nodes = chain.nodes.filter(pc.is_in(chain.nodes["id"], value_set=kept))
    used = pc.is_in(chain.evidence["id"], value_set=links["evidence"].combine_chunks())
    return Chain(nodes, links, chain.evidence.filter(used)), held


def _named(links: pa.Table) -> set[str]:
    return {*links["src"].to_pylist(), *links["dst"].to_pylist()}
