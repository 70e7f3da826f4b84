"""Words for phrases that stand in data: notes, producers, licences, formulas.

A file of phrases has a table a language, each phrase with its words: `[zh]`,
`"facts only" = "仅收录事实"`. A phrase may have places in braces, `"printed as more than {n}"`; a
place holds a number or another known phrase, one called `line` a whole number. Remarks joined by
"; " are looked up one by one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from hubscope.errors import BadDataError, nearest
from hubscope.words import LANGUAGES

Table = Mapping[str, str]
_PLACE = re.compile(r"\{(\w+)\}")
_BETWEEN = re.compile(r"; |；")


class Phrases:
    """The phrases of one language; the same text is looked up once."""

    def __init__(self, lang: str, table: Table) -> None:
        """Take the words of `lang` by phrase; the first phrase that fits a text is used."""
        self._joiner = "；" if lang == "zh" else "; "
        self._table = table
        self._patterns = [(_pattern(p), w) for p, w in table.items() if _PLACE.search(p)]
        self._found: dict[str, str | None] = {}

    def of(self, text: str) -> str | None:
        """The words for `text`, or None if it or any part of it has none."""
        if text not in self._found:
            self._found[text] = self._table.get(text) or self._parts(text) or self._filled(text)
        return self._found[text]

    def _parts(self, text: str) -> str | None:
        parts = _BETWEEN.split(text)
        if len(parts) == 1:
            return None
        told = [self.of(part.strip()) for part in parts]
        return self._joiner.join(t for t in told if t) if all(told) else None

    def _filled(self, text: str) -> str | None:
        for pattern, words in self._patterns:
            if match := pattern.fullmatch(text):
                held = {name: self._value(value) for name, value in match.groupdict().items()}
                values = {name: value for name, value in held.items() if value}
                if len(values) == len(held):
                    return _fill(words, values)
        return None

    def _value(self, held: str) -> str | None:
        return self.of(held) if any(c.isalpha() for c in held) else held


def _fill(words: str, values: Table) -> str:
    return _PLACE.sub(lambda place: values[place[1]], words)


def _pattern(phrase: str) -> re.Pattern[str]:
    seen: set[str] = set()
    text = ""
    for n, piece in enumerate(_PLACE.split(phrase)):
        if n % 2 == 0:
            text += re.escape(piece)
        else:
            held = r"\d+" if piece == "line" else ".+?"
            text += f"(?P={piece})" if piece in seen else f"(?P<{piece}>{held})"
            seen.add(piece)
    return re.compile(text)


def read_phrases(path: Path | Traversable) -> dict[str, dict[str, str]]:
    """Words by phrase by language.

    Raises:
        BadDataError: if the file is not TOML, names a language that hubscope does not speak, or
            gives a phrase no words or words with other places; names the file and the key.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDataError(f"{path} is not valid TOML: {error}") from error
    return {lang: _checked(path, lang, table) for lang, table in tables.items()}


def _checked(path: Path | Traversable, lang: str, table: object) -> dict[str, str]:
    if lang not in LANGUAGES:
        raise BadDataError(f"{path}: unknown language {lang}", hint=nearest(lang, LANGUAGES))
    if not isinstance(table, dict):
        raise BadDataError(f"{path}: {lang} is not a table", hint=f'write [{lang}], then "a" = "b"')
    for phrase, words in table.items():
        if not _PLACE.sub("", phrase).strip():
            raise BadDataError(f'{path}: {lang}."{phrase}" is no phrase', hint="leave the line out")
        if not isinstance(words, str) or not words.strip():
            raise BadDataError(f'{path}: {lang}."{phrase}" has no words', hint="leave the line out")
        if set(_PLACE.findall(phrase)) != set(_PLACE.findall(words)):
            raise BadDataError(
                f'{path}: {lang}."{phrase}" has other places in braces than its words',
                hint="keep every {place} of the phrase in its words",
            )
    return table


def phrases(lang: str, own: Table) -> Phrases:
    """The phrases of a workspace in `lang`, then those that hubscope ships."""
    rest = {p: w for p, w in shipped().get(lang, {}).items() if p not in own}
    return Phrases(lang, {**own, **rest})


@cache
def shipped() -> dict[str, dict[str, str]]:
    """Words for what hubscope itself writes: sources and formulas of the catalogue, methods."""
    return read_phrases(files("hubscope") / "words" / "phrases.toml")
