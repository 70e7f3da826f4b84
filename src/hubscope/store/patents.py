"""Patents into the store: part by part, resumable, published by the one rename of the manifest.

The views that `store.patents_views.connect_patents` (and `SparkPatents`) shows, with the columns of
`sources.patents.tables`; rows that a later release replaced are left out of all but `paper_links`:

    patents           patent, family, key, office, kind, invention, withdrawn, published, year ...
    inventors         patent, year, seq, inventor, place, weight (sums to 1 a patent)
    patent_fields     patent, year, scheme (cpc, ipc), symbol (G06N3/08), field (WIPO's 1 to 35)
    patent_citations  patent, year, cited, citer
    paper_links       patent, paper (OpenAlex number: joins works.work), confidence, found, citer,
                      own, office; every pair that was loaded: 4 and more counts as sure
    patent_places     place, city, region, country, geonames, latitude, longitude

The works' views (works, authorships, refs, topics, funders, institutions, lineage, topic_tree,
sites) stand beside them, empty where the store holds no works. After `indicators.patents.prepare`
also: `hubs`, `members` (hub, institution), `patent_members` (hub, place), `counted`, `placed`,
`hub_works`, and the base views of patents, of which chains may want

    counted_patents   the patents that count: inventions, not withdrawn
    hub_patents       hub, patent, year, weight (the hub's part of the patent; hub 0 is the world)
    paper_citations   patent, year, paper: sure links of counted patents, each once
    key_patents       name (ai, ic, quantum, energy), patent
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from hubscope.errors import HubscopeError
from hubscope.sources import patent_papers
from hubscope.sources.concordance import Fields, read_fields
from hubscope.sources.openalex.layout import Part
from hubscope.sources.patents import patentsview, publications
from hubscope.sources.patents.flatten import Layout, flatten
from hubscope.sources.raw import raw
from hubscope.store import works
from hubscope.store.files import make_folder
from hubscope.store.parts import body_of, history, make_once, sweep
from hubscope.store.parts import prune as prune_parts
from hubscope.store.patents_assemble import assemble
from hubscope.store.publish import Store
from hubscope.store.works import Step

NAME = "patents"
PATENTS_FORMAT = 1
"""Raised when the tables change: parts written before are then made again."""

WHOLE = ("patentsview", "paper-links", "synthetic", "synthetic-links")
"""Sources whose release replaces the one before as a whole; publications come as updates."""

ORIGINS = {
    "patentsview": ("https://patentsview.org/download/data-download-tables", "CC-BY-4.0"),
    "paper-links": ("https://relianceonscience.org", "CC-BY-NC-4.0"),
    "synthetic": (works.ADDRESSES["synthetic"], "CC0-1.0"),
    "synthetic-links": (works.ADDRESSES["synthetic"], "CC0-1.0"),
}
"""Address and licence where the user names none; pairs up to 2021 were ODC-By."""

STALE_DAYS = {"patentsview": 200, "publications": 200, "paper-links": 550}
"""A release older than this has, as far as is known, a successor."""

LAYOUTS = {
    "publications": publications.LAYOUT,
    "paper-links": patent_papers.LAYOUT,
    "synthetic": publications.LAYOUT,
    "synthetic-links": patent_papers.LAYOUT,
}
"""What a CSV of each source means; a made-up world is called so in every origin."""

SOURCES = ("patentsview", *LAYOUTS)


@dataclass(frozen=True, slots=True)
class PatentPart:
    """One source file as it stands in the store."""

    key: str
    name: str
    sha256: str
    source: str
    vintage: str
    release: str
    """Key of the part that says which patents there are; its own where it says so itself."""
    rows: dict[str, int]
    rejects: dict[str, int] = field(default_factory=dict)
    url: str = ""
    """Where the source is published."""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class _Ask:
    part: Part
    layout: Layout
    needs_patents: bool = False


def loaded(store: Store) -> dict[str, Any]:
    """What the artifact `patents` says: vintage, parts, counts; empty before the first load."""
    return body_of(store, NAME)


def load(
    store: Store,
    given: Iterable[Path],
    *,
    source: str,
    vintage: str,
    url: str = "",
    licence: str = "",
    fields: Path | None = None,
    memory: str = "900MB",
    after: Callable[[Step], None] = lambda _step: None,
) -> dict[str, Any]:
    """Load a release and publish it together with what the store holds.

    Args:
        store: the store to publish in.
        given: the folder of a PatentsView release, or CSV files.
        source: one of `SOURCES`.
        vintage: release of the source, ISO 8601 date; kept with every result.
        url: where the source is published; PatentsView's own where none is given.
        licence: SPDX id of its licence, where it has one.
        fields: a CSV of WIPO's technology fields by IPC prefix, where symbols shall have fields.
        memory: the most memory the engine may take, in DuckDB's words.
        after: hears of each file as it is done.

    Returns:
        What `loaded` gives afterwards.

    Raises:
        BadDataError: if a file is damaged as a whole; nothing is published then.
        HubscopeError: if the store holds a later release of a source that comes whole.
    """
    _refuse_older(store, source, vintage)
    asks = [a for path in given for a in _asks(path, source)]
    if not asks:
        raise HubscopeError("no file of patents was given", hint="name a folder or a CSV file")
    concordance = raw(fields) if fields else None
    known = read_fields(concordance) if concordance else None
    salt = concordance.sha256 if concordance else ""
    make_folder(store.root / NAME)
    sweep(store.root / NAME)
    made: list[PatentPart] = []
    sizes = [a.part.path.stat().st_size for a in asks]
    began = time.perf_counter()
    for n, ask in enumerate(asks, 1):
        first = made[0].key if ask.needs_patents else ""
        maker = partial(_make, store, ask, source, vintage, memory=memory, fields=known)
        one, reused = maker(first=first, salt=salt)
        told = ORIGINS.get(source, ("", ""))
        made.append(replace(one, url=url or told[0], licence=licence or told[1]))
        spent = time.perf_counter() - began
        after(Step(ask.part.name, sum(sizes[:n]), sum(sizes), spent, reused))
    return _publish(store, list({p.key: p for p in made}.values()), source)


def _refuse_older(store: Store, source: str, vintage: str) -> None:
    held = [p["vintage"] for p in loaded(store).get("parts", []) if p["source"] == source]
    if source in WHOLE and max(held, default="") > vintage:
        raise HubscopeError(
            f"the store holds release {max(held)} of {source}; {vintage} is older",
            hint="a release replaces the one before as a whole",
        )


def _asks(path: Path, source: str) -> list[_Ask]:
    if source == "patentsview":
        found = patentsview.tables(path)
        return [
            _Ask(found[n], layout, needs_patents=not layout.own_patents)
            for n, layout in patentsview.TABLES.items()
            if n in found
        ]
    if not path.is_file():
        raise HubscopeError(f"{path} is not a file", hint="name the CSV itself")
    return [_Ask(Part(path, path.name, ""), LAYOUTS[source])]


def _make(
    store: Store,
    ask: _Ask,
    source: str,
    vintage: str,
    *,
    memory: str,
    fields: Fields | None,
    first: str,
    salt: str,
) -> tuple[PatentPart, bool]:
    """One file as a part; its key is of all that decides its bytes."""
    folder, digest = store.root / NAME, ask.part.sha256()
    used = salt if "patent_fields" in ask.layout.inserts else ""
    made_of = f"{PATENTS_FORMAT} {source} {ask.part.name} {digest} {first} {used}"
    key = sha256(made_of.encode()).hexdigest()[:16]
    known = [folder / first / "patents.parquet"] if first else []
    done, reused = make_once(
        folder / key,
        lambda aside: flatten(
            ask.part, aside, ask.layout, memory=memory, known=known, fields=fields
        ),
    )
    part = PatentPart(
        key, ask.part.name, digest, source, vintage, first or key, done.rows, done.rejects
    )
    return part, reused


def load_tables(
    store: Store,
    tables: Mapping[str, pa.Table],
    *,
    name: str,
    vintage: str,
    source: str = "synthetic",
) -> dict[str, Any]:
    """Publish tables that already are those of patents (a synthetic world) as one part."""
    import pyarrow.parquet as pq

    from hubscope.sources.openalex.flat import Flattened

    key = sha256(f"{PATENTS_FORMAT} tables {name}".encode()).hexdigest()[:16]

    def write(aside: Path) -> Flattened:
        for table, rows in tables.items():
            pq.write_table(rows, aside / f"{table}.parquet", compression="zstd")
        return Flattened({n: t.num_rows for n, t in tables.items()})

    make_folder(store.root / NAME)
    done, _ = make_once(store.root / NAME / key, write)
    return _publish(store, [PatentPart(key, name, key, source, vintage, key, done.rows)], source)


def _publish(store: Store, new: Sequence[PatentPart], source: str) -> dict[str, Any]:
    before = [PatentPart(**p) for p in loaded(store).get("parts", [])]
    keys, names, vintage = {p.key for p in new}, {p.name for p in new}, new[0].vintage
    kept = [
        p
        for p in before
        if p.key not in keys
        and not (
            source in WHOLE and p.source == source and (p.vintage < vintage or p.name in names)
        )
    ]
    # What says families stands over PatentsView, which does not; then the later release.
    parts = sorted([*kept, *new], key=lambda p: (p.source != "patentsview", p.vintage))
    body, tables = assemble(store.root / NAME, [asdict(p) for p in parts])
    body |= {"vintage": max(p.vintage for p in parts), "format": PATENTS_FORMAT}
    body["previous"] = history(store, NAME)
    inputs = {p.name: p.sha256 for p in parts}
    fingerprint = sha256(json.dumps(body["parts"], sort_keys=True).encode()).hexdigest()
    store.publish(NAME, fingerprint, {NAME: body, **tables}, inputs)
    return body


def prune(store: Store) -> int:
    """Remove the parts that no current table uses, and forget earlier states; parts removed."""
    return prune_parts(store, NAME)


def stale(store: Store, today: str) -> dict[str, str]:
    """The newest release of each source that must have a successor by `today` (ISO 8601)."""
    newest: dict[str, str] = {}
    for part in loaded(store).get("parts", []):
        newest[part["source"]] = max(part["vintage"], newest.get(part["source"], ""))
    day = date.fromisoformat(today)
    return {
        source: vintage
        for source, vintage in sorted(newest.items())
        if (day - date.fromisoformat(vintage)).days > STALE_DAYS.get(source, 10**6)
    }
