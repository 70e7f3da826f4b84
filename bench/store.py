"""How fast works are loaded and clusters found: `python bench/store.py [SAMPLE] [COPIES]`.

SAMPLE is a file of OpenAlex works as JSON lines (the recorded ones beside the repository, or a
synthetic world where they are absent), copied with new ids. Peers read the same bytes in the same
run: inflating and walking with isal and pysimdjson (the floor), DuckDB with a written schema,
polars and pandas; scikit-learn for clusters. CPU seconds, so a busy machine matters little.
"""

import gzip
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from hubscope.places.density import dbscan
from hubscope.places.sphere import EARTH_KM, Floats
from hubscope.sources.openalex.columns import literal
from hubscope.sources.openalex.flat import flatten
from hubscope.sources.openalex.layout import Part
from hubscope.sources.synthetic import World, as_json_lines, make

HERE = Path(__file__).resolve()
igzip: Any = import_module("isal.igzip")
"""Untyped."""
SAMPLE = HERE.parents[2] / "shared/data/bibliometrics/openalex_works.jsonl.gz"


def cpu(work: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds of this process and its threads, and wall seconds."""
    wall, began = time.perf_counter(), time.process_time()
    work()
    return time.process_time() - began, time.perf_counter() - wall


def copies(sample: Path, out: Path, number: int) -> float:
    """`sample` `number` times with new ids as one gzip; megabytes of text."""
    if sample.is_file():
        text = gzip.decompress(sample.read_bytes())
    else:
        text = b"".join(as_json_lines(make(World(works=3_000))))
    with igzip.open(out, "wb", compresslevel=3) as handle:
        for n in range(number):
            handle.write(re.sub(rb"(org/W\d+)", rb"\g<1>%03d" % n, text))
    return len(text) * number / 1e6


def walk(path: Path) -> None:
    import simdjson

    parser = simdjson.Parser()
    with igzip.open(path) as handle:
        for line in handle:
            record: Any = parser.parse(line)
            len(record["authorships"])
            del record


def flatten_aside(path: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        return flatten(Part(path, path.name, ""), Path(folder)).rows["works"]


def ours(path: Path) -> None:
    flatten_aside(path)


def plain_duckdb(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as engine:
        engine.execute("SET threads = 1")
        engine.execute(
            f"COPY (SELECT * FROM read_json('{path}', format = 'newline_delimited', "
            f"columns = {literal()})) TO '{folder}/o.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )


def polars(path: Path) -> None:
    import polars as pl

    authorship = pl.List(pl.Struct({"author": pl.Struct({"id": pl.String})}))
    schema: Any = {"id": pl.String, "publication_year": pl.Int64, "authorships": authorship,
              "referenced_works": pl.List(pl.String)}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        frame = pl.scan_ndjson(gzip.decompress(path.read_bytes()), schema=schema)
        frame.sink_parquet(f"{folder}/o.parquet")


def pandas(path: Path) -> None:
    import pandas as pd  # type: ignore[import-untyped]

    pd.read_json(path, lines=True)


def peak(path: Path) -> float:
    """Megabytes that loading `path` takes at most, in a process of its own."""
    code = (
        f"import sys; sys.path.insert(0, {str(HERE.parent)!r}); import store; "
        f"store.ours(store.Path({str(path)!r})); "
        "print([x.split()[1] for x in open('/proc/self/status') if x.startswith('VmHWM')][0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1]) / 1e3


def loading(sample: Path, most: int, folder: Path) -> None:
    small = folder / "small.jsonl.gz"
    megabytes = copies(sample, small, max(most // 10, 1))
    print(f"Loading JSON lines: {megabytes:.0f} MB of text in one gzip, MB per CPU second")
    cpu(partial(ours, small))  # compiles and warms
    peers = {
        "isal + pysimdjson, walking alone": walk,
        "hubscope, JSON to the star": ours,
        "DuckDB, written schema, nested": plain_duckdb,
        "polars, four columns": polars,
        "pandas": pandas,
    }
    # In turns and the best of each: other work on the machine disturbs all alike.
    best = {n: min(cpu(partial(work, small))[0] for _ in range(1 if n == "pandas" else 5))
            for n, work in peers.items()}  # fmt: skip
    for _ in range(5):
        for name in list(peers)[:2]:
            best[name] = min(best[name], cpu(partial(peers[name], small))[0])
    floor = best["isal + pysimdjson, walking alone"]
    for name, seconds in best.items():
        print(f"  {name:<34} {megabytes / seconds:8.1f}   {floor / seconds:6.1%} of the floor")
    print("Cost as it grows (hubscope)")
    for times in (1, 3, 10):
        path = folder / f"x{times}.jsonl.gz"
        size = copies(sample, path, max(most * times // 10, 1))
        seconds, _ = cpu(partial(ours, path))
        print(f"  {times:>2}x {size:8.0f} MB {seconds:7.2f} CPU s {size / seconds:7.1f} MB/CPU s, "
              f"peak {peak(path):5.0f} MB")  # fmt: skip
    for times in (1, 10):
        from_parquet(folder / f"x{times}.jsonl.gz", folder / f"x{times}.parquet")
    side_by_side(sample, folder, max(most // 5, 1))


def from_parquet(lines: Path, parquet: Path) -> None:
    """The same records and columns in both formats."""
    with duckdb.connect() as engine:
        engine.execute(
            f"COPY (SELECT * FROM read_json('{lines}', format = 'newline_delimited', "
            f"columns = {literal()})) TO '{parquet}' (FORMAT parquet)"
        )
    ours(parquet)
    # In turns: other work on the machine disturbs both alike.
    rounds = [[cpu(partial(ours, path))[0] for path in (lines, parquet)] for _ in range(5)]
    of_lines, of_parquet = (min(r) for r in zip(*rounds, strict=True))
    print(
        f"From Parquet, the same {parquet.stem}: {of_lines / of_parquet:.1f} times faster "
        f"than from JSON lines ({of_parquet:.2f} CPU s)"
    )


def side_by_side(sample: Path, folder: Path, number: int) -> None:
    """Two part files one after the other and both at once, by the threads that a load uses."""
    two = [folder / "a.jsonl.gz", folder / "b.jsonl.gz"]
    for path in two:
        copies(sample, path, number)
    code = (
        f"import sys; sys.path.insert(0, {str(HERE.parent)!r}); import store; "
        f"store.both([store.Path(p) for p in {[str(p) for p in two]!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    print(done.stdout, end="")


def both(two: list[Path]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    flatten_aside(two[0])
    with ThreadPoolExecutor(2) as pool:
        alone: list[tuple[float, float]] = []
        together: list[tuple[float, float]] = []
        for _ in range(5):
            alone.append(cpu(lambda: [flatten_aside(p) for p in two]))
            together.append(cpu(lambda: list(pool.map(flatten_aside, two))))
    seconds, wall = min(together, key=lambda t: t[1])
    # Not ru_maxrss, which a process inherits from the one that started it.
    status = Path("/proc/self/status").read_text()
    peak_mb = float(status.partition("VmHWM:")[2].split()[0]) / 1e3
    print(
        f"Two part files on {os.cpu_count()} cores: {min(w for _, w in alone) / wall:.2f} times as "
        f"fast as one after the other, {seconds / wall:.2f} cores in use, peak {peak_mb:.0f} MB"
    )


def points(number: int, cities: int = 4000) -> tuple[Floats, Floats, Floats]:
    r = np.random.default_rng(1)
    lat0, lon0 = np.degrees(np.arcsin(r.uniform(-0.9, 0.95, cities))), r.uniform(-180, 180, cities)
    size = r.pareto(1.1, cities) + 0.1
    at = r.choice(cities, number, p=size / size.sum())
    lat = lat0[at] + r.normal(0, 0.08, number)
    lon = lon0[at] + r.normal(0, 0.08, number) / np.cos(np.radians(lat0[at]))
    far = r.random(number) < 0.2
    lat[far] = np.degrees(np.arcsin(r.uniform(-1, 1, far.sum())))
    lon[far] = r.uniform(-180, 180, far.sum())
    return lat, (lon + 180) % 360 - 180, r.integers(1, 5, number).astype(float)


def clustering() -> None:
    from sklearn.cluster import DBSCAN

    print("Weighted clusters, 15 km, minimum 4,500 of 7.9 million")
    dbscan(*points(1000), 15.0, 5.0)
    for number in (50_000, 1_000_000, 5_000_000):
        lat, lon, weight = points(number)
        minimum = max(int(4500 / 7.9e6 * weight.sum()), 5)
        began = time.process_time()
        labels = dbscan(lat, lon, weight, 15.0, minimum)
        seconds = time.process_time() - began
        print(
            f"  {number:>9,} points {seconds:8.3f} CPU s, {int(labels.max()) + 1} clusters", end=""
        )
        if number <= 50_000:
            model = DBSCAN(eps=15 / EARTH_KM, min_samples=minimum, metric="haversine",
                           algorithm="ball_tree")  # fmt: skip
            place = np.radians(np.c_[lat, lon])
            theirs, _ = cpu(partial(model.fit, place, sample_weight=weight))
            same = np.array_equal(model.labels_, labels)
            print(f"; scikit-learn {theirs:.2f} CPU s, {theirs / seconds:.0f} times; equal: {same}")
        else:
            print()
    print(f"  peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else SAMPLE
    with tempfile.TemporaryDirectory() as scratch:
        loading(given, int(sys.argv[2]) if len(sys.argv) > 2 else 50, Path(scratch))
    clustering()
