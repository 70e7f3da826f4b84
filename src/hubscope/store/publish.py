"""The store: artifacts as files named by their hash, one manifest that says which are current."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hubscope.errors import BadDataError, HubscopeError, nearest
from hubscope.store.files import make_folder, sweep_aside, write_atomic

FORMAT = 1

SCHEMAS: dict[str, int] = {}
"""What each artifact holds, as a number that is raised with its columns or keys; else `SCHEMA`."""

SCHEMA = 1
"""The number of an artifact that `SCHEMAS` does not name; before numbers were written it is 0."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """One published file of the store."""

    name: str
    file: str
    sha256: str
    bytes: int
    rows: int | None = None
    schema: int = 0

    @property
    def is_readable(self) -> bool:
        """Whether this version of hubscope wrote it, or one that wrote the same."""
        return self.schema == schema_of(self.name)


def schema_of(name: str) -> int:
    """The number of what this version writes as the artifact `name`."""
    return SCHEMAS.get(name, SCHEMA)


class Artifacts(dict[str, Artifact]):
    """Artifacts by name; one that is not there is an error that says so."""

    def __missing__(self, name: str) -> Artifact:
        raise HubscopeError(
            f"the store has no {name} yet",
            hint=f"run the step that makes it first; {nearest(name, self)}",
        )


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What a step of the job was made from and what it made."""

    fingerprint: str
    artifacts: tuple[str, ...]
    inputs: dict[str, str] = field(default_factory=dict)
    """Name and hash of everything that went in."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The current state of the store."""

    artifacts: Artifacts = field(default_factory=Artifacts)
    steps: dict[str, StepRecord] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """The manifest as sorted JSON, the same bytes for the same state."""
        body = {
            "format": FORMAT,
            "artifacts": {k: asdict(v) for k, v in sorted(self.artifacts.items())},
            "steps": {k: asdict(v) for k, v in sorted(self.steps.items())},
        }
        return json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode()


class Store:
    """A folder of content-addressed artifacts under one manifest."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def _manifest_file(self) -> Path:
        return self.root / "manifest.json"

    def manifest(self) -> Manifest:
        """The current manifest; empty before the first publication."""
        try:
            body = json.loads(self._manifest_file.read_bytes())
        except FileNotFoundError:
            return Manifest()
        except ValueError as error:
            raise BadDataError(
                f"{self._manifest_file} is damaged: {error}",
                hint="remove it and run the job again; the inputs are untouched",
            ) from error
        if body.get("format") != FORMAT:
            raise BadDataError(
                f"{self._manifest_file} has format {body.get('format')!r}, not {FORMAT}",
                hint="it was written by another version: remove the store folder and run again",
            )
        try:
            return _manifest(body)
        except (KeyError, TypeError, AttributeError) as error:
            raise BadDataError(
                f"{self._manifest_file} is damaged: {error}",
                hint="remove it and run the job again; the inputs are untouched",
            ) from error

    def path(self, name: str) -> Path:
        """The file of the artifact `name`; an error that says which step makes it if absent."""
        artifacts = self.manifest().artifacts
        if name not in artifacts:
            raise HubscopeError(
                f"the store {self.root} has no {name} yet",
                hint=f"run the step that makes it first; {nearest(name, artifacts)}",
            )
        self._refuse_other_version(artifacts[name])
        path = self.root / artifacts[name].file
        if not path.is_file():
            raise BadDataError(f"{path} is missing", hint="run `hubscope run` to make it again")
        return path

    def _refuse_other_version(self, found: Artifact) -> None:
        """The one place that says a store was written by another version."""
        have, want = found.schema, schema_of(found.name)
        if have < want:
            raise BadDataError(
                f"{self.root}: {found.name} was written by an older version of hubscope "
                f"(schema {have}; this one reads {want})",
                hint="`hubscope store renew` forgets it and keeps what was read from part files; "
                "then add the same files again and `hubscope run`",
            )
        if have > want:
            raise BadDataError(
                f"{self.root}: {found.name} was written by a newer version of hubscope "
                f"(schema {have}; this one reads {want})",
                hint="update hubscope",
            )

    def renew(self) -> list[str]:
        """Forget every artifact that another version wrote, and its step; their names."""
        old = self.manifest()
        gone = sorted(n for n, a in old.artifacts.items() if not a.is_readable)
        if gone:
            kept = Artifacts({n: a for n, a in old.artifacts.items() if n not in gone})
            steps = {k: s for k, s in old.steps.items() if not set(s.artifacts) & set(gone)}
            write_atomic(self._manifest_file, Manifest(kept, steps).to_json())
        return gone

    def json(self, name: str) -> Any:
        """The artifact `name` as parsed JSON."""
        return json.loads(self.path(name).read_bytes())

    def table(self, name: str) -> pa.Table:
        """The artifact `name` as an Arrow table."""
        return pq.read_table(self.path(name))

    def publish(
        self,
        step: str,
        fingerprint: str,
        contents: Mapping[str, object],
        inputs: Mapping[str, str],
    ) -> Manifest:
        """Make `contents` current under one rename of the manifest.

        Args:
            step: the step that made them.
            fingerprint: hash of all its inputs; equal means nothing to redo.
            contents: Arrow tables (stored as Parquet), bytes, or anything JSON can hold, by name.
            inputs: name and hash of everything that went in.
        """
        sweep_aside(make_folder(self.root))
        made = [self._write(name, content) for name, content in sorted(contents.items())]
        old = self.manifest()
        record = StepRecord(fingerprint, tuple(a.name for a in made), dict(sorted(inputs.items())))
        new = replace(
            old,
            artifacts=Artifacts(old.artifacts | {a.name: a for a in made}),
            steps=old.steps | {step: record},
        )
        write_atomic(self._manifest_file, new.to_json())
        return new

    def keep_raw(self, name: str, data: bytes) -> None:
        """Keep the bytes of a source for good, under their hash."""
        folder = make_folder(self.root / "raw")
        path = folder / f"{sha256(data).hexdigest()[:16]}-{Path(name).name}"
        if not path.exists():
            write_atomic(path, data)

    def _write(self, name: str, content: object) -> Artifact:
        data, suffix, rows = _encode(content)
        digest = sha256(data).hexdigest()
        file = f"objects/{name}-{digest[:16]}.{suffix}"
        path = self.root / file
        make_folder(path.parent)
        if not (path.is_file() and path.stat().st_size == len(data)):
            write_atomic(path, data)
        return Artifact(name, file, digest, len(data), rows, schema_of(name))

    def is_current(self, step: str, fingerprint: str) -> bool:
        """Whether `step` was published from the same inputs and its files are all there."""
        manifest = self.manifest()
        record = manifest.steps.get(step)
        if record is None or record.fingerprint != fingerprint:
            return False
        made = (manifest.artifacts.get(name) for name in record.artifacts)
        return all(a is not None and self._whole(a) for a in made)

    def _whole(self, artifact: Artifact) -> bool:
        path = self.root / artifact.file
        is_there = path.is_file() and path.stat().st_size == artifact.bytes
        return is_there and artifact.is_readable


def _manifest(body: Mapping[str, Any]) -> Manifest:
    """The state that a manifest's JSON says; what a newer version added beside it is left out."""
    known = {f.name for f in fields(Artifact)}
    return Manifest(
        Artifacts(
            (name, Artifact(**{k: v for k, v in one.items() if k in known}))
            for name, one in body["artifacts"].items()
        ),
        {
            k: StepRecord(v["fingerprint"], tuple(v["artifacts"]), v["inputs"])
            for k, v in body["steps"].items()
        },
    )


def _encode(content: object) -> tuple[bytes, str, int | None]:
    if isinstance(content, bytes):
        return content, "bin", None
    if isinstance(content, pa.Table):
        buffer = io.BytesIO()
        pq.write_table(content, buffer, compression="zstd", store_schema=True)
        return buffer.getvalue(), "parquet", content.num_rows
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return text.encode(), "json", len(content) if isinstance(content, list) else None
