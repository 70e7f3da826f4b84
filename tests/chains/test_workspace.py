"""Chains in a workspace: the shipped ones, adding one, the job's step, the verbs and the map."""

import json
import os
import shutil
import subprocess
import sys

import networkx as nx
import numpy as np
import pytest
from typer.testing import CliRunner

from hubscope.chains.graph import input_graph, make_graph
from hubscope.chains.layout import MOST, layout
from hubscope.chains.load import add_chain, chain_folders, choose, read_chain, read_chains
from hubscope.chains.report import report
from hubscope.chains.values import read_values
from hubscope.cli.chain import app
from hubscope.errors import BadDataError, HubscopeError
from hubscope.job.chains import CHAINS
from hubscope.job.steps import Context, run_step
from hubscope.sources.chain_rules import share_sums
from hubscope.store import Store
from hubscope.words import words
from hubscope.workspace import open_workspace


@pytest.fixture
def workspace(beijing, tmp_path):
    """A copy of the Beijing workspace."""
    return shutil.copytree(beijing, tmp_path / "beijing")


def run(workspace, *args):
    """The verbs' stdout; a handled error is raised as it is."""
    found = CliRunner().invoke(app, [*args, "-w", str(workspace)], catch_exceptions=True)
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


def test_every_shipped_link_has_evidence_that_may_be_published(beijing):
    for named in read_chains(beijing):
        evidence = {e["id"]: e for e in named.chain.evidence.to_pylist()}
        for link in named.chain.links.to_pylist():
            found = evidence[link["evidence"]]
            assert found["source"]
            assert found["locator"].startswith("http")
            assert found["vintage"]
            assert found["licence"] in ("facts only", "own work", "BSD-3-Clause")
        assert report(named, "beijing", draws=10)["held"] == {}


def test_the_shipped_chains_hold_what_the_workspace_says(beijing):
    chain = read_chain(beijing / "chains" / "beijing")
    maps = [i for i in chain.nodes["id"].to_pylist() if i.startswith("map-")]
    assert len(maps) == 6
    links = chain.links.to_pylist()
    status = {e["id"]: e["status"] for e in chain.evidence.to_pylist()}
    it = {
        (r["year"], status[r["evidence"]]): r["value"]
        for r in links
        if r["dst"] == "cluster-it" and r["rel"] == "produces"
    }
    assert it == {(2023, "published"): 30000.0, (2025, "target"): 25000.0}
    flows = [r for r in links if r["rel"] == "flows_to" and r["year"] == 2024 and not r["period"]]
    assert sorted(r["value"] for r in flows) == [843.7, 852.7]
    segments = [r for r in links if r["rel"] == "input_to"]
    assert {status[r["evidence"]] for r in segments} == {"estimated"}


def test_the_flagged_sum_of_the_photovoltaic_chain_is_the_sources_own(beijing):
    (flag,) = share_sums(read_chain(beijing / "chains" / "photovoltaic"))
    assert (flag.item, flag.year) == ("pv-module", 2020)
    assert flag.total == pytest.approx(98, abs=0.05)


def test_a_faulty_chain_leaves_the_workspace_as_it_was(workspace, tmp_path):
    bad = tmp_path / "bad"
    shutil.copytree(workspace / "chains" / "beijing", bad)
    (bad / "links.csv").write_text(
        (bad / "links.csv").read_text("utf-8").replace("input_to", "input_too"), "utf-8"
    )
    before = chain_folders(workspace)
    with pytest.raises(BadDataError, match="unknown relation 'input_too'"):
        add_chain(workspace, "plain", bad, name="bad", retrieved="2026-11-23")
    assert chain_folders(workspace) == before
    with pytest.raises(HubscopeError, match="no kind of chain 'plian'"):
        add_chain(workspace, "plian", bad, name="bad", retrieved="2026-11-23")
    with pytest.raises(HubscopeError, match="does not exist"):
        add_chain(workspace, "plain", tmp_path / "nowhere", name="bad", retrieved="2026-11-23")


def test_a_bad_chain_toml_is_named(workspace):
    (workspace / "chains" / "beijing" / "chain.toml").write_text('kind = "plane"\n')
    with pytest.raises(BadDataError, match=r"chain.toml: kind: "):
        read_chains(workspace)
    (workspace / "chains" / "beijing" / "chain.toml").write_text("kind = \n")
    with pytest.raises(BadDataError, match="not valid TOML"):
        read_chains(workspace)


def test_a_chain_is_chosen_by_name_or_all_are_joined(beijing, tmp_path):
    found = read_chains(beijing)
    assert choose(found, "photovoltaic") is found[1].chain
    assert choose(found).links.num_rows == sum(n.chain.links.num_rows for n in found)
    with pytest.raises(HubscopeError, match="no chain 'beijng'") as caught:
        choose(found, "beijng")
    assert "beijing" in caught.value.hint
    with pytest.raises(HubscopeError, match="has no chain yet"):
        choose(read_chains(tmp_path))


def test_the_step_publishes_tables_and_reports_and_is_redone_only_when_due(workspace):
    opened = open_workspace(workspace)
    context = Context(opened, Store(opened.store))
    assert run_step(context, CHAINS).redone
    assert not run_step(context, CHAINS).redone
    reports = context.store.json("chains")
    assert [r["name"] for r in reports] == ["beijing", "photovoltaic"]
    assert context.store.table("chain-links").num_rows == sum(len(r["links"]) for r in reports)
    links = workspace / "chains" / "beijing" / "links.csv"
    links.write_text(links.read_text("utf-8").replace("852.7", "852.8"), "utf-8")
    assert run_step(context, CHAINS).redone


def test_the_chip_chain_is_loaded_and_kept_from_what_is_published(workspace, shared):
    source = shared / "data" / "chains" / "eto_chip"
    found = run(
        workspace, "add", "eto", str(source), "--name", "chips", "--retrieved", "2026-11-23"
    )
    assert "1439 links under CC BY-NC 4.0" in found.stderr
    told = run(workspace, "concentration", "-c", "chips", "--json")
    rows = json.loads(told.stdout)
    assert sum(r["total"] is not None for r in rows) == 96
    assert (
        "96 inputs with shares: mean HHI 0.585, median 0.552; 74 above 0.4, 37 with" in told.stderr
    )
    assert "86 inputs" in run(workspace, "concentration", "-c", "chips", "--level", "firm").stderr
    assert "34 of 126 nodes" in run(workspace, "chokepoints", "-c", "chips", "--draws", "20").stderr
    (row,) = json.loads(run(workspace, "whatif", "DEU", "-c", "chips", "--json").stdout)
    assert (row["strict"], row["lost"]) == (0, ["DEU"])
    out = workspace / "out"
    run(workspace, "export", str(out))
    assert "EUV" not in (out / "nodes.csv").read_text("utf-8")
    reports = report(
        next(n for n in read_chains(workspace) if n.name == "chips"), "beijing", draws=5
    )
    assert reports["held"] == {"CC BY-NC 4.0": 1439}
    assert reports["exposures"] == []


@pytest.mark.parametrize(
    "args",
    [
        ("show",),
        ("show", "cluster-it"),
        ("concentration", "--level", "region"),
        ("chokepoints", "--draws", "10", "--score"),
        ("whatif", "CHN", "--elasticity", "0", "2", "--months", "6", "--part", "0.5"),
        ("whatif", "--pairs", "3", "--draws", "10", "-c", "photovoltaic"),
        ("boards", "-c", "photovoltaic"),
        ("boards", "--list", "tools", "-c", "beijing"),
        ("region",),
        ("region", "--vintages"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_verb_speaks_both_languages_and_json(workspace, monkeypatch, args, lang):
    monkeypatch.setenv("HUBSCOPE_LANG", lang)
    found = run(workspace, *args)
    assert found.exit_code == 0
    assert found.stdout.count("\n") >= 2
    assert json.loads(run(workspace, *args, "--json").stdout)


@pytest.mark.parametrize("name", ["c.graphml", "c.gexf", "c.xlsx", "pair"])
def test_exports_are_written_where_asked(workspace, tmp_path, name):
    found = run(workspace, "export", str(tmp_path / name))
    assert found.stdout.strip() == str(tmp_path / name)
    assert (tmp_path / name).exists()
    if name.endswith("graphml"):
        graph = nx.read_graphml(tmp_path / name)
        assert all(d["source"] for *_, d in graph.edges(data=True))


def test_complexity_of_a_file_states_deviation_and_floor(shared, tmp_path):
    file = shared / "data" / "chains" / "test_trade_sitc4_1998_2000.csv.gz"
    found = CliRunner().invoke(app, ["complexity", str(file), "--floor", "1e9", "--json"])
    assert json.loads(found.stdout)[0]["place"] == "jpn"
    assert "population" in found.stderr
    bad = tmp_path / "v.csv"
    bad.write_text("place,activity,value\na,x,1\na,y,much\n")
    with pytest.raises(BadDataError, match=r"v.csv:3 \[value\]: 'much' is no number"):
        read_values(bad)
    bad.write_text("t,i,j,k,v,q\n2022,CHN,JPN,1,5,\n2021,CHN,JPN,1,7,\n")
    assert read_values(bad).rows() == [("CHN", "1", 5.0)]
    assert read_values(bad, 2021).rows() == [("CHN", "1", 7.0)]


def test_an_unknown_list_and_node_are_named_with_the_nearest(workspace):
    with pytest.raises(HubscopeError, match="no list 'gap'") as caught:
        run(workspace, "boards", "--list", "gap")
    assert "gaps" in caught.value.hint
    with pytest.raises(HubscopeError, match="no node 'beijin'"):
        run(workspace, "show", "beijin")


def test_every_column_and_word_is_there_in_both_languages():
    zh, en = ({k for k in words(lang) if k.startswith("chains.")} for lang in ("zh", "en"))
    assert zh == en


def test_the_map_puts_every_link_to_the_right(beijing, eto):
    for chain in (read_chain(beijing / "chains" / "beijing"), eto):
        found = layout(input_graph(chain))
        at = {s.id: s.layer for s in found.spots}
        assert all(at[a] < at[b] for a, b, _ in found.links)
        assert len({(s.layer, s.row) for s in found.spots}) == len(found.spots)


@pytest.mark.parametrize("seed", range(5))
def test_a_large_map_is_folded_and_loses_no_node(seed):
    rng = np.random.default_rng(seed)
    ends = np.sort(rng.integers(0, 900, (2500, 2)), axis=1)
    ends = np.unique(ends[ends[:, 0] < ends[:, 1]], axis=0)
    graph = make_graph(tuple(map(str, range(900))), ends[:, 0], ends[:, 1])
    found = layout(graph)
    shown = [s for s in found.spots if not s.folded]
    behind = [i for s in found.spots for i in s.folded]
    assert len(found.spots) <= MOST
    assert sorted([*(s.id for s in shown), *behind]) == sorted(graph.ids)
    at = {s.id: s.layer for s in found.spots}
    assert all(at[a] < at[b] for a, b, _ in found.links)


def test_synergy_names_the_flow_that_size_and_distance_do_not_explain(workspace, tmp_path):
    rng = np.random.default_rng(4)
    source = tmp_path / "joint"
    source.mkdir()
    at = [
        (round(x, 2), round(y, 2), int(s))
        for x, y, s in rng.uniform([30, 110, 10], [40, 120, 99], (7, 3))
    ]
    nodes = ["id,kind,zh,en,ext"]
    nodes += [
        f"p{i},place,地{i},P{i},level=city; latitude={x}; longitude={y}; size={s}"
        for i, (x, y, s) in enumerate(at)
    ]
    links = ["src,dst,rel,year,value,unit,source,locator,licence,status,vintage,retrieved"]
    for i, (x, y, s) in enumerate(at):
        for j, (u, v, z) in enumerate(at):
            if i != j:
                usual = 50 * s * z / np.hypot(x - u, y - v)
                value = usual * (6 if (i, j) == (2, 5) else 1)
                links.append(
                    f"p{i},p{j},flows_to,2024,{value:.3f},papers,S,https://example.org,facts only,published,2025,2026-11-23"
                )
    (source / "nodes.csv").write_text("\n".join(nodes), "utf-8")
    (source / "links.csv").write_text("\n".join(links), "utf-8")
    run(workspace, "add", "plain", str(source))
    found = run(workspace, "region", "--synergy", "papers", "-c", "joint", "--json")
    assert (json.loads(found.stdout)[0]["src"], json.loads(found.stdout)[0]["dst"]) == ("p2", "p5")
    assert found.stderr.count("standard error") == 4
    with pytest.raises(HubscopeError, match="no flows in the unit 'paper'") as caught:
        run(workspace, "region", "--synergy", "paper", "-c", "joint")
    assert "papers" in caught.value.hint


def test_two_processes_make_the_same_report(beijing):
    code = (
        "import sys, json, hashlib; from pathlib import Path\n"
        "from hubscope.chains.load import read_chains\n"
        "from hubscope.chains.report import report\n"
        "made = [report(n, 'beijing', draws=40) for n in read_chains(Path(sys.argv[1]))]\n"
        "print(hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest())\n"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code, str(beijing)],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        )
        for seed in ("1", "2")
    ]
    assert runs[0].stdout == runs[1].stdout
    assert len(runs[0].stdout.strip()) == 64
