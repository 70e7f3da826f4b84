"""Observations from curated lists: what a hub hosts, counted, summed or as a weighted median."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from hubscope.nouns import Hub, Indicator, Observation, Origin
from hubscope.sources.lists import NAMES, Entry

PRODUCER = "hubscope"


class ListedSettings(BaseModel):
    """The `[listed]` table of a definition."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    list: Literal[NAMES]  # type: ignore[valid-type]
    fold: Literal["count", "sum", "median"]


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry of a list and the hubs it lies in."""

    entry: Entry
    hubs: frozenset[str]
    number: int | None = None
    """Its institution in the works, where it names one."""


def measure_listed(
    indicators: Iterable[tuple[Indicator, ListedSettings]],
    placed: Sequence[Placed],
    hubs: Mapping[str, Hub],
    ancestors: Mapping[int, frozenset[int]],
    hashes: Mapping[str, str],
) -> list[Observation]:
    """One observation for each indicator, hub and year that its list speaks of.

    A hub with no entry has zero where the list speaks of its economy, and no value elsewhere.

    Args:
        indicators: with the list each is of.
        placed: every entry of every list.
        hubs: the hubs by id.
        ancestors: of an institution, itself left out: where both are listed and lie in one hub,
            only the ancestor counts.
        hashes: sha256 of each file of lists.
    """
    made = []
    for indicator, settings in indicators:
        rows = [p for p in placed if p.entry.list == settings.list]
        for year in sorted({p.entry.at for p in rows}):
            of_year = [p for p in rows if p.entry.at == year]
            spoken_of = {p.entry.economy for p in of_year} - {""}
            for hub in hubs.values():
                inside = _once([p for p in of_year if hub.id in p.hubs], ancestors)
                value = FOLDS[settings.fold]([p.entry for p in inside])
                if value is None or not (inside or hub.economy in spoken_of):
                    continue
                origin = _origin(settings.list, inside or of_year[:1], len(inside), hashes)
                made.append(_observation(indicator, hub.id, year, value, origin))
    return made


def _once(placed: Sequence[Placed], ancestors: Mapping[int, frozenset[int]]) -> list[Placed]:
    """Entries without those that lie under another entry."""
    here = {p.number for p in placed if p.number is not None}
    return [
        p for p in placed if p.number is None or not ancestors.get(p.number, frozenset()) & here
    ]


def _count(entries: Sequence[Entry]) -> float:
    return float(len(entries))


def _sum(entries: Sequence[Entry]) -> float:
    return float(sum(e.amount for e in entries if e.amount is not None))


def _median(entries: Sequence[Entry]) -> float | None:
    """Weighted lower median; None without any amount."""
    known = sorted((e.amount, e.weight) for e in entries if e.amount is not None and e.weight > 0)
    half, seen = sum(w for _, w in known) / 2, 0.0
    for amount, weight in known:
        seen += weight
        if seen >= half * (1 - 1e-12):
            return amount
    return None


FOLDS: dict[str, Callable[[Sequence[Entry]], float | None]] = {
    "count": _count,
    "sum": _sum,
    "median": _median,
}


def _origin(name: str, used: Sequence[Placed], count: int, hashes: Mapping[str, str]) -> Origin:
    entries = [p.entry for p in used]
    lines: dict[str, list[int]] = {}
    for e in entries:
        lines.setdefault(e.file, []).append(e.line)
    where = "; ".join(f"{f}:{','.join(map(str, sorted(n)))}" for f, n in sorted(lines.items()))
    first, urls = entries[0], {e.url for e in entries}
    licences = {e.licence for e in entries}
    return Origin(
        producer=PRODUCER,
        url=first.url if len(urls) == 1 else "",
        accessed=max(e.accessed for e in entries),
        citation=f"list {name}, {count} entries: {where}" if count else f"list {name}, no entry",
        licence=first.licence if len(licences) == 1 else "",
        sha256=hashes.get(first.file, ""),
        file=first.file,
        line=first.line,
    )


def _observation(
    indicator: Indicator, hub: str, year: int, value: float, origin: Origin
) -> Observation:
    plain: dict[str, Any] = {"hub": hub, "indicator": indicator.id, "year": year, "value": value}
    return Observation(
        **plain, unit=indicator.unit, status="derived", vintage=origin.accessed, origin=origin
    )
