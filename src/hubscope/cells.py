"""Cells of every table that hubscope writes, made so that no spreadsheet runs them."""

from __future__ import annotations

import json
from typing import Any

SIGNS = frozenset("=+-@＝＋－＠")  # full-width: Excel takes them for their twins
"""What a formula begins with; spreadsheets pass over blanks before it."""
BLANKS = " \t\r\n\v\f\u00a0\u3000\u200b\ufeff"


def safe(cell: Any) -> Any:
    """A cell that a spreadsheet shows and never runs: an apostrophe before what begins a formula.

    Numbers stay, also as text; nothing is empty; lists and mappings become JSON.
    """
    if cell is None or isinstance(cell, bool | int | float):
        return "" if cell is None else cell
    held = isinstance(cell, list | dict | tuple)
    return safe_text(json.dumps(cell, ensure_ascii=False) if held else str(cell))


def safe_text(text: str) -> str:
    """A text as `safe` gives it."""
    bare = text.lstrip(BLANKS)
    risky = bare[:1] in SIGNS and len(text) > 1  # a sign alone, as an operator, is shown as it is
    hidden = text[:1] in ("\t", "\r", "\n")
    return "'" + text if hidden or (risky and not _is_number(bare)) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii()
