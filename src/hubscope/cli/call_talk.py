"""What the verbs of `hubscope call` share: the database, the clock, and how a step is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubscope.cli.talk import Voice

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from hubscope.calls.base.database import Database

CALLS = Voice("calls")
said, told = CALLS.said, CALLS.told


@contextmanager
def opened(root: Path) -> Iterator[Database]:
    """The workspace's database of calls; refusals are said in the user's language."""
    from hubscope.calls.base.database import open_database

    with spoken():
        database = open_database(root)
        try:
            yield database
        finally:
            database.close()


@contextmanager
def spoken() -> Iterator[None]:
    """Say refusals and bad tables in the user's language."""
    from hubscope.calls.refusal import BadTableError, RefusedError
    from hubscope.cli.talk import language

    try:
        yield
    except (RefusedError, BadTableError) as error:
        error.what, error.hint = error.in_(language()), error.hint_in(language())
        raise


@contextmanager
def quiet() -> Iterator[None]:
    """Keep what a solver's library prints by itself out of stdout."""
    import sys

    sys.stdout.flush()
    kept, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(null)


def now() -> Any:
    """The clock: aware, UTC."""
    from datetime import UTC, datetime

    return datetime.now(UTC)


def say_it(key: str, **values: object) -> None:
    """Say the words under `key` on stderr."""
    CALLS.tell(f"cli.{key}", **values)


def pairs(given: list[str]) -> dict[str, str]:
    """The mapping that `--set name=value` options give."""
    from hubscope.errors import UsageError

    found = dict(pair.partition("=")[::2] for pair in given)
    if any("=" not in pair for pair in given):
        raise UsageError("--set takes name=value", hint="for example --set slots=2")
    return found


def limits_of(path: Path | None) -> dict[str, Any]:
    """A TOML file's contents; nothing where there is no file."""
    import tomllib

    from hubscope.errors import BadDataError

    try:
        return tomllib.loads(path.read_text("utf-8")) if path else {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadDataError(f"{path} is not valid TOML: {error}") from error


def take(
    root: Path, call: str, action: str, body: dict[str, Any] | None = None, **at: Any
) -> dict[str, Any]:
    """Take a step as the operator; what the record keeps of it comes out."""
    from hubscope.calls.desk.act import act
    from hubscope.calls.desk.case import Actor

    actor = Actor(acts_as=at.pop("role", ""))
    with opened(root) as database, quiet():
        return act(database, call, action, body, actor=actor, now=now(), **at)


NEXT = {("import", "publish"): "bids FILE", ("step", "decide"): "shortlist"}
"""What the next verb needs beside the call, by verb and step taken."""


def following(verb: str, call: str, root: Path, more: str = "") -> str:
    """The next command, as it can be copied."""
    where = "" if root == Path() else f" -w {root}"
    return f"hubscope call {verb} {call}{' ' * bool(more)}{more}{where}"


def done(call: str, made: dict[str, Any], verb: str, root: Path) -> None:
    """Print what the record keeps, and say the new state and the next verb."""
    from hubscope.cli.talk import show_json

    show_json(made)
    step = CALLS.said(f"action.{made['action']}")
    state = CALLS.said(f"state.{made['to']}")
    more = NEXT.get((verb, made["action"]), "")
    say_it("done", step=step, state=state, next=following(verb, call, root, more))


def figures_files(session: Session, folder: Path, root: Path, *, hub: str, url: str) -> list[Path]:
    """Write what the calls add to the catalogue into `folder`, and into an observatory's figures.

    Raises:
        UsageError: where hub or address is missing, or the workspace has no such hub.
    """
    from hubscope.calls.record.files import write_figures
    from hubscope.errors import UsageError, nearest
    from hubscope.workspace import CONFIG, open_workspace

    if not hub or not url.startswith(("http://", "https://")):
        raise UsageError(CALLS.said("cli.figures_need"))
    folders = [folder]
    if (root / CONFIG).is_file():
        known = open_workspace(root).hubs
        if hub not in known:
            raise UsageError(CALLS.said("cli.figures_hub", hub=hub), hint=nearest(hub, known))
        folders.append(root / "figures")
    found = [write_figures(session, at, now(), hub=hub, url=url) for at in folders]
    return list(dict.fromkeys(path.resolve() for path in found))
