"""The calls of a workspace under /calls of its server."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI


def mount_calls(app: FastAPI, root: Path) -> None:
    """Mount the calls of the workspace in `root`; nothing where it has none."""
    from hubscope.calls.base.database import exists, open_database

    if exists(root):
        from hubscope.portal.calls.app import calls_app

        app.mount("/calls", calls_app(open_database(root)))
