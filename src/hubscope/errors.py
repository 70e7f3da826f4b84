"""Errors that a user can mend: what is wrong, where, a hint, and the process exit code."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class HubscopeError(Exception):
    """Something the user can mend; the command line prints it without a traceback."""

    exit_code = 1

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        """The message, a blank line, and the hint."""
        return f"{self.what}\n\nhint: {self.hint}" if self.hint else self.what


class UsageError(HubscopeError):
    """The command line was used wrongly."""

    exit_code = 2


class BadDocumentError(HubscopeError):
    """A plan or another document cannot be read as one."""

    exit_code = 10


class BadDataError(HubscopeError):
    """A data file breaks its contract."""

    exit_code = 11


class NotPermittedError(HubscopeError):
    """The workspace is locked, read-only or not ours."""

    exit_code = 12


class EngineError(HubscopeError):
    """The analytical engine failed."""

    exit_code = 13


class DiskFullError(HubscopeError):
    """A file could not be written; the last good state stands."""

    exit_code = 1


def nearest(got: str, valid: Iterable[str], *, most: int = 3) -> str:
    """A hint that names the valid words closest to `got`, or all of them if none is close."""
    known = sorted(set(valid))
    close = get_close_matches(got, known, n=most, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(close) + "?"
    shown = ", ".join(known[:12]) + (f" ... ({len(known)} in all)" if len(known) > 12 else "")
    return f"valid are {shown}" if known else "none is defined"
