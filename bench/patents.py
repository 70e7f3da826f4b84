"""How fast patents are loaded and measured: `python bench/patents.py [FAMILIES]`.

A synthetic world as the files a user loads, read by hubscope and, in the same run and of the same
bytes, by peers: DuckDB with all columns as text (no checks, ids or tables: the floor of parsing)
and pandas. Then every indicator. CPU seconds, so a busy machine matters little; at 1x, 3x and 10x.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pyarrow as pa

from hubscope.indicators.patents import measure_patents
from hubscope.nouns import Hub, Words
from hubscope.sources import synthetic_patent_files as files
from hubscope.sources import synthetic_patents
from hubscope.sources.synthetic import World, economy, hub_of, make
from hubscope.store import Store
from hubscope.store.dialect import DuckEngine
from hubscope.store.patents import load, loaded
from hubscope.store.patents_views import connect_patents
from hubscope.store.works import load_star


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process and its threads."""
    began = time.process_time()
    work()
    return time.process_time() - began


def peers(folder: Path, names: list[str]) -> tuple[float, float]:
    """CPU seconds of DuckDB into tables of text, and of pandas."""

    def embedded() -> None:
        with duckdb.connect() as engine:
            for n, name in enumerate(names):
                engine.execute(
                    f"CREATE TABLE t{n} AS SELECT * FROM "
                    f"read_csv('{folder / name}', all_varchar = true, header = true)"
                )

    def frames() -> None:
        for name in names:
            pd.read_csv(folder / name, sep="\t" if name.endswith("tsv") else ",", dtype=str)

    return cpu(embedded), cpu(frames)


def run(families: int) -> None:
    world = World(works=5 * families)
    star = make(world)
    made = synthetic_patents.make(world, synthetic_patents.PatentWorld(families), star)
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside)
        (folder / "p.csv").write_bytes(b"".join(files.as_publications(made)))
        (folder / "l.csv").write_bytes(b"".join(files.as_pairs(made)))
        for name, lines in files.as_patentsview(made):
            (folder / name).write_bytes(b"".join(lines))
        names = sorted(f.name for f in folder.iterdir())
        size = sum((folder / n).stat().st_size for n in names) / 1e6
        store = Store(folder / "store")

        def all_three() -> None:
            load(store, [folder], source="patentsview", vintage="2026-01-01")
            load(store, [folder / "p.csv"], source="publications", vintage="2026-01-01")
            load(store, [folder / "l.csv"], source="paper-links", vintage="2026-01-01")

        ours, (floor, pandas) = cpu(all_three), peers(folder, names)
        load_star(store, star, name="star", vintage="2026-01-01")
        measured = cpu(lambda: measure(store, world))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        patents = loaded(store)["patents"]
        print(
            f"{patents:>9,} patents {size:7.1f} MB  load {ours:6.1f} CPU s "
            f"({size / ours:5.1f} MB/s; DuckDB as text {floor:5.1f} s, pandas {pandas:5.1f} s)  "
            f"23 indicators {measured:6.1f} CPU s  peak {peak:4.2f} GB"
        )


def measure(store: Store, world: World) -> None:
    institutions = np.arange(1, world.institutions + 1)
    inside = hub_of(world, institutions)
    hubs = {
        f"h{n}": Hub(f"h{n}", Words("合成", "Synthetic"), economy(n), part_of=f"r{n // 3}")
        for n in range(1, world.hubs + 1)
    }
    members = pa.table(
        {"hub": [f"h{n}" for n in inside[inside > 0]], "institution": institutions[inside > 0]}
    )
    cities = store.table("patents_places").to_pylist()
    rows = [(r["city"].split()[-1], r["place"]) for r in cities]
    places = pa.table(
        {
            "hub": [f"h{n}" for n, _ in rows if n != "0"],
            "institution": [p for n, p in rows if n != "0"],
        }
    )
    with connect_patents(store) as connection:
        engine = DuckEngine(connection)
        measure_patents(engine, members, places, hubs, vintage="2026-01-01", sha256="")


def main() -> None:
    families = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    run(300)  # compiles the kernels
    for factor in (1, 3, 10):
        run(families * factor)


if __name__ == "__main__":
    main()
