"""Files of bids, kept under the hash of their bytes: no path ever comes from a user."""

from __future__ import annotations

import os
import tempfile
from hashlib import sha256
from pathlib import Path, PurePath

from sqlalchemy import func, select

from hubscope.calls.base.database import Database
from hubscope.calls.base.models import Person, Upload
from hubscope.calls.desk.act import find_bid, find_call
from hubscope.calls.refusal import RefusedError
from hubscope.calls.settings import read_settings
from hubscope.errors import NotPermittedError

SIZE_MAX = 20_000_000
MEDIA = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".csv": ("text/csv", b""),
    ".txt": ("text/plain", b""),
    ".png": ("image/png", b"\x89PNG\r\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        b"PK\x03\x04",
    ),
}
"""Kinds of file that are taken, with what they begin with."""


def keep(
    database: Database, name: str, data: bytes, *, call: str, bid: str, person: Person | None
) -> str:
    """Keep a file of a bid; its SHA-256 comes out. A second sending of it changes nothing.

    Raises:
        RefusedError: where it is too large or not of a kind that is taken, the bid has as many
            files as `calls.toml` allows, or the call as many bytes.
    """
    suffix = PurePath(name.replace("\\", "/")).suffix.lower()
    media, begins = MEDIA.get(suffix, ("", b""))
    if not media or not data.startswith(begins):
        raise RefusedError("bad_file", status=422, kinds=", ".join(sorted(MEDIA)))
    if len(data) > SIZE_MAX:
        raise RefusedError("too_big", status=413, limit=SIZE_MAX // 1_000_000)
    digest, most = sha256(data).hexdigest(), read_settings(database.root).files
    with database.write() as session:
        row = find_bid(session, find_call(session, call), bid)
        mine = {u.sha256 for u in session.scalars(select(Upload).where(Upload.bid_id == row.id))}
        if digest in mine:
            return digest
        if len(mine) >= most.per_bid:
            raise RefusedError("too_many_files", status=413, most=most.per_bid)
        held = select(func.coalesce(func.sum(Upload.size), 0)).where(Upload.call_id == call)
        if (session.scalar(held) or 0) + len(data) > most.megabytes_per_call * 1_000_000:
            raise RefusedError("call_is_full", status=413, most=most.megabytes_per_call)
        _write(_place(database, digest), data)
        shown = PurePath(name.replace("\\", "/")).name[-200:]
        owner = person.id if person else None
        new = Upload(sha256=digest, call_id=call, bid_id=row.id, person_id=owner, name=shown)
        new.media, new.size = media, len(data)
        session.add(new)
    return digest


def _place(database: Database, digest: str) -> Path:
    return database.files / digest[:2] / digest


def _write(path: Path, data: bytes) -> None:
    """All bytes or no file: written aside, then renamed."""
    if path.is_file():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as aside:
            aside.write(data)
        os.replace(aside.name, path)  # noqa: PTH105 # one call, atomic
    except OSError as error:
        raise NotPermittedError(f"{path} cannot be written: {error.strerror}") from error


def find(database: Database, digest: str, name: str) -> tuple[bytes, str]:
    """The bytes kept under a hash that the tables know, and their kind.

    Raises:
        RefusedError: where they are gone or no longer what they were.
    """
    try:
        data = _place(database, digest).read_bytes()
    except OSError as error:
        raise RefusedError("not_yours", status=404) from error
    if sha256(data).hexdigest() != digest:
        raise RefusedError("changed_meanwhile")
    return data, MEDIA[PurePath(name).suffix.lower()][0]
