"""Parsers of foreign formats run in a process of their own, with a limit of time and memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hubscope.errors import BadDocumentError, HubscopeError

SECONDS = 120
"""Time that one document may take."""
MEMORY = 3 * 2**30
"""Address space that one document may take."""
_CODE = "from hubscope.plan.documents.worker import main; main()"


def apart(path: Path, form: str) -> dict[str, Any]:
    """The fields of `Opened` for a file, read by the parser of its form.

    Raises:
        BadDocumentError: what the parser says, or that it ran out of time or memory or crashed.
    """
    asked = [sys.executable, "-c", _CODE, form, str(path.resolve())]
    limits = {"HUBSCOPE_READ_SECONDS": str(SECONDS), "HUBSCOPE_READ_MEMORY": str(MEMORY)}
    try:
        run = subprocess.run(  # noqa: S603 - our own interpreter and code
            asked, capture_output=True, timeout=SECONDS, check=False, env=os.environ | limits
        )
    except subprocess.TimeoutExpired:
        raise _hostile(path, f"took longer than {SECONDS} s to read") from None
    answer = _answer(run.stdout)
    if "error" in answer:
        said = str(answer["error"]).removeprefix(f"{path.resolve()} ")
        raise BadDocumentError(f"{path} {said}", hint=answer["hint"])
    if run.returncode or "opened" not in answer:
        raise _hostile(path, _why(run))
    opened: dict[str, Any] = answer["opened"]
    return opened | {"pages": tuple(opened["pages"])}


def _answer(said: bytes) -> dict[str, Any]:
    """What the parser said, or nothing where it was cut off."""
    try:
        found = json.loads(said)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _why(run: subprocess.CompletedProcess[bytes]) -> str:
    if b"MemoryError" in run.stderr or run.returncode in (-9, -6):
        return f"needs more than {MEMORY / 2**30:.0f} GB of memory"
    if run.returncode == -24:
        return f"took longer than {SECONDS} s to read"
    last = run.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
    return f"stopped its parser: {last[0][:200] if last else f'signal {-run.returncode}'}"


def _hostile(path: Path, what: str) -> HubscopeError:
    return BadDocumentError(
        f"{path} {what}",
        hint="the file is damaged or hostile: print it to a new PDF, or give its text",
    )
