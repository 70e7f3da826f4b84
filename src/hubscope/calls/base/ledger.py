"""The record: append-only lines, each holding the hash of the one before.

A chain alone does not stop the owner of the database from writing all of it anew; that is why the
head hash is exported and printed, to be kept elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hubscope.calls.base.models import Record

GENESIS = "0" * 64
FIELDS = ("seq", "at", "actor", "role", "call", "bid", "action", "source", "target", "body", "prev")


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be written down."""

    actor: str
    """Of the kind "clock", "cli" or a person's code such as "P-7": never a name."""
    role: str
    call: str
    action: str
    source: str
    target: str
    bid: str = ""
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What a check of the chain found."""

    lines: int
    head: str
    fault: str = ""
    """Key of the sentence that says what is wrong, with the line's number in `line`."""
    line: int = 0

    @property
    def intact(self) -> bool:
        """Whether nothing is wrong."""
        return not self.fault


def canonical(value: Any) -> str:
    """One spelling of a JSON value: sorted keys, no spaces, as UTF-8 text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def stamp(at: datetime) -> str:
    """A time as the record spells it: UTC, microseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def unstamp(text: str) -> datetime:
    """The time that `stamp` spelled."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def digest(line: Mapping[str, Any]) -> str:
    """SHA-256 of a line's fields in canonical JSON."""
    return sha256(canonical({f: line[f] for f in FIELDS}).encode()).hexdigest()


def append(session: Session, line: Line, at: datetime) -> Record:
    """Write a line at the end of the chain; the caller holds the right to write."""
    last = session.scalars(select(Record).order_by(Record.seq.desc()).limit(1)).first()
    values: dict[str, Any] = {
        "seq": last.seq + 1 if last else 1,
        "at": stamp(at),
        "actor": line.actor,
        "role": line.role,
        "call": line.call,
        "bid": line.bid,
        "action": line.action,
        "source": line.source,
        "target": line.target,
        "body": canonical(dict(line.body or {})),
        "prev": last.hash if last else GENESIS,
    }
    record = Record(**values, hash=digest(values))
    session.add(record)
    session.flush()
    return record


def lines(session: Session, call: str = "") -> list[dict[str, Any]]:
    """The record's lines, oldest first, of one call or of all."""
    query = select(Record).order_by(Record.seq)
    if call:
        query = query.where(Record.call == call)
    return [{f: getattr(r, f) for f in (*FIELDS, "hash")} for r in session.scalars(query)]


def head(session: Session) -> tuple[int, str]:
    """Number and hash of the last line; 0 and zeros before the first."""
    row = session.execute(select(func.max(Record.seq))).scalar()
    if row is None:
        return 0, GENESIS
    return int(row), session.get_one(Record, row).hash


def sealed(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line of which only the place in the chain is shown, not what it says."""
    return {"seq": line["seq"], "prev": line["prev"], "hash": line["hash"]}


def verify(chain: Iterable[Mapping[str, Any]], expect: str = "") -> Check:
    """Check a whole chain; with `expect`, also that this head, exported earlier, is part of it.

    Of a sealed line only its place in the chain can be checked.
    """
    prev, count, seen = GENESIS, 0, not expect or expect == GENESIS
    for line in chain:
        count += 1
        if line["seq"] != count:
            return Check(count, prev, "missing_line", count)
        if line["prev"] != prev:
            return Check(count, prev, "broken_link", count)
        if "body" in line and digest(line) != line["hash"]:
            return Check(count, prev, "changed_line", count)
        prev = line["hash"]
        seen = seen or prev == expect
    return Check(count, prev) if seen else Check(count, prev, "head_unknown", count)
