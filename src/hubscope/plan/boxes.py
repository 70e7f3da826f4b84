"""Action boxes (专栏 1 ..., Box 1: ...): where one ends, what its items are, its region."""

from __future__ import annotations

import re

from hubscope.plan.blocks import PARAGRAPH, SENTENCE, Block
from hubscope.plan.model import Region
from hubscope.plan.node import Node
from hubscope.plan.view import flat

BOX = "box"
"""Marker of a box's heading, role of a box of actions and kind of its region."""

_ACTIONS = re.compile(
    r"工程|行动|专项|项目|计划|任务|举措|措施|重点|建设|布局|"
    r"\b(?:actions?|projects?|programmes?|programs?|initiatives?|flagships?|measures|priorities|"
    r"commitments?|deliverables?|investments?|next steps)\b",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"成就|成效|进展|案例|经验|回顾|现状|解释|名词|术语|"
    r"\b(?:what is|what are|case stud\w+|achievements?|progress|definitions?|glossary|"
    r"how we|lessons|to date|so far|background)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(r"[^,。;:!?]{2,24}[。:]\s*\S")
_ITEM = re.compile(r"[。.;；]$")


def box_role(node: Node) -> str:
    """BOX for a box whose title announces actions and that lists some, else ""."""
    acts = _ACTIONS.search(node.title) and not _TOLD.search(node.title)
    return BOX if acts and node.children else ""


def leave(stack: list[Node], block: Block) -> None:
    """Close the innermost open box if `block` stands behind it.

    A box has no sign at its end. It ends at a number that does not go on with its list, and at
    a paragraph that an empty line parts from an item with words of its own.
    """
    at = next((i for i in range(len(stack) - 1, 0, -1) if stack[i].block.marker == BOX), 0)
    if at and _behind(stack[at], stack[-1], block):
        del stack[at:]


def _behind(box: Node, last: Node, block: Block) -> bool:
    if block.marker == PARAGRAPH:
        return bool(box.children and block.gap and _full(last))
    if block.ordinal is None or block.marker in (BOX, "heading", "is"):
        return False
    last_one = next(
        (c for c in reversed(box.children[-8:]) if c.block.marker == block.marker), None
    )
    deeper = box.children and last.block.rank < block.rank
    before = last_one.block.ordinal if last_one else None
    return block.ordinal != 1 and not deeper and block.ordinal - 1 != before


def _full(item: Node) -> bool:
    """Whether an item holds more than its name."""
    return bool(item.content) or bool(_ITEM.search(item.title.rstrip()))


def items(text: str, box: Node) -> list[Node]:
    """The children of a box; without any, its paragraphs that name what they tell of (X。...)."""
    lines = [c for c in box.content if c.marker in (PARAGRAPH, SENTENCE)]
    named = [c for c in lines if _NAMED.match(flat(text[c.start : c.end]))]
    if box.children or not named or named[0] is not lines[0]:
        return box.children
    box.content = [c for c in box.content if c not in named]
    return [_item(text, box, c) for c in named]


def _item(text: str, box: Node, block: Block) -> Node:
    words = flat(text[block.start : block.end])
    stop = re.search(r"[。:]", words)
    end = block.start + stop.start() if stop else block.end
    made = Block("dash", 190, block.start, block.start, block.end, gap=block.gap)
    node = Node(made, words[: end - block.start], end, parent=box)
    node.content.append(
        Block(PARAGRAPH, 0, min(end + 1, block.end), min(end + 1, block.end), block.end)
    )
    return node


def trim_marks(text: str, start: int, end: int) -> int:
    """Where a heading starts behind its Markdown signs."""
    marks = re.compile(r"[#*_\s]*").match(text, start, end)
    return marks.end() if marks else start


def boxed(found: list[Region], root: Node) -> list[Region]:
    """The regions with one for each box of actions, cut out of the article around it."""
    spans = [_extent(n) for n in root.walk() if n.role == BOX]
    made: list[Region] = []
    at = 0
    for region in found:
        mine = []
        while region.kind == "article" and at < len(spans) and spans[at][0] < region.end:
            mine.append(spans[at])
            at += 1
        made += _cut(region, mine)
    return made


def _extent(box: Node) -> tuple[int, int]:
    ends = (max([n.block.end, *(c.end for c in n.content)]) for n in box.walk())
    return box.block.start, max(ends)


def _cut(region: Region, spans: list[tuple[int, int]]) -> list[Region]:
    """The region with the spans cut out; a span that does not lie in what is left is passed."""
    made, at = [], region.start
    for start, end in spans:
        if at <= start < end <= region.end:
            made += [Region(region.kind, at, start), Region(BOX, start, end)]
            at = end
    made.append(Region(region.kind, at, region.end))
    return [r for r in made if r.start < r.end] or [region]
