"""Lists of conference papers (CSV or Parquet) into the star, for what OpenAlex does not hold well.

Columns: venue_year, id, title, authors, aff_unique_index, aff_unique_norm, aff_campus_unique_index,
aff_campus_unique, aff_country_unique_index, aff_country_unique, gs_citation; authors and their
affiliations are parted by ";", several affiliations of one author by "+", and an index counts
from 0 into the list of distinct names. Such lists are of one field, which the caller names.

Two habits of these lists are undone: authors repeated after the whole list (n names, n/2
affiliations), and an index that leaves authors out, which is then not used.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from hubscope.errors import BadDataError, nearest
from hubscope.sources.openalex.flat import ORDER, Flattened
from hubscope.sources.openalex.layout import Part
from hubscope.sources.star import STAR

COLUMNS = (
    "venue_year",
    "id",
    "title",
    "authors",
    "aff_unique_index",
    "aff_unique_norm",
    "aff_campus_unique_index",
    "aff_campus_unique",
    "aff_country_unique_index",
    "aff_country_unique",
    "gs_citation",
)
COMPUTER_SCIENCE, ARTIFICIAL_INTELLIGENCE = 17, 1702
"""Field and subfield of the All Science Journal Classification, which OpenAlex's topics follow."""

CERTAIN = 0.9
"""An institution has a country where this share of its aligned mentions agrees."""

_YEAR = re.compile(r"(?:19|20)\d\d$")

Slot = tuple[str, str, str]
"""Institution, campus and country of one affiliation, as far as they are known."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper with the affiliations of each author."""

    line: int
    work: int
    year: int
    venue: str
    authors: tuple[str, ...]
    slots: tuple[tuple[Slot, ...], ...]
    cited: int


def number(*words: str) -> int:
    """A lasting id for what has only a name: 62 bits of its SHA-256."""
    return int.from_bytes(sha256("\0".join(words).encode()).digest()[:8], "big") >> 2


@cache
def countries() -> dict[str, str]:
    """ISO 3166 alpha-2 by the English name used in such lists."""
    text = (files("hubscope") / "sources/countries.csv").read_text("utf-8")
    return {r["name"]: r["code"] for r in csv.DictReader(text.splitlines())}


def rows(path: Path) -> list[dict[str, Any]]:
    """The rows of a list; an error that names the columns it lacks."""
    try:
        table = pq.read_table(path) if path.suffix == ".parquet" else _read_csv(path)
    except pa.ArrowException as error:
        raise BadDataError(f"{path} cannot be read: {error}") from error
    missing = [c for c in COLUMNS if c not in table.column_names]
    if missing:
        raise BadDataError(
            f"{path} lacks the columns {', '.join(missing)}",
            hint=nearest(missing[0], table.column_names),
        )
    found: list[dict[str, Any]] = table.select(COLUMNS).to_pylist()
    return found


def _read_csv(path: Path) -> pa.Table:
    options = pa.csv.ConvertOptions(column_types=dict.fromkeys(COLUMNS, pa.string()))
    return pa.csv.read_csv(
        path, convert_options=options, parse_options=pa.csv.ParseOptions(newlines_in_values=True)
    )


def fault(row: Mapping[str, Any]) -> str:
    """Why a row cannot be taken, "" if it can."""
    if not row["id"] and not row["title"]:
        return "neither id nor title"
    if not _YEAR.search(row["venue_year"] or ""):
        return "no year in venue_year"
    cited = row["gs_citation"]
    if cited not in (None, "") and not re.fullmatch(r"-1|\d{1,9}", str(cited)):
        return "citation count is not a number"
    return "" if (row["authors"] or "").strip(" ;") else "no authors"


def paper(line: int, row: Mapping[str, Any]) -> Paper:
    """A row that has no fault as a paper."""
    authors = [a.strip() for a in row["authors"].split(";")]
    half = len(authors) // 2
    named = _indexed(row["aff_unique_index"], row["aff_unique_norm"])
    if len(authors) == 2 * len(named) and authors[:half] == authors[half:]:
        authors = authors[:half]
    venue, year = row["venue_year"][:-4], int(row["venue_year"][-4:])
    return Paper(
        line,
        number(row["venue_year"], row["id"] or "", row["title"] or ""),
        year,
        venue,
        tuple(authors),
        _slots(len(authors), named, row),
        max(int(row["gs_citation"] or 0), 0),
    )


def _indexed(index: str | None, names: str | None) -> list[list[str]]:
    """The names that an index points to, a list for each author; "" where it points at nothing."""
    known = [n.strip() for n in (names or "").split(";")]
    return [
        [known[int(i)] if i.isdecimal() and int(i) < len(known) else "" for i in one.split("+")]
        for one in (index or "").split(";")
    ]


def _slots(
    authors: int, named: list[list[str]], row: Mapping[str, Any]
) -> tuple[tuple[Slot, ...], ...]:
    if len(named) != authors:
        distinct = {n for one in named for n in one if n}
        if len(distinct) != 1:
            return ((),) * authors
        named = [sorted(distinct)] * authors
    shape = [len(one) for one in named]
    beside = []
    for what in ("campus", "country"):
        found = _indexed(row[f"aff_{what}_unique_index"], row[f"aff_{what}_unique"])
        fits = [len(one) for one in found] == shape
        beside.append(found if fits else [[""] * n for n in shape])
    return tuple(
        tuple((n, c, countries().get(k, "")) for n, c, k in zip(*of_one, strict=True) if n)
        for of_one in zip(named, *beside, strict=True)
    )


def known_countries(papers: Sequence[Paper]) -> dict[str, str]:
    """The country of each institution whose aligned mentions agree."""
    seen: dict[str, Counter[str]] = {}
    for one in papers:
        for name, _, country in (s for slots in one.slots for s in slots):
            if country:
                seen.setdefault(name, Counter())[country] += 1
    best = {name: counts.most_common(1)[0] for name, counts in seen.items()}
    return {n: c for n, (c, times) in best.items() if times >= CERTAIN * seen[n].total()}


def flatten(part: Part, out: Path, *, memory: str = "") -> Flattened:
    """Write the star's tables of a list into the folder `out`, always the same bytes."""
    del memory
    papers: dict[int, Paper] = {}
    rejects: list[dict[str, Any]] = []
    for line, row in enumerate(rows(part.path), 2 if part.path.suffix == ".csv" else 1):
        reason = fault(row)
        one = None if reason else paper(line, row)
        if one is not None and one.work in papers:
            reason = "duplicate in the same file"
        if one is None or reason:
            rejects.append(
                {
                    "file": part.name,
                    "line": line,
                    "reason": reason,
                    "work": one.work if one else None,
                    "start": f"{row['venue_year']} {row['id']} {row['title']}"[:200],
                }
            )
        else:
            papers[one.work] = one
    tables = _tables(list(papers.values())) | {"rejects": rejects}
    for name, schema in STAR.items():
        keys = [(k, "ascending") for k in ORDER[name].replace(" NULLS LAST", "").split(", ")]
        table = pa.Table.from_pylist(tables.get(name, []), schema=schema).sort_by(keys)
        pq.write_table(table, out / f"{name}.parquet", compression="zstd")
    counts = Counter(r["reason"] for r in rejects)
    return Flattened({n: len(tables.get(n, [])) for n in STAR}, dict(sorted(counts.items())))


def _tables(papers: list[Paper]) -> dict[str, list[dict[str, Any]]]:
    where = known_countries(papers)
    sites: dict[int, dict[str, Any]] = {}
    authorships = [row for one in papers for row in _authorships(one, where, sites)]
    names = ("institution", "ror", "name", "country", "type")
    return {
        "works": [_work(one) for one in papers],
        "authorships": authorships,
        "institutions": [{n: s.get(n) for n in names} for s in sites.values()],
        "lineage": [{"institution": i, "ancestor": i} for i in sites],
        "sites": [
            {"institution": i, "city": s["campus"] or None, "country": s["country"]}
            for i, s in sites.items()
        ],
    }


def _work(one: Paper) -> dict[str, Any]:
    flags = dict.fromkeys(("xpac", "paratext", "retracted"), False)
    return flags | {
        "work": one.work,
        "year": one.year,
        "type": "article",
        "field": COMPUTER_SCIENCE,
        "subfield": ARTIFICIAL_INTELLIGENCE,
        "source": number(one.venue),
        "core": True,
        "cited": one.cited,
        "n_authors": len(one.authors),
        "n_refs": 0,
        "line": one.line,
    }


def _authorships(
    one: Paper, where: Mapping[str, str], sites: dict[int, dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    for seq, (author, slots) in enumerate(zip(one.authors, one.slots, strict=True), 1):
        whole = 1.0 / len(one.authors)
        base = {"work": one.work, "year": one.year, "seq": seq, "author": number(author)}
        if not slots:
            yield base | {"weight": whole}
        shares = Counter(slots)
        for (name, campus, country), times in sorted(shares.items()):
            institution = number(name, campus) if campus else number(name)
            known = country or where.get(name)
            sites.setdefault(
                institution,
                {"institution": institution, "name": name, "campus": campus, "country": known},
            )
            weight = whole * times / len(slots)
            yield base | {"institution": institution, "country": known, "weight": weight}
