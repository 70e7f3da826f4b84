"""Makes DOCX, PDF and HTML files from a plan in Markdown, each by its own means."""

import html
import re

ESCAPED = re.compile(r"([\\#*_$<>@\[\]`~])")


def safe(words):
    return ESCAPED.sub(r"\\\1", words)


def rows(text):
    """Lines of Markdown as (kind, level, words, number)."""
    for line in text.splitlines():
        if head := re.match(r"(#+) (.+)", line):
            yield "heading", len(head[1]), head[2], 0
        elif bullet := re.match(r"- (.+)", line):
            yield "bullet", 0, bullet[1], 0
        elif item := re.match(r"(\d+)\. (.+)", line):
            yield "number", 0, item[2], int(item[1])
        elif line.startswith("|") and not re.match(r"\|[-|: ]+\|$", line):
            yield "row", 0, [c.strip() for c in line.strip("|").split("|")], 0
        elif line.strip() and not line.startswith("|"):
            yield "paragraph", 0, line, 0


def docx(text, path):
    """Headings by style, bullets and numbers as Word's own lists, tables as tables."""
    from docx import Document

    made, table = Document(), None
    for kind, level, words, _ in rows(text):
        if kind != "row":
            table = None
        if kind == "heading":
            made.add_heading(words, level - 1)
        elif kind == "row":
            table = table or made.add_table(rows=0, cols=len(words))
            for cell, value in zip(table.add_row().cells, words, strict=True):
                cell.text = value
        else:
            style = {"bullet": "List Bullet", "number": "List Number"}.get(kind)
            made.add_paragraph(words, style=style)
    made.save(path)


def pdf(text, path, lang="zh"):
    """Set by Typst with running heads and page numbers, its own lists and ruled tables."""
    import typst

    from hubscope.portal.fonts import chinese_fonts

    fonts = chinese_fonts()
    lines = [
        f'#set text(font: ("{fonts.serif}",), size: 11pt, lang: "{lang}")',
        '#set page(height: 15cm, header: [一份规划 · A plan], numbering: "1 / 1")',
        "#show heading.where(level: 1): set text(size: 20pt)",
        "#show heading.where(level: 2): set text(size: 16pt)",
        "#show heading.where(level: 3): set text(size: 13pt)",
    ]
    table = []
    for kind, level, words, number in [*rows(text), ("end", 0, "", 0)]:
        if kind == "row":
            table.append(words)
            continue
        if table:
            cells = ", ".join(f"[{safe(c)}]" for r in table for c in r)
            lines.append(f"#table(columns: {len(table[0])}, {cells})")
            table = []
        plain = safe(str(words))
        lines.append(
            {
                "heading": f"\n{'=' * level} {plain}\n",
                "bullet": f"- {plain}",
                "number": f"{number}. {plain}",
                "paragraph": f"\n{plain}\n",
                "end": "",
            }[kind]
        )
    source = "\n".join(lines).encode()
    path.write_bytes(typst.compile(source, font_paths=[str(fonts.folder)]))


def page(text):
    """A government page: furniture, the article as HTML, related reading."""
    made, open_list = [], ""
    for kind, level, words, _ in rows(text):
        wanted = {"bullet": "ul", "number": "ol", "row": "table"}.get(kind, "")
        if wanted != open_list:
            made.append(f"</{open_list}>" if open_list else "")
            made.append(f"<{wanted}>" if wanted else "")
            open_list = wanted
        if kind == "row":
            made.append("<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in words) + "</tr>")
        else:
            tag = {"heading": f"h{level}", "paragraph": "p"}.get(kind, "li")
            made.append(f"<{tag}>{html.escape(words)}</{tag}>")
    body = "".join(made) + (f"</{open_list}>" if open_list else "")
    return (
        '<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>云湖市规划</title>'
        '<meta property="article:published_time" content="2024-03-05">'
        '<meta property="og:site_name" content="云湖日报"><script>alert(1)</script></head><body>'
        '<nav><a href="/">首页</a><a href="/b">登录</a></nav>'
        f"<main><article>{body}</article></main>"
        '<aside class="related"><h4>推荐阅读</h4><ul><li><a href="/x">另一条新闻的标题</a></li></ul>'
        "</aside><footer>版权所有 网站地图</footer></body></html>"
    )
