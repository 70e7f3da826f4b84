"""Text that XML 1.0 can hold, and JSON that survives in it."""

from __future__ import annotations

import json
import re

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(words: str) -> str:
    """The words in one line without characters that XML forbids, for people to read."""
    return " ".join(_FORBIDDEN.sub(" ", words).split())


def packed(value: object) -> str:
    """A value as JSON in which every character that XML forbids or changes is escaped."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _FORBIDDEN.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"
