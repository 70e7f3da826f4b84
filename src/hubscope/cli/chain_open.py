"""What every verb of `hubscope chain` shares: its words, its options and the chain it opens."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.here import read_context
from hubscope.cli.talk import Voice

if TYPE_CHECKING:
    from hubscope.sources.chain_tables import Chain

CHAINS = Voice("chains", telling="told.")
told, tell = CHAINS.told, CHAINS.tell

ChainOption = Annotated[str, typer.Option("--chain", "-c", help=told("which"))]
LevelOption = Annotated[str, typer.Option("--level", help=told("level"))]
YearOption = Annotated[int | None, typer.Option("--year", help=told("year"))]


def open_chain(workspace: Path, name: str) -> tuple[Chain, str]:
    """The chain called `name`, or all joined, and the place that is home."""
    from hubscope.chains.load import choose, read_chains

    found = read_chains(workspace)
    chain = choose(found, name)
    own = [n.settings.home for n in found if n.name == name or not name]
    focus = read_context(workspace).workspace.settings.focus
    ids = set(chain.nodes["id"].to_pylist())
    return chain, next((h for h in [*own, focus] if h in ids), "")
