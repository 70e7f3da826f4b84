"""Numba for the loops that neither SQL nor arrays can do; typed, compiled once and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """`function` as machine code; the result is kept on disk between runs."""
    return cast("F", numba.njit(cache=True, nogil=True)(function))
