"""The groups `hubscope store` and `hubscope store add`; the files of the room add their verbs."""

from __future__ import annotations

import typer

from hubscope.cli.talk import told

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=told("store"))
add = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=told("store_add"))
app.add_typer(add, name="add")


@add.callback()
def _add() -> None:
    pass
