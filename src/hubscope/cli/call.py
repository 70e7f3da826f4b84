"""`hubscope call`: open-competition calls, every step of the pages on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from hubscope.cli.call_record import carry_out, export_call, flags_of, verify
from hubscope.cli.call_serve import post, serve
from hubscope.cli.call_talk import (
    done,
    following,
    limits_of,
    now,
    opened,
    pairs,
    quiet,
    say_it,
    spoken,
    take,
    told,
)
from hubscope.cli.here import HERE, JsonOption, WorkspaceOption

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=told("call"))
CallArgument = Annotated[str, typer.Argument(help=told("id"))]
BidArgument = Annotated[str, typer.Argument(help=told("bid_code"))]
SetOption = Annotated[list[str], typer.Option("--set", "-s", help=told("set"))]
RoleOption = Annotated[str, typer.Option("--as", help=told("as"))]


def register(parent: typer.Typer) -> None:
    """Add the verbs to `parent`."""
    parent.add_typer(app, name="call")


@app.command("new", help=told("new"))
def new(
    call: CallArgument,
    *,
    family: Annotated[str, typer.Option(help=told("family"))],
    title: Annotated[str, typer.Option(help=told("title"))],
    payer: Annotated[str, typer.Option(help=told("payer"))],
    budget: Annotated[float, typer.Option(help=told("budget"))],
    change: SetOption = [],  # noqa: B006 # Typer copies it
    limits: Annotated[Path | None, typer.Option(help=told("limits"))] = None,
    synthetic: Annotated[bool, typer.Option("--synthetic", help=told("synthetic"))] = False,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Make a call from a preset: ministry, race, enterprise or prize."""
    from hubscope.calls.desk.case import OPERATOR
    from hubscope.calls.desk.new import new_call

    about = {
        "id": call,
        "family": family,
        "title": title,
        "payer": payer,
        "budget": budget,
        "synthetic": synthetic,
    }
    with opened(workspace) as database:
        new_call(
            database,
            about,
            actor=OPERATOR,
            now=now(),
            parameters=pairs(change),
            limits=limits_of(limits),
        )
    say_it("made", call=call, next=following("import", call, workspace, "needs FILE"))


@app.command("list", help=told("list"))
def list_calls(workspace: WorkspaceOption = HERE, as_json: JsonOption = False) -> None:
    """List the calls with their states."""
    from hubscope.calls.views import listed
    from hubscope.cli.talk import language, show_json, table
    from hubscope.words import say

    with opened(workspace) as database, database.read() as session:
        rows = listed(session, now())
    if as_json:
        show_json(rows)
        return
    lang = language()
    table(
        ["id", *(say(lang, f"calls.field.{f}") for f in ("title", "family")), "state"],
        [
            [r["id"], r["title"], *(say(lang, f"calls.{k}.{r[k]}") for k in ("family", "state"))]
            for r in rows
        ],
    )


@app.command("import", help=told("import"))
def import_table(
    call: CallArgument,
    kind: Annotated[str, typer.Argument(help=told("kind"))],
    file: Annotated[Path, typer.Argument(help=told("file"))],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Read a table into a call: every bad row is named, and then nothing is stored."""
    from hubscope.calls.desk.case import OPERATOR
    from hubscope.calls.intake import load
    from hubscope.calls.intake.sheet import read_path

    with opened(workspace) as database:
        rows = read_path(file)
        many = load(database, call, kind, rows, actor=OPERATOR, now=now())
    say_it("imported", rows=many, file=file, next=following("show", call, workspace))


@app.command("show", help=told("show"))
def show(call: CallArgument, workspace: WorkspaceOption = HERE) -> None:
    """Print what is public of a call now, as JSON."""
    from hubscope.calls.record import export
    from hubscope.cli.talk import show_json

    with opened(workspace) as database, database.read() as session:
        found = export(session, call, now())
    show_json({k: v for k, v in found.items() if k != "record"})


@app.command("step", help=told("step"))
def step(
    call: CallArgument,
    *,
    action: Annotated[str, typer.Argument(help=told("action"))],
    bid: Annotated[str, typer.Option(help=told("bid_code"))] = "",
    role: RoleOption = "",
    given: SetOption = [],  # noqa: B006 # Typer copies it
    workspace: WorkspaceOption = HERE,
) -> None:
    """Take any step of the definition, by its name."""
    made = take(workspace, call, action, pairs(given), bid=bid, role=role)
    done(call, made, "show", workspace)


@app.command("vet", help=told("vet"))
def vet(
    call: CallArgument,
    scores: Annotated[Path, typer.Argument(help=told("scores"))],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Submit the needs, score them from a table, and drop those that are too weak."""
    from hubscope.calls.desk.case import OPERATOR
    from hubscope.calls.intake import load
    from hubscope.calls.intake.sheet import read_path

    with spoken():
        rows = read_path(scores)
    take(workspace, call, "propose")
    with opened(workspace) as database:
        load(database, call, "scores", rows, actor=OPERATOR, now=now())
    done(call, take(workspace, call, "vet"), "open", workspace)


@app.command("open", help=told("open"))
def open_call(
    call: CallArgument,
    deadline: Annotated[str, typer.Option(help=told("deadline"))],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Open the call to bids; the lot's secret is committed now."""
    done(call, take(workspace, call, "publish", {"deadline": deadline}), "import", workspace)


@app.command("bid", help=told("bid"))
def bid(
    call: CallArgument,
    file: Annotated[Path, typer.Argument(help=told("bid_file"))],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Hand in one bid from a TOML file."""
    body = {k: str(v) if k == "breach" else v for k, v in limits_of(file).items()}
    made = take(workspace, call, "add_bid", body)
    done(call, take(workspace, call, "submit", bid=made["bid"]), "show", workspace)


@app.command("assign", help=told("assign"))
def assign(
    call: CallArgument,
    explain: Annotated[str, typer.Option(help=told("explain"))] = "",
    method: Annotated[str, typer.Option(help=told("method"))] = "rule",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Pass the waiting bids through screening, assign reviewers, start the reviews."""
    from hubscope.calls.desk.batch import assign_all
    from hubscope.calls.desk.case import OPERATOR
    from hubscope.calls.views import explain_pair, readers_of
    from hubscope.cli.talk import show_json

    with opened(workspace) as database:
        if explain:
            pair = explain.split(",")
            with database.read() as session:
                show_json(explain_pair(session, call, pair[0], pair[-1], now()))
            return
        with quiet():
            made = assign_all(database, call, actor=OPERATOR, now=now(), method=method)
        with database.read() as session:
            made["readers"] = readers_of(session, call)
    done(call, made, "review", workspace)


app.command("flags", help=told("flags"))(flags_of)
app.command("carry-out", help=told("carry_out"))(carry_out)


@app.command("review", help=told("review"))
def review(
    call: CallArgument,
    *,
    bid: BidArgument,
    reviewer: Annotated[str, typer.Argument(help=told("reviewer"))],
    marks: Annotated[tuple[float, float, float, float], typer.Option(help=told("marks"))],
    no_conflict: Annotated[bool, typer.Option("--no-conflict", help=told("no_conflict"))] = False,
    comment: Annotated[str, typer.Option(help=told("comment"))] = "",
    workspace: WorkspaceOption = HERE,
) -> None:
    """Hand in one review; `import CALL reviews FILE` takes many."""
    names = ("fit", "route", "team_plan", "indicators")
    body = {**dict(zip(names, marks, strict=True)), "reviewer": reviewer, "comment": comment}
    made = take(workspace, call, "review", {**body, "no_conflict": no_conflict}, bid=bid)
    done(call, made, "calibrate", workspace)


@app.command("calibrate", help=told("calibrate"))
def calibrate(call: CallArgument, workspace: WorkspaceOption = HERE) -> None:
    """Calibrate the marks and print scores with their intervals beside the raw means."""
    from hubscope.calls.base.models import Call
    from hubscope.cli.talk import show_json

    take(workspace, call, "calibrate")
    with opened(workspace) as database, database.read() as session:
        show_json(session.get_one(Call, call).calibration)
    say_it("next", next=following("decide", call, workspace))


@app.command("decide", help=told("decide"))
def decide(
    call: CallArgument,
    draws: Annotated[int, typer.Option(help=told("draws"))] = 200,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Choose the portfolio, say how sure it is, and draw the lot where the call asks for one."""
    done(call, take(workspace, call, "decide", {"draws": draws}), "step", workspace)


@app.command("milestone", help=told("milestone"))
def milestone(
    call: CallArgument,
    *,
    bid: BidArgument,
    number: Annotated[int, typer.Argument(help=told("number"))],
    value: Annotated[float, typer.Option(help=told("value"))],
    tester: Annotated[str, typer.Option(help=told("tester"))],
    user_content: Annotated[bool, typer.Option(help=told("user_content"))],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Enter the test and the end user's opinion, then pass or fail the milestone."""
    report = {"milestone": number, "value": value, "organisation": tester}
    take(workspace, call, "test_report", report, bid=bid)
    said = {"milestone": number, "content": user_content}
    made = take(workspace, call, "user_opinion", said, bid=bid)
    if number:
        made = _passed(workspace, call, bid, number)
    done(call, made, "show", workspace)


def _passed(root: Path, call: str, bid: str, number: int) -> dict[str, Any]:
    from hubscope.calls.refusal import RefusedError

    try:
        return take(root, call, "milestone_pass", {"milestone": number}, bid=bid)
    except RefusedError as error:
        if error.key not in ("below_threshold", "user_not_content"):
            raise
        say_it("refused", why=error.what)
        return take(root, call, "milestone_fail", {"milestone": number}, bid=bid)


app.command("verify", help=told("verify"))(verify)
app.command("export", help=told("export"))(export_call)


@app.command("person", help=told("person"))
def person(
    email: Annotated[str, typer.Argument(help=told("email"))],
    *,
    name: Annotated[str, typer.Option(help=told("name"))],
    organisation: Annotated[str, typer.Option(help=told("organisation"))] = "",
    staff: Annotated[bool, typer.Option("--staff", help=told("staff"))] = False,
    workspace: WorkspaceOption = HERE,
) -> None:
    """Make an account that can sign in; the password is asked for, or read from stdin."""
    import sys

    from hubscope.calls.people import add_person
    from hubscope.cli.talk import language
    from hubscope.words import say

    asked = say(language(), "calls.cli.password")
    if sys.stdin.isatty():
        password = typer.prompt(asked, hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    with opened(workspace) as database:
        code = add_person(
            database,
            email,
            name,
            password,
            organisation=organisation,
            staff=staff,
            language=language(),
        )
    say_it("person", email=email, code=code)


@app.command("walk", help=told("walk"))
def walk(
    folder: Annotated[Path, typer.Argument(help=told("to"))],
) -> None:
    """Copy the shipped synthetic round and walk it from needs to acceptance."""
    from hubscope.calls.example import walk_example

    say_it("walking")
    with quiet(), spoken():
        steps = walk_example(folder)
    for line in steps:
        print(line)
    say_it("next", next=f"hubscope run -w {folder}")


app.command("serve", help=told("serve"))(serve)
app.command("post", help=told("post"))(post)
