"""`hubscope store add patentsview|publications|paper-links`, `hubscope store patents`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubscope.cli.here import HERE, JsonOption, WorkspaceOption, read_context, write_context
from hubscope.cli.store_group import add, app
from hubscope.cli.store_works import ReleaseOption, check_address, check_date, tell_step
from hubscope.cli.talk import Voice

if TYPE_CHECKING:
    from hubscope.store import Store

PATENTS = Voice("patents")

CsvArgument = Annotated[list[Path], typer.Argument(help=PATENTS.told("files"))]
UrlOption = Annotated[str, typer.Option("--url", help=PATENTS.told("url"))]
LicenceOption = Annotated[str, typer.Option("--licence", help=PATENTS.told("licence"))]
FieldsOption = Annotated[Path | None, typer.Option("--fields", help=PATENTS.told("fields"))]
MemoryOption = Annotated[str, typer.Option("--memory", help=PATENTS.told("memory"))]
MEMORY = "900MB"


def register(parent: typer.Typer) -> None:
    """Add the verbs to `hubscope store`; `parent` is the whole command line."""
    del parent
    add.command("patentsview", help=PATENTS.told("patentsview"))(patentsview)
    add.command("publications", help=PATENTS.told("publications"))(publications)
    add.command("paper-links", help=PATENTS.told("paper_links"))(paper_links)
    app.command("patents", help=PATENTS.told("patents"))(patents)


def patentsview(
    folder: Annotated[Path, typer.Argument(help=PATENTS.told("folder"))],
    release: ReleaseOption,
    workspace: WorkspaceOption = HERE,
    fields: FieldsOption = None,
    memory: MemoryOption = MEMORY,
) -> None:
    """Load a release of PatentsView, which replaces the one before."""
    _load(workspace, [folder], release, "patentsview", fields=fields, memory=memory)


def publications(
    files: CsvArgument,
    release: ReleaseOption,
    url: UrlOption,
    workspace: WorkspaceOption = HERE,
    *,
    licence: LicenceOption = "",
    fields: FieldsOption = None,
    memory: MemoryOption = MEMORY,
) -> None:
    """Load publications of any office from CSV files, later releases over earlier ones."""
    check_address(url)
    about = {"url": url, "licence": licence}
    _load(workspace, files, release, "publications", fields=fields, memory=memory, **about)


def paper_links(
    files: CsvArgument,
    release: ReleaseOption,
    workspace: WorkspaceOption = HERE,
    *,
    url: UrlOption = "",
    licence: LicenceOption = "",
    memory: MemoryOption = MEMORY,
) -> None:
    """Load pairs of a patent and a paper it cites; a release replaces the one before."""
    if url:
        check_address(url)
    about = {"url": url, "licence": licence}
    _load(workspace, files, release, "paper-links", fields=None, memory=memory, **about)


def _load(
    workspace: Path,
    given: list[Path],
    release: str,
    source: str,
    *,
    fields: Path | None,
    memory: str,
    url: str = "",
    licence: str = "",
) -> None:
    from hubscope.store.patents import load

    check_date(release)
    with write_context(workspace) as context:
        body = load(
            context.store,
            given,
            source=source,
            vintage=release,
            url=url,
            licence=licence,
            fields=fields,
            memory=memory,
            after=tell_step,
        )
        PATENTS.tell(
            "added",
            source=source,
            patents=body["patents"],
            links=body["links"],
            vintage=release,
            rejects=sum(body["rejects"].values()),
        )


def patents(workspace: WorkspaceOption = HERE, as_json: JsonOption = False) -> None:
    """Show what patents the store holds, from when, what was set aside, who is unplaced."""
    from hubscope.cli.talk import show_json, table
    from hubscope.store.patents import loaded

    store = read_context(workspace).store
    body = loaded(store)
    if as_json:
        show_json(body | {"confidence": _confidence(store)} if body else body)
        return
    if not body:
        PATENTS.tell("none")
        return
    head = [PATENTS.said(f"column.{c}") for c in ("source", "release", "file", "table", "rows")]
    rows = [
        [p["source"], p["vintage"], p["name"], n, str(c)]
        for p in body["parts"]
        for n, c in p["rows"].items()
    ]
    table(head, rows)
    show_patents(store)


def show_patents(store: Store) -> None:
    """What was set aside and why, who is unplaced, how sure the pairs are, what is stale."""
    from datetime import UTC, datetime

    from hubscope.cli.talk import table
    from hubscope.sources.patent_papers import SURE
    from hubscope.store.patents import loaded, stale

    body = loaded(store)
    if body["rejects"]:
        reasons = [[reason, str(count)] for reason, count in body["rejects"].items()]
        table([PATENTS.said("column.reason"), PATENTS.said("column.count")], reasons)
    if pairs := _confidence(store):
        sure = sum(n for c, n in pairs.items() if c >= SURE)
        PATENTS.tell("sure", least=SURE, sure=sure, share=sure / sum(pairs.values()))
    PATENTS.tell(
        "holds",
        patents=body["patents"],
        superseded=body["superseded"],
        inventors=body["inventors"],
        unplaced=body["unplaced"] / max(body["inventors"], 1),
        links=body["links"],
        held=body["links_held"] / max(body["links"], 1),
    )
    for source, vintage in stale(store, datetime.now(UTC).date().isoformat()).items():
        PATENTS.tell("stale", source=source, vintage=vintage)


def _confidence(store: Store) -> dict[int, int]:
    """Pairs of a patent and a paper by how sure their match is, 1 to 10."""
    from hubscope.store.engine import query
    from hubscope.store.patents_views import connect_patents

    sql = (
        "SELECT confidence, count(*) AS n FROM paper_links GROUP BY confidence ORDER BY confidence"
    )
    with connect_patents(store) as connection:
        rows = query(connection, sql, name="store patents")
    return {int(str(r["confidence"])): int(str(r["n"])) for r in rows}
