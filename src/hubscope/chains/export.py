"""A chain as files for other tools: the plain CSV pair, GraphML and GEXF; tables as workbooks."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import polars as pl

from hubscope.cells import safe_text
from hubscope.sources.chain_tables import EVIDENCE_COLUMNS, Chain
from hubscope.sources.chains import LINK_COLUMNS, NODE_COLUMNS

_LINK_TYPES = {
    "rel": "string",
    "year": "int",
    "period": "string",
    "place": "string",
    "value": "double",
    "unit": "string",
    "share": "double",
    "lo": "double",
    "hi": "double",
    **dict.fromkeys(EVIDENCE_COLUMNS, "string"),
}
_NODE_TYPES = {"kind": "string", "zh": "string", "en": "string", "place": "string", "ext": "string"}


def node_rows(chain: Chain) -> Iterator[dict[str, Any]]:
    """The nodes as the plain pair writes them."""
    for node in chain.nodes.to_pylist():
        row = node | {"zh": node["name_zh"], "en": node["name_en"]}
        row["aliases"] = "|".join(node["aliases"])
        row["ext"] = "" if node["ext"] == "{}" else node["ext"]
        yield {c: row[c] for c in NODE_COLUMNS}


def link_rows(chain: Chain) -> Iterator[dict[str, Any]]:
    """The links with their evidence as the plain pair writes them."""
    evidence = {e["id"]: e for e in chain.evidence.to_pylist()}
    for link in chain.links.to_pylist():
        row = link | evidence[link["evidence"]]
        yield {c: row[c] for c in LINK_COLUMNS}


def to_pair(chain: Chain) -> tuple[bytes, bytes]:
    """nodes.csv and links.csv, which `hubscope chain add` reads back to the same chain."""
    return _csv(NODE_COLUMNS, node_rows(chain)), _csv(LINK_COLUMNS, link_rows(chain))


def _csv(columns: Sequence[str], rows: Iterator[dict[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def to_graphml(chain: Chain) -> bytes:
    """The chain as GraphML, every attribute and the evidence of every link on it."""
    keys = [
        f'<key id="{d}_{name}" for="{d}" attr.name="{name}" attr.type="{kind}"/>'
        for d, types in (("node", _NODE_TYPES), ("edge", _LINK_TYPES))
        for name, kind in types.items()
    ]
    nodes = (
        f"<node id={quoteattr(n['id'])}>{_data('node', _NODE_TYPES, n)}</node>"
        for n in node_rows(chain)
    )
    links = (
        f'<edge id="l{i}" source={quoteattr(r["src"])} target={quoteattr(r["dst"])}>'
        f"{_data('edge', _LINK_TYPES, r)}</edge>"
        for i, r in enumerate(link_rows(chain))
    )
    head = '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">'
    lines = [_XML, head, *keys, '<graph edgedefault="directed">', *nodes, *links]
    return "\n".join([*lines, "</graph>", "</graphml>", ""]).encode()


_XML = '<?xml version="1.0" encoding="UTF-8"?>'


def _data(where: str, types: Mapping[str, str], row: Mapping[str, Any]) -> str:
    return "".join(
        f'<data key="{where}_{name}">{escape(str(row[name]))}</data>'
        for name in types
        if row[name] not in (None, "")
    )


def to_gexf(chain: Chain, lang: str = "en") -> bytes:
    """The chain as GEXF 1.2, which Gephi reads; labels in `lang`."""
    lines = [
        _XML,
        '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">',
        '<graph defaultedgetype="directed">',
    ]
    for where, types in (("node", _NODE_TYPES), ("edge", _LINK_TYPES)):
        lines.append(f'<attributes class="{where}">')
        lines += [
            f'<attribute id="{name}" title="{name}" type="{kind.replace("int", "integer")}"/>'
            for name, kind in types.items()
        ]
        lines.append("</attributes>")
    lines.append("<nodes>")
    lines += [
        f"<node id={quoteattr(n['id'])} label={quoteattr(n[lang])}>{_values(_NODE_TYPES, n)}</node>"
        for n in node_rows(chain)
    ]
    lines += ["</nodes>", "<edges>"]
    lines += [
        f'<edge id="{i}" source={quoteattr(r["src"])} target={quoteattr(r["dst"])} '
        f"label={quoteattr(r['rel'])}>{_values(_LINK_TYPES, r)}</edge>"
        for i, r in enumerate(link_rows(chain))
    ]
    return "\n".join([*lines, "</edges>", "</graph>", "</gexf>", ""]).encode()


def _values(types: Mapping[str, str], row: Mapping[str, Any]) -> str:
    inside = "".join(
        f'<attvalue for="{name}" value={quoteattr(str(row[name]))}/>'
        for name in types
        if row[name] not in (None, "")
    )
    return f"<attvalues>{inside}</attvalues>"


def to_workbook(tables: Mapping[str, pl.DataFrame]) -> bytes:
    """One workbook with a sheet for every table; lists joined by a comma, gaps left empty."""
    import xlsxwriter

    found = io.BytesIO()
    long_ago = datetime(2000, 1, 1, tzinfo=UTC)  # the same tables give the same bytes
    with xlsxwriter.Workbook(found, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": long_ago})
        head = book.add_format({"bold": True, "bottom": 1})
        for name, table in tables.items():
            sheet = book.add_worksheet(name[:31])
            sheet.write_row(0, 0, table.columns, head)
            for i, row in enumerate(table.iter_rows(), 1):
                sheet.write_row(i, 0, [_cell(v) for v in row])
            sheet.freeze_panes(1, 0)
            sheet.autofit()
    return found.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - NaN is not itself
        return None
    return value


def to_csv(table: pl.DataFrame) -> bytes:
    """A table as CSV; lists joined by "|"."""
    lists = [c for c, kind in table.schema.items() if kind == pl.List]
    flat = table.with_columns(pl.col(c).list.join("|") for c in lists)
    texts = pl.col(pl.String)
    flat = flat.with_columns(texts.map_elements(safe_text, return_dtype=pl.String))
    return flat.with_columns(pl.col(pl.Float64).fill_nan(None)).write_csv().encode()


def to_json_rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as JSON holds them: NaN becomes null."""
    clean = table.with_columns(pl.col(pl.Float64).fill_nan(None))
    rows: list[dict[str, Any]] = json.loads(json.dumps(clean.to_dicts(), allow_nan=False))
    return rows
