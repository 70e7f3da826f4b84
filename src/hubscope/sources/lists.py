"""Curated lists (CSV): strategic institutions, new-type ones, national funders, placed things.

One row an entry, each with its source and the date it was read. `id` is a ROR id, an OpenAlex
institution (`I...`) or funder (`F...`), or any name where the entry is placed by its own city or
coordinates. docs/reference/lists.md has every column.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from importlib.resources import files
from typing import Annotated, Literal

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hubscope.sources.raw import Fault, Raw, raw

NAMES = (
    "strategic",
    "new_type",
    "national_programme",
    "facility",
    "supercomputer",
    "laureate",
    "organisation",
    "broadband",
)
"""The lists there are."""


class Entry(BaseModel):
    """One row of a list."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)
    list: Literal[NAMES]  # type: ignore[valid-type]
    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    economy: str = Field("", pattern=r"^([A-Z]{2})?$")
    year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    """Year of the state that the row describes; None: the year it was read."""
    city: str = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    amount: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """What is summed or of which the median is taken: PFlop/s of a machine, Mbit/s of a tile."""
    weight: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 1.0
    """Weight in a median: tests made in a tile."""
    source: str = Field(min_length=1)
    url: str = ""
    accessed: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    licence: str = ""
    note: str = ""
    file: str = ""
    line: int = 0

    @property
    def at(self) -> int:
        """The year it counts in."""
        return self.year or int(self.accessed[:4])


def read(source: Raw) -> tuple[list[Entry], list[Fault]]:
    """The entries of a file; faulty rows with file and line, an entry twice among them."""
    try:
        rows = list(csv.DictReader(io.StringIO(source.data.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as error:
        return [], [Fault(source.name, 1, "", f"is not a CSV in UTF-8: {error}")]
    entries: list[Entry] = []
    faults: list[Fault] = []
    seen: set[tuple[str, str, int | None]] = set()
    for line, row in enumerate(rows, 2):
        if None in row:
            faults.append(Fault(source.name, line, "", "has more cells than the first row"))
            continue
        given: dict[str, object] = {k: v for k, v in row.items() if v not in ("", None)}
        try:
            one = Entry.model_validate(given | {"file": source.name, "line": line})
        except ValidationError as error:
            faults += [
                Fault(source.name, line, ".".join(map(str, e["loc"])), e["msg"])
                for e in error.errors()
            ]
            continue
        if (one.list, one.id, one.year) in seen:
            faults.append(Fault(source.name, line, "id", f"{one.id} stands twice in {one.list}"))
        seen.add((one.list, one.id, one.year))
        entries.append(one)
    return entries, faults


def shipped() -> Raw:
    """The lists that come with hubscope."""
    from pathlib import Path

    return raw(Path(str(files("hubscope") / "sources/lists.csv")), name="lists.csv")


def together(own: Iterable[Entry], given: Iterable[Entry]) -> list[Entry]:
    """The workspace's own lists in the place of shipped ones of the same name."""
    mine = list(own)
    replaced = {e.list for e in mine}
    return mine + [e for e in given if e.list not in replaced]


def institutions(entries: Iterable[Entry], known: pa.Table, lineage: pa.Table) -> pa.Table:
    """Rows of list and institution: listed institutions and all below them, each once a list.

    Args:
        entries: of any list; those that name no institution of the works are passed over.
        known: institution and ror.
        lineage: institution and ancestor.
    """
    numbers = numbers_of(entries, known)
    below: dict[int, set[int]] = {}
    for row in lineage.to_pylist():
        below.setdefault(row["ancestor"], set()).add(row["institution"])
    found = {(e.list, i) for e, n in numbers for i in {n} | below.get(n, set())}
    columns = list(zip(*sorted(found), strict=True)) or [(), ()]
    types = (pa.string(), pa.int64())
    arrays = [pa.array(c, t) for c, t in zip(columns, types, strict=True)]
    return pa.table(arrays, names=["list", "institution"])


def numbers_of(entries: Iterable[Entry], known: pa.Table) -> list[tuple[Entry, int]]:
    """Entries with the number of the institution that they name."""
    rors = {r["ror"]: r["institution"] for r in known.to_pylist() if r["ror"]}
    made = []
    for e in entries:
        number = int(e.id[1:]) if e.id[0] == "I" and e.id[1:].isdecimal() else rors.get(e.id)
        if number is not None:
            made.append((e, number))
    return made


def funders(entries: Iterable[Entry]) -> pa.Table:
    """Rows of funder and country of the national programmes."""
    rows = sorted(
        {
            (int(e.id[1:]), e.economy)
            for e in entries
            if e.list == "national_programme" and e.id[0] == "F" and e.id[1:].isdecimal()
        }
    )
    return pa.table(
        {
            "funder": pa.array([f for f, _ in rows], pa.int64()),
            "country": pa.array([c for _, c in rows], pa.string()),
        }
    )


def economies(entries: Iterable[Entry]) -> pa.Table:
    """Rows of list and country: the economies that each list speaks of."""
    rows = sorted({(e.list, e.economy) for e in entries if e.economy})
    return pa.table(
        {
            "list": pa.array([n for n, _ in rows], pa.string()),
            "country": pa.array([c for _, c in rows], pa.string()),
        }
    )
