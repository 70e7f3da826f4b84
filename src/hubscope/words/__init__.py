"""Every word that a reader sees, in both languages: `say("zh", "portal.home.title")`.

One TOML file a room and language (`words/zh/portal.toml`); the file name is the first part of the
key. A missing key is an error, never an empty string.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from hubscope.errors import HubscopeError, nearest

LANGUAGES = ("zh", "en")


def _flatten(prefix: str, table: dict[str, Any]) -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in table.items():
        name = f"{prefix}.{key}"
        flat |= _flatten(name, value) if isinstance(value, dict) else {name: str(value)}
    return flat


@cache
def words(lang: str) -> dict[str, str]:
    """All words of `lang` by dotted key."""
    if lang not in LANGUAGES:
        raise HubscopeError(f"no words for language {lang!r}", hint=nearest(lang, LANGUAGES))
    flat: dict[str, str] = {}
    folder = files("hubscope") / "words" / lang
    for file in sorted(folder.iterdir(), key=lambda f: f.name):
        if file.name.endswith(".toml"):
            flat |= _flatten(file.name[:-5], tomllib.loads(file.read_text("utf-8")))
    return flat


def say(lang: str, key: str, **values: object) -> str:
    """The words under `key` with `{name}` places filled from `values`."""
    known = words(lang)
    if key not in known:
        raise HubscopeError(f"no words for {key!r} in {lang}", hint=nearest(key, known))
    return known[key].format(**values) if values else known[key]
