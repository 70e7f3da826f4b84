"""What is asked of the API: a query as pyalex writes it, with the columns that are read, no more.

The rules of the API (developers.openalex.org, read November 2026): at most 100 records a page, at
most 100 values joined by "|", only fields of the first level can be selected, and there is no
filter of works by city: a hub is asked for by the institutions that lie in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from hubscope.errors import HubscopeError, UsageError
from hubscope.sources.openalex.columns import COLUMNS

PER_PAGE = 100
MOST_VALUES = 100

OLDER = ("host_venue", "grants")
"""Columns of older layouts: the API no longer has them, and refuses what it does not have."""

WORK_FIELDS = tuple(c for c in COLUMNS if c not in OLDER)
INSTITUTION_FIELDS = (
    *("id", "ror", "display_name", "type", "country_code", "geo", "lineage", "updated_date"),
)

ABOUT = {"field": r"[1-9]\d", "subfield": r"[1-9]\d{3}", "topic": r"T[1-9]\d{0,9}"}
"""How each level of the classification of works is written."""


@dataclass(frozen=True, slots=True)
class Query:
    """One list of the API."""

    entity: str
    """`works` or `institutions`."""
    text: str
    """The query string without paging and without who asks."""

    @property
    def key(self) -> str:
        """Names the list: the same question, the same key."""
        return sha256(f"{self.entity}?{self.text}".encode()).hexdigest()[:16]


def _pyalex() -> Any:
    try:
        import pyalex.api
    except ImportError:
        raise HubscopeError(
            "the OpenAlex API needs pyalex, which is not installed",
            hint="install the extra: pip install 'hubscope[api]'",
        ) from None
    return pyalex.api


def _query(entity: str, filters: dict[str, Any], fields: Sequence[str]) -> Query:
    asked = getattr(_pyalex(), entity.capitalize())().filter(**filters).select(list(fields))
    return Query(entity, urlsplit(asked.url).query)


def _groups(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), MOST_VALUES):
        yield values[start : start + MOST_VALUES]


def works(
    institutions: Sequence[int],
    *,
    first: int | None = None,
    last: int | None = None,
    about: Sequence[tuple[str, str]] = (),
) -> list[Query]:
    """The lists that together hold the works of `institutions` (none: of all) of some years.

    Args:
        institutions: OpenAlex numbers.
        first: first year of publication.
        last: last year of publication.
        about: level of `ABOUT` and id; a work's primary topic must lie in each.

    Raises:
        UsageError: if nothing narrows the list down, or an id is none of its level.
    """
    if not institutions and not about:
        raise UsageError(
            "all works of OpenAlex are no list for its API",
            hint="name a hub, institutions, a field, a subfield or a topic; or load the snapshot",
        )
    filters: dict[str, Any] = {}
    if first is not None:
        filters["from_publication_date"] = f"{first}-01-01"
    if last is not None:
        filters["to_publication_date"] = f"{last}-12-31"
    for level, ident in about:
        if not re.fullmatch(ABOUT[level], ident):
            raise UsageError(f"{ident!r} is no id of a {level}", hint=f"like {_EXAMPLES[level]}")
        at = {"id": ident} if level == "topic" else {level: {"id": ident}}
        filters.setdefault("primary_topic", {}).update(at)
    if not institutions:
        return [_query("works", filters, WORK_FIELDS)]
    either = _pyalex().or_
    return [
        _query(
            "works",
            {**filters, "authorships": either({"institutions": {"id": list(group)}})},
            WORK_FIELDS,
        )
        for group in _groups([f"I{i}" for i in sorted(institutions)])
    ]


_EXAMPLES = {"field": "17", "subfield": "1702", "topic": "T10320"}


def institutions_in(economies: Sequence[str]) -> Query:
    """The institutions of `economies` (ISO 3166 alpha-2)."""
    codes = "|".join(sorted(e.lower() for e in economies))
    return _query("institutions", {"country_code": codes}, INSTITUTION_FIELDS)


def institutions_called(numbers: Sequence[int]) -> list[Query]:
    """The institutions with these OpenAlex numbers."""
    either = _pyalex().or_
    return [
        _query("institutions", {"ids": either({"openalex": list(group)})}, INSTITUTION_FIELDS)
        for group in _groups([f"I{i}" for i in sorted(numbers)])
    ]
