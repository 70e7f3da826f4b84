"""Spark gives what DuckDB gives: every indicator from patents, with and without works."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hubscope.chains import linkage, segments
from hubscope.indicators.key_fields import key_fields
from hubscope.indicators.patents import measures, prepare, values
from hubscope.indicators.works_views import read_by
from hubscope.sources.patents.tables import PATENT_TABLES
from hubscope.store import Store
from hubscope.store.dialect import DuckEngine
from hubscope.store.patents import load_tables
from hubscope.store.patents_spark import SparkPatents
from hubscope.store.patents_views import connect_patents
from hubscope.store.spark import SparkEngine, session, why_not

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    # py4j, between Python and Java, leaves its sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "-"),
]


@pytest.fixture(scope="module")
def spark(tmp_path_factory, quick_java):
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


@pytest.fixture(scope="module")
def engines(spark, patents_store, members, inventor_places, world_hubs):
    """DuckDB and Spark over the same store, both made ready, and the number of each hub.

    Views are the session's: tests that use them stand before the one that makes others.
    """
    distributed = SparkPatents(spark, patents_store)
    prepare(distributed, members, inventor_places, world_hubs)
    with connect_patents(patents_store) as connection:
        embedded = DuckEngine(connection)
        numbers = prepare(embedded, members, inventor_places, world_hubs)
        yield embedded, distributed, numbers


def test_every_indicator_is_the_same_on_both_engines(engines):
    same(engines[0], engines[1], 50)


def linked(engine, numbers, star, patent_tables):
    """What joins research and industry, and the specialisations of segments, of one engine."""
    engine.give("key_fields", key_fields(star["topic_tree"]))
    for view in read_by("FROM key_works"):
        if view.name == "key_works":
            engine.define(view.name, view.sql)
    linkage.from_works(engine, star["sites"], (2013, 2019))
    linkage.from_patents(engine, patent_tables["patent_places"])
    made = {
        "joint": linkage.joint_papers(engine),
        "citing": linkage.citing_patents(engine),
        "used": linkage.used_papers(engine),
        "ties": linkage.together(engine),
    }
    for signal in segments.QUERIES:
        made[signal] = segments.specialised(engine, signal, numbers)
    return made | {"years": pl.DataFrame([linkage.years(engine)], orient="row")}


def test_linkage_and_segments_are_the_same_on_both_engines(engines, star, patent_tables):
    embedded, distributed, numbers = engines
    one, two = (linked(e, numbers, star, patent_tables) for e in (embedded, distributed))
    for name, table in one.items():
        assert table.height, name
        assert_frame_equal(table, two[name], rel_tol=1e-9, abs_tol=1e-9, check_dtypes=False)
    assert one["citing"]["citing"].sum() > 100
    assert one["used"]["used"].sum() > 100


def test_tables_of_linkage_are_the_same_on_both_engines(spark):
    """The tables of `linkage/` alone, without a store; names are free again afterwards."""
    given = {
        "papers": [(f"w{i}", 2000 + i % 9, ("f", "g", "all")[i % 3]) for i in range(90)],
        "parts": [
            (f"w{i % 90}", ("company", "education", None)[i % 3], "ab"[i // 90 % 2])
            for i in range(200)
        ],
        "patents": [
            (f"v{i}", 2005 + i // 2 % 11, ("x", "all")[i % 2], ("a", "b", "", None)[i % 4])
            for i in range(60)
        ],
        "pairs": [(f"v{i % 60}", f"w{i * 7 % 110}") for i in range(150)],
    }
    tables = {
        name: pl.DataFrame(rows, schema=linkage.SCHEMAS[name].names, orient="row")
        for name, rows in given.items()
    }
    embedded = linkage.from_tables(tables, (2000, 2014))
    distributed = linkage.give_tables(SparkEngine(spark, None), tables, (2000, 2014))
    for compute in (
        linkage.joint_papers,
        linkage.citing_patents,
        linkage.used_papers,
        linkage.together,
    ):
        one, two = compute(embedded), compute(distributed)
        assert one.height, compute
        assert_frame_equal(one, two, rel_tol=1e-9, abs_tol=1e-9, check_dtypes=False)
    for name in (*linkage.SCHEMAS, "window"):
        distributed.drop(f"link_{name}")


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
