"""The pages of lists as one part file, as the snapshot has them: each record one line, once.

Lists of the API cut a work's authors at 100, the snapshot does not: such works are asked for one by
one (which costs nothing) and take the place of the shortened record. What is no record stays a
line, so that loading sets it aside with its number and it is never lost.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from hubscope.sources.openalex_api.asked import WORK_FIELDS
from hubscope.sources.openalex_api.client import Client, PassingError
from hubscope.sources.openalex_api.pages import Keep, bodies, read_page

CUT_AT = 100
"""Authors after which a list of the API cuts."""

_WORK = re.compile(r"https://openalex\.org/(W[1-9]\d{0,17})")
_WHOLE = re.compile(r"whole-(W\d+)-([0-9a-f]{16})\.gz")


@dataclass(frozen=True, slots=True)
class Composed:
    """What a part file was made of."""

    records: int
    repeated: int
    """Records that stood on more than one page, or in more than one list."""
    completed: int
    """Works whose authors were cut and were asked for one by one."""


def results(folders: Iterable[Path]) -> Iterator[Any]:
    """Every record of every page of some lists, in order."""
    for folder in folders:
        for _, body in bodies(folder):
            yield from read_page(body).results


def cut(record: Any) -> str:
    """The id of a work whose authors the list has cut, "" of any other record."""
    people = record.get("authorships") if isinstance(record, dict) else None
    if not isinstance(people, list) or len(people) < CUT_AT:
        return ""
    found = _WORK.fullmatch(str(record.get("id")))
    return found[1] if found else ""


def complete(
    folder: Path,
    client: Client,
    keep: Keep,
    after: Callable[[int, int], None] = lambda _n, _of: None,
) -> int:
    """Ask one by one for the works of a list whose authors were cut; how many there are.

    Each stands beside the pages as `whole-<id>-<hash>.gz`; what stands there is not asked again.
    """
    wanted = list(dict.fromkeys(c for r in results([folder]) if (c := cut(r))))
    there = _whole(folder)
    text = "select=" + ",".join(WORK_FIELDS)
    for nth, work in enumerate(wanted, 1):
        if work not in there:
            body = client.get(f"works/{work}", text, lambda b, w=work: _is(b, w))  # type: ignore[misc]
            digest = sha256(body).hexdigest()[:16]
            keep(folder / f"whole-{work}-{digest}.gz", gzip.compress(body, 6, mtime=0))
        after(nth, len(wanted))
    return len(wanted)


def _is(body: bytes, work: str) -> None:
    try:
        record = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise PassingError(f"no JSON for {work}") from None
    if not isinstance(record, dict) or record.get("id") != f"https://openalex.org/{work}":
        raise PassingError(f"another record for {work}")


def _whole(folder: Path) -> dict[str, Any]:
    """The works that were asked for one by one, by id; damaged files are removed."""
    found: dict[str, Any] = {}
    for file in sorted(folder.glob("whole-*.gz")):
        named = _WHOLE.fullmatch(file.name)
        try:
            body = gzip.decompress(file.read_bytes())
            good = named and sha256(body).hexdigest()[:16] == named[2]
        except (OSError, EOFError):
            good = None
        if good and named:
            found[named[1]] = orjson.loads(body)
        else:
            file.unlink(missing_ok=True)
    return found


def compose(folders: Iterable[Path], file: Path) -> Composed:
    """Write the records of some lists into `file`, gzipped JSON lines, the same for the same pages.

    Written aside and renamed: the file is whole or not there.
    """
    whole: dict[str, Any] = {}
    every = list(folders)
    for folder in every:
        whole |= _whole(folder)
    seen: set[str] = set()
    records = repeated = completed = 0
    aside = file.with_name(f".{file.name}.aside")
    with (
        aside.open("wb") as out,
        gzip.GzipFile("", fileobj=out, mode="wb", compresslevel=6, mtime=0) as lines,
    ):
        for record in results(every):
            name = str(record.get("id") or "") if isinstance(record, dict) else ""
            if name and name in seen:
                repeated += 1
                continue
            seen.add(name)
            work = cut(record)
            completed += work in whole
            lines.write(orjson.dumps(whole.get(work, record)) + b"\n")
            records += 1
    aside.replace(file)
    return Composed(records, repeated, completed)
