"""What a form offers to choose from, so that nobody has to know codes by heart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubscope.calls.look import Seen
from hubscope.words import say

Choices = Mapping[str, tuple[tuple[str, str], ...]]
"""Options by the name of a field: what is sent, and what is read."""


def choices_of(seen: Seen, bid: Mapping[str, Any] | None, lang: str) -> Choices:
    """Needs, reviewers, objections and milestones, as far as this reader sees them."""
    found = {
        "need": tuple((n["code"], f"{n['code']} {n['title']}") for n in seen.needs if n["kept"]),
        "reviewer": tuple((r["code"], f"{r['code']} {r['name']}") for r in seen.reviewers),
        "objection": tuple(
            (str(o["id"]), f"{o['id']} {o['name']}") for o in seen.objections if not o["answer"]
        ),
        "milestone": tuple(_milestone(m, lang) for m in (bid or {}).get("milestones", ())),
    }
    return {name: options for name, options in found.items() if options}


def _milestone(row: Mapping[str, Any], lang: str) -> tuple[str, str]:
    title = row["title"] if row["number"] else say(lang, "calls.page.final")
    return str(row["number"]), f"{row['number']} {title}"
