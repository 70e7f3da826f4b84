"""`hubscope store add openalex|papers|institutions`, `hubscope store works`: works in the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubscope.cli.here import HERE, JsonOption, WorkspaceOption, read_context, write_context
from hubscope.cli.store_group import add, app
from hubscope.cli.talk import Voice, language, talk

if TYPE_CHECKING:
    from hubscope.store import Store
    from hubscope.store.works import Step

SOURCES = Voice("sources")
MOST_SHOWN = 5
"""Names of missing files that are written out."""

GivenArgument = Annotated[list[Path], typer.Argument(help=SOURCES.told("given"))]
ReleaseOption = Annotated[str, typer.Option("--release", help=SOURCES.told("release"))]


def register(parent: typer.Typer) -> None:
    """Add the verbs to `hubscope store`; `parent` is the whole command line."""
    del parent
    add.command("openalex", help=SOURCES.told("openalex"))(openalex)
    add.command("entities", help=SOURCES.told("entities"))(entities)
    add.command("papers", help=SOURCES.told("papers"))(papers)
    add.command("institutions", help=SOURCES.told("institutions"))(institutions)
    add.command("affiliations", help=SOURCES.told("affiliations"))(affiliations)
    app.command("works", help=SOURCES.told("works"))(works)
    app.command("prune", help=SOURCES.told("prune"))(prune)


def openalex(
    given: GivenArgument,
    release: ReleaseOption,
    workspace: WorkspaceOption = HERE,
    workers: Annotated[int, typer.Option(min=1, help=SOURCES.told("workers"))] = 2,
    memory: Annotated[str, typer.Option(help=SOURCES.told("memory"))] = "800MB",
) -> None:
    """Load OpenAlex works: snapshots or updates, later releases over earlier ones."""
    _load(workspace, given, release, source="openalex", workers=workers, memory=memory)


def entities(
    given: GivenArgument,
    release: ReleaseOption,
    kind: Annotated[str, typer.Option(help=SOURCES.told("kind"))],
    workspace: WorkspaceOption = HERE,
    memory: Annotated[str, typer.Option(help=SOURCES.told("memory"))] = "800MB",
) -> None:
    """Load OpenAlex authors, topics or institutions; later records over earlier ones."""
    from hubscope.store.entities import load

    check_date(release)

    def tell_rows(name: str, rows: int) -> None:
        SOURCES.tell("entity_part", name=name, rows=rows)

    with write_context(workspace) as context:
        body = load(context.store, given, kind, vintage=release, memory=memory, after=tell_rows)
        aside = sum(body["rejects"].values())
        path = context.store.root / body["file"]
        SOURCES.tell("entities", kind=kind, rows=body["rows"], rejects=aside, path=path)
    tell_short(body, kind)


def papers(
    given: GivenArgument,
    release: ReleaseOption,
    url: Annotated[str, typer.Option("--url", help=SOURCES.told("papers_url"))],
    workspace: WorkspaceOption = HERE,
    licence: Annotated[str, typer.Option("--licence", help=SOURCES.told("papers_licence"))] = "",
) -> None:
    """Load lists of conference papers."""
    check_address(url)
    about = {"url": url, "licence": licence}
    _load(workspace, given, release, source="papers", workers=1, memory="", **about)


def _load(
    workspace: Path,
    given: list[Path],
    release: str,
    *,
    source: str,
    workers: int,
    memory: str,
    url: str = "",
    licence: str = "",
) -> None:
    from hubscope.store.works import load

    check_date(release)
    if source == "openalex":
        _tell_compiling()
    with write_context(workspace) as context:
        body = load(
            context.store,
            given,
            vintage=release,
            source=source,
            url=url,
            licence=licence,
            memory=memory,
            workers=workers,
            after=tell_step,
        )
        rejects = sum(body["rejects"].values())
        SOURCES.tell("added", source=source, works=body["works"], vintage=release, rejects=rejects)
    tell_short(body, "works")


def _tell_compiling() -> None:
    """Say why the first load takes longer to begin."""
    from hubscope.sources.openalex.scanner import is_compiled

    if not is_compiled():
        SOURCES.tell("compiling")


def in_words(reason: str) -> str:
    """Why something was set aside, in the user's language."""
    from hubscope.words.faults import fault_words

    return fault_words(language(), reason)


def tell_short(body: dict[str, Any], kind: str) -> None:
    """Name every part that has not what its manifest says, and the files that did not come."""
    from hubscope.store.assemble import cut_short

    for row in cut_short(body["parts"], kind).to_pylist():
        SOURCES.tell("short", name=row["file"], numbers=in_words(row["start"]))
    if missing := body.get("missing"):
        shown = ", ".join(missing[:MOST_SHOWN])
        SOURCES.tell("missing", kind=kind, count=len(missing), names=shown)


def check_date(release: str) -> None:
    """An error of use where the release is no date."""
    from datetime import date

    from hubscope.errors import UsageError

    try:
        date.fromisoformat(release)
    except ValueError:
        raise UsageError(f"{release!r} is not a date", hint="like 2026-06-01") from None


def check_address(url: str) -> None:
    """An error of use where the address is none."""
    from hubscope.errors import UsageError

    if not url.startswith(("https://", "http://")):
        raise UsageError(
            f"{url!r} is not an address", hint="where the list is published: https://..."
        )


def tell_step(step: Step) -> None:
    """Say how far a load is."""
    if step.reused:
        SOURCES.tell("reused", name=step.name)
        return
    SOURCES.tell(
        "part",
        name=step.name,
        share=step.bytes_done / max(step.bytes_all, 1),
        mb=step.bytes_all / 1e6,
        rate=step.bytes_done / 1e6 / max(step.seconds, 1e-6),
        left=step.seconds_left,
    )


def institutions(
    files: Annotated[list[Path], typer.Argument(help=SOURCES.told("places"))],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Place the institutions that the works name."""
    from hubscope.job.works import add_institutions

    with write_context(workspace) as context:
        SOURCES.tell("placed", count=add_institutions(context, files))


def affiliations(given: GivenArgument, workspace: WorkspaceOption = HERE) -> None:
    """Place authors without a known institution by the city their affiliation string names."""
    from hubscope.job.affiliations import add_affiliations

    with write_context(workspace) as context:
        done = add_affiliations(context, given)
        SOURCES.tell("by_text", authorships=done.authorships, placed=done.placed)


def works(workspace: WorkspaceOption = HERE, as_json: JsonOption = False) -> None:
    """Show what works the store holds, from when, and what was set aside and why."""
    from hubscope.cli.talk import show_json
    from hubscope.store.works import loaded

    body = loaded(read_context(workspace).store)
    if as_json:
        show_json(body)
        return
    if not body:
        SOURCES.tell("no_works")
        return
    show_works(body)


def show_works(body: dict[str, Any]) -> None:
    """Parts and rows, what was set aside and why, breaks that are crossed, whether it is stale."""
    from datetime import UTC, datetime

    from hubscope.cli.talk import table
    from hubscope.sources.openalex.breaks import crossed
    from hubscope.store.works import is_stale

    head = [SOURCES.said(f"column.{c}") for c in ("file", "table", "rows")]
    rows = [[p["name"], n, str(c)] for p in body["parts"] for n, c in p["rows"].items()]
    table(head, rows)
    if body["rejects"]:
        reasons = [[in_words(reason), str(count)] for reason, count in body["rejects"].items()]
        table([SOURCES.said("column.reason"), SOURCES.said("column.count")], reasons)
    tell_short(body, "works")
    for broken in crossed(p["vintage"] for p in body["parts"]):
        talk(f"{broken}: {SOURCES.said(f'breaks.{broken}')}")
    if is_stale(body["vintage"], datetime.now(UTC).date().isoformat()):
        SOURCES.tell("stale", vintage=body["vintage"])


def show_entities(store: Store) -> None:
    """Authors, topics and institutions that are held: rows, release, what was set aside and why."""
    from datetime import UTC, datetime

    from hubscope.cli.talk import table
    from hubscope.sources.openalex.entities import ENTITIES
    from hubscope.store.entities import held
    from hubscope.store.works import is_stale

    found = {kind: body for kind in ENTITIES if (body := held(store, kind))}
    if not found:
        return
    head = [SOURCES.said(f"column.{c}") for c in ("table", "rows", "release", "reason")]
    rows = [
        [
            kind,
            str(b["rows"]),
            b["vintage"],
            "; ".join(f"{in_words(r)}: {n}" for r, n in b["rejects"].items()),
        ]
        for kind, b in found.items()
    ]
    table(head, rows)
    for kind, body in found.items():
        tell_short(body, kind)
        if is_stale(body["vintage"], datetime.now(UTC).date().isoformat()):
            SOURCES.tell("stale_kind", kind=kind, vintage=body["vintage"])


def prune(workspace: WorkspaceOption = HERE) -> None:
    """Remove the parts that no current table uses."""
    from hubscope.store import entities as store_entities
    from hubscope.store import patents as store_patents
    from hubscope.store import works as store_works

    with write_context(workspace) as context:
        print(sum(m.prune(context.store) for m in (store_works, store_patents, store_entities)))
