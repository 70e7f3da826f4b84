"""A step that the rules do not allow, said in either language."""

from __future__ import annotations

from typing import Any

from hubscope.errors import NotPermittedError
from hubscope.words import say, words

NAMED = {"action": "action", "state": "state", "role": "role"}
"""Values that are names of the definition, and where their words are."""


class RefusedError(NotPermittedError):
    """The rules of the call refuse a step; `in_` says why in the reader's language."""

    def __init__(self, key: str, *, status: int = 409, hint: str = "", **values: Any) -> None:
        self.key = key
        self.values = values
        self.status = status
        super().__init__(self.in_("en"), hint=hint)

    def in_(self, lang: str) -> str:
        """The reason in `lang`."""
        named = {k: _word(lang, k, v) for k, v in self.values.items()}
        return say(lang, f"calls.refused.{self.key}", **named)


def _word(lang: str, name: str, value: Any) -> Any:
    if name == "roles":
        return ", ".join(_word(lang, "role", r) for r in str(value).split(", "))
    return words(lang).get(f"calls.{NAMED.get(name, '')}.{value}", value)
