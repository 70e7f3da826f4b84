"""What a measurement keeps for the next one: its views in a DuckDB file, its sums in Parquet.

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
import pyarrow.parquet as pq
from numba import njit

from hubscope.indicators.fold import Sums
from hubscope.indicators.summing import Asked, packed, unpacked
from hubscope.store.files import make_folder, write_atomic

VERSION = 1
"""Raised when what is kept changes its meaning."""


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

    def _file(self, asked: Asked, piece: int) -> Path:
        how = asked.measures[0].settings
        text = f"{asked.sql} {how.resampled} {asked.is_median} {how.by_year}"
        key = sha256(text.encode()).hexdigest()
        return make_folder(self.folder / "sums") / f"{key[:16]}-{piece}.parquet"

    def write(self, asked: Asked, piece: int, sums: Sums) -> None:
        """Keep the sums of one piece of a query; denominators that are all 0 are not written."""
        if sums.sums.shape[1] == 2 and not sums.sums[:, 1].any():
            sums = Sums(sums.hub, sums.year, sums.part, sums.units, sums.sums[:, :1])
        pq.write_table(
            packed(sums), self._file(asked, piece), compression="lz4", use_dictionary=False
        )

    def read(self, asked: Asked, piece: int) -> Sums | None:
        """The sums of one piece of a query; None where they are not kept."""
        file = self._file(asked, piece)
        if not file.is_file():
            return None
        return unpacked(pq.read_table(file, memory_map=True))


def replaced(kept: Sums, old: Sums, new: Sums) -> Sums:
    """The kept sums without what changed, and with what it changed to.

    What remains of a sum that is no more is rounding, and is set to the zero that it stands for.
    """
    keys = [(s.hub << 40) | (s.year << 24) | s.part for s in (kept, old, new)]
    every = np.union1d(keys[0], keys[2])
    wide = 2 if any(s.sums.shape[1] == 2 and s.sums[:, 1].any() for s in (old, new)) else 1
    wide = max(wide, kept.sums.shape[1])
    sums, units = np.zeros((len(every), wide, kept.sums.shape[2])), np.zeros(len(every), np.int64)
    at = [np.searchsorted(every, k) for k in keys]
    units[at[0]] = kept.units
    sums[at[0], : kept.sums.shape[1]] = kept.sums
    np.subtract.at(units, at[1], old.units)
    np.add.at(units, at[2], new.units)
    _exchange(sums, at[1], np.ascontiguousarray(old.sums), -1.0)
    _exchange(sums, at[2], np.ascontiguousarray(new.sums), 1.0)
    left = units > 0
    if not left.all():
        every, units, sums = every[left], units[left], sums[left]
    return Sums(every >> 40, (every >> 24) & 0xFFFF, every & 0xFFFFFF, units, sums)


@njit(cache=True, nogil=True)
def _exchange(sums, at, part, sign):  # type: ignore[no-untyped-def]
    for i in range(len(at)):
        for j in range(min(sums.shape[1], part.shape[1])):
            for k in range(sums.shape[2]):
                was, by = sums[at[i], j, k], part[i, j, k]
                now = was + sign * by
                small = 1e-12 * (abs(was) + abs(by))
                sums[at[i], j, k] = 0.0 if abs(now) <= small else now
