"""What a measurement keeps for the next one: its views in a DuckDB file, its sums in Parquet.

A folder that may be removed at any time: the next measurement is then made from scratch. The file
`about.json` is removed before anything changes and written last, so that a run that was killed
leaves nothing that could be trusted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

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
        s = unpacked(pq.read_table(file))
        if s.sums.shape[1] == 2:
            return s
        both = np.concatenate([s.sums, np.zeros_like(s.sums)], axis=1)
        return Sums(s.hub, s.year, s.part, s.units, both)


def replaced(kept: Sums, old: Sums, new: Sums) -> Sums:
    """The kept sums without what changed, and with what it changed to.

    What remains of a sum that is no more is rounding, and is set to the zero that it stands for.
    """
    parts = [kept, old, new]
    code = np.concatenate([(s.hub << 40) | (s.year << 24) | s.part for s in parts])
    keys, place = np.unique(code, return_inverse=True)
    units = np.zeros(len(keys), np.int64)
    sums = np.zeros((len(keys), *kept.sums.shape[1:]))
    size = np.zeros_like(sums)
    for s, sign, at in _each(parts, place):
        units[at] += sign * s.units
        sums[at] += sign * s.sums
        size[at] += np.abs(s.sums)
    sums[np.abs(sums) <= 1e-12 * size] = 0.0
    left = units > 0
    hub, year, part = keys >> 40, (keys >> 24) & 0xFFFF, keys & 0xFFFFFF
    return Sums(hub[left], year[left], part[left], units[left], sums[left])


def _each(parts: Sequence[Sums], place: Any) -> Iterator[tuple[Sums, int, Any]]:
    """Each part, its sign, and where its groups stand: no group is in a part twice."""
    start = 0
    for s, sign in zip(parts, (1, -1, 1), strict=True):
        yield s, sign, place[start : start + len(s.hub)]
        start += len(s.hub)
