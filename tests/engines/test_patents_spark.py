"""Spark gives what DuckDB gives: every indicator from patents, with and without works."""

import pytest

from hubscope.indicators.patents import measures, prepare, values
from hubscope.sources.patents.tables import PATENT_TABLES
from hubscope.store import Store
from hubscope.store.dialect import DuckEngine
from hubscope.store.patents import load_tables
from hubscope.store.patents_spark import SparkPatents
from hubscope.store.patents_views import connect_patents
from hubscope.store.spark import session, why_not

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    # py4j, between Python and Java, leaves its sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "-"),
]


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    patch.setenv("SPARK_LOCAL_DIRS", str(tmp_path_factory.mktemp("spark")))
    found = session("local[2]", memory="1g", shuffles=2)
    found.sparkContext.setLogLevel("ERROR")
    yield found
    found.stop()
    patch.undo()


@pytest.fixture
def placed(members, inventor_places):
    return members, inventor_places


def same(embedded, distributed, least):
    for name, measure in sorted(measures().items()):
        one = {(v.hub, v.year): v for v in values(embedded, measure)}
        two = {(v.hub, v.year): v for v in values(distributed, measure)}
        assert one.keys() == two.keys(), name
        assert len(one) >= least, name
        for key, value in one.items():
            other = two[key]
            assert (value.value, value.lo, value.hi, value.units) == pytest.approx(
                (other.value, other.lo, other.hi, other.units), rel=1e-9, abs=1e-9
            ), (name, key)


def test_every_indicator_is_the_same_on_both_engines(
    spark, patents_store, members, inventor_places, world_hubs
):
    distributed = SparkPatents(spark, patents_store)
    prepare(distributed, members, inventor_places, world_hubs)
    with connect_patents(patents_store) as connection:
        embedded = DuckEngine(connection)
        prepare(embedded, members, inventor_places, world_hubs)
        same(embedded, distributed, 50)


def test_replaced_patents_and_missing_works_are_the_same_on_both_engines(
    spark, patent_tables, placed, world_hubs, tmp_path
):
    store = Store(tmp_path)
    load_tables(store, patent_tables, name="old", vintage="2026-01-01", source="publications")
    some = patent_tables["patents"].slice(0, 500)
    fewer = {n: s.empty_table() for n, s in PATENT_TABLES.items()} | {"patents": some}
    body = load_tables(store, fewer, name="new", vintage="2026-06-01", source="publications")
    assert body["superseded"] == 500
    distributed = SparkPatents(spark, store)
    with connect_patents(store) as connection:
        embedded = DuckEngine(connection)
        for engine in (embedded, distributed):
            prepare(engine, *placed, world_hubs)
        for view in ("inventors", "patents", "hub_patents", "families", "key_patents"):
            sql = f"SELECT count(*) AS n FROM {view}"
            one, two = (e.rows(sql, view).to_pylist() for e in (embedded, distributed))
            assert one == two, view
        assert embedded.rows("SELECT count(*) AS n FROM works", "works")["n"].to_pylist() == [0]
