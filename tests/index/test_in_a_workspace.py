"""The index verbs without tables of their own: those of a workspace, under its names."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from hubscope.cli.index import app
from hubscope.job.examples import copy_example

FEW = ["--draws", "40", "--points", "8"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("index") / "beijing"
    copy_example("beijing", folder)
    return folder


def run(*words):
    result = CliRunner().invoke(app, [str(w) for w in words])
    assert result.exit_code == 0, result.exception
    return result


def test_results_are_verified_against_the_workspace(workspace):
    run("build", "-w", workspace)
    folder = workspace / "results" / "index-build"
    made = json.loads((folder / "log.json").read_text("utf-8"))["made"]
    assert made["workspace"] == "../.."
    assert [i["role"] for i in made["inputs"]] == ["data", "framework", "recipe"]
    assert not any("file" in i for i in made["inputs"])
    run("verify", folder, "--replay")
    framework = workspace / "index" / "framework.csv"
    text = framework.read_text("utf-8")
    framework.write_text(text.replace(",momentum,1,1,", ",momentum,1,2,"), "utf-8")
    result = CliRunner().invoke(app, ["verify", str(folder), "--replay"])
    framework.write_text(text, "utf-8")
    assert "log.json changed (inputs)" in str(result.exception)


@pytest.mark.parametrize(
    ("lang", "says"),
    [("en", ("Beijing (beijing)", "of 35")), ("zh", ("北京 (beijing)", "科创中心指数", "原创力"))],
)
def test_a_hub_is_called_by_its_name(workspace, monkeypatch, lang, says):
    monkeypatch.setenv("HUBSCOPE_LANG", lang)
    run("report", "-w", workspace, "--unit", "beijing", *FEW)
    page = (workspace / "results" / "index-report" / "beijing.html").read_text("utf-8")
    assert f'<html lang="{lang}">' in page
    assert all(word in page for word in says)
