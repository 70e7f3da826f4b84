"""`hubscope serve`: the pages and the data API over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.call_serve import tell_calls
from hubscope.cli.here import HERE, WorkspaceOption, read_context
from hubscope.cli.plan_talk import told as plan_told
from hubscope.cli.talk import told

if TYPE_CHECKING:
    from hubscope.portal.review import Door

REVIEWER = ["HUBSCOPE_REVIEWER", "USER"]


def register(app: typer.Typer) -> None:
    """Add the verb to `app`."""
    app.command("serve", help=told("serve"))(serve)


def serve(
    workspace: WorkspaceOption = HERE,
    host: Annotated[str, typer.Option(help=told("host"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=told("port"), min=0, max=65535)] = 8000,
    review: Annotated[bool, typer.Option("--review", help=plan_told("serve_review"))] = False,
    by: Annotated[str, typer.Option(help=plan_told("by"), envvar=REVIEWER)] = "",
) -> None:
    """Serve the same pages, with the data as an API under /api/v1/."""
    from hubscope.cli.talk import tell
    from hubscope.portal.serve import run

    context = read_context(workspace)
    here = f"http://{host}:{port}"
    tell("serving", url=f"{here}/")
    door = _door(host, port, by) if review else None
    run(
        context.workspace,
        host=host,
        port=port,
        door=door,
        ready=lambda app: tell_calls(app, here),
    )


def _door(host: str, port: int, by: str) -> Door:
    """The door to the review, with its address told once; refused where others could reach it."""
    from hubscope.cli.plan_talk import tell
    from hubscope.errors import UsageError
    from hubscope.portal.review import NAMES, Door

    if host not in NAMES or not port:
        raise UsageError(
            f"a review is not served on {host}:{port}",
            hint="until people can sign in, only --host 127.0.0.1 with a --port of its own",
        )
    if not by.strip():
        raise UsageError("a review needs a name", hint="--by NAME or HUBSCOPE_REVIEWER")
    door = Door(by.strip())
    tell("serve_review", url=f"http://{host}:{port}/review/open?key={door.key}")
    return door
