"""A chain as a pair of plain CSV files, nodes.csv and links.csv: read, check, table.

The columns, the kinds and relations and what is refused stand in docs/reference/chains.md. Nothing
is stored before both files are free of faults.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl
import pyarrow as pa

from hubscope.sources.cells import read_cells
from hubscope.sources.chain_checks import check_links, check_nodes, known_ids
from hubscope.sources.chain_ext import parse_ext
from hubscope.sources.chain_tables import EVIDENCE, EVIDENCE_COLUMNS, LINK, NODE, Chain, evidence_id
from hubscope.sources.raw import Fault, Raw, refuse

NODE_COLUMNS = ("id", "kind", "zh", "en", "place", "valid_from", "valid_to", "aliases", "ext")
LINK_COLUMNS = (
    "src",
    "dst",
    "rel",
    "year",
    "period",
    "place",
    "value",
    "unit",
    "share",
    "lo",
    "hi",
    *EVIDENCE_COLUMNS,
)
NODE_OPTIONAL = ("place", "valid_from", "valid_to", "aliases", "ext")
LINK_OPTIONAL = ("year", "period", "place", "value", "unit", "share", "lo", "hi", "note")


def read_pair(nodes: Raw, links: Raw) -> Chain:
    """The chain of a pair of files.

    Raises:
        BadDataError: naming every fault of both files with its line.
    """
    node_cells, faults = read_cells(nodes, NODE_COLUMNS, NODE_OPTIONAL)
    link_cells, more = read_cells(links, LINK_COLUMNS, LINK_OPTIONAL)
    refuse(faults + more)
    refuse(check(node_cells, link_cells, nodes.name, links.name))
    cells = {"nodes": node_cells, "links": link_cells}
    del node_cells, link_cells
    return _tables(cells)


def check(
    node_cells: pl.DataFrame,
    link_cells: pl.DataFrame,
    nodes_file: str = "nodes.csv",
    links_file: str = "links.csv",
) -> list[Fault]:
    """Every fault of meaning of the pair, by file and line."""
    if not node_cells.height:
        what = "the chain is empty"
        return [Fault(nodes_file, 1, "", what, "give one line for each node")]
    faults = check_nodes(node_cells, nodes_file)
    faults += check_links(resolve(node_cells, link_cells), node_cells, links_file)
    return sorted(faults, key=lambda f: (f.file != nodes_file, f.line, f.column))


def resolve(node_cells: pl.DataFrame, link_cells: pl.DataFrame) -> pl.DataFrame:
    """The links with every alias replaced by the id of its node: aliases are one provider."""
    ids = known_ids(node_cells)
    aliases = {alias: ident for alias, ident in ids.items() if alias != ident}
    if not aliases:
        return link_cells
    return link_cells.with_columns(pl.col("src", "dst", "place").replace(aliases))


def table(node_cells: pl.DataFrame, link_cells: pl.DataFrame) -> Chain:
    """The tables of checked cells."""
    return _tables({"nodes": node_cells, "links": link_cells})


def _tables(cells: dict[str, pl.DataFrame]) -> Chain:
    """The tables of `cells`, emptied on the way: a million links should not stand there twice."""
    nodes = cells.pop("nodes")
    links = resolve(nodes, cells.pop("links")).with_columns(_empty_is_null(pl.col("place")))
    code = _same(links, EVIDENCE_COLUMNS)
    first = code.arg_unique()
    evidence = links.select(EVIDENCE_COLUMNS)[first]
    ids = [evidence_id(row) for row in evidence.iter_rows(named=True)]
    by_code = dict(zip(code[first].to_list(), ids, strict=True))
    links = links.drop(EVIDENCE_COLUMNS).with_columns(
        code.replace_strict(by_code, return_dtype=pl.String).alias("evidence")
    )
    evidence = evidence.with_columns(pl.Series("evidence", ids))
    return Chain(_nodes(nodes), _links(links), _evidence(evidence))


def _same(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """One number for each different row of `columns`: a join on texts would take them twice."""
    code = pl.repeat(0, frame.height, dtype=pl.Int64, eager=True)
    for column in columns:
        own = frame[column].cast(pl.Categorical).to_physical().cast(pl.Int64)
        code = (code * (int(own.max() or 0) + 1) + own).rank("dense").cast(pl.Int64)  # type: ignore[arg-type]
    return code


def _nodes(cells: pl.DataFrame) -> pa.Table:
    place = _empty_is_null(pl.col("place"))
    known = known_ids(cells)
    return _shaped(
        cells.with_columns(
            place.replace(known),
            pl.col("aliases").map_elements(_aliases, pl.List(pl.String)),
            pl.col("ext").map_elements(_json, pl.String),
        ).rename({"zh": "name_zh", "en": "name_en"}),
        NODE,
    )


def _links(cells: pl.DataFrame) -> pa.Table:
    return _shaped(cells.with_row_index("id"), LINK)


def _evidence(cells: pl.DataFrame) -> pa.Table:
    return _shaped(cells.rename({"evidence": "id"}).sort("id"), EVIDENCE)


def _shaped(frame: pl.DataFrame, schema: pa.Schema) -> pa.Table:
    """The columns of `schema`, numbers parsed from text where the schema wants numbers."""
    numeric = [f.name for f in schema if not (pa.types.is_string(f.type) or _is_list(f.type))]
    texts = [c for c in numeric if frame.schema[c] == pl.String]
    ready = frame.with_columns(_empty_is_null(pl.col(c)).cast(pl.Float64) for c in texts)
    # One column at a time: a whole table of texts would stand in memory three times.
    columns = [ready[f.name].to_arrow().cast(f.type) for f in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _empty_is_null(column: pl.Expr) -> pl.Expr:
    return pl.when(column != "").then(column)


def _aliases(text: str) -> list[str]:
    return [a.strip() for a in text.split("|") if a.strip()]


def _json(text: str) -> str:
    return json.dumps(parse_ext(text), ensure_ascii=False, sort_keys=True)
