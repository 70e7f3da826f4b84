"""Cities in affiliation strings: what names no known institution may still name its city.

A string is cut at commas and semicolons and read from the end, as addresses are written: first its
country, then the first piece that is a city of that country (GeoNames, 15,000 people and more).
Without a country nothing is placed: too many cities share a name.
"""

from __future__ import annotations

import re
from functools import cache

from hubscope.places.cities import City, named
from hubscope.sources.paper_list import countries

_PIECES = re.compile(r"[,;，；|]")
_MAIL = re.compile(r"\.?\s*(?:e-?mail:?\s*)?\S+@\S+", re.IGNORECASE)
_NUMBERS = re.compile(r"\b(?=\w*\d)[\w-]+\b")
"""Postal codes: words with a digit."""
_OWN = {
    **dict.fromkeys(("usa", "u.s.a", "us", "u.s"), "US"),
    **dict.fromkeys(("uk", "u.k", "england", "scotland", "wales"), "GB"),
    **dict.fromkeys(("p.r. china", "pr china", "p. r. china", "people's republic of china"), "CN"),
    **dict.fromkeys(("republic of korea", "korea"), "KR"),
    **dict.fromkeys(("ksa", "kingdom of saudi arabia"), "SA"),
    "uae": "AE",
    "u.a.e": "AE",
    "the netherlands": "NL",
    "russian federation": "RU",
    "deutschland": "DE",
    "italia": "IT",
    "españa": "ES",
}
"""How addresses write countries beside their English names."""


@cache
def _countries() -> dict[str, str]:
    return {name.casefold(): code for name, code in countries().items()} | _OWN


def country_in(text: str) -> str | None:
    """ISO alpha-2 of the country that a string ends with."""
    for piece in reversed(_PIECES.split(_MAIL.sub("", text))[-3:]):
        words = _clean(piece)
        if words in _countries():
            return _countries()[words]
    return None


def city_in(text: str, country: str | None = None) -> City | None:
    """The city of an affiliation string, from its end; None where none is certain.

    Args:
        text: the string as the source has it.
        country: ISO alpha-2 where it is known; else the string must name it.
    """
    code = country or country_in(text)
    if not code:
        return None
    for piece in reversed(_PIECES.split(_MAIL.sub("", text))):
        words = _clean(piece)
        if words in _countries() and _countries()[words] == code and code not in _CITY_STATES:
            continue
        if city := named(words, code):
            return city
    return None


def city_of_name(name: str, country: str | None) -> City | None:
    """The city that an institution is named after: its last or first words, of a larger city.

    Not in the United States, where universities carry the names of cities elsewhere. Against 193
    institutions of known coordinates outside it, 190 lay within 50 km of the city (November 2026).
    """
    if not country or country == "US":
        return None
    words = name.replace(",", " ").split()
    for size in range(min(3, len(words) - 1), 0, -1):
        for piece in (words[-size:], words[:size]):
            city = named(" ".join(piece), country)
            if city and city.population >= LARGE:
                return city
    return None


LARGE = 100_000
"""People of a city that an institution's name is trusted to mean."""

_CITY_STATES = frozenset({"SG", "HK", "MO", "LU", "MC", "KW", "DJ"})
"""Economies whose name is also their city's."""


def _clean(piece: str) -> str:
    return _NUMBERS.sub(" ", piece).strip(" .()-").casefold().strip()
