"""Bids that repeat others: shared runs of four tokens, exactly counted, with the passages.

A token is a Chinese character or a Latin word; sets of runs of tokens are Broder's shingles ("On
the resemblance and containment of documents", 1997). They are compared exactly by one sparse
product instead of by sketches, which some thousands of bids allow.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

RUN = 4
"""Tokens of a shingle."""
SHARE = 0.3
"""Least part of the shorter text that has to be found in the other for a flag."""
LEAST = 12
"""Fewest shared shingles: short texts are alike by chance."""
COMMON, COMMON_SHARE = 5, 0.1
"""A run that more texts have than this, and than this part of all, is the form's own wording."""
PASSAGES = 8
_TOKEN = re.compile(r"[\u3400-\u9fff]|[a-z0-9]+(?:[.'-][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Document:
    """One text under the name it is reported by; `known` is what it may rightly repeat."""

    name: str
    text: str
    known: str = ""


@dataclass(frozen=True, slots=True)
class Copy:
    """Two texts that repeat each other, and the passages as each of them has them."""

    one: str
    other: str
    share: float
    """Part of the shorter one's shingles that the other has too."""
    resemblance: float
    """Shared shingles over all of both (Jaccard)."""
    passages: tuple[tuple[str, str], ...]


def copies(
    new: Sequence[Document], old: Sequence[Document] = (), *, share: float = SHARE
) -> list[Copy]:
    """Pairs among `new`, and of `new` with `old`, that share much; the most alike first."""
    every = [*new, *old]
    sets = _own([shingles(d.text) - shingles(d.known) for d in every])
    sizes = np.array([len(s) for s in sets], np.int64)
    one, other, both = _shared(sets, len(new))
    least = np.maximum(np.minimum(sizes[one], sizes[other]), 1)
    at = np.flatnonzero((both >= LEAST) & (both / least >= share))
    at = at[np.lexsort((other[at], one[at], -(both / least)[at]))]
    return [
        Copy(
            every[one[i]].name,
            every[other[i]].name,
            round(float(both[i] / least[i]), 4),
            round(float(both[i] / (sizes[one[i]] + sizes[other[i]] - both[i])), 4),
            passages(every[one[i]].text, every[other[i]].text),
        )
        for i in at
    ]


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Each token with the place where it begins and ends in the text."""
    return [(m[0].casefold(), m.start(), m.end()) for m in _TOKEN.finditer(text.lower())]


def shingles(text: str) -> set[tuple[str, ...]]:
    """All runs of `RUN` tokens."""
    words = [t for t, _, _ in tokens(text)]
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


def _own(sets: Sequence[set[tuple[str, ...]]]) -> list[set[tuple[str, ...]]]:
    """The runs of each text without those that very many have."""
    often = Counter(s for each in sets for s in each)
    most = max(COMMON, COMMON_SHARE * len(sets))
    return [{s for s in each if often[s] <= most} for each in sets]


def _shared(
    sets: Sequence[set[tuple[str, ...]]], new: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (one, other) with the number of shingles that both have; `one` is new."""
    index: dict[tuple[str, ...], int] = {}
    columns = [index.setdefault(s, len(index)) for each in sets for s in each]
    starts = np.concatenate([[0], np.cumsum([len(s) for s in sets])])
    held = csr_array(
        (np.ones(len(columns), np.int64), np.array(columns, np.int64), starts),
        shape=(len(sets), max(len(index), 1)),
    )
    met = (held[:new] @ held.T).tocoo()
    after = met.col > met.row
    return (
        met.row[after].astype(np.int64),
        met.col[after].astype(np.int64),
        met.data[after].astype(np.int64),
    )


def passages(one: str, other: str) -> tuple[tuple[str, str], ...]:
    """The longest runs that both have, as each writes them, longest first."""
    left, right = tokens(one), tokens(other)
    match = SequenceMatcher(None, [t[0] for t in left], [t[0] for t in right], autojunk=False)
    runs = [b for b in match.get_matching_blocks() if b.size >= RUN]
    return tuple(
        (
            one[left[b.a][1] : left[b.a + b.size - 1][2]],
            other[right[b.b][1] : right[b.b + b.size - 1][2]],
        )
        for b in sorted(runs, key=lambda b: -b.size)[:PASSAGES]
    )
