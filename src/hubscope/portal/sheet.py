"""A page before it is written: where it stands, what it shows, and the rows of its data files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from hubscope.portal.observatory import Observatory
from hubscope.portal.view import View

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Sheet:
    """One page of each language; `path` has neither language nor suffix."""

    path: str
    template: str
    nav: str
    title: Callable[[View], str | Markup]
    about: Callable[[View], str]
    context: Callable[[View], Mapping[str, Any]]
    rows: Callable[[Observatory, str], Rows]
