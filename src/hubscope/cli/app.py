"""The verbs of `hubscope`, put together."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from hubscope import __version__
from hubscope.cli import (
    brief,
    call,
    chain,
    check,
    demo,
    hubs,
    index,
    init,
    lineage,
    measure,
    plan,
    progress,
    run,
    serve,
    site,
    store,
    store_fetch,
    store_patents,
    store_works,
)
from hubscope.cli.talk import told

ORDER = (
    *("demo", "init", "run", "plan", "store", "hubs", "measure", "lineage", "index", "progress"),
    *("chain", "call", "site", "brief", "serve", "check"),
)


class _InDataOrder(TyperGroup):
    """Lists the verbs in the order in which data flows."""

    def list_commands(self, ctx: Any) -> list[str]:
        known = super().list_commands(ctx)
        return [v for v in ORDER if v in known] + [v for v in known if v not in ORDER]


app = typer.Typer(
    name="hubscope",
    cls=_InDataOrder,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=told("hubscope"),
    epilog=told("first_look"),
)


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=told("version"))
    ] = False,
) -> None:
    del version


for _verbs in (
    *(
        demo,
        init,
        run,
        plan,
        store,
        store_works,
        store_patents,
        store_fetch,
        hubs,
        measure,
        lineage,
        index,
        progress,
    ),
    *(chain, call, site, brief, serve, check),
):
    _verbs.register(app)
