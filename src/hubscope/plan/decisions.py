"""What people decided about the elements of a document, in a text file that git can merge."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hubscope.errors import BadDataError
from hubscope.plan.model import KINDS

VERSION = 1
VERBS = ("accept", "edit", "reject", "merge", "split", "add")
SETTABLE = (
    *("kind", "name", "speaker", "horizon", "quote"),
    *("indicator", "operator", "quantity", "upper", "unit", "year"),
)
"""What `edit` and `add` can set."""
_HEAD = """\
# Decisions of reviewers on the document beside this file, one table each, ordered by quote hash.
# A later decision of the same person on the same sentence takes the place of the earlier one.
version = {version}
"""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    hash: str = Field(pattern=r"^[0-9a-f]{16}$")
    kind: str = Field(pattern=f"^(?:{'|'.join(KINDS)})$")
    nth: int = Field(1, ge=1)
    verb: str = Field(pattern=f"^(?:{'|'.join(VERBS)})$")
    by: str = Field(min_length=1, max_length=80)
    on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")
    quote: str
    reason: str = ""
    into: str = Field("", pattern=r"^(?:[0-9a-f]{16})?$")
    parent: str = Field("", pattern=r"^(?:[0-9a-f]{16})?$")
    pieces: list[str] = []
    set: dict[str, str | int | float] = {}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on one element, found again by the hash of its sentence and its kind."""

    hash: str
    kind: str
    verb: str
    by: str
    on: str
    """When, in UTC: 2026-01-31T09:30:00Z."""
    quote: str
    nth: int = 1
    """Which of the elements with this hash and kind, where one sentence holds several."""
    reason: str = ""
    into: str = ""
    """Hash of the element that this one is merged into."""
    parent: str = ""
    """Hash of the element that an added one stands under."""
    pieces: tuple[str, ...] = ()
    """The sentences that a split element falls into."""
    set: dict[str, Any] = field(default_factory=dict)
    """New values of an edited or added element, by the names in `SETTABLE`."""

    @property
    def key(self) -> tuple[str, str, int]:
        """What it is about."""
        return self.hash, self.kind, self.nth


def review_file(document: Path) -> Path:
    """Where the decisions on a document are kept: beside it."""
    return document.with_name(document.name + ".review.toml")


def load(path: Path) -> list[Decision]:
    """The decisions in a file, none where it does not exist.

    Raises:
        BadDataError: with the table that breaks the form, or where git left a conflict.
    """
    if not path.is_file():
        return []
    text = path.read_text("utf-8")
    if mark := re.search(r"^(?:<{7}|>{7}) ", text, re.MULTILINE):
        line = text[: mark.start()].count("\n") + 1
        raise BadDataError(
            f"{path}: line {line} holds a conflict that git left",
            hint="keep both tables, drop the marks; the later decision of a person counts",
        )
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadDataError(f"{path} is not valid TOML: {error}") from error
    if found.get("version") != VERSION:
        raise BadDataError(
            f"{path}: version {found.get('version')} is not known; {VERSION} is",
            hint="update hubscope, which writes and reads this file",
        )
    return [_decision(path, n, row) for n, row in enumerate(found.get("decision", []), 1)]


def _decision(path: Path, number: int, row: object) -> Decision:
    try:
        r = _Row.model_validate(row)
        if unknown := set(r.set) - set(SETTABLE):
            raise BadDataError(
                f"{path}, decision {number}: set knows no {min(unknown)}",
                hint=f"it can set {', '.join(SETTABLE)}",
            )
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(map(str, wrong["loc"]))
        raise BadDataError(f"{path}, decision {number}, {where}: {wrong['msg']}") from None
    return Decision(**{**r.model_dump(), "pieces": tuple(r.pieces)})


def latest(decisions: Iterable[Decision]) -> list[Decision]:
    """The last decision of each person on each sentence, ordered by hash, then by person."""
    last: dict[tuple[str, str, int, str], Decision] = {}
    for d in sorted(decisions, key=lambda d: d.on):
        last[*d.key, d.by] = d
    return sorted(last.values(), key=lambda d: (*d.key, d.by))


def save(path: Path, decisions: Iterable[Decision]) -> None:
    """Write the latest decisions; the same decisions always give the same bytes."""
    tables = [_HEAD.format(version=VERSION), *map(_table, latest(decisions))]
    temporary = path.with_name(path.name + ".new")
    temporary.write_text("\n".join(tables), "utf-8")
    temporary.replace(path)


def _table(d: Decision) -> str:
    rows: list[tuple[str, object]] = [("hash", d.hash), ("kind", d.kind)]
    rows += [("nth", d.nth)] if d.nth > 1 else []
    rows += [("verb", d.verb), ("by", d.by), ("on", d.on), ("quote", d.quote)]
    rows += [(k, v) for k in ("reason", "into", "parent") if (v := getattr(d, k))]
    rows += [("pieces", list(d.pieces))] if d.pieces else []
    lines = ["[[decision]]", *(f"{k} = {toml_value(v)}" for k, v in rows)]
    if d.set:
        inner = ", ".join(f"{k} = {toml_value(v)}" for k, v in sorted(d.set.items()))
        lines.append(f"set = {{ {inner} }}")
    return "\n".join(lines) + "\n"


def toml_value(value: object) -> str:
    """A string, number or list of strings as TOML writes it; JSON's escapes are TOML's too."""
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return repr(value)
