"""From the shipped figures to observations: reported ones as they are, computed ones by hand."""

import csv

import pytest

from hubscope.errors import EngineError
from hubscope.indicators import load_catalogue, measure, observations, to_table
from hubscope.job.figures import check_figures
from hubscope.job.steps import Context
from hubscope.nouns import Indicator, Words
from hubscope.sources import figures
from hubscope.sources.raw import raw
from hubscope.store import Store, connect
from hubscope.workspace import open_workspace

CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def store(beijing, tmp_path_factory):
    store = Store(tmp_path_factory.mktemp("store"))
    workspace = open_workspace(beijing)
    context = Context(workspace, store)
    rows = check_figures(context, [raw(f) for f in workspace.figure_files()])
    store.publish("figures", "f", {"figures": figures.table(rows)}, {})
    return store


@pytest.fixture(scope="module")
def measured(store):
    with connect(store, {"figures_table": "figures"}) as engine:
        return measure(engine, CATALOGUE)


def of(measured, hub, indicator, year=None, *, current=True):
    return [
        o
        for o in measured
        if (o.hub, o.indicator) == (hub, indicator)
        and o.current == current
        and (year is None or o.year == year)
    ]


def test_every_figure_is_an_observation_unchanged(store, measured):
    kept = {(o.hub, o.indicator, o.year, o.period, o.vintage): o.value for o in measured}
    for row in store.table("figures").to_pylist():
        key = (row["hub"], row["indicator"], row["year"], row["period"], row["vintage"])
        assert kept[key] == row["value"]


def test_every_observation_has_an_origin_and_a_known_status(measured):
    for o in measured:
        assert o.origin.producer
        assert o.origin.url.startswith("http")
        assert o.origin.file
        assert o.origin.accessed


def test_a_world_share_is_the_count_over_the_world_total(measured):
    (share,) = of(measured, "beijing", "pct_world_share")
    (count,) = of(measured, "beijing", "pct_applications_5y")
    (world,) = of(measured, "world", "pct_applications_5y")
    assert share.value == pytest.approx(100 * count.value / world.value, rel=1e-15)
    assert count.value == 38067
    assert "wipo-clusters-2023.csv" in share.origin.citation


def test_wipo_s_published_order_of_the_35_comes_out(measured, shared, beijing):
    with (shared / "data/figures/gii_clusters_long.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["edition"] == "2023"]
    published = sorted((int(r["value"]), r["hub"]) for r in rows if r["indicator"] == "rank_size")
    ours = sorted(
        (o for o in measured if o.indicator == "wipo_cluster_score" and o.current),
        key=lambda o: -o.value,
    )
    assert len(published) == len(ours) == 35
    hubs = open_workspace(beijing).hubs
    for (_, name), o in zip(published, ours, strict=True):
        assert name == hubs[o.hub].name.en or name in hubs[o.hub].aliases


def test_recomputed_shares_round_to_the_printed_ones(measured, shared, beijing):
    with (shared / "data/figures/gii_clusters_long.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["edition"] == "2023"]
    named = {
        n: h.id for h in open_workspace(beijing).hubs.values() for n in (h.name.en, *h.aliases)
    }
    ours = {
        "share_pct": {o.hub: o.value for o in measured if o.indicator == "pct_world_share"},
        "share_publications": {
            o.hub: o.value for o in measured if o.indicator == "publications_world_share"
        },
    }
    checked = 0
    for row in rows:
        if row["indicator"] in ours:
            value = ours[row["indicator"]][named[row["hub"]]]
            assert abs(value - float(row["value"])) <= 0.0501, row["hub"]
            checked += 1
    assert checked == 68


@pytest.mark.parametrize(
    ("hub", "indicator", "year", "values"),
    [
        ("beijing-tianjin-hebei", "rd_intensity", 2023, {4.27, 4.02}),
        ("china", "rd_intensity", 2022, {2.54, 2.56}),
    ],
)
def test_conflicts_between_sources_are_kept_as_vintages(measured, hub, indicator, year, values):
    both = of(measured, hub, indicator, year) + of(measured, hub, indicator, year, current=False)
    assert {o.value for o in both} >= values
    assert len(of(measured, hub, indicator, year)) == 1


def test_a_reported_share_is_not_overridden_by_a_computed_one(measured):
    (share,) = of(measured, "beijing", "basic_research_share", 2022)
    assert (share.value, share.status) == (16.6, "reported")


def test_the_table_and_back(measured):
    assert observations(to_table(measured)) == measured


def broken(sql):
    w = Words("坏", "broken")
    return {"x": Indicator("x", w, w, "f", "%", "+", "pull", (), w, "s", sql=sql)}


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT nothing FROM figures", "x.sql"),
        ("SELECT 1 AS hub", "it must return hub, year"),
        (
            (
                "SELECT 'beijing' AS hub, 1900 AS year, 1.0 AS value, 'derived' AS status, "
                "'2026' AS vintage, '' AS period, ['nothing'] AS inputs"
            ),
            "none of which the store holds",
        ),
    ],
)
def test_a_faulty_query_is_named(store, sql, says):
    with connect(store, {"figures_table": "figures"}) as engine, pytest.raises(EngineError) as e:
        measure(engine, broken(sql))
    assert says in str(e.value)
