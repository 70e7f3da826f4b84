"""Linkage in a workspace: a city's own tables, their faults, the verb, the step and its page."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from hubscope.chains.linkage import LEAST
from hubscope.cli.chain import app
from hubscope.errors import BadDataError, HubscopeError, UsageError
from hubscope.job.linkage import LINKAGE, read_tables, report
from hubscope.job.steps import Context, run_step
from hubscope.nouns import Words
from hubscope.portal.observatory import Observatory
from hubscope.portal.sheets.chain_linkage import sheet
from hubscope.portal.site import written
from hubscope.store import Store
from hubscope.workspace import open_workspace

HUBS = ("beijing", "seoul", "tokyo-yokohama")


def papers():
    """Twelve papers of each hub; of the nth hub n in three are joint with a company there."""
    lines = ["paper,year,field,type,place"]
    for n, hub in enumerate(HUBS, 1):
        for i in range(12):
            lines.append(f"{hub}-{i},2020,field-17,education,{hub}")
            if i % 3 < n:
                lines.append(f"{hub}-{i},2020,field-17,company,{hub}")
    lines.append("beijing-0,2020,field-17,company,seoul")
    return "\n".join(lines) + "\n"


def patents():
    lines = ["patent,year,field,place"]
    lines += [f"v{i},2024,wipo-4,{HUBS[i % 3]}" for i in range(36)]
    return "\n".join(lines) + "\n"


@pytest.fixture
def workspace(beijing, tmp_path):
    """The Beijing workspace with tables of linkage."""
    folder = shutil.copytree(beijing, tmp_path / "beijing")
    (folder / "linkage").mkdir()
    (folder / "linkage" / "papers.csv").write_text(papers(), "utf-8")
    (folder / "linkage" / "patents.csv").write_text(patents(), "utf-8")
    pairs = "patent,paper\n" + "".join(f"v{i},beijing-{i % 12}\n" for i in range(0, 36, 3))
    (folder / "linkage" / "pairs.csv").write_text(pairs, "utf-8")
    return folder


def context(folder):
    opened = open_workspace(folder)
    return Context(opened, Store(opened.store))


def run(folder, *args):
    found = CliRunner().invoke(app, ["linkage", *args, "-w", str(folder)])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


def test_the_gap_in_joint_papers_is_to_hubs_of_the_same_kind(workspace):
    found = json.loads(run(workspace, "joint", "--gap", "share", "--json").stdout)
    (row,) = [r for r in found if r["field"] == "field-17"]
    assert row["own"] == pytest.approx(1 / 3)
    assert row["peers"] == pytest.approx((9 / 13 + 1) / 2)  # the joint paper counts in Seoul too
    assert (row["others"], row["best_place"]) == (2, "tokyo-yokohama")


def test_patents_of_the_tables_cite_papers_after_four_years(workspace):
    found = json.loads(run(workspace, "citing", "--place", "beijing", "--json").stdout)
    (row,) = [r for r in found if r["field"] == "wipo-4"]
    assert (row["patents"], row["citing"], row["part"]) == (12, 12, 1.0)
    assert (row["lag"], row["local"]) == (4.0, 1.0)


def test_years_bound_what_is_looked_at(workspace):
    found = json.loads(run(workspace, "citing", "--to", "2023", "--json").stdout)
    assert found == []


def test_ties_count_a_paper_of_two_hubs_once(workspace):
    found = json.loads(run(workspace, "ties", "--json").stdout)
    (row,) = [r for r in found if r["unit"] == "papers"]
    assert (row["src"], row["dst"], row["value"], row["src_total"]) == ("beijing", "seoul", 1, 12)
    assert row["salton"] == pytest.approx(1 / (12 * 13) ** 0.5)


def test_the_step_makes_what_the_page_shows(workspace):
    opened = context(workspace)
    assert run_step(opened, LINKAGE).redone
    assert not run_step(opened, LINKAGE).redone
    body = opened.store.json("linkage")
    seen = Observatory(
        Words("台", "O"), "beijing", opened.workspace.hubs, {}, (), linkage=body, run="abc"
    )
    page = {p.path: p.body.decode() for p in written(sheet(), seen, "zh")}
    assert "校企合著论文" in page["zh/chains/linkage.html"]
    assert "计算机科学" in page["zh/chains/linkage.html"]
    rows = json.loads(page["zh/chains/linkage.json"])["rows"]
    assert {r["part"] for r in rows} == {"joint", "citing", "used", "ties"}


def test_without_papers_and_patents_all_is_unknown_and_says_what_to_load(beijing, tmp_path):
    folder = shutil.copytree(beijing, tmp_path / "empty")
    with pytest.raises(HubscopeError, match="no papers and no patents") as caught:
        run(folder)
    assert "hubscope store add openalex" in caught.value.hint
    opened = context(folder)
    run_step(opened, LINKAGE)
    seen = Observatory(
        Words("台", "O"), "beijing", {}, {}, (), linkage=opened.store.json("linkage"), run="abc"
    )
    page = next(written(sheet(), seen, "en")).body.decode()
    assert "everything on this page is unknown" in page


def test_fewer_than_ten_are_not_compared(workspace):
    few = "\n".join(papers().splitlines()[: LEAST - 2]) + "\n"
    (workspace / "linkage" / "papers.csv").write_text(few, "utf-8")
    found = json.loads(run(workspace, "joint", "--gap", "share", "--json").stdout)
    assert all(r["own"] is None and r["gap"] is None for r in found)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        (
            "papers.csv",
            "paper,year\na,2020\nb,soon\n",
            r"papers\.csv:3 \[year\]: 'soon' is no year",
        ),
        (
            "papers.csv",
            "paper,year,type\na,2020,compny\n",
            r"papers\.csv:2 \[type\]: unknown kind 'compny' \(did you mean company",
        ),
        (
            "papers.csv",
            "paper,year,place\na,2020,bejing\n",
            r"papers\.csv:2 \[place\]: no hub 'bejing' \(did you mean beijing",
        ),
        ("papers.csv", "paper,year\na,2020\na,2021\n", r"papers\.csv:3 \[year\]: a has another"),
        ("patents.csv", "patent,year\n,2020\n", r"patents\.csv:2 \[patent\]: the id is missing"),
        ("patents.csv", "patnt,year\nx,2020\n", r"patents\.csv:1 \[patnt\]: unknown column"),
        ("pairs.csv", "patent,paper\nv,\n", r"pairs\.csv:2: a patent without its paper"),
        ("pairs-2.csv", "patent,oaid,confscore\nv,W1,12\n", r"pairs-2\.csv:2 .*'12' is no conf"),
    ],
)
def test_faults_are_named_with_their_line(workspace, file, text, message):
    (workspace / "linkage" / file).write_text(text, "utf-8")
    with pytest.raises(BadDataError, match=message):
        read_tables(context(workspace))


def test_a_strange_file_and_a_strange_measure_are_refused(workspace):
    with pytest.raises(UsageError, match="no measure 'jount'") as caught:
        run(workspace, "jount")
    assert "joint" in caught.value.hint
    (workspace / "linkage" / "notes.csv").write_text("a\n", "utf-8")
    with pytest.raises(HubscopeError, match=r"linkage/notes\.csv is no table of linkage"):
        read_tables(context(workspace))


@pytest.mark.parametrize(
    ("head", "stated", "held"),
    [
        ("patent,oaid,confscore", "", ["CC-BY-NC-4.0"]),
        ("patent,oaid,confscore", 'licence = "ODC-By"\n', []),
        ("patent,paper", "", []),
    ],
)
def test_pairs_whose_licence_forbids_it_stay_off_the_page(beijing, tmp_path, head, stated, held):
    workspace = shutil.copytree(beijing, tmp_path / "b")
    folder = workspace / "linkage"
    folder.mkdir()
    (folder / "papers.csv").write_text(papers(), "utf-8")
    (folder / "patents.csv").write_text(patents(), "utf-8")
    row = "v1,1,9\n" if "oaid" in head else "v1,w1\n"
    (folder / "pairs.csv").write_text(f"{head}\n{row}", "utf-8")
    if stated:
        (folder / "linkage.toml").write_text(stated, "utf-8")
    opened = open_workspace(workspace)
    context = Context(opened, Store(opened.store))
    body = report(context)
    assert body["held"] == held
    assert ("citing" in body, "used" in body, "joint" in body) == (not held, not held, True)
    seen = Observatory(Words("台", "O"), "beijing", {}, {}, (), linkage=body, run="abc")
    (page, *_) = (p for p in written(sheet(), seen, "en") if p.path.endswith("html"))
    assert ("may not be published" in page.body.decode()) == bool(held)
