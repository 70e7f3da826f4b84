"""`hubscope plan export`: a plan in the formats that others read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hubscope.cli.plan_talk import told


def register(parent: typer.Typer) -> None:
    """Add the verb to `parent`."""
    parent.command("export", help=told("export"))(export)


def export(
    file: Annotated[Path, typer.Argument(help=told("document"), show_default=False)],
    to: Annotated[str, typer.Option("--to", help=told("to"))] = "json",
    out: Annotated[Path | None, typer.Option("--out", "-o", help=told("out"))] = None,
) -> None:
    """Write the plan in FILE, with what its reviewers decided."""
    import sys

    from hubscope.cli.plan_talk import tell
    from hubscope.errors import UsageError
    from hubscope.plan.out import written
    from hubscope.plan.reviewed import read_reviewed

    data = written(read_reviewed(file), to)
    if out is not None:
        out.write_bytes(data)
        tell("exported", file=out, size=len(data))
    elif to == "parquet" and sys.stdout.isatty():
        raise UsageError(
            "Parquet is no text for a terminal", hint="name a file: --out plan.parquet"
        )
    else:
        sys.stdout.buffer.write(data)
