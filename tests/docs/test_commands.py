"""Commands and files in the pages: they parse, they run, and they print what the page says."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import typer

from hubscope.cli.app import app
from hubscope.cli.here import run_until
from hubscope.cli.summary import summary
from hubscope.job.progress import PROGRESS
from hubscope.sources import figures
from hubscope.sources.raw import raw
from hubscope.workspace import open_workspace

ROOT = Path(__file__).resolve().parents[2]
TOP = [ROOT / n for n in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md")]
HOW_TO = sorted((ROOT / "docs" / "how-to").glob("*.md"))
TUTORIAL = sorted((ROOT / "docs" / "tutorial").glob("first-observatory*.md"))
KINDS = ("file", "append", "prepend", "figures")
"""Marks of blocks that a reader writes to a file."""
FIRST = {"add-a-plan": "add-a-hub"}
"""The page that another one builds on."""
QUICK = ("check", "init", "measure", "progress", "plan", "store")
"""Verbs that are run here; the others make pages or serve, and have tests of their own."""
BLOCK = re.compile(r"(?:<!-- ([^>\n]+) -->\n)?```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def name(page):
    return str(page.relative_to(ROOT))


def blocks(page):
    """Mark, language and text of every fenced block."""
    return [m.groups() for m in BLOCK.finditer(page.read_text("utf-8"))]


def commands(page):
    return [line for _, lang, text in blocks(page) if lang == "sh" for line in text.splitlines()]


def files(page):
    """The files that a page has its reader write: mark to text."""
    return {mark: text for mark, _, text in blocks(page) if mark and mark.split(":")[0] in KINDS}


def lang_of(page):
    return "zh" if page.name.endswith(".zh-CN.md") else "en"


def parse(words):
    """Let the command line's own parser look at `words`; an unknown verb or option raises."""
    command, context = typer.main.get_command(app), None
    while hasattr(command, "list_commands"):
        context = typer.Context(command, parent=context)
        found = command.get_command(context, words[0])
        assert found is not None, f"no verb {words[0]}"
        command, words = found, words[1:]
    command.make_context(command.name, list(words), parent=context)


@pytest.mark.parametrize("page", [*TOP, *HOW_TO, *TUTORIAL], ids=name)
def test_every_command_of_a_page_exists(page):
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert commands(page)
    for line in commands(page):
        first, *words = shlex.split(line)
        program = Path(first).name
        if program == "hubscope":
            parse(words)
        elif program == "make":
            assert words[0] in targets, line
        elif program == "pytest":
            assert (ROOT / words[0]).exists(), line
        else:
            assert first in (".", "cp", "sed", ".venv/bin/pre-commit"), line


def test_both_readmes_give_the_same_commands():
    readmes = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
    assert commands(readmes[0]) == commands(readmes[1]) == ["make demo", "make test"]
    links = [
        {
            link.replace(".zh-CN", "")
            for link in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8"))
            if not link.startswith("README")
        }
        for page in readmes
    ]
    assert links[0] == links[1]


@pytest.fixture(scope="module")
def judged(tmp_path_factory, beijing):
    """The shipped workspace, run as far as the verdicts."""
    folder = tmp_path_factory.mktemp("readme") / "demo"
    shutil.copytree(beijing, folder)
    return run_until(folder, PROGRESS)


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "README.zh-CN.md"], ids=name)
def test_the_readme_shows_what_the_demo_prints(page, judged):
    shown = next(text for _, lang, text in blocks(page) if lang == "text")
    printed = plain(summary(judged, lang_of(page)).replace(str(judged.workspace.root), "demo"))
    assert [s for s in plain(shown) if s not in (*printed, "...", "……", "")] == []
    assert len(plain(shown)) > 6


@pytest.mark.parametrize("page", [p for p in [*HOW_TO, *TUTORIAL] if lang_of(p) == "en"], ids=name)
def test_twins_give_the_same_commands_and_files(page):
    twin = page.with_name(page.name.replace(".md", ".zh-CN.md"))
    assert files(page) == files(twin)
    plain = [c.replace(".zh.", ".en.") for c in commands(twin)]
    assert plain == [c.replace(".zh.", ".en.") for c in commands(page)]


@pytest.fixture
def demo(tmp_path, beijing, monkeypatch):
    """A folder with the workspace `demo`; without an index, which these pages do not touch."""
    shutil.copytree(beijing, tmp_path / "demo")
    settings = tmp_path / "demo" / "hubscope.toml"
    text = settings.read_text("utf-8")
    without = re.sub(r"^\[index\]\n(?:[^\[].*\n|\n)*", "", text, flags=re.MULTILINE)
    assert len(without) < len(text)
    settings.write_text(without, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HUBSCOPE_WORKSPACE", raising=False)
    return tmp_path


def write(page, folder):
    """Do what the page, and the one it builds on, tell their reader to write."""
    before = FIRST.get(page.name.split(".")[0])
    if before:
        write(page.with_name(page.name.replace("add-a-plan", before)), folder)
    for mark, text in files(page).items():
        kind, file = mark.split(": ")
        aim = folder / (file if kind == "figures" else f"demo/{file}")
        aim.parent.mkdir(parents=True, exist_ok=True)
        old = aim.read_text("utf-8") if aim.is_file() else ""
        if kind in ("file", "figures"):
            assert not old, f"{file} exists already"
        aim.write_text({"append": f"{old}\n{text}", "prepend": text + old}.get(kind, text), "utf-8")


def run(line, capsys):
    """Run one command of a page in this process; what it printed on both streams."""
    first, *words = shlex.split(line)
    if first == "sed":
        subprocess.run([first, *words], check=True)
    elif first == "hubscope" and words[0] in QUICK:
        app(words, standalone_mode=False)
    made = capsys.readouterr()
    return made.out + made.err


def plain(text, mark=""):
    """Words with single spaces; `mark` may ask to look past numbers."""
    spaced = [" ".join(line.split()) for line in text.strip().splitlines()]
    return [re.sub(r"\d+", "#", s) for s in spaced] if "any number" in mark else spaced


@pytest.mark.parametrize("page", [p for p in HOW_TO if files(p)], ids=name)
def test_how_to_pages_do_what_they_say(page, demo, monkeypatch, capsys):
    monkeypatch.setenv("HUBSCOPE_LANG", lang_of(page))
    write(page, demo)
    printed = "".join(run(line, capsys) for line in commands(page))
    for mark, _, text in blocks(page):
        if mark and mark.startswith("output"):
            missing = [s for s in plain(text, mark) if s not in plain(printed, mark)]
            assert missing == []


@pytest.mark.parametrize("page", TUTORIAL, ids=name)
def test_the_tutorial_tells_the_truth(page, demo, monkeypatch, capsys):
    """Its quick commands in order, and the verdict on T2 before, between and after its changes."""
    monkeypatch.setenv("HUBSCOPE_LANG", lang_of(page))
    printed, verdicts = "", []
    for line in commands(page):
        printed += run(line, capsys)
        if line.startswith("sed"):
            told = run("hubscope progress -w demo", capsys)
            verdicts.append(next(s for s in told.splitlines() if s.startswith("T2")).split("\t")[2])
    assert verdicts == {"en": ["met", "missed"], "zh": ["已达成", "未达成"]}[lang_of(page)]
    for mark, _, text in blocks(page):
        if mark and mark.startswith("output"):
            missing = [s for s in plain(text, mark) if s not in plain(printed, mark)]
            assert missing == []
    original = ROOT / "examples" / "beijing" / "figures" / "beijing-statistics.csv"
    changed = demo / "demo" / "figures" / "beijing-statistics.csv"
    assert changed.read_bytes() == original.read_bytes()


def test_the_refusal_that_a_page_shows_is_the_real_one(demo):
    page = ROOT / "docs" / "how-to" / "add-figures.md"
    header = ",".join(figures.COLUMNS)
    file = demo / "bad.csv"
    row = "bejing,rd_intensity,2024,about 6,%,reported,2025,,,https://example.org/a,2026-11-23,,"
    file.write_text(f"{header}\n{row}\n", "utf-8")
    rows, faults = figures.read(raw(file, name="figures/bad.csv"))
    hubs = open_workspace(demo / "demo").hubs
    faults += figures.check(rows, hubs, {"rd_intensity": "%"})
    assert [str(f) for f in faults if str(f) not in page.read_text("utf-8")] == []
    assert len(faults) == 3
