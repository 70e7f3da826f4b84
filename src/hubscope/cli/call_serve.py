"""`hubscope call serve`: the calls by themselves, for a workspace without an observatory."""

from __future__ import annotations

from typing import Annotated

import typer

from hubscope.cli.call_talk import told
from hubscope.cli.here import HERE, WorkspaceOption


def serve(
    workspace: WorkspaceOption = HERE,
    host: Annotated[str, typer.Option(help=told("host"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=told("port"), min=0, max=65535)] = 8000,
) -> None:
    """Serve the calls under /calls/; `hubscope serve` has them beside the observatory's pages."""
    import uvicorn

    from hubscope.calls.base.database import open_database
    from hubscope.cli.talk import tell
    from hubscope.portal.calls.mount import calls_alone

    app = calls_alone(open_database(workspace))
    tell("serving", url=f"http://{host}:{port}/calls/")
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)
