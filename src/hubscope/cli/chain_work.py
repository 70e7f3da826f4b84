"""`hubscope chain work`: what a place could strengthen, fill or extend."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hubscope.cli.chain_open import ChainOption, LevelOption, YearOption, open_chain, tell, told
from hubscope.cli.chain_show import show_table
from hubscope.cli.here import HERE, JsonOption, WorkspaceOption


def work(
    values: Annotated[Path | None, typer.Argument(help=told("work_values"))] = None,
    *,
    place: Annotated[str, typer.Option("--place", help=told("work_place"))] = "",
    floor: Annotated[float, typer.Option("--floor", min=0, help=told("floor"))] = 0.0,
    level: LevelOption = "country",
    year: YearOption = None,
    chain: ChainOption = "",
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """The lists of strengthening, filling and extending, from a chain or a table of values."""
    from hubscope.chains.work import steps, work_list

    if values is None:
        opened = open_chain(workspace, chain)
        found = work_list(opened.chain, place or opened.home, level=level, year=year)
        show_table(found, opened.chain, as_json=as_json)
    else:
        from hubscope.chains.lists import chain_work
        from hubscope.chains.options import landscape
        from hubscope.chains.values import read_values

        whole = open_chain(workspace, chain).chain if chain else None
        links = steps(whole) if whole else []
        found = chain_work(landscape(read_values(values, year), floor=floor), place, links)
        show_table(found, whole, as_json=as_json)
    counts = {k: found.filter(found["kind"] == k).height for k in ("strengthen", "fill", "extend")}
    tell("work" if found.height else "no_work", **counts)
