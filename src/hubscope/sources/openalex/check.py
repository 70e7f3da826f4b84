"""What is wrong with one record: the one definition of a bad work."""

from __future__ import annotations

import re
from typing import Any

FIRST_YEAR, LAST_YEAR = 1000, 2050
"""OpenAlex leaves the year out beyond these; so a year beyond them is damage."""

MOST_AUTHORS = 5_000
"""A list of this many authors or more is set aside."""

MOST_CITED = 2_000_000_000

_ID = re.compile(r"https://openalex\.org/W[1-9]\d{0,17}")

SUSPICIOUS = f"""
    id IS NULL OR NOT regexp_full_match(id, 'https://openalex\\.org/W[1-9][0-9]{{0,17}}')
    OR publication_year IS NULL OR publication_year NOT BETWEEN {FIRST_YEAR} AND {LAST_YEAR}
    OR len(authorships) >= {MOST_AUTHORS}
    OR cited_by_count < 0 OR cited_by_count > {MOST_CITED}
"""
"""The same rules for a whole table: where one row meets it, `fault` reads the lines one by one."""

_TEXT, _WHOLE, _NUMBER, _YES = (str,), (int,), (int, float), (bool,)
_LIST, _TABLE = (list,), (dict,)
_PLAIN: dict[str, tuple[type, ...]] = {
    "id": _TEXT,
    "publication_year": _WHOLE,
    "type": _TEXT,
    "is_xpac": _YES,
    "is_paratext": _YES,
    "is_retracted": _YES,
    "cited_by_count": _WHOLE,
    "fwci": _NUMBER,
    "open_access": _TABLE,
    "primary_location": _TABLE,
    "host_venue": _TABLE,
    "primary_topic": _TABLE,
    "topics": _LIST,
    "authorships": _LIST,
    "referenced_works": _LIST,
    "funders": _LIST,
    "grants": _LIST,
}


def fault(record: Any) -> str:
    """Why `record` cannot be taken, "" if it can; `record` is what one line parsed to."""
    if not isinstance(record, dict):
        return "not a record"
    return _wrong_type(record) or _wrong_value(record) or _wrong_within(record)


def _wrong_type(record: dict[str, Any]) -> str:
    for name, kinds in _PLAIN.items():
        value = record.get(name)
        if value is None:
            continue
        wrong = not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds)
        if wrong:
            return f"wrong type: {name}"
    return ""


def _wrong_value(record: dict[str, Any]) -> str:
    name, year = record.get("id"), record.get("publication_year")
    authors = len(record.get("authorships") or ())
    rules = (
        ("missing id", bool(name)),
        ("not a work id", bool(_ID.fullmatch(name or ""))),
        ("missing year", year is not None),
        (f"year {year}", FIRST_YEAR <= (year or 0) <= LAST_YEAR),
        (f"{authors} authors", authors < MOST_AUTHORS),
        ("citation count out of range", 0 <= (record.get("cited_by_count") or 0) <= MOST_CITED),
    )
    return next((reason for reason, good in rules if not good), "")


def _wrong_within(record: dict[str, Any]) -> str:
    """Wrong types inside the nested columns that are read."""
    tables = ("authorships", "topics", "funders", "grants")
    for name in tables:
        if any(not isinstance(x, dict) for x in record.get(name) or () if x is not None):
            return f"wrong type: {name}"
    if any(not isinstance(x, str) for x in record.get("referenced_works") or () if x is not None):
        return "wrong type: referenced_works"
    for one in record.get("authorships") or ():
        if one is not None and (where := _wrong_authorship(one)):
            return f"wrong type: authorships.{where}"
    return ""


def _wrong_authorship(one: dict[str, Any]) -> str:
    author = one.get("author")
    if author is not None and not isinstance(author, dict):
        return "author"
    for name in ("institutions", "affiliations"):
        inner = one.get(name)
        if inner is None:
            continue
        if not isinstance(inner, list) or any(not isinstance(x, dict) for x in inner if x):
            return name
    if not isinstance(one.get("countries") or [], list):
        return "countries"
    return ""
