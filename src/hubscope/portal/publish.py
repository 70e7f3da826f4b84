"""Put a whole site in place at once: a reader sees the old one or the new one, never half."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path, PurePosixPath

from hubscope.errors import HubscopeError
from hubscope.portal.site import Page
from hubscope.store.files import explained, sweep_aside, sync_folder, write_atomic


def write_site(pages: Iterable[Page], folder: Path) -> Path:
    """Make `folder` show `pages`; returns the folder that holds them.

    The pages go into a sibling `.site-<hash>` first. Then one rename points the symlink `folder`
    there, or, where the file system has no symlinks, two renames swap the folders. A page of the
    live site that was damaged is renamed into place alone. A run killed before that leaves the
    old site; folders that it left are removed by the next run.
    """
    found = list(pages)
    aside = folder.with_name(f".{folder.name}-{_digest(found)}")
    with explained(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        if not _whole(aside, found):
            try:
                _write(found, aside, on_show=_is_shown(aside, folder))
            except BaseException:
                if not _is_shown(aside, folder):
                    shutil.rmtree(aside, ignore_errors=True)
                raise
        shown = _swap(aside, folder)
    _sweep(folder, keep=shown)
    return shown


def _digest(pages: Iterable[Page]) -> str:
    digest = sha256()
    for p in sorted(pages, key=lambda p: p.path):
        digest.update(p.path.encode() + b"\0" + sha256(p.body).digest())
    return digest.hexdigest()[:16]


def _whole(folder: Path, pages: Iterable[Page]) -> bool:
    """Whether `folder` holds exactly these bytes already."""
    return folder.is_dir() and all(
        (file := folder / p.path).is_file() and file.read_bytes() == p.body for p in pages
    )


def _is_shown(aside: Path, folder: Path) -> bool:
    """Whether readers of `folder` see `aside` now."""
    return folder.exists() and aside.exists() and folder.samefile(aside)


def _write(pages: Iterable[Page], folder: Path, *, on_show: bool) -> None:
    """Every page that is missing or damaged; each by one rename where readers see `folder`.

    A folder that nobody sees is synced once, as a whole: thousands of pages synced one by one
    take far longer than it takes to make them.
    """
    sweep_aside(folder)
    put = write_atomic if on_show else Path.write_bytes
    for p in pages:
        if ".." in PurePosixPath(p.path).parts or p.path.startswith("/"):
            raise HubscopeError(f"the page {p.path} would lie outside the site")
        file = folder / p.path
        if not (file.is_file() and file.read_bytes() == p.body):
            file.parent.mkdir(parents=True, exist_ok=True)
            put(file, p.body)
    if not on_show:
        getattr(os, "sync", lambda: None)()
        sync_folder(folder)


def _swap(aside: Path, folder: Path) -> Path:
    """Show `aside` under the name `folder`."""
    if folder.is_dir() and not folder.is_symlink():
        return _exchange(aside, folder)
    link = folder.with_name(f".{folder.name}.link")
    link.unlink(missing_ok=True)
    try:
        link.symlink_to(aside.name, target_is_directory=True)
    except (OSError, NotImplementedError):
        return _exchange(aside, folder)
    link.replace(folder)
    return aside


def _exchange(aside: Path, folder: Path) -> Path:
    """Two renames: the old folder out of the way, the new one in its place."""
    old = folder.with_name(f".{folder.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    aside.rename(folder)
    return folder


def _sweep(folder: Path, *, keep: Path) -> None:
    """Remove folders that no reader sees any more."""
    for stale in folder.parent.glob(f".{folder.name}-*"):
        if stale != keep and stale.is_dir() and not stale.is_symlink():
            shutil.rmtree(stale, ignore_errors=True)
