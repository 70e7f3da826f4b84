"""The database of the calls: SQLite in the workspace, or PostgreSQL by URL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hubscope.errors import HubscopeError, NotPermittedError

URL = "HUBSCOPE_CALLS_URL"
"""Environment variable that names another database than the workspace's own."""
LOCK = 4_202_101
"""Number of PostgreSQL's advisory lock: one writer at a time keeps the record a chain."""


class Database:
    """An open database; `read` and `write` give sessions."""

    def __init__(self, engine: Engine, files: Path) -> None:
        self.engine = engine
        self.files = files

    @property
    def root(self) -> Path:
        """The workspace that the calls belong to."""
        return self.files.parents[1]

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that only reads."""
        with Session(self.engine, info={"root": self.root}) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that holds the only right to write until it ends: all or nothing.

        Raises:
            NotPermittedError: where the database is busy for longer than ten seconds.
        """
        with Session(self.engine, info={"root": self.root}) as session:
            try:
                if self.is_sqlite:
                    session.connection(execution_options={"hubscope_write": True})
                else:
                    session.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
                yield session
                session.commit()
            except OperationalError as error:
                raise NotPermittedError(
                    f"the calls' database cannot be written: {error.orig}",
                    hint="another command may be writing; try again",
                ) from error

    def close(self) -> None:
        """Give back all connections."""
        self.engine.dispose()


def _prepare_sqlite(engine: Engine) -> None:
    """WAL, foreign keys, and our own BEGIN: IMMEDIATE for who will write."""

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        writes = connection.get_execution_options().get("hubscope_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _engine(url: str) -> Engine:
    if url.startswith("postgresql://"):
        url = url.replace("postgresql://", "postgresql+pg8000://", 1)
    try:
        engine = create_engine(url)
    except ModuleNotFoundError as error:
        raise HubscopeError(
            f"the driver for {url.split(':', 1)[0]} is not installed",
            hint="pip install 'hubscope[postgres]'",
        ) from error
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
    return engine


def open_database(root: Path, url: str = "") -> Database:
    """The calls' database of the workspace in `root`, made or brought up to date where needed.

    `url`, or the variable HUBSCOPE_CALLS_URL, names another database: postgresql://user@host/name.
    """
    from hubscope.calls.base.migrate import upgrade

    folder = root / "calls"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotPermittedError(f"{folder} cannot be made: {error.strerror}") from error
    url = url or os.environ.get(URL, "") or f"sqlite:///{folder / 'calls.db'}"
    database = Database(_engine(url), folder / "files")
    upgrade(database.engine)
    return database


def exists(root: Path) -> bool:
    """Whether the workspace in `root` has calls."""
    return bool(os.environ.get(URL)) or (root / "calls" / "calls.db").is_file()
