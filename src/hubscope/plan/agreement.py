"""How far two or more reviewers agree: Cohen's kappa and Krippendorff's alpha."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hubscope.plan.decisions import Decision, latest

Label = str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two reviewers over the sentences that both decided on."""

    first: str
    second: str
    both: int
    observed: float
    """Share of equal decisions."""
    kappa: float | None
    """Cohen's kappa; None where both gave one and the same decision throughout."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The agreement of all reviewers of a document."""

    pairs: tuple[Pair, ...]
    units: int
    """Sentences that two or more decided on."""
    alpha: float | None
    """Krippendorff's alpha for nominal labels; None where no two labels could differ."""


def agreement(decisions: Iterable[Decision]) -> Agreement:
    """The agreement on what to do with each sentence: accept, edit, reject, merge or split."""
    labels: dict[tuple[str, str, int], dict[str, Label]] = defaultdict(dict)
    for d in latest(decisions):
        if d.verb != "add":
            labels[d.key][d.by] = d.verb
    people = sorted({by for row in labels.values() for by in row})
    pairs = [_pair(a, b, labels.values()) for a, b in itertools.combinations(people, 2)]
    rows = [list(row.values()) for row in labels.values() if len(row) > 1]
    return Agreement(tuple(p for p in pairs if p.both), len(rows), alpha(rows))


def _pair(a: str, b: str, rows: Iterable[Mapping[str, Label]]) -> Pair:
    both = [(row[a], row[b]) for row in rows if a in row and b in row]
    same = sum(x == y for x, y in both) / len(both) if both else 0.0
    return Pair(a, b, len(both), same, kappa(both))


def kappa(pairs: Sequence[tuple[Label, Label]]) -> float | None:
    """Cohen's kappa, (po - pe) / (1 - pe) (Cohen 1960, eq. 1), or None where pe is 1."""
    n = len(pairs)
    if not n:
        return None
    observed = sum(a == b for a, b in pairs) / n
    left, right = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    expected = sum(left[label] * right[label] for label in left) / n**2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def alpha(rows: Iterable[Sequence[Label]]) -> float | None:
    """Krippendorff's alpha for nominal labels with missing ones (Krippendorff 2011, section C).

    Args:
        rows: for each unit the labels it was given; units with fewer than two do not count.
    """
    together: Counter[tuple[Label, Label]] = Counter()
    weights: dict[tuple[Label, Label], float] = defaultdict(float)
    for row in rows:
        if len(row) < 2:
            continue
        for a, b in itertools.permutations(row, 2):
            together[a, b] += 1
            weights[a, b] += 1 / (len(row) - 1)
    totals: dict[Label, float] = defaultdict(float)
    for (a, _), weight in weights.items():
        totals[a] += weight
    n = sum(totals.values())
    apart = sum(w for (a, b), w in weights.items() if a != b)
    chance = sum(totals[a] * totals[b] for a in totals for b in totals if a != b)
    return None if not chance else 1 - (n - 1) * apart / chance
