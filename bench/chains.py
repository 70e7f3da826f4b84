"""How fast the chains are: `python bench/chains.py [--all] [--patience SECONDS]` prints one table.

Peers run beside us in the same run: ecomplexity for ECI and PCI, networkx for dominators (with
--all, about a minute). At 250 x 5,000 ecomplexity is stopped after --patience seconds, 20 unless
given; it is known not to finish in 380. Times are CPU seconds; compiling is done before, and of our
ECI the best of three runs counts.
"""

import argparse
import multiprocessing
import queue
import resource
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from hubscope.chains import chokepoints, complexity
from hubscope.chains.graph import input_graph, make_graph
from hubscope.chains.knockout import knock_out, laboratory
from hubscope.chains.supply import concentration_table
from hubscope.sources.chains import LINK_COLUMNS, NODE_COLUMNS, read_pair
from hubscope.sources.raw import raw
from hubscope.sources.trade import exports, read_trade

NODES, INPUT_LINKS, SUPPLIES, FIRMS = 190_000, 400_000, 600_000, 10_000


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    made = work()
    return made, time.process_time() - began


def line(what: str, ours: float, limit: str, peer: str = "", ratio: str = "") -> None:
    print(f"| {what} | {ours:.2f} | {limit} | {peer} | {ratio} |", flush=True)


def some_values(places: int, activities: int) -> pl.DataFrame:
    rng = np.random.default_rng(1)
    reach = rng.beta(1, 2, places)[:, None] * 0.9 + 0.05
    x = rng.lognormal(size=(places, activities)) * (rng.random((places, activities)) < reach)
    row, column = np.nonzero(x)
    return pl.DataFrame({"place": row, "activity": column, "value": x[row, column]})


def ours(x: np.ndarray[Any, Any]) -> complexity.Complexity:
    m = (complexity.rca(x) >= 1).astype(np.float64)
    found = complexity.complexity(m)
    phi = complexity.proximity(m)
    dense = complexity.density(m, phi)
    complexity.outlook(m, dense, found.pci)
    complexity.gain(m, phi, found.pci)
    return found


def peer(values: pl.DataFrame, answer: Any) -> None:
    """ecomplexity on the same table; puts CPU seconds and ECI by place into `answer`."""
    import warnings

    warnings.simplefilter("ignore")
    from ecomplexity import ecomplexity

    frame = values.to_pandas().assign(year=2020)
    columns = {"time": "year", "loc": "place", "prod": "activity", "val": "value"}
    began = time.process_time()
    made = ecomplexity(frame, columns)
    seconds = time.process_time() - began
    eci = made.drop_duplicates("place").set_index("place")["eci"]
    answer.put((seconds, eci.to_dict()))


def run_peer(values: pl.DataFrame, patience: float) -> tuple[float, dict[int, float]] | None:
    spawned = multiprocessing.get_context("spawn")
    answer = spawned.Queue()
    process = spawned.Process(target=peer, args=(values, answer))
    process.start()
    try:
        return answer.get(timeout=patience)  # type: ignore[no-any-return]
    except queue.Empty:  # it did not finish
        return None
    finally:
        process.kill()
        process.join()


def bench_complexity(patience: float) -> None:
    for places, activities in ((250, 1_200), (250, 5_000)):
        values = some_values(places, activities)
        x = np.zeros((places, activities))
        x[values["place"], values["activity"]] = values["value"]
        runs = [timed(partial(ours, x)) for _ in range(3)]
        found, seconds = min(runs, key=lambda r: r[1])
        done = run_peer(values, 300 if activities < 2_000 else patience)
        what = f"ECI, PCI, proximity, density, COI, COG at {places} x {activities}"
        limit = "20 times faster" if activities < 2_000 else "< 30"
        if done is None:
            line(what, seconds, limit, f"ecomplexity: not finished in {patience:g} s", "-")
            continue
        off = max(abs(found.eci[p] - v) for p, v in done[1].items())
        told = f"ecomplexity: {done[0]:.2f} (ECI differs by {off:.0e})"
        line(what, seconds, limit, told, f"{done[0] / seconds:.0f} x")


def write_chain(folder: Path) -> None:
    rng = np.random.default_rng(2)
    ends = np.sort(rng.integers(0, NODES, (INPUT_LINKS * 2, 2)), axis=1)
    ends = np.unique(ends[(ends[:, 1] - ends[:, 0] > 0) & (ends[:, 0] < NODES - 1000)], axis=0)
    ends = ends[rng.permutation(len(ends))[:INPUT_LINKS]]
    firm, item = (rng.integers(0, n, SUPPLIES * 2) for n in (FIRMS, NODES))
    pairs = np.unique(np.column_stack([firm, item]), axis=0)
    pairs = pairs[rng.permutation(len(pairs))[:SUPPLIES]]
    count = np.bincount(pairs[:, 1], minlength=NODES)
    share = np.round(100 / count[pairs[:, 1]], 4)
    nodes, links = folder / "nodes.csv", folder / "links.csv"
    blank = "," * (len(NODE_COLUMNS) - 4)
    with nodes.open("w") as out:
        out.write(",".join(NODE_COLUMNS) + "\n")
        out.writelines(f"n{i},input,投入{i},Input {i}{blank}\n" for i in range(NODES))
        out.writelines(f"f{i},org,企业{i},Firm {i}{blank}\n" for i in range(FIRMS))
    source = "Bench,https://example.org,own work,published,2024,2026-01-01,"
    with links.open("w") as out:
        out.write(",".join(LINK_COLUMNS) + "\n")
        out.writelines(f"n{a},n{b},input_to,,,,,,,,,{source}\n" for a, b in ends.tolist())
        out.writelines(
            f"f{f},n{i},supplies,2024,,,,,{s},,,{source}\n"
            for (f, i), s in zip(pairs.tolist(), share.tolist(), strict=True)
        )


def warm_up() -> None:
    """Compile before anything is timed."""
    graph = make_graph(("a", "b"), np.array([0]), np.array([1]))
    chokepoints.dominated(graph, chokepoints.dominators(graph))
    chokepoints.articulation_points(graph)
    chokepoints.outputs_reached(graph)


def bench_graph(folder: Path, *, everything: bool) -> None:
    spawned = multiprocessing.get_context("spawn").Process(target=write_chain, args=(folder,))
    spawned.start()
    spawned.join()
    nodes, links = folder / "nodes.csv", folder / "links.csv"
    chain, seconds = timed(lambda: read_pair(raw(nodes), raw(links)))
    line(f"load and check {chain.links.num_rows:,} links from CSV", seconds, "< 15")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line("most memory until then, MB", peak, "< 1024")
    graph, seconds = timed(lambda: input_graph(chain))
    line(f"input graph, {graph.n:,} nodes and {graph.src.size:,} links", seconds, "")
    dense = np.random.default_rng(3).integers(0, graph.n, (1_050_000, 2))
    dense = np.unique(np.sort(dense, axis=1), axis=0)
    dense = dense[dense[:, 0] < dense[:, 1]][:1_000_000]
    wide = make_graph(graph.ids, dense[:, 0], dense[:, 1])
    idom, seconds = timed(lambda: chokepoints.dominators(wide))
    peer_told, ratio = networkx_dominators(wide, idom, seconds) if everything else ("", "")
    line(f"dominators of {wide.src.size:,} links", seconds, "< 5", peer_told, ratio)
    _, seconds = timed(lambda: chokepoints.articulation_points(wide))
    line("articulation points of the same", seconds, "")
    _, seconds = timed(lambda: concentration_table(chain, "firm"))
    line(f"concentration of {SUPPLIES:,} shares", seconds, "< 2")
    lab, seconds = timed(lambda: laboratory(chain, level="firm"))
    line("ready the knock-outs", seconds, "")
    lost = [f"f{i}" for i in range(500)]
    knock_out(lab, lost, draws=1)
    found, seconds = timed(lambda: knock_out(lab, lost, draws=1000))
    line(f"1,000 draws, 500 firms lost, {found.hit:,} inputs hit", seconds, "< 60")


def networkx_dominators(graph: Any, idom: Any, seconds: float) -> tuple[str, str]:
    import networkx as nx

    reverse = nx.DiGraph(zip(graph.dst.tolist(), graph.src.tolist(), strict=True))
    reverse.add_edges_from((-1, int(o)) for o in graph.outputs())
    theirs, took = timed(lambda: nx.immediate_dominators(reverse, -1))
    same = all(idom[n] == (-1 if d in (-1, n, None) else d) for n, d in theirs.items() if n >= 0)
    return f"networkx: {took:.1f} ({'same' if same else 'DIFFERENT'})", f"{took / seconds:.0f} x"


def bench_trade(folder: Path) -> None:
    rng = np.random.default_rng(4)
    i, j, k = (
        rng.integers(0, 200, 1_000_000),
        rng.integers(0, 199, 1_000_000),
        rng.integers(0, 5000, 1_000_000),
    )
    table = pl.DataFrame(
        {
            "t": 2022,
            "i": i,
            "j": (i + 1 + j) % 200,
            "k": k,
            "v": rng.lognormal(3, 2, 1_000_000),
            "q": rng.lognormal(2, 2, 1_000_000),
        }
    )
    file = folder / "baci.csv"
    table.write_csv(file)
    rows, seconds = timed(lambda: read_trade(file))
    line(f"load and check {rows.height:,} rows of trade", seconds, "")
    _, seconds = timed(lambda: exports(rows, 2022))
    line("exports by economy and product", seconds, "")


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--all", action="store_true")
    given.add_argument("--patience", type=float, default=20.0)
    asked = given.parse_args()
    print("| what | hubscope, CPU s | wanted | peer, CPU s | ratio |\n|---|---|---|---|---|")
    warm_up()
    with tempfile.TemporaryDirectory() as name:
        bench_graph(Path(name), everything=asked.all)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        line("most memory until then, MB (networkx included with --all)", peak, "< 1024")
        bench_trade(Path(name))
    bench_complexity(asked.patience)


if __name__ == "__main__":
    main()
