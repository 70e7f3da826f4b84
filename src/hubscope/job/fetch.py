"""Works of one hub or one field from the OpenAlex API into the store, and where they are.

The user asks for it by name; nothing else in hubscope touches the network. Raw pages stand in
`store/api/<key of the list>/`; what is loaded is a part file composed of them, read like a part of
the snapshot, with the day of the first request as its release.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from hubscope.errors import HubscopeError, UsageError, nearest
from hubscope.job.steps import Context
from hubscope.job.works import PLACES, add_institutions, sites
from hubscope.places import assign, read_places
from hubscope.sources import organisations
from hubscope.sources.openalex_api import asked
from hubscope.sources.openalex_api.asked import Query
from hubscope.sources.openalex_api.client import Client
from hubscope.sources.openalex_api.lines import Composed, complete, compose
from hubscope.sources.openalex_api.pages import Limits, Progress, begin, fetch
from hubscope.sources.star import SITES
from hubscope.store.files import make_folder, write_atomic
from hubscope.store.works import load

FOLDER = "api"
LICENCE = "CC0-1.0"

Told = Callable[[str, Progress], None]


@dataclass(frozen=True, slots=True)
class Ask:
    """What the user asks for."""

    hub: str = ""
    institutions: tuple[int, ...] = ()
    first: int | None = None
    last: int | None = None
    about: tuple[tuple[str, str], ...] = ()
    """Level of the classification and id, as `openalex_api.asked.ABOUT` writes them."""
    again: bool = False
    """Whether lists that are here are asked for anew."""
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of it."""

    release: str
    institutions: int
    """Asked for; 0 where the works of all were."""
    composed: Composed
    body: dict[str, Any]
    """What the store says of the works."""
    placed: int
    """Institutions that now have a place."""
    requests: int


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Where lists are kept, and how they are asked for."""

    root: Path
    client: Client
    today: str
    ask: Ask
    after: Told

    def bring(self, query: Query, what: str) -> tuple[Path, str]:
        """The folder of a whole list, and the day on which it was first asked for."""
        folder = self.root / query.key
        if self.ask.again and folder.is_dir() and not _asked_on(folder, self.today):
            shutil.rmtree(folder)
        began = begin(folder, query, self.today, write_atomic)
        fetch(
            folder,
            query,
            self.client,
            write_atomic,
            limits=self.ask.limits,
            after=lambda p: self.after(what, p),
        )
        return folder, began


def _asked_on(folder: Path, today: str) -> bool:
    """Whether a list was begun today: asking anew after a kill goes on with it."""
    about = folder / "query.json"
    return about.is_file() and today in about.read_text("utf-8")


def fetch_openalex(
    context: Context,
    ask: Ask,
    client: Client,
    *,
    today: str,
    after: Told = lambda _what, _progress: None,
) -> Fetched:
    """Bring, load and place the works that `ask` is about.

    Args:
        context: the workspace, locked for writing.
        ask: which works.
        client: how the API is asked.
        today: ISO 8601; the release of lists that are asked for the first time.
        after: hears of each page.

    Raises:
        HubscopeError: where the source refuses or keeps failing; what came is kept, and the same
            command goes on from there. Nothing is loaded before a list is whole.
    """
    shelf = _Shelf(make_folder(context.store.root / FOLDER), client, today, ask, after)
    near: list[Path] = []
    numbers: Sequence[int] = ask.institutions
    if ask.hub:
        numbers, near = _of_hub(context, shelf)
    queries = asked.works(numbers, first=ask.first, last=ask.last, about=ask.about)
    brought = [shelf.bring(q, "works") for q in queries]
    for folder, _ in brought:
        complete(folder, client, write_atomic)
    release = min(began for _, began in brought)
    file = shelf.root / f"{_name(ask, queries)}.jsonl.gz"
    composed = compose([folder for folder, _ in brought], file)
    if not composed.records:
        raise HubscopeError("OpenAlex has no such works", hint="widen the years or the field")
    body = load(context.store, [file], vintage=release, licence=LICENCE)
    placed = _place(context, shelf, near)
    return Fetched(release, len(numbers), composed, body, placed, client.requests)


def _name(ask: Ask, queries: Sequence[Query]) -> str:
    """What the part file is called in every message and reject."""
    key = sha256("".join(q.key for q in queries).encode()).hexdigest()[:8]
    words = [ask.hub, *(i for _, i in ask.about), str(ask.first or ""), str(ask.last or "")]
    return "-".join(["openalex-api", *(w for w in words if w), key])


def _of_hub(context: Context, shelf: _Shelf) -> tuple[list[int], list[Path]]:
    """The institutions that lie in the hub, and the file of all of its economies."""
    hubs, ident = context.workspace.hubs, shelf.ask.hub
    if ident not in hubs:
        raise UsageError(f"no hub is called {ident}", hint=nearest(ident, hubs))
    economies = [e for e in hubs[ident].economy.split("/") if len(e) == 2]
    if not economies:
        raise UsageError(
            f"{ident} lies in no economy of two letters",
            hint="name institutions with --institution",
        )
    folder, _ = shelf.bring(asked.institutions_in(economies), "institutions")
    file = shelf.root / f"institutions-{'-'.join(sorted(economies))}.jsonl.gz"
    compose([folder], file)
    rows, _ = organisations.read(file)
    table = pa.Table.from_pylist([{n: r[n] for n in SITES.names} for r in rows], schema=SITES)
    rors = {r["ror"]: r["institution"] for r in rows if r["ror"]}
    rules = [p for p in read_places(context.workspace.root / PLACES, hubs) if p.hub == ident]
    found = sorted(set(assign(table, rors, rules)["institution"].to_pylist()))
    if not found:
        raise HubscopeError(
            f"none of the {len(rows):,} institutions of {'/'.join(economies)} lies in {ident}",
            hint="say where the hub is in places.toml",
        )
    return found, [file]


def _asked_for(root: Path) -> set[int]:
    """Institutions whose place was asked for by their id before: some have none."""
    found: set[int] = set()
    for about in root.glob("*/query.json"):
        said = json.loads(about.read_bytes())
        if "ids.openalex:" in said["query"]:
            found |= {int(i) for i in re.findall(r"I(\d+)", said["query"].partition("&")[0])}
    return found


def _place(context: Context, shelf: _Shelf, near: Sequence[Path]) -> int:
    """Give the works' institutions their places, those elsewhere asked for by their ids."""
    if near:
        add_institutions(context, near)
    have = set(sites(context)["institution"].to_pylist())
    known = context.store.table("works_institutions")["institution"].to_pylist()
    asked_for = _asked_for(shelf.root)
    lacking = [i for i in known if i > 0 and i not in have and i not in asked_for]
    files = list(near)
    if lacking:
        folders = [shelf.bring(q, "places")[0] for q in asked.institutions_called(lacking)]
        key = sha256("".join(f.name for f in folders).encode()).hexdigest()[:8]
        files.append(shelf.root / f"institutions-{key}.jsonl.gz")
        compose(folders, files[-1])
    return add_institutions(context, files) if files else len(have)
