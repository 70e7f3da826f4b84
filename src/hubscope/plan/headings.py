"""Headings that bear no sign of one: "3 STRATEGIC ACTIONS", KEY MEASURES, or 总体目标 alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from hubscope.plan.blocks import PARAGRAPH, Block
from hubscope.plan.view import flat

_NUMBERED = re.compile(r"(\d{1,2})\s+(?=[A-Z])[^.;:!?]{2,70}$")
_CAPITALS = re.compile(r"[A-Z][A-Z\d ,&/'’()–-]{3,59}$")
_NUMBERED_RANK, _CAPITALS_RANK, _WORDED_RANK = 70, 65, 66
_SHORT = {True: 16, False: 50}
"""Characters of a heading in words, in Chinese and in other languages."""
_ENDS = re.compile(r"[。.;:!?,、；：！？，]$")


def found_headings(
    text: str, found: list[Block], announces: Callable[[str], object], *, chinese: bool
) -> list[Block]:
    """The blocks with paragraphs that head others as headings.

    Lines numbered 1, 2, 3 without a stop are headings anywhere. Lines in capitals, and short lines
    that announce goals, actions and the like, are ones only where nothing else heads the text.

    Args:
        text: the view.
        found: its blocks.
        announces: says whether a line's words announce goals, actions and the like.
        chinese: whether the text is Chinese.
    """
    found = _numbered(text, found)
    if any(b.marker != PARAGRAPH and 0 < b.rank <= 110 and b.marker != "roman" for b in found):
        return found
    made = []
    for i, block in enumerate(found):
        words = _alone(text, found, i)
        if words and not chinese and _CAPITALS.match(words):
            block = replace(block, marker="heading", rank=_CAPITALS_RANK)  # noqa: PLW2901
        elif words and len(words) <= _SHORT[chinese] and i and announces(words):
            block = replace(block, marker="heading", rank=_WORDED_RANK)  # noqa: PLW2901
        made.append(block)
    return made


def _alone(text: str, found: list[Block], i: int) -> str:
    """The words of a paragraph that stands alone on a line with others after it, else ""."""
    block = found[i]
    after = found[i + 1] if i + 1 < len(found) else None
    if block.marker != PARAGRAPH or after is None or not after.gap or not (block.gap or i == 0):
        return ""
    words = flat(text[block.start : block.end])
    return "" if "\n" in text[block.start : block.end] or _ENDS.search(words) else words


def _numbered(text: str, found: list[Block]) -> list[Block]:
    """Paragraphs that count 1, 2, 3 as chapters, if there are two or more of them."""
    series: dict[int, Block] = {}
    for i, block in enumerate(found):
        named = _NUMBERED.match(_alone(text, found, i))
        if named and int(named.group(1)) == len(series) + 1:
            body = block.start + named.end(1) + 1
            series[i] = replace(
                block, marker="chapter", rank=_NUMBERED_RANK, body=body, ordinal=len(series) + 1
            )
    return [series.get(i, b) for i, b in enumerate(found)] if len(series) > 1 else found
