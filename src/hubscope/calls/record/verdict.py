"""The check of an export file, and the error that says what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

from hubscope.calls.base.ledger import Check, verify
from hubscope.calls.record.replay import Fault, replay
from hubscope.calls.refusal import BadTableError, Hint, Lines


def check_file(path: Path, expect: str = "") -> Check:
    """Check an exported call: the chain with its head, and all that follows from it.

    Raises:
        BadTableError: where it is no export, or where anything does not fit.
    """
    try:
        given = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadTableError("no_json", file=path, why=error) from error
    faults = replay(given)
    if faults:
        raise BadTableError("export", file=path, faults=Lines(faults))
    return verify(given["record"], expect=expect)


def raise_if_broken(found: Check) -> None:
    """Raise what is wrong with a chain.

    Raises:
        BadTableError: where something is.
    """
    if not found.intact:
        fault = Fault(found.fault, {"line": found.line})
        raise BadTableError("record", fault=fault, hint=Hint("compare"))
