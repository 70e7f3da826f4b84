"""The main job on the shipped workspace: what it makes, what it redoes, what it refuses."""

import re
import shutil

import pytest

from hubscope.errors import BadDataError, HubscopeError, NotPermittedError
from hubscope.job.examples import copy_example
from hubscope.job.figures import add_figures
from hubscope.job.steps import Context, run_step
from hubscope.job.workflow import STEPS, run_job
from hubscope.progress import from_json
from hubscope.store import Store
from hubscope.workspace import locked, open_workspace


def silent(_key, **_values):
    pass


def context_of(folder, tell=silent):
    workspace = open_workspace(folder)
    return Context(workspace, Store(workspace.store), tell)


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The shipped workspace after one run of the job; read only."""
    folder = tmp_path_factory.mktemp("job") / "beijing"
    copy_example("beijing", folder)
    run_job(context_of(folder))
    return folder


@pytest.fixture
def workspace(finished, tmp_path):
    """A finished workspace to change."""
    folder = tmp_path / "ws"
    shutil.copytree(finished, folder, symlinks=True)
    return folder


def redone(folder, tell=silent):
    return [o.step for o in run_job(context_of(folder, tell)) if o.redone]


def test_the_second_run_redoes_nothing(workspace):
    assert redone(workspace) == []


def test_a_changed_recipe_redoes_the_index_and_what_shows_it(workspace):
    recipe = workspace / "index" / "recipe.toml"
    recipe.write_text(recipe.read_text("utf-8").replace("0.7", "0.6"), "utf-8")
    assert redone(workspace) == ["index", "brief", "site"]


def test_a_changed_figure_is_told_and_redoes_what_rests_on_it(workspace):
    file = workspace / "figures" / "beijing-statistics.csv"
    text = file.read_text("utf-8")
    assert text.count(",16.6,") == 1
    file.write_text(text.replace(",16.6,", ",16.7,"), "utf-8")
    heard = []
    done = redone(workspace, lambda key, **values: heard.append((key, values)))
    assert done[:2] == ["figures", "measure"]
    assert {"progress", "site"} <= set(done)
    ((key, values),) = heard
    assert (key, values["old"], values["now"]) == ("corrected", 16.6, 16.7)


def test_a_page_that_was_changed_by_hand_is_written_again(workspace):
    page = workspace / "site" / "en" / "index.html"
    good = page.read_bytes()
    page.write_bytes(b"vandal")
    assert redone(workspace) == ["site"]
    assert (workspace / "site" / "en" / "index.html").read_bytes() == good


def test_the_index_ranks_the_35_hubs_and_says_how_few_indicators_there_are(finished):
    body = context_of(finished).store.json("index")
    assert len(body["hubs"]) == 35
    assert body["draws"] >= 10_000
    assert {h["indicators"] for h in body["hubs"]} == {2}
    beijing = next(h for h in body["hubs"] if h["hub"] == "beijing")
    assert beijing["rank"] == 4
    assert beijing["rank_lo"] <= 4 <= beijing["rank_hi"]
    assert body["sweep"]["hubs"]["beijing"] == [3, 4]
    assert 5 <= body["sweep"]["median_span"] <= 7


def test_a_force_without_data_is_unknown_never_zero(finished):
    body = context_of(finished).store.json("index")
    for hub in body["hubs"]:
        assert hub["forces"]["pull"] is None
        assert hub["forces"]["originality"]["score"] > 0


def test_the_known_story_comes_out_of_the_shipped_figures(finished):
    verdicts = from_json(context_of(finished).store.json("verdicts"))
    told = {v.indicator: (v.kind, v.easy) for v in verdicts if v.indicator}
    assert told["rd_intensity"] == ("met", True)
    assert told["basic_research_share"] == ("missed", False)
    assert told["technology_contracts"][0] == "met"
    assert told["hightech_value_added"] == ("on_target", False)
    by_id = {v.indicator: v for v in verdicts}
    assert round(by_id["hightech_value_added"].gap_share * 100, 1) == -1.2
    assert by_id["technology_contracts"].met_year == 2023
    without_data = [v for v in verdicts if v.reason == "progress.no_data"]
    assert len(without_data) == 2
    assert len([v for v in verdicts if v.reason == "progress.not_a_number"]) == 2
    assert len(verdicts) == 8


def test_both_languages_of_the_plan_have_the_same_elements(finished):
    (pair,) = context_of(finished).store.json("plan").values()
    keys = [
        [(e["id"], e["kind"], e["parent"], e["horizon"], e.get("operator")) for e in p["elements"]]
        for p in (pair["zh"], pair["en"])
    ]
    assert keys[0] == keys[1]
    for plan in pair.values():
        for e in plan["elements"]:
            assert plan["text"][e["start"] : e["end"]] == e["quote"]


def test_added_figures_reach_the_store_and_a_bad_file_changes_nothing(workspace, tmp_path):
    context = context_of(workspace)
    header = (workspace / "figures" / "beijing-statistics.csv").read_text("utf-8").splitlines()[0]
    row = "beijing,unicorns,2025,99,{},reported,2026,,A,https://example.org/,2026-11-23,,"
    unit = "enterprises"
    good = tmp_path / "extra.csv"
    good.write_text(f"{header}\n{row.format(unit)}\n", "utf-8")
    before = (workspace / "store" / "manifest.json").read_bytes()
    bad = tmp_path / "bad.csv"
    bad.write_text(f"{header}\n{row.format('heads')}\n", "utf-8")
    with pytest.raises(BadDataError, match=re.escape("bad.csv:2 [unit]")):
        add_figures(context, [good, bad])
    assert not (workspace / "figures" / "extra.csv").exists()
    assert (workspace / "store" / "manifest.json").read_bytes() == before
    add_figures(context, [good])
    rows = run_step(context, STEPS[1])
    assert rows.redone
    assert 99 in context.store.table("figures")["value"].to_pylist()


def test_a_published_value_is_not_overwritten_in_silence(workspace, tmp_path):
    file = workspace / "figures" / "beijing-statistics.csv"
    changed = tmp_path / file.name
    changed.write_text(file.read_text("utf-8").replace(",16.6,", ",99.9,"), "utf-8")
    with pytest.raises(BadDataError, match="within their vintage") as caught:
        add_figures(context_of(workspace), [changed])
    assert "16.6 to 99.9" in caught.value.what
    assert ",16.6," in file.read_text("utf-8")
    add_figures(context_of(workspace), [changed], correct=True)
    assert ",99.9," in file.read_text("utf-8")


def test_a_second_run_at_the_same_time_is_refused(workspace):
    opened = open_workspace(workspace)
    with (
        locked(opened),
        pytest.raises(NotPermittedError, match="locked by another run"),
        locked(opened),
    ):
        pass


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ('focus = "beijing"', 'focus = "bejing"|names the unknown hub bejing'),
        ('focus = "beijing"', "focus = |is not valid TOML"),
        ("year = 2023", 'year = "soon"|index.year'),
        ('recipe = "index/recipe.toml"', 'recipe = "../../etc/passwd"|lies outside the workspace'),
        ('recipe = "index/recipe.toml"', 'recipe = "no.toml"|which does not exist'),
    ],
)
def test_faulty_settings_are_named(workspace, change, says):
    new, message = says.split("|")
    config = workspace / "hubscope.toml"
    config.write_text(config.read_text("utf-8").replace(change, new), "utf-8")
    with pytest.raises(HubscopeError, match=re.escape(message)):
        run_job(context_of(workspace))


def test_a_missing_workspace_says_what_one_is(tmp_path):
    with pytest.raises(HubscopeError, match=r"hubscope\.toml does not exist"):
        open_workspace(tmp_path)


def test_demo_does_not_write_into_a_folder_of_something_else(tmp_path):
    (tmp_path / "letter.txt").write_text("keep me")
    with pytest.raises(HubscopeError, match="is not a workspace"):
        copy_example("beijing", tmp_path)
    assert [f.name for f in tmp_path.iterdir()] == ["letter.txt"]
