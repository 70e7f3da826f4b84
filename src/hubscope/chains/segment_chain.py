"""The chain that a store of works and patents makes by itself: places, segments, what counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from hubscope.chains.segments import RULES, segments, version
from hubscope.nouns import Hub
from hubscope.sources.chain_tables import Chain, make_chain, make_evidence, make_link, make_node
from hubscope.words import say

CONCORDANCE = "https://github.com/hubscope/hubscope/blob/main/src/hubscope/chains/segments.toml"
KINDS = {
    "topics": ("key", "topic"),
    "subfields": ("subfield", "topic"),
    "fields": ("field", "topic"),
    "wipo": ("wipo", "tech"),
    "cpc": ("cpc", "tech"),
}
"""How a code of each rule is named, and the kind of its node."""

LEVELS = {"country": "country", "economy": "country", "region": "region"}
"""Sizes of places by the kind of hub; all others are cities."""


def node_id(segment: str) -> str:
    """The id of a segment's node."""
    return f"segment:{segment}"


def segment_chain(
    found: pl.DataFrame, hubs: Mapping[str, Hub], sources: Mapping[str, Mapping[str, str]]
) -> Chain:
    """Places, segments and codes as nodes; papers, patents and the concordance as links.

    Args:
        found: as `segments.specialised` gives it, of science and patents.
        hubs: the hubs of the workspace by id.
        sources: the evidence of each signal: source, locator, licence, vintage, retrieved, note.
    """
    made = {s: make_evidence(**{"status": "derived", **e}) for s, e in sources.items()}
    own = make_evidence(
        source="hubscope",
        locator=CONCORDANCE,
        licence="own work",
        status="estimated",
        vintage=version(),
        retrieved=version(),
        note="a convention of the concordance, no measurement",
    )
    nodes = [*_places(found, hubs), *_segment_nodes()]
    links = [*_counts(found, made), *_maps(own["id"])]
    return make_chain(nodes, links, [own, *made.values()])


def _places(found: pl.DataFrame, hubs: Mapping[str, Hub]) -> Iterator[dict[str, Any]]:
    used = set(found["place"].to_list())
    above = {hubs[p].part_of for p in used if p in hubs} & set(hubs)
    for ident in sorted(used | above):
        hub = hubs[ident]
        ext: dict[str, Any] = {"level": LEVELS.get(hub.kind, "city")}
        if hub.latitude is not None and hub.longitude is not None:
            ext |= {"latitude": hub.latitude, "longitude": hub.longitude}
        place = hub.part_of if hub.part_of in used | above else None
        text = json.dumps(ext, sort_keys=True)
        yield make_node(ident, "place", hub.name.zh, hub.name.en, place=place, ext=text)


def _segment_nodes() -> Iterator[dict[str, Any]]:
    for ident, segment in segments().items():
        text = json.dumps({"fit": segment.fit})
        yield make_node(node_id(ident), "tech", *_names(f"segment-{ident}"), ext=text)
        yield make_node(f"papers:{ident}", "topic", *_names(f"segment-{ident}", "papers_of"))
        for rule, codes in segment.codes.items():
            prefix, kind = KINDS[rule]
            for code in codes:
                yield make_node(f"{prefix}:{code}", kind, *_names(f"{prefix}-{code}", rule))


def _names(key: str, what: str = "") -> tuple[str, ...]:
    """The names of a code in both languages, with what it is a code of."""
    told = ((lang, say(lang, f"chains_fields.{key}")) for lang in ("zh", "en"))
    return tuple(say(lang, f"chains.code.{what}", name=n) if what else n for lang, n in told)


def _counts(
    found: pl.DataFrame, evidence: Mapping[str, Mapping[str, str]]
) -> Iterator[dict[str, Any]]:
    for row in found.filter(pl.col("units") > 0).iter_rows(named=True):
        signal, segment = row["signal"], row["segment"]
        science = signal == "science"
        yield make_link(
            row["place"],
            f"papers:{segment}" if science else node_id(segment),
            "authored" if science else "owned",
            evidence[signal]["id"],
            year=row["year"],
            value=row["amount"],
            unit="papers" if science else "families",
        )


def _maps(evidence: str) -> Iterator[dict[str, Any]]:
    """Codes to what counts: those of works to the papers of a segment, those of patents to it."""
    for ident, segment in segments().items():
        yield make_link(f"papers:{ident}", node_id(ident), "maps_to", evidence, share=100.0)
        for rule, codes in segment.codes.items():
            onto = node_id(ident) if rule in RULES["patent"] else f"papers:{ident}"
            rel = "maps_to" if rule in RULES["patent"] else "part_of"
            share = 100.0 if rel == "maps_to" else None
            for code in codes:
                yield make_link(f"{KINDS[rule][0]}:{code}", onto, rel, evidence, share=share)


def signals_of(found: pl.DataFrame, named: Mapping[str, str]) -> pl.DataFrame:
    """What was found, by the nodes of a chain: `named` gives the segment of a node.

    Returns:
        place, segment (the node), year, signal, value, lo, hi, units.
    """
    pairs = pl.DataFrame(
        list(named.items()), schema={"node": pl.String, "segment": pl.String}, orient="row"
    )
    numbers = ("year", "signal", "value", "lo", "hi", "units")
    node = pl.col("node").alias("segment")
    return found.join(pairs, on="segment").select("place", node, *numbers)


def concordance(named: Mapping[str, str]) -> list[dict[str, Any]]:
    """What counts to the segment of each node: node, works and patents (keys of words), fit."""
    made = []
    for node, ident in named.items():
        segment = segments()[ident]
        works, patents = (
            [f"{KINDS[r][0]}-{code}" for r in RULES[side] for code in segment.codes.get(r, ())]
            for side in ("science", "patent")
        )
        made.append({"node": node, "works": works, "patents": patents, "fit": segment.fit})
    return made
