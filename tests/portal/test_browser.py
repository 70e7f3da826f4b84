"""Debian's Chromium looks at every kind of page: accessible, self-contained, at home on a phone."""

import functools
import os
import shutil
import subprocess
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hubscope.portal.publish import write_site
from hubscope.portal.site import pages

CHROMIUM = os.environ.get("HUBSCOPE_CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOTS = Path(__file__).parent / "shots"
KINDS = {
    "home": "index.html",
    "hub": "hubs/beijing.html",
    "hub-without-rank": "hubs/beijing-tianjin-hebei.html",
    "plan": "plans/beijing-action-plan.html",
    "indicators": "indicators/index.html",
    "indicator": "indicators/pct_world_share.html",
    "methods": "methods.html",
    "downloads": "downloads.html",
    "glossary": "glossary.html",
    "api": "api.html",
}
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1200, "height": 900}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no browser at {CHROMIUM}"),
]


def _has_chinese_font():
    if not shutil.which("fc-list"):
        return False
    found = subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


@pytest.fixture(scope="module")
def address(observatory, tmp_path_factory):
    """The static site on a port of this machine."""
    if not _has_chinese_font():
        pytest.skip("no Chinese font for the browser; Debian's is fonts-noto-cjk")
    folder = tmp_path_factory.mktemp("pages") / "site"
    write_site(pages(observatory, briefs=False), folder)
    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_args):
        pass


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def looking(browser):
    """Opens a page at a size and in a scheme; closes it after the test."""
    open_now = []

    def look(url, size=DESK, scheme="light", **options):
        context = browser.new_context(viewport=size, color_scheme=scheme, **options)
        open_now.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield look
    for context in open_now:
        context.close()


VIEWS = [
    ("phone", PHONE, "light"),
    ("phone", PHONE, "dark"),
    ("desk", DESK, "light"),
    ("desk", DESK, "dark"),
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_accessibility_violation_and_nothing_to_the_side(looking, address, kind, lang):
    from axe_playwright_python.sync_playwright import Axe

    page = looking(f"{address}{lang}/{KINDS[kind]}")
    SHOTS.mkdir(exist_ok=True)
    told = []
    for name, size, scheme in VIEWS:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        told += [
            f"{name} {scheme} {v['id']}: {v['help']} at {[n['target'] for n in v['nodes'][:3]]}"
            for v in found.response["violations"]
        ]
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.screenshot(path=SHOTS / f"{kind}-{lang}-{name}-{scheme}.png", full_page=True)
    assert not told


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_asked_of_other_sites_and_little_of_this_one(browser, address, lang, kind):
    context = browser.new_context(java_script_enabled=False)
    asked = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}{lang}/{KINDS[kind]}")
    context.close()
    assert all(url.startswith(address) for url in asked)
    assert len(asked) <= 4


@pytest.fixture(scope="module")
def server(observatory):
    """The same pages behind the server's headers."""
    import uvicorn

    from hubscope.portal.serve import create_app

    config = uvicorn.Config(create_app(observatory), port=0, log_level="error", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/"
    server.should_exit = True
    thread.join(20)


@pytest.mark.parametrize("kind", ["home", "hub", "plan", "indicator"])
def test_the_policy_of_the_server_breaks_nothing(browser, server, kind):
    context = browser.new_context()
    page = context.new_page()
    told, failed = [], []
    page.on("console", lambda message: told.append(message.text))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.goto(f"{server}en/{KINDS[kind]}")
    colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    pictures = page.evaluate("[...document.images].map(i => i.naturalWidth)")
    context.close()
    assert told == []
    assert failed == []
    assert colour == "rgb(253, 252, 249)"
    assert all(pictures)


def test_the_choice_of_language_is_accessible_too(looking, address):
    from axe_playwright_python.sync_playwright import Axe

    page = looking(address)
    assert not Axe().run(page).response["violations"]
    page.get_by_role("link", name="English").click()
    assert page.url.endswith("/en/index.html")


def test_the_keyboard_opens_and_closes_an_origin(looking, address):
    from axe_playwright_python.sync_playwright import Axe

    page = looking(f"{address}en/hubs/beijing.html", java_script_enabled=True)
    button = page.locator("button.n").first
    card = page.locator(f"#{button.get_attribute('popovertarget')}")
    assert not card.is_visible()
    button.focus()
    page.keyboard.press("Enter")
    assert card.is_visible()
    assert "run" in card.inner_text()
    found = Axe().run(page, context=f"#{card.get_attribute('id')}")
    assert not found.response["violations"]
    page.keyboard.press("Escape")
    assert not card.is_visible()
    assert page.evaluate("document.activeElement.className").startswith("n")


def test_an_origin_opens_without_script(browser, address):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{address}zh/indicators/rd_intensity.html")
    button = page.locator("td button.n").first
    button.click()
    card = page.locator(f"#{button.get_attribute('popovertarget')}")
    box = card.bounding_box()
    text = card.inner_text()
    context.close()
    assert "发布者" in text
    assert "运行编号" in text
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= PHONE["height"]
    assert box["height"] > 200


def test_the_first_key_leads_past_the_head(looking, address):
    page = looking(f"{address}zh/index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_targets_are_large_enough_for_a_finger(looking, address):
    page = looking(f"{address}en/index.html", PHONE)
    small = page.evaluate(
        """[...document.querySelectorAll('td a, td button, th a, nav a, .tally button')]
        .map(e => [e.innerText, e.getBoundingClientRect()])
        .filter(([, b]) => b.width > 0 && (b.height < 24 || b.width < 24))
        .map(([t, b]) => `${t} ${b.width}x${b.height}`)"""
    )
    assert not small


def test_print_hides_what_paper_cannot_do(looking, address):
    page = looking(f"{address}en/hubs/beijing.html")
    page.emulate_media(media="print")
    assert not page.locator(".top nav").is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator(".cards [popover]").first.is_visible() is False


def test_dark_paper_is_dark(looking, address):
    light = looking(f"{address}en/index.html")
    dark = looking(f"{address}en/index.html", scheme="dark")
    shade = "getComputedStyle(document.documentElement).backgroundColor"
    assert light.evaluate(shade) == "rgb(253, 252, 249)"
    assert dark.evaluate(shade) == "rgb(20, 23, 28)"
