"""The card behind every number: where it comes from, how it was made, which run made it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from hubscope.nouns import Origin


@dataclass(frozen=True)
class Row:
    """One line of a card: the key of its label in words/, its text, and a link if it has one."""

    label: str
    text: str
    link: str = ""
    code: bool = False
    data: bool = False
    """Whether the text is the data's own, so that it may be in another language than the page."""


@dataclass(frozen=True)
class Card:
    """What opens behind a number."""

    rows: tuple[Row, ...]
    sources: tuple[Origin, ...] = ()
    """The outside sources it rests on; the page lists each once."""


@dataclass(frozen=True)
class Source:
    """One outside source, as a page lists it."""

    producer: str
    url: str
    accessed: str
    licence: str


@dataclass
class Origins:
    """The cards and sources of one page, each once, in the order of their first use."""

    cards: dict[Card, int] = field(default_factory=dict)
    sources: dict[Source, int] = field(default_factory=dict)

    def card(self, card: Card) -> int:
        """The number of `card` on this page."""
        for origin in card.sources:
            self.source(origin)
        return self.cards.setdefault(card, len(self.cards) + 1)

    def source(self, origin: Origin) -> int:
        """The number of this source on this page."""
        source = Source(origin.producer, origin.url, origin.accessed, origin.licence)
        return self.sources.setdefault(source, len(self.sources) + 1)


def rows(pairs: Iterable[Row | None]) -> tuple[Row, ...]:
    """The rows that have something to say."""
    return tuple(r for r in pairs if r is not None and r.text)
