"""Which part of a page is the article and which is furniture, told from its lines alone."""

from __future__ import annotations

import re
from typing import Any

from hubscope.plan.blocks import Line, lines
from hubscope.plan.model import Region
from hubscope.plan.view import is_chinese

_DATE = r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
_SOURCE = re.compile(rf"(?:来源|稿源|信息来源|Source)\s*:\s*(.{{0,30}}?)\s*({_DATE})?$")
_PUBLISHED = re.compile(
    rf"(?:发布时间|发布日期|发文日期|日期|时间|Published|Updated)[^:]{{0,8}}:\s*({_DATE})"
)
_STAMP = re.compile(rf"{_DATE}$")
_DAY = re.compile(r"((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:\s*\d{1,2}:\d{2})?$")
_EDITOR = re.compile(r"[\[(【]?\s*(?:责编|责任编辑|编辑|Editor)\s*:\s*(.{1,12}?)\s*[\])】]?$")
_HEAD = re.compile(
    r"首页|正在阅读|点击右上角|朋友圈|分享|扫一扫|字体|字号|打印|收藏|当前位置|您的位置|正文$|"
    r"加载中|刷新|"
    r"^>$|浏览次数|点击数|索引号|无障碍|简体|登录|注册|客户端|"
    r"^(?:Home|Skip to|Menu|Search|Share|Print|Log in|Cookies?|Sign in)\b",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"^(?:\W*(?:责编|责任编辑|编辑)\s*:|\W*(?:推荐阅读|相关阅读|相关新闻|相关链接|相关文章|"
    r"延伸阅读|热门推荐|"
    r"阅读剩余|阅读原文|返回顶部|关闭窗口|打印本页|上一篇|下一篇|分享到|扫一扫|加载更多|版权所有|"
    r"版权声明|"
    r"网站地图|主办单位|联系我们|您此时的心情|Related (?:content|links|articles|news)|Share this|"
    r"Recommended|"
    r"Read more|You might also|Back to top|Print this|Is this page useful|Subscribe|"
    r"All rights reserved|"
    r"Copyright|©))",
    re.IGNORECASE,
)
_READING = re.compile(
    r"推荐阅读|相关阅读|相关新闻|延伸阅读|热门推荐|Related|Recommended", re.IGNORECASE
)
_HEADING = re.compile(
    r"(?:[一二三四五六七八九十]+、|第[一二三四五六七八九十]+[章节]|\([一二三四五六七八九十]+\)|#)"
)
_NUMBER = re.compile(r"(?:\w{1,8}?)[发办函字]?\[20\d\d\]\s*\d+\s*号$")
_FRONT = re.compile(r"(?:\A\s*|(?<=\n))---[ \t]*\n(?:[\w-]+:.*\n)+---[ \t]*(?:\n|\Z)")
_NAMED = re.compile(
    r"^(title|url|source|publisher|issuer|author|published|date|licen[cs]e|lang|language|number):"
    r"[ \t]*['\"]?(.+?)['\"]?[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_FACT_OF = {
    "source": "url",
    "date": "published",
    "license": "licence",
    "lang": "stated_language",
    "language": "stated_language",
}
_FAR = 40


def _long(text: str, line: Line, *, chinese: bool) -> bool:
    row = text[line.start : line.end]
    size = _FAR if chinese else 2 * _FAR
    stop = "。" in row or ";" in row or "," in row if chinese else row.rstrip().endswith((".", ":"))
    return len(row) >= size and stop


def _opens(text: str, line: Line, *, chinese: bool) -> bool:
    row = text[line.start : line.end]
    return bool(_HEADING.match(row)) or _long(text, line, chinese=chinese)


def _first(text: str, rows: list[Line], *, chinese: bool) -> int:
    """Index of the article's first line: after the last furniture above the first long line."""
    opening = next((i for i, r in enumerate(rows) if _opens(text, r, chinese=chinese)), 0)
    above = [
        i
        for i in range(opening)
        if any(p.search(text[rows[i].start : rows[i].end]) for p in (_HEAD, _SOURCE, _PUBLISHED))
    ]
    return above[-1] + 1 if above else 0


def _last(text: str, rows: list[Line], first: int, *, chinese: bool) -> int:
    """Index after the article's last line: the first tail cue without headings after it."""
    headings = [i for i, r in enumerate(rows) if _HEADING.match(text[r.start : r.end])]
    body = next(
        (i for i in range(first, len(rows)) if _opens(text, rows[i], chinese=chinese)), first
    )
    for i in range(body + 1, len(rows)):
        short = rows[i].end - rows[i].start <= _FAR
        cue = short and _TAIL.match(text[rows[i].start : rows[i].end])
        if cue and not any(h > i for h in headings):
            return i
    return len(rows)


def _notice(text: str, rows: list[Line], first: int, last: int) -> int:
    """Index after a covering notice ("... 印发给你们 ... (此件公开发布)"), or `first`."""
    ends = [
        i
        for i in range(first, min(last, first + 14))
        if re.search(r"^\(?此件(?:公开|主动)|^\(?本文有删减", text[rows[i].start : rows[i].end])
    ]
    return ends[-1] + 1 if ends else first


def _tail(text: str, rows: list[Line], last: int) -> list[Region]:
    """The regions after the article; leads with timestamps are recommended reading."""
    found: list[Region] = []
    kind = "boilerplate"
    for i in range(last, len(rows)):
        row = rows[i]
        words = text[row.start : row.end]
        if _READING.search(words) and row.end - row.start < 20:
            kind = "boilerplate"
        stamped = i + 1 < len(rows) and _STAMP.match(text[rows[i + 1].start : rows[i + 1].end])
        mine = "editor" if _EDITOR.match(words) else kind
        if stamped or _STAMP.match(words):
            mine = "recommended_reading"
        if found and found[-1].kind == mine:
            found[-1] = Region(mine, found[-1].start, row.end)
        else:
            found.append(Region(mine, row.start, row.end))
    return found


def _head(text: str, rows: list[Line], first: int) -> list[Region]:
    """The regions before the article: furniture, the title, the dateline."""
    title = _title_row(text, rows, first)
    found: list[Region] = []
    for i in range(first):
        row, words = rows[i], text[rows[i].start : rows[i].end]
        dateline = bool(_SOURCE.match(words) or _PUBLISHED.match(words))
        kind = "title" if i == title else "dateline" if dateline else "boilerplate"
        if found and found[-1].kind == kind == "boilerplate":
            found[-1] = Region(kind, found[-1].start, row.end)
        else:
            found.append(Region(kind, row.start, row.end))
    return found


def _title_row(text: str, rows: list[Line], first: int) -> int | None:
    """The longest line above the article that is no furniture; the last of equals."""
    clean = [
        i
        for i in range(first)
        if not any(
            p.search(text[rows[i].start : rows[i].end]) for p in (_HEAD, _SOURCE, _PUBLISHED)
        )
    ]
    return max(clean, key=lambda i: (rows[i].end - rows[i].start, i)) if clean else None


def _front(text: str) -> list[Region]:
    return [Region("front_matter", m.start(), m.end()) for m in _FRONT.finditer(text)]


def regions(text: str) -> tuple[list[Region], list[tuple[int, int]]]:
    """The regions of a view in order, and the parts of it that are the article."""
    chinese = is_chinese(text)
    front = _front(text)
    rows = [r for r in lines(text, 0, len(text)) if not _inside(r, front)]
    if not rows:
        return front, []
    first = _first(text, rows, chinese=chinese)
    last = _last(text, rows, first, chinese=chinese)
    start = _notice(text, rows, first, last)
    found = [*front, *_head(text, rows, first)]
    if start > first:
        found.append(Region("issuing_notice", rows[first].start, rows[start - 1].end))
    contents = _contents(text, rows[start:last])
    found += contents
    parts = _parts(rows[start:last], sorted([*front, *contents], key=lambda r: r.start))
    found += [Region("article", a, b) for a, b in parts]
    found += _tail(text, rows, last)
    return sorted(found, key=lambda r: r.start), parts


_PAGE = re.compile(r"[\s.…·_—-]*(?:第?\s*\d{1,4}\s*页?)?\s*$")
_LEADERS = re.compile(r"(?:\.{3,}|…{1,}|·{3,}|\t)\s*\d{1,4}\s*$")
_CONTENTS = re.compile(r"#*\s*(?:目\s*录|Contents|Table of contents)\s*$", re.IGNORECASE)


def _name(row: str) -> str:
    """A line as a table of contents would give it; long lines are no names."""
    return _PAGE.sub("", row).strip().lower() if len(row) <= 3 * _FAR else row


def _contents(text: str, rows: list[Line]) -> list[Region]:
    """The table of contents: short lines in a row that come again later, or lead to pages."""
    names = [_name(text[r.start : r.end]) for r in rows]
    last = {name: i for i, name in enumerate(names)}
    for i, row in enumerate(rows[:80]):
        if not _CONTENTS.match(text[row.start : row.end]):
            continue
        seen: set[str] = set()
        end = i + 1
        while (
            end < len(rows)
            and names[end] not in seen
            and (last[names[end]] > end or _LEADERS.search(text[rows[end].start : rows[end].end]))
        ):
            seen.add(names[end])
            end += 1
        if end > i + 1:
            return [Region("table_of_contents", row.start, rows[end - 1].end)]
    return []


def _inside(row: Line, front: list[Region]) -> bool:
    return any(f.start <= row.start and row.end <= f.end for f in front)


def _parts(rows: list[Line], front: list[Region]) -> list[tuple[int, int]]:
    """Spans from the first to the last line, cut at front matter."""
    if not rows:
        return []
    start, end = rows[0].start, rows[-1].end
    parts = []
    for cut in front:
        if start <= cut.start < end:
            parts += [(start, cut.start)] if start < cut.start else []
            start = cut.end
    return [*parts, (start, end)]


def document(text: str, raw: str, found: list[Region]) -> dict[str, Any]:
    """What the furniture says of the document: title, publisher, published, editor, number."""
    facts: dict[str, Any] = {}
    for region in found:
        words, plain = text[region.start : region.end], raw[region.start : region.end]
        if region.kind == "title":
            facts["title"] = plain
        elif region.kind == "front_matter":
            facts = _front_facts(plain) | facts
        elif region.kind == "editor" and (editor := _EDITOR.match(words)):
            facts["editor"] = editor.group(1)
        elif region.kind == "dateline":
            facts |= _dateline(words)
        elif region.kind == "issuing_notice":
            facts |= _notice_facts(words, plain)
        elif region.kind == "recommended_reading" and (stamps := _stamps(words)):
            facts["captured_after"] = max(stamps)
    return facts


def _front_facts(plain: str) -> dict[str, str]:
    """What front matter states, under the names of the reader; a source only if an address."""
    found: dict[str, str] = {}
    for m in _NAMED.finditer(plain):
        fact = _FACT_OF.get(m.group(1).lower(), m.group(1).lower())
        if fact != "url" or m.group(2).startswith(("http://", "https://")):
            found.setdefault(fact, m.group(2))
    return found


def _stamps(words: str) -> list[str]:
    """The days of the leads in a reading list: the page was taken no earlier than the last."""
    found = (_DAY.match(words[r.start : r.end]) for r in lines(words, 0, len(words)))
    return [f"{int(m[1]):04d}-{int(m[2]):02d}-{int(m[3]):02d}" for m in found if m]


def _dateline(words: str) -> dict[str, str]:
    if source := _SOURCE.match(words):
        pairs = {"publisher": source.group(1), "published": source.group(2)}
        return {k: v for k, v in pairs.items() if v}
    published = _PUBLISHED.match(words)
    return {"published": published.group(1)} if published else {}


def _notice_facts(words: str, plain: str) -> dict[str, str]:
    for row in lines(words, 0, len(words)):
        if _NUMBER.match(words[row.start : row.end]):
            return {"number": plain[row.start : row.end]}
    return {}
