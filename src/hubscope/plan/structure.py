"""Blocks to a tree of sections and items, each with its role: what kind of thing it holds."""

from __future__ import annotations

import re
from dataclasses import replace

from hubscope.plan import roles
from hubscope.plan.blocks import PARAGRAPH, SENTENCE, TABLE, Block
from hubscope.plan.boxes import items, leave
from hubscope.plan.headings import found_headings
from hubscope.plan.node import Node
from hubscope.plan.view import flat, is_chinese, trim

_BODY = re.compile(r"\{[:%][^}]*\}|<[^>]+>|\{include [^}]+\}")
_LEAD_MOST, _LEAD_NEXT = 34, 40
_TITLE_STOP = re.compile(r"[。;](?=.)|(?<=[a-z\)\d]{2})\.\s+(?=[A-Z])")


def _head_end(text: str, block: Block) -> int:
    """Where the heading sentence of a block ends: before a full stop that more words follow."""
    words = flat(text[block.body : block.end])
    cut = _TITLE_STOP.search(words)
    if cut is None or block.marker == "paragraph":
        return block.end
    return block.body + (cut.start() + 1 if block.marker == "heading" else cut.start())


def _node(text: str, block: Block) -> Node:
    end = _head_end(text, block)
    raw = flat(text[block.body : end])
    title = roles.plain(raw)
    label = roles.label(title)
    node = Node(block, (label.rest or title) if label else title, end)
    if label:
        node.role, node.label_ordinal, node.labelled = label.role, label.ordinal, True
        node.alone = not label.rest
    return node


def _is_lead(text: str, block: Block, after: Block | None) -> bool:
    """Whether a Chinese paragraph is a one-sentence heading of the longer one after it."""
    words = text[block.start : block.end]
    if block.marker != PARAGRAPH or after is None or after.marker != PARAGRAPH:
        return False
    short = len(words) <= _LEAD_MOST and after.end - after.start >= _LEAD_NEXT
    one = words.endswith("。") and words.count("。") == 1 and "," not in words and ":" not in words
    return short and one and "\u4e00" <= words[0] <= "\u9fff"


def tree(text: str, found: list[Block]) -> Node:
    """The tree of a view's blocks; the root holds what stands before the first heading."""
    root = Node(Block("root", 0, 0, 0, 0), "", 0)
    stack = [root]
    found = found_headings(text, found, roles.container, chinese=is_chinese(text))
    for i, block in enumerate(found):
        after = found[i + 1] if i + 1 < len(found) else None
        if _is_lead(text, block, after):
            block = Block(SENTENCE, 180, block.start, block.start, block.end, gap=block.gap)  # noqa: PLW2901
        if block.marker in (PARAGRAPH, TABLE):
            _place(text, stack, block)
        else:
            _open(text, stack, block)
    for node in root.walk():
        node.children = items(text, node) if node.block.marker == "box" else node.children
    roles.assign(root)
    return root


def _place(text: str, stack: list[Node], block: Block) -> None:
    if _BODY.fullmatch(flat(text[block.start : block.end])):
        return
    leave(stack, block)
    while stack[-1].block.marker == "is" or (stack[-1].block.marker == "bullet" and block.gap):
        stack.pop()
    stack[-1].content.append(block)


def _open(text: str, stack: list[Node], block: Block) -> None:
    block = _settled(stack, block)
    leave(stack, block)
    while len(stack) > 1 and stack[-1].block.rank >= block.rank:
        stack.pop()
    node = _node(text, block)
    node.parent = stack[-1]
    siblings = stack[-1].children
    if block.ordinal in (None, 1) or not siblings:
        node.intro_span = _intro(text, stack[-1])
    if siblings and siblings[-1].block.rank == block.rank and _follows(siblings[-1], block):
        node.intro_span = siblings[-1].intro_span
    node.intro = flat(text[slice(*node.intro_span)])
    if _attached(text, node):
        node.role = "situation"
    node.head_end = _named_first(text, node)
    siblings.append(node)
    stack.append(node)
    if node.head_end < block.end and block.marker not in ("bullet", "dash"):
        start, end = trim(text, node.head_end, block.end)
        while start < end and text[start] in "。;；.,:：， ":
            start += 1
        node.content.append(Block(PARAGRAPH, 0, start, start, end))


_ATTACHED = re.compile(
    r"附\s*(?:件|表|录)\s*\d*\s*(?::|$)|(?:Annex|Attachment|Appendi)\w*\s*:?\s*$"
)


def _attached(text: str, node: Node) -> bool:
    """Whether a numbered line only names an attachment: 附件: 1. 任务分工表."""
    if node.parent is None or node.block.marker != "number" or not node.parent.content:
        return False
    last = node.parent.content[-1]
    before = [c for c in node.parent.children if c.block.start > last.start]
    listed = bool(_ATTACHED.match(flat(text[last.start : last.end])))
    return listed and all(c.role == "situation" for c in before)


_NAME_FIRST = re.compile(r"[^,。;:]{2,30}(?:工程|行动|计划|专项)(?=[,:]\s*\S)")


def _named_first(text: str, node: Node) -> int:
    """Where the name of a programme ends that its measures follow: 一是策源工程,建设研究院."""
    block = node.block
    if block.marker != "is" or roles.container(node.intro) != "programmes":
        return node.head_end
    name = _NAME_FIRST.match(flat(text[block.body : node.head_end]))
    return block.body + name.end() if name else node.head_end


_NESTED = 165
"""Rank of a numbered list inside a numbered chapter."""


def _settled(stack: list[Node], block: Block) -> Block:
    """A number with the rank of the series it goes on with; a new 1 inside a series is nested."""
    if block.marker != "number" or block.ordinal is None:
        return block
    series = [n.block for n in reversed(stack) if n.block.marker == "number"]
    before = next((b for b in series if b.ordinal == block.ordinal - 1), None)
    if before is not None:
        return replace(block, rank=before.rank)
    return replace(block, rank=_NESTED) if series and block.ordinal == 1 else block


def _follows(before: Node, block: Block) -> bool:
    return block.ordinal is None or (before.block.ordinal or 0) + 1 == block.ordinal


def _intro(text: str, parent: Node) -> tuple[int, int]:
    """The span of the last sentence before an enumeration, under the same heading."""
    if not parent.content:
        return 0, 0
    last = parent.content[-1]
    if parent.children and parent.children[-1].block.start > last.start:
        return 0, 0
    words = flat(text[last.start : last.end]).rstrip("。: ")
    begin = max(words.rfind(stop) for stop in "。;!?") + 1
    return trim(text, last.start + begin, last.start + len(words))
