"""Traditional Chinese read as simplified, character for character, so that offsets stay true."""

from __future__ import annotations

import re
from functools import cache

_TELLING = re.compile(
    "[國際設與時發業點產經關學會動過這個對進實機開還條問題總質無義長運區強據處"
    "電圖達島規劃網絡數應員單標準車東門馬飛體聯創議預計億萬於們來為從務當較類試驗術園構優導統環節險護"
    "資訊語認證證書買賣貿藝營農醫藥衛礦鐵錢銀銷響頭頁項順領顧風飲養驅獨獲現產畫異監盤礎確禮種積穩]"
)
_LEAST = 0.02
"""Share of telling characters among the first ones from which a text counts as traditional."""


def is_traditional(text: str) -> bool:
    """Whether a Chinese text is written in traditional characters."""
    sample = text[:20_000]
    han = sum("\u4e00" <= c <= "\u9fff" for c in sample)
    return han > 0 and len(_TELLING.findall(sample)) >= max(2, _LEAST * han)


@cache
def _converter() -> object:
    from opencc import OpenCC

    return OpenCC("t2s")


def simplified(text: str) -> str:
    """`text` with each traditional character as its simplified one, of the same length."""
    convert = _converter().convert  # type: ignore[attr-defined]
    table = {}
    for character in {c for c in text if "\u3400" <= c <= "\u9fff"}:
        plain = convert(character)
        if len(plain) == 1 and plain != character:
            table[ord(character)] = plain
    return text.translate(table)
