"""What the job stores is what the portal shows: load, pages and briefs of a workspace that ran."""

import gzip
import shutil

import pypdfium2 as pdfium
import pytest

from hubscope.errors import HubscopeError
from hubscope.job.steps import Context, run_step
from hubscope.job.workflow import STEPS
from hubscope.portal.brief import brief
from hubscope.portal.observatory import load
from hubscope.portal.site import pages
from hubscope.store import Store
from hubscope.workspace import open_workspace


@pytest.fixture(scope="module")
def context(beijing, tmp_path_factory):
    folder = tmp_path_factory.mktemp("job") / "beijing"
    shutil.copytree(beijing, folder)
    workspace = open_workspace(folder)
    context = Context(workspace, Store(workspace.store))
    for step in STEPS:
        if step.name not in {"brief", "site"}:
            run_step(context, step)
    return context


@pytest.fixture(scope="module")
def seen(context):
    return load(context.workspace, context.store)


def test_an_empty_store_says_what_to_run(beijing, tmp_path):
    with pytest.raises(HubscopeError, match="no observations yet"):
        load(open_workspace(beijing), Store(tmp_path))


def test_everything_of_the_store_arrives(seen):
    assert len(seen.index.hubs) == 35
    assert seen.index.draws >= 10_000
    assert seen.index.of("beijing").forces["pull"] is None
    assert (seen.index.sweep.median_span, seen.index.sweep.hubs["beijing"]) == (6, (3, 4))
    assert set(seen.plans) == {"beijing-action-plan"}
    assert set(seen.plans["beijing-action-plan"].versions) == {"zh", "en"}
    kinds = {v.indicator: v.kind for v in seen.verdicts}
    assert kinds["rd_intensity"] == "met"
    assert kinds["basic_research_share"] == "missed"
    assert kinds["rd_staff_density"] == "unknown"


def test_the_run_is_that_of_the_data_not_of_the_pages(context, seen):
    context.store.publish("later", "1", {"brief-zh": b"pdf", "site": {}}, {"made.html": "x"})
    again = load(context.workspace, context.store)
    assert again.run == seen.run
    assert again.inputs == seen.inputs
    assert "figures/wipo-clusters-2023.csv" in seen.inputs


def test_a_score_leads_to_the_observations_it_is_made_of(seen):
    every = seen.rests_on("beijing")
    assert {o.indicator for o in every} == {"pct_world_share", "publications_world_share"}
    assert [o.indicator for o in seen.rests_on("beijing", "momentum")] == ["pct_world_share"]
    assert seen.rests_on("beijing", "pull") == ()
    score = sum(o.value for o in every) / 2
    assert seen.index.of("beijing").score == pytest.approx(score, rel=1e-12)


def test_its_pages_are_light_and_speak_of_it(seen):
    made = {p.path: p.body for p in pages(seen, briefs=False)}
    heavy = {
        p: n
        for p, b in made.items()
        if p.endswith("html") and (n := len(gzip.compress(b, 6))) > 40_000
    }
    assert not heavy
    assert "行动计划" in made["zh/plans/beijing-action-plan.html"].decode()
    assert seen.run in made["en/methods.html"].decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_its_brief_has_two_pages(seen, lang):
    with pdfium.PdfDocument(brief(seen, lang)) as document:
        assert len(document) == 2
