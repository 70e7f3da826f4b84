"""A real Spark cluster, one master and two workers, gives what DuckDB and the oracle give."""

import os
import re
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from hubscope.errors import EngineError
from hubscope.indicators.summing import all_values, distinct, last_year
from hubscope.indicators.works import measures, prepare
from hubscope.store.dialect import DuckEngine
from hubscope.store.spark import SparkEngine, session, translate, why_not
from hubscope.store.works_views import connect_works

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    # py4j, between Python and Java, leaves its sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "-"),
]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(log, pattern, process, seconds=120):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        text = log.read_text() if log.exists() else ""
        if found := re.search(pattern, text):
            return found
        assert process.poll() is None, text[-2000:]
        time.sleep(0.2)
    raise AssertionError(f"no {pattern} in {log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory, quick_java):
    """The address of a standalone master with two workers of one core each."""
    import pyspark

    logs = tmp_path_factory.mktemp("spark")
    home = Path(pyspark.__file__).parent
    source = str(Path(__file__).resolve().parents[2] / "src")
    environment = os.environ | {
        "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable,
        "SPARK_WORKER_DIR": str(logs), "PYTHONPATH": source, "SPARK_LOCAL_DIRS": str(logs),
    }  # fmt: skip
    os.environ.update({"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable})
    started = []

    def start(name, *arguments):
        command = [str(home / "bin/spark-class"), *arguments]
        with (logs / f"{name}.log").open("wb") as log:
            started.append(subprocess.Popen(command, stdout=log, stderr=log, env=environment))
        return started[-1]

    port = free_port()
    deploy = "org.apache.spark.deploy"
    one = ["--host", "127.0.0.1", "--port"]
    master = start("master", f"{deploy}.master.Master", *one, str(port), "--webui-port", "0")
    try:
        wait_for(logs / "master.log", "New state: ALIVE", master)
        url = f"spark://127.0.0.1:{port}"
        for n in (1, 2):
            worker = start(f"worker{n}", f"{deploy}.worker.Worker", *one, "0", "--webui-port", "0",
                           "--cores", "1", "--memory", "1500m", url)  # fmt: skip
            wait_for(logs / f"worker{n}.log", "Successfully registered", worker)
        yield url
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(30)


@pytest.fixture(scope="module")
def spark(cluster):
    found = session(cluster, memory="1g", shuffles=2)
    found.sparkContext.setLogLevel("ERROR")
    yield found
    found.stop()


@pytest.fixture(scope="module")
def engines(spark, works_store, members, world_hubs, beside):
    distributed = SparkEngine(spark, works_store)
    prepare(distributed, members, world_hubs, beside)
    with connect_works(works_store) as connection:
        embedded = DuckEngine(connection)
        prepare(embedded, members, world_hubs, beside)
        yield embedded, distributed


def test_both_workers_take_part(spark):
    context = spark.sparkContext
    deadline = time.monotonic() + 60
    while context._jsc.sc().getExecutorMemoryStatus().size() < 3:  # the driver and two executors
        assert time.monotonic() < deadline
        time.sleep(0.2)


def all_of(engine, shown):
    """Values of every measure by its name: each distinct query is read once."""
    last = last_year(engine)
    each = (all_values(engine, asked, last) for asked in distinct(shown))
    return {name: found for values in each for name, found in values.items()}


def test_every_indicator_is_the_same_on_both_engines_and_as_the_oracle_says(
    engines, oracle, oracle_module
):
    free = {"least": 1, "mature": 0}
    shown = [
        replace(m, settings=m.settings.model_copy(update=free))
        for _, m in sorted(measures().items())
    ]
    embedded, distributed = (all_of(e, shown) for e in engines)
    for measure in shown:
        name, kind, scale = measure.indicator.id, measure.settings.kind, measure.settings.scale
        one, two = ({(v.hub, v.year): v for v in e[name]} for e in (embedded, distributed))
        assert one.keys() == two.keys(), name
        assert one, name
        for key, value in one.items():
            other = two[key]
            assert (value.value, value.lo, value.hi, value.units) == pytest.approx(
                (other.value, other.lo, other.hi, other.units), rel=1e-9, abs=1e-9
            ), (name, key)
        if kind != "pagerank":
            slow = oracle_module.slow_fold(kind, oracle.rows(name))
            assert {k: v.value for k, v in two.items()} == pytest.approx(
                {k: v * scale for k, v in slow.items()}, rel=1e-9, abs=1e-9
            ), name


def test_a_wrong_query_is_named(engines):
    with pytest.raises(EngineError, match=r"x\.sql"):
        engines[1].rows("SELECT nothing FROM counted", "x.sql")


def test_the_queries_translate():
    assert "CAST(1 AS DOUBLE)" in translate("SELECT CAST(1 AS DOUBLE) AS num")
