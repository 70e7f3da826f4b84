"""Parts of the store that one source file each becomes: made aside, renamed, kept by their hash.

A run that was killed leaves only folders called `.*.aside`; the next one sweeps them and goes on
with the parts that are not there yet.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from hubscope.errors import BadDataError
from hubscope.sources.openalex.flat import Flattened
from hubscope.store.files import explained, write_atomic
from hubscope.store.publish import Store

ABOUT = "part.json"


def make_once(folder: Path, flatten: Callable[[Path], Flattened]) -> tuple[Flattened, bool]:
    """What `flatten` makes, in `folder`; and whether it stood there already and was not made again.

    Raises:
        BadDataError: if what stands there is damaged.
    """
    about = folder / ABOUT
    if about.is_file():
        return _known(about), True
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.aside")
    with explained(folder):
        aside.mkdir(parents=True)
        try:
            done = flatten(aside)
            write_atomic(aside / ABOUT, json.dumps(asdict(done), sort_keys=True).encode())
            shutil.rmtree(aside / "spill", ignore_errors=True)
            aside.rename(folder)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
    return done, False


def _known(about: Path) -> Flattened:
    try:
        return Flattened(**json.loads(about.read_bytes()))
    except (ValueError, TypeError) as error:
        raise BadDataError(
            f"{about} is damaged: {error}", hint=f"remove {about.parent} and load again"
        ) from error


def sweep(folder: Path) -> None:
    """Remove what killed runs left half done."""
    for left in folder.glob(".*.aside"):
        shutil.rmtree(left, ignore_errors=True)


def body_of(store: Store, name: str) -> dict[str, Any]:
    """The artifact that lists the current parts; empty before the first load."""
    if name not in store.manifest().artifacts:
        return {}
    body: dict[str, Any] = store.json(name)
    return body


def history(store: Store, name: str) -> list[str]:
    """Files of the earlier states of the artifact `name`, oldest first; they stand until pruned."""
    artifact = store.manifest().artifacts.get(name)
    return [*body_of(store, name).get("previous", []), artifact.file] if artifact else []


def prune(store: Store, name: str) -> int:
    """Remove the parts that `name` does not list, and forget its earlier states; parts removed."""
    body = body_of(store, name)
    current = {p["key"] for p in body.get("parts", [])}
    folder = store.root / name
    left = [f for f in folder.iterdir() if f.is_dir() and f.name not in current] if body else []
    for one in left:
        shutil.rmtree(one)
    for file in body.get("previous", []):
        if file != store.manifest().artifacts[name].file:
            (store.root / file).unlink(missing_ok=True)
    return len(left)
