"""Every step, method and option that the contract of the files names, from the command line."""

from __future__ import annotations

import csv
import json

import pytest
from typer.testing import CliRunner

from hubscope.cli.index import app

FRAMEWORK = """iCode,iName,Level,Parent,Direction,Weight,Type,Denominator,Target,goalpost_lower,goalpost_upper
w,W,1,first,1,1,Indicator,people,7,0,10
x,X,1,first,1,3,Indicator,,9,0,10
y,Y,1,second,1,1,Indicator,,9,0,10
z,Z,1,second,-1,1,Indicator,,1,0,10
first,First,2,top,1,2,Aggregate,,,,
second,Second,2,top,1,1,Aggregate,,,,
top,Top,3,,1,1,Aggregate,,,,
people,People,,,,,Denominator,,,,
side,Side,,,,,Group,,,,
"""
ROWS = """c,3,2,4,3,5,n
a,1,3,2,8,4,n
f,6,4,5,4,3,s
b,2,1,9,1,2,s
e,5,5,,9,1,s
d,4,6,3,2,6,n
"""
DATA = "uCode,w,x,y,z,people,side\n" + ROWS
PANEL = "Time,uCode,w,x,y,z,people,side\n" + "".join(
    f"{year},{row}\n" for year in (2020, 2021, 2022) for row in ROWS.split()
).replace("2021,e,5,5,,", "2021,e,5,5,3,")
ENDING = ({"do": "normalise", "method": "minmax", "low": 1, "high": 100}, {"do": "aggregate"})


def steps():
    """Step tables by name; those of a panel come with its data."""
    yield "denominate", {"do": "denominate"}
    for by in ("availability", "zeros", "both"):
        yield f"screen {by}", {"do": "screen", "availability": 0.8, "nonzero": 0.05, "by": by}
    group, level = {"group": "side"}, {"level": 2}
    impute = {"mean": {}, "median": {}, "group_mean": group, "group_median": group}
    impute |= {"row_mean": level, "regression": {}, "em": {}, "constant": {"value": 1}}
    for method, more in impute.items():
        yield f"impute {method}", {"do": "impute", "method": method, **more}
    for method in ("latest", "linear", "constant"):
        yield f"panel {method}", {"do": "impute", "method": method}
    for method in ("log", "sqrt", "boxcox"):
        yield f"transform {method}", {"do": "transform", "method": method, "indicators": ["w"]}
    limits = {"winsorise": 1, "skew": 0.1, "kurtosis": -9, "combine": True}
    for then in ("log_range", "log_min", "log_signed", "boxcox", "none"):
        yield f"treat {then}", {"do": "treat", "then": then, **limits}
    ends = {"low": 0, "high": 10}
    scale = {"minmax": ends, "zscore": {"mean": 10, "sd": 2}, "scaled": ends}
    scale |= {"distance_to_max": {}, "distance_to_target": {"cap": True}}
    scale |= {"distance_to_reference": {"reference": "f", "cap": True}, "fraction_of_max": {}}
    scale |= {"percentile_rank": {}, "rank": {}, "borda": {}, "none": {}}
    scale |= {"goalposts": {"scale": 100, "cap": True}}
    for method, more in scale.items():
        yield f"normalise {method}", {"do": "normalise", "method": method, **more}
    for method in ("arithmetic", "geometric", "harmonic", "copeland"):
        yield f"aggregate {method}", {"do": "aggregate", "method": method}
    yield "aggregate power", {"do": "aggregate", "method": "power", "p": 0.5}
    levels = {"method": ["arithmetic", "geometric"], "availability": [0.5, 1]}
    yield "aggregate by level", {"do": "aggregate", **levels}


def recipe(step):
    """The step within a recipe that ends in an index."""
    if step["do"] == "aggregate":
        return [ENDING[0], step]
    return [step, *(ENDING[1:] if step["do"] == "normalise" else ENDING)]


def toml(tables):
    return "".join(
        "[[step]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in t.items()) for t in tables
    )


@pytest.mark.parametrize(
    ("name", "step"), list(steps()), ids=lambda v: v if isinstance(v, str) else ""
)
def test_the_contract_of_the_files(tmp_path, name, step):
    panel = name.startswith("panel")
    tables = recipe(step)
    texts = {"d.csv": PANEL if panel else DATA, "f.csv": FRAMEWORK, "r.toml": toml(tables)}
    for file, text in texts.items():
        (tmp_path / file).write_text(text)
    options = [
        ("--data", "d.csv"),
        ("--framework", "f.csv"),
        ("--recipe", "r.toml"),
        ("--out", "o"),
    ]
    words = [w for key, file in options for w in (key, str(tmp_path / file))]
    result = CliRunner().invoke(app, ["build", *words])
    assert result.exit_code == 0, result.exception
    made = {p.name for p in (tmp_path / "o").iterdir()}
    numbered = {f"{i:02d}_{t['do']}.csv" for i, t in enumerate(tables, 1)}
    assert made == numbered | {"scores.csv", "ranks.csv", "log.json"}
    kept = [u for u in "cafbed" if u != "e" or name not in {"screen availability", "screen both"}]
    for file in made - {"log.json"}:
        with (tmp_path / "o" / file).open() as lines:
            table = list(csv.DictReader(lines))
        assert next(iter(table[0])) == "unit"
        assert [r["unit"] for r in table] == kept * (3 if panel else 1)
    with (tmp_path / "o" / "scores.csv").open() as lines:
        assert all(r["top"] for r in csv.DictReader(lines))
