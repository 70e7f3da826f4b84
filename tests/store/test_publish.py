"""The store is either its old state or its new one."""

import json
import os

import pyarrow as pa
import pytest

from hubscope.errors import BadDataError, EngineError, HubscopeError
from hubscope.store import Store, connect
from hubscope.store.engine import query
from hubscope.store.files import sweep_aside, write_atomic


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


TABLE = pa.table({"hub": ["beijing", "seoul"], "value": [1.5, 2.5]})


def test_what_is_published_is_read_back(store):
    store.publish("s", "f1", {"t": TABLE, "j": {"a": [1, "北京"]}}, {"in": "hash"})
    assert store.table("t").equals(TABLE)
    assert store.json("j") == {"a": [1, "北京"]}
    assert store.is_current("s", "f1")
    assert not store.is_current("s", "f2")


def test_equal_contents_give_equal_manifests(store, tmp_path):
    other = Store(tmp_path / "other")
    for s in (store, other):
        s.publish("s", "f", {"t": TABLE}, {})
    assert (store.root / "manifest.json").read_bytes() == (
        other.root / "manifest.json"
    ).read_bytes()


def test_a_failed_rename_leaves_the_old_state_and_no_half_file(store, monkeypatch):
    store.publish("s", "f1", {"j": [1]}, {})

    def refuse(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", refuse)
    with pytest.raises(HubscopeError, match="no space left on the device"):
        store.publish("s", "f2", {"j": [2]}, {})
    monkeypatch.undo()
    assert store.json("j") == [1]
    assert not list(store.root.glob("**/.*.aside"))


def test_what_a_killed_run_left_is_swept_away(tmp_path):
    (tmp_path / ".x.123.aside").write_bytes(b"half")
    assert sweep_aside(tmp_path) == 1


def test_a_lost_artifact_is_not_current(store):
    store.publish("s", "f", {"j": [1]}, {})
    store.path("j").unlink()
    assert not store.is_current("s", "f")
    with pytest.raises(BadDataError, match="is missing"):
        store.path("j")


def test_an_absent_artifact_names_what_is_there(store):
    store.publish("s", "f", {"figures": TABLE}, {})
    with pytest.raises(HubscopeError, match="has no figurs yet") as caught:
        store.table("figurs")
    assert "did you mean figures?" in caught.value.hint


@pytest.mark.parametrize("text", ["{", json.dumps({"format": 99})])
def test_a_damaged_or_foreign_manifest_is_said(store, text):
    store.root.mkdir()
    (store.root / "manifest.json").write_text(text)
    with pytest.raises(BadDataError, match=r"manifest\.json"):
        store.manifest()


def test_the_engine_reads_the_store_and_nothing_else(store, tmp_path):
    store.publish("s", "f", {"t": TABLE}, {})
    outside = tmp_path / "secret.csv"
    outside.write_text("a\n1\n")
    with connect(store, {"v": "t"}) as engine:
        assert query(engine, "select sum(value) s from v", name="q") == [{"s": 4.0}]
        with pytest.raises(EngineError, match=r"q\.sql"):
            query(engine, f"select * from read_csv('{outside}')", name="q.sql")
        with pytest.raises(EngineError):
            query(engine, "set enable_external_access = true", name="q")
        inside = store.root / "out.csv"
        for sql in (
            f"copy v to '{inside}'",
            f"attach '{store.root / 'x.db'}' as x",
            "select 1; drop view v",
            "",
        ):
            with pytest.raises(EngineError, match="a definition is one SELECT"):
                query(engine, sql, name="q")
        assert not inside.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(HubscopeError, match="cannot be written"):
        write_atomic(tmp_path / "x", b"1")


def as_older(store, name="x"):
    """The store as a version before schemas were numbered left it."""
    manifest = json.loads((store.root / "manifest.json").read_bytes())
    del manifest["artifacts"][name]["schema"]
    (store.root / "manifest.json").write_text(json.dumps(manifest))


def test_what_an_older_version_wrote_is_said_and_can_be_forgotten(tmp_path):
    store = Store(tmp_path)
    store.publish("s", "1", {"x": [1], "y": [2]}, {})
    store.publish("t", "1", {"z": [3]}, {})
    as_older(store)
    for read in (store.json, store.path, store.table):
        with pytest.raises(
            BadDataError, match=r"x was written by an older version.*schema 0"
        ) as said:
            read("x")
    assert "hubscope store renew" in said.value.hint
    assert not store.is_current("s", "1")
    assert store.json("z") == [3]
    assert store.renew() == ["x"]
    assert store.renew() == []
    with pytest.raises(HubscopeError, match="has no x yet"):
        store.manifest().artifacts["x"]
    assert sorted(store.manifest().steps) == ["t"]
    store.publish("s", "1", {"x": [1]}, {})
    assert store.json("x") == [1]


def test_what_a_newer_version_wrote_is_said(tmp_path):
    store = Store(tmp_path)
    store.publish("s", "1", {"x": [1]}, {})
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    manifest["artifacts"]["x"] |= {"schema": 99, "colour": "red"}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BadDataError, match="newer version") as said:
        store.json("x")
    assert said.value.hint == "update hubscope"


@pytest.mark.parametrize(
    "body", [{}, {"artifacts": {"x": {}}, "steps": {}}, {"artifacts": 5, "steps": 5}]
)
def test_a_manifest_without_its_keys_is_damaged(tmp_path, body):
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 1} | body))
    with pytest.raises(BadDataError, match="is damaged"):
        Store(tmp_path).manifest()
