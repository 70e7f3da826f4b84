"""The catalogue: every indicator's words, unit, direction and query, read from definitions/."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hubscope.errors import BadDataError
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
            indicator = _read(*file)
        except (ValidationError, tomllib.TOMLDecodeError) as error:
            faults.append(f"{file[0]}: {_short(error)}")
            continue
        if indicator.id in catalogue:
            faults.append(f"{file[0]}: the id {indicator.id} is defined twice")
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
    return [
        (_read(*file), tomllib.loads(file[1]).get(of), file[2].strip()) for file in _tomls(folder)
    ]


def listed() -> list[tuple[Indicator, dict[str, Any]]]:
    """Every shipped indicator with a `[listed]` table, and that table."""
    folder = files("hubscope") / "indicators" / "definitions"
    found = ((file, tomllib.loads(file[1]).get("listed")) for file in _tomls(folder))
    return [(_read(*file), more) for file, more in found if more is not None]


def _tomls(folder: Traversable) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            found += _tomls(entry)
        elif entry.name.endswith(".toml"):
            beside = folder / (entry.name[:-5] + ".sql")
            sql = beside.read_text("utf-8") if beside.is_file() else ""
            found.append((str(entry), entry.read_text("utf-8"), sql))
    return found


def _read(name: str, text: str, sql: str) -> Indicator:
    d = _Definition.model_validate(tomllib.loads(text))
    if Path(name).stem != d.id:
        raise tomllib.TOMLDecodeError(f"the file is not named {d.id}.toml")
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
        sql=sql.strip() if d.works is None and d.patents is None else "",
    )


def _short(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(
            f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()
        )
    return str(error)
