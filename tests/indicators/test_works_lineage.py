"""From a made-up snapshot to observations, hubs and lineage by the verbs a user types."""

import csv
import gzip
import json
import shutil

import pytest
import typer
from typer.testing import CliRunner

from hubscope.cli import hubs, lineage, measure, store, store_works
from hubscope.cli.here import read_context
from hubscope.errors import HubscopeError
from hubscope.job.works import measuring_engine
from hubscope.sources.synthetic import World, as_json_lines, make

# py4j, between Python and Java, leaves its sockets to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

WORLD = World(works=3_000, hubs=3, institutions=60)


@pytest.fixture(scope="module")
def app():
    fresh = typer.Typer()
    if not any(c.name == "openalex" for c in store.add.registered_commands):
        store_works.register(fresh)
    for verb in (store, hubs, lineage, measure):
        verb.register(fresh)
    return fresh


@pytest.fixture(scope="module")
def folder(tmp_path_factory, beijing, app):
    """The Beijing workspace, its hubs' names given to the synthetic world's cities."""
    root = tmp_path_factory.mktemp("w") / "w"
    shutil.copytree(beijing, root)
    (root / "places.toml").write_text(
        "".join(
            f'[[place]]\nhub = "{hub}"\ncities = ["Synthetic City {n}"]\n'
            for n, hub in ((1, "beijing"), (2, "seoul"), (3, "tokyo-yokohama"))
        )
    )
    star = make(WORLD)
    snapshot = root.parent / "snapshot/data/jsonl/works/updated_date=2026-06-01"
    snapshot.mkdir(parents=True)
    bad = [b'{"id": broken\n', next(as_json_lines(star)).replace(b"2010", b"3015")]
    lines = [*as_json_lines(star), *bad]
    (snapshot / "part_0000.gz").write_bytes(gzip.compress(b"".join(lines)))
    with (root.parent / "places.csv").open("w", newline="") as handle:
        out = csv.writer(handle)
        out.writerow(["institution", "latitude", "longitude"])
        named = {r["institution"]: r["name"] for r in star["institutions"].to_pylist()}
        for r in star["sites"].to_pylist():
            out.writerow([named[r["institution"]], r["latitude"], r["longitude"]])
    return root


def run(app, *words):
    result = CliRunner().invoke(app, [str(w) for w in words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture(scope="module")
def measured(app, folder):
    run(app, "store", "add", "openalex", folder.parent / "snapshot", "--release", "2026-06-01",
        "-w", folder)  # fmt: skip
    run(app, "store", "add", "institutions", folder.parent / "places.csv", "-w", folder)
    # Names of cities are not in the CSV, so the hubs are drawn as circles here.
    rules = []
    from hubscope.sources.synthetic import point

    for n, hub in ((1, "beijing"), (2, "seoul"), (3, "tokyo-yokohama")):
        lat, lon = point(n)
        rules.append(f'[[place]]\nhub = "{hub}"\ncircle = [{lat}, {lon}, 50.0]\n')
    (folder / "places.toml").write_text("".join(rules))
    return json.loads(run(app, "measure", "-w", folder, "--json").stdout)


def test_every_hub_gets_observations_with_intervals_and_origins(measured):
    made = [o for o in measured if o["indicator"].startswith("oa_")]
    assert {o["hub"] for o in made} == {"beijing", "seoul", "tokyo-yokohama"}
    assert len({o["indicator"] for o in made}) >= 36
    assert all(o["lo"] is not None and o["origin_sha256"] and o["note"] for o in made)
    assert {o["vintage"] for o in made} == {"2026-06-01"}
    assert any(o["indicator"] == "rd_intensity" for o in measured)  # the figures are still there


def test_what_was_set_aside_is_shown(app, folder, measured):
    body = json.loads(run(app, "store", "works", "-w", folder, "--json").stdout)
    assert body["rejects"] == {"broken JSON": 1, "year 3015": 1}
    assert body["works"] == 3_000


def test_lineage_goes_from_the_value_to_its_works(app, folder, measured):
    found = json.loads(
        run(app, "lineage", "seoul", "oa_works_full", 2015, "-w", folder, "--json").stdout
    )
    (value,) = [
        o["value"] for o in measured
        if (o["hub"], o["indicator"], o["year"]) == ("seoul", "oa_works_full", 2015)
    ]  # fmt: skip
    steps = dict(found["steps"])
    assert found["value"] == value == steps["rows"] == steps["in_hub_and_year"]
    assert steps["records_read"] == 3_002
    assert steps["set_aside"] == 2
    assert steps["counted_in_year"] < steps["counted"] < steps["works"]
    assert "hub_works" in found["query"]
    assert list(found["views"]) == ["counted", "placed", "hub_works"]
    row = found["rows"][0]
    assert row["id"] == f"W{row['unit']}"
    assert row["line"] == row["unit"]  # the n-th line of the snapshot holds work n
    assert row["file"].endswith("part_0000.gz")


def recomputed(kind, rows):
    """The value that a reader makes of the rows by hand; None where it needs other hubs."""
    num, den = (sum(r.get(n) or 0 for r in rows) for n in ("num", "den"))
    if kind == "sum":
        return num
    if kind == "ratio":
        return num / den
    if kind == "median":
        half, seen = den / 2, 0
        for row in sorted(rows, key=lambda r: r["num"]):
            seen += row["den"]
            if seen >= half * (1 - 1e-12):
                return row["num"]
    return None


def test_every_value_from_works_has_its_lineage(folder, measured):
    from hubscope.indicators.lineage import lineage as lineage_of
    from hubscope.indicators.works import measures, prepare
    from hubscope.job.lists import beside
    from hubscope.job.works import members, works_engine

    context = read_context(folder)
    made = {o["indicator"]: o for o in measured if o["indicator"] in measures()}
    assert len(made) >= 50
    with works_engine(context) as engine:
        hubs = context.workspace.hubs
        numbers = prepare(engine, members(context), hubs, beside(context))
        for indicator, o in made.items():
            found = lineage_of(context.store, engine, numbers, hub=o["hub"], indicator=indicator,
                               year=o["year"], most=10**6)  # fmt: skip
            assert (found.value, found.lo, found.hi) == (o["value"], o["lo"], o["hi"]), indicator
            assert found.vintage == "2026-06-01"
            assert found.query.startswith("-- ")
            assert all(
                f" {name}" in "".join([found.query, *found.views.values()]) for name in found.views
            )
            steps = dict(found.steps)
            assert steps["works"] >= steps["counted"] >= steps["counted_in_year"] > 0
            assert steps["rows"] == len(found.rows) > 0
            settings = measures()[indicator].settings
            by_hand = recomputed(settings.kind, found.rows)
            if by_hand is not None:
                assert by_hand * settings.scale == pytest.approx(found.value), indicator
            if settings.resampled == "work":
                assert all(r["file"] and r["line"] == r["unit"] for r in found.rows), indicator


def test_lineage_is_readable_as_text(app, folder, measured):
    text = run(app, "lineage", "beijing", "oa_top_retention", 2018, "-w", folder).stdout
    assert "-- Top authors of five years before" in text
    assert "-- present" in text


def test_lineage_of_a_reported_figure_is_its_origin(app, folder, measured):
    text = run(app, "lineage", "beijing", "rd_intensity", 2022, "-w", folder).stdout
    assert "figures/" in text


@pytest.mark.parametrize(
    ("words", "says", "hint"),
    [
        (("seul", "oa_works_full", 2015), "no institution of the works lies in seul", "seoul"),
        (("beijing", "rd_intensty", 2022), "no value of rd_intensty", "rd_intensity"),
        (("beijng", "rd_intensity", 2022), "beijng", "beijing"),
    ],
)
@pytest.mark.usefixtures("measured")
def test_a_wrong_name_gets_a_hint(app, folder, words, says, hint):
    with pytest.raises(HubscopeError, match=says) as caught:
        run(app, "lineage", *words, "-w", folder)
    assert hint in caught.value.hint


def test_hubs_are_found_where_they_were_planted(app, folder, measured):
    found = json.loads(run(app, "hubs", "find", "--minimum", 50, "-w", folder, "--json").stdout)
    assert len(found["clusters"]) == WORLD.hubs
    assert sum(c["share"] for c in found["clusters"]) == pytest.approx(1.0)
    text = run(app, "hubs", "find", "--minimum", 50, "--sensitivity", "-w", folder).stdout
    assert len(text.strip().splitlines()) == 1 + WORLD.hubs + 2  # clusters and share of each


def test_the_institutions_of_each_hub_are_counted(app, folder, measured):
    text = run(app, "hubs", "show", "-w", folder).stdout
    assert [line.split("\t")[:2] for line in text.strip().splitlines()[1:]] == [
        ["beijing", "circle"], ["seoul", "circle"], ["tokyo-yokohama", "circle"]
    ]  # fmt: skip


def test_a_release_that_is_no_date_is_refused(app, folder):
    with pytest.raises(HubscopeError, match="is not a date"):
        run(app, "store", "add", "openalex", folder, "--release", "June", "-w", folder)


@pytest.mark.usefixtures("measured")
def test_an_unknown_engine_is_refused(app, folder, monkeypatch):
    monkeypatch.setenv("HUBSCOPE_ENGINE", "sqlite")
    with pytest.raises(HubscopeError, match="HUBSCOPE_ENGINE is 'sqlite'"):
        run(app, "measure", "-w", folder, "--force")


@pytest.mark.slow
@pytest.mark.usefixtures("measured")
def test_the_engine_that_is_asked_for_has_the_works(folder, monkeypatch):
    from hubscope.store.spark import why_not

    if why_not():
        pytest.skip(why_not())
    context = read_context(folder)
    monkeypatch.setenv("HUBSCOPE_ENGINE", "spark")
    with measuring_engine(context) as engine:
        assert type(engine).__name__ == "SparkEngine"
        (row,) = engine.rows("SELECT count(*) AS n, min(year) AS y FROM works", "x").to_pylist()
    assert row == {"n": WORLD.works, "y": WORLD.first}
