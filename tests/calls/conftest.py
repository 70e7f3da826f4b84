"""A small round in a fresh database: people, a call, needs, bids, experts."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from hubscope.calls.base.database import open_database
from hubscope.calls.base.models import Bid, Call, Person
from hubscope.calls.desk.act import act, find_bid
from hubscope.calls.desk.case import Actor
from hubscope.calls.desk.new import new_call
from hubscope.calls.desk.settle import bid_stand, call_stand

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
NEED = {
    "code": "N-1",
    "organisation": "North Grid",
    "title": "Converter for weak grids",
    "problem": "It trips.",
    "indicators": "efficiency | % | + | 95 | 97 | IEC 1 | lab",
    "due": "2027-12-31",
    "budget": 100,
    "ip": "shared",
}


def bid_body(lead, *, title="", need="N-1", cost=40.0, **more):
    return {
        "need": need,
        "title": title or f"Converter, way {lead[::-1]}",
        "abstract": f"What the way {lead[::-1]} offers for converters",
        "route": "silicon carbide",
        "promises": "efficiency | 96",
        "milestones": f"prototype | 2027-01-31 | efficiency | 95 | {cost / 2}",
        "cost": cost,
        "field": "power",
        "lead": lead,
        "leader": f"Leader of {lead}",
        **more,
    }


class Round:
    """A call at a clock that the test turns; `do` takes a step as the operator or as somebody."""

    NEED = NEED
    bid_body = staticmethod(bid_body)

    def __init__(self, folder, url=""):
        self.db = open_database(folder, url)
        self.now = START
        self.id = "r1"

    def open(self, family="ministry", budget=100.0, needs=(NEED,), limits=None, **parameters):
        about = {
            "id": self.id,
            "family": family,
            "title": "Round",
            "payer": "City",
            "budget": budget,
        }
        parameters = {"certification_days": 2, "notice_days": 5, "reviews_per_bid": 2, **parameters}
        new_call(self.db, about, actor=Actor(), now=self.now, parameters=parameters, limits=limits)
        for need in needs:
            self.do("edit_need", need)
        self.do("propose")
        marks = {"pull": 80, "basis": 80, "indicators": 80, "finance": 80}
        for need in needs:
            self.do("score_need", {"need": need["code"], "market_search": "none found", **marks})
        self.do("vet")
        self.do("publish", {"deadline": (self.now + timedelta(days=20)).isoformat()})
        return self

    def do(self, action, body=None, *, bid="", person=None, role="", version=None):
        actor = Actor(person, role)
        return act(
            self.db, self.id, action, body, actor=actor, now=self.now, bid=bid, version=version
        )

    def later(self, **stretch):
        self.now += timedelta(**stretch)
        return self

    def bid(self, lead, person=None, **more):
        code = self.do("add_bid", bid_body(lead, **more), person=person)["bid"]
        self.do("submit", bid=code, person=person)
        return code

    def close(self, experts=4):
        self.later(days=20)
        for i in range(experts):
            words = {
                "name": f"Expert {i}",
                "organisations": f"Institute {i}",
                "wrote": "converters",
            }
            self.do("add_reviewer", words)
        return self

    def review(self, codes, scores=None):
        for code in codes:
            self.do("screen", bid=code)
        self.do("assign")
        for code in codes:
            self.do("start_review", bid=code)
            for reviewer in self.readers(code):
                mark = (scores or {}).get(code, 70)
                marks = dict.fromkeys(("fit", "route", "team_plan", "indicators"), mark)
                body = {**marks, "no_conflict": True, "reviewer": reviewer}
                self.do("review", body, bid=code)
        return self

    def readers(self, code):
        from sqlalchemy import select

        from hubscope.calls.base.models import Review, Reviewer

        with self.db.read() as s:
            bid = find_bid(s, s.get_one(Call, self.id), code)
            query = select(Reviewer.code).join(Review, Review.reviewer_id == Reviewer.id)
            return sorted(s.scalars(query.where(Review.bid_id == bid.id, Review.conflict == "")))

    def decide(self):
        self.do("decide", {"draws": 20})
        self.do("shortlist")
        return self

    def award(self, winners, losers):
        for code in winners:
            self.do("select", bid=code)
        for code in losers:
            self.do("reject", {"reason": "others fit better"}, bid=code)
        self.later(days=2).do("announce")
        self.later(days=5).do("award")
        return self

    def sign(self, code):
        self.do("sign", bid=code, role="bidder")
        self.do("sign", bid=code, role="demander")
        return self

    def state(self, bid=""):
        with self.db.read() as s:
            call = s.get_one(Call, self.id)
            if bid:
                return bid_stand(call, find_bid(s, call, bid), self.now).state
            return call_stand(call, self.now).state

    def person(self, name, organisation="", staff=False):
        with self.db.write() as s:
            row = Person(
                email=f"{name}@x.org".lower(), name=name, organisation=organisation, staff=staff
            )
            s.add(row)
            s.flush()
            s.expunge(row)
        return row

    def version(self, bid=""):
        with self.db.read() as s:
            call = s.get_one(Call, self.id)
            return (find_bid(s, call, bid) if bid else call).version

    def bids(self):
        from sqlalchemy import select

        with self.db.read() as s:
            return list(s.scalars(select(Bid)))


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    """A database with tables and nothing else, to be copied."""
    folder = tmp_path_factory.mktemp("empty")
    open_database(folder).close()
    return folder


@pytest.fixture
def fresh(empty, tmp_path):
    """A new round in a new database."""
    shutil.copytree(empty, tmp_path / "w", dirs_exist_ok=True)
    made = Round(tmp_path / "w")
    yield made
    made.db.close()


@pytest.fixture
def make_round(empty):
    """Makes rounds in folders of their own, for tests that run many."""
    import tempfile

    made = []

    def make():
        folder = tempfile.mkdtemp(prefix="hubscope-calls-")
        shutil.copytree(empty, folder, dirs_exist_ok=True)
        from pathlib import Path

        made.append((Round(Path(folder)), folder))
        return made[-1][0]

    yield make
    for one, folder in made:
        one.db.close()
        shutil.rmtree(folder, ignore_errors=True)


class Site:
    """A round's pages, read by people with sessions of their own."""

    def __init__(self, made):
        from fastapi.testclient import TestClient

        from hubscope.portal.calls.app import calls_app

        self.r = made
        self.app = calls_app(made.db, clock=lambda: made.now)
        self.client = TestClient
        self.csrf = {}

    def of(self, person=None):
        """A browser: signed in as the person, or as nobody."""
        from hubscope.calls.people import open_visit

        self.app.state.shelf.clear()
        browser = self.client(self.app, base_url="http://t", follow_redirects=False)
        if person is not None:
            token, visit = open_visit(self.r.db, person.id, self.r.now)
            browser.cookies.set("hubscope_visit", token)
            browser.csrf = visit.csrf
        return browser

    def take(self, browser, path, **fields):
        """Read a form, fill it in, send it: as a browser does."""
        import re

        form = browser.get(path)
        assert form.status_code == 200, form.text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.text))
        sent = {k: str(v) for k, v in fields.items() if v is not False}
        return browser.post(path.split("?")[0], data=hidden | sent)


@pytest.fixture
def site(fresh):
    """The pages over a fresh round."""
    return Site(fresh)
