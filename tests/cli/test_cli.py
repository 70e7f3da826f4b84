"""The command line as its user meets it: data on stdout, talk on stderr, one message, exit codes."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from hubscope.workspace import locked, open_workspace

COMMAND = [sys.executable, "-c", "from hubscope.cli import main; main()"]


def hubscope(*arguments, lang="en"):
    environment = os.environ | {"HUBSCOPE_LANG": lang, "NO_COLOR": "1"}
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
    )


@pytest.fixture(scope="module")
def measured(beijing, tmp_path_factory):
    """A workspace that has been measured."""
    folder = tmp_path_factory.mktemp("cli") / "ws"
    shutil.copytree(beijing, folder)
    run = hubscope("measure", "-w", folder)
    assert run.returncode == 0, run.stderr
    return folder


def refused(run, code, *says):
    assert run.returncode == code, run.stderr
    assert "Traceback" not in run.stderr
    assert run.stderr.count("error:") == 1
    for words in says:
        assert words in run.stderr
    return run


@pytest.mark.parametrize(
    ("lang", "says"), [("en", "Judge each target"), ("zh", "逐项判断规划目标")]
)
def test_help_speaks_the_reader_s_language(lang, says):
    run = hubscope("--help", lang=lang)
    assert run.returncode == 0
    assert says in run.stdout


def test_a_wrong_option_is_wrong_usage():
    assert hubscope("measure", "--no-such").returncode == 2


def test_plan_read_prints_one_json_document_and_nothing_else(beijing):
    run = hubscope("plan", "read", beijing / "plan" / "beijing.zh.md", "--json")
    plan = json.loads(run.stdout)
    assert run.stderr == ""
    kinds = [e["kind"] for e in plan["elements"]]
    assert [kinds.count(k) for k in ("force", "principle", "programme")] == [5, 6, 6]


def test_the_press_report_gives_what_it_holds_and_no_invented_target(shared):
    run = hubscope("plan", "read", shared / "documents/01_seed_gmw_beijing.txt", "--json")
    plan = json.loads(run.stdout)
    text = (shared / "documents/01_seed_gmw_beijing.txt").read_text("utf-8")
    kinds = [e["kind"] for e in plan["elements"]]
    counts = {k: kinds.count(k) for k in ("force", "principle", "programme", "target")}
    assert counts == {"force": 5, "principle": 6, "programme": 6, "target": 0}
    assert {e["horizon"] for e in plan["elements"]} >= {2025, 2035}
    forces = [e for e in plan["elements"] if e["kind"] == "force"]
    assert {e["speaker"] for e in forces} == {"李萌"}
    assert all(e["means"]["quote"] for e in forces)
    assert all(e["quote"] == text[e["start"] : e["end"]] for e in plan["elements"])


def test_a_missing_document(tmp_path):
    refused(hubscope("plan", "read", tmp_path / "no.md"), 10, "no.md", "hint:")


def test_a_plan_without_elements(tmp_path):
    file = tmp_path / "letter.txt"
    file.write_text("今天天气很好。\n我们去公园散步。\n", "utf-8")
    refused(hubscope("plan", "read", file), 10, "letter.txt", "hint:")


def test_a_bad_csv_names_line_and_column_and_stores_nothing(measured, tmp_path):
    before = (measured / "store" / "manifest.json").read_bytes()
    bad = tmp_path / "bad.csv"
    header = (measured / "figures" / "beijing-statistics.csv").read_text("utf-8").splitlines()[0]
    bad.write_text(f"{header}\nbejing,rd_intensity,x,about 6,%,reported,2026,,,,2026,,\n", "utf-8")
    run = refused(
        hubscope("store", "add", "figures", bad, "-w", measured), 11, "nothing was stored"
    )
    for column in ("hub", "year", "value", "producer", "url"):
        assert f"bad.csv:2 [{column}]" in run.stderr
    assert "did you mean beijing" in run.stderr
    assert (measured / "store" / "manifest.json").read_bytes() == before
    assert not (measured / "figures" / "bad.csv").exists()


def test_a_missing_csv(measured):
    refused(
        hubscope("store", "add", "figures", "no.csv", "-w", measured), 1, "no.csv does not exist"
    )


def test_a_locked_workspace(measured):
    with locked(open_workspace(measured)):
        run = hubscope("measure", "-w", measured)
    refused(run, 12, f"locked by another run (process {os.getpid()})", "hint: wait")


def test_a_folder_that_is_no_workspace(tmp_path):
    refused(hubscope("run", "-w", tmp_path), 1, "hubscope.toml does not exist", "hint:")


def test_demo_leaves_a_folder_of_something_else_alone(tmp_path):
    (tmp_path / "x.txt").write_text("mine")
    refused(hubscope("demo", tmp_path), 1, "is not a workspace")


def test_store_status_lists_what_is_there(measured):
    run = hubscope("store", "status", "-w", measured, "--json")
    assert {"plan", "figures", "observations"} <= set(json.loads(run.stdout))


def test_a_pipe_gets_tab_separated_rows(measured):
    run = hubscope("measure", "-w", measured)
    header, *rows = run.stdout.splitlines()
    assert header.split("\t")[:3] == ["hub", "indicator", "year"]
    assert all(row.startswith("beijing\t") for row in rows)
    assert "unchanged" in run.stderr


def test_check_changes_nothing_and_counts(beijing):
    run = hubscope("check", "-w", beijing)
    assert run.returncode == 0, run.stderr
    assert "sound:" in run.stderr
    assert not (beijing / "store").exists()


@pytest.mark.parametrize(
    ("file", "swap", "says"),
    [
        ("index/framework.csv", ("pct_world_", "pct_wrld_"), "没有 pct_wrld_share 这项指标"),
        ("index/recipe.toml", ('"arithmetic"\n', '"arithmetik"\n'), "没有 'arithmetik' 这种方法"),
        (
            "index/recipe.toml",
            ('step = "normalise"', 'step = "scale"'),
            "配方里没有 scale 这个步骤",
        ),
    ],
)
def test_check_finds_what_is_wrong_with_the_index_and_says_it(beijing, tmp_path, file, swap, says):
    folder = tmp_path / "ws"
    shutil.copytree(beijing, folder)
    text = (folder / file).read_text("utf-8")
    assert swap[0] in text
    (folder / file).write_text(text.replace(*swap, 1), "utf-8")
    run = hubscope("check", "-w", folder, lang="zh")
    assert (run.returncode, run.stdout) == (11, "")
    assert file in run.stderr
    assert says in run.stderr
    assert "提示：" in run.stderr


def test_an_unknown_setting_is_answered_with_the_nearest_one(beijing, tmp_path):
    folder = tmp_path / "ws"
    shutil.copytree(beijing, folder)
    settings = folder / "hubscope.toml"
    settings.write_text(settings.read_text("utf-8").replace("\ndraws =", "\ndraw ="), "utf-8")
    refused(hubscope("check", "-w", folder), 11, "index.draw: no such field", "did you mean draws?")


def test_a_spreadsheet_with_semicolons_is_named_as_one(measured, tmp_path):
    file = tmp_path / "semicolons.csv"
    file.write_text("hub;indicator;year\nbeijing;rd_intensity;2024\n", "utf-8")
    run = hubscope("store", "add", "figures", file, "-w", measured)
    refused(run, 11, "separated by ';', not by commas", "save the file as CSV with commas")


@pytest.mark.parametrize(
    ("lang", "says"), [("en", "1.2% under"), ("zh", "低 1.2%")], ids=["en", "zh"]
)
def test_progress_tells_the_story_in_the_reader_s_language(measured, lang, says):
    run = hubscope("progress", "-w", measured, lang=lang)
    assert run.returncode == 0, run.stderr
    assert says in run.stdout


def test_init_makes_a_workspace_that_runs(tmp_path):
    folder = tmp_path / "hefei"
    names = ("--hub", "hefei", "--zh", "合肥", "--en", "Hefei")
    assert hubscope("init", folder, *names).returncode == 0
    run = hubscope("run", "-w", folder)
    assert run.returncode == 0, run.stderr
    assert "no figure found yet for the 3% asked for 2030" in run.stdout
    page = (folder / "site" / "zh" / "index.html").read_text("utf-8")
    assert "合肥观测台" in page
    refused(hubscope("init", folder, *names), 1, "is a workspace already")


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("--hub", "My City", "--zh", "城", "--en", "C"), "'My City' is not an id"),
        (("--hub", "c", "--zh", '"', "--en", "C"), "cannot be a name"),
    ],
)
def test_init_refuses_names_that_would_break_its_files(tmp_path, names, says):
    refused(hubscope("init", tmp_path / "x", *names), 2, says)
    assert not (tmp_path / "x").exists()
