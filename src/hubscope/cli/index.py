"""`hubscope index`: indicators into scores, ranks and their ranges, from any tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hubscope.cli import index_report, index_vary, index_verify
from hubscope.cli.index_given import Asked, RecipesOption, done, on_tables, opened, tell, told
from hubscope.cli.talk import language

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=told("index"))


def register(parent: typer.Typer) -> None:
    """Add the verbs to `parent`."""
    parent.add_typer(app, name="index")


@app.callback()
def _index() -> None:
    pass


@app.command("build", help=told("build"))
@on_tables("build")
def build(
    asked: Asked,
    *,
    workbook: Annotated[Path | None, typer.Option("--workbook", help=told("workbook"))] = None,
) -> None:
    """Run the recipe: one CSV a step, scores.csv, ranks.csv and log.json in OUT."""
    from hubscope.words.faults import fault_words

    given = opened(asked)
    made = done(asked, given, "build")
    for entry in made.log:
        for note in entry.notes:
            tell("note", step=entry.do, note=fault_words(language(), note))
    if workbook is not None:
        from hubscope.index.workbook import write_workbook

        write_workbook(workbook, made)
    tell(
        "built",
        units=len(made.units),
        indicators=len(given.tree.indicators),
        steps=len(made.log),
        out=given.out,
    )


index_vary.register(app)


@app.command("diagnose", help=told("diagnose"))
@on_tables("diagnose")
def diagnose(asked: Asked) -> None:
    """Statistics, availability, correlations, reliability, weights and removals in OUT."""
    given = opened(asked)
    done(asked, given, "diagnose")
    flagged = (given.out / "flags.csv").read_text("utf-8").count("\n") - 1
    tell("diagnosed", indicators=len(given.tree.indicators), flags=flagged, out=given.out)


@app.command("compare", help=told("compare"))
@on_tables("compare", recipe=RecipesOption)
def compare(asked: Asked) -> None:
    """Put the versions made by several recipes side by side; the first is the reference."""
    from hubscope.errors import UsageError

    if len(asked.recipes) < 2:
        raise UsageError("one recipe has nothing to be compared with", hint="give --recipe twice")
    given = opened(asked)
    made = done(asked, given, "compare")
    tell("compared", versions=len(made.names), shift=float(made.mean_shift.max()), out=given.out)


index_report.register(app)
index_verify.register(app)
