"""Hubs found in a store of works and patents, who came, what is patented: from load to table."""

import json
import shutil

import pyarrow as pa
import pyarrow.compute
import pytest
from typer.testing import CliRunner

from hubscope.cli.app import app
from hubscope.indicators.breakdowns import LEAST, Origin, shown
from hubscope.indicators.patents import base_views as patent_views
from hubscope.job.breakdowns import BREAKDOWNS, coverage, inflow, patent_fields
from hubscope.job.figures import FIGURES
from hubscope.job.found import FOUND, Settings, body, checked, settings_of
from hubscope.job.measure import MEASURE
from hubscope.job.steps import Context, run_step
from hubscope.job.synthetic import fill
from hubscope.job.works import observe_works, sites
from hubscope.sources.patent_papers import SURE
from hubscope.store import Store
from hubscope.store.entities import load as load_entities
from hubscope.workspace import open_workspace


@pytest.fixture(scope="module")
def context(tmp_path_factory, beijing):
    root = tmp_path_factory.mktemp("world") / "w"
    shutil.copytree(beijing.parent / "synthetic-world", root)
    text = (root / "world.toml").read_text("utf-8")
    text = text.replace("works = 8000", "works = 1500").replace("families = 3000", "families = 700")
    (root / "world.toml").write_text(text, "utf-8")
    workspace = open_workspace(root)
    made = Context(workspace, Store(workspace.store))
    fill(made)
    return made


@pytest.fixture
def run(context, monkeypatch):
    monkeypatch.setenv("HUBSCOPE_LANG", "en")

    def call(*words):
        return CliRunner().invoke(app, ["hubs", *words, "-w", str(context.workspace.root)])

    return call


def test_works_and_patents_together(context):
    made = body(context, Settings(minimum=30))
    assert [k["kind"] for k in made["kinds"]] == ["works", "patents"]
    first = made["clusters"][0]
    assert first["name"] == "Synthetic City 1"
    assert first["share"] == pytest.approx(sum(p["share"] for p in first["parts"]) / 2)
    assert sum(c["share"] for c in made["clusters"]) == pytest.approx(made["inside"])
    by_kind = {k["kind"]: k["unplaced"] for k in made["kinds"]}
    assert by_kind["patents"] == pytest.approx(0.15, abs=0.04)  # what the world planted
    assert 0.2 < by_kind["works"] < 0.5
    assert len(made["sensitivity"]["settings"]) == 9


def test_one_kind_and_years_narrow_it_down(context):
    works = body(context, Settings(minimum=30, of=("works",)))
    assert {p["kind"] for c in works["clusters"] for p in c["parts"]} == {"works"}
    years = body(context, Settings(minimum=10, of=("works",), first=2018, last=2019))
    assert years["kinds"][0]["weight"] < works["kinds"][0]["weight"] / 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"of": ["papers"]}, "no kind of records; did you mean patents"),
        ({"of": []}, "names no kind"),
        ({"radius": 0}, "radius: Input should be greater than 0"),
        ({"first": 2020, "last": 2019}, "lies after"),
    ],
)
def test_settings_without_sense_are_refused(given, says):
    with pytest.raises(Exception, match=says):
        checked(**given)


def test_a_faulty_file_is_said(context, tmp_path):
    workspace = open_workspace(context.workspace.root)
    assert settings_of(context).minimum == 100
    file = workspace.root / "found.toml"
    kept = file.read_text("utf-8")
    file.write_text("raduis = 5\n", "utf-8")
    try:
        with pytest.raises(Exception, match=r"raduis.*") as said:
            settings_of(context)
        assert "radius" in said.value.hint
    finally:
        file.write_text(kept, "utf-8")


def test_the_steps_keep_what_the_pages_show(context):
    assert run_step(context, FOUND).redone
    assert run_step(context, BREAKDOWNS).redone
    assert not run_step(context, FOUND).redone
    assert context.store.json("found")["clusters"]
    assert {t["hub"] for t in context.store.json("inflow")} <= set(context.workspace.hubs)
    assert context.store.json("patent_fields_by_hub")


def test_arrivals_agree_with_the_indicator(context):
    observed, _ = observe_works(context)
    by_year = {
        (o.hub, o.year): o.value for o in observed if o.indicator == "oa_inflow" and o.year == 2018
    }
    assert by_year
    for (hub, year), value in by_year.items():
        made = inflow(context, hub, first=year, last=year)
        assert made["persons"] == value
        assert all(o["persons"] >= LEAST for o in made["origins"])


def test_no_group_is_shown_that_tells_a_small_one():
    def counts(*persons):
        kept, hidden = shown([Origin("economy", f"E{n}", p) for n, p in enumerate(persons)])
        return [g.persons for g in kept], hidden

    assert counts(50, 20, 12) == ([50, 20, 12], 0)
    assert counts(50, 20, 3) == ([50], 2)  # 3 alone would be the rest of the sum
    assert counts(50, 20, 6, 7) == ([50, 20], 2)
    assert counts(50, 20, 2, 3) == ([50], 3)  # five in all: fewer than ten
    assert counts(9) == ([], 1)
    assert counts() == ([], 0)


def test_families_are_shared_out_over_their_fields(context):
    made = patent_fields(context, "synthetic-1")
    assert made["first"] == made["last"] - 4
    fields = {f["field"]: f for f in made["fields"]}
    assert set(fields) == {6, 8, 11, 14, 16, 32}
    assert sum(f["share"] for f in fields.values()) == pytest.approx(1)
    total = sum(f["families"] for f in fields.values())
    assert total + made["without"] * made["families"] == pytest.approx(made["families"])
    assert fields[6]["specialisation"] > 1  # the world planted it
    world = {
        f["field"]: f["specialisation"] for f in patent_fields(context, "synthetic-2")["fields"]
    }
    assert world[6] < fields[6]["specialisation"]


def test_what_cannot_be_placed_is_shown_by_hub_and_year(context, run):
    run_step(context, FIGURES)
    run_step(context, MEASURE)
    rows = coverage(context.store)
    assert {r["kind"] for r in rows} == {"works", "patents"}
    assert {"world", "synthetic-1"} <= {r["hub"] for r in rows}
    world = [r for r in rows if (r["kind"], r["hub"]) == ("patents", "world")]
    assert sum(r["unnamed"] * r["records"] for r in world) / sum(
        r["records"] for r in world
    ) == pytest.approx(0.15, abs=0.04)
    said = run("show", "--unplaced")
    assert "works\tsynthetic-1\t2018" in said.stdout
    assert "next: hubscope store add affiliations" in said.stderr


def test_openalexs_own_institutions_place_what_no_other_source_does(context, tmp_path):
    part = tmp_path / "institutions.jsonl"
    known = sites(context)["institution"].to_pylist()
    named = context.store.table("works_institutions")["institution"].to_pylist()
    lacking = next((i for i in named if i not in known), None)
    assert lacking is not None
    geo = {"city": "Synthetic City 1", "latitude": -19.0, "longitude": -143.0, "country_code": "CN"}
    record = {"id": f"https://openalex.org/I{lacking}", "display_name": "x", "geo": geo}
    part.write_text(json.dumps(record) + "\n")
    load_entities(context.store, [part], "institutions", vintage="2022-06-01")
    more = sites(context)
    assert more.num_rows == len(known) + 1
    assert more.filter(pa.compute.equal(more["institution"], lacking))["city"].to_pylist() == [
        "Synthetic City 1"
    ]


def test_how_sure_a_pair_must_be_is_one_number_and_is_said(context, monkeypatch):
    monkeypatch.setenv("HUBSCOPE_LANG", "en")
    text = dict(patent_views())["paper_citations"]
    assert f"confidence >= {SURE}" in text
    told = CliRunner().invoke(app, ["store", "patents", "-w", str(context.workspace.root)])
    assert f"have a confidence of {SURE} or more" in told.stderr
    words = ["store", "patents", "--json", "-w", str(context.workspace.root)]
    body = json.loads(CliRunner().invoke(app, words).stdout)
    assert sum(body["confidence"].values()) == body["links"]
    status = CliRunner().invoke(app, ["store", "status", "-w", str(context.workspace.root)])
    assert "inventors, 1" in status.stderr
    assert "not a publication number" in status.stdout


def test_the_verbs_say_it(context, run, tmp_path):
    found = run("find", "--minimum", "30", "--file", str(tmp_path / "hubs.csv"))
    assert found.exit_code == 0, found.output
    assert "Synthetic City 1" in found.stdout
    assert "works: 3" in found.stderr
    assert (tmp_path / "hubs.csv").read_bytes().startswith(b"\xef\xbb\xbfrank,name")
    table = run("find", "--minimum", "30", "--sensitivity")
    assert "20 km / 60" in table.stdout
    assert "hubs found" in table.stdout
    moves = run("moves", "synthetic-1", "--json")
    assert json.loads(moves.stdout)["hub"] == "synthetic-1"
    assert "authors came to synthetic-1" in run("moves", "synthetic-1").stderr
    assert "Computer technology" in run("fields", "synthetic-1").stdout
    assert run("moves", "nowhere").exit_code != 0
    empty = tmp_path / "empty"
    shutil.copytree(context.workspace.root, empty, ignore=shutil.ignore_patterns("store"))
    for verb, kind in (("moves", "works"), ("fields", "patents")):
        asked = CliRunner().invoke(app, ["hubs", verb, "synthetic-1", "-w", str(empty)])
        assert f"holds no {kind}" in str(asked.exception)
    assert run("find", "--file", str(tmp_path / "x.doc")).exit_code != 0
