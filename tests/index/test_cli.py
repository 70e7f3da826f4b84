"""The index verbs on plain tables: files in, files out, by their written contract."""

from __future__ import annotations

import csv
import json

import pytest
from typer.testing import CliRunner

from hubscope.cli.index import app
from hubscope.errors import BadDataError, UsageError

RECIPE = """
[[step]]
do = "impute"
method = "median"

[[step]]
do = "normalise"
method = "minmax"
low = 1
high = 100

[[step]]
do = "aggregate"
method = ["arithmetic", "geometric"]

[[factor]]
weight = "first"
low = 0.4
high = 0.8

[[factor]]
step = "impute"
option = "method"
choices = ["median", "mean"]
"""
FRAMEWORK = """code,name,level,parent,direction,weight
w,W,1,first,1,1
x,X,1,first,1,3
y,Y,1,second,1,1
z,Z,1,second,-1,1
first,First,2,top,1,2
second,Second,2,top,1,1
top,Top,3,,1,1
"""
DATA = """unit,w,x,y,z
c,3,2,4,3
a,1,3,2,8
f,6,4,5,4
b,2,1,9,1
e,5,5,,9
d,4,6,3,2
"""


@pytest.fixture
def files(tmp_path):
    for name, text in (("r.toml", RECIPE), ("f.csv", FRAMEWORK), ("d.csv", DATA)):
        (tmp_path / name).write_text(text)
    return tmp_path


def run(files, verb, *more, out="out"):
    options = ["--data", files / "d.csv", "--framework", files / "f.csv"]
    options += ["--recipe", files / "r.toml", "--out", files / out, *more]
    return CliRunner().invoke(app, [verb, *map(str, options)])


def rows(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def by_hand(i):
    """The recipe in plain arithmetic: median, min-max 1..100, means, geometric mean above."""
    columns = {
        "w": [3, 1, 6, 2, 5, 4],
        "x": [2, 3, 4, 1, 5, 6],
        "y": [4, 2, 5, 9, 4, 3],  # the fifth is the median of the others
        "z": [-3, -8, -4, -1, -9, -2],
    }
    n = {k: 1 + 99 * (v[i] - min(v)) / (max(v) - min(v)) for k, v in columns.items()}
    first = (1 * n["w"] + 3 * n["x"]) / 4
    second = (n["y"] + n["z"]) / 2
    return (first**2 * second) ** (1 / 3)


def test_build_writes_its_files_in_the_order_of_the_data(files):
    result = run(files, "build")
    assert result.exit_code == 0, result.exception
    out = files / "out"
    names = {p.name for p in out.iterdir()}
    assert names == {
        "01_impute.csv",
        "02_normalise.csv",
        "03_aggregate.csv",
        "scores.csv",
        "ranks.csv",
        "log.json",
    }
    for name in names - {"log.json"}:
        table = rows(out / name)
        assert [r["unit"] for r in table] == ["c", "a", "f", "b", "e", "d"]
        assert next(iter(table[0])) == "unit"
    assert rows(out / "01_impute.csv")[4]["y"] == "4.0"
    scores = [by_hand(i) for i in range(6)]
    got = [float(r["top"]) for r in rows(out / "scores.csv")]
    assert got == pytest.approx(scores)
    ranks = [str(1 + sum(o > s for o in scores)) for s in scores]
    assert [r["top"] for r in rows(out / "ranks.csv")] == ranks
    assert sorted(rows(out / "scores.csv")[0]) == ["first", "second", "top", "unit"]
    log = json.loads((out / "log.json").read_text())
    assert [s["do"] for s in log["steps"]] == ["impute", "normalise", "aggregate"]
    assert log["recipe_hash"]
    assert len(result.stdout.split()) == 6


def test_two_runs_give_the_same_bytes(files):
    run(files, "build", out="one")
    run(files, "build", out="two")
    for path in (files / "one").iterdir():
        assert path.read_bytes() == (files / "two" / path.name).read_bytes()


def test_a_shorter_recipe_leaves_no_stale_file_and_touches_no_other(files):
    run(files, "build")
    (files / "out" / "mine.csv").write_text("kept")
    (files / "r.toml").write_text('[[step]]\ndo = "normalise"\n[[step]]\ndo = "aggregate"\n')
    run(files, "build")
    names = {p.name for p in (files / "out").iterdir()}
    assert "03_aggregate.csv" not in names
    assert {"02_aggregate.csv", "mine.csv"} <= names


@pytest.mark.parametrize("suffix", [".parquet", ".xlsx"])
def test_other_kinds_of_table(files, suffix):
    import polars as pl

    frame = pl.read_csv(files / "d.csv")
    path = files / f"d{suffix}"
    frame.write_parquet(path) if suffix == ".parquet" else frame.write_excel(path)
    run(files, "build", out="csv")
    options = ["build", "--data", path, "--framework", files / "f.csv"]
    options += ["--recipe", files / "r.toml", "--out", files / "other"]
    result = CliRunner().invoke(app, [str(o) for o in options])
    assert result.exit_code == 0, result.exception
    assert (files / "csv" / "scores.csv").read_bytes() == (
        files / "other" / "scores.csv"
    ).read_bytes()


def test_missing_scores_are_empty_cells(files):
    text = (files / "d.csv").read_text().replace("e,5,5,,9", "e,5,5,,")
    (files / "d.csv").write_text(text)
    (files / "r.toml").write_text('[[step]]\ndo = "normalise"\n[[step]]\ndo = "aggregate"\n')
    run(files, "build")
    row = rows(files / "out" / "scores.csv")[4]
    assert row["second"] == ""
    assert row["top"] != ""


def test_uncertainty_takes_the_factors_beside_the_recipe(files):
    result = run(files, "uncertainty", "--draws", "200", "--json")
    assert result.exit_code == 0, result.exception
    record = json.loads(result.stdout)
    assert [f["kind"] for f in record["factors"]] == ["WeightRange", "Choice"]
    table = rows(files / "out" / "uncertainty.csv")
    assert [r["unit"] for r in table] == ["c", "a", "f", "b", "e", "d"]
    for row in table:
        assert int(row["rank_lo"]) <= int(row["rank"]) <= int(row["rank_hi"])
        assert float(row["top_lo"]) <= float(row["top"]) <= float(row["top_hi"])
    chances = rows(files / "out" / "rank_probabilities.csv")
    assert sum(float(chances[0][str(i)]) for i in range(1, 7)) == pytest.approx(1)


def test_dry_run_counts_and_writes_nothing(files):
    result = run(files, "uncertainty", "--dry-run", "--draws", "64", "--json")
    plan = json.loads(result.stdout)
    assert [f["label"] for f in plan["factors"]] == ["weight.first", "impute.method"]
    assert plan["sensitivity_runs"] == 64 * 6
    assert plan["combinations"] is None
    assert not (files / "out").exists()


def test_files_of_windows(files):
    for name in ("d.csv", "f.csv", "r.toml"):
        text = (files / name).read_text("utf-8")
        (files / name).write_text(text, "utf-8-sig")
    assert run(files, "uncertainty", "--draws", "8").exit_code == 0
    (files / "d.csv").write_bytes((DATA + "北京,1,2,3,4\n").encode("gbk"))
    error = run(files, "build").exception
    assert isinstance(error, BadDataError)
    assert "UTF-8" in error.hint


def test_workbook_beside_the_files(files):
    result = run(files, "build", "--workbook", files / "index.xlsx")
    assert result.exit_code == 0, result.exception
    assert (files / "index.xlsx").stat().st_size > 5000


def test_a_recipe_that_does_not_aggregate_has_no_scores(files):
    (files / "r.toml").write_text('[[step]]\ndo = "normalise"\n')
    assert run(files, "build").exit_code == 0
    assert list(rows(files / "out" / "scores.csv")[0]) == ["unit"]
    assert (files / "out" / "01_normalise.csv").exists()


def test_a_panel_keeps_its_time(files):
    lines = DATA.strip().splitlines()
    table = ["time," + lines[0]]
    table += [f"{year},{line}" for year in (2021, 2020) for line in lines[1:]]
    (files / "d.csv").write_text("\n".join(table) + "\n")
    assert run(files, "build").exit_code == 0
    scores = rows(files / "out" / "scores.csv")
    assert list(scores[0])[:2] == ["unit", "time"]
    assert [r["time"] for r in scores] == ["2021"] * 6 + ["2020"] * 6
    ranks = [r["top"] for r in rows(files / "out" / "ranks.csv")]
    assert ranks[:6] == ranks[6:]
    assert sorted(ranks[:6]) == list("123456")
    assert run(files, "uncertainty", "--draws", "20").exit_code == 0


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_frames_come_back_in_their_own_kind(toy, tree, plain, kind):
    import importlib

    from hubscope.index import build

    library = importlib.import_module(kind)
    made = build((library.table if kind == "pyarrow" else library.DataFrame)(toy), tree, plain)
    for what in ("scores", "ranks", "normalise"):
        assert type(made.frame(what)).__module__.split(".")[0] == kind


@pytest.mark.parametrize("verb", ["sensitivity", "diagnose"])
def test_the_other_verbs(files, verb):
    result = run(files, verb)
    assert result.exit_code == 0, result.exception
    assert (files / "out" / f"{verb}.json").exists()
    if verb == "diagnose":
        shares = [float(r["share"]) for r in rows(files / "out" / "components.csv")]
        assert sum(shares) == pytest.approx(1)
        assert [r["unit"] for r in rows(files / "out" / "clusters.csv")] == list("cafbed")
        removed = rows(files / "out" / "removal.csv")
        assert {r["code"] for r in removed} == set("wxyz")


def test_an_element_dropped_on_the_command_line(files):
    result = run(files, "build", "--drop", "second", "--drop", "x")
    assert result.exit_code == 0, result.exception
    assert list(rows(files / "out" / "scores.csv")[0]) == ["unit", "top", "first"]
    assert list(rows(files / "out" / "01_impute.csv")[0]) == ["unit", "w"]
    assert isinstance(run(files, "build", "--drop", "q").exception, BadDataError)


def test_reports_of_one_unit_and_of_all(files):
    from docx import Document

    few = ["--draws", "20", "--points", "4"]
    assert run(files, "report", "--unit", "b", *few, out="b.html").exit_code == 0
    page = (files / "b.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert run(files, "report", "--unit", "b", *few, out="b.docx").exit_code == 0
    assert Document(files / "b.docx").tables
    result = run(files, "report", "--all", *few)
    assert result.exit_code == 0, result.exception
    made = {p.name for p in (files / "out").iterdir()}
    assert made == {"index.html", *(f"{u}.html" for u in "abcdef")}
    assert (files / "out" / "b.html").read_text("utf-8") == page


@pytest.mark.parametrize(
    ("more", "out", "says"),
    [
        ([], "b.html", "--unit UNIT or of --all"),
        (["--unit", "b", "--all"], "b.html", "--unit UNIT or of --all"),
        (["--unit", "b"], "b.pdf", "neither .html nor .docx"),
        (["--unit", "bb"], "b.html", "no unit bb"),
        (["--unit", "b", "--time", "1999"], "b.html", "no time 1999"),
    ],
)
def test_reports_that_cannot_be_made(files, more, out, says):
    result = run(files, "report", *more, out=out)
    assert says in str(result.exception)
    assert not (files / out).exists()


def test_pairs_of_units(files):
    result = run(files, "sensitivity", "--points", "8", "--pair", "a=b", "--pair", "c=f")
    assert result.exit_code == 0, result.exception
    outputs = {r["output"] for r in rows(files / "out" / "sensitivity.csv")}
    assert {"a - b", "c - f"} <= outputs
    assert "names no two units" in str(run(files, "sensitivity", "--pair", "a").exception)


def test_compare_needs_two_recipes(files):
    assert isinstance(run(files, "compare").exception, UsageError)
    (files / "g.toml").write_text('[[step]]\ndo = "normalise"\n[[step]]\ndo = "aggregate"\n')
    result = run(files, "compare", "--recipe", files / "g.toml")
    assert result.exit_code == 0, result.exception
    assert {"r rank", "g rank"} <= set(rows(files / "out" / "compare.csv")[0])


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("d.csv", "c,3,2,4,3", "c,3,two,4,3", "column x, row 1 .line 2 of a file.: 'two'"),
        ("d.csv", "a,1,3", "c,1,3", "more than once: c"),
        ("d.csv", "unit,w", "unit,ww", "no column for 1 indicators: w"),
        ("f.csv", "w,W,1,first", "w,W,1,frist", "frist is no aggregate .did you mean first"),
        ("r.toml", '"minmax"', '"minmaxx"', "unknown method 'minmaxx' .did you mean minmax"),
        ("r.toml", "low = 1", "lo = 1", "unknown option 'lo'"),
        ("r.toml", "[[step]]", "[[stepp]]", "unknown key stepp"),
    ],
)
def test_a_mistake_names_its_place(files, file, old, new, says):
    path = files / file
    path.write_text(path.read_text().replace(old, new, 1))
    error = run(files, "build").exception
    assert isinstance(error, BadDataError)
    import re

    assert re.search(says, str(error)), str(error)
    assert not (files / "out").exists()
