"""How fast works are measured: `python bench/indicators.py [WORKS]` (2,000,000 where not given).

A synthetic world with 5 authors and 10 references a work, 200 hubs, 12 years: all indicators with
200 draws each, CD5 of every work beside the package cdindex, and the cost at 1x, 3x and 10x.
"""

import datetime as dt
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from hubscope.indicators.kernels import disruption
from hubscope.indicators.kernels.poisson import Floats, Ints
from hubscope.indicators.works import chosen, measure_works, prepare, values
from hubscope.nouns import Hub, Words
from hubscope.sources.synthetic import World, economy, hub_of, make
from hubscope.store import Store
from hubscope.store.dialect import DuckEngine
from hubscope.store.works import load_star
from hubscope.store.works_views import connect_works


def world_of(works: int) -> World:
    return World(works=works, hubs=200, institutions=4000, topics=2000)


def hubs_of(world: World) -> tuple[dict[str, Hub], pa.Table]:
    hubs = {
        f"h{n:03}": Hub(f"h{n:03}", Words("合成", "Synthetic"), economy(n), part_of=f"r{n // 3}")
        for n in range(1, world.hubs + 1)
    }
    institutions = np.arange(1, world.institutions + 1)
    at = hub_of(world, institutions)
    members = pa.table(
        {"hub": [f"h{h:03}" for h in at[at > 0]], "institution": institutions[at > 0]}
    )
    return hubs, members


def graph(works: int) -> tuple[Ints, Ints, Ints]:
    star = make(World(works=works, authors_each=1.5))
    refs = star["references"]
    year = star["works"]["year"].to_numpy().astype(np.int64)
    return year, refs["work"].to_numpy() - 1, refs["cited"].to_numpy() - 1


def disruptions() -> None:
    disruption.counts(disruption.graph(*graph(1_000)))
    print("CD5 of every work")
    for works in (100_000, 300_000, 1_000_000):
        year, citing, cited = graph(works)
        began = time.process_time()
        counted = disruption.counts(disruption.graph(year, citing, cited))
        seconds = time.process_time() - began
        print(f"  {works:>9,} works, {len(citing):>10,} references {seconds:7.2f} CPU s, "
              f"{works / seconds:,.0f} works per CPU s")  # fmt: skip
        if works == 100_000:
            _peer(year, citing, cited, ours=disruption.cd(counted), rate=works / seconds)


def _peer(year: Ints, citing: Ints, cited: Ints, *, ours: Floats, rate: float) -> None:
    import cdindex

    def stamp(y: int) -> int:
        return int(dt.datetime(int(y), 1, 1, tzinfo=dt.UTC).timestamp())

    began = time.process_time()
    theirs = cdindex.Graph()
    for node, y in enumerate(year):
        theirs.add_vertex(str(node), stamp(y))
    for a, b in zip(citing, cited, strict=True):
        theirs.add_edge(str(a), str(b))
    built = time.process_time() - began
    asked = np.random.default_rng(0).choice(len(year), 3000, replace=False)
    began = time.process_time()
    found = [theirs.cdindex(str(n), stamp(year[n] + 5) - stamp(year[n])) for n in asked]
    each = len(asked) / (time.process_time() - began)
    same = np.array_equal(np.array(found, float), ours[asked], equal_nan=True)
    print(f"            cdindex: built in {built:.1f} CPU s, then {each:,.0f} works per CPU s; "
          f"hubscope, building included, {rate / each:.0f} times; equal: {same}")  # fmt: skip


def everything(works: int, *, verbose: bool) -> float:
    world = world_of(works)
    hubs, members = hubs_of(world)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        star = make(world)
        load_star(store, star, name="synthetic", vintage="2026-06-01")
        located, sizes = star["sites"], {n: t.num_rows for n, t in star.items()}
        del star
        wall, began = time.perf_counter(), time.process_time()
        with connect_works(store, memory="5GB") as connection:
            engine = DuckEngine(connection)
            if verbose:
                prepare(engine, members, hubs)
                print(f"  shared views {time.perf_counter() - wall:6.1f} s")
                for measure in chosen():
                    at = time.perf_counter()
                    found = values(engine, measure)
                    print(f"  {measure.indicator.id:<32} {time.perf_counter() - at:6.1f} s "
                          f"{len(found):>6} values")  # fmt: skip
            else:
                measure_works(engine, members, located, hubs, vintage="2026-06-01", sha256="0")
        seconds = time.process_time() - began
        print(f"{works:>9,} works, {sizes['authorships']:>10,} authorships, "
              f"{sizes['references']:>10,} references: {seconds:7.1f} CPU s, "
              f"{time.perf_counter() - wall:7.1f} s, peak "
              f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")  # fmt: skip
    return seconds


if __name__ == "__main__":
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    everything(5_000, verbose=False)  # compiles
    disruptions()
    print(f"All {len(chosen())} indicators, 200 hubs, 12 years, 200 draws")
    for size in (most // 10, most * 3 // 10, most):
        everything(size, verbose=size == most)
