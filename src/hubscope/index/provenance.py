"""Where results come from: hashes of what went in and what came out, versions, and a signature.

The record of a verb (log.json, uncertainty.json ...) holds under "made" all that is needed to make
its files again and to see that none has changed. A signature is Ed25519 (RFC 8032) over the bytes
of the record, which has the hashes of the other files.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from hubscope.errors import BadDataError, HubscopeError
from hubscope.index.export import json_text
from hubscope.index.factors import DataError, Factor
from hubscope.index.framework import Framework
from hubscope.index.jobs import VERBS, Files, Job

LIBRARIES = ("hubscope", "numpy", "scipy", "polars", "statsmodels", "pymcdm")
"""Libraries whose version can change a number."""
SIGNATURE = ".sig"


@dataclass(frozen=True)
class Input:
    """One thing that went in; `file` is empty for what came out of a workspace's store."""

    role: str
    """data, framework, recipe, factors or errors."""
    file: Path | None
    content: str
    """Hash of the meaning: equal for the same table in another format."""


def text_hash(text: str) -> str:
    """SHA-256 of the text as it is written to a file."""
    return hashlib.sha256(text.encode()).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadDataError(f"{path} cannot be read: {error.strerror}") from error


def tree_hash(framework: Framework) -> str:
    """SHA-256 of the elements in their order."""
    return text_hash(json.dumps([asdict(e) for e in framework.elements], ensure_ascii=False))


def factors_hash(factors: Sequence[Factor]) -> str:
    """SHA-256 of the factors as they were understood; tables of errors have a hash of their own."""
    told = [repr({**asdict(f), "errors": ""}) for f in factors]
    return text_hash("\n".join([*(type(f).__name__ for f in factors), *told]))


def error_files(factors: Sequence[Factor]) -> list[Path]:
    """The tables of standard errors that factors read."""
    named = [f.errors for f in factors if isinstance(f, DataError)]
    return [Path(e) for e in named if isinstance(e, str | Path)]


def versions() -> dict[str, str]:
    """Versions of Python, hubscope and the libraries that compute."""
    made = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            made[name] = version(name)
        except PackageNotFoundError:  # an extra that is not installed computes nothing
            continue
    return made


def stamped(files: Files, job: Job, inputs: Sequence[Input], folder: Path, **more: Any) -> Files:
    """The files with their provenance written into the record, for a `folder` to hold them.

    Input files are named relative to the folder, so that both can move together.
    """
    record = VERBS[job.verb][0]
    body = json.loads(files[record])
    body["made"] = {
        "verb": job.verb,
        "options": dict(job.options),
        **more,
        "inputs": [_input(i, folder) for i in inputs],
        "versions": versions(),
        "outputs": {n: text_hash(t) for n, t in files.items() if n != record},
    }
    return {**files, record: json_text(body)}


def _input(given: Input, folder: Path) -> dict[str, str]:
    named = {"file": relative(given.file, folder), "sha256": file_hash(given.file)} if (
        given.file
    ) else {}  # fmt: skip
    return {"role": given.role, **named, "content_sha256": given.content}


def relative(path: Path, folder: Path) -> str:
    """`path` as seen from `folder`, with forward slashes."""
    return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()


def signed(files: Files, record: str, key: Path) -> Files:
    """The files with a signature of the record, made with the Ed25519 private key in a PEM file."""
    body = json.loads(files[record])
    name = record + SIGNATURE
    body["files"] = [*body.get("files", []), name]
    text = json_text(body)
    signature = base64.b64encode(_private(key).sign(text.encode())).decode()
    return {**files, record: text, name: signature + "\n"}


def signature_holds(record: bytes, signature: bytes, key: Path) -> bool:
    """Whether the signature of the record was made with the key that belongs to this public one."""
    public = _public(key)
    from cryptography.exceptions import InvalidSignature

    try:
        public.verify(base64.b64decode(signature), record)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(path: Path) -> Any:
    return _key(path, "load_pem_private_key", "Ed25519PrivateKey", {"password": None})


def _public(path: Path) -> Any:
    return _key(path, "load_pem_public_key", "Ed25519PublicKey", {})


def _key(path: Path, load: str, kind: str, more: Mapping[str, Any]) -> Any:
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ed25519
    except ImportError as error:
        raise HubscopeError(
            "signatures need the library cryptography", hint="pip install 'hubscope[sign]'"
        ) from error
    try:
        made = getattr(serialization, load)(path.read_bytes(), **more)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadDataError(
            f"{path} cannot be read as a key: {error}",
            hint="openssl genpkey -algorithm ed25519 -out key.pem; "
            "openssl pkey -in key.pem -pubout -out key.pub",
        ) from error
    if not isinstance(made, getattr(ed25519, kind)):
        raise BadDataError(f"{path} holds no Ed25519 key of that kind")
    return made
