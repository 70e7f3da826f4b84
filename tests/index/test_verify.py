"""Results against their record: any changed byte is found, and the same inputs make them again."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from hubscope.cli.index import app
from hubscope.errors import BadDataError, HubscopeError
from hubscope.index.verify import difference

RECIPE = """
[[step]]
do = "normalise"
[[step]]
do = "aggregate"
[[factor]]
weight = "w"
low = 0.2
high = 0.8
[[factor]]
errors = "errors.csv"
"""
FRAMEWORK = "code,level,parent\nw,1,top\nx,1,top\ny,1,top\ntop,2,\n"
DATA = "unit,w,x,y\na,1,3,2\nb,2,1,9\nc,3,2,4\nd,4,6,3\n"
ERRORS = "unit,w,x,y\na,.1,.2,.1\nb,.1,.1,.1\n"
VERBS = ("build", "uncertainty", "sensitivity", "diagnose")
SMALL = {
    "uncertainty": ["--draws", "50", "--seed", "3"],
    "sensitivity": ["--points", "8", "--pair", "a=b"],
}


@pytest.fixture
def files(tmp_path):
    for name, text in (
        ("r.toml", RECIPE), ("f.csv", FRAMEWORK), ("d.csv", DATA), ("errors.csv", ERRORS)
    ):  # fmt: skip
        (tmp_path / name).write_text(text)
    return tmp_path


def run(files, verb, *more):
    options = ["--data", files / "d.csv", "--framework", files / "f.csv"]
    options += ["--recipe", files / "r.toml", "--out", files / verb, *SMALL.get(verb, []), *more]
    result = CliRunner().invoke(app, [verb, *map(str, options)])
    assert result.exit_code == 0, result.exception
    return files / verb


def verify(folder, *more):
    result = CliRunner().invoke(app, ["verify", str(folder), "--json", *map(str, more)])
    return result.exception, json.loads(result.stdout or "null")


@pytest.mark.parametrize("verb", VERBS)
def test_what_was_written_is_verified_and_made_again(files, verb):
    folder = run(files, verb)
    error, found = verify(folder, "--replay")
    assert error is None
    assert found["fine"]
    kinds = {c["check"] for c in found["checks"]}
    assert kinds == {"output", "input", "replay"}
    listed = {c["file"] for c in found["checks"] if c["check"] == "replay"}
    assert listed == {p.name for p in folder.iterdir()}


def test_the_record_names_inputs_options_versions_and_outputs(files):
    made = json.loads((run(files, "uncertainty") / "uncertainty.json").read_text())["made"]
    assert made["options"] == {"draws": 50, "seed": 3, "level": 0.9}
    roles = [(i["role"], i.get("file")) for i in made["inputs"]]
    assert roles == [("data", "../d.csv"), ("framework", "../f.csv"), ("recipe", "../r.toml"),
                     ("errors", "../errors.csv")]  # fmt: skip
    assert {"python", "hubscope", "numpy", "scipy"} <= set(made["versions"])
    assert set(made["outputs"]) == {
        "uncertainty.csv", "rank_probabilities.csv", "pair_probabilities.csv"
    }  # fmt: skip


def test_comparisons_with_several_recipes(files):
    (files / "g.toml").write_text(RECIPE.replace('"normalise"', '"normalise"\nmethod = "rank"'))
    folder = run(files, "compare", "--recipe", files / "g.toml")
    assert verify(folder, "--replay")[0] is None
    (files / "g.toml").write_text(RECIPE)
    error, found = verify(folder, "--replay")
    assert "g.toml changed" in str(error)
    assert not any(c["check"] == "replay" for c in found["checks"])


def test_a_changed_byte_is_found(files):
    folder = run(files, "build")
    path = folder / "scores.csv"
    path.write_text(path.read_text().replace("a,", "a,1", 1))
    error, found = verify(folder)
    assert isinstance(error, BadDataError)
    assert "scores.csv changed" in str(error)
    states = {c["file"]: c["state"] for c in found["checks"]}
    assert states["scores.csv"] == "changed"
    assert states["ranks.csv"] == "same"
    path.unlink()
    assert "scores.csv missing" in str(verify(folder)[0])


def test_changed_and_moved_inputs(files):
    folder = run(files, "build")
    kept = files / "kept"
    kept.mkdir()
    for name in ("d.csv", "f.csv", "r.toml", "errors.csv"):
        shutil.move(files / name, kept / name)
    assert "../d.csv missing" in str(verify(folder)[0])
    assert verify(folder, "--inputs", kept, "--replay")[0] is None
    (kept / "d.csv").write_text(DATA.replace("b,2", "b,3"))
    assert "../d.csv changed" in str(verify(folder, "--inputs", kept)[0])


def forge(folder):
    """Results changed by a hand that also mends the hashes in the record."""
    import hashlib

    path = folder / "scores.csv"
    lines = path.read_text().splitlines()
    unit, value = lines[2].split(",")
    lines[2] = f"{unit},{float(value) + 1}"
    path.write_text("\n".join(lines) + "\n")
    record = json.loads((folder / "log.json").read_text())
    record["made"]["outputs"]["scores.csv"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "log.json").write_text(json.dumps(record))
    return value


def test_replay_finds_what_mended_hashes_hide_and_names_the_cell(files):
    folder = run(files, "build")
    value = forge(folder)
    assert verify(folder)[0] is None
    error, _ = verify(folder, "--replay")
    assert "scores.csv differs (line 3 (b), column top: " in str(error)
    assert f"→ {value}" in str(error)


@pytest.fixture
def keys(tmp_path):
    from cryptography.hazmat.primitives import serialization as s
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = {}
    for name in ("mine", "other"):
        key = Ed25519PrivateKey.generate()
        made[name] = tmp_path / f"{name}.pem"
        made[name].write_bytes(
            key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
        )
        made[f"{name}.pub"] = tmp_path / f"{name}.pub"
        made[f"{name}.pub"].write_bytes(
            key.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
        )
    return made


def test_a_signature_holds_for_its_key_alone(files, keys):
    folder = run(files, "build", "--sign", keys["mine"])
    assert verify(folder, "--key", keys["mine.pub"], "--replay")[0] is None
    assert "log.json.sig changed" in str(verify(folder, "--key", keys["other.pub"])[0])
    states = {c["file"]: c["state"] for c in verify(folder)[1]["checks"]}
    assert states["log.json.sig"] == "unchecked"
    forge(folder)
    assert "log.json.sig changed" in str(verify(folder, "--key", keys["mine.pub"])[0])


def test_openssl_agrees_with_the_signature(files, keys):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    import base64

    folder = run(files, "build", "--sign", keys["mine"])
    raw = folder.parent / "raw.sig"
    raw.write_bytes(base64.b64decode((folder / "log.json.sig").read_bytes()))
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", keys["mine.pub"]]
    command += ["-rawin", "-in", folder / "log.json", "-sigfile", raw]
    assert subprocess.run(list(map(str, command)), check=False, capture_output=True).returncode == 0


def test_unsigned_results_and_stale_signatures(files, keys):
    folder = run(files, "build", "--sign", keys["mine"])
    folder = run(files, "build")
    assert not (folder / "log.json.sig").exists()
    assert "log.json.sig unsigned" in str(verify(folder, "--key", keys["mine.pub"])[0])


def test_keys_that_are_none(files, keys, monkeypatch):
    folder = run(files, "build", "--sign", keys["mine"])
    error, _ = verify(folder, "--key", files / "d.csv")
    assert "cannot be read as a key" in str(error)
    assert "openssl genpkey" in str(error)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    error, _ = verify(folder, "--key", keys["mine.pub"])
    assert isinstance(error, HubscopeError)
    assert "hubscope[sign]" in str(error)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"made": {"verb": "build"}}', '{"made": 1}', "{"], ids=repr
)
def test_a_broken_record_is_said_to_be_one(tmp_path, text):
    (tmp_path / "log.json").write_text(text)
    error, _ = verify(tmp_path)
    assert isinstance(error, BadDataError)


def test_a_folder_without_a_record(tmp_path):
    assert "holds no record" in str(verify(tmp_path)[0])


def test_a_record_cannot_point_outside_its_folder_for_outputs(files):
    folder = run(files, "build")
    record = json.loads((folder / "log.json").read_text())
    record["made"]["outputs"]["../d.csv"] = "0"
    (folder / "log.json").write_text(json.dumps(record))
    assert "../d.csv missing" in str(verify(folder)[0])


def test_the_first_difference_is_named():
    assert (
        difference("a.csv", "u,x\na,1\nb,2\n", "u,x\na,1\nb,3\n") == "line 3 (b), column x: 2 → 3"
    )
    assert difference("a.csv", "u,x\na,1\n", "u,x\n") == "1 rows → 0"
    assert difference("a.csv", "u,x\n", "u,y\n") == "columns u, x → u, y"
    assert difference("l.json", '{"a": [1, 2]}', '{"a": [1, 3]}') == "a[1]: 2 → 3"
    assert difference("l.json", '{"a": 1}', '{"b": 1}') == "all: {'a': 1} → {'b': 1}"
    assert difference("l.json", '{"a":1}', '{"a": 1}') == "spelling or order of the same values"
