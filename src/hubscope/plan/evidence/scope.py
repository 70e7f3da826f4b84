"""Whose achievement an item is: by the institutions and places it names, apart from its field."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from hubscope.nouns import Words
from hubscope.plan.view import view

NATIONAL, INTERNATIONAL, UNKNOWN = "national", "international", "unknown"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose achievement an item is, and the words that say so."""

    place: str
    """Id of a place, or national, international, unknown."""
    words: str
    part_of: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Further places that are named."""

    def within(self, hub: str) -> bool:
        """Whether the place is the hub or part of it."""
        return hub == self.place or hub in self.part_of


@dataclass(frozen=True)
class _Place:
    id: str
    name: Words
    part_of: tuple[str, ...]
    names: re.Pattern[str]


@dataclass(frozen=True)
class Gazetteer:
    """Places with what stands there, and the words of national and international bodies."""

    places: tuple[_Place, ...]
    national: re.Pattern[str]
    international: re.Pattern[str]
    negative: re.Pattern[str]

    def name(self, place: str) -> Words | None:
        """The name of a place, None where it is none."""
        return next((p.name for p in self.places if p.id == place), None)


@cache
def gazetteer() -> Gazetteer:
    """The places of `places.toml`."""
    text = files("hubscope.plan.evidence").joinpath("places.toml").read_text("utf-8")
    data = tomllib.loads(text)
    places = [
        _Place(
            name,
            Words(row["name"]["zh"], row["name"]["en"]),
            (row["part_of"],) if "part_of" in row else (),
            _pattern(row),
        )
        for name, row in data["place"].items()
    ]
    parts = (_pattern(data[k]) for k in (NATIONAL, INTERNATIONAL, "not"))
    return Gazetteer(tuple(places), *parts)


def _pattern(row: dict[str, Any]) -> re.Pattern[str]:
    chinese = sorted(map(view, row["zh"]), key=len, reverse=True)
    english = [
        rf"(?<![A-Za-z])(?:{p})(?![A-Za-z])" for p in sorted(row["en"], key=len, reverse=True)
    ]
    return re.compile("|".join([*chinese, *english]))


def scope(text: str) -> Scope:
    """Whose achievement a text tells of.

    A national project stays national wherever its institute stands. Else the place named first
    counts, by the longest name there (大连化学物理研究所 is not 物理研究所), then words of national
    and international bodies.
    """
    known = gazetteer()
    seen = known.negative.sub(lambda m: " " * len(m.group()), view(text))
    found = _places(known, seen)
    mission = re.search(
        r"作为中国科学院[^,。]{0,8}重大项目|Academy of Sciences'?s? major project", seen
    )
    if mission:
        return Scope(NATIONAL, mission.group(), others=tuple(p.id for p, _ in found))
    if found:
        place, words = found[0]
        others = dict.fromkeys(p.id for p, _ in found if p.id != place.id)
        return Scope(place.id, words, place.part_of, tuple(others))
    for name, pattern in ((INTERNATIONAL, known.international), (NATIONAL, known.national)):
        if hit := pattern.search(seen):
            return Scope(name, hit.group())
    return Scope(UNKNOWN, "")


def _places(known: Gazetteer, seen: str) -> list[tuple[_Place, str]]:
    """The places named, in the order of the text; a name inside a longer one does not count."""
    hits = [(m.start(), m.end(), p) for p in known.places for m in p.names.finditer(seen)]
    kept = [
        (a, b, p)
        for a, b, p in hits
        if not any((c <= a and b <= d and (c, d) != (a, b)) for c, d, _ in hits)
    ]
    return [(p, seen[a:b]) for a, b, p in sorted(kept, key=lambda k: (k[0], -k[1]))]
