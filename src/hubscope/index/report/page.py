"""A report as one HTML file: style and drawings inline, no script, nothing fetched."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from hubscope.index.report.blocks import Block, CellBlock, Heading, Table, Text
from hubscope.index.report.marks import Drawing, svg

STYLE = """
:root { color-scheme: light dark; --paper: #fdfcf9; --ink: #171d26; --soft: #59616d;
  --line: #dcd8cf; --track: #ece8df; --peer: #a8a094; --range: #b5c8dc; --mark: #a01c24;
  --bar: #2b5c8f; --link: #1f5288; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171c; --ink: #e9e6e0; --soft: #a5adb8;
  --line: #2f353f; --track: #242a33; --peer: #6d7683; --range: #35506f; --mark: #f2877f;
  --bar: #7fb2ea; --link: #93bdf0; } }
* { box-sizing: border-box; }
html { font: 100%/1.6 system-ui, "Noto Sans", "Segoe UI", Helvetica, Arial, sans-serif;
  background: var(--paper); color: var(--ink); text-size-adjust: 100%; }
:lang(zh) { line-height: 1.75; font-family: "Noto Sans CJK SC", "Source Han Sans SC",
  "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; }
body { margin: 0 auto; max-width: 62rem; padding: 0 1.25rem 3rem; }
.over { color: var(--soft); margin: 2.5rem 0 0; }
h1 { font: 600 2.25rem/1.25 Georgia, "Noto Serif", "Noto Serif CJK SC", "Songti SC", serif;
  margin: 0 0 1rem; text-wrap: balance; overflow-wrap: anywhere; }
h2 { font: 600 1.25rem/1.4 Georgia, "Noto Serif", "Noto Serif CJK SC", "Songti SC", serif;
  margin: 2.75rem 0 .75rem; padding-bottom: .4rem; border-bottom: 1px solid var(--line); }
p { max-width: 46rem; margin: .5rem 0; overflow-wrap: anywhere; }
.answer { font-size: 1.25rem; }
.note, caption { color: var(--soft); font-size: .875rem; }
a { color: var(--link); }
table { border-collapse: collapse; max-width: 100%; min-width: min(24rem, 100%);
  font-variant-numeric: tabular-nums; }
caption { text-align: start; padding-bottom: .5rem; max-width: 46rem; }
th, td { text-align: start; vertical-align: middle; padding: .35rem 1rem .35rem 0;
  border-bottom: 1px solid var(--line); font-weight: 400; overflow-wrap: break-word; }
thead th { color: var(--soft); font-size: .8125rem; vertical-align: bottom; }
.n { text-align: end; white-space: nowrap; }
.d0 { font-weight: 600; } .d2 { padding-inline-start: 1rem; }
.d3, .d4, .d5, .d6 { padding-inline-start: 2rem; }
svg { display: block; max-width: 100%; min-width: 7rem; }
rect.track { fill: var(--track); } rect.peer { fill: var(--peer); }
rect.range { fill: var(--range); } rect.mark { fill: var(--mark); } rect.bar { fill: var(--bar); }
@media (max-width: 44rem) {
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, caption { display: block; }
  tr { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0 1rem;
    padding: .5rem 0; border-bottom: 1px solid var(--line); }
  th, td { border: 0; padding: .1rem 0; }
  tbody th, .wide { grid-column: 1 / -1; }
  .n { text-align: start; white-space: normal; }
  td[data-k]::before { content: attr(data-k); color: var(--soft); font-size: .8125rem;
    margin-inline-end: .5rem; }
  td:empty { display: none; }
}
@media print { html { background: none; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
"""
"""Paper, ink and one accent, light and dark; on a narrow screen a row becomes a card."""

POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(blocks: Sequence[Block], title: str, lang: str) -> str:
    """The blocks as a complete HTML document; every text is escaped."""
    body = "\n".join(_block(b) for b in blocks)
    return f"""<!DOCTYPE html>
<html lang="{escape(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
    if isinstance(block, Text):
        kind = f' class="{block.kind}"' if block.kind else ""
        return f"<p{kind}>{escape(block.text)}</p>"
    return _table(block)


def _table(table: Table) -> str:
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    head = "".join(
        f'<th role="columnheader" scope="col"{_kind(table, j)}>{escape(h)}</th>'
        if h
        else '<td role="cell"></td>'
        for j, h in enumerate(table.head)
    )
    body = "\n".join(_row(table, i) for i in range(len(table.rows)))
    # the roles keep a table a table where narrow screens lay its rows out as cards
    return (
        f'<table role="table">{caption}<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{body}\n</tbody></table>'
    )


def _kind(table: Table, column: int) -> str:
    return ' class="n"' if column in table.numeric else ""


def _row(table: Table, at: int) -> str:
    first, *rest = table.rows[at]
    text = escape(str(first))
    if table.links:
        text = f'<a href="{escape(table.links[at])}">{text}</a>'
    depth = f' class="d{table.depths[at]}"' if table.depths else ""
    cells = "".join(_cell(table, j, c) for j, c in enumerate(rest, 1))
    return f'<tr role="row"><th role="rowheader" scope="row"{depth}>{text}</th>{cells}</tr>'


def _cell(table: Table, column: int, cell: CellBlock) -> str:
    if isinstance(cell, Drawing):
        return f'<td role="cell" class="wide">{svg(cell)}</td>'
    said = f' data-k="{escape(table.head[column])}"' if table.head[column] else ""
    return f'<td role="cell"{_kind(table, column)}{said}>{escape(cell)}</td>'
