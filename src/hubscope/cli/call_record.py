"""`hubscope call`: looking into a round, carrying out its decision, checking its record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hubscope.cli.call_talk import (
    figures_files,
    following,
    now,
    opened,
    quiet,
    say_it,
    spoken,
    told,
)
from hubscope.cli.here import HERE, WorkspaceOption

CallArgument = Annotated[str, typer.Argument(help=told("id"))]


def flags_of(call: CallArgument, workspace: WorkspaceOption = HERE) -> None:
    """Print related bidders and bids that repeat others; nothing is decided by them."""
    from hubscope.calls.flags import flags
    from hubscope.cli.talk import show_json

    with opened(workspace) as database, database.read() as session:
        show_json(flags(session, call, now()))


def carry_out(
    call: CallArgument,
    reason: Annotated[str, typer.Option(help=told("reason"))],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Select the bids that the decision names, and reject the others for one reason."""
    from hubscope.calls.desk.batch import carry_out as select_and_reject
    from hubscope.calls.desk.case import OPERATOR
    from hubscope.cli.talk import show_json

    with opened(workspace) as database:
        chosen = select_and_reject(database, call, reason, actor=OPERATOR, now=now())
    show_json({"selected": chosen})
    say_it("next", next=following("step", call, workspace, "announce"))


def verify(
    file: Annotated[Path | None, typer.Argument(help=told("export_file"))] = None,
    head: Annotated[str, typer.Option(help=told("head"))] = "",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Check the record of the workspace, or an export: chain, moves, money and decision anew."""
    from hubscope.calls.base.ledger import lines
    from hubscope.calls.base.ledger import verify as check
    from hubscope.calls.record.verdict import check_file, raise_if_broken
    from hubscope.cli.talk import show_json

    if file is not None:
        with quiet(), spoken():
            found = check_file(file, expect=head)
    else:
        with opened(workspace) as database, database.read() as session:
            found = check(lines(session), expect=head)
    with spoken():
        raise_if_broken(found)
    show_json({"lines": found.lines, "head": found.head})
    say_it("intact", lines=found.lines, head=found.head[:16])


def export_call(
    call: CallArgument,
    *,
    to: Annotated[Path, typer.Option(help=told("to"))] = Path("export"),
    people: Annotated[bool, typer.Option("--people", help=told("people"))] = False,
    hub: Annotated[str, typer.Option(help=told("figures_hub"))] = "",
    url: Annotated[str, typer.Option(help=told("figures_url"))] = "",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Write what is public of a call as JSON and CSV, with the record and its head hash.

    What the calls add to the catalogue goes beside it, and among the figures of the workspace.
    """
    from hubscope.calls.record.files import write_export

    with opened(workspace) as database, database.read() as session:
        made = write_export(session, call, now(), to, people=people)
        if hub or url:
            made += figures_files(session, to, workspace, hub=hub, url=url)
    for path in made:
        print(path)
    then = f"run -w {workspace}" if hub else f"call verify {made[0]}"
    say_it("exported", files=len(made), folder=to, next=f"hubscope {then}")
