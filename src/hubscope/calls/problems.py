"""What is wrong with the fields of a form, said in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from hubscope.words import words
from hubscope.words.faults import fault_words


@dataclass(frozen=True, slots=True)
class Problem:
    """One field, the kind of fault as Pydantic names it, its values, and the English sentence."""

    field: str
    kind: str
    values: dict[str, Any]
    told: str

    def in_(self, lang: str) -> str:
        """The fault in `lang`; a kind without words keeps its English sentence."""
        known = words(lang)
        sentence = known.get(f"calls.invalid.{self.kind}", "")
        name = known.get(f"calls.field.{self.field.partition('.')[0]}", self.field)
        if not sentence:
            return f"{self.field or 'body'}: {fault_words(lang, self.told)}"
        # The field's word and its own name: a table's column may bear either.
        shown = {"zh": "{}（{}）", "en": "{} ({})"}[lang].format(name, self.field)
        colon = "：" if lang == "zh" else ": "
        label = shown if name != self.field else name
        return f"{label}{colon}{sentence.format_map(_Known(self.values))}"


class _Known(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


class Problems(tuple[Problem, ...]):
    """All that is wrong, in the order of the fields."""

    __slots__ = ()

    def in_(self, lang: str) -> str:
        """One line."""
        return "; ".join(p.in_(lang) for p in self)


def problems(error: ValidationError) -> Problems:
    """What is wrong with which field."""
    return Problems(
        Problem(
            ".".join(str(p) for p in e["loc"]),
            str(e["type"]),
            dict(e.get("ctx", {})),
            e["msg"].removeprefix("Value error, "),
        )
        for e in error.errors(include_url=False)
    )
