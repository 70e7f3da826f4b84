"""The words of the verbs under `hubscope plan`, which stand with the room they speak of."""

from __future__ import annotations

from hubscope.cli.talk import language, talk


def said(key: str, **values: object) -> str:
    """The words under `plan.<key>` in the user's language."""
    from hubscope.words import say

    return say(language(), f"plan.{key}", **values)


def told(key: str) -> str:
    """The help words under `plan.help.<key>`."""
    return said(f"help.{key}")


def tell(key: str, **values: object) -> None:
    """Say the words under `plan.told.<key>` on stderr."""
    talk(said(f"told.{key}", **values))
