"""Debian's Chromium: a newcomer's whole round by forms, and every page under axe's rules."""

import json
import os
import threading
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from hubscope.calls.record import replay
from hubscope.portal.calls.app import calls_app

CHROMIUM = os.environ.get("HUBSCOPE_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1200, "height": 900}
MARKS = {"fit": 80, "route": 80, "team_plan": 80, "indicators": 80}
PASSWORD = "correct horse battery"
SYNTHETIC = "Synthetic data: no real organisation or person"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no browser at {CHROMIUM}"),
]


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def house(fresh):
    """The real server over a round whose clock the test turns."""
    import uvicorn

    app = calls_app(fresh.db, clock=lambda: fresh.now)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    app.state.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    yield app
    server.should_exit = True
    thread.join(20)


class Person:
    """Somebody at a browser of their own, without script, who reads pages and fills in forms."""

    def __init__(self, chromium, address, opened, name=""):
        self.context = chromium.new_context(java_script_enabled=False, viewport=DESK)
        self.context.set_default_timeout(10_000)
        opened.callback(self.context.close)
        self.page, self.address, self.name = self.context.new_page(), address, name

    def go(self, path):
        """Read a page; sign in again where the session has ended."""
        self.page.goto(self.address + path)
        if self.name and self.page.locator('nav a[href*="/sign-in"]').count():
            self.page.goto(f"{self.address}/en/sign-in?next={path}")
            form = self.page.locator('form[action$="/sign-in"]')
            form.locator("[name=email]").fill(f"{self.name}@x.org")
            form.locator("[name=password]").fill(PASSWORD)
            form.locator("button").click()
        return self

    def join(self, name):
        self.name = name
        form = self.page.locator('form[action$="/join"]')
        for field, value in (("name", name), ("organisation", f"Org {name}"),
                             ("email", f"{name}@x.org"), ("password", PASSWORD)):  # fmt: skip
            form.locator(f'[name="{field}"]').fill(value)
        form.locator("button").click()
        return self

    def follow(self, name):
        self.page.get_by_role("link", name=name, exact=True).first.click()
        return self

    def send(self, **fields):
        """Fill in the page's form and send it; a refusal fails with what the page says."""
        for name, value in fields.items():
            field = self.page.locator(f'main [name="{name}"]')
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(str(value))
            elif isinstance(value, bool):
                field.set_checked(value)
            else:
                field.fill(str(value))
        self.page.locator("main .sheet-form button").last.click()
        problem = self.page.locator('[role="alert"]')
        assert not problem.count(), problem.first.inner_text()
        return self

    def does(self, step, bid="", **fields):
        """Find the step on the page of the call or bid, and take it."""
        self.go(f"/en/c/walk/b/{bid}" if bid else "/en/c/walk/")
        self.follow(step).send(**fields)
        told = self.page.locator("main").inner_text()
        assert f"Done: {step}." in told
        assert SYNTHETIC in told
        return self


class Walk:
    """A round's people, each found by a short name, and the steps that they take."""

    def __init__(self, chromium, house, r, opened):
        self.chromium, self.house, self.r, self.opened = chromium, house, r, opened
        self.people = {}

    def guest(self):
        return Person(self.chromium, self.house.state.address, self.opened)

    def join(self, name, path="/en/sign-in"):
        self.people[name] = self.guest().go(path).join(name)
        return self.people[name]

    def to_open(self):
        officer = self.join("Olga", f"/en/first?key={self.house.state.first}").follow("New call")
        for details in officer.page.locator("summary").all():
            details.click()
        officer.send(
            id="walk", family="enterprise", title="Walked round", payer="City", budget=100,
            synthetic=True, **{"rule.certification_days": 1, "rule.notice_days": 1,
            "rule.reviews_per_bid": 2, "limit.per_lead": 1, "limit.years": "2026 | 80"},
        )  # fmt: skip
        for name, role in (("Dan", "demander"), ("Chen", "chair"), ("Ute", "end_user"),
                           ("Ana", "assessor"), ("Eva", ""), ("Fay", "")):  # fmt: skip
            self.join(name)
            if role:
                officer.does("Give a role", email=f"{name}@x.org", role=role)
        dan, chen = self.people["Dan"], self.people["Chen"]
        dan.does("Write a need", **self.r.NEED)
        dan.follow("Change N-1").send(problem="It trips at dawn.")
        dan.does("Submit the needs")
        scores = {"pull": 80, "basis": 80, "indicators": 80, "finance": 80}
        chen.does("Score a need", need="N-1", market_search="none found", **scores)
        chen.does("Vet the needs")
        deadline = (self.r.now + timedelta(days=10)).strftime("%Y-%m-%dT%H:%M:%S")
        officer.does("Open the call", deadline=deadline)

    def bid(self):
        """A newcomer finds the call, makes an account on the way, and bids."""
        self.house.state.shelf.clear()
        bea = self.people["Bea"] = self.guest().go("/en/").follow("Walked round")
        bea.follow("To bid, sign in or make an account; calls have no threshold.").join("Bea")
        assert bea.page.url.endswith("/en/c/walk/")
        bea.does("Write a bid", **self.r.bid_body("Beta Lab"))
        bea.does("Change the bid", bid="B-001", route="silicon carbide in pairs")
        bea.does("Submit the bid", bid="B-001")

    def review(self):
        officer, chen = self.people["Olga"], self.people["Chen"]
        for name in ("Eva", "Fay"):
            words = {"name": name, "organisations": f"Home {name}", "wrote": "converters"}
            officer.does("Add an expert", email=f"{name}@x.org", **words)
        self.r.later(days=10)
        officer.go("/en/c/walk/")
        officer.page.get_by_role("button", name="Screen, assign and start all reviews").click()
        for name in ("Eva", "Fay"):
            self.people[name].does("Hand in the review", bid="B-001", no_conflict=True, **MARKS)
        for step in ("Calibrate the scores", "Decide the portfolio", "Shortlist"):
            chen.does(step)

    def to_milestone(self):
        officer, bea = self.people["Olga"], self.people["Bea"]
        officer.go("/en/c/walk/").send(reason="as decided")
        self.r.later(days=1)
        officer.does("Give public notice")
        self.r.later(days=1)
        officer.does("Award")
        bea.does("Sign the letter of commitment", bid="B-001")
        self.people["Dan"].does("Sign the letter of commitment", bid="B-001")
        report = {"milestone": 1, "value": 96, "organisation": "Lab"}
        self.people["Ana"].does("Report a test", bid="B-001", **report)
        self.people["Ute"].does("End user's opinion", bid="B-001", milestone=1, content=True)
        officer.does("Pass the milestone", bid="B-001", milestone=1)

    def export(self):
        """What anybody may read and fetch in the end."""
        self.house.state.shelf.clear()
        public = self.guest().go("/zh/c/walk/b/B-001")
        file = public.context.request.get(f"{self.house.state.address}/en/c/walk/export.json")
        return public.page.locator("main").inner_text(), json.loads(file.body())


def test_a_newcomer_walks_a_round_by_browser_alone(chromium, house, fresh, tmp_path):
    """From the first officer's link to a milestone's money: pages and forms, and no script."""
    with ExitStack() as opened:
        walk = Walk(chromium, house, fresh, opened)
        walk.to_open()
        walk.bid()
        walk.review()
        walk.to_milestone()
        text, given = walk.export()
    assert "20 / 20" in text
    assert "合成数据" in text
    assert "Leader of Beta Lab" not in text
    assert replay(given) == []
    assert given["milestones"][1]["paid"] == 20
    assert given["call"]["limits"] == {"per_lead": 1, "years": {"2026": 80.0}}
    file = tmp_path / "walk.json"
    file.write_text(json.dumps(given), "utf-8")
    verified(file, given["record"][-1]["hash"])


def verified(file, head):
    """By command, with the head that the page showed."""
    from typer.testing import CliRunner

    from hubscope.cli.app import app

    told = CliRunner().invoke(app, ["call", "verify", str(file), "--head", head])
    assert told.exit_code == 0, told.exception
    assert json.loads(told.stdout)["head"] == head


PAGES = {
    "public": ["/", "/c/r1/", "/c/r1/record", "/c/r1/b/B-001", "/sign-in", "/c/none/"],
    "officer": ["/", "/new", "/c/r1/", "/c/r1/import", "/c/r1/do/give_role", "/c/r1/flags",
                "/c/r1/b/B-001", "/c/r1/do/change_indicator?bid=B-001", "/c/r1/record",
                "/c/r1/explain", "/c/r1/explain?bid=B-001",
                "/c/r1/explain?bid=B-001&reviewer=R-001"],
    "owner": ["/c/r1/b/B-001", "/c/r2/do/add_bid", "/c/r2/do/edit_bid?bid=B-001"],
    "chair": ["/c/r1/", "/c/r1/do/decide", "/c/r2/do/score_need", "/c/r1/b/B-001"],
}  # fmt: skip
VIEWS = [(PHONE, "light"), (DESK, "dark")]
PAGE_MAX = 40_000


@pytest.fixture
def furnished(fresh):
    """A running call and an open one, and a person in each role."""
    r = fresh.open(reviews_per_bid=1)
    people = {n: r.person(n.title(), staff=n == "officer") for n in ("officer", "owner", "chair")}
    for role in ("officer", "chair"):
        r.do("give_role", {"email": people[role].email, "role": role})
    codes = [r.bid("Alpha", people["owner"]), r.bid("Beta")]
    r.close().review(codes, scores={"B-001": 90}).decide().award(["B-001"], ["B-002"])
    r.sign("B-001")
    r.id = "r2"
    r.open()
    r.do("add_bid", r.bid_body("Gamma"), person=people["owner"])
    return people


@pytest.fixture
def signed_in(chromium, house, fresh, furnished):
    """A page of somebody in a role."""
    from hubscope.calls.people import open_visit

    opened = []

    def of(who):
        opened.append(chromium.new_context(bypass_csp=True))
        if who != "public":
            token, _ = open_visit(fresh.db, furnished[who].id, fresh.now)
            kept = {"name": "hubscope_visit", "value": token, "url": house.state.address}
            opened[-1].add_cookies([kept])
        return opened[-1].new_page()

    yield of
    for context in opened:
        context.close()


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("who", PAGES)
def test_every_page_is_accessible_light_and_small(house, signed_in, who, lang):
    from axe_playwright_python.sync_playwright import Axe

    told, page = [], signed_in(who)
    for path in PAGES[who]:
        answer = page.goto(f"{house.state.address}/{lang}{path}")
        assert answer.status == (404 if "none" in path else 200), path
        assert len(answer.body()) < PAGE_MAX, path
        while page.locator("details:not([open]) > summary").count():
            page.locator("details:not([open]) > summary").first.click()
        for size, scheme in VIEWS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
            told += [
                f"{path} {size['width']} {scheme} {v['id']}: {[n['target'] for n in v['nodes'][:3]]}"
                for v in found.response["violations"]
            ]
            if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                told.append(f"{path} {size['width']}: wider than the screen")
    assert not told
