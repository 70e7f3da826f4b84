"""The query of a definition: a file of its own, or a text that several share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources.abc import Traversable
from tomllib import TOMLDecodeError

from pydantic import BaseModel, ConfigDict, Field

FOLDER = "queries"
"""Beside the definitions: the texts that more than one of them names."""

_PLACE = re.compile(r"\$([a-z_]+)")


class SharedQuery(BaseModel):
    """The `[query]` table of a definition."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    """The file in `queries`, without `.sql`."""
    given: dict[str, int | str] = {}
    """What stands in the places `$name` of the text."""


def query(asked: SharedQuery | None, own: Traversable, folder: Traversable) -> str:
    """The whole query of a definition; "" where it has none.

    Args:
        asked: the `[query]` table of the definition, if it has one.
        own: the file `<id>.sql`, which need not exist.
        folder: of the definitions, in which `queries` stands.

    Raises:
        TOMLDecodeError: if there are two queries, none of that name, or a place is not given.
    """
    if asked is None:
        return own.read_text("utf-8").strip() if own.is_file() else ""
    if own.is_file():
        raise TOMLDecodeError(f"query: there is {own.name} too; leave one of them out")
    file = folder / FOLDER / f"{asked.text}.sql"
    if not file.is_file():
        raise TOMLDecodeError(f"query.text: there is no {FOLDER}/{asked.text}.sql")
    return filled(file.read_text("utf-8"), asked.given).strip()


def filled(text: str, given: Mapping[str, int | str]) -> str:
    """`text` with SQL constants in its places `$name`.

    Raises:
        TOMLDecodeError: if a place is not given, or what is given has no place.
    """
    odd = {*_PLACE.findall(text)} ^ {*given}
    if odd:
        raise TOMLDecodeError(
            f"query.given: {', '.join(sorted(odd))} must be both given and in the text"
        )
    return _PLACE.sub(lambda place: _constant(given[place[1]]), text)


def _constant(value: int | str) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
