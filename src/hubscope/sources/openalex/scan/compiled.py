"""How the scanner's functions are compiled, and when a kept kernel is out of date.

Numba keeps a compiled function beside its file (or, where that cannot be written, in the user's
cache folder) and looks only at that one file to see whether it has changed. A kernel here is made
of many files, so it is kept under a hash of them all.
"""

# numba keeps no public way to say what makes a kept function stale.
# ruff: noqa: SLF001
# mypy: disable-error-code="no-untyped-call,import-untyped"

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core.caching import CompileResultCacheImpl, FunctionCache

Function = Callable[..., Any]

_HERE = Path(__file__).resolve().parent
SOURCES = (*sorted(_HERE.glob("*.py")), _HERE.parent / "check.py")
"""Every file whose text, or whose constants, are compiled into a kernel."""


def stamp(files: tuple[Path, ...] = SOURCES) -> str:
    """One hash of the compilers' versions and of every file's name and bytes."""
    digest = sha256(f"{numba.__version__} {llvmlite.__version__}".encode())
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


_stamp = cache(stamp)


class _Stamped(CompileResultCacheImpl):
    """Keeps a kernel where numba would, under the hash of all files."""

    def __init__(self, function: Function) -> None:
        super().__init__(function)
        self._locator.get_source_stamp = _stamp


class _Cache(FunctionCache):
    _impl_class = _Stamped


def kernel(function: Function) -> Any:
    """`function` as a compiled kernel that Python calls; it is kept and lets other threads run."""
    made: Any = numba.njit(nogil=True)(function)
    made._cache = _Cache(function)  # what `cache=True` does, with another cache
    return made


def inner(function: Function) -> Any:
    """`function` for kernels only: it is kept as a part of them and cannot be called elsewhere."""
    njit: Any = numba.njit
    return njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


def is_kept(made: Any) -> bool:
    """Whether the kernel `made` need not be compiled on this machine any more."""
    return bool(made.overloads or made._cache._cache_file._load_index())
