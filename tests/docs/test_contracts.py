"""Reference pages against the program: what is public is documented, in both languages."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer
from pydantic import BaseModel

from hubscope import errors, workspace
from hubscope.cli.app import app
from hubscope.indicators import catalogue
from hubscope.indicators.compute import RESULT
from hubscope.nouns import FORCES, PROGRAMMES, STATUSES
from hubscope.portal.interface import Wanted, api
from hubscope.sources import figures
from hubscope.words import LANGUAGES, words

ROOT = Path(__file__).resolve().parents[2]
BOTH = pytest.mark.parametrize("suffix", ["", ".zh-CN"], ids=["en", "zh"])


def page(room, suffix=""):
    return (ROOT / "docs" / "reference" / f"{room}{suffix}.md").read_text("utf-8")


def first_cells(text):
    """What stands in code marks in the first cell of the rows of all tables."""
    rows = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
    return {code.lstrip("[").rstrip("]") for row in rows for code in re.findall(r"`([^`]+)`", row)}


def verbs(group, path="hubscope"):
    context = typer.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if hasattr(command, "list_commands"):
            yield from verbs(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = dict(verbs(typer.main.get_command(app)))


def test_the_generated_pages_are_not_stale():
    asked = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]
    made = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert made.returncode == 0, f"{made.stdout}run `.venv/bin/python docs/generate.py`"


@BOTH
@pytest.mark.parametrize("verb", COMMANDS)
def test_every_verb_and_option_is_documented(verb, suffix):
    _head, _, rest = page("command-line", suffix).partition(f"## {verb}\n")
    assert rest, f"{verb} is not on the page"
    section = rest.split("\n## ")[0]
    options = [o for p in COMMANDS[verb].params for o in p.opts if o.startswith("-")]
    assert [o for o in options if o != "--help" and o not in section] == []


@BOTH
def test_every_exit_code_and_error_is_documented(suffix):
    text = page("exit-codes", suffix)
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Exception)]
    for kind in kinds:
        row = re.search(rf"^\| (\d+) \|.*`{kind.__name__}`.*$", text, re.MULTILINE)
        assert row, f"{kind.__name__} is not on the page"
        assert int(row[1]) == kind.exit_code


@BOTH
def test_every_column_and_status_of_figures_is_documented(suffix):
    text = page("figures-csv", suffix)
    assert first_cells(text) == {*figures.COLUMNS, *STATUSES}
    needed = {"": "yes", ".zh-CN": "是"}[suffix]
    marked = re.findall(rf"^\| `(\w+)` \| {needed} \|", text, re.MULTILINE)
    assert set(marked) == set(figures.COLUMNS) - figures.OPTIONAL


@BOTH
def test_every_field_unit_and_result_of_a_definition_is_documented(suffix):
    text = page("indicator-definition", suffix)
    assert first_cells(text) == {*catalogue._Definition.model_fields, *RESULT}
    wanted = [*catalogue.UNITS, *FORCES, *PROGRAMMES[:1], *PROGRAMMES[-1:]]
    assert [u for u in wanted if f"`{u}`" not in text] == []


def settings(model):
    for name, field in model.model_fields.items():
        yield name
        for kind in re.findall(r"(\w+)", str(field.annotation)):
            inner = getattr(workspace, kind, None)
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from settings(inner)


@BOTH
def test_every_setting_is_documented(suffix):
    text = page("workspace-files", suffix)
    assert [
        s for s in settings(workspace.Settings) if f"`{s}`" not in text and f"[{s}]" not in text
    ] == []


@BOTH
def test_every_default_of_a_setting_is_the_documented_one(suffix):
    text = page("workspace-files", suffix)
    models = (workspace.Settings, workspace.IndexSettings, workspace.ProgressSettings)
    for model in models:
        for name, field in model.model_fields.items():
            if isinstance(field.default, int | float | str) and field.default:
                shown = f'"{field.default}"' if isinstance(field.default, str) else field.default
                assert f"| `{name}` | `{shown}` |" in text


@BOTH
def test_every_address_and_parameter_of_the_api_is_documented(suffix):
    text = page("json-api", suffix)
    paths = {r.path.replace("{ident}", "{id}") for r in api.routes} | {"/api/v1/openapi.json"}
    assert {c for c in first_cells(text) if c.startswith("/")} == paths
    assert [p for p in Wanted.model_fields if f"`{p}`" not in text] == []


@BOTH
def test_rooms_of_words_are_described_or_named_like_their_folder(suffix):
    rooms = {key.split(".")[0] for lang in LANGUAGES for key in words(lang)}
    folders = {f.parent.name for f in (ROOT / "src" / "hubscope").glob("*/__init__.py")}
    described = set(re.findall(r"^\| `(\w+)` \|", page("words", suffix), re.MULTILINE))
    assert rooms <= described | folders
    assert described <= rooms


def nouns(lang):
    file = ROOT / "src" / "hubscope" / "words" / lang / "nouns.toml"
    return tomllib.loads(file.read_text("utf-8"))


def test_the_glossary_has_every_noun_in_both_languages():
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / "GLOSSARY.md").read_text("utf-8").splitlines()
        if line.startswith("|")
    ]
    en, zh = nouns("en"), nouns("zh")
    plain = [(en[k], zh[k]) for k in en if isinstance(en[k], str)]
    assert [pair for pair in plain if list(pair) not in [r[:2] for r in rows]] == []
    for table in ("force_name", "programme_name", "verdict_kind", "status"):
        wanted = [[f"`{k}`", en[table][k], zh[table][k]] for k in en[table]]
        assert [w for w in wanted if w not in [r[:3] for r in rows]] == []


def test_the_house_map_names_the_folders_of_the_job_in_order():
    """Both READMEs and the order that import-linter checks agree."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]
    depth = {n: i for i, layer in enumerate(layers) for n in re.findall(r"hubscope\.(\w+)", layer)}
    for readme in ("README.md", "README.zh-CN.md"):
        found = re.search(r"^(`\w+`( → `\w+`)+)", (ROOT / readme).read_text("utf-8"), re.MULTILINE)
        folders = re.findall(r"`(\w+)`", found[0])
        assert all((ROOT / "src" / "hubscope" / f / "__init__.py").is_file() for f in folders)
        flow = [f for f in folders if f != "plan"]
        assert sorted(flow, key=lambda f: -depth[f]) == flow


def test_decision_002_names_every_layer():
    text = (ROOT / "docs/decisions/002-house-and-import-direction.md").read_text("utf-8")
    config = (ROOT / "pyproject.toml").read_text("utf-8")
    layers = re.findall(r'^  "([^"]*hubscope[^"]*)",$', config, re.MULTILINE)
    names = {n for layer in layers for n in re.findall(r"hubscope\.(\w+)", layer)}
    order = re.search(r"^ {4}cli -> job(?:.*\n)+?\n", text, re.MULTILINE)[0]
    assert set(re.findall(r"\w+", order)) == names


def test_public_names_that_pages_use_exist():
    """A word in code marks that looks like a Python name of ours is one."""
    defined = {
        word
        for file in (ROOT / "src").rglob("*.py")
        for word in re.findall(r"^ *def (\w+)", file.read_text("utf-8"), re.MULTILINE)
    }
    used = {
        name
        for file in (ROOT / "docs" / "decisions").glob("*.md")
        for name in re.findall(r"`([a-z]+_[a-z_]+)`", file.read_text("utf-8"))
    }
    assert used - defined == set()
