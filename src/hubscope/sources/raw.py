"""Bytes and their hash: what a source was, before anybody gave it a meaning."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from hubscope.errors import BadDataError, HubscopeError

MOST_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Raw:
    """A source file as it was read."""

    name: str
    """The name shown in messages and origins."""
    data: bytes

    @property
    def sha256(self) -> str:
        """Hash of the bytes, hexadecimal."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one cell or line."""

    file: str
    line: int
    column: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        """One line: place, what, hint."""
        where = f"{self.file}:{self.line}" + (f" [{self.column}]" if self.column else "")
        return f"{where}: {self.what}" + (f" ({self.hint})" if self.hint else "")


def raw(path: Path, *, name: str = "", most_bytes: int = MOST_BYTES) -> Raw:
    """The bytes of `path`; an error that says why if it cannot be read."""
    try:
        size = path.stat().st_size
        if size > most_bytes:
            raise BadDataError(
                f"{path} has {size / 2**20:.0f} MB; at most {most_bytes / 2**20:.0f} MB are read",
                hint="split the file",
            )
        return Raw(name or path.name, path.read_bytes())
    except FileNotFoundError:
        raise HubscopeError(f"{path} does not exist", hint="check the name") from None
    except IsADirectoryError:
        raise HubscopeError(f"{path} is a folder, not a file") from None
    except OSError as error:
        raise HubscopeError(f"{path} cannot be read: {error.strerror}") from error


def refuse(faults: list[Fault], *, most: int = 20) -> None:
    """Raise one error that lists the faults, if there are any."""
    if not faults:
        return
    shown = "\n  ".join(str(f) for f in faults[:most])
    rest = f"\n  ... and {len(faults) - most} more" if len(faults) > most else ""
    count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    raise BadDataError(
        f"{count}, nothing was stored:\n  {shown}{rest}",
        hint="mend these lines and run the same command again; the store is as it was before",
    )
