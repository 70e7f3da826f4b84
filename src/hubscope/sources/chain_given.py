"""Whole chains of tables that have no nodes of their own: flows between places, and trade."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

import polars as pl
import pyarrow as pa

from hubscope.sources import flows
from hubscope.sources.cells import read_cells
from hubscope.sources.chain_tables import (
    EVIDENCE,
    LINK,
    NODE,
    Chain,
    make_chain,
    make_evidence,
    make_node,
)
from hubscope.sources.concordance import Concordance
from hubscope.sources.places import code_of, place_names
from hubscope.sources.raw import Raw
from hubscope.sources.trade import read_trade_bytes

UNIT = "1e3 USD"
UNMAPPED = "hs:unmapped"
"""The node of products for which the concordance has nothing."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """How products are brought to something coarser."""

    pairs: Concordance
    note: str
    """What the evidence says of it."""
    named: Callable[[str], tuple[str, str, str, str]]
    """id, kind and names in Chinese and English of what a code of the target is."""


def node_id(name: str) -> str:
    """An id for a name: its Latin letters and digits, or ten digits of its hash."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:80]
    return plain or "n" + sha256(name.encode()).hexdigest()[:10]


def flow_chain(raw: Raw, *, retrieved: str) -> Chain:
    """The flows of a file with its places as nodes, under the names that the file gives them.

    Raises:
        BadDataError: naming every faulty row.
    """
    cells, _ = read_cells(raw, flows.COLUMNS, ("source_kind", "note", "destination"))
    names = {c for end in ("origin", "destination") for c in cells[end].to_list() if c}
    ids = {name: node_id(name) for name in names}
    found = flows.read_flows(raw, ids, retrieved=retrieved)
    used = {*found.links["src"].to_pylist(), *found.links["dst"].to_pylist()}
    nodes = [_place(ids[n], n) for n in sorted(names) if ids[n] in used]
    return Chain(make_chain(nodes, [], []).nodes, found.links, found.evidence)


def _place(ident: str, name: str) -> dict[str, object]:
    code = code_of(name)
    zh, en = place_names(code) if code else (name, name)
    ext = json.dumps({"level": "country"}) if code else "{}"
    return make_node(ident, "place", zh, en, ext=ext)


def trade_chain(
    raw: Raw,
    *,
    retrieved: str,
    licence: str,
    source: str,
    url: str,
    by: Grouping | None = None,
) -> Chain:
    """What each economy exports of each product and year, as `produces` links.

    Args:
        raw: a table of BACI or UN Comtrade.
        retrieved: date on which it was fetched.
        licence: of the table, for its user to state.
        source: who made it.
        url: where it came from.
        by: what products are brought to; a product with several targets goes to each in equal
            parts, one with none to UNMAPPED, so that no value is lost.

    Raises:
        BadDataError: naming the first faulty lines.
    """
    rows = read_trade_bytes(raw).group_by("t", "i", "k").agg(pl.col("v").sum()).sort("t", "i", "k")
    given = {"source": source, "locator": url, "licence": licence, "retrieved": retrieved}
    places = [_place(c, c) for c in rows["i"].unique().sort()]
    rows, products, note = _products(rows, by)
    evidence = make_evidence(**given, status="derived", note=note)
    links = rows.select(
        pl.int_range(pl.len()).alias("id"),
        pl.col("i").alias("src"),
        pl.col("k").alias("dst"),
        pl.lit("produces").alias("rel"),
        pl.col("t").alias("year"),
        pl.lit("").alias("period"),
        pl.lit(None, pl.String).alias("place"),
        pl.col("v").alias("value"),
        pl.lit(UNIT).alias("unit"),
        *(pl.lit(None, pl.Float64).alias(c) for c in ("share", "lo", "hi")),
        pl.lit(evidence["id"]).alias("evidence"),
    ).to_arrow()
    return Chain(
        pa.Table.from_pylist([*places, *products], schema=NODE),
        links.cast(LINK),
        pa.Table.from_pylist([evidence], schema=EVIDENCE),
    )


def _products(
    rows: pl.DataFrame, by: Grouping | None
) -> tuple[pl.DataFrame, list[dict[str, object]], str]:
    """Exports by node (column k), the nodes, and what the evidence says of how they were made."""
    summed = "exports summed over partners"
    if by is None:
        nodes = [make_node(f"hs:{k}", "product", f"HS {k}", f"HS {k}") for k in _codes(rows["k"])]
        return rows.with_columns(("hs:" + pl.col("k")).alias("k")), nodes, summed
    six = rows.with_columns(pl.col("k").str.zfill(6))
    lost = by.pairs.unmapped(six, "k")
    named = {c: by.named(c) for c in by.pairs.pairs["dst"].unique().sort()}
    found = by.pairs.map(six, "k", "v").with_columns(
        pl.col("k").replace_strict({c: n[0] for c, n in named.items()}, return_dtype=pl.String)
    )
    rest = six.filter(pl.col("k").is_in(lost)).group_by("t", "i").agg(pl.col("v").sum())
    rest = rest.with_columns(pl.lit(UNMAPPED).alias("k")).select(found.columns)
    both = pl.concat([found, rest]).sort("t", "i", "k")
    used = set(both["k"])
    nodes = [make_node(*n) for n in named.values() if n[0] in used]
    if rest.height:
        nodes.append(
            make_node(UNMAPPED, "product", "对照表未列的HS编码", "HS codes without a counterpart")
        )
    return both, nodes, f"{summed}; {by.note}; {len(lost)} HS codes without a counterpart"


def _codes(column: pl.Series) -> Iterable[str]:
    return [str(k) for k in column.unique().sort()]
