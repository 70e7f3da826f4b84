"""The catalogue: every indicator's words, unit, direction and query, read from definitions/."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hubscope.errors import BadDataError
from hubscope.indicators.shared_queries import SharedQuery, query
from hubscope.nouns import FORCES, Indicator, Words

UNITS = (
    "%",
    "% a year",
    "1e8 CNY",
    "1e8 EUR",
    "1e8 GBP",
    "1e8 USD",
    "1e4 persons",
    "contracts",
    "count",
    "enterprises",
    "enterprises/day",
    "index",
    "Mbit/s",
    "PFlop/s",
    "per 10,000",
    "per million",
    "rank",
    "ratio",
    "share of articles",
    "years",
)
"""The closed set of units; words/ has each in both languages."""


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid")
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def noun(self) -> Words:
        return Words(self.zh, self.en)


class _Definition(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    code: str = ""
    name: _Words
    definition: _Words
    caveat: _Words
    formula: str = Field(min_length=1)
    unit: Literal[UNITS]  # type: ignore[valid-type]
    direction: Literal["+", "-", "neutral"]
    force: Literal[(*FORCES, "none")]  # type: ignore[valid-type]
    programmes: list[Literal["P1", "P2", "P3", "P4", "P5", "P6"]] = []
    source: str = Field(min_length=1)
    published_by: str = ""
    role: Literal["measure", "input", "context"] = "measure"
    aliases: list[str] = []
    works: dict[str, Any] | None = None
    """How it is folded from the works (indicators/works.py); its query is then over the works."""
    patents: dict[str, Any] | None = None
    """The same for patents (indicators/patents.py)."""
    listed: dict[str, Any] | None = None
    """Which curated list it counts (indicators/listed.py); it has no query then."""
    query: SharedQuery | None = None
    """The text it shares with others, where it has no query of its own."""


def load_catalogue(extra: Path | None = None) -> dict[str, Indicator]:
    """The shipped definitions, and those of the folder `extra`, by id.

    Raises:
        BadDataError: naming every file that is not a definition or repeats an id.
    """
    folders: list[Traversable] = [files("hubscope") / "indicators" / "definitions"]
    if extra is not None:
        folders.append(extra)
    catalogue: dict[str, Indicator] = {}
    faults: list[str] = []
    for file in (f for folder in folders for f in _tomls(folder)):
        try:
            indicator, _ = _read(file)
        except (ValidationError, tomllib.TOMLDecodeError) as error:
            faults.append(f"{file.name}: {_short(error)}")
            continue
        if indicator.id in catalogue:
            faults.append(f"{file.name}: the id {indicator.id} is defined twice")
        catalogue[indicator.id] = indicator
    if faults:
        raise BadDataError(
            "the catalogue has faults:\n  " + "\n  ".join(faults),
            hint="docs/how-to/add-an-indicator.md shows a definition",
        )
    return catalogue


def definitions(of: str = "works") -> list[tuple[Indicator, dict[str, Any] | None, str]]:
    """Every shipped indicator with its table `of` (None where it has none) and its query."""
    folder = files("hubscope") / "indicators" / "definitions"
    found = ((*_read(file), tomllib.loads(file.text).get(of)) for file in _tomls(folder))
    return [(indicator, more, sql) for indicator, sql, more in found]


def listed() -> list[tuple[Indicator, dict[str, Any]]]:
    """Every shipped indicator with a `[listed]` table, and that table."""
    return [(i, more) for i, more, _ in definitions("listed") if more is not None]


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    text: str
    own: Traversable
    """Its query, if that is a file of its own."""
    top: Traversable
    """The folder of all definitions."""


def _tomls(folder: Traversable, top: Traversable | None = None) -> list[_File]:
    found: list[_File] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            found += _tomls(entry, top or folder)
        elif entry.name.endswith(".toml"):
            own = folder / (entry.name[:-5] + ".sql")
            found.append(_File(str(entry), entry.read_text("utf-8"), own, top or folder))
    return found


def _read(file: _File) -> tuple[Indicator, str]:
    """An indicator and its query; the indicator has it where it reads figures."""
    d = _Definition.model_validate(tomllib.loads(file.text))
    if Path(file.name).stem != d.id:
        raise tomllib.TOMLDecodeError(f"the file is not named {d.id}.toml")
    sql = query(d.query, file.own, file.top)
    return _indicator(d, sql if d.works is None and d.patents is None else ""), sql


def _indicator(d: _Definition, sql: str) -> Indicator:
    return Indicator(
        id=d.id,
        code=d.code,
        name=d.name.noun(),
        definition=d.definition.noun(),
        formula=d.formula,
        unit=d.unit,
        direction=d.direction,
        force=d.force,
        programmes=tuple(d.programmes),
        caveat=d.caveat.noun(),
        source=d.source,
        published_by=d.published_by,
        role=d.role,
        aliases=tuple(d.aliases),
        sql=sql,
    )


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()
        )
    return str(error)
