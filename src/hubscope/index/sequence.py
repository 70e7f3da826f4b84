"""Scrambled Sobol' sequences (Sobol' 1967; direction numbers of Joe and Kuo 2008).

SciPy ships the direction numbers in one file; reading it takes milliseconds, where importing
`scipy.stats` for its generator takes seconds, more than ten thousand draws of an index do.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from hubscope.errors import BadDataError
from hubscope.index.table import Array

BITS = 30
Bits = np.ndarray[Any, np.dtype[np.uint32]]


@cache
def _numbers() -> tuple[Array, Array] | None:
    """Polynomials and initial direction numbers, None where SciPy keeps them elsewhere."""
    spec = find_spec("scipy")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(folder) / "stats" / "_sobol_direction_numbers.npz"
        if file.is_file():
            with np.load(file) as table:
                return table["poly"], table["vinit"]
    return None


def directions(dims: int) -> Bits | None:
    """Direction numbers as integers of 30 bits; dims x bits."""
    table = _numbers()
    if table is None or dims > len(table[0]):
        return None
    made = np.ones((dims, BITS), dtype=np.uint64)
    for d in range(1, dims):
        poly = int(table[0][d])
        degree = poly.bit_length() - 1
        v = [int(x) for x in table[1][d][:degree]]
        for j in range(degree, BITS):
            new = v[j - degree]
            for k in range(degree):
                if poly >> (degree - 1 - k) & 1:
                    new ^= v[j - k - 1] << (k + 1)
            v.append(new)
        made[d] = v[:BITS]
    return (made << np.arange(BITS - 1, -1, -1, dtype=np.uint64)).astype(np.uint32)


def _scrambled(v: Bits, rng: np.random.Generator) -> Bits:
    """Direction numbers under random lower-triangular matrices (Matousek 1998)."""
    places = np.arange(BITS - 1, -1, -1, dtype=np.uint32)
    bits = (v[..., None] >> places & 1).astype(np.int64)
    lower = np.tril(rng.integers(0, 2, (len(v), BITS, BITS)), -1) + np.eye(BITS, dtype=np.int64)
    mixed = np.einsum("dpb,djb->djp", lower, bits) % 2
    return np.asarray((mixed << places.astype(np.int64)).sum(axis=-1), dtype=np.uint32)


def points(v: Bits, power: int) -> Bits:
    """The first 2^power points as integers, in natural order; points x dims."""
    made = np.zeros((1, len(v)), dtype=np.uint32)
    for j in range(power):
        made = np.concatenate([made, made ^ v[:, j]])
    return made


def sobol(dims: int, count: int, seed: int) -> Array:
    """A scrambled Sobol' sequence in (0, 1), count x dims: the first points of a power of two."""
    if dims == 0:
        return np.zeros((count, 0))
    power = max(0, int(np.ceil(np.log2(max(count, 1)))))
    if power > BITS:
        raise BadDataError(f"{count:,} points of a Sobol' sequence", hint=f"at most {2**BITS:,}")
    rng = np.random.default_rng(seed)
    v = directions(dims)
    if v is None:
        from scipy.stats import qmc

        drawn: Array = qmc.Sobol(dims, scramble=True, rng=rng).random_base2(power)
        return drawn[:count]
    shift = rng.integers(0, 2**BITS, dims, dtype=np.uint32)
    drawn_bits = points(_scrambled(v, rng), power)[:count] ^ shift
    return np.asarray((drawn_bits + 0.5) / 2**BITS)
