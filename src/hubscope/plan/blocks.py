"""Lines to blocks: headings, enumerated items, bullets, table rows, paragraphs, with offsets."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from hubscope.plan.numerals import ORDINALS, ordinal
from hubscope.plan.view import flat, trim

PARAGRAPH, TABLE, SENTENCE = "paragraph", "table", "sentence"

_HAN = "[一二三四五六七八九十百]+"
_EN_ORDINAL = "|".join(o.title() for o in ORDINALS)
_KEY = "(?:(?:Strategic|Key|Core|Main|Policy|Focus|Priority|Flagship|National|Specific) )?"
_LABEL_NUMBER = r"(?:\d+\.)*(\d+|[IVX]+|[A-H])"
_MARKERS: tuple[tuple[str, int, str], ...] = (
    ("part", 60, rf"第({_HAN}|\d+)[篇编]\s*|第({_HAN}|\d+)部分\s*"),
    ("chapter", 70, rf"第({_HAN}|\d+)章\s*"),
    ("section", 80, rf"第({_HAN}|\d+)节\s*"),
    ("part", 60, r"Part\s+(\d+|[IVX]+)\b[.:]?\s*"),
    ("chapter", 70, r"Chapter\s+(\d+|[IVX]+)\b[.:]?\s*"),
    ("section", 80, r"Section\s+(\d+|[IVX]+)\b[.:]?\s*"),
    ("cn", 90, rf"({_HAN})、\s*"),
    ("cnp", 100, rf"\(({_HAN})\)\s*"),
    ("box", 110, rf"专栏\s*(\d+|{_HAN})?[ :]*|Box\s+(\d+)[.:]?\s*"),
    (
        "label",
        130,
        (
            rf"(?={_KEY}(?:Priority|Goal|Objective|Action|Programme|Program|Principle|"
            r"Commitment|Mission|Theme|Strand|Measure|Project|Initiative|Flagship|Workstream|"
            r"Area|Domain|Thrust|Strategy|Direction|Driver|Stream|Shift|Recommendation|"
            rf"Deliverable|Milestone) {_LABEL_NUMBER} ?[.:–—-]\s)"
        ),
    ),
    ("label", 75, rf"(?=(?:Pillar|Mission|Theme) {_LABEL_NUMBER} ?[.:–—-]\s)"),
    ("label", 105, rf"(?=(?:任务|行动|工程|专项|举措|目标)({_HAN}|\d+):)"),
    ("roman", 90, r"([IVX]{1,5})\.\s+"),
    ("dotted", 140, r"\d{1,2}\.(\d{1,2})\.?\s+(?=\D)"),
    ("dotted", 144, r"\d{1,2}(?:\.(\d{1,2})){2}\.?\s+(?=\D)"),
    ("dotted", 146, r"\d{1,2}(?:\.(\d{1,2})){3}\.?\s+(?=\D)"),
    ("dotted", 140, r"[A-H]\.(\d{1,2})\.?\s+(?=\D)"),
    ("number", 120, r"(\d{1,3})(?:[.、]\s*(?=[^\d\s])|\)\s+)"),
    ("bracket", 150, r"\((\d{1,3})\)\s*"),
    ("circle", 160, r"([①-⑳])\s*"),
    ("letter", 160, r"\((i{1,3}|iv|vi{0,3}|ix|x)\)\s+"),
    ("letter", 160, r"\(?([a-z])\)\s+"),
    ("is", 170, rf"({_HAN})[是要](?=[^否])|第({_HAN})[,，]"),
    ("is", 170, rf"({_EN_ORDINAL})(?:ly)?,\s+"),
    ("dash", 190, r"[—–-]{2,}\s*"),
    ("bullet", 200, r"[-*+•·●▪◆■○–]\s+"),
)
_PATTERNS = [(name, rank, re.compile(pattern)) for name, rank, pattern in _MARKERS]
TOP = 10
"""Rank of a Markdown heading of the first level; deeper ones are its multiples."""
_MARKDOWN = re.compile(r"(#{1,6})\s*(?=[^#\s])")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)")
_RULE = re.compile(r"[-=*_|:\s]{3,}$")
_COUNTED = re.compile(rf"(?:({_HAN})[是要](?=[^否])|({_EN_ORDINAL})(?:ly)?,\s+)")
_INLINE = re.compile(rf"(?:(?<=^)|(?<=[;,。:.]))\s*({_HAN})是(?=[^否])")
_INLINE_BRACKET = re.compile(r"(?:(?<=^)|(?<=[;,。:. ]))\s*\((\d{1,2}|[一二三四五六七八九十])\)")
_CELL = re.compile(r"\t|(?<!\\)\|")


_WRAPPED = 50
"""Length from which a line counts as wrapped, so that the next belongs to it."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block: `body` is where its words start, after the marker and its ordinal."""

    marker: str
    rank: int
    start: int
    body: int
    end: int
    ordinal: int | None = None
    inline: bool = False
    """True for an item of an enumeration that runs on inside one paragraph."""
    gap: bool = False
    """True if an empty line stands before it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line without the white space around it."""

    start: int
    end: int
    indent: int
    gap: bool


def lines(text: str, start: int, end: int) -> Iterator[Line]:
    """The lines of `text[start:end]` that hold anything."""
    at, gap = start, False
    for raw in text[start:end].split("\n"):
        first, last = trim(text, at, at + len(raw))
        if first < last:
            yield Line(first, last, first - at, gap)
        gap = first >= last
        at += len(raw) + 1


def _marker(text: str, line: Line) -> tuple[str, int, int, int | None]:
    """Marker, rank, start of the words and ordinal of a line."""
    head = text[line.start : min(line.end, line.start + 60)]
    if sharp := _MARKDOWN.match(head):
        inner = Line(line.start + sharp.end(), line.end, 0, gap=False)
        name, _, body, number = _marker(text, inner)
        rank = TOP * len(sharp.group(1))
        # A box belongs to the section before it, even where its heading is of the same level.
        return ("box", rank + 5, body, number) if name == "box" else ("heading", rank, body, number)
    skip = e.end() if (e := _EMPHASIS.match(head)) else 0
    for name, rank, pattern in _PATTERNS:
        found = pattern.match(head, skip) or (skip and pattern.match(head))
        if found and (name != "dash" or not _RULE.match(head)):
            groups = [g for g in found.groups() if g]
            deep = 10 * min(line.indent // 2, 4) if rank >= 200 else 0
            at = line.start + found.end()
            if name == "bullet":
                return name, rank + deep, *_counted(text, at, line.end)
            return name, rank + deep, at, ordinal(groups[-1]) if groups else None
    return PARAGRAPH, 0, line.start, None


def _counted(text: str, at: int, end: int) -> tuple[int, int | None]:
    """Where the words of a bullet start, after an ordinal inside it (- 一是, - First,)."""
    inner = _COUNTED.match(text, at, end)
    if inner is None:
        return at, None
    return inner.end(), ordinal(inner.group(1) or inner.group(2))


def is_row(text: str) -> bool:
    """Whether a line is a row of a table: cells between tabs or bars."""
    piped = text.startswith("|") and text.count("|") >= 3
    return piped or text.count("\t") >= 2


def cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The spans of the cells of a table row, without bars and outer white space."""
    row = text[start:end]
    cuts = [-1, *(m.start() for m in _CELL.finditer(row)), len(row)]
    spans = [trim(text, start + a + 1, start + b) for a, b in itertools.pairwise(cuts)]
    if row.startswith("|"):
        spans = spans[1:]
    return spans[:-1] if row.endswith("|") else spans


def _inline(text: str, block: Block) -> list[Block]:
    """The items of "...:一是A;二是B" or "...: (1) A; (2) B", or the block itself."""
    words = flat(text[block.start : block.end])
    for pattern, name, rank in ((_INLINE, "is", 170), (_INLINE_BRACKET, "bracket", 150)):
        found = [(m, ordinal(m.group(1))) for m in pattern.finditer(words)]
        found = _in_order(found)
        if len(found) >= 2:
            return _cut_items(text, block, found, name, rank)
    return [block]


def _in_order(
    found: list[tuple[re.Match[str], int | None]],
) -> list[tuple[re.Match[str], int | None]]:
    kept: list[tuple[re.Match[str], int | None]] = []
    for match, value in found:
        if value == (kept[-1][1] or 0) + 1 if kept else value == 1:
            kept.append((match, value))
    return kept


def _cut_items(
    text: str, block: Block, found: list[tuple[re.Match[str], int | None]], name: str, rank: int
) -> list[Block]:
    starts = [trim(text, block.start + m.start(), block.end)[0] for m, _ in found]
    ends = [*starts[1:], block.end]
    items = [
        Block(name, rank, a, block.start + m.end(), _without_stop(text, a, b), n, inline=True)
        for a, b, (m, n) in zip(starts, ends, found, strict=True)
    ]
    before = trim(text, block.start, starts[0])
    if before[0] >= before[1]:
        return items
    return [
        Block(block.marker, block.rank, block.start, block.body, before[1], block.ordinal),
        *items,
    ]


def _without_stop(text: str, start: int, end: int) -> int:
    end = trim(text, start, end)[1]
    while end > start and text[end - 1] in ";；。.,，":
        end -= 1
    return trim(text, start, end)[1]


def _joins(text: str, before: Block | None, line: Line) -> bool:
    """Whether a plain line goes on with the paragraph or item before it (hard-wrapped text)."""
    if before is None or line.gap or before.marker in (TABLE, "heading"):
        return False
    last, first = text[before.end - 1], text[line.start]
    if "\u4e00" <= last <= "\u9fff" or last in "。:;!?：；”」）)":
        return False
    row = text[text.rfind("\n", 0, before.end - 1) + 1 : before.end].strip()
    if len(row) < _WRAPPED and (first.isupper() or first.isdigit()) and before.marker != PARAGRAPH:
        return False
    return last.isascii() and (first.isascii() or first in "“‘(£€")


def blocks(text: str, parts: Iterable[tuple[int, int]]) -> list[Block]:
    """The blocks of the parts of a view, in order."""
    found: list[Block] = []
    for start, end in parts:
        open_: Block | None = None
        for line in lines(text, start, end):
            row = text[line.start : line.end]
            if _RULE.match(row) and "—" not in row:
                open_ = None
                continue
            if is_row(row):
                open_ = Block(TABLE, 0, line.start, line.start, line.end, gap=line.gap)
                found.append(open_)
                continue
            name, rank, body, number = _marker(text, line)
            if name == PARAGRAPH and _joins(text, open_, line):
                last = found[-1]
                found[-1] = open_ = _longer(last, line.end)
                continue
            open_ = Block(name, rank, line.start, body, line.end, number, gap=line.gap)
            found.append(open_)
    return [piece for block in found for piece in _pieces(text, block)]


def _longer(block: Block, end: int) -> Block:
    return Block(
        block.marker, block.rank, block.start, block.body, end, block.ordinal, gap=block.gap
    )


def _pieces(text: str, block: Block) -> list[Block]:
    whole = block.marker in ("heading", TABLE)
    return [block] if whole else _inline(text, block)
