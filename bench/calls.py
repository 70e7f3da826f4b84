"""How fast the calls are: `python bench/calls.py [--all]` prints one table.

Times are CPU seconds of a process of its own with one thread, memory is that process's peak. The
peer of the exact assignment is scipy's HiGHS on the same flow (1,000 x 400, with --all; the large
one takes minutes). The peers of the calibration are plain means and standardising each reviewer's
marks, by Kendall's tau with the simulated truth. Pages are asked for by eight clients on the same
machine as the server, over SQLite.
"""

import argparse
import http.client
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy.stats import kendalltau

from hubscope.calls.portfolio import Limits, Pool, choose, inclusion
from hubscope.calls.reviewers import assign, randomise
from hubscope.calls.scores import calibrate

Numbers = dict[str, float]


def line(what: str, ours: str, limit: str, peer: str = "", ratio: str = "") -> None:
    print(f"| {what} | {ours} | {limit} | {peer} | {ratio} |", flush=True)


def apart(work: Callable[[], Numbers]) -> Numbers:
    """Run in a process of its own: its numbers, CPU seconds and peak memory."""
    here, there = multiprocessing.Pipe()

    def run() -> None:
        # A solver's own talk would stand between the lines of the table.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        found = work()
        used = resource.getrusage(resource.RUSAGE_SELF)
        there.send({**found, "mb": used.ru_maxrss / 1024})

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    found: Numbers = here.recv()
    process.join()
    return found


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.process_time()
    made = work()
    return made, time.process_time() - began


def some_pairs(bids: int, reviewers: int, pairs: int) -> tuple[Any, ...]:
    """Sparse candidates with conflicts left out, three reviews each, nine at most."""
    rng = np.random.default_rng(1)
    each = pairs // bids
    bid = np.repeat(np.arange(bids), each)
    reviewer = np.concatenate([rng.choice(reviewers, each, replace=False) for _ in range(bids)])
    kept = rng.random(len(bid)) > 0.005
    gain = rng.beta(2, 5, len(bid))
    return (
        *(bid[kept], reviewer[kept], gain[kept]),
        *(np.full(bids, 3), np.full(reviewers, 9)),
    )


def exact(size: tuple[int, int, int], solver: Any = "ortools") -> Numbers:
    case = some_pairs(*size)
    found, seconds = timed(lambda: assign(*case, solver=solver))
    return {"s": seconds, "total": found.total, "open": float(found.open.sum())}


def lots(size: tuple[int, int, int]) -> Numbers:
    case = some_pairs(*size)
    best = assign(*case).total
    found, seconds = timed(lambda: randomise(*case, k=8, of=10, seed=1))
    kept = float((found.probability * case[2]).sum()) / best
    return {"s": seconds, "kept": kept}


def marks(bids: int, reviewers: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(2)
    truth, lean = rng.normal(0, 1, bids), rng.normal(0, 0.7, reviewers)
    bid = np.repeat(np.arange(bids), 3)
    reviewer = np.concatenate([rng.choice(reviewers, 3, replace=False) for _ in range(bids)])
    mark = truth[bid] + lean[reviewer] + rng.normal(0, 0.8, 3 * bids)
    return truth, bid, reviewer, mark


def standardised(bid: Any, reviewer: Any, mark: Any) -> Any:
    many = np.maximum(np.bincount(reviewer), 1)
    mean = np.bincount(reviewer, mark) / many
    spread = np.sqrt(np.bincount(reviewer, (mark - mean[reviewer]) ** 2) / many)
    z = (mark - mean[reviewer]) / np.where(spread > 0, spread, 1)[reviewer]
    return np.bincount(bid, z) / np.bincount(bid)


def fitted(bids: int, reviewers: int) -> Numbers:
    truth, bid, reviewer, mark = marks(bids, reviewers)
    found, seconds = timed(lambda: calibrate(bid, reviewer, mark, bids=bids, reviewers=reviewers))
    taus = {
        "tau": found.score,
        "raw": found.raw,
        "z": standardised(bid, reviewer, mark),
    }
    return {"s": seconds, **{k: float(kendalltau(truth, v).statistic) for k, v in taus.items()}}


def some_pool(p: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(3)
    cost, score = np.round(rng.lognormal(5, 0.6, p)), np.clip(rng.normal(60, 10, p), 1, None)
    fields = [f"f{i}" for i in rng.integers(0, 10, p)]
    pool = Pool(
        cost,
        [f"n{i}" for i in rng.integers(0, 300, p)],
        [f"o{i}" for i in rng.integers(0, 60, p)],
        fields,
        young=(rng.random(p) < 0.25).tolist(),
    )
    shares = dict.fromkeys(fields, 0.04), dict.fromkeys(fields, 0.16)
    limits = Limits(0.2 * float(cost.sum()), 2, 8, *shares, young_min=0.2)
    return score, pool, limits


def chosen(p: int) -> Numbers:
    score, pool, limits = some_pool(p)
    found, seconds = timed(lambda: choose(score, pool, limits))
    return {"s": seconds, "value": found.value, "gap": found.gap}


def drawn(p: int, draws: int) -> Numbers:
    score, pool, limits = some_pool(p)
    found, seconds = timed(
        lambda: inclusion(score, np.full(p, 5.0), pool, limits, draws=draws, seed=1)
    )
    return {"s": seconds, "safe": float((found >= 0.95).sum())}


SERVER = """
import sys, uvicorn
from pathlib import Path
from hubscope.calls.base.database import open_database
from hubscope.portal.calls.app import calls_app
app = calls_app(open_database(Path(sys.argv[1])))
uvicorn.run(app, port=int(sys.argv[2]), log_level="error", access_log=False)
"""


def some_call(root: Path) -> None:
    """An open call with a dozen needs."""
    from hubscope.calls.base.database import open_database
    from hubscope.calls.desk.act import act
    from hubscope.calls.desk.case import OPERATOR
    from hubscope.calls.desk.new import new_call

    now, database = datetime.now(UTC), open_database(root)
    about = {"id": "r", "family": "ministry", "title": "Round", "payer": "City", "budget": 9}
    new_call(database, about, actor=OPERATOR, now=now)

    def do(action: str, body: dict[str, Any] | None = None) -> None:
        act(database, "r", action, body, actor=OPERATOR, now=now)

    scores = {"pull": 80, "basis": 80, "indicators": 80, "finance": 80}
    for i in range(12):
        need = {"code": f"N-{i}", "organisation": "Firm", "title": f"Need {i}", "budget": 1}
        text = {"problem": "It trips. " * 20, "ip": "shared", "due": "2028-01-01"}
        do("edit_need", {**need, **text, "indicators": "efficiency | % | + | 95"})
    do("propose")
    for i in range(12):
        do("score_need", {"need": f"N-{i}", "market_search": "none", **scores})
    do("vet")
    do("publish", {"deadline": (now + timedelta(days=30)).isoformat()})
    database.close()


def ask(port: int, until: float, times: list[float]) -> None:
    paths = ("/zh/", "/en/c/r/", "/zh/c/r/")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    turn = 0
    while time.perf_counter() < until:
        began = time.perf_counter()
        connection.request("GET", paths[turn % 3])
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        times.append(time.perf_counter() - began)
        turn += 1


def pages(seconds: float, clients: int) -> Numbers:
    """Requests a second and the slowest hundredth, of clients that ask without a break."""
    with tempfile.TemporaryDirectory() as folder:
        some_call(Path(folder))
        port = 20_000 + os.getpid() % 20_000
        server = subprocess.Popen([sys.executable, "-c", SERVER, folder, str(port)])
        try:
            wait(port)
            warm: list[float] = []
            ask(port, time.perf_counter() + 0.5, warm)
            times: list[float] = []
            until = time.perf_counter() + seconds
            threads = [
                threading.Thread(target=ask, args=(port, until, times)) for _ in range(clients)
            ]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
        finally:
            server.terminate()
            server.wait()
    return {"rate": len(times) / seconds, "p99": float(np.quantile(times, 0.99)) * 1000}


def wait(port: int) -> None:
    for _ in range(200):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--all", action="store_true", help="1,000 draws, and the slow peer")
    full = asked.parse_args().all
    print("| what | ours | limit | peer | ratio |\n|---|---|---|---|---|")
    big = (5_000, 2_000, 500_000)
    one = apart(lambda: exact(big))
    line(
        "assign 5,000 x 2,000, 500,000 pairs",
        f"{one['s']:.2f} s, {one['mb']:.0f} MB",
        "5 s, 400 MB",
    )
    if full:
        mid = (1_000, 400, 60_000)
        a, b = apart(lambda: exact(mid)), apart(lambda: exact(mid, "scipy"))
        same = abs(a["total"] - b["total"]) < 1e-3
        ratio = f"{b['s'] / a['s']:.0f}x{'' if same else ', totals differ'}"
        line(
            "assign 1,000 x 400, 60,000 pairs",
            f"{a['s']:.2f} s",
            "",
            f"HiGHS {b['s']:.2f} s",
            ratio,
        )
    lot = apart(lambda: lots(big))
    line(
        "the same randomised, no pair above 0.8",
        f"{lot['s']:.2f} s",
        "10 s",
        f"keeps {lot['kept']:.1%}",
    )
    fit = apart(lambda: fitted(5_000, 2_000))
    taus = f"tau {fit['tau']:.3f}; means {fit['raw']:.3f}, z-scores {fit['z']:.3f}"
    line("calibrate 15,000 marks", f"{fit['s']:.2f} s", "10 s", taus)
    best = apart(lambda: chosen(1_000))
    line("portfolio of 1,000 bids", f"{best['s']:.2f} s", "2 s", f"proven to {best['gap']:.0e}")
    draws = 1_000 if full else 50
    many = apart(lambda: drawn(1_000, draws))
    line(f"{draws} draws of it", f"{many['s']:.1f} s", f"{draws * 0.18:.0f} s")
    web = pages(4.0, 8)
    line("public pages", f"{web['rate']:.0f}/s, p99 {web['p99']:.0f} ms", "200/s, 100 ms")


if __name__ == "__main__":
    main()
