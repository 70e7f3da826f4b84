"""A step that the rules do not allow, or a table that cannot be taken, said in either language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Protocol, runtime_checkable

from hubscope.errors import BadDataError, HubscopeError, NotPermittedError, nearest
from hubscope.words import say, words
from hubscope.words.faults import fault_words

NAMED = {"action": "action", "state": "state", "role": "role"}
"""Values that are names of the definition, and where their words are."""


@runtime_checkable
class Spoken(Protocol):
    """What says itself in a language."""

    def in_(self, lang: str) -> str:
        """Its words in `lang`."""
        ...


class RefusedError(NotPermittedError):
    """The rules of the call refuse a step; `in_` says why in the reader's language."""

    def __init__(
        self, key: str, *, status: int = 409, hint: str | Spoken = "", **values: Any
    ) -> None:
        self.key = key
        self.values = values
        self.status = status
        self.spoken = hint
        super().__init__(self.in_("en"), hint=_word("en", "", hint))

    def in_(self, lang: str) -> str:
        """The reason in `lang`."""
        return _said(lang, f"calls.refused.{self.key}", self.values)

    def hint_in(self, lang: str) -> str:
        """What to do about it, in `lang`."""
        return str(_word(lang, "", self.spoken))


class BadTableError(BadDataError):
    """A table or an export breaks its contract; `in_` says where in the reader's language."""

    def __init__(self, key: str, *, hint: str | Spoken = "", **values: Any) -> None:
        self.key = key
        self.values = values
        self.spoken = hint
        super().__init__(self.in_("en"), hint=_word("en", "", hint))

    def in_(self, lang: str) -> str:
        """What is wrong in `lang`."""
        return _said(lang, f"calls.bad.{self.key}", self.values)

    def hint_in(self, lang: str) -> str:
        """What to do about it, in `lang`."""
        return str(_word(lang, "", self.spoken))


class Hint:
    """A hint by its key in words/."""

    def __init__(self, key: str, **values: Any) -> None:
        self.key = key
        self.values = values

    def in_(self, lang: str) -> str:
        """The hint in `lang`."""
        return _said(lang, f"calls.hint.{self.key}", self.values)


class Near:
    """The valid words nearest to what was written."""

    def __init__(self, got: str, valid: Iterable[str]) -> None:
        self.got = got
        self.valid = sorted(set(valid))

    def in_(self, lang: str) -> str:
        """The hint in `lang`; in English as everywhere in hubscope."""
        if lang == "en":
            return nearest(self.got, self.valid)
        close = get_close_matches(self.got, self.valid, n=3, cutoff=0.5)
        key = "near" if close else "valid" if self.valid else "none"
        shown = close or self.valid[:12]
        return say(lang, f"calls.hint.{key}", words="、".join(shown), many=len(self.valid))


class Lines(tuple[Any, ...]):
    """Things that say themselves, one a line."""

    __slots__ = ()

    def in_(self, lang: str) -> str:
        """The lines in `lang`."""
        return "\n".join(x.in_(lang) if isinstance(x, Spoken) else str(x) for x in self)


def _said(lang: str, key: str, values: Mapping[str, Any]) -> str:
    return say(lang, key, **{k: _word(lang, k, v) for k, v in values.items()})


def _word(lang: str, name: str, value: Any) -> Any:
    if isinstance(value, Spoken):
        return value.in_(lang)
    if isinstance(value, HubscopeError):
        return fault_words(lang, value.what)
    if name == "roles":
        return ", ".join(_word(lang, "role", r) for r in str(value).split(", "))
    return words(lang).get(f"calls.{NAMED.get(name, '')}.{value}", value)
