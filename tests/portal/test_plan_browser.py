"""Chromium looks at the pages around a plan: the source, the evidence, the words, the history."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from hubscope.plan import as_json, read_plan
from hubscope.plan.evidence import evidence, read_items
from hubscope.plan.evidence.items import unique
from hubscope.plan.evidence.rows import rows
from hubscope.portal.publish import write_site
from hubscope.portal.site import pages

CHROMIUM = os.environ.get("HUBSCOPE_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
SHOTS = Path(__file__).parent / "shots"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KINDS = {
    "source": "plans/beijing-action-plan/text-1.html",
    "evidence": "evidence/beijing-action-plan.html",
}
VIEWS = [({"width": 390, "height": 844}, "light"), ({"width": 1200, "height": 900}, "dark")]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no browser at {CHROMIUM}"),
]


@pytest.fixture(scope="module")
def site(observatory, workspace, tmp_path_factory):
    """The pages of the shipped plan with its evidence, in a folder."""
    found = read_plan(workspace.input(workspace.settings.plan[0].zh))
    items = unique(i for p in workspace.evidence_files() for i in read_items(p))
    seen = replace(
        observatory, evidence={"beijing-action-plan": rows(evidence(items, found), "beijing")}
    )
    folder = tmp_path_factory.mktemp("plan-pages") / "site"
    write_site(pages(seen, briefs=False), folder)
    assert as_json(found)["text"] == found.text
    return folder


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


def told(page, kind, lang):
    """What axe finds against a page at every size and scheme, and whether it runs to the side."""
    from axe_playwright_python.sync_playwright import Axe

    SHOTS.mkdir(exist_ok=True)
    for size, scheme in VIEWS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        page.screenshot(path=SHOTS / f"{kind}-{lang}-{size['width']}-{scheme}.png", full_page=True)
        yield from (
            f"{size['width']} {scheme} {v['id']} at {[n['target'] for n in v['nodes'][:3]]}"
            for v in found.response["violations"]
        )
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            yield f"{size['width']}: runs to the side"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_accessibility_violation(browser, site, kind, lang):
    page = browser.new_page()
    page.goto(f"file://{site}/{lang}/{KINDS[kind]}")
    assert list(told(page, kind, lang)) == []
    page.close()


def test_a_sentence_is_lit_where_the_plan_leads_to_it(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{site}/zh/plans/beijing-action-plan.html")
    link = page.locator("a[href*='text-1.html#s-P1']").first.get_attribute("href")
    page.goto(f"file://{site}/zh/plans/{link.split('plans/')[1]}")
    lit = page.locator("mark:target")
    assert lit.count() == 1
    assert lit.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(181, 200, 220)"
    lit.locator("a.to").first.click()
    assert page.url.endswith("beijing-action-plan.html#P1")
    context.close()
