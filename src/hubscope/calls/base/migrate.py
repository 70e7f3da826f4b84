"""The tables as they changed over time: Alembic, without a file of settings."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from hubscope.calls.base.models import Base


def _script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database to the newest version of the tables, or `to` one; else nothing."""
    script = _script()
    newest = script.get_current_head() if to == "head" else to
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == newest:
            return
    with engine.connect() as given:
        connection = given.execution_options(hubscope_write=True)
        with connection.begin():
            _run(script, connection, to)


def _run(script: ScriptDirectory, connection: Connection, to: str) -> None:
    config = Config()
    with EnvironmentContext(config, script) as environment:
        environment.configure(
            connection=connection,
            target_metadata=Base.metadata,
            fn=lambda revision, _context: script._upgrade_revs(to, revision),  # noqa: SLF001
        )
        environment.run_migrations()
