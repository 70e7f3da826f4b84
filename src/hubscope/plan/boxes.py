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
    same = [c.block.ordinal for c in box.children if c.block.marker == block.marker]
    deeper = box.children and last.block.rank < block.rank
    return block.ordinal != 1 and not deeper and block.ordinal - 1 not in same


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
    for node in root.walk():
        if node.role == BOX:
            start, end = node.block.start, max(n.block.end for n in node.walk())
            end = max(end, *(c.end for n in node.walk() for c in n.content), end)
            found = [piece for region in found for piece in _cut(region, start, end)]
    return sorted(found, key=lambda r: (r.start, r.end))


def _cut(region: Region, start: int, end: int) -> list[Region]:
    if region.kind != "article" or not region.start <= start < end <= region.end:
        return [region]
    pieces = [
        Region("article", region.start, start),
        Region(BOX, start, end),
        Region("article", end, region.end),
    ]
    return [p for p in pieces if p.start < p.end]
