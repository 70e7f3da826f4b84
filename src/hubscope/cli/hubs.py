"""`hubscope hubs find|show|moves|fields`: hubs found by density; what lies in those of the list."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubscope.cli.here import HERE, JsonOption, WorkspaceOption, read_context
from hubscope.cli.talk import Voice, language

if TYPE_CHECKING:
    from hubscope.store import Store

SOURCES = Voice("sources")
FOUND = Voice("found")

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=SOURCES.told("hubs"))


def register(parent: typer.Typer) -> None:
    """Add the verbs to `parent`."""
    parent.add_typer(app, name="hubs")


Kind = Annotated[list[str] | None, typer.Option("--of", help=FOUND.told("of"))]
FromYear = Annotated[int | None, typer.Option("--from", help=FOUND.told("first"))]
ToYear = Annotated[int | None, typer.Option("--to", help=FOUND.told("last"))]
FileOption = Annotated[Path | None, typer.Option("--file", help=FOUND.told("file"))]


@app.command("find", help=FOUND.told("find"))
def find(
    workspace: WorkspaceOption = HERE,
    *,
    radius: Annotated[float | None, typer.Option(help=FOUND.told("radius"))] = None,
    minimum: Annotated[float | None, typer.Option(help=FOUND.told("minimum"))] = None,
    merge: Annotated[float | None, typer.Option(help=FOUND.told("merge"))] = None,
    of: Kind = None,
    first: FromYear = None,
    last: ToYear = None,
    sensitivity: Annotated[
        bool, typer.Option("--sensitivity", help=FOUND.told("sensitivity"))
    ] = False,
    file: FileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find density clusters of the places of the works' institutions and the patents' inventors."""
    from hubscope.cli.talk import show_json
    from hubscope.job.found import Settings, body, checked, settings_of

    context = read_context(workspace)
    stated = settings_of(context) or Settings()  # type: ignore[call-arg]
    given = {"radius": radius, "minimum": minimum, "merge": merge, "of": of, "first": first}
    asked = {k: v for k, v in (given | {"last": last}).items() if v is not None}
    made = body(context, checked(**(stated.model_dump() | asked)))
    if file:
        _write(made, file)
    if as_json:
        show_json(made)
    elif sensitivity:
        _show_standings(made)
    else:
        _show_clusters(made)
    for kind in made["kinds"]:
        FOUND.tell(f"unplaced_{kind['kind']}", share=kind["unplaced"])
    FOUND.tell("found", count=len(made["clusters"]), share=made["inside"], noise=1 - made["inside"])


def _show_clusters(made: Mapping[str, Any]) -> None:
    from hubscope.cli.talk import table
    from hubscope.words import say

    kinds = [k["kind"] for k in made["kinds"]]
    names = ("rank", "name", "country", "share")
    rest = ("population", "per_head", "places", "cities")
    heads = [FOUND.said(f"column.{n}") for n in names]
    heads += [FOUND.said(f"column.{k}") for k in kinds]
    table([*heads, *(FOUND.said(f"column.{n}") for n in rest)], [
        [
            str(c["number"] + 1), c["name"], c["country"], f"{c['share']:.2%}",
            *(f"{p['weight']:.0f} ({p['share']:.1%})" for p in c["parts"]),
            "" if c["population"] is None else str(c["population"]),
            "" if c["per_head"] is None else f"{1000 * c['per_head']:.2f}",
            str(c["places"]),
            say(language(), "found.joiner").join(f"{n} {s:.0%}" for n, s in c["cities"][:3]),
        ]
        for c in made["clusters"]
    ])  # fmt: skip


def _show_standings(made: Mapping[str, Any]) -> None:
    """Rank of each hub under each radius and minimum; "-" where it is lost."""
    from hubscope.cli.talk import table

    found = made["sensitivity"]
    heads = [f"{s['radius_km']:g} km / {s['minimum']:g}" for s in found["settings"]]
    rows = [
        [str(s["rank"]), s["name"], *("-" if r is None else str(r) for r in s["ranks"])]
        for s in found["standings"]
    ]
    counts = ["", FOUND.said("clusters_there"), *(str(s["clusters"]) for s in found["settings"])]
    shares = ["", FOUND.said("share_there"), *(f"{s['share']:.1%}" for s in found["settings"])]
    table([FOUND.said("column.rank"), FOUND.said("column.name"), *heads], [*rows, counts, shares])


def _write(made: Mapping[str, Any], file: Path) -> None:
    """Both tables as a workbook, or the hubs as CSV, by the file's suffix."""
    from hubscope.errors import UsageError
    from hubscope.portal.export import to_csv
    from hubscope.portal.found_rows import cluster_rows, workbook
    from hubscope.store.files import write_atomic

    if file.suffix not in (".csv", ".xlsx"):
        raise UsageError(f"{file} is neither .csv nor .xlsx", hint="name the file by its kind")
    data = to_csv(cluster_rows(made)) if file.suffix == ".csv" else workbook(made, language())
    write_atomic(file, data)
    FOUND.tell("written", path=file)


def _show_unplaced(store: Store, *, as_json: bool) -> None:
    """What cannot be placed, by hub and year, of works and of patents, as `measure` counted it."""
    from hubscope.cli.talk import show_json, table
    from hubscope.job.breakdowns import coverage

    rows = coverage(store)
    if as_json:
        show_json(rows)
        return
    table(
        [FOUND.said(f"column.{c}") for c in ("kind_of", "name", "year", "records", "no_name",
                                             "no_point")],
        [
            [
                FOUND.said(f"kind.{r['kind']}"), r["hub"], str(r["year"]), str(r["records"]),
                f"{r['unnamed']:.1%}", f"{r['unlocated']:.1%}",
            ]
            for r in rows
        ],
    )  # fmt: skip
    FOUND.tell("coverage" if rows else "no_coverage")


@app.command("moves", help=FOUND.told("moves"))
def moves(
    hub: Annotated[str, typer.Argument(help=FOUND.told("hub"))],
    workspace: WorkspaceOption = HERE,
    *,
    first: FromYear = None,
    last: ToYear = None,
    as_json: JsonOption = False,
) -> None:
    """Show where the authors who came to a hub were active before; groups of ten or more only."""
    from hubscope.cli.talk import show_json, table
    from hubscope.job.breakdowns import inflow
    from hubscope.portal.found_rows import origin_name

    made = inflow(read_context(workspace), hub, first=first, last=last)
    if as_json:
        show_json(made)
        return
    rows = [
        [FOUND.said(f"from.{r['kind']}"), origin_name(r, language()), str(r["persons"])]
        for r in made["origins"]
    ]
    table([FOUND.said(f"column.{c}") for c in ("kind", "origin", "persons")], rows)
    total = made["persons"]
    FOUND.tell(
        "moved" if total is not None else "moved_few",
        hub=hub, first=made["first"], last=made["last"], persons=total, hidden=made["hidden"],
    )  # fmt: skip


@app.command("fields", help=FOUND.told("fields"))
def fields(
    hub: Annotated[str, typer.Argument(help=FOUND.told("hub"))],
    workspace: WorkspaceOption = HERE,
    *,
    first: FromYear = None,
    last: ToYear = None,
    as_json: JsonOption = False,
) -> None:
    """Show a hub's patent families by WIPO's 35 fields, with its specialisation in each."""
    from hubscope.cli.talk import show_json, table
    from hubscope.job.breakdowns import patent_fields

    made = patent_fields(read_context(workspace), hub, first=first, last=last)
    if as_json:
        show_json(made)
        return
    rows = [
        [
            str(r["field"]), FOUND.said(f"wipo.{r['field']}"), f"{r['families']:.1f}",
            f"{r['share']:.1%}",
            "" if r["specialisation"] is None else f"{r['specialisation']:.2f}",
        ]
        for r in made["fields"]
    ]  # fmt: skip
    table([FOUND.said(f"column.{c}") for c in ("field", "field_name", "families", "share",
                                               "specialisation")], rows)  # fmt: skip
    FOUND.tell("fields_of", hub=hub, first=made["first"], last=made["last"],
               families=made["families"], without=made["without"])  # fmt: skip


@app.command("show", help=SOURCES.told("hubs_show"))
def show(
    workspace: WorkspaceOption = HERE,
    *,
    unplaced: Annotated[bool, typer.Option("--unplaced", help=FOUND.told("unplaced"))] = False,
    as_json: JsonOption = False,
) -> None:
    """Show how many institutions lie in each hub of the workspace, and by which rule."""
    from collections import Counter

    from hubscope.cli.talk import show_json, table
    from hubscope.job.works import members, sites

    context = read_context(workspace)
    if unplaced:
        _show_unplaced(context.store, as_json=as_json)
        return
    rows = members(context).to_pylist()
    if as_json:
        show_json(rows)
        return
    counts = Counter((r["hub"], r["how"]) for r in rows)
    table(
        [SOURCES.said(f"column.{c}") for c in ("hub", "how", "institutions")],
        [[hub, how, str(n)] for (hub, how), n in sorted(counts.items())],
    )
    every = context.store.table("works_institutions").num_rows
    inside = len({r["institution"] for r in rows})
    SOURCES.tell("members", placed=sites(context).num_rows, institutions=every, inside=inside)
