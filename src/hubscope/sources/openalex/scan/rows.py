"""Where the scanner puts what it finds: columns with room for a piece of text, and their fill."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

INSTITUTION, TOPIC, TYPE = range(3)
"""Kinds of things that are mentioned: their text is taken once and read by Python."""

WORKS, AUTHORSHIPS, REFERENCES, TOPICS, FUNDERS, MENTIONS, LATE, ODD_LINES = range(8)
"""Places in `fill`."""

(
    WORK, YEAR, TYPE, TOPIC, SUBFIELD, FIELD, SOURCE, CORE, OA, XPAC, PARATEXT, RETRACTED, CITED,
    N_AUTHORS, N_REFS, LINE,
) = range(16)  # fmt: skip
A_WORK, A_SEQ, A_AUTHOR, A_INSTITUTION, A_COUNTRY = range(5)
R_WORK, R_CITED = range(2)
T_WORK, T_RANK, T_TOPIC = range(3)
F_WORK, F_FUNDER = range(2)

MOST_TYPES = 64

WIDTH = 64
"""Bytes looked at together; a buffer has this many spare bytes behind its end."""


class Rows(NamedTuple):
    """The fact tables as whole numbers, (column, row); the first `fill[...]` rows are used.

    The first column of every table but `works` is the row of the work; absent numbers are -1, an
    absent country 0, else its two letters as one integer. Few arrays, because a kernel copies the
    description of each one at every call.
    """

    works: Array
    fwci: Array
    shares: Array
    weights: Array
    references: Array
    topics: Array
    funders: Array
    mention: Array
    """Rows of (kind, first byte, end, hash) of a text that is met for the first time."""
    late: Array
    """Rows of (row of the work, first byte, end): an impact with more digits than a double has."""
    odd: Array
    """Rows of (line, first byte, end, whether it only repeats a work): lines left to others."""
    fill: Array


SMALLEST = {"work": 55, "authorship": 3, "reference": 25, "topic": 30, "funder": 30}
"""Bytes that one row takes in the text at least, a separating comma included."""


def most_mentions(size: int) -> int:
    """Different texts that `size` bytes can mention: hardly any is shorter than eight bytes."""
    return size // 8 + 1024


def rows(size: int) -> Rows:
    """Room for every row that `size` bytes of text can give; the system hands out what is used."""
    n = {k: size // v + 2 for k, v in SMALLEST.items()}
    shape = {"works": (16, n["work"]), "shares": (5, n["authorship"]), "topics": (3, n["topic"]),
             "references": (2, n["reference"]), "funders": (2, n["funder"]),
             "mention": (most_mentions(size), 4), "late": (n["work"], 3),
             "odd": (size + 1, 4), "fill": (8,)}  # fmt: skip
    made = {k: np.empty(s, np.int64) for k, s in shape.items()}
    made["fill"][:] = 0
    return Rows(**made, fwci=np.empty(n["work"]), weights=np.empty(n["authorship"]))
