"""What a node of a chain says of itself beyond its columns: the cell `ext`."""

from __future__ import annotations

import json


def parse_ext(text: str) -> dict[str, object]:
    """Attributes written as a JSON object or as `level=city; latitude=39.9`.

    Raises:
        ValueError: if the text is neither.
    """
    if text.startswith("{"):
        found = json.loads(text)
        if isinstance(found, dict):
            return found
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    if any(not sign or not key.strip() for key, sign, _ in pairs):
        raise ValueError(text)
    return {key.strip(): _scalar(value.strip()) for key, _, value in pairs}


def _scalar(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text
