"""The verbs of `hubscope`, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from hubscope import __version__
from hubscope.cli import brief, check, demo, index, measure, plan, progress, run, serve, site, store

app = typer.Typer(
    name="hubscope",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    help="Read a plan, measure its hub, judge its progress and publish it, with every number's "
    "origin. 读规划、测中心、判进展、出页面，数数有出处。",
    epilog="A first look: hubscope demo DIR. 初次使用：hubscope demo 文件夹。",
)


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version


for _verbs in (demo, run, plan, store, measure, index, progress, site, brief, serve, check):
    _verbs.register(app)
