"""Files in, files out, against plain pandas and SciPy: nothing of the engine is used to check it.

Ties, gaps, negative values, costs, uneven and missing weights, codes in Chinese, units in no order,
and columns that the framework does not name.
"""

from __future__ import annotations

import csv
import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from typer.testing import CliRunner

from hubscope.cli.index import app

CODES = ["论文", "b", "c", "d", "e", "f"]
SIGN = pd.Series([1, -1, 1, 1, 1, -1], CODES)
TREE = {
    "P": ["论文", "b"],
    "Q": ["c", "d"],
    "R": ["e", "f"],
    "X": ["P", "Q"],
    "Y": ["R"],
    "T": "XY",
}
LEVEL = {"P": 2, "Q": 2, "R": 2, "X": 3, "Y": 3, "T": 4}
WEIGHT = {"论文": 2, "c": 0.5, "e": 3, "Q": 2, "X": 3, "Y": 2}
TARGET = {"论文": 9, "b": 2, "c": 4, "d": 800, "e": -1, "f": 0.1}
LOW = {"论文": 0, "b": 1, "c": -3, "d": 0, "e": -5, "f": 0.1}
HIGH = {"论文": 10, "b": 5, "c": 3, "d": 900, "e": 0, "f": 0.9}


def table():
    rng = np.random.default_rng(5)
    units = [f"u{i:02d}" for i in rng.permutation(17)]
    x = {
        "论文": np.round(rng.lognormal(0, 1.6, 17), 3),
        "b": rng.integers(1, 6, 17).astype(float),
        "c": rng.normal(0, 3, 17),
        "d": rng.uniform(10, 1000, 17),
        "e": -rng.lognormal(0, 1.5, 17),
        "f": rng.uniform(0, 1, 17),
    }
    frame = pd.DataFrame({"unit": units, **x})
    for code in CODES:
        frame.loc[rng.choice(17, 2, replace=False), code] = np.nan
    frame["people"], frame["area"] = rng.uniform(1, 50, 17), rng.uniform(100, 900, 17)
    frame["region"], frame["note"] = rng.choice(["n", "s", "东"], 17), 'x, "y"'
    return frame


def framework():
    parent = {child: head for head, below in TREE.items() for child in below}
    rows = [*CODES, *TREE]
    return pd.DataFrame(
        {
            "code": rows,
            "level": [LEVEL.get(c, 1) for c in rows],
            "parent": [parent.get(c, "") for c in rows],
            "direction": [SIGN.get(c, 1) for c in rows],
            "weight": [WEIGHT.get(c, "") for c in rows],
            "denominator": ["people" if c == "d" else "" for c in rows],
            **{
                name: [given.get(c, "") for c in rows]
                for name, given in (("target", TARGET), ("goal_low", LOW), ("goal_high", HIGH))
            },
            "colour": "red",
        }
    )


DATA = table()
X = DATA.set_index("unit")[CODES]
REFERENCE = (X * SIGN).dropna().rank().min(axis=1).idxmax()


def run(folder, steps, verb="build", *, data=DATA, tree=None, more=()):
    data.to_csv(folder / "d.csv", index=False)
    (framework() if tree is None else tree).to_csv(folder / "f.csv", index=False)
    text = "".join(
        "[[step]]\n" + "".join(f"{k} = {toml(v)}\n" for k, v in s.items()) for s in steps
    )
    (folder / "r.toml").write_text(text, "utf-8")
    names = {"--data": "d.csv", "--framework": "f.csv", "--recipe": "r.toml", "--out": "o"}
    words = [w for option, name in names.items() for w in (option, str(folder / name))]
    result = CliRunner().invoke(app, [verb, *words, *more])
    assert result.exit_code == 0, result.exception
    return lambda name: pd.read_csv(folder / "o" / name, index_col="unit")


def toml(value):
    if isinstance(value, dict):
        inner = (f"{json.dumps(k, ensure_ascii=False)} = {toml(v)}" for k, v in value.items())
        return "{ " + ", ".join(inner) + " }"
    return "inf" if value == math.inf else json.dumps(value, ensure_ascii=False)


def same(got, wanted):
    assert list(got.index) == list(wanted.index)
    pd.testing.assert_frame_equal(
        got[list(wanted)].astype(float), wanted.astype(float), rtol=1e-11, atol=1e-11,
        check_names=False,
    )  # fmt: skip


def minmax(x, low=1.0, high=100.0):
    y = x * SIGN
    return (y - y.min()) / (y.max() - y.min()) * (high - low) + low


def mean_of(values, weights, method, p):
    known = values.notna()
    if not known.any():
        return np.nan
    v, w = values[known], weights[known] / weights[known].sum()
    made = {
        "arithmetic": (w * v).sum,
        "geometric": (v**w).prod,
        "harmonic": lambda: 1 / (w / v).sum(),
        "power": lambda: (w * v**p).sum() ** (1 / p),
    }
    return made[method]()


def copeland(x, weights):
    grid, w = x.to_numpy(), weights.to_numpy()
    made = np.full(len(grid), np.nan)
    for a, mine in enumerate(grid):
        signs = []
        for theirs in np.delete(grid, a, axis=0):
            both = ~np.isnan(mine) & ~np.isnan(theirs)
            won = (w * ((mine > theirs) + (mine == theirs) / 2))[both].sum()
            signs += [np.sign(round(won / w[both].sum() - 0.5, 9))] if both.any() else []
        made[a] = sum(signs) if signs else np.nan
    return made


def scores(x, method="arithmetic", p=1.0, availability=0.0):
    made = x.copy()
    for head, below in TREE.items():
        at = LEVEL[head] - 2
        how = method[at] if isinstance(method, list) else method
        need = availability[at] if isinstance(availability, list) else availability
        part, w = made[list(below)], pd.Series({c: WEIGHT.get(c, 1) for c in below}, dtype=float)
        if how == "copeland":
            made[head] = copeland(part, w)
        else:
            made[head] = [mean_of(row, w, how, p) for _, row in part.iterrows()]
        made.loc[part.notna().mean(axis=1) < need, head] = np.nan
    return made[["T", "X", "Y", "P", "Q", "R"]]


def before():
    """Steps before normalising with what they leave of the data."""
    people, area = DATA.set_index("unit")["people"], DATA.set_index("unit")["area"]
    region = DATA.set_index("unit")["region"]
    yield {"do": "denominate"}, X.assign(d=X.d / people)
    yield {"do": "denominate", "scale": 100}, X.assign(d=X.d / people * 100)
    yield {"do": "denominate", "by": {"b": "area"}}, X.assign(d=X.d / people, b=X.b / area)
    present = X.notna().mean(axis=1)
    yield {"do": "screen", "availability": 0.8}, X[present >= 0.8]
    yield {"do": "screen", "nonzero": 0.99, "by": "both", "availability": 0.5}, X[present >= 0.5]
    yield {"do": "impute", "method": "mean"}, X.fillna(X.mean())
    yield {"do": "impute", "method": "median"}, X.fillna(X.median())
    for how in ("mean", "median"):
        filled = X.apply(lambda c, h=how: c.fillna(c.groupby(region).transform(h)))
        yield {"do": "impute", "method": f"group_{how}", "group": "region"}, filled
    yield {"do": "impute", "method": "constant", "value": 0}, X.fillna(0)
    y = X * SIGN
    low, width = y.min(), y.max() - y.min()
    filled = X.copy()
    for pair in (CODES[:2], CODES[2:4], CODES[4:]):
        middle = ((y - low) / width)[pair].mean(axis=1)
        for code in pair:
            filled[code] = X[code].fillna((middle * width[code] + low[code]) * SIGN[code])
    yield {"do": "impute", "method": "row_mean", "level": 2}, filled
    for method, how in (("log", np.log), ("sqrt", np.sqrt)):
        step = {"do": "transform", "method": method, "indicators": ["论文", "d"]}
        yield step, X.assign(论文=how(X.论文), d=how(X.d))


@pytest.mark.parametrize(("step", "wanted"), [pytest.param(*c, id=str(c[0])) for c in before()])
def test_steps_before_normalising(tmp_path, step, wanted):
    read = run(tmp_path, [step, {"do": "normalise", "low": 1, "high": 100}, {"do": "aggregate"}])
    same(read(f"01_{step['do']}.csv"), wanted)
    same(read("02_normalise.csv"), minmax(wanted))
    same(read("scores.csv"), scores(minmax(wanted)))
    ranks = scores(minmax(wanted)).round(9).rank(ascending=False, method="min")
    same(read("ranks.csv"), ranks)


def failing(v, skew, kurtosis):
    v = v.dropna()
    return not (abs(stats.skew(v, bias=False)) < skew or stats.kurtosis(v, bias=False) < kurtosis)


def treated(x, step):
    most, then, combine = step["winsorise"], step["then"], step["combine"]
    skew, kurtosis = step["skew"], step["kurtosis"]
    v, top, bottom = x.copy(), 0, 0
    while failing(v, skew, kurtosis) and top + bottom < most:
        if stats.skew(v.dropna(), bias=False) >= 0:
            v[v == v.max()] = v[v < v.max()].max()
            top = (v == v.max()).sum() - 1
        else:
            v[v == v.min()] = v[v > v.min()].min()
            bottom = (v == v.min()).sum() - 1
    if not failing(v, skew, kurtosis) or then == "none":
        return v
    b = v if combine else x
    edge = 0.01 * (b.max() - b.min())
    if then == "log_min":
        return np.log(b - b.min() + 1)
    if then == "log_range" or stats.skew(b.dropna(), bias=False) > 0:
        return np.log(b - b.min() + edge)
    return -np.log(b.max() + edge - b)


@pytest.mark.parametrize("combine", [False, True])
@pytest.mark.parametrize("then", ["log_range", "log_min", "log_signed", "none"])
@pytest.mark.parametrize("limits", [(5, 2.0, 3.5), (1, 0.5, 0.5), (0, 1.0, 1.0)])
def test_treatment(tmp_path, then, combine, limits):
    most, skew, kurtosis = limits
    step = {"do": "treat", "winsorise": most, "then": then, "combine": combine}
    step |= {"skew": skew, "kurtosis": kurtosis}
    read = run(tmp_path, [step])
    wanted = X.apply(treated, step=step)
    same(read("01_treat.csv"), wanted)


def test_box_cox_is_that_of_scipy_on_values_from_one(tmp_path):
    read = run(tmp_path, [{"do": "transform", "method": "boxcox", "indicators": ["e"]}])
    e = X["e"].dropna()
    wanted = stats.boxcox(e - e.min() + 1)[0]
    assert read("01_transform.csv")["e"].dropna().to_numpy() == pytest.approx(wanted, rel=1e-9)


def scales():
    y, posts = X * SIGN, pd.DataFrame({"low": LOW, "high": HIGH, "target": TARGET}).loc[CODES]
    low, high = y.min(), y.max()
    yield {"method": "minmax", "low": -5, "high": 3.5}, minmax(X, -5, 3.5)
    yield {"method": "minmax"}, minmax(X, 0, 100)
    yield {"method": "zscore", "mean": 10, "sd": 2}, (y - y.mean()) / y.std() * 2 + 10
    yield {"method": "zscore"}, (y - y.mean()) / y.std()
    yield {"method": "scaled", "low": -3, "high": 7}, (y + 3) / 10 * 100
    yield {"method": "distance_to_max"}, 1 - (high - y) / (high - low)
    worst = X.min().where(SIGN > 0, X.max())
    way = (X - worst) / (posts.target - worst)
    yield {"method": "distance_to_target"}, way
    yield {"method": "distance_to_target", "cap": True}, way.clip(upper=1)
    for reference in (REFERENCE, sorted(X.index).index(REFERENCE) + 1):
        near = 1 - (y.loc[REFERENCE] - y) / (y.loc[REFERENCE] - low)
        yield {"method": "distance_to_reference", "reference": reference}, near
    yield (
        {"method": "distance_to_reference", "reference": REFERENCE, "cap": True},
        near.clip(upper=1),
    )
    yield {"method": "fraction_of_max"}, y / high
    up = y.rank(method="min")
    yield {"method": "percentile_rank"}, (up - 1) / (y.notna().sum() - 1)
    yield {"method": "rank"}, up
    yield {"method": "borda"}, up - 1
    far = ((X - posts.low).T.where(SIGN > 0, (posts.high - X).T)).T / (posts.high - posts.low)
    yield {"method": "goalposts"}, far.clip(0, 1)
    yield {"method": "goalposts", "scale": 100, "cap": False}, far * 100
    yield {"method": "none"}, y


@pytest.mark.parametrize(("options", "wanted"), [pytest.param(*c, id=str(c[0])) for c in scales()])
def test_normalising(tmp_path, options, wanted):
    read = run(tmp_path, [{"do": "normalise", **options}, {"do": "aggregate"}])
    same(read("01_normalise.csv"), wanted)
    same(read("scores.csv"), scores(wanted))


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"method": "geometric"},
        {"method": "harmonic"},
        {"method": "power", "p": 0.5},
        {"method": "power", "p": -1},
        {"method": "copeland"},
        {"method": ["arithmetic", "geometric", "harmonic"]},
        {"method": ["arithmetic", "power", "copeland"], "p": 2},
        {"availability": 0.6},
        {"availability": [0.5, 1, 1]},
    ],
    ids=str,
)
def test_aggregating(tmp_path, options):
    steps = [{"do": "normalise", "low": 1, "high": 100}, {"do": "aggregate", **options}]
    read = run(tmp_path, steps)
    wanted = scores(minmax(X), **options)
    same(read("scores.csv"), wanted)
    same(read("02_aggregate.csv"), wanted)
    same(read("ranks.csv"), wanted.round(9).rank(ascending=False, method="min"))


def test_two_steps_of_a_kind_need_no_names(tmp_path):
    first = {"do": "impute", "method": "group_mean", "group": "region"}
    ends = [{"do": "normalise"}, {"do": "aggregate"}]
    read = run(tmp_path, [first, {"do": "impute", "method": "mean"}, *ends])
    assert read("02_impute.csv").notna().all(axis=None)
    assert (read("01_impute.csv")[CODES].isna().sum() <= X.isna().sum()).all()


def test_a_panel_is_filled_from_each_units_own_years(tmp_path):
    years, rows = [2019, 2020, 2022, 2023], []
    series = {"a": [1, np.nan, 4, np.nan], "b": [np.nan, 6, np.nan, 9.0]}
    for i, year in enumerate(years):
        rows += [{"unit": u, "time": year, "v": s[i], "w": i + 1.0} for u, s in series.items()]
    tree = pd.DataFrame({"code": ["v", "w", "T"], "level": [1, 1, 2], "parent": ["T", "T", ""]})
    wanted = {
        "latest": {"a": [1, 1, 4, 4], "b": [np.nan, 6, 6, 9]},
        "linear": {"a": [1, 2, 4, np.nan], "b": [np.nan, 6, 8, 9]},
        "constant": {"a": [1, 1, 4, 4], "b": [6, 6, 6, 9]},
    }
    for method, filled in wanted.items():
        step = {"do": "impute", "method": method}
        read = run(tmp_path, [step], data=pd.DataFrame(rows), tree=tree)
        got = read("01_impute.csv")
        assert list(got.columns[:1]) == ["time"]
        for unit, values in filled.items():
            np.testing.assert_allclose(got.loc[unit, "v"], values)


def test_a_log_with_infinity_replays_to_the_bit(tmp_path):
    from hubscope.index import Framework, Recipe, build

    steps = [{"do": "normalise"}, {"do": "aggregate", "method": "electre", "v": math.inf}]
    run(tmp_path, steps)
    log = json.loads((tmp_path / "o" / "log.json").read_text("utf-8"))
    assert log["recipe"][1]["v"] == "inf"
    again = Recipe.of(*log["recipe"])
    assert again.hash == log["recipe_hash"]
    made = build(tmp_path / "d.csv", Framework.read(tmp_path / "f.csv"), again)
    assert [e.sha256 for e in made.log] == [s["sha256"] for s in log["steps"]]
    result = CliRunner().invoke(app, ["verify", str(tmp_path / "o"), "--replay"])
    assert result.exit_code == 0, result.exception


def test_diagnosis_and_comparison(tmp_path):
    steps = [{"do": "normalise", "low": 1, "high": 100}, {"do": "aggregate"}]
    read = run(tmp_path, steps, "diagnose")
    got = pd.read_csv(tmp_path / "o" / "correlations.csv", index_col=0)
    np.testing.assert_allclose(got[CODES], (X * SIGN).corr(), rtol=1e-10)
    (tmp_path / "g.toml").write_text('[[step]]\ndo = "normalise"\n[[step]]\ndo = "aggregate"\n'
        'method = "copeland"\n')  # fmt: skip
    read = run(tmp_path, steps, "compare", more=["--recipe", str(tmp_path / "g.toml")])
    got = read("compare.csv")
    first, second = scores(minmax(X)), scores(minmax(X, 0), "copeland")
    np.testing.assert_allclose(got["r score"], first["T"], rtol=1e-11)
    np.testing.assert_allclose(got["g score"], second["T"], rtol=1e-11, atol=1e-12)
    gap = (got["r rank"] - got["g rank"]).abs()
    with (tmp_path / "o" / "versions.csv").open() as lines:
        told = list(csv.DictReader(lines))[1]
    assert float(told["mean_shift"]) == pytest.approx(gap.mean())
    assert float(told["spearman"]) == pytest.approx(
        stats.spearmanr(got["r rank"], got["g rank"])[0]
    )


def test_units_and_codes_are_the_same_in_every_kind_of_file(tmp_path):
    data = pd.DataFrame({"unit": [2.0, 10.0], "time": [2020.0, 2021.0], "1": [3.0, 5.0]})
    tree = pd.DataFrame({"code": [1.0, 9.0], "level": [1, 2], "parent": [9.0, np.nan]})
    data.to_parquet(tmp_path / "d.parquet")
    tree.to_parquet(tmp_path / "f.parquet")
    (tmp_path / "r.toml").write_text('[[step]]\ndo = "aggregate"\n')
    names = {"--data": "d.parquet", "--framework": "f.parquet", "--recipe": "r.toml", "--out": "o"}
    words = [w for option, name in names.items() for w in (option, str(tmp_path / name))]
    result = CliRunner().invoke(app, ["build", *words])
    assert result.exit_code == 0, result.exception
    assert (tmp_path / "o" / "scores.csv").read_text() == "unit,time,9\n2,2020,3.0\n10,2021,5.0\n"
