"""What a step is, and the rule that decides whether it is due: the hash of all that goes in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from hubscope import __version__
from hubscope.store import Store
from hubscope.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Context:
    """What every step is given."""

    workspace: Workspace
    store: Store
    tell: Callable[..., None] = lambda _key, **_values: None
    """How a step tells its user something: a key of words/*/cli.toml and the values it names."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the job.

    `inputs` names and hashes everything that goes in; `make` returns what the store is to hold;
    `stands` tells whether results outside the store (the pages) are still there.
    """

    name: str
    inputs: Callable[[Context], Mapping[str, str]]
    make: Callable[[Context], Mapping[str, object]]
    stands: Callable[[Context], bool] = lambda _context: True


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a step."""

    step: str
    redone: bool
    seconds: float


def _walk(folder: Traversable) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.is_dir():
            if entry.name not in ("__pycache__", "examples"):
                found += _walk(entry)
        elif not entry.name.endswith(".pyc"):
            found.append((entry.name, entry.read_bytes()))
    return found


@cache
def code_hash() -> str:
    """Hash of hubscope's own files: a new version redoes everything."""
    digest = sha256(__version__.encode())
    for name, data in _walk(files("hubscope")):
        digest.update(name.encode() + b"\0" + data)
    return digest.hexdigest()


def hash_file(path: Path) -> str:
    """Hash of a file's bytes."""
    return sha256(path.read_bytes()).hexdigest()


def hash_value(value: object) -> str:
    """Hash of a setting, by its JSON."""
    return sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def artifact_hashes(context: Context, *names: str) -> dict[str, str]:
    """Name and hash of artifacts that a step reads; an absent one counts as absent."""
    artifacts = context.store.manifest().artifacts
    return {n: artifacts[n].sha256 if n in artifacts else "absent" for n in names}


def run_step(context: Context, step: Step, *, force: bool = False) -> Outcome:
    """Redo `step` if anything that goes in has changed, or `force`."""
    began = time.perf_counter()
    inputs = dict(step.inputs(context))
    fingerprint = hash_value({"code": code_hash(), "inputs": inputs})
    if not force and context.store.is_current(step.name, fingerprint) and step.stands(context):
        return Outcome(step.name, redone=False, seconds=time.perf_counter() - began)
    made = step.make(context)
    context.store.publish(step.name, fingerprint, made, inputs)
    return Outcome(step.name, redone=True, seconds=time.perf_counter() - began)
