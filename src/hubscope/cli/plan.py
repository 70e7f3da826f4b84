"""`hubscope plan`: a document into plan elements."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli import (
    plan_confirm,
    plan_evidence,
    plan_export,
    plan_history,
    plan_review,
    plan_score,
    plan_words,
)
from hubscope.cli.here import JsonOption
from hubscope.cli.talk import told

if TYPE_CHECKING:
    from hubscope.nouns import Element

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=told("plan"))


def register(parent: typer.Typer) -> None:
    """Add the verbs to `parent`."""
    parent.add_typer(app, name="plan")


for _verb in (
    plan_review,
    plan_evidence,
    plan_confirm,
    plan_history,
    plan_words,
    plan_export,
    plan_score,
):
    _verb.register(app)


@app.callback()
def _plan() -> None:
    pass


@app.command("read", help=told("plan_read"))
def read(
    file: Annotated[Path, typer.Argument(help=told("file_plan"))],
    as_json: JsonOption = False,
) -> None:
    """Read FILE: elements with source spans, speakers, horizons and targets."""
    from hubscope.cli.talk import show_json, table, tell
    from hubscope.plan import as_json as plan_json
    from hubscope.plan import read_plan

    found = read_plan(file)
    if as_json:
        show_json(plan_json(found))
    else:
        table(["id", "kind", "horizon", "speaker", "quote"], [_row(e) for e in found.elements])
        kinds = [e.kind for e in found.elements]
        counts = ", ".join(f"{kinds.count(k)} {k}" for k in sorted(set(kinds)))
        tell("plan_read", file=file, counts=counts)


def _row(element: Element) -> list[str]:
    quote = " ".join(element.span.quote.split())
    horizon = str(element.horizon or (element.target.year if element.target else "") or "")
    return [element.id, element.kind, horizon, element.speaker or "", quote]
