"""`hubscope serve`: the pages and the data API over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from hubscope.cli.here import HERE, WorkspaceOption, read_context
from hubscope.cli.talk import told


def register(app: typer.Typer) -> None:
    """Add the verb to `app`."""
    app.command("serve", help=told("serve"))(serve)


def serve(
    workspace: WorkspaceOption = HERE,
    host: Annotated[str, typer.Option(help=told("host"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=told("port"), min=0, max=65535)] = 8000,
) -> None:
    """Serve the same pages, with the data as an API under /api/v1/."""
    from hubscope.cli.talk import tell
    from hubscope.portal.serve import run

    context = read_context(workspace)
    tell("serving", url=f"http://{host}:{port}/")
    run(context.workspace, host=host, port=port)
