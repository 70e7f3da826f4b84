"""What people decided about links of evidence: a text file beside the plan, for git to merge."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hubscope.errors import BadDataError
from hubscope.plan.decisions import toml_value
from hubscope.plan.model import KINDS

VERSION = 1
VERBS = ("accept", "reject", "edit", "add")
_HEAD = """\
# Decisions on the links of news items to the plan beside this file, one table each, ordered by
# item and element. A later decision of the same person on the same link replaces the earlier one.
version = {version}
"""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    item: str = Field(pattern=r"^[0-9a-f]{16}$")
    element: str = Field("", pattern=r"^(?:[0-9a-f]{16})?$")
    kind: str = Field("", pattern=f"^(?:{'|'.join(KINDS)})?$")
    nth: int = Field(1, ge=1)
    verb: str = Field(pattern=f"^(?:{'|'.join(VERBS)})$")
    by: str = Field(min_length=1, max_length=80)
    on: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$")
    words: str
    quote: str = ""
    reason: str = ""
    grade: int | None = Field(None, ge=0, le=2)
    place: str = Field("", pattern=r"^[a-z0-9-]*$")
    to: str = Field("", pattern=r"^(?:[0-9a-f]{16})?$")
    to_kind: str = Field("", pattern=f"^(?:{'|'.join(KINDS)})?$")


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """One decision on the link of an item to an element, or on the item's place."""

    item: str
    """Hash of the item's words."""
    element: str
    """Hash of the element's sentence; "" for a decision on the item itself."""
    kind: str
    verb: str
    by: str
    on: str
    """When, in UTC: 2026-01-31T09:30:00Z."""
    words: str
    """The item's words, so that a person can read the file."""
    quote: str = ""
    """The element's sentence."""
    nth: int = 1
    """Which of the elements with this sentence and kind."""
    reason: str = ""
    grade: int | None = None
    place: str = ""
    to: str = ""
    """Hash of the element that the link is moved to."""
    to_kind: str = ""

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What it is about."""
        return self.item, self.element, self.kind, self.nth


def evidence_file(plan: Path) -> Path:
    """Where the decisions on the evidence of a plan document are kept: beside it."""
    return plan.with_name(plan.name + ".evidence.toml")


def load(path: Path) -> list[LinkDecision]:
    """The decisions in a file, none where it does not exist.

    Raises:
        BadDataError: with the table that breaks the form.
    """
    if not path.is_file():
        return []
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDataError(
            f"{path} is not valid TOML: {error}",
            hint="where git left conflict marks, keep both tables and drop the marks",
        ) from error
    if found.get("version") != VERSION:
        raise BadDataError(
            f"{path}: version {found.get('version')} is not known; {VERSION} is",
            hint="update hubscope, which writes and reads this file",
        )
    return [_decision(path, n, row) for n, row in enumerate(found.get("decision", []), 1)]


def _decision(path: Path, number: int, row: object) -> LinkDecision:
    try:
        return LinkDecision(**_Row.model_validate(row).model_dump())
    except ValidationError as error:
        wrong = error.errors()[0]
        where = ".".join(map(str, wrong["loc"]))
        raise BadDataError(f"{path}, decision {number}, {where}: {wrong['msg']}") from None


def latest(decisions: Iterable[LinkDecision]) -> list[LinkDecision]:
    """The last decision of each person on each link, ordered by item, element and person."""
    last: dict[tuple[str, str, str, int, str], LinkDecision] = {}
    for d in sorted(decisions, key=lambda d: d.on):
        last[*d.key, d.by] = d
    return sorted(last.values(), key=lambda d: (*d.key, d.by))


def save(path: Path, decisions: Iterable[LinkDecision]) -> None:
    """Write the latest decisions; the same decisions always give the same bytes."""
    tables = [_HEAD.format(version=VERSION), *map(_table, latest(decisions))]
    temporary = path.with_name(path.name + ".new")
    temporary.write_text("\n".join(tables), "utf-8")
    temporary.replace(path)


def _table(d: LinkDecision) -> str:
    names = ("item", "element", "kind", "nth", "verb", "by", "on", "words", "quote", "reason")
    rows: list[tuple[str, object]] = [(n, getattr(d, n)) for n in names]
    rows += [(n, getattr(d, n)) for n in ("grade", "place", "to", "to_kind")]
    kept = [(k, v) for k, v in rows if v not in ("", None) and (k, v) != ("nth", 1)]
    return "\n".join(["[[decision]]", *(f"{k} = {toml_value(v)}" for k, v in kept)]) + "\n"
