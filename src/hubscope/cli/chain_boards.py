"""`hubscope chain boards`, and `hubscope chain trace`: what a signal of a board rests on."""

from __future__ import annotations

from typing import Annotated

import typer

from hubscope.cli.chain_open import ChainOption, HomeOption, open_chain, tell, told
from hubscope.cli.chain_show import show_table
from hubscope.cli.here import HERE, JsonOption, WorkspaceOption, read_context

BRIEF = ("science_units", "patent_units", "strong", "weak")
"""Columns that only the JSON has: a terminal is narrow."""


def boards(
    listed: Annotated[str, typer.Option("--list", help=told("list"))] = "boards",
    home: HomeOption = "",
    chain: ChainOption = "",
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Long and short boards, or one of the lists made from them."""
    from hubscope.chains.report import tables
    from hubscope.errors import UsageError, nearest

    found = open_chain(workspace, chain, fresh=True)
    made = tables(found.chain, home or found.home, draws=200, beside=found.beside)
    if listed not in made:
        raise UsageError(f"no list {listed!r}", hint=nearest(listed, made))
    shown = made[listed]
    if listed == "boards" and not as_json:
        empty = [c for c in shown.columns if shown[c].is_null().all()]
        shown = shown.drop(*BRIEF, *(c for c in empty if c.endswith(("_lo", "_hi", "sure"))))
    show_table(shown, found.chain, as_json=as_json)
    if listed == "boards" and found.beside is not None:
        tell("traced")


def trace(
    place: Annotated[str, typer.Argument(help=told("traced_place"))],
    segment: Annotated[str, typer.Argument(help=told("traced_segment"))],
    year: Annotated[int, typer.Argument(help=told("traced_year"))],
    signal: Annotated[str, typer.Option("--signal", help=told("traced_signal"))] = "science",
    *,
    most: Annotated[int, typer.Option("--most", min=1, help=told("traced_most"))] = 50,
    workspace: WorkspaceOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """The query, the release, the counts and the works or families under one specialisation."""
    from dataclasses import asdict

    from hubscope.cli.lineage import show_steps
    from hubscope.cli.talk import show_json
    from hubscope.job.segments_trace import trace as traced

    found = traced(read_context(workspace), place, segment, year, signal, most=most)
    if as_json:
        show_json(asdict(found))
        return
    for name, sql in {**found.views, found.indicator: found.query}.items():
        print(f"-- {name}\n{sql.strip()}\n")
    show_steps(found)
