"""Text that was UTF-8 and was read as something else: undone in a view, with its offsets."""

from __future__ import annotations

import re
from array import array

_SIGN = re.compile("[\u00c3-\u00ef][\u0080-\u00bf\u2013-\u2122]{1,2}")
_CODES = ("latin-1", "cp1252")


def mended(text: str) -> tuple[str, array[int]] | None:
    """The text as it was meant and where each character stands in `text`; None if it is sound."""
    sample = text[:4000]
    if len(_SIGN.findall(sample)) * 8 < len(sample) - sample.count(" "):
        return None
    for code in _CODES:
        try:
            meant = text.encode(code).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        offsets, at = array("q"), 0
        for character in meant:
            offsets.append(at)
            at += len(character.encode("utf-8"))
        return meant, offsets
    return None
