"""Indicators that share a text differ in what is given only, and a faulty share is named."""

import tomllib
from collections import Counter
from importlib.resources import files
from tomllib import TOMLDecodeError

import pytest

from hubscope.errors import BadDataError
from hubscope.indicators import load_catalogue
from hubscope.indicators.patents_measures import measures as patents
from hubscope.indicators.shared_queries import SharedQuery, filled, query
from hubscope.indicators.works_measures import measures

DEFINITION = """\
id = "twice"
force = "none"
unit = "count"
direction = "+"
formula = "twice the count"
source = "figures"
name = { zh = "两倍", en = "Twice" }
definition = { zh = "两倍。", en = "Twice." }
caveat = { zh = "无。", en = "None." }
"""


def test_every_query_is_complete():
    for m in (*measures().values(), *patents().values()):
        assert m.sql.count("SELECT"), m.indicator.id
        assert "$" not in m.sql, m.indicator.id


def test_every_shared_text_is_shared():
    folder = files("hubscope") / "indicators/definitions"
    tomls = [f.read_text("utf-8") for force in folder.iterdir() for f in force.iterdir()
             if f.name.endswith(".toml")]  # fmt: skip
    named = Counter(tomllib.loads(t).get("query", {}).get("text") for t in tomls)
    texts = {f.name.removesuffix(".sql") for f in (folder / "queries").iterdir()}
    assert texts == {*named} - {None}
    assert min(named[t] for t in texts) >= 2


@pytest.mark.parametrize("field", ["ai", "quantum", "ic", "materials", "components", "instruments"])
def test_key_fields_differ_in_the_field_alone(field):
    every = measures()
    for kind in ("share", "lead", "top_share", "specialisation"):
        one, other = every[f"oa_ai_{kind}"].sql, every[f"oa_{field}_{kind}"].sql
        assert one.replace("'ai'", f"'{field}'") == other
        assert f"name = '{field}'" in other


def test_constants_are_written_as_sql():
    assert filled("x = $a AND y = $b", {"a": "it's", "b": 1}) == "x = 'it''s' AND y = 1"


@pytest.mark.parametrize(("text", "given"), [("x = $a", {}), ("x", {"a": 1}), ("$a", {"b": 1})])
def test_places_and_what_is_given_must_agree(text, given):
    with pytest.raises(TOMLDecodeError, match=r"query\.given"):
        filled(text, given)


def test_a_text_that_is_not_there_and_a_second_query(tmp_path):
    asked, own = SharedQuery(text="plain"), tmp_path / "own.sql"
    with pytest.raises(TOMLDecodeError, match=r"no queries/plain\.sql"):
        query(asked, own, tmp_path)
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "plain.sql").write_text("SELECT 1\n", "utf-8")
    assert query(asked, own, tmp_path) == "SELECT 1"
    own.write_text("SELECT 2", "utf-8")
    with pytest.raises(TOMLDecodeError, match=r"own\.sql"):
        query(asked, own, tmp_path)


def test_a_workspace_shares_texts_too_and_faults_name_the_file(tmp_path):
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "times.sql").write_text("SELECT $by * value FROM figures", "utf-8")
    file = tmp_path / "twice.toml"
    file.write_text(DEFINITION + '[query]\ntext = "times"\ngiven = { by = 2 }\n', "utf-8")
    assert load_catalogue(tmp_path)["twice"].sql == "SELECT 2 * value FROM figures"
    file.write_text(DEFINITION + '[query]\ntext = "times"\n', "utf-8")
    with pytest.raises(BadDataError, match=r"twice\.toml: .*by must be both given"):
        load_catalogue(tmp_path)
    file.write_text(DEFINITION + '[query]\ntext = "../times"\n', "utf-8")
    with pytest.raises(BadDataError, match=r"query\.text"):
        load_catalogue(tmp_path)
