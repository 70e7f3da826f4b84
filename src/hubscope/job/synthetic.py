"""The made-up world of a workspace with `world.toml`: made as files, then loaded."""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from hubscope.errors import BadDataError
from hubscope.job import synthetic_patents
from hubscope.job.steps import Context
from hubscope.job.works import add_institutions
from hubscope.sources import synthetic
from hubscope.sources.synthetic_patents import PatentWorld
from hubscope.store.files import make_folder, write_atomic
from hubscope.store.works import load

WORLD = "world.toml"
INPUTS = "inputs"
SPOILT = (
    b'{"id": broken\n',
    b'{"id": "https://openalex.org/W99999999", "publication_year": 3015}\n',
)
"""Lines that no reader can take: a load must set them aside and show them."""


def read_world(path: Path) -> tuple[synthetic.World, str]:
    """The world that `path` describes, and the date of its release.

    Raises:
        BadDataError: if it describes none.
    """
    try:
        body = tomllib.loads(path.read_text("utf-8"))
        return synthetic.World(**body["works"]), str(body["release"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadDataError(
            f"{path} describes no world: {error}", hint="`release`, and a table [works]"
        ) from error


def read_patents(path: Path) -> PatentWorld | None:
    """The patents that a world has, if its table [patents] says so.

    Raises:
        BadDataError: if the table is none.
    """
    body = tomllib.loads(path.read_text("utf-8"))
    try:
        return PatentWorld(**body["patents"]) if "patents" in body else None
    except TypeError as error:
        raise BadDataError(f"{path} describes no patents: {error}") from error


def fill(context: Context) -> dict[str, Any]:
    """Make the world's files under `inputs/`, load them and place the institutions.

    Returns:
        What the store says of the works.
    """
    root = context.workspace.root
    world, release = read_world(root / WORLD)
    star = synthetic.make(world)
    folder = make_folder(root / INPUTS)
    works, places = folder / "works-synthetic.gz", folder / "institutions-synthetic.jsonl"
    lines = b"".join([*synthetic.as_json_lines(star), *SPOILT])
    write_atomic(works, gzip.compress(lines, mtime=0))
    write_atomic(places, b"".join(institutions(star)))
    body = load(context.store, [works], vintage=release, source="synthetic", licence="CC0-1.0")
    add_institutions(context, [places])
    if patents := read_patents(root / WORLD):
        synthetic_patents.fill(context, folder, world, patents, star, release=release)
    return body


def institutions(star: Mapping[str, pa.Table]) -> Iterator[bytes]:
    """The institutions that have a place, as OpenAlex writes them."""
    named = {r["institution"]: r for r in star["institutions"].to_pylist()}
    for site in star["sites"].to_pylist():
        row = named[site["institution"]]
        geo = {
            "city": site["city"],
            "country_code": site["country"],
            "latitude": site["latitude"],
            "longitude": site["longitude"],
        }
        record = {
            "id": f"https://openalex.org/I{row['institution']}",
            "ror": f"https://ror.org/{row['ror']}",
            "display_name": row["name"],
            "type": row["type"],
            "geo": geo,
        }
        yield json.dumps(record).encode() + b"\n"
