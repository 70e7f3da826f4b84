"""`hubscope plan words`: what a plan stresses against others of its kind."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.here import JsonOption
from hubscope.cli.plan_talk import told

if TYPE_CHECKING:
    from hubscope.plan.keyness import Stress


def register(parent: typer.Typer) -> None:
    """Add the verb to `parent`."""
    parent.command("words", help=told("keyness"))(keyness)


def keyness(
    file: Annotated[Path, typer.Argument(help=told("document"), show_default=False)],
    against: Annotated[list[Path] | None, typer.Option("--against", help=told("against"))] = None,
    most: Annotated[int, typer.Option(help=told("most"), min=1)] = 20,
    as_json: JsonOption = False,
) -> None:
    """Compare the words of FILE with those of the plans it is set against."""
    from hubscope.cli.plan_talk import tell
    from hubscope.cli.talk import show_json, table
    from hubscope.plan import keyness as stressed
    from hubscope.plan.read import read_plan

    found = stressed.keyness(read_plan(file), [read_plan(p) for p in against or []])
    if as_json:
        show_json([{**asdict(s), "clear": s.clear} for s in found])
        return
    more, less = stressed.difference(found, most)
    head = ["word", "count", "against", "per 10,000", "against per 10,000", "log2 ratio", "95 %"]
    table(head, [_row(s) for s in (*more, *less)])
    tell("keyness", more=len(more), less=len(less), n=len(found))


def _row(s: Stress) -> list[str]:
    numbers = (s.rate, s.rate_against, s.log_ratio)
    interval = f"{s.lo:.1f} to {s.hi:.1f}"
    return [s.word, str(s.count), str(s.against), *(f"{n:.1f}" for n in numbers), interval]
