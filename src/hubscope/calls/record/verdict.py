"""The check of an export file, and the error that says what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path

from hubscope.calls.base.ledger import Check, verify
from hubscope.calls.record.replay import replay
from hubscope.errors import BadDataError


def check_file(path: Path, expect: str = "") -> Check:
    """Check an exported call: the chain with its head, and all that follows from it.

    Raises:
        BadDataError: where it is no export, or where anything does not fit.
    """
    try:
        given = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadDataError(f"{path} cannot be read as JSON: {error}") from error
    faults = replay(given)
    if faults:
        told = "\n".join(f"- {f.in_('en')}" for f in faults)
        raise BadDataError(f"{path} does not hold together:\n{told}")
    return verify(given["record"], expect=expect)


def raise_if_broken(found: Check) -> None:
    """Raise what is wrong with a chain.

    Raises:
        BadDataError: where something is.
    """
    from hubscope.words import say

    if not found.intact:
        raise BadDataError(
            f"the record is broken: {say('en', f'calls.chain.{found.fault}', line=found.line)}",
            hint="compare it with the last export whose head hash is known to be right",
        )
