"""`hubscope progress`: the plan's targets against the observations."""

from __future__ import annotations

import typer

from hubscope.cli.here import HERE, ForceOption, JsonOption, WorkspaceOption, run_until
from hubscope.cli.talk import told


def register(app: typer.Typer) -> None:
    """Add the verb to `app`."""
    app.command("progress", help=told("progress"))(progress)


def progress(
    workspace: WorkspaceOption = HERE, as_json: JsonOption = False, force: ForceOption = False
) -> None:
    """Judge each target: met, on target, behind, missed or unknown, and say why."""
    from hubscope.cli.talk import language, show_json, table
    from hubscope.job.progress import PROGRESS
    from hubscope.progress import from_json, sentence
    from hubscope.words import say

    context = run_until(workspace, PROGRESS, force=force)
    body = context.store.json("verdicts")
    if as_json:
        show_json(body)
        return
    lang = language()
    rows = [
        [
            v.target,
            v.indicator or "",
            say(lang, f"nouns.verdict_kind.{v.kind}"),
            "" if v.probability is None else f"{v.probability:.0%}",
            sentence(v, lang),
        ]
        for v in from_json(body)
    ]
    table(
        [say(lang, f"cli.column.{c}") for c in ("target", "indicator", "verdict", "p", "why")], rows
    )
