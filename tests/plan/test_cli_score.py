"""`hubscope plan score` on golds made here and on the shared ones."""

import json

import pytest
from typer.testing import CliRunner

from hubscope.cli.app import app
from hubscope.errors import BadDataError

TEXT = "到2030年，全市研发经费投入强度达到3.5%。2023年，研发经费投入强度为3.1%。\n"
ASKED = "全市研发经费投入强度达到3.5%"


def gold(tmp_path, quantity=3.5, quote=ASKED):
    start = TEXT.index(ASKED)
    row = {"id": "T1", "kind": "target", "start": start, "end": start + len(ASKED), "quote": quote}
    row |= {"operator": ">=", "quantity": quantity, "unit": "%", "year": 2030, "parent": None}
    path = tmp_path / "a.gold.json"
    path.write_text(json.dumps({"doc": "a.txt", "elements": [row]}), "utf-8")
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    return path


def run(*words):
    return CliRunner().invoke(app, ["plan", "score", *map(str, words)], catch_exceptions=False)


def test_a_right_target_is_counted(tmp_path):
    made = json.loads(run(gold(tmp_path), "--json").stdout)[0]
    assert made["targets"]["right"] == 1
    assert made["false_targets"] == []


def test_a_wrong_value_is_not(tmp_path):
    made = json.loads(run(gold(tmp_path, 4.0), "--json").stdout)[0]
    assert made["targets"] == {
        "gold": 1,
        "found": 1,
        "right": 0,
        "precision": 0.0,
        "recall": 0.0,
        "f1": 0.0,
    }


def test_a_pipe_gets_tab_separated_rows(tmp_path):
    rows = [line.split("\t") for line in run(gold(tmp_path)).stdout.splitlines()]
    assert rows[0][:3] == ["document", "kind", "gold"]
    assert ["a", "target values", "1", "1", "1.000", "1.000", "1.000", ""] in rows


def test_a_gold_whose_offsets_are_of_another_text_is_refused(tmp_path):
    with pytest.raises(BadDataError, match="quotes other words"):
        run(gold(tmp_path, quote="别的话"))


@pytest.mark.parametrize("text", ["", "[]", '{"doc": "a.txt"}', '{"elements": [{}], "doc": ""}'])
def test_what_is_no_gold_is_refused(tmp_path, text):
    path = tmp_path / "b.gold.json"
    path.write_text(text, "utf-8")
    with pytest.raises(BadDataError) as caught:
        run(path)
    assert caught.value.hint


def test_the_shared_golds_reach_the_bars_through_the_command_line(document):
    names = ["01_seed_gmw_beijing", "02_zh_digital_economy_14fyp", "s1_zh_synth_news_targets"]
    made = json.loads(run(*(document(f"{n}.gold.json") for n in names), "--json").stdout)
    for row in made:
        assert row["false_targets"] == []
        for kind in ("programme", "force", "commitment", "principle"):
            assert row["overlap"].get(kind, {"f1": 1.0})["f1"] >= 0.95
