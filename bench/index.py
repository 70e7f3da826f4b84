"""How fast the index engine is: `python bench/index.py [DATA]` prints one table.

DATA is a folder with 00_iData.csv and 00_iMeta.csv (COINr's ASEM example, 51 units x 49
indicators; found beside the repository when not given, made up at the same size when absent). The
peer is COINr where R has it; else a plain loop in NumPy that does what COINr does: every step again
for every draw. Both peers run a few draws, and their time a draw is compared with ours. Bars are
held against CPU seconds of the process, which other work on the machine does not stretch; wall
seconds stand beside them. Last come lines that show how cost grows.
"""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hubscope.index import (
    Choice,
    Framework,
    LeaveOut,
    Recipe,
    WeightNoise,
    build,
    sensitivity,
    uncertainty,
)
from hubscope.index.design import index_draws, setup
from hubscope.index.sequence import sobol

Array: TypeAlias = NDArray[Any]

RECIPE = Recipe.of(
    {"do": "impute", "method": "median"},
    {"do": "treat", "winsorise": 5},
    {"do": "normalise", "low": 1, "high": 100},
    {"do": "aggregate"},
)
FACTORS = (
    Choice("treat", (1, 2, 3, 4, 5), "winsorise"),
    Choice("normalise", ({"low": 1}, {"method": "zscore", "mean": 20, "sd": 2})),
    WeightNoise(0.25, 2),
    WeightNoise(0.25, 3),
    LeaveOut(),
    Choice("aggregate", ("arithmetic", "geometric"), "method"),
)


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - wall, time.process_time() - cpu


def made_up(units: int, indicators: int, groups: int = 8, seed: int = 1) -> tuple[Any, Framework]:
    """A skewed data set of any size with four levels, and its framework."""
    rng = np.random.default_rng(seed)
    codes = [f"i{i}" for i in range(indicators)]
    middle = [f"g{i}" for i in range(groups)]
    tree = {
        "code": [*codes, *middle, "a", "b", "index"],
        "level": [1] * indicators + [2] * groups + [3, 3, 4],
        "parent": [middle[i % groups] for i in range(indicators)]
        + ["a" if i % 2 else "b" for i in range(groups)]
        + ["index", "index", ""],
    }
    spread = np.where(np.arange(indicators) % 3 == 0, 1.2, 0.3)
    x = rng.lognormal(0, spread, (units, indicators))
    data = {"unit": [f"u{i}" for i in range(units)], **dict(zip(codes, x.T, strict=True))}
    return data, Framework.read(tree)


def example(argv: list[str]) -> tuple[Any, Framework, Path | None]:
    beside = Path(os.environ.get("HUBSCOPE_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    folder = Path(argv[0]) if argv else beside / "data" / "index" / "coinr"
    if (folder / "00_iData.csv").is_file():
        return folder / "00_iData.csv", Framework.read(folder / "00_iMeta.csv"), folder
    return *made_up(51, 49), None


def skew_kurt(x: Array) -> tuple[float, float]:
    n, gaps = len(x), x - x.mean()
    m2, m3, m4 = (gaps**2).mean(), (gaps**3).mean(), (gaps**4).mean()
    g1, g2 = m3 / m2**1.5, m4 / m2**2 - 3
    skew = g1 * np.sqrt(n * (n - 1)) / (n - 2)
    return float(skew), float(((n + 1) * g2 + 6) * (n - 1) / ((n - 2) * (n - 3)))


def plain_treat(x: Array, most: int) -> Array:
    """One column: winsorise while both moments fail."""
    y, points = x.copy(), 0
    while points < most:
        skew, kurt = skew_kurt(y)
        if abs(skew) < 2 or kurt < 3.5:
            break
        edge = y.max() if skew >= 0 else y.min()
        rest = y[y != edge]
        y[y == edge] = rest.max() if skew >= 0 else rest.min()
        points += 1
    return y


def plain_index(x: Array, framework: Framework, draw: dict[str, Any]) -> tuple[Array, Array]:
    """One draw of the design, every step again, as a first script would be written."""
    columns: dict[str, Array] = {}
    for i, code in enumerate(framework.indicators):
        y = x[:, i].copy()
        y[np.isnan(y)] = np.nanmedian(y)
        y = plain_treat(y, draw["winsorise"]) * framework.by_code[code].direction
        if draw["norm"] == "minmax":
            y = (y - y.min()) / (y.max() - y.min()) * 99 + 1
        else:
            y = (y - y.mean()) / y.std(ddof=1) * 2 + 20
        columns[code] = y
    for level in range(2, framework.top_level + 1):
        for head in framework.at_level(level):
            below = framework.children[head]
            w = np.array([draw["weights"][c] for c in below])
            grid = np.array([columns[c] for c in below])
            if draw["mean"] == "arithmetic":
                columns[head] = w @ grid / w.sum()
            else:
                columns[head] = np.exp(w @ np.log(grid) / w.sum())
    score = columns[framework.top]
    return score, np.array([1 + (score > s).sum() for s in score])


def plain_loop(data: Any, framework: Framework, draws: int) -> None:
    x = build(data, framework, RECIPE).data.values
    rng = np.random.default_rng(1)
    for _ in range(draws):
        noise = {e.code: e.weight * rng.uniform(0.75, 1.25) for e in framework.tree}
        noise[rng.choice(framework.indicators)] = 0.0
        draw = {
            "winsorise": int(rng.integers(1, 6)),
            "norm": rng.choice(["minmax", "zscore"]),
            "mean": rng.choice(["arithmetic", "geometric"]),
            "weights": noise,
        }
        plain_index(x, framework, draw)


COINR = """
suppressMessages(library(COINr))
coin <- suppressMessages(build_example_coin())
t <- system.time(for (i in 1:5) suppressMessages(Regen(coin, quietly = TRUE)))
cat((t[["user.self"]] + t[["sys.self"]]) / 5)
"""


def coinr_seconds() -> float | None:
    """CPU seconds of one COINr replicate, None where R or the package is absent."""
    if not shutil.which("Rscript"):
        return None
    run = subprocess.run(["Rscript", "-e", COINR], capture_output=True, text=True, check=False)
    try:
        return float(run.stdout.split()[-1])
    except (ValueError, IndexError):
        return None


def line(what: str, size: str, took: tuple[float, float], bar: float, note: str = "") -> bool:
    wall, cpu = took
    verdict = "ok" if cpu <= bar else "TOO SLOW"
    print(
        f"{what:34}{size:>14}{cpu:8.2f} CPU s ({wall:.2f} wall)  bar {bar:4.1f}  {verdict:9}{note}",
        flush=True,
    )
    return cpu <= bar


def by_comparison(data: Any, framework: Framework, draws: int = 1_000) -> None:
    """Methods that compare every unit with every other, at every level of the tree."""
    for method in ("copeland", "outranking", "electre"):
        recipe = RECIPE.replace("aggregate", method=method)
        _, _, cpu = timed(partial(uncertainty, data, framework, recipe, FACTORS[2:5], draws=draws))
        print(
            f"uncertainty, {method + ' at every level':32}{draws:,} draws{cpu:7.2f} CPU s"
            f"{cpu / draws * 1e3:7.2f} ms a draw"
        )


def growth() -> None:
    """Cost over draws, and over units x indicators: the last column stays about the same."""
    big, tree = made_up(300, 100, 10)
    for draws in (2_500, 5_000, 10_000, 20_000):
        _, _, cpu = timed(partial(uncertainty, big, tree, RECIPE, FACTORS, draws=draws))
        size = f"300 x 100, {draws:,} draws"
        print(f"uncertainty {size:32}{cpu:7.2f} CPU s{cpu / draws * 1e6:9.0f} us a draw")
    for units, indicators in ((100, 50), (200, 50), (200, 100), (400, 100), (400, 200)):
        data, tree = made_up(units, indicators, 10)
        _, _, cpu = timed(partial(uncertainty, data, tree, RECIPE, FACTORS, draws=4_000))
        cell = cpu / 4_000 / units / indicators * 1e9
        size = f"{units} x {indicators}, 4,000 draws"
        print(f"uncertainty {size:32}{cpu:7.2f} CPU s{cell:9.1f} ns a draw and value")
    for units in (12_500, 25_000, 50_000, 100_000):
        data, tree = made_up(units, 50)
        _, _, cpu = timed(partial(build, data, tree, RECIPE))
        cell = cpu / units / 50 * 1e9
        print(f"build       {f'{units:,} x 50':32}{cpu:7.2f} CPU s{cell:9.1f} ns a value")


def warm() -> None:
    """Load what the first run would load: the libraries behind the Sobol' sequence."""
    data, framework = made_up(20, 8, 4)
    uncertainty(data, framework, RECIPE, FACTORS, draws=64)
    sensitivity(data, framework, RECIPE, FACTORS, n=16)


def main() -> int:
    warm()
    data, framework, folder = example(sys.argv[1:])
    units = len(build(data, framework, RECIPE).units)
    size = f"{units} x {len(framework.indicators)}"
    fine = []

    _, wall, cpu = timed(partial(uncertainty, data, framework, RECIPE, FACTORS, draws=10_000))
    fine.append(line("uncertainty, 10,000 draws", size, (wall, cpu), 1.5))
    sense = partial(sensitivity, n=1024, method="sobol")
    took = timed(partial(sense, data, framework, RECIPE, FACTORS))[1:]
    fine.append(line("sensitivity, N = 1,024, 6 factors", size, took, 2.0))

    big, tree = made_up(300, 100, 10)
    took = timed(partial(sense, big, tree, RECIPE, FACTORS))[1:]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    note = f"{memory:.0f} MB, bar 500"
    fine.append(line("sensitivity, N = 1,024, 6 factors", "300 x 100", took, 20.0, note))
    fine.append(memory < 500)

    large, broad = made_up(100_000, 50)
    fine.append(line("build", "100,000 x 50", timed(partial(build, large, broad, RECIPE))[1:], 5.0))

    peer_draws = 40
    _, _, peer = timed(lambda: plain_loop(data, framework, peer_draws))
    ours = cpu / 10_000
    ratio = peer / peer_draws / ours
    print(
        f"plain NumPy loop: {peer / peer_draws * 1e3:.2f} ms a draw, ours with all ranges and "
        f"groups {ours * 1e3:.3f} ms: {ratio:.0f} times"
    )
    prepared = setup(data, framework, RECIPE, FACTORS, seed=1)
    u = sobol(sum(prepared.dims), 10_000, 1)
    index_draws(prepared, u[:200])
    _, _, scores = timed(lambda: index_draws(prepared, u))
    print(
        f"index scores and ranks alone: {scores / 10_000 * 1e3:.4f} ms a draw, "
        f"{peer / peer_draws / (scores / 10_000):.0f} times the plain loop"
    )
    replicate = coinr_seconds() if folder else None
    stated = "measured now" if replicate else "0.65 s, as measured when the reference was written"
    print(
        f"COINr: {replicate or 0.65:.2f} CPU s a replicate ({stated}): "
        f"{(replicate or 0.65) / ours:.0f} times ours"
    )

    by_comparison(data, framework)
    growth()
    return 0 if all(fine) else 1


if __name__ == "__main__":
    sys.exit(main())
