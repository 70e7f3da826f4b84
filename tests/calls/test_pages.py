"""The pages: a round by browser alone, who sees what, and what an attacker finds."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from hubscope.calls.base.models import Bid, Person, Upload, Visit
from hubscope.calls.permissions import ORDER, may_read, table
from hubscope.calls.workflow import definition

MARKS = {"fit": 80, "route": 80, "team_plan": 80, "indicators": 80}
OPEN = ("open", "reviewing", "negotiating", "announced", "running", "closed")
MATRIX = {
    # part: (who may read, first state); written a second time here, on purpose
    "needs": ("all", "open"),
    "needs_draft": ("demander officer chair expert auditor", "draft"),
    "bids": ("officer chair auditor appeal_board end_user", "reviewing"),
    "bids_assigned": ("expert", "reviewing"),
    "bids_contracted": ("demander assessor", "running"),
    "parties": ("officer auditor appeal_board", "reviewing"),
    "reviewers": ("officer chair auditor", "draft"),
    "reviews": ("chair officer auditor appeal_board", "reviewing"),
    "reliability": ("chair", "reviewing"),
    "own_scores": ("bidder", "negotiating"),
    "decision": ("chair officer auditor appeal_board", "reviewing"),
    "decision_public": ("all", "announced"),
    "objections": ("officer appeal_board auditor", "announced"),
    "people": ("officer auditor", "draft"),
    "record": ("all", "open"),
    "flags": ("officer auditor appeal_board", "reviewing"),
    "explain": ("officer auditor", "reviewing"),
}


def test_permission_matrix():
    assert set(table()) == set(MATRIX)
    for part, (who, after) in MATRIX.items():
        for role in (*definition().roles, "public"):
            for state in ORDER:
                allowed = who == "all" or role in who.split()
                expected = allowed and ORDER.index(state) >= ORDER.index(after)
                assert may_read(part, {role}, [state]) is expected, (part, role, state)


def test_what_is_not_in_the_matrix_is_refused():
    assert not may_read("anything", set(definition().roles), ["closed"])


def peopled(r):
    """Somebody in every role, with names that are found by a search."""
    people = {
        role: r.person(f"Q{role}", organisation=f"Org {role}", staff=role == "officer")
        for role in ("officer", "chair", "demander", "assessor", "end_user", "appeal_board",
                     "auditor", "recommender", "alice", "bob", "eve", "stranger")
    }  # fmt: skip
    for role in ("officer", "chair", "demander", "assessor", "end_user", "appeal_board",
                 "auditor", "recommender"):  # fmt: skip
        r.do("give_role", {"email": people[role].email, "role": role})
    return people


def staged(r):
    """Two bids by Alice and Bob, experts Eve and others, up to review."""
    r.open()
    people = peopled(r)
    more = {"team": "Ateam One", "partners": "Apartner"}
    r.bid("Alead", people["alice"], leader="Aleader Name", **more)
    r.bid("Blead", people["bob"], leader="Bleader Name")
    r.later(days=20)
    for name, email in (("Eve Expert", people["eve"].email), ("Fay Expert", "")):
        r.do("add_reviewer", {"name": name, "organisations": "Home", "wrote": "x", "email": email})
    return people


SECRETS = {
    "parties": ["Alead", "Aleader Name", "Ateam One", "Apartner"],
    "other": ["Blead", "Bleader Name"],
    "experts": ["Eve Expert", "Fay Expert"],
}


def crawl(browser, start="/en/"):
    """Every page that links lead to, as one text by path."""
    seen, todo = {}, [start, start.replace("/en/", "/zh/")]
    while todo:
        path = todo.pop()
        if path in seen or not path.startswith(("/en/", "/zh/")):
            continue
        answer = browser.get(path)
        seen[path] = answer.text
        if answer.status_code == 200 and "html" in answer.headers["content-type"]:
            todo += re.findall(r'href="([^"#]+)"', answer.text)
    return seen


def found(browser, words):
    return {w for w in words for text in crawl(browser).values() if w in text}


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        ("eve", ["parties", "other", "fay"]),
        ("chair", ["parties", "other"]),
        ("appeal_board", ["experts"]),
        ("end_user", ["parties", "other", "experts"]),
        ("demander", ["parties", "other", "experts"]),
        ("assessor", ["parties", "other", "experts"]),
        ("recommender", ["parties", "other", "experts"]),
        ("alice", ["other", "experts"]),
        ("bob", ["parties", "experts"]),
        ("stranger", ["parties", "other", "experts"]),
        (None, ["parties", "other", "experts"]),
    ],
)
def test_no_page_leaks_a_name(site, role, hidden):
    r = site.r
    people = staged(r)
    codes = ["B-001", "B-002"]
    r.review(codes)
    browser = site.of(people[role] if role else None)
    words = [w for h in hidden for w in (["Fay Expert"] if h == "fay" else SECRETS[h])]
    assert found(browser, words) == set()
    r.decide()
    assert found(browser, words) == set()
    assert "/en/c/r1/" in crawl(browser)


def test_those_who_may_know_do(site):
    people = staged(site.r)
    every = [w for words in SECRETS.values() for w in words]
    assert found(site.of(people["officer"]), every) == set(every)
    assert found(site.of(people["alice"]), SECRETS["parties"]) == set(SECRETS["parties"])


def test_after_the_award_the_public_knows_the_winners_lead_and_no_other_name(site):
    r = site.r
    staged(r)
    r.review(["B-001", "B-002"], scores={"B-001": 90}).decide().award(["B-001"], ["B-002"])
    every = [w for words in SECRETS.values() for w in words]
    assert found(site.of(), every) == {"Alead", "Apartner"}


def test_bids_are_sealed_on_every_page(site):
    r = site.r
    r.open()
    people = peopled(r)
    r.bid("Alead", people["alice"], title="Sealed title")
    for role in ("officer", "chair", "auditor", "demander", "bob", None):
        browser = site.of(people[role] if role else None)
        assert found(browser, ["Sealed title", "Alead"]) == set(), role
    assert found(site.of(people["alice"]), ["Sealed title"]) == {"Sealed title"}


def test_a_draft_call_is_nobodys_business(site):
    from hubscope.calls.desk.case import Actor
    from hubscope.calls.desk.new import new_call

    r = site.r
    officer, other = r.person("officer", staff=True), r.person("other")
    about = {"id": "quiet", "family": "prize", "title": "Quiet", "payer": "City", "budget": 1}
    new_call(r.db, about, actor=Actor(officer), now=r.now)
    assert "Quiet" in site.of(officer).get("/en/").text
    for who in (other, None):
        assert "Quiet" not in site.of(who).get("/en/").text
        assert site.of(who).get("/en/c/quiet/").status_code == 404


class Office:
    """A call taken through its steps by people who sign in, read forms and send them."""

    def __init__(self, site):
        self.site, self.r = site, site.r
        self.people = {"officer": self.r.person("officer", staff=True)}
        for name in ("chair", "end_user", "assessor", "demander", "ex1", "ex2"):
            self.people[name] = self.r.person(name, organisation=f"Org {name}")

    def join(self, name):
        self.site.of().post(
            "/en/join",
            data={"name": name, "email": f"{name}@y.org", "password": "correct horse battery"},
        )
        with self.r.db.read() as s:
            self.people[name] = s.scalars(select(Person).where(Person.name == name)).one()
            s.expunge_all()

    def does(self, who, action, bid="", **fields):
        """One step by its form; a refusal shows what the page said."""
        path = f"/en/c/web/do/{action}" + (f"?bid={bid}" if bid else "")
        answer = self.site.take(self.site.of(self.people[who]), path, **fields)
        assert answer.status_code == 303, re.findall(r'role="alert">(.*?)<', answer.text, re.DOTALL)

    def open(self):
        about = {"id": "web", "family": "ministry", "title": "Web round", "payer": "City"}
        days = {"rule.certification_days": 1, "rule.notice_days": 1, "rule.reviews_per_bid": 2}
        officer = self.site.of(self.people["officer"])
        self.site.take(officer, "/en/new", **about, budget=100, **days)
        for role in ("chair", "end_user", "assessor", "demander"):
            self.does("officer", "give_role", email=self.people[role].email, role=role)
        self.does("demander", "edit_need", **self.r.NEED)
        self.does("demander", "propose")
        marks = {"pull": 80, "basis": 80, "indicators": 80, "finance": 80}
        self.does("chair", "score_need", need="N-1", market_search="none found", **marks)
        self.does("chair", "vet")
        deadline = (self.r.now + timedelta(days=10)).strftime("%Y-%m-%dT%H:%M")
        self.does("officer", "publish", deadline=deadline)

    def review(self):
        for name in ("ex1", "ex2"):
            words = {"name": name, "organisations": f"Home {name}", "wrote": "converters"}
            self.does("officer", "add_reviewer", **words, email=self.people[name].email)
        officer = self.site.of(self.people["officer"])
        officer.post("/en/c/web/assign-all", data={"csrf": officer.csrf})
        for name in ("ex1", "ex2"):
            self.does(name, "review", bid="B-001", **MARKS, no_conflict="on")
        for action in ("calibrate", "decide", "shortlist"):
            self.does("chair", action)

    def award(self):
        self.does("officer", "select", bid="B-001")
        self.r.later(days=1)
        self.does("officer", "announce")
        self.r.later(days=1)
        self.does("officer", "award")


def test_a_round_by_browser_alone(site):
    """From a new account to the first payment, by reading pages and sending their forms."""
    office = Office(site)
    office.join("Bea")
    office.open()
    office.does("Bea", "add_bid", **site.r.bid_body("Beta Lab"))
    office.does("Bea", "submit", bid="B-001")
    site.r.later(days=10)
    office.review()
    office.award()
    office.does("Bea", "sign", bid="B-001")
    office.does("demander", "sign", bid="B-001")
    report = {"milestone": 1, "value": 96, "organisation": "Org lab"}
    office.does("assessor", "test_report", bid="B-001", **report)
    office.does("end_user", "user_opinion", bid="B-001", milestone=1, content="on")
    office.does("officer", "milestone_pass", bid="B-001", milestone=1)
    public = site.of().get("/zh/c/web/b/B-001").text
    assert "通过" in public
    assert "20 / 20" in public
    assert "Leader of Beta Lab" not in public
    assert "Pass the milestone" in site.of().get("/en/c/web/record").text


def test_a_refused_form_says_why_in_the_readers_language(site):
    r = site.r
    r.open()
    alice = site.of(r.person("alice"))
    body = r.bid_body("North Grid")
    site.take(alice, "/zh/c/r1/do/add_bid", **body)
    answer = site.take(alice, "/zh/c/r1/do/submit?bid=B-001")
    assert answer.status_code == 409
    assert "不得牵头揭榜" in answer.text
    again = site.take(alice, "/en/c/r1/do/add_bid", **{**body, "cost": "-1"})
    assert again.status_code == 422
    assert 'value="North Grid"' in again.text


def test_a_form_needs_its_session_and_its_token(site):
    r = site.r
    r.open()
    alice, bob = r.person("alice"), r.person("bob")
    body = {k: str(v) for k, v in r.bid_body("Alead").items()}
    path = "/en/c/r1/do/add_bid"
    assert site.of().post(path, data=body).status_code == 401
    browser = site.of(alice)
    assert browser.post(path, data=body).status_code == 403
    assert browser.post(path, data={**body, "csrf": site.of(bob).csrf}).status_code == 403
    good = {**body, "csrf": browser.csrf}
    assert browser.post(path, data=good, headers={"Origin": "http://evil"}).status_code == 403
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert browser.post(path, data=good, headers=cross).status_code == 403
    assert browser.post(path, data=good).status_code == 303
    with r.db.read() as s:
        assert len(list(s.scalars(select(Bid)))) == 1


def test_nobody_takes_a_step_that_is_not_theirs(site):
    r = site.r
    people = staged(r)
    for role, action, bid in (
        ("bob", "withdraw", "B-001"),
        ("stranger", "screen", "B-001"),
        ("chair", "screen", "B-001"),
        ("officer", "decide", ""),
        ("auditor", "cancel", ""),
    ):
        browser = site.of(people[role])
        sent = {"csrf": browser.csrf, "bid": bid, "reason": "because"}
        answer = browser.post(f"/en/c/r1/do/{action}", data=sent)
        assert answer.status_code in (403, 409), (role, action)
        assert answer.status_code == 403 or role == "officer"


def test_signing_in_and_out(site):
    from hubscope.calls.people import add_person

    r = site.r
    add_person(r.db, "Ann@X.org", "Ann", "a long enough password")
    browser = site.of()

    def enter(password, email="ann@x.org"):
        return browser.post("/en/sign-in", data={"email": email, "password": password})

    assert enter("wrong password").status_code == 403
    assert enter("a long enough password", "nobody@x.org").status_code == 403
    answer = enter("a long enough password")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    page = browser.get("/en/").text
    assert "Ann" in page
    with r.db.read() as s:
        kept = s.scalars(select(Visit.token)).all()
        hashed = s.scalars(select(Person.password).where(Person.email == "ann@x.org")).one()
    assert browser.cookies["hubscope_visit"] not in kept
    assert hashed.startswith("$argon2id$")
    token = re.search(r'name="csrf" value="([^"]+)"', page)[1]
    browser.post("/en/sign-out", data={"csrf": token})
    assert browser.get("/en/new").status_code == 401


def test_guessing_passwords_is_slowed_down(site):
    from hubscope.calls.people import add_person

    add_person(site.r.db, "ann@x.org", "Ann", "a long enough password")
    browser = site.of()
    for _ in range(10):
        browser.post("/en/sign-in", data={"email": "ann@x.org", "password": "guess"})
    right = {"email": "ann@x.org", "password": "a long enough password"}
    assert browser.post("/en/sign-in", data=right).status_code == 429
    site.r.later(minutes=16)
    assert browser.post("/en/sign-in", data=right).status_code == 303


def test_a_session_ends(site):
    person = site.r.person("ann", staff=True)
    browser = site.of(person)
    assert browser.get("/en/new").status_code == 200
    site.r.later(hours=12)
    assert browser.get("/en/new").status_code == 401


def test_files_are_kept_by_their_bytes(site):
    r = site.r
    people = staged(r)
    alice = site.of(people["alice"])

    def send(browser, name, data):
        return browser.post(
            "/en/c/r1/b/B-001/files",
            data={"csrf": browser.csrf},
            files={"file": (name, io.BytesIO(data))},
        )

    assert send(alice, "../../etc/passwd.pdf", b"%PDF-1.7 x").status_code == 303
    with r.db.read() as s:
        kept = s.scalars(select(Upload)).one()
    assert kept.name == "passwd.pdf"
    inside = [p for p in r.db.files.rglob("*") if p.is_file()]
    assert [p.name for p in inside] == [kept.sha256]
    path = f"/en/c/r1/b/B-001/files/{kept.sha256}"
    got = alice.get(path)
    assert got.content == b"%PDF-1.7 x"
    assert got.headers["content-disposition"] == "attachment"
    for who in (people["bob"], people["stranger"], None):
        assert site.of(who).get(path).status_code == 404
    assert alice.get("/en/c/r1/b/B-001/files/..%2F..%2Fcalls.db").status_code == 404
    assert send(alice, "page.html", b"<script>").status_code == 422
    assert send(alice, "fake.pdf", b"<script>").status_code == 422
    assert send(site.of(people["bob"]), "a.pdf", b"%PDF-1").status_code in (403, 404)
    huge = alice.post("/en/sign-in", content=b"x", headers={"content-length": "99999999"})
    assert huge.status_code == 413


def test_the_same_file_in_two_bids_and_no_more_than_allowed(site):
    r = site.r
    people = staged(r)
    (r.db.root / "calls.toml").write_text("[files]\nper_bid = 2\nmegabytes_per_call = 1\n")

    def send(who, bid, data):
        browser = site.of(people[who])
        file = {"file": ("plan.txt", io.BytesIO(data))}
        path = f"/zh/c/r1/b/{bid}/files"
        return browser.post(path, data={"csrf": browser.csrf}, files=file)

    for who, bid in (("alice", "B-001"), ("bob", "B-002"), ("alice", "B-001")):
        assert send(who, bid, b"the same").status_code == 303
    with r.db.read() as s:
        assert sorted((u.bid_id, u.name) for u in s.scalars(select(Upload))) == [
            (1, "plan.txt"),
            (2, "plan.txt"),
        ]
        digest = s.scalars(select(Upload.sha256)).first()
    for who, bid in (("alice", "B-001"), ("bob", "B-002")):
        assert site.of(people[who]).get(f"/en/c/r1/b/{bid}/files/{digest}").content == b"the same"
    assert len([p for p in r.db.files.rglob("*") if p.is_file()]) == 1
    full = send("bob", "B-002", b"x" * 1_000_000)
    assert (full.status_code, "1 MB" in full.text) == (413, True)
    assert send("alice", "B-001", b"second").status_code == 303
    third = send("alice", "B-001", b"third")
    assert (third.status_code, "2 个文件" in third.text) == (413, True)


def test_a_table_by_browser(site):
    r = site.r
    people = staged(r)
    officer = site.of(people["officer"])

    def send(text):
        return officer.post(
            "/en/c/r1/import",
            data={"csrf": officer.csrf, "kind": "reviewers"},
            files={"file": ("t.csv", io.BytesIO(text.encode()))},
        )

    bad = send("name,organisations\nGil,\n,Home\n")
    assert bad.status_code == 422
    assert "row 2" in bad.text
    assert "row 3" in bad.text
    assert "Gil" not in officer.get("/en/c/r1/").text
    assert send("name,organisations\nGil,Home\n").status_code == 303
    assert "Gil" in officer.get("/en/c/r1/").text


def test_headers_escape_and_no_script(site):
    r = site.r
    r.open()
    alice = r.person("alice")
    r.bid("Alead", alice, title="<script>alert(1)</script>", need="N-1")
    answer = site.of(alice).get("/en/c/r1/b/B-001")
    assert "<script" not in answer.text
    assert "&lt;script&gt;" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-frame-options"] == "DENY"
    assert site.of().get("/en/").headers["cache-control"] == "no-cache"


def test_public_page_follows_the_clock(site):
    r = site.r
    r.open()
    r.later(days=20)
    r.now -= timedelta(seconds=1)
    assert "Open to bids" in site.of().get("/en/c/r1/").text
    r.later(seconds=1)
    assert "In review" in site.of().get("/en/c/r1/").text


def test_the_api_takes_the_same_steps(site):
    r = site.r
    r.open()
    alice = site.of(r.person("alice"))
    sent = {"body": r.bid_body("Alead")}
    path = "/api/v1/calls/r1/steps/"
    assert alice.post(path + "add_bid", json=sent).status_code == 403
    headers = {"X-CSRF-Token": alice.csrf}
    made = alice.post(path + "add_bid", json=sent, headers=headers)
    assert made.json()["bid"] == "B-001"
    done = alice.post(path + "submit", json={"bid": "B-001"}, headers=headers)
    assert done.json()["to"] == "submitted"
    late = alice.post(path + "award", json={}, headers=headers)
    assert (late.status_code, late.headers["content-type"]) == (409, "application/problem+json")
    record = site.of().get("/api/v1/calls/r1/record").json()
    assert record["intact"]
    assert [c["id"] for c in site.of().get("/api/v1/calls").json()] == ["r1"]


def test_the_calls_by_themselves_and_beside_the_observatory(fresh):
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from hubscope.portal.calls.mount import calls_alone, mount_calls

    fresh.open()
    beside = FastAPI()
    mount_calls(beside, fresh.db.root)
    for app in (calls_alone(fresh.db), beside):
        browser = TestClient(app, base_url="http://t", follow_redirects=False)
        page = browser.get("/calls/zh/")
        assert 'href="/calls/style.css"' in page.text
        assert 'href="/calls/zh/c/r1/"' in page.text
        assert "--paper" in browser.get("/calls/style.css").text
        assert browser.head("/calls/zh/c/r1/").status_code == 200
    alone = TestClient(calls_alone(fresh.db), base_url="http://t", follow_redirects=False)
    assert alone.get("/").headers["location"] == "/calls/"
    assert alone.get("/en/").headers["location"] == "/calls/en/"


def test_the_first_officers_link_is_said_when_serving_starts_and_works_once(
    fresh, monkeypatch, capsys
):
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from hubscope.cli.call_serve import tell_calls
    from hubscope.portal.calls.mount import mount_calls

    monkeypatch.setenv("HUBSCOPE_LANG", "zh")

    def served():
        app = FastAPI()
        mount_calls(app, fresh.db.root)
        tell_calls(app, "http://t")
        return TestClient(app, base_url="http://t", follow_redirects=False), capsys.readouterr()

    browser, told = served()
    assert told.out == ""
    assert "http://t/calls/" in told.err
    link = re.search(r"http://t(/calls/zh/first\?key=\S+)", told.err)[1]
    key = link.partition("=")[2]
    assert key not in browser.get("/calls/zh/").text + browser.get("/calls/zh/sign-in").text
    assert browser.get(link).status_code == 200
    who = {"name": "Olga", "email": "o@x.org", "password": "correct horse battery", "key": key}
    assert browser.post("/calls/zh/join", data=who).status_code == 303
    assert browser.get("/calls/zh/new").status_code == 200
    assert browser.get(link).status_code == 403
    again = {**who, "email": "p@x.org"}
    assert browser.post("/calls/zh/join", data=again).status_code == 403
    assert "first?key" not in served()[1].err


def test_a_workspace_without_calls_begins_by_the_first_officers_link(tmp_path, monkeypatch, capsys):
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    from hubscope.cli.call_serve import tell_calls
    from hubscope.portal.calls.mount import calls_link, mount_calls

    monkeypatch.setenv("HUBSCOPE_LANG", "en")
    monkeypatch.delenv("HUBSCOPE_CALLS_URL", raising=False)
    app = FastAPI()
    mount_calls(app, tmp_path)
    tell_calls(app, "http://t")
    link = re.search(r"http://t(/calls/en/first\?key=\S+)", capsys.readouterr().err)[1]
    browser = TestClient(app, base_url="http://t", follow_redirects=False)
    for path in ("/calls/", "/calls/en/", "/calls/en/first?key=guess", link[:-1]):
        assert browser.get(path).status_code == 404
    assert list(tmp_path.iterdir()) == []
    assert calls_link(tmp_path, served="/calls") == ""
    assert browser.get(link).status_code == 200
    who = {"name": "Olga", "email": "o@x.org", "password": "correct horse battery"}
    assert browser.post("/calls/en/join", data=who | {"key": "guess"}).status_code == 403
    key = link.partition("=")[2]
    assert browser.post("/calls/en/join", data=who | {"key": key}).status_code == 303
    assert browser.get("/calls/en/new").status_code == 200
    assert calls_link(tmp_path, served="/calls") == "/calls"
    assert calls_link(tmp_path) == ""
    (tmp_path / "calls.toml").write_text('url = "https://x.org/calls"\n')
    assert calls_link(tmp_path) == "https://x.org/calls"


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [("/zh/nothing/here", 404, "没有这个页面"), ("/zh/c/r9/", 404, "没有榜单 r9"),
     ("/zh/c/r1/do/vet", 401, "请先登录")],
)  # fmt: skip
def test_what_goes_wrong_is_said_in_the_readers_language(site, path, status, told):
    site.r.open()
    found = site.of().get(path)
    assert (found.status_code, told in found.text) == (status, True)
    assert "Not Found" not in found.text


def test_what_is_too_large_is_a_page_in_the_readers_language(site):
    found = site.of().post("/zh/sign-in", content=b"x", headers={"content-length": "99999999"})
    assert (found.status_code, "提交的内容过大" in found.text) == (413, True)


def test_why_a_pair_was_made_is_told_to_officer_and_auditor_only(site):
    r = site.r
    people = staged(r)
    r.do("add_relation", {"reviewer": "R-001", "other": "B-002", "kind": "grant", "source": "x"})
    path = "/en/c/r1/explain"
    officer = site.of(people["officer"])
    before = officer.get(path).text
    assert "All experts and" not in before
    for code in ("B-001", "B-002"):
        r.do("screen", bid=code)
    asked = officer.get(f"{path}?bid=B-001&reviewer=R-002")
    assert "No experts have been assigned yet" in asked.text
    r.do("assign")
    for who in ("officer", "auditor"):
        shown = site.of(people[who]).get("/zh/c/r1/explain?bid=B-002&reviewer=R-001").text
        assert "存在须回避的利益冲突" in shown
        assert "共同项目" in shown
    table = officer.get(f"{path}?bid=B-001").text
    assert "Eve Expert" in table
    assert "Assigned" in table
    assert "would be" in officer.get(f"{path}?bid=B-001&reviewer=R-002").text
    assert officer.get(f"{path}?bid=B-009").status_code == 404
    assert officer.get(f"{path}?bid=B-001&reviewer=%3Cscript%3E").status_code == 404
    for who in ("chair", "alice", "eve", "demander", "appeal_board", "stranger", None):
        browser = site.of(people[who] if who else None)
        assert browser.get(f"{path}?bid=B-001&reviewer=R-002").status_code == 403
        assert "/explain" not in browser.get("/en/c/r1/").text


def test_a_bid_that_has_ended_is_still_explained_on_the_whole_round(site):
    r = site.r
    people = staged(r)
    r.review(["B-001", "B-002"], scores={"B-001": 90}).decide().award(["B-001"], ["B-002"])
    officer = site.of(people["officer"])
    first = officer.get("/en/c/r1/explain?bid=B-002").text
    r.later(days=40)
    r.sign("B-001")
    officer = site.of(people["officer"])
    assert officer.get("/en/c/r1/b/B-002").text.count("Ended")
    assert officer.get("/en/c/r1/explain?bid=B-002").status_code == 200
    assert re.findall(r"0\.\d{3}", officer.get("/en/c/r1/explain?bid=B-002").text) == re.findall(
        r"0\.\d{3}", first
    )
