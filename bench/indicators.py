"""How fast works are measured: `python bench/indicators.py [WORKS]` (2,000,000 where not given).

A synthetic world with 5 authors and 10 references a work, 200 hubs, 12 years: all indicators with
200 draws each from scratch and after a change of 1 %, CD5 of every work beside the package cdindex,
and the cost at 1x, 3x and 10x.
"""

import datetime as dt
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hubscope.indicators.kernels import disruption
from hubscope.indicators.kernels.rows import Floats, Ints
from hubscope.indicators.works import chosen, measure_works
from hubscope.nouns import Hub, Words
from hubscope.sources.star import FACTS
from hubscope.sources.synthetic import World, economy, hub_of, make
from hubscope.store import Store
from hubscope.store import works as works_store
from hubscope.store.kept import kept_engine, kept_folder
from hubscope.store.works import load_star


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


def hundredth(works: int) -> tuple[Ints, Ints, Ints]:
    """A change of 1 %: the newest 0.4 % come, 0.5 % are cited more, 0.1 % go."""
    came = np.arange(works - works * 4 // 1000, works) + 1
    lots = np.random.default_rng(7).permutation(works - len(came)) + 1
    return came, lots[: works * 5 // 1000], lots[works * 5 // 1000 : works * 6 // 1000]


def of_works(star: dict[str, pa.Table], works: Ints) -> dict[str, pa.Table]:
    asked = pa.array(works)
    return star | {n: star[n].filter(pc.is_in(star[n]["work"], asked)) for n in FACTS}


def everything(works: int, *, change: bool) -> None:
    world = world_of(works)
    hubs, members = hubs_of(world)
    with tempfile.TemporaryDirectory() as folder:
        store, star = Store(Path(folder)), make(world)
        came, changed, gone = hundredth(works)
        before = np.setdiff1d(np.arange(works) + 1, came)
        load_star(store, of_works(star, before), name="synthetic", vintage="2026-06-01")
        delta = of_works(star, np.r_[came, changed])
        more = pc.add(delta["works"]["cited"], pa.scalar(3, pa.int32()))
        at = delta["works"].schema.get_field_index("cited")
        delta["works"] = delta["works"].set_column(at, FACTS["works"].field(at), more)
        sizes = [f"{star[n].num_rows:,} {n}" for n in ("works", "authorships", "references")]
        del star
        print(", ".join(sizes))
        full = _measured(store, hubs, members)
        if change:
            load_star(store, delta, name="delta", vintage="2026-09-01")
            works_store._publish(store, [], dict.fromkeys(gone.tolist(), ""))  # noqa: SLF001 (as a load does)
            again = _measured(store, hubs, members)
            print(f"  after a change of 1 %: {again / full:.2f} of the CPU seconds")


def _measured(store: Store, hubs: dict[str, Hub], members: pa.Table) -> float:
    wall, began = time.perf_counter(), time.process_time()
    with kept_engine(store, memory="4GB") as engine:
        located = engine.rows("SELECT * FROM sites", "sites")
        made, _ = measure_works(engine, members, located, hubs, vintage="2026-09-01", sha256="0")
    seconds = time.process_time() - began
    kept = sum(f.stat().st_size for f in kept_folder(store).rglob("*") if f.is_file())
    print(f"  {seconds:6.1f} CPU s, {time.perf_counter() - wall:6.1f} s by the clock, "
          f"{len(made):,} values, {kept / 1e9:.2f} GB kept, peak memory "
          f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")  # fmt: skip
    return seconds


if __name__ == "__main__":
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000_000
    everything(5_000, change=True)  # compiles
    disruptions()
    print(f"All {len(chosen())} indicators, 200 hubs, 12 years, 200 draws")
    for size in (most // 10, most * 3 // 10, most):
        everything(size, change=True)
