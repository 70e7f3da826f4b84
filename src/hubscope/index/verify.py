"""Whether results are what their record says: hashes, signature, and the first cell that differs.

Three questions, one after the other: are the files those that were written, are the inputs those
that were read, and do the same inputs make the same files again?
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from hubscope.errors import BadDataError
from hubscope.index.jobs import VERBS
from hubscope.index.provenance import SIGNATURE, file_hash, signature_holds, versions

State = Literal["same", "changed", "missing", "unsigned", "unchecked", "differs"]


Check = Literal["signature", "output", "input", "replay"]
OPTIONS = ("draws", "points", "seed", "level")
"""What a verb may have been told beside its tables."""


@dataclass(frozen=True)
class Finding:
    """What was found of one file."""

    check: Check
    file: str
    state: State
    detail: str = ""

    @property
    def fine(self) -> bool:
        """Whether the file is what it should be, or could not be looked at without being asked."""
        return self.state in {"same", "unchecked"}


def records(folder: Path) -> dict[str, dict[str, Any]]:
    """The records in a folder of results by their name, each with its provenance under "made".

    Raises BadDataError where there is none, or one cannot be read or has no provenance.
    """
    found = {r: _read(folder / r) for r, _ in VERBS.values() if (folder / r).is_file()}
    if not found:
        raise BadDataError(
            f"{folder} holds no record of the index verbs",
            hint="give the folder that --out named; it holds one of "
            + ", ".join(r for r, _ in VERBS.values()),
        )
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        body: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadDataError(f"{path} cannot be read: {error}") from error
    made = body.get("made") if isinstance(body, dict) else None
    if not isinstance(made, dict) or not _complete(made):
        raise BadDataError(
            f"{path} says nothing of where it comes from",
            hint="it was written by an older version: run the verb again",
        )
    return body


def _complete(made: Mapping[str, Any]) -> bool:
    """Whether a record has all parts of its provenance, each of the right kind."""
    shape = {"inputs": list, "outputs": dict, "versions": dict, "options": dict, "verb": str}
    if any(not isinstance(made.get(k), t) for k, t in shape.items()):
        return False
    known = all(isinstance(e, dict) and isinstance(e.get("role"), str) for e in made["inputs"])
    named = all(isinstance(e.get("file", ""), str) for e in made["inputs"]) if known else False
    numbers = {k: v for k, v in made["options"].items() if k != "pairs"}
    pairs = made["options"].get("pairs", [])
    paired = isinstance(pairs, list) and all(isinstance(p, list) and len(p) == 2 for p in pairs)
    return (
        named
        and paired
        and all(k in OPTIONS and isinstance(v, int | float) for k, v in numbers.items())
    )


def outputs(folder: Path, made: Mapping[str, Any]) -> Iterator[Finding]:
    """Each file that the record lists against its hash."""
    for name, known in made["outputs"].items():
        path = folder / name
        if "/" in name or "\\" in name or not path.is_file():
            yield Finding("output", name, "missing")
        else:
            yield Finding("output", name, "same" if file_hash(path) == known else "changed")


def inputs(
    folder: Path, made: Mapping[str, Any], elsewhere: Path | None = None
) -> Iterator[Finding]:
    """Each input file that the record names against its hash."""
    for entry in made["inputs"]:
        if "file" not in entry:
            continue
        name = str(entry["file"])
        path = located(folder, name, elsewhere)
        state: State = "missing"
        if path.is_file():
            state = "same" if file_hash(path) == entry.get("sha256") else "changed"
        yield Finding("input", name, state, str(entry["role"]))


def located(folder: Path, file: str, elsewhere: Path | None) -> Path:
    """Where an input lies: in `elsewhere` by its name, or where it lay when the record was made."""
    return elsewhere / Path(file).name if elsewhere else folder / file


def signature(folder: Path, record: str, key: Path | None) -> Iterator[Finding]:
    """The record's signature against a public key; without a key it is only said to be there."""
    path = folder / (record + SIGNATURE)
    if not path.is_file():
        if key is not None:
            yield Finding("signature", path.name, "unsigned")
    elif key is None:
        yield Finding("signature", path.name, "unchecked")
    else:
        holds = signature_holds((folder / record).read_bytes(), path.read_bytes(), key)
        yield Finding("signature", path.name, "same" if holds else "changed")


def other_versions(made: Mapping[str, Any]) -> list[str]:
    """Libraries that are of another version here than when the record was made."""
    here, then = versions(), made["versions"]
    return [f"{k} {then[k]} → {here.get(k, '–')}" for k in then if here.get(k) != then[k]]


def replayed(folder: Path, record: str, files: Mapping[str, str]) -> Iterator[Finding]:
    """Files made again against those in the folder, bit for bit, with the first cell that differs.

    Of the record itself its provenance is left out, which names versions and places.
    """
    for name, text in files.items():
        path = folder / name
        if not path.is_file():
            yield Finding("replay", name, "missing")
            continue
        old, new = path.read_bytes().decode("utf-8", "replace"), text
        if name == record:
            old, new = _results(old), _results(new)
        where = "" if old == new else difference(name, old, new)
        yield Finding("replay", name, "differs" if where else "same", where)


def _results(text: str) -> str:
    body = json.loads(text)
    return json.dumps({k: v for k, v in body.items() if k not in {"made", "files"}})


def difference(name: str, old: str, new: str) -> str:
    """The first place where two texts of a file differ, with both values."""
    if name.endswith(".csv"):
        found = _in_table(old, new)
    else:
        found = next(_in_json("", json.loads(old), json.loads(new)), "")
    return found or "spelling or order of the same values"


def _in_table(old: str, new: str) -> str:
    rows = [list(csv.reader(io.StringIO(t))) for t in (old, new)]
    if rows[0][:1] != rows[1][:1]:
        return "columns " + " → ".join(", ".join(r[0] if r else []) for r in rows)
    head = rows[0][0] if rows[0] else []
    for line, (a, b) in enumerate(zip(rows[0], rows[1], strict=False), 1):
        for column, x, y in zip(head, a, b, strict=False):
            if x != y:
                return f"line {line} ({a[0]}), column {column}: {x or '–'} → {y or '–'}"
    if len(rows[0]) != len(rows[1]):
        return f"{len(rows[0]) - 1} rows → {len(rows[1]) - 1}"
    return ""


def _in_json(at: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        for key in old:
            yield from _in_json(f"{at}.{key}" if at else key, old[key], new[key])
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (a, b) in enumerate(zip(old, new, strict=True)):
            yield from _in_json(f"{at}[{i}]", a, b)
    elif old != new:
        yield f"{at or 'all'}: {str(old)[:80]} → {str(new)[:80]}"
