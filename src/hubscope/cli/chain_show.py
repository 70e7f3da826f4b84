"""Tables of chains on stdout: ids become names in the user's language, except in JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubscope.cli.talk import language, show_json
from hubscope.cli.talk import table as print_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from hubscope.sources.chain_tables import Chain


def show_table(
    table: pl.DataFrame,
    chain: Chain | None,
    *,
    as_json: bool,
    more: Mapping[str, str] | None = None,
) -> None:
    """Print a table: ids become names in the user's language, except in JSON.

    Args:
        table: the rows.
        chain: whose nodes have names.
        as_json: print one JSON document instead.
        more: names of other ids.
    """
    from hubscope.chains.export import to_json_rows
    from hubscope.words import say

    if as_json:
        show_json(to_json_rows(table))
        return
    lang = language()
    names = dict(more or {})
    if chain is not None:
        columns = (chain.nodes[c].to_pylist() for c in ("id", f"name_{lang}"))
        names |= dict(zip(*columns, strict=True))
    known = _words(lang)
    heads = [say(lang, f"chains.column.{c}") for c in table.columns]
    kinds = [known if c in _WORDED else names for c in table.columns]
    print_table(
        heads,
        [[_cell(v, n) for v, n in zip(row, kinds, strict=True)] for row in table.iter_rows()],
    )


_WORDED = {
    "rel",
    "relation",
    "status",
    "board",
    "strong",
    "weak",
    "lacking",
    "certainty",
    "tool",
    "reason",
    "kind",
    "step",
    "current",
    "at_home",
    "same_place",
    "articulation",
    "sure",
    "rolled",
}
"""Columns that hold words of hubscope's own; all others may hold ids."""


def _words(lang: str) -> dict[str, str]:
    """Relations, statuses, boards, tools and reasons in the user's language."""
    from hubscope.words import words

    known = words(lang).items()
    return {k.rsplit(".", 1)[1]: text for k, text in known if k.startswith("chains.word.")}


def _cell(value: object, names: Mapping[str, str]) -> str:
    if value is None:
        return "?"
    if isinstance(value, list):
        return ", ".join(_cell(v, names) for v in value)
    if isinstance(value, bool):
        return names.get(str(value).lower(), str(value))
    if isinstance(value, float):
        return "?" if value != value else f"{value:.3f}".rstrip("0").rstrip(".")  # noqa: PLR0124
    return names.get(str(value), str(value))
