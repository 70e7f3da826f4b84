"""The patents of a made-up world: made as files, then loaded as a user's own would be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from hubscope.job.steps import Context
from hubscope.sources import synthetic_patent_files as files
from hubscope.sources.synthetic import World
from hubscope.sources.synthetic_patents import PatentWorld, make
from hubscope.store.files import make_folder, write_atomic
from hubscope.store.patents import load

FIELDS = "fields.csv"
"""WIPO's fields of the symbols that are made up, by prefix."""

SPOILT = (
    b'NOTHING,2015-01-01,"1|Synthetic Person 1",,,,,,,\n',
    b'US9999999B2,3015-01-01,"1|Synthetic Person 1",,,,,,,\n',
)
"""Lines that no reader can take: a load must set them aside and show them."""


def fill(
    context: Context,
    folder: Path,
    world: World,
    patents: PatentWorld,
    star: Mapping[str, pa.Table],
    *,
    release: str,
) -> dict[str, Any]:
    """Make the patents' files in `folder` and load them.

    Returns:
        What the store says of the patents.
    """
    made = make(world, patents, star)
    given, pairs = (
        make_folder(folder) / name
        for name in ("patents-synthetic.csv", "patent-papers-synthetic.csv")
    )
    write_atomic(given, b"".join([*files.as_publications(made), *SPOILT]))
    write_atomic(pairs, b"".join(files.as_pairs(made)))
    fields = context.workspace.root / FIELDS
    known = fields if fields.is_file() else None
    load(context.store, [given], source="synthetic", vintage=release, fields=known)
    return load(context.store, [pairs], source="synthetic-links", vintage=release)
