"""Promises of the house that a reviewer would otherwise have to remember."""

import ast
import re
import subprocess
import sys
from importlib.metadata import distribution, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
COPYLEFT = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)


@pytest.mark.parametrize("file", SOURCES, ids=lambda f: str(f.relative_to(ROOT / "src")))
def test_files_stay_readable(file):
    assert len(file.read_text("utf-8").splitlines()) <= 350


def functions():
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.end_lineno - node.lineno + 1


def test_the_median_function_is_about_ten_lines():
    lengths = sorted(functions())
    assert lengths[len(lengths) // 2] <= 12


def run_time_requirements():
    seen, todo = set(), [Requirement(r) for r in requires("hubscope") or []]
    while todo:
        needed = todo.pop()
        if needed.marker and not needed.marker.evaluate({"extra": ""}):
            continue
        if needed.name.lower() not in seen:
            seen.add(needed.name.lower())
            todo += [Requirement(r) for r in requires(needed.name) or []]
    return sorted(seen)


def chosen(said):
    """What binds us of a stated licence: where it leaves the choice, the first that is no GPL."""
    for part in said.replace("LGPL", "").split(" ; "):
        choices = part.split(" OR ")
        yield next((c for c in choices if not COPYLEFT.search(c)), choices[0])


@pytest.mark.parametrize("name", run_time_requirements())
def test_no_run_time_dependency_is_copyleft(name):
    meta = distribution(name).metadata
    stated = [meta.get("License-Expression") or "", *(meta.get_all("Classifier") or [])]
    licences = [s for s in stated if s and (not s.startswith("License") or "OSI" in s)]
    short = (meta.get("License") or "")[:200] if not any(licences) else ""
    said = " ; ".join([*licences, short])
    assert all(COPYLEFT.search(choice) is None for choice in chosen(said)), said


def imported_by(code):
    command = [sys.executable, "-X", "importtime", "-c", code]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    return {line.rsplit("|", 1)[1].strip() for line in run.stderr.splitlines() if "|" in line}


def test_help_imports_nothing_heavy():
    code = "import sys; sys.argv = ['hubscope']\nfrom hubscope.cli import main\n"
    code += "try:\n main()\nexcept SystemExit: pass"
    heavy = {
        "numpy",
        "scipy",
        "duckdb",
        "pyarrow",
        "fastapi",
        "jinja2",
        "pydantic",
        "rich.markdown",
    }
    assert not heavy & imported_by(code)


def test_the_index_engine_imports_no_data_library_and_no_room():
    found = imported_by("import hubscope.index")
    assert not {"duckdb", "pyarrow", "pandas", "hubscope.store", "hubscope.words"} & found
