"""Who may read what: a table, and everything that is not in it is refused."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

ORDER = (
    *("draft", "need_submitted", "vetted", "open", "reviewing", "negotiating"),
    *("announced", "running", "closed"),
)
"""The states of a call in order; one that ended early keeps what had been readable."""


@cache
def table() -> Mapping[str, tuple[frozenset[str], str]]:
    """Roles and first state by part."""
    raw = tomllib.loads((files("hubscope.calls") / "permissions.toml").read_text("utf-8"))
    return {part: (frozenset(r["roles"]), str(r["after"])) for part, r in raw.items()}


def may_read(part: str, roles: Iterable[str], reached: Iterable[str]) -> bool:
    """Whether one of `roles` may read `part` of a call that has been in the states `reached`."""
    if part not in table():
        return False
    allowed, after = table()[part]
    far = max((ORDER.index(s) for s in reached if s in ORDER), default=0)
    return far >= ORDER.index(after) and bool(allowed & {*roles, "public"})
