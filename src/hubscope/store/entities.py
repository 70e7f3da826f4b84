"""Authors, topics and institutions in the store: one table each, later records over earlier ones.

A table is one Parquet file beside the works, sorted by id. Loading releases one after the other
gives the same bytes as loading them together: of several records of one id the one with the latest
`updated_date` stands, on a tie the one that came last. What the source withdrew or merged away
stays out, whichever release still carries it, until one brings a record updated since then.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from hubscope.errors import EngineError, UsageError, nearest
from hubscope.sources.openalex import manifest
from hubscope.sources.openalex.entities import ENTITIES, batches
from hubscope.sources.openalex.layout import Part, parts, withdrawn
from hubscope.sources.openalex.pieces import Reject
from hubscope.sources.openalex.write import GROUP, write_file
from hubscope.sources.star import REJECTS
from hubscope.store.assemble import cut_short
from hubscope.store.files import explained, make_folder
from hubscope.store.publish import Store

FOLDER = "entities"

WITHDRAWN = pa.schema([
    pa.field("id", pa.int64(), nullable=False), pa.field("withdrawn", pa.string(), nullable=False),
])  # fmt: skip
"""What the source withdrew and when; the date of the release where its list names none."""


def artifact(kind: str) -> str:
    """Name of the artifact that says what is held of `kind`."""
    return f"openalex_{kind}"


def held(store: Store, kind: str) -> dict[str, Any]:
    """File, rows, vintage, parts and rejects of `kind`; empty before the first load."""
    if artifact(kind) not in store.manifest().artifacts:
        return {}
    body: dict[str, Any] = store.json(artifact(kind))
    return body


def table_path(store: Store, kind: str) -> Path:
    """The Parquet file of `kind`; an error that says how to load it if there is none."""
    body = held(store, kind)
    if not body:
        raise UsageError(
            f"the store holds no {kind}", hint="`hubscope store add entities FOLDER --kind ...`"
        )
    return store.root / str(body["file"])


def load(
    store: Store,
    given: Iterable[Path],
    kind: str,
    *,
    vintage: str,
    memory: str = "900MB",
    after: Callable[[str, int], None] = lambda _name, _rows: None,
) -> dict[str, Any]:
    """Load snapshots or updates of `kind`, in order, and publish them together.

    Args:
        store: the store to publish in.
        given: snapshot folders or part files, each one release.
        kind: one of `ENTITIES`.
        vintage: release of the source, ISO 8601 date.
        memory: the most memory the engine may take, in DuckDB's words.
        after: hears of each part with its rows.

    Returns:
        What `held` gives afterwards.

    Raises:
        BadDataError: if a part file is damaged as a whole; nothing is published then.
    """
    if kind not in ENTITIES:
        raise UsageError(f"{kind!r} is no kind of entity", hint=nearest(kind, ENTITIES))
    body = held(store, kind)
    folder = make_folder(store.root / FOLDER)
    aside = folder / f".{kind}.{os.getpid()}.aside"
    _sweep(folder, kind)
    with explained(folder):
        aside.mkdir()
        try:
            before = store.root / body["file"] if body else None
            found = _rejects_before(store, kind)
            listed = list(body.get("parts", []))
            gone, missing = _withdrawn_before(store, kind), set(body.get("missing", []))
            for nth, release in enumerate(given):
                new, rejects = _read(release, kind, aside / f"new{nth}.parquet", vintage, after)
                for one, day in withdrawn(release, kind).items():
                    gone[one] = max(gone.get(one, ""), day or vintage)
                before = _merge(before, aside, nth, kind=kind, gone=gone, memory=memory)
                rejects += cut_short(new, kind).to_pylist()
                # What is read again is judged again.
                again = {p["name"] for p in new}
                found = [r for r in found if r["line"] or r["file"] not in again]
                found += [r for r in rejects if r not in found]
                listed = [p for p in listed if p not in new] + new
                missing |= {*manifest.listed(release, parts(release, kind), kind).missing}
            missing = {n for n in missing if not any(p["name"].endswith(n) for p in listed)}
            return _publish(
                store, kind, before, vintage=vintage, listed=listed, found=found,
                gone=gone, missing=sorted(missing),
            )  # fmt: skip
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _sweep(folder: Path, kind: str) -> None:
    """Remove what killed runs left half done."""
    for left in folder.glob(f".{kind}.*.aside"):
        shutil.rmtree(left, ignore_errors=True)


def _rejects_before(store: Store, kind: str) -> list[dict[str, Any]]:
    name = f"{artifact(kind)}_rejects"
    if name not in store.manifest().artifacts:
        return []
    rows: list[dict[str, Any]] = store.table(name).to_pylist()
    return rows


def _withdrawn_before(store: Store, kind: str) -> dict[int, str]:
    name = f"{artifact(kind)}_withdrawn"
    if name not in store.manifest().artifacts:
        return {}
    return {r["id"]: r["withdrawn"] for r in store.table(name).to_pylist()}


def _read(
    release: Path, kind: str, file: Path, vintage: str, after: Callable[[str, int], None]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Write the rows of one release into `file`; its parts, and what was set aside."""
    entity = ENTITIES[kind]
    schema = entity.schema.append(pa.field("line", pa.int64())).append(pa.field("nth", pa.int32()))
    listed: list[dict[str, Any]] = []
    rejects: list[dict[str, Any]] = []
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        every = parts(release, kind)
        told = manifest.listed(release, every, kind).told
        for nth, part in enumerate(every):
            aside: list[Reject] = []
            rows = 0
            for batch in batches(part, entity, aside):
                order = pa.array([nth] * len(batch), pa.int32())
                writer.write_batch(
                    pa.RecordBatch.from_arrays([*batch.columns, order], schema=schema)
                )
                rows += len(batch)
            rejects += [_as_row(part, r) for r in aside]
            listed.append({
                "name": part.name, "sha256": part.sha256(), "updated": part.updated,
                "vintage": vintage, "rows": {kind: rows, "rejects": len(aside)},
                "bytes": part.path.stat().st_size, "told": told.get(part.name, {}),
            })  # fmt: skip
            after(part.name, rows)
    return listed, rejects


def _as_row(part: Part, r: Reject) -> dict[str, Any]:
    return {"file": part.name, "line": r.line, "reason": r.reason, "work": None, "start": r.start}


def _merge(
    before: Path | None, aside: Path, nth: int, *, kind: str, gone: Mapping[int, str], memory: str
) -> Path:
    """`before` with the rows of release `nth` over it, sorted by id, without what is `gone`."""
    schema = ENTITIES[kind].schema
    key, columns = schema.names[0], ", ".join(schema.names)
    made = aside / f"merged{nth}.parquet"
    old = "" if before is None else (
        f"SELECT {columns}, -1 AS nth, 0 AS line FROM read_parquet('{_quoted(before)}') "
        "UNION ALL BY NAME "
    )  # fmt: skip
    new = f"SELECT {columns}, nth, line FROM read_parquet('{_quoted(aside / f'new{nth}.parquet')}')"
    with duckdb.connect(":memory:") as engine:
        try:
            engine.execute("SET threads = 1")
            engine.execute(f"SET memory_limit = '{memory}'")
            engine.execute(f"SET temp_directory = '{_quoted(aside / 'spill')}'")
            engine.register("gone", _as_table(gone))
            found = engine.sql(f"""
                SELECT {columns} FROM ({old}{new}) LEFT JOIN gone ON {key} = gone.id
                WHERE gone.id IS NULL OR updated > withdrawn
                QUALIFY row_number() OVER (
                    PARTITION BY {key} ORDER BY updated DESC NULLS LAST, nth DESC, line DESC
                ) = 1
                ORDER BY {key}
            """).to_arrow_reader(GROUP)
            # Not by the engine: its bytes depend on more than the rows.
            write_file(made, schema, (pa.Table.from_batches([b]) for b in found))
        except duckdb.Error as error:
            raise EngineError(f"{kind} cannot be merged: {error}") from error
    return made


def _as_table(gone: Mapping[int, str]) -> pa.Table:
    ids = sorted(gone)
    columns = {"id": ids, "withdrawn": [gone[i] for i in ids]}
    return pa.table(columns, schema=WITHDRAWN)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _publish(
    store: Store,
    kind: str,
    made: Path | None,
    *,
    vintage: str,
    listed: list[dict[str, Any]],
    found: list[dict[str, Any]],
    gone: Mapping[int, str],
    missing: list[str],
) -> dict[str, Any]:
    if made is None:
        raise UsageError("no snapshot was given", hint="name a folder or a part file")
    digest = Part(made, made.name, "").sha256()
    file = f"{FOLDER}/{kind}-{digest[:16]}.parquet"
    rows = pq.read_metadata(made).num_rows
    made.replace(store.root / file)
    reasons = sorted({r["reason"] for r in found})
    body = {
        "file": file, "sha256": digest, "rows": rows, "parts": listed,
        "vintage": max([vintage, *(p["vintage"] for p in listed)]),
        "rejects": {n: sum(r["reason"] == n for r in found) for n in reasons}, "missing": missing,
    }  # fmt: skip
    rejects = pa.Table.from_pylist(found, schema=REJECTS)
    name = artifact(kind)
    inputs = {p["name"]: p["sha256"] for p in listed}
    fingerprint = sha256((digest + repr(listed)).encode()).hexdigest()
    tables = {f"{name}_rejects": rejects, f"{name}_withdrawn": _as_table(gone)}
    store.publish(name, fingerprint, {name: body, **tables}, inputs)
    return body


def prune(store: Store) -> int:
    """Remove the tables that are not current; the number removed."""
    current = {str(held(store, kind).get("file")) for kind in ENTITIES}
    left = [
        f for f in (store.root / FOLDER).glob("*.parquet") if f"{FOLDER}/{f.name}" not in current
    ]
    for file in left:
        file.unlink()
    return len(left)
