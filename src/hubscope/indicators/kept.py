"""What a measurement keeps for the next one: its views in a DuckDB file, its sums as arrays.

A folder that may be removed at any time: the next measurement is then made from scratch. The file
`about.json` is removed before anything changes and written last, so that a run that was killed
leaves nothing that could be trusted.
"""

# ruff: noqa: ANN001, ANN202

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit

from hubscope.indicators.fold import Sums
from hubscope.indicators.kernels.rows import Floats, Ints
from hubscope.indicators.summing import Asked
from hubscope.store.files import explained, make_folder, write_atomic

VERSION = 2
"""Raised when what is kept changes its meaning."""

COUNTS_BELOW = 2.0**30
"""Sums that are whole numbers below this are kept as such, in half the bytes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The folder."""

    folder: Path

    def about(self) -> dict[str, Any]:
        """What the kept views and sums were made from; empty where there are none."""
        try:
            found: dict[str, Any] = json.loads((self.folder / "about.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return found if found.get("version") == VERSION else {}

    def distrust(self) -> None:
        """From now on, until `trust`, what is kept is not whole."""
        with suppress(FileNotFoundError):
            (self.folder / "about.json").unlink()

    def trust(self, about: dict[str, Any]) -> None:
        """What is kept is whole again."""
        write_atomic(self.folder / "about.json", json.dumps(about | {"version": VERSION}).encode())

    def clear(self) -> None:
        """Remove all sums: queries that are no longer asked leave none behind."""
        for file in (self.folder / "sums").glob("*"):
            file.unlink()

    def _files(self, asked: Asked, piece: int) -> tuple[Path, Path]:
        how = asked.measures[0].settings
        text = f"{asked.sql} {how.resampled} {asked.is_median} {how.by_year}"
        key = sha256(text.encode()).hexdigest()
        folder = make_folder(self.folder / "sums")
        return folder / f"{key[:16]}-{piece}.keys.npy", folder / f"{key[:16]}-{piece}.sums.npy"

    def write(self, asked: Asked, piece: int, found: Sums) -> None:
        """Keep the sums of one piece of a query; denominators that are all 0 are not written."""
        keys, sums = self._files(asked, piece)
        kept = found.sums
        if kept.shape[1] == 2 and not kept[:, 1].any():
            kept = kept[:, :1]
        with explained(sums):
            # A file that is mapped is not written over: it goes, and another takes its name.
            sums.unlink(missing_ok=True)
            np.save(sums, kept.astype(np.int32) if _are_counts(kept) else kept)
            _write_keys(keys, found)

    def read(self, asked: Asked, piece: int) -> Sums | None:
        """The sums of one piece of a query, mapped from their file; None where none are kept.

        What is written into their array is written into the file.
        """
        keys, sums = self._files(asked, piece)
        if not (keys.is_file() and sums.is_file()):
            return None
        hub, year, part, units = np.load(keys)
        return Sums(hub, year, part, units, np.asarray(np.load(sums, mmap_mode="r+")))

    def exchange(self, asked: Asked, piece: int, kept: Sums, change: Sums) -> Sums:
        """Keep the sums of a piece as they are after a change.

        Args:
            asked: the query.
            piece: which of its pieces.
            kept: what `read` gave.
            change: what `fold.difference` gives of the units that changed.
        """
        made = changed(kept, change)
        if made.sums is kept.sums:
            with explained(self.folder):
                _write_keys(self._files(asked, piece)[0], made)
        else:
            self.write(asked, piece, made)
        return made


def _write_keys(file: Path, s: Sums) -> None:
    np.save(file, np.array([s.hub, s.year, s.part, s.units], np.int64))


def _are_counts(sums: Floats) -> bool:
    """Whether all are whole numbers that leave room to grow in 32 bits."""
    return sums.dtype == np.int32 or bool(_whole_below(sums.ravel(), COUNTS_BELOW))


@njit(cache=True, nogil=True)
def _whole_below(flat, bound):  # type: ignore[no-untyped-def]
    for x in flat:  # noqa: SIM110 (numba)
        if not -bound < x < bound or x != np.rint(x):
            return False
    return True


def _codes(s: Sums) -> Ints:
    found: Ints = (s.hub << 40) | (s.year << 24) | s.part
    return found


def changed(kept: Sums, change: Sums) -> Sums:
    """The kept sums with a change added to them; in place where groups and columns stay.

    The sums are exact (`kernels.poisson.GRAIN`): the result is that of summing everything anew.
    """
    here = _codes(kept)
    every = np.union1d(here, _codes(change))
    at = np.searchsorted(every, _codes(change))
    units = np.zeros(len(every), np.int64)
    units[np.searchsorted(every, here)] = kept.units
    units[at] += change.units
    stay = len(every) == len(here) and bool((units > 0).all()) and _hold(kept.sums, change.sums)
    sums = kept.sums if stay else _wider(kept, np.searchsorted(every, here), len(every), change)
    _add(sums, at, np.ascontiguousarray(change.sums))
    left = units > 0
    if not left.all():
        every, units, sums = every[left], units[left], sums[left]
    return Sums(every >> 40, (every >> 24) & 0xFFFF, every & 0xFFFFFF, units, sums)


def _hold(sums: Floats, change: Floats) -> bool:
    """Whether kept sums can take a change: as many columns, whole numbers where they are such."""
    wide = sums.shape[1]
    columns = change.shape[1] <= wide or not change[:, wide:].any()
    return columns and (sums.dtype != np.int32 or _are_counts(change[:, :wide]))


def _wider(kept: Sums, at: Ints, size: int, change: Sums) -> Floats:
    """A new array of doubles with the kept sums where they belong."""
    wide = 2 if change.sums.shape[1] == 2 and change.sums[:, 1].any() else 1
    sums = np.zeros((size, max(wide, kept.sums.shape[1]), kept.sums.shape[2]))
    sums[at, : kept.sums.shape[1]] = kept.sums
    return sums


@njit(cache=True, nogil=True)
def _add(sums, at, part):  # type: ignore[no-untyped-def]
    for i in range(len(at)):
        for j in range(min(sums.shape[1], part.shape[1])):
            for k in range(sums.shape[2]):
                sums[at[i], j, k] += part[i, j, k]
