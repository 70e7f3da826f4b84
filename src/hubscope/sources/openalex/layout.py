"""Where a snapshot keeps its part files, in the 2026 layout and the older one.

2026: `data/jsonl/works/updated_date=2026-06-01/part_0000.gz`, `data/parquet/works/...parquet`,
`deleted_ids.csv` beside the partitions. Older: `data/works/updated_date=.../part_000.gz`.
Source: OpenAlex, snapshot format (developers.openalex.org, read November 2026).
"""

from __future__ import annotations

import csv
import gzip
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hubscope.errors import HubscopeError

SUFFIXES = (".gz", ".jsonl", ".json", ".parquet")
_DATE = re.compile(r"updated_date=(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class Part:
    """One part file of a snapshot."""

    path: Path
    name: str
    """The name shown in messages and rejects: below the folder that was given."""
    updated: str
    """Date of its partition, "" where it has none; later ones win."""

    @property
    def is_parquet(self) -> bool:
        """Whether the file is Parquet rather than JSON lines."""
        return self.path.suffix == ".parquet"

    def sha256(self) -> str:
        """Hash of the file's bytes, read in pieces."""
        digest = sha256()
        with self.path.open("rb") as handle:
            while piece := handle.read(1 << 20):
                digest.update(piece)
        return digest.hexdigest()


def parts(given: Path, entity: str = "works") -> list[Part]:
    """The part files of `entity` under `given` (a snapshot, its data, one entity, or one file).

    Sorted so that later partitions come last. Where a snapshot holds both formats, Parquet is
    read: it is the same content without the cost of parsing.

    Raises:
        HubscopeError: naming the places that were looked in.
    """
    if given.is_file():
        return [_part(given, given.parent)]
    tried = [
        given / below
        for below in (
            f"data/parquet/{entity}",
            f"parquet/{entity}",
            f"data/jsonl/{entity}",
            f"jsonl/{entity}",
            f"data/{entity}",
            entity,
            ".",
        )
    ]
    for folder in tried:
        found = _files(folder) if folder.is_dir() else []
        if found:
            return sorted((_part(f, given) for f in found), key=lambda p: (p.updated, p.name))
    raise HubscopeError(
        f"{given} holds no part files of {entity}",
        hint="looked in " + ", ".join(str(t.relative_to(given)) for t in tried),
    )


def _files(folder: Path) -> list[Path]:
    direct = [f for f in folder.iterdir() if f.is_file() and f.suffix in SUFFIXES]
    dated = [f for f in folder.glob("updated_date=*/*") if f.suffix in SUFFIXES]
    return [f for f in direct + dated if not f.name.startswith(("manifest", "."))]


def _part(path: Path, root: Path) -> Part:
    found = _DATE.search(str(path))
    return Part(path, str(path.relative_to(root)), found[1] if found else "")


def deleted_ids(given: Path, entity: str = "works") -> list[int]:
    """Ids of `entity` that the source withdrew or merged into others."""
    return sorted(withdrawn(given, entity))


def withdrawn(given: Path, entity: str = "works") -> dict[int, str]:
    """What the source withdrew or merged into others: id and date, "" where it names none.

    From every `deleted_ids.csv` under `given` (2026: id and `deleted_date`) and the files
    `merged_ids/<entity>/*.csv`, gzipped or not (older), whose column `id` names what was merged
    away at `merge_date`. Of several dates the last counts.
    """
    if not given.is_dir():
        return {}
    name = re.compile(rf"{entity[0].upper()}(\d{{1,18}})\b")
    found: dict[int, str] = {}
    for file in sorted(given.glob("**/deleted_ids.csv")):
        for line in file.read_text("utf-8").splitlines():
            _note(found, name.search(line), line)
    for file in sorted(given.glob(f"**/merged_ids/{entity}/*.csv*")):
        opener = gzip.open if file.suffix == ".gz" else open
        with opener(file, "rt", encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                _note(found, name.search(row.get("id") or ""), row.get("merge_date") or "")
    return found


_DAY = re.compile(r"(?<!\d)\d{4}-[01]\d-[0-3]\d(?!\d)")


def _note(found: dict[int, str], name: re.Match[str] | None, text: str) -> None:
    """Note the id with the date that `text` holds."""
    if name is not None:
        day = _DAY.search(text)
        found[int(name[1])] = max(found.get(int(name[1]), ""), day[0] if day else "")
