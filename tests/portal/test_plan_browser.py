"""Chromium looks at the pages around a plan: the source, the evidence, the words, the history."""

import os
import shutil
import threading
import time
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from hubscope.job.plan import PLAN
from hubscope.job.steps import Context
from hubscope.portal.observatory import read_plans
from hubscope.portal.publish import write_site
from hubscope.portal.review import Door, mount_review
from hubscope.portal.site import pages
from hubscope.store import Store
from hubscope.workspace import open_workspace

CHROMIUM = os.environ.get("HUBSCOPE_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
SHOTS = Path(__file__).parent / "shots"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KINDS = {
    "source": "plans/beijing-action-plan/text-1.html",
    "evidence": "evidence/beijing-action-plan.html",
    "words": "plans/beijing-action-plan/words.html",
    "series": "hubs/beijing/plans.html",
    "plan": "plans/beijing-action-plan.html",
}
VIEWS = [({"width": 390, "height": 844}, "light"), ({"width": 1200, "height": 900}, "dark")]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no browser at {CHROMIUM}"),
]


LATER = """# 北京国际科技创新中心建设工作要点（2026—2030年）

## 一、目标

- 到2030年，研发经费投入强度达到6.5%左右。
- 技术合同成交额突破9000亿元。

## 二、重点任务

### 任务1：建设量子信息平台

- 建设量子信息公共平台，开放量子计算资源。
- 培育量子信息企业。
"""


@pytest.fixture(scope="module")
def folder(beijing, tmp_path_factory):
    """The shipped workspace with a second plan of the same hub, which carries out the first."""
    found = shutil.copytree(beijing, tmp_path_factory.mktemp("two-plans") / "ws")
    (found / "plan" / "later.zh.md").write_text(LATER, "utf-8")
    config = (found / "hubscope.toml").read_text("utf-8")
    later = '[[plan]]\nid = "later"\nhub = "beijing"\nissued = "2026"\nzh = "plan/later.zh.md"\n'
    later += 'implements = ["beijing-action-plan"]\n\n[index]'
    (found / "hubscope.toml").write_text(config.replace("[index]", later, 1), "utf-8")
    return found


@pytest.fixture(scope="module")
def site(observatory, folder, tmp_path_factory):
    """The pages of two plans with their evidence, words and history, in a folder."""
    opened = open_workspace(folder)
    made = PLAN.make(Context(opened, Store(tmp_path_factory.mktemp("two-plans-store"))))
    seen = replace(
        observatory,
        plans=read_plans(made["plan"], opened.settings.plan),
        evidence=made["evidence"],
        plan_history=made["plan-history"],
        plan_words=made["plan-words"],
    )
    folder = tmp_path_factory.mktemp("plan-pages") / "site"
    write_site(pages(seen, briefs=False), folder)
    return folder


@pytest.fixture(scope="module")
def review(folder):
    """The address of the review of the same plans, with its key."""
    import uvicorn
    from fastapi import FastAPI
    from fastapi.staticfiles import StaticFiles

    app, door = FastAPI(), Door("林岚")
    static = files("hubscope.portal") / "static"
    app.mount("/static", StaticFiles(directory=str(static)))
    mount_review(app, open_workspace(folder), door)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", door.key
    server.should_exit = True
    thread.join(20)


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


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_review_pages_are_accessible_and_decide_without_script(browser, review):
    address, key = review
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/review/open?key={key}")
    assert list(told(page, "review-list", "zh")) == []
    for lang in ("zh", "en"):
        for kind, path in (("review", lang), ("review-evidence", f"evidence/{lang}")):
            page.goto(f"{address}/review/beijing-action-plan/{path}")
            assert list(told(page, kind, lang)) == []
    form = page.locator("form").first
    form.locator("select[name=verb]").select_option("reject")
    form.locator("button").click()
    assert "link rejected by a reviewer" in page.content()
    context.close()
