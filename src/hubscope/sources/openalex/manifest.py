"""What the source's manifests say of each part file, and what came of it on the way here.

2026: `data/jsonl/manifest.json` and `data/parquet/manifest.json`, all entities of one format, as
`entities[].files[]`. Older: `data/works/manifest`, one entity, as `entries[]` (Redshift's form).
Both name a file by its `url` and tell `meta.record_count` and `meta.content_length`.
Source: OpenAlex, snapshot format (developers.openalex.org, read November 2026).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hubscope.errors import BadDataError
from hubscope.sources.openalex.layout import Part

NAMES = ("manifest.json", "manifest")
FEWER = "the manifest says another number of records"
OTHER_BYTES = "the manifest says another number of bytes"


@dataclass(frozen=True, slots=True)
class Listed:
    """What the manifests beside some part files say."""

    told: dict[str, dict[str, int]] = field(default_factory=dict)
    """Records and bytes by the part's name, as far as a manifest tells them."""
    missing: tuple[str, ...] = ()
    """Files that a manifest inside the folder names and that are not there."""


def listed(given: Path, found: Iterable[Part], entity: str = "works") -> Listed:
    """What manifests say of the parts `found` under `given`.

    Raises:
        BadDataError: if a manifest is no JSON.
    """
    parts = list(found)
    told: dict[str, dict[str, int]] = {}
    missing: list[str] = []
    by_key = {_key(p.path.parts): p for p in parts}
    suffixes = {p.path.suffix for p in parts}
    for file in _manifests(given, parts, entity):
        for url, numbers in _entries(file):
            steps = tuple(url.split("/"))
            if entity not in steps[:-1] or Path(url).suffix not in suffixes:
                continue
            part = by_key.get(_key(steps))
            if part is not None:
                told[part.name] = numbers
            elif given.is_dir() and file.parent.is_relative_to(given):
                missing.append("/".join(_key(steps)))
    return Listed(told, tuple(sorted(missing)))


def differs(told: Mapping[str, int], *, records: int, size: int) -> tuple[str, str]:
    """Why a part is not what its manifest says, and the numbers; ("", "") where it is."""
    for name, found, why in (("records", records, FEWER), ("bytes", size, OTHER_BYTES)):
        if told.get(name, found) != found:
            return why, f"{told[name]} {name} in the manifest, {found} in the file"
    return "", ""


def _key(steps: tuple[str, ...]) -> tuple[str, ...]:
    """The end of a path that is the same at the source and here."""
    return steps[-2:] if len(steps) > 1 and steps[-2].startswith("updated_date=") else steps[-1:]


def _manifests(given: Path, parts: Iterable[Part], entity: str) -> list[Path]:
    """In what was given; above it where that is a partition or an entity of a snapshot."""
    root = given if given.is_dir() else given.parent
    folders, top = {root}, root.absolute()
    while top.name == entity or top.name.startswith("updated_date="):
        top = top.parent
        folders.add(top)
    for part in parts:
        folders |= {f for f in part.path.parents if f.is_relative_to(root)}
    return sorted(f / n for f in folders for n in NAMES if (f / n).is_file())


def _entries(file: Path) -> Iterator[tuple[str, dict[str, int]]]:
    try:
        body = json.loads(file.read_bytes())
    except ValueError as error:
        raise BadDataError(
            f"{file} is not JSON: {error}", hint="fetch the manifest again, or remove it"
        ) from error
    for one in _files(body):
        meta = one.get("meta")
        if isinstance(one.get("url"), str):
            yield one["url"], _numbers(meta if isinstance(meta, dict) else {})


def _files(body: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(body, dict):
        return
    entities = body.get("entities") or []
    groups = list(entities.values()) if isinstance(entities, dict) else entities
    groups = groups if isinstance(groups, list) else []
    lists = [g.get("files") if isinstance(g, dict) else g for g in groups]
    for some in (*lists, body.get("entries")):
        yield from (x for x in some if isinstance(x, dict)) if isinstance(some, list) else ()


def _numbers(meta: Mapping[str, Any]) -> dict[str, int]:
    names = {"records": "record_count", "bytes": "content_length"}
    found = {k: meta.get(v) for k, v in names.items()}
    return {k: v for k, v in found.items() if isinstance(v, int) and not isinstance(v, bool)}
