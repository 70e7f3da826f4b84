"""`hubscope call serve` and `post`: the calls by themselves, and the notices they send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.call_talk import now, opened, say_it, spoken, told
from hubscope.cli.here import HERE, WorkspaceOption

if TYPE_CHECKING:
    from fastapi import FastAPI

    from hubscope.calls.base.database import Database

EVERY = 60
"""Seconds between two rounds of the post while the pages are served."""


def serve(
    workspace: WorkspaceOption = HERE,
    host: Annotated[str, typer.Option(help=told("host"))] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=told("port"), min=0, max=65535)] = 8000,
) -> None:
    """Serve the calls under /calls/; `hubscope serve` has them beside the observatory's pages."""
    import threading

    import uvicorn

    from hubscope.calls.base.database import open_database
    from hubscope.calls.settings import read_settings
    from hubscope.portal.calls.mount import calls_alone

    with spoken():
        mail = read_settings(workspace).mail
        database = open_database(workspace)
        app = calls_alone(database)
    tell_calls(app, f"http://{host}:{port}")
    if mail is not None:
        threading.Thread(target=_rounds, args=(database,), daemon=True).start()
    uvicorn.run(app, host=host, port=port, log_level="warning", server_header=False)


def tell_calls(app: FastAPI, here: str) -> None:
    """Say where the calls are, and while there is no officer the link that makes the first one.

    Said on the terminal only, and the link works once: no page and no log of requests shows it
    before it is used.
    """
    from hubscope.cli.talk import language, tell
    from hubscope.portal.calls.mount import first_key

    if app.state.calls:
        tell("serving", url=f"{here}/calls/")
    if key := first_key(app):
        begin = "first" if app.state.calls else "begin"
        say_it(begin, url=f"{here}/calls/{language()}/first?key={key}")


def _rounds(database: Database) -> None:
    """Carry the post for as long as the server runs; a round that fails is made up by the next."""
    import time

    from hubscope.cli.talk import talk
    from hubscope.errors import HubscopeError

    while True:
        try:
            _round(database)
        except (HubscopeError, OSError) as error:
            talk(str(error))
        time.sleep(EVERY)


def _round(database: Database) -> tuple[int, int]:
    from hubscope.calls.post import deliver, remind

    remind(database, now())
    done = deliver(database, now())
    return done.sent, done.failed


def post(workspace: WorkspaceOption = HERE) -> None:
    """Send the notices that are due, once; for a timer. `call serve` does it by itself."""
    from hubscope.cli.talk import show_json

    with opened(workspace) as database:
        sent, failed = _round(database)
    show_json({"sent": sent, "failed": failed})
