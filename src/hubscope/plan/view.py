"""A view of a text that rules can match on: as long as the text, so offsets hold for both."""

from __future__ import annotations

_MAP = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_MAP |= {0x3000: 0x20, 0xA0: 0x20, 0x2002: 0x20, 0x2003: 0x20, 0x2009: 0x20, 0x202F: 0x20}
_MAP |= {0xFEFF: 0x20, 0x200B: 0x20, 0x0D: 0x0A, 0x0B: 0x20, 0x0C: 0x0A, 0x85: 0x0A}
_MAP |= {0x2028: 0x0A, 0x2029: 0x0A}
_MAP |= {ord("﹪"): ord("%"), ord("〔"): ord("["), ord("〕"): ord("]"), ord("﹣"): ord("-")}
_MAP |= {ord("‘"): ord("'"), ord("’"): ord("'")}


def view(text: str) -> str:
    """`text` with full-width forms as ASCII and every kind of space and line end as one.

    The result has the length of `text`: character i of one stands for character i of the other.
    """
    return text.replace("\r\n", " \n").translate(_MAP)


def flat(piece: str) -> str:
    """A piece of a view with its line ends and tabs as spaces, still of the same length."""
    return piece.translate({0x0A: 0x20, 0x09: 0x20})


def is_chinese(text: str) -> bool:
    """Whether Chinese characters carry the text (a tenth of it is enough)."""
    sample = text[:20_000]
    han = sum(1 for c in sample if "\u4e00" <= c <= "\u9fff")
    return han * 10 > len(sample.strip()) > 0


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
