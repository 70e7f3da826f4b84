"""What every verb of `hubscope chain` shares: its words, its options and the chain it opens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.here import read_context
from hubscope.cli.talk import Voice

if TYPE_CHECKING:
    import polars as pl

    from hubscope.chains.load import Named
    from hubscope.sources.chain_tables import Chain

CHAINS = Voice("chains", telling="told.")
told, tell = CHAINS.told, CHAINS.tell

ChainOption = Annotated[str, typer.Option("--chain", "-c", help=told("which"))]
LevelOption = Annotated[str, typer.Option("--level", help=told("level"))]
YearOption = Annotated[int | None, typer.Option("--year", help=told("year"))]
HomeOption = Annotated[str, typer.Option("--home", help=told("home"))]


@dataclass(frozen=True)
class Opened:
    """A chain of a workspace, or all of them joined."""

    chain: Chain
    home: str
    """The place to which others are foreign; "" where the chain does not hold it."""
    beside: pl.DataFrame | None
    """What the store's works and patents say of its segments."""


def open_chain(workspace: Path, name: str, *, fresh: bool = False) -> Opened:
    """The chain called `name`, or all joined.

    Args:
        workspace: the folder.
        name: of the chain; "" joins all.
        fresh: count the store's works and patents where no run has done so yet.
    """
    import polars as pl

    from hubscope.chains.load import STORE, choose
    from hubscope.job.chains import beside, every_chain, stored_segments

    context = read_context(workspace)
    seen = stored_segments(context, fresh=fresh or name == STORE)
    found = every_chain(context, seen)
    chain = choose(found, name)
    chosen = [n for n in found if n.name == name or not name]
    ids = set(chain.nodes["id"].to_pylist())
    homes = [*(n.settings.home for n in chosen), context.workspace.settings.focus]
    told_by_store = [t for n in chosen if (t := beside(n, seen)) is not None]
    return Opened(
        chain,
        next((h for h in homes if h in ids), ""),
        pl.concat(told_by_store) if told_by_store else None,
    )


def chains_of(workspace: Path) -> list[Named]:
    """Every chain of a workspace, that of its store included where a run has made it."""
    from hubscope.job.chains import every_chain, stored_segments

    context = read_context(workspace)
    return every_chain(context, stored_segments(context, fresh=False))
