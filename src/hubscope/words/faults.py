"""What an error says in the reader's language: the code speaks English, `errors.toml` the rest."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from hubscope.words.phrases import Phrases, read_phrases


class _Sentences(Phrases):
    """Phrases whose places may hold anything: a file name stays, a known phrase is said.

    Several faults in one place, joined by "; ", are said one by one.
    """

    def _parts(self, text: str) -> str | None:
        del text
        return None

    def _value(self, held: str) -> str | None:
        return self.of(held) or "；".join(self.of(part) or part for part in held.split("; "))


LONGEST = 1000
"""Characters of a line that is looked up; nothing that hubscope says is longer."""


@cache
def _sentences(lang: str) -> _Sentences:
    return _Sentences(lang, read_phrases(files("hubscope") / "words" / "errors.toml")[lang])


def fault_words(lang: str, text: str) -> str:
    """`text` line by line in `lang`; a line that has no words stays as it is."""
    if lang == "en":
        return text
    return "\n".join(_line(lang, line) for line in text.split("\n"))


def _line(lang: str, line: str) -> str:
    bare = line.strip()
    if len(bare) > LONGEST:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    return indent + (_sentences(lang).of(bare) or bare)
