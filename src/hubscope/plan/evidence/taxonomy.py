"""The fields of science, industry and policy, told by aliases and negative patterns."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hubscope.errors import BadDataError
from hubscope.nouns import Words
from hubscope.plan.view import view

_PASSING = re.compile(
    r"(?:涉及|包括|涵盖|横跨)[^。；;]{2,60}?等(?:多个|众多|诸多|各个)?(?:领域|方面|学科|议题)|"
    r"从[^。；;,，]{2,30}[,，]到[^。；;,，]{2,30}[,，]再到[^。；;,，]{2,30}|"
    r"\b(?:including|ranging from|covering)\b[^.;]{5,120}?"
    r"\b(?:and other|and more|among others|to)\b[^.;]{0,30}",
    re.IGNORECASE,
)
"""A list in which fields are named in passing; it tells of none of them."""


@dataclass(frozen=True)
class Field:
    """One field of the taxonomy."""

    id: str
    name: Words
    sort: str
    """`technology`, or `system` for how research is organised."""
    near: tuple[str, ...]
    aliases: re.Pattern[str]
    negative: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A field found in a text, by the words that name it."""

    field: str
    words: str
    start: int


@cache
def taxonomy() -> dict[str, Field]:
    """The fields by id, from `taxonomy.toml`.

    Raises:
        BadDataError: if a table lacks a key or names a field that there is not.
    """
    text = files("hubscope.plan.evidence").joinpath("taxonomy.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    tables.pop("version")
    try:
        found = {name: _field(name, row) for name, row in tables.items()}
    except (KeyError, re.error) as error:
        raise BadDataError(f"taxonomy.toml: {error} is missing or no pattern") from error
    for field in found.values():
        if unknown := set(field.near) - set(found):
            raise BadDataError(f"taxonomy.toml, {field.id}: near names the unknown {min(unknown)}")
    return found


def _field(name: str, row: dict[str, object]) -> Field:
    said = row["name"]
    assert isinstance(said, dict)
    negative = _pattern(row.get("not_zh"), row.get("not_en"))
    aliases = _pattern(row["zh"], row["en"])
    assert aliases is not None
    near = row.get("near", [])
    assert isinstance(near, list)
    return Field(
        name, Words(said["zh"], said["en"]), str(row["sort"]), tuple(near), aliases, negative
    )


def _pattern(zh: object, en: object) -> re.Pattern[str] | None:
    """One pattern of the aliases in both languages; the longest alternative first."""
    chinese = sorted(zh, key=len, reverse=True) if isinstance(zh, list) else []
    english = sorted(en, key=len, reverse=True) if isinstance(en, list) else []
    parts = [view(p) for p in chinese] + [_whole(p) for p in english]
    return re.compile("|".join(parts)) if parts else None


def _whole(pattern: str) -> str:
    """An English alias as whole words; abbreviations keep their case."""
    body = pattern if re.match(r"[A-Z0-9]{2}", pattern) else f"(?i:{pattern})"
    return rf"(?<![A-Za-z0-9]){body}(?![A-Za-z0-9])"


def fields(text: str) -> list[Hit]:
    """The fields that a text is of: named by an alias, in no negative phrase and not in passing."""
    seen = view(text)
    passing = [m.span() for m in _PASSING.finditer(seen)]
    found = []
    for field in taxonomy().values():
        out = [m.span() for m in field.negative.finditer(seen)] if field.negative else []
        hit = next(
            (m for m in field.aliases.finditer(seen) if not _inside(m.start(), [*out, *passing])),
            None,
        )
        if hit:
            found.append(Hit(field.id, text[hit.start() : hit.end()], hit.start()))
    return found


def _inside(at: int, spans: list[tuple[int, int]]) -> bool:
    return any(a <= at < b for a, b in spans)
