"""Both databases: tables as the models say, the same round, one writer at a time."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from hubscope.calls.base.ledger import lines, verify
from hubscope.calls.base.models import Base
from hubscope.calls.record import export, replay


def _binaries():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


def _as_server(*command):
    """PostgreSQL refuses to run as root: Debian's package brings a user for it."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else list(command)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """A PostgreSQL server of this test run's own."""
    home = _binaries()
    if home is None:
        pytest.skip("PostgreSQL is not on this machine (apt-get install postgresql)")
    folder = Path("/tmp") / f"hubscope-pg-{os.getpid()}"
    folder.mkdir()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = str(folder / "data")
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    init = [str(home / "initdb"), "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "-N"]
    subprocess.run(_as_server(*init), check=True, capture_output=True, cwd="/tmp")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {folder}"
    control = [str(home / "pg_ctl"), "-D", data, "-l", str(folder / "log"), "-w"]
    start = _as_server(*control, "-o", options, "start")
    subprocess.run(start, check=True, stdout=subprocess.DEVNULL, cwd="/tmp")
    yield f"postgresql://tester@127.0.0.1:{port}"
    stop = _as_server(*control, "-m", "immediate", "stop")
    subprocess.run(stop, check=True, capture_output=True, cwd="/tmp")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request, fresh, tmp_path):
    """A round in each kind of database."""
    if request.param == "sqlite":
        yield fresh
        return
    url = request.getfixturevalue("server")
    from sqlalchemy import create_engine

    admin = create_engine(
        url.replace("postgresql://", "postgresql+pg8000://") + "/postgres",
        isolation_level="AUTOCOMMIT",
    )
    name = f"t{abs(hash(request.node.name)) % 10**9}"
    with admin.connect() as c:
        c.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    made = type(fresh)(tmp_path, f"{url}/{name}")
    yield made
    made.db.close()


def test_the_tables_are_as_the_models_say(either):
    with either.db.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


def test_the_same_round(either):
    r = either
    r.open()
    codes = [r.bid("Alpha"), r.bid("Beta")]
    r.close().review(codes, dict(zip(codes, (90, 60), strict=True))).decide()
    r.award(codes[:1], codes[1:])
    r.sign(codes[0])
    with r.db.read() as s:
        assert replay(export(s, r.id, r.now)) == []
    assert r.state(codes[0]) == "contracted"


def test_the_record_is_append_only(either):
    r = either.open()
    for statement in ("UPDATE record SET role='x' WHERE seq=1", "DELETE FROM record"):
        with pytest.raises(Exception, match="append-only"), r.db.write() as s:
            s.execute(text(statement))


def test_many_writers_make_one_chain(either):
    r = either.open()

    def enter(n):
        for i in range(5):
            r.bid(f"Lead{n}x{i}")

    threads = [threading.Thread(target=enter, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len({b.code for b in r.bids()}) == 20
    with r.db.read() as s:
        assert verify(lines(s)).intact


KILLED = """
import sys, os
from pathlib import Path
from datetime import datetime, UTC
from hubscope.calls.base.database import open_database
from hubscope.calls.desk import act as module
from hubscope.calls.desk.case import Actor
database = open_database(Path(sys.argv[1]))
module.append = lambda *_: os.kill(os.getpid(), 9)
now = datetime.fromisoformat(sys.argv[2])
module.act(database, "r1", "amend", {"deadline": "2026-09-01T00:00:00Z", "text": "later"},
           actor=Actor(), now=now)
"""


OLD_UPLOAD = """CREATE TABLE upload (sha256 VARCHAR(64) NOT NULL, call_id VARCHAR(60) NOT NULL,
bid_id INTEGER, person_id INTEGER, name VARCHAR(200) NOT NULL, media VARCHAR(100) NOT NULL,
size INTEGER NOT NULL, CONSTRAINT pk_upload PRIMARY KEY (sha256, call_id))"""


def test_uploads_of_the_second_version_stay_with_their_bids(either):
    from hubscope.calls.base.migrate import upgrade
    from hubscope.calls.base.models import Upload
    from hubscope.calls.files import keep

    r = either.open()
    codes = [r.bid("Alpha"), r.bid("Beta")]
    with r.db.write() as old:
        for statement in (
            "DROP TABLE upload",
            OLD_UPLOAD,
            "INSERT INTO upload VALUES ('ab', 'r1', 1, NULL, 'a.txt', 'text/plain', 3)",
            "UPDATE alembic_version SET version_num = '0002'",
        ):
            old.execute(text(statement))
    upgrade(r.db.engine)
    for code in codes:
        keep(r.db, "b.txt", b"both", call="r1", bid=code, person=None)
    with r.db.read() as s:
        found = sorted((u.bid_id, u.name, u.size) for u in s.query(Upload))
    assert found == [(1, "a.txt", 3), (1, "b.txt", 4), (2, "b.txt", 4)]


def test_killed_in_the_middle_of_a_step(fresh, tmp_path):
    r = fresh.open()
    before = r.version()
    root = r.db.files.parents[1]
    done = subprocess.run([sys.executable, "-c", KILLED, str(root), r.now.isoformat()], check=False)
    assert done.returncode == -9
    assert r.version() == before
    with r.db.read() as s:
        assert verify(lines(s)).intact
    r.do("amend", {"deadline": "2026-09-01T00:00:00Z", "text": "later"})
    assert r.version() > before


def test_a_database_of_the_first_version_keeps_what_it_holds(tmp_path):
    """Tables of version 0001 with a row in them are brought up to date; the row stays."""
    from hubscope.calls.base import database
    from hubscope.calls.base.migrate import upgrade
    from hubscope.calls.base.models import Person

    (tmp_path / "calls").mkdir()
    engine = database._engine(f"sqlite:///{tmp_path / 'calls' / 'calls.db'}")
    upgrade(engine, "0001")
    with engine.begin() as old:
        columns = "email, name, organisation, password, staff"
        old.execute(text(f"INSERT INTO person ({columns}) VALUES ('a@x.org', 'A', '', '', 0)"))
    engine.dispose()
    opened = database.open_database(tmp_path)
    with opened.read() as session:
        (kept,) = session.query(Person).all()
    assert (kept.email, kept.language) == ("a@x.org", "zh")
    opened.close()
