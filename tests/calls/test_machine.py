"""Both machines under random steps and a random clock: what must hold, always holds."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from hubscope.calls.base.ledger import lines, verify
from hubscope.calls.base.models import Bid, Call, Milestone, Party
from hubscope.calls.desk.case import ACTIVE
from hubscope.calls.desk.settle import bid_stand, call_stand
from hubscope.calls.record import export, replay
from hubscope.calls.refusal import RefusedError
from hubscope.calls.workflow import definition

RULES = definition()
GONE = ("draft", "withdrawn", "lapsed")
REASON = {"reason": "as found in the file"}
CALL_ACTIONS = ["assign", "shortlist", "announce", "award", "finish", "calibrate"]
BID_ACTIONS = [
    *("withdraw", "screen", "start_review", "select", "deliver", "recommend"),
    *("ineligible", "reject", "appeal", "uphold", "overturn", "fail", "resume", "terminate"),
]
REASONED = {*BID_ACTIONS[6:], "cancel", "no_award", "reopen"}
LEADS = ["Alpha", "Beta", "Gamma", "North Grid"]


def machine(make_round):
    class Calls(RuleBasedStateMachine):
        @initialize(
            slots=st.integers(1, 2), budget=st.sampled_from([60.0, 100.0]), asked=st.booleans()
        )
        def begin(self, slots, budget, asked):
            self.r = make_round()
            rules = {"reviews_per_bid": 1, "bids_per_applicant": 2, "quota": 1}
            self.r.open(slots=slots, budget=budget, recommendation=asked, **rules)
            for i in range(2):
                self.r.do("add_reviewer", {"name": f"E{i}", "organisations": f"I{i}", "wrote": "x"})

        def attempt(self, *args, **kwargs):
            """A step that the rules may refuse; nothing else may go wrong."""
            try:
                return self.r.do(*args, **kwargs)
            except RefusedError:
                return None

        @rule(lead=st.sampled_from(LEADS), cost=st.sampled_from([20.0, 50.0, 70.0]))
        def bids(self, lead, cost):
            title = f"way {len(self.r.bids())}"
            body = self.r.bid_body(lead, cost=cost, title=title)
            if added := self.attempt("add_bid", {**body, "abstract": title}):
                self.attempt("submit", bid=added["bid"])

        @rule(hours=st.sampled_from([1, 24, 72, 240, 480, 2400]))
        def clock(self, hours):
            self.r.later(hours=hours)

        @rule(action=st.sampled_from(CALL_ACTIONS))
        def call_step(self, action):
            self.attempt(action)

        @rule(action=st.sampled_from(["cancel", "no_award", "reopen"]), really=st.integers(0, 9))
        def rare_step(self, action, really):
            if really == 0:
                self.attempt(action, REASON)

        @precondition(lambda self: self.r.bids())
        @rule(action=st.sampled_from(BID_ACTIONS), data=st.data())
        def bid_step(self, action, data):
            code = data.draw(st.sampled_from(sorted(b.code for b in self.r.bids())))
            self.attempt(action, REASON if action in REASONED else None, bid=code)

        @precondition(lambda self: self.r.state() == "reviewing")
        @rule(mark=st.integers(0, 100))
        def review_all(self, mark):
            """Carry the round through review, as far as the rules let it."""
            for bid in self.r.bids():
                self.attempt("screen", bid=bid.code)
            self.attempt("assign")
            for n, bid in enumerate(self.r.bids()):
                self.attempt("start_review", bid=bid.code)
                marks = dict.fromkeys(
                    ("fit", "route", "team_plan", "indicators"), (mark + 7 * n) % 101
                )
                for reviewer in self.r.readers(bid.code):
                    body = {**marks, "no_conflict": True, "reviewer": reviewer}
                    self.attempt("review", body, bid=bid.code)
            self.attempt("decide", {"draws": 20})
            self.attempt("shortlist")

        @precondition(lambda self: self.r.state() == "negotiating")
        @rule()
        def award_all(self):
            for bid in self.r.bids():
                if not self.attempt("select", bid=bid.code):
                    self.attempt("reject", REASON, bid=bid.code)
            self.r.later(days=2)
            self.attempt("announce")
            self.r.later(days=5)
            self.attempt("award")
            for bid in self.r.bids():
                self.attempt("sign", bid=bid.code, role="bidder")
                self.attempt("sign", bid=bid.code, role="demander")

        @precondition(lambda self: self.r.state() == "running")
        @rule(value=st.sampled_from([90, 96, 99]), content=st.booleans())
        def tests_all(self, value, content):
            for bid in self.r.bids():
                for number in (1, 0):
                    body = {"milestone": number, "value": value, "organisation": "Lab"}
                    self.attempt("test_report", body, bid=bid.code)
                    said = {"milestone": number, "content": content}
                    self.attempt("user_opinion", said, bid=bid.code)
                    self.attempt("milestone_pass", {"milestone": 1}, bid=bid.code)
                    self.attempt("deliver", bid=bid.code)
                for role in ("end_user", "assessor"):
                    self.attempt("accept", {"organisation": "Lab"}, bid=bid.code, role=role)

        @invariant()
        def what_must_hold(self):
            if not hasattr(self, "r"):
                return
            with self.r.db.read() as s:
                call = s.get_one(Call, self.r.id)
                bids = list(s.scalars(select(Bid)))
                states = {b.code: bid_stand(call, b, self.r.now).state for b in bids}
                held = [b for b in bids if states[b.code] in ACTIVE]
                assert set(states.values()) <= set(RULES.bid.states)
                assert len(held) <= call.parameters["slots"]
                assert sum(b.cost for b in held) <= call.budget
                who = {p.bid_id: p for p in s.scalars(select(Party))}
                handed_in = [b for b in bids if b.submitted and b.state not in GONE]
                leads = Counter(who[b.id].lead for b in handed_in)
                assert max(leads.values(), default=0) <= call.parameters["bids_per_applicant"]
                offices = Counter(p.recommender for p in who.values() if p.recommender)
                assert max(offices.values(), default=0) <= call.parameters["quota"]
                if call.parameters["recommendation"]:
                    assert all(who[b.id].recommender for b in held)
                assert sum(m.paid for m in s.scalars(select(Milestone))) <= call.budget
                assert verify(lines(s)).intact
                out = export(s, call.id, self.r.now)
                sealed = call_stand(call, self.r.now).state == "open"
                assert not (sealed and out["bids"])
                assert [f for f in replay(out) if f.key != "decision"] == []
                assert "North Grid" not in {b["lead"] for b in out["bids"]}

        def teardown(self):
            if hasattr(self, "r"):
                self.r.later(days=20_000)
                assert self.r.state() in RULES.call.final
                assert {self.r.state(b.code) for b in self.r.bids()} <= set(RULES.bid.final)

    return Calls


@pytest.mark.slow
def test_both_machines(make_round):
    found = machine(make_round).TestCase
    found.settings = settings(
        max_examples=15,
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    found("runTest").runTest()
