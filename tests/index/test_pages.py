"""The pages of the index engine: what is public is documented, and what they show is true."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

import hubscope.index as public
from hubscope.index.factor_file import KINDS
from hubscope.index.options import METHODS, OPTIONS, STEPS
from hubscope.index.treat import THEN

DOCS = Path(__file__).resolve().parents[2] / "docs"
BOTH = pytest.mark.parametrize("suffix", ["", ".zh-CN"], ids=["en", "zh"])
BLOCK = re.compile(r"(?:<!-- file: (\S+) -->\n)?```(\w+)\n(.*?)```", re.DOTALL)


@BOTH
def test_the_tutorial_prints_what_it_shows(suffix, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (DOCS / "tutorial" / f"index-tutorial{suffix}.md").read_text("utf-8")
    space, said, lines = {}, "", 0
    for name, language, body in BLOCK.findall(text):
        if name:
            (tmp_path / name).write_text(body, "utf-8")
        elif language == "python":
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                exec(compile(body, "tutorial", "exec"), space)
            said = out.getvalue()
            lines += len([line for line in body.splitlines() if line.strip()])
        elif language == "text":
            assert said == body
    assert lines <= 30
    assert (tmp_path / "clusters.xlsx").stat().st_size > 5000


def section(text, name):
    """The part of the page under the heading of a step."""
    return re.search(rf"^### {name}\b.*?(?=^##)", text, re.DOTALL | re.MULTILINE).group()


@BOTH
@pytest.mark.parametrize("step", STEPS)
def test_every_step_method_and_option_is_in_the_reference(step, suffix):
    page = (DOCS / "reference" / f"index-engine{suffix}.md").read_text("utf-8")
    part = section(page, step)
    spoken = {"over"} if step != "normalise" else set()
    named = set(re.findall(r"`\"?([\w]+)", part))
    options = set(OPTIONS[step]) - spoken - {"method", "indicators", "over"}
    assert options <= named, sorted(options - named)
    assert set(METHODS.get(step, {})) <= named, sorted(set(METHODS.get(step, {})) - named)
    if step == "treat":
        assert set(THEN) <= named


@BOTH
def test_every_factor_and_public_function_is_in_the_reference(suffix):
    page = (DOCS / "reference" / f"index-engine{suffix}.md").read_text("utf-8")
    for kind, (keys, _) in KINDS.items():
        assert f"`{kind}`" in page
        assert all(f"`{k}`" in page for k in keys)
    functions = {n for n in public.__all__ if n[0].islower()}
    told_elsewhere = {"aggregation", "imputation", "default_factors", "factors_of", "read_factors"}
    for name in functions - told_elsewhere:
        assert re.search(rf"`{name}\b", page), name
    for name in ("Choice", "Range", "WeightRange", "WeightNoise", "Dirichlet", "WeightSets"):
        assert f"`{name}`" in page


WORDS = {"": ("built", "partly", "later", "not"), ".zh-CN": ("已建", "部分", "以后", "不做")}


def features(suffix):
    page = (DOCS / "reference" / f"index-features{suffix}.md").read_text("utf-8")
    lines = [line for line in page.splitlines() if re.match(r"\| \d", line)]
    return page, [[c.strip() for c in line.strip("|").split("|")] for line in lines]


@BOTH
def test_the_features_are_sixty_and_counted(suffix):
    page, rows = features(suffix)
    assert [int(r[0]) for r in rows] == list(range(1, 61))
    counted = [sum(r[2].startswith(w) for r in rows) for w in WORDS[suffix]]
    numbers = [int(n) for n in re.findall(r"\d+", page.split("|")[0])]
    assert numbers[-4:] == counted
    assert sum(counted) == 60
    spoken = [[w for w in range(4) if r[2].startswith(WORDS[suffix][w])] for r in rows]
    english = [[w for w in range(4) if r[2].startswith(WORDS[""][w])] for r in features("")[1]]
    assert spoken == english


def test_every_test_that_a_feature_names_exists():
    tests = Path(__file__).resolve().parents[1]
    files = [*(tests / "index").glob("test_*.py"), *(tests / "reference").glob("test_*.py")]
    known = set(re.findall(r"^def (test_\w+)", "".join(f.read_text() for f in files), re.MULTILINE))
    for row in features("")[1]:
        named = set(re.findall(r"`(test_\w+)`", row[-1]))
        assert named <= known, named - known
        assert bool(named) == (row[2] in {"built", "partly"}), row
