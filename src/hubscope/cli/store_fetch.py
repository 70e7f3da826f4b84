"""`hubscope store fetch openalex`: one hub or one field from the API, because the user asks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.here import HERE, JsonOption, WorkspaceOption, write_context
from hubscope.cli.store_group import app as store_app
from hubscope.cli.talk import Voice

if TYPE_CHECKING:
    from hubscope.job.fetch import Fetched
    from hubscope.sources.openalex_api.pages import Progress

FETCH = Voice("fetch")
KEY, ADDRESS = "OPENALEX_API_KEY", "OPENALEX_API_URL"

Year = Annotated[int | None, typer.Option("--from", min=1000, max=2050, help=FETCH.told("from"))]
UpTo = Annotated[int | None, typer.Option("--to", min=1000, max=2050, help=FETCH.told("to"))]

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=FETCH.told("fetch"))


def register(parent: typer.Typer) -> None:
    """Add the verbs to `hubscope store`; `parent` is the whole command line."""
    del parent
    store_app.add_typer(app, name="fetch")


@app.callback()
def _fetch() -> None:
    pass


@app.command("openalex", help=FETCH.told("openalex"))
def openalex(
    workspace: WorkspaceOption = HERE,
    *,
    hub: Annotated[str, typer.Option(help=FETCH.told("hub"))] = "",
    institution: Annotated[list[str] | None, typer.Option(help=FETCH.told("institution"))] = None,
    field: Annotated[str, typer.Option(help=FETCH.told("field"))] = "",
    subfield: Annotated[str, typer.Option(help=FETCH.told("subfield"))] = "",
    topic: Annotated[str, typer.Option(help=FETCH.told("topic"))] = "",
    first: Year = None,
    last: UpTo = None,
    email: Annotated[str, typer.Option(envvar="OPENALEX_EMAIL", help=FETCH.told("email"))] = "",
    most: Annotated[int, typer.Option(min=1, help=FETCH.told("most"))] = 200_000,
    most_mb: Annotated[int, typer.Option(min=1, help=FETCH.told("most_mb"))] = 4096,
    again: Annotated[bool, typer.Option("--again", help=FETCH.told("again"))] = False,
    as_json: JsonOption = False,
) -> None:
    """Fetch the works of a hub or field, load them and place their institutions."""
    from dataclasses import asdict
    from datetime import UTC, datetime

    from hubscope.cli.talk import show_json
    from hubscope.errors import UsageError
    from hubscope.job.fetch import Ask, fetch_openalex
    from hubscope.sources.openalex_api.client import BASE, Caller, Client
    from hubscope.sources.openalex_api.pages import Limits

    if first is not None and last is not None and first > last:
        raise UsageError(f"--from {first} lies after --to {last}", hint="the earlier year first")
    levels = {"field": field, "subfield": subfield, "topic": topic}
    ask = Ask(
        hub,
        tuple(_number(i) for i in institution or ()),
        first,
        last,
        tuple((level, ident) for level, ident in levels.items() if ident),
        again,
        Limits(most, most_mb * 2**20),
    )
    key = os.environ.get(KEY, "")
    if not key:
        FETCH.tell("no_key")
    caller = Caller(os.environ.get(ADDRESS, BASE), email, key)
    client = Client(caller, tell=lambda why, s: FETCH.tell("pause", why=why, seconds=s))
    with write_context(workspace) as context:
        today = datetime.now(UTC).date().isoformat()
        made = fetch_openalex(context, ask, client, today=today, after=_page)
    if as_json:
        show_json(
            {"release": made.release, "institutions": made.institutions, "placed": made.placed}
            | {"requests": made.requests, "works": made.body["works"]} | asdict(made.composed)
        )  # fmt: skip
    _tell(made)


def _number(name: str) -> int:
    from hubscope.errors import UsageError
    from hubscope.sources.openalex.entities import FaultyError, number

    try:
        return number(name, "I")
    except FaultyError:
        raise UsageError(f"{name!r} is no institution of OpenAlex", hint="like I99065089") from None


def _page(what: str, p: Progress) -> None:
    FETCH.tell(
        f"page_{what}", done=p.done, count=p.count, share=p.done / max(p.count, 1),
        rate=p.rate, left=p.seconds_left,
    )  # fmt: skip


def _tell(made: Fetched) -> None:
    FETCH.tell(
        "done",
        records=made.composed.records,
        repeated=made.composed.repeated,
        completed=made.composed.completed,
        works=made.body["works"],
        rejects=sum(made.body["rejects"].values()),
        placed=made.placed,
        release=made.release,
        requests=made.requests,
    )
