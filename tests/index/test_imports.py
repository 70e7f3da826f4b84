"""The files of the index engine import each other one way, at the top and inside functions."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import hubscope.index

HOME = Path(hubscope.index.__file__).parent
PACKAGE = "hubscope.index"
FILES = {p.stem: p for p in HOME.glob("*.py") if p.stem != "__init__"}
LOW = ("sheets", "table", "options", "moments", "framework", "data", "stage", "recipe", "aggregate")


def named(tree):
    """Full names of what a file imports anywhere in it, and where the package itself is meant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
            yield from (f"{PACKAGE}.{a.name}" for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def imports(text):
    """Files of the engine that a file imports; "" stands for the package's public names."""
    inside = [n for n in named(ast.parse(text)) if f"{n}.".startswith(f"{PACKAGE}.")]
    names = [n.removeprefix(PACKAGE).lstrip(".").split(".")[0] for n in inside]
    return {n if n in FILES else "" for n in names}


GRAPH = {name: imports(path.read_text("utf-8")) for name, path in FILES.items()}


def reach(name):
    found, todo = set(), [name]
    while todo:
        new = GRAPH[todo.pop()] - found
        found |= new
        todo += new
    return found


def test_no_file_imports_in_a_circle():
    TopologicalSorter(GRAPH).prepare()


def test_no_file_imports_the_package():
    assert [n for n, found in GRAPH.items() if "" in found] == []


@pytest.mark.parametrize("name", LOW)
def test_nothing_low_imports_the_build(name):
    assert not reach(name) & {"build", "export", "workbook", "uncertainty"}


def test_the_walk_sees_imports_inside_functions_and_circles():
    assert imports("def f():\n    from hubscope.index.build import build") == {"build"}
    assert imports("from hubscope.index import moments, Recipe") == {"moments", ""}
    assert imports("if TYPE_CHECKING:\n    import hubscope.index.table") == {"table"}
    with pytest.raises(CycleError):
        TopologicalSorter({"a": {"b"}, "b": {"a"}}).prepare()
