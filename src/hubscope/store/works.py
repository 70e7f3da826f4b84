"""Works into the store: part by part, resumable, published by the one rename of the manifest.

Each part file of a source becomes a folder `works/<key>/` of Parquet files, written aside and
renamed; the key is the hash of the source's bytes, so a run that was killed goes on where it
stopped and gives the same bytes. The artifact `works` lists the parts that are current.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from hubscope.errors import HubscopeError
from hubscope.sources import paper_list
from hubscope.sources.openalex import flat as openalex
from hubscope.sources.openalex.layout import Part, parts, withdrawn
from hubscope.sources.openalex.manifest import listed
from hubscope.store.assemble import WITHDRAWN, assemble, cut_short
from hubscope.store.files import make_folder, write_atomic
from hubscope.store.parts import body_of, history, make_once, sweep
from hubscope.store.parts import prune as prune_parts
from hubscope.store.publish import Store

READERS = {
    "openalex": openalex.flatten,
    "papers": paper_list.flatten,
    "synthetic": openalex.flatten,
}
"""What turns one part file into the star, by the source's name; a made-up world is no OpenAlex."""

ADDRESSES = {
    "openalex": "https://openalex.org",
    "synthetic": "https://github.com/hubscope/hubscope/tree/main/examples/synthetic-world",
}
"""Where a source is published, where it does not depend on the file."""

STAR_FORMAT = 1
"""Raised when the star's tables change: parts written before are then made again."""

STALE_DAYS = 120
"""OpenAlex publishes every quarter; a vintage older than this has a successor."""


@dataclass(frozen=True, slots=True)
class LoadedPart:
    """One part file as it stands in the store."""

    key: str
    name: str
    updated: str
    sha256: str
    source: str
    vintage: str
    rows: dict[str, int]
    rejects: dict[str, int] = field(default_factory=dict)
    url: str = ""
    """Where the source is published; "" in stores written before this was kept."""
    licence: str = ""
    bytes: int = 0
    told: dict[str, int] = field(default_factory=dict)
    """Records and bytes as the source's manifest has them, where there is one."""

    @property
    def order(self) -> tuple[str, str, str, str]:
        """Later ones count over earlier ones, whichever was loaded first."""
        return (self.updated or self.vintage, self.vintage, self.name, self.key)


@dataclass(frozen=True, slots=True)
class Step:
    """How far a load is, for whoever shows it."""

    name: str
    bytes_done: int
    bytes_all: int
    seconds: float
    reused: bool

    @property
    def seconds_left(self) -> float:
        """Time left at the rate so far."""
        return self.seconds * (self.bytes_all / max(self.bytes_done, 1) - 1)


def loaded(store: Store) -> dict[str, Any]:
    """What the artifact `works` says: vintage, parts, counts; empty before the first load."""
    return body_of(store, "works")


def load(
    store: Store,
    given: Iterable[Path],
    *,
    vintage: str,
    source: str = "openalex",
    url: str = "",
    licence: str = "",
    memory: str = "800MB",
    workers: int = 2,
    after: Callable[[Step], None] = lambda _step: None,
) -> dict[str, Any]:
    """Load snapshots or updates, later ones over earlier ones, and publish them together.

    Args:
        store: the store to publish in.
        given: snapshot folders or part files.
        source: which of `READERS` reads it.
        vintage: release of the source, ISO 8601 date; kept with every result.
        url: where it is published; by default that of `ADDRESSES`.
        licence: of the records.
        memory: the most memory each worker's engine may take, in DuckDB's words.
        workers: part files read at the same time.
        after: hears of each part as it is done.

    Returns:
        What `loaded` gives afterwards.

    Raises:
        BadDataError: if a part file is damaged as a whole; nothing is published then.
    """
    folders = list(given)
    by_folder = {folder: parts(folder) for folder in folders}
    found = [p for some in by_folder.values() for p in some]
    if not found:
        raise HubscopeError("no snapshot was given", hint="name a folder or a part file")
    gone = {i: d for folder in folders for i, d in withdrawn(folder).items()}
    new = _flatten_all(
        store, found, vintage, source=source, memory=memory, workers=workers, after=after
    )
    where = url or ADDRESSES.get(source, "")
    said = [listed(folder, some) for folder, some in by_folder.items()]
    told = {name: numbers for one in said for name, numbers in one.told.items()}
    made = [replace(p, url=where, licence=licence, told=told.get(p.name, {})) for p in new]
    return _publish(store, made, gone, vintage, [n for one in said for n in one.missing])


def load_star(
    store: Store, star: Mapping[str, pa.Table], *, name: str, vintage: str
) -> dict[str, Any]:
    """Publish tables that already are the star (a synthetic world) as one part called `name`."""
    import pyarrow.parquet as pq

    key = sha256(f"{STAR_FORMAT} star {name}".encode()).hexdigest()[:16]
    folder = make_folder(store.root / "works" / key)
    for table, rows in star.items():
        pq.write_table(rows, folder / f"{table}.parquet", compression="zstd")
    counts = {n: t.num_rows for n, t in star.items()}
    write_atomic(folder / "part.json", json.dumps({"rows": counts, "rejects": {}}).encode())
    return _publish(store, [LoadedPart(key, name, "", key, "star", vintage, counts)], {})


def _publish(
    store: Store,
    new: Sequence[LoadedPart],
    gone: Mapping[int, str],
    release: str = "",
    missing: Sequence[str] = (),
) -> dict[str, Any]:
    known = loaded(store)
    current = _current([LoadedPart(**p) for p in known.get("parts", [])], new)
    newest = max(p.vintage for p in current)
    out = _all_withdrawn(store, gone, release or newest)
    body, tables = assemble(
        store.root / "works", [asdict(p) for p in current], [p.key for p in new], out
    )
    body |= {"vintage": newest, "star": STAR_FORMAT}
    absent = {*known.get("missing", []), *missing}
    body["missing"] = sorted(n for n in absent if not any(p.name.endswith(n) for p in current))
    body["previous"] = history(store, "works")
    inputs = {p.name: p.sha256 for p in current}
    ids = sorted(gone)
    fingerprint = sha256(json.dumps([body["parts"], ids], sort_keys=True).encode()).hexdigest()
    contents = {"works": body, "works_withdrawn": out, **tables}
    store.publish("works", fingerprint, contents, inputs)
    return body


def _current(before: Sequence[LoadedPart], new: Sequence[LoadedPart]) -> list[LoadedPart]:
    """The parts that count, oldest first, whichever was loaded first."""
    every = {p.key: p for p in before}
    for part in new:
        # The same bytes twice are of the later date.
        every[part.key] = max(every.get(part.key, part), part, key=lambda p: p.order)
    # A part that was cut short gives way to the same one when it was fetched again.
    fetched = {p.order[:3]: p.key for p in new}
    given_up = {
        p.key
        for p in before
        if fetched.get(p.order[:3], p.key) != p.key and cut_short([asdict(p)]).num_rows
    }
    return sorted((p for k, p in every.items() if k not in given_up), key=lambda p: p.order)


def _all_withdrawn(store: Store, gone: Mapping[int, str], release: str) -> pa.Table:
    """What this load and earlier ones say was withdrawn; of several dates of a work the last.

    A store from before this was kept knows only which works stood no longer, not since when.
    """
    artifacts = store.manifest().artifacts
    known: dict[int, tuple[str, str]] = {}
    if "works_withdrawn" in artifacts:
        rows = store.table("works_withdrawn").to_pylist()
        known = {r["work"]: (r["withdrawn"], r["release"]) for r in rows}
    elif "works_superseded" in artifacts:
        since = loaded(store)["vintage"]
        rows = store.table("works_superseded").to_pylist()
        known = {r["work"]: (since, since) for r in rows if r["why"] == "deleted"}
    for work, date in gone.items():
        old = known.get(work, ("", ""))
        known[work] = (max(old[0], date or release), max(old[1], release))
    every = [(work, *known[work]) for work in sorted(known)]
    columns = zip(WITHDRAWN.names, zip(*every, strict=True) if every else ([], [], []), strict=True)
    return pa.table(dict(columns), schema=WITHDRAWN)


def _flatten_all(
    store: Store,
    found: Sequence[Part],
    vintage: str,
    *,
    source: str,
    memory: str,
    workers: int,
    after: Callable[[Step], None],
) -> list[LoadedPart]:
    sizes = [p.path.stat().st_size for p in found]
    began, done = time.perf_counter(), 0
    made: list[LoadedPart] = []
    make_folder(store.root / "works")
    sweep(store.root / "works")
    with ThreadPoolExecutor(workers) as pool:
        jobs = [pool.submit(_flatten_one, store, part, vintage, source, memory) for part in found]
        try:
            for part, size, job in zip(found, sizes, jobs, strict=True):
                one, reused = job.result()
                made.append(one)
                done += size
                after(Step(part.name, done, sum(sizes), time.perf_counter() - began, reused))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return made


def _flatten_one(
    store: Store, part: Part, vintage: str, source: str, memory: str
) -> tuple[LoadedPart, bool]:
    digest = part.sha256()
    key = sha256(f"{STAR_FORMAT} {source} {digest}".encode()).hexdigest()[:16]
    folder = store.root / "works" / key
    done, reused = make_once(folder, lambda aside: READERS[source](part, aside, memory=memory))
    return LoadedPart(
        key, part.name, part.updated, digest, source, vintage, done.rows, done.rejects,
        bytes=part.path.stat().st_size,
    ), reused  # fmt: skip


def prune(store: Store) -> int:
    """Remove the parts that no current table uses, and forget earlier states; parts removed."""
    return prune_parts(store, "works")


def is_stale(vintage: str, today: str) -> bool:
    """Whether a newer release than `vintage` must exist by `today` (both ISO 8601 dates)."""
    from datetime import date

    age = date.fromisoformat(today) - date.fromisoformat(vintage)
    return age.days > STALE_DAYS
