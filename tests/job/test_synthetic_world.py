"""The shipped synthetic world: one command from load to pages, marked synthetic everywhere."""

import csv
import json

import pytest
from typer.testing import CliRunner

from hubscope.cli.app import app
from hubscope.cli.here import read_context
from hubscope.indicators import observations, patents_measures
from hubscope.indicators.catalogue import listed
from hubscope.indicators.works_measures import measures
from hubscope.job.examples import copy_example
from hubscope.job.synthetic import read_world
from hubscope.store import patents
from hubscope.store.works import loaded


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "world"
    result = CliRunner().invoke(
        app, ["demo", str(folder), "--example", "synthetic-world"], catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return folder, result.stdout, result.stderr


@pytest.fixture(scope="module")
def found(said):
    return observations(read_context(said[0]).store.table("observations"))


def test_every_indicator_of_the_store_has_values_with_an_interval_and_an_address(found):
    of_works = [o for o in found if o.indicator in measures()]
    # No hub of so small a world has ten highly cited authors, and fewer than ten are never shown.
    assert {o.indicator for o in of_works} == set(measures()) - {"oa_highly_cited_authors"}
    assert all(o.lo <= o.hi for o in of_works)
    assert {o.hub for o in found} == {f"synthetic-{n}" for n in range(1, 9)}
    assert {i.id for i, _ in listed()} <= {o.indicator for o in found}
    assert all(o.origin.url.endswith("examples/synthetic-world") for o in found)
    assert all("openalex" not in o.origin.citation for o in of_works)


def test_every_indicator_of_patents_has_values_and_their_spoilt_records_are_set_aside(said, found):
    of_patents = [o for o in found if o.indicator in patents_measures.measures()]
    assert {o.indicator for o in of_patents} == set(patents_measures.measures())
    assert all(o.lo <= o.hi for o in of_patents)
    assert all("made-up patents" in o.origin.citation for o in of_patents)
    body = patents.loaded(read_context(said[0]).store)
    assert body["rejects"] == {"not a publication number": 1, "year 3015": 1}


def test_what_was_spoilt_is_set_aside(said):
    body = loaded(read_context(said[0]).store)
    assert body["rejects"] == {"broken JSON": 1, "year 3015": 1}
    assert body["works"] == read_world(said[0] / "world.toml")[0].works


def test_hubs_are_found_and_a_value_is_traced(said):
    _, out, err = said
    # Eight hubs, and the city of the inventors who live in none of them.
    assert "9 hubs found; they hold 100%" in err
    rows = [line.split("\t") for line in out.splitlines() if line.startswith(tuple("123456789"))]
    assert sum(len(r) == 10 and r[1].startswith("Synthetic City ") for r in rows) == 9
    assert "works-synthetic.gz" in out
    assert "Synthetic hub 1: rank " in out


def test_the_index_has_ranges_over_all_five_forces(said):
    body = read_context(said[0]).store.json("index")
    assert len(body["hubs"]) == 8
    assert all(h["rank_lo"] <= h["rank"] <= h["rank_hi"] for h in body["hubs"])
    assert all(len(h["forces"]) == 5 and all(h["forces"].values()) for h in body["hubs"])


def test_every_page_and_file_is_marked(said):
    site = said[0] / "site"
    pages = list(site.glob("??/**/*.html"))
    assert len(pages) > 100
    for page in pages:
        mark = "数据均为虚构" if "/zh/" in str(page) else "all data made up"
        assert mark in page.read_text("utf-8"), page
    with (site / "en/data/observations.csv").open(encoding="utf-8-sig") as handle:
        assert all(
            "synthetic" in r["hub"] and "synthetic" in r["url"] for r in csv.DictReader(handle)
        )
    rows = json.loads((site / "en/data/observations.json").read_text("utf-8"))
    assert "synthetic" in json.dumps(rows)[:2000]
    for name in ("README.md", "hubscope.toml", "hubs.toml", "places.toml", "world.toml"):
        assert "made" in (said[0] / name).read_text("utf-8"), name


def test_boards_come_from_load_to_page(said):
    folder = said[0]
    bodies = {c["name"]: c for c in read_context(folder).store.json("chains")}
    own = [b for b in bodies["synthetic"]["boards"] if b["year"] == 2019]
    assert (
        sum(
            all(b[s] is not None for s in ("science", "patent", "product", "security")) for b in own
        )
        >= 5
    )
    assert {b["board"] for b in own} >= {"short", "even"}
    assert all(b["science_lo"] <= b["science"] <= b["science_hi"] for b in own)
    assert bodies["store"]["boards"]
    for body in bodies.values():
        assert all(
            "synthetic" in e["locator"] or e["source"] == "hubscope" for e in body["evidence"]
        )
    for name in ("synthetic", "store"):
        page = (folder / f"site/en/chains/{name}/lists.html").read_text("utf-8")
        assert "hubscope chain trace synthetic-1" in page
        assert "Concordance of segments" in page
    linked = read_context(folder).store.json("linkage")
    assert linked["citing"]
    assert linked["used"]
    assert any(t["residual_lo"] is not None for t in linked["ties"])


def test_a_specialisation_is_traced_to_its_rows(said):
    for signal, source in (("science", "works-synthetic.gz"), ("patent", "WO2019")):
        args = [
            "chain",
            "trace",
            "synthetic-1",
            "ai",
            "2019",
            "--signal",
            signal,
            "-w",
            str(said[0]),
        ]
        result = CliRunner().invoke(app, args, catch_exceptions=False)
        assert result.exit_code == 0
        assert f"{signal}:ai, 2019: " in result.stderr
        assert source in result.stdout
    result = CliRunner().invoke(
        app, ["chain", "trace", "synthetic-1", "aj", "2019", "-w", str(said[0])]
    )
    assert result.exit_code != 0


def test_the_beijing_example_stays_without_made_up_records(tmp_path):
    copy_example("beijing", tmp_path / "b")
    texts = [f.read_text("utf-8") for f in (tmp_path / "b").rglob("*") if f.is_file()]
    assert not any("synthetic world" in t.casefold() for t in texts)
