"""Write aside, then rename: a file is either the old one or the new one, never half."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hubscope.errors import DiskFullError, NotPermittedError


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn a full disk or a forbidden folder into an error that says so."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(
                f"no space left on the device while writing {path}",
                hint="free some space and run the same command again; the last good state stands",
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise NotPermittedError(
                f"{path} cannot be written: {error.strerror}", hint="check the folder's permissions"
            ) from error
        raise


def make_folder(path: Path) -> Path:
    """`path` as an existing folder."""
    with explained(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


def write_atomic(path: Path, data: bytes) -> None:
    """Put `data` at `path` by one rename, synced to the disk before it shows."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.aside")
    with explained(path):
        try:
            with aside.open("wb") as handle:
                handle.write(data)
                handle.flush()
                os.fsync(handle.fileno())
            aside.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                aside.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in `folder` are on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep_aside(folder: Path) -> int:
    """Remove what killed runs left beside the good files; the number removed."""
    left = [f for f in folder.glob("**/.*.aside") if f.is_file()]
    for file in left:
        with contextlib.suppress(OSError):
            file.unlink()
    return len(left)
